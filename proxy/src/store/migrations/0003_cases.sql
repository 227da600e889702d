-- Cases, what we promised about them, and what happened.

-- One cancellation or return. `platform`, `records` and `seen` are the facts; `stage` to `row_json` are a cache of
-- what `derive` makes of them, keyed by the rules' version.
CREATE TABLE case_file (
    id              TEXT PRIMARY KEY,
    shop_id         TEXT NOT NULL REFERENCES shop (id),
    object          TEXT NOT NULL,
    platform_id     TEXT NOT NULL,
    order_id        TEXT NOT NULL,
    version         INTEGER NOT NULL,
    platform        TEXT NOT NULL,
    platform_at     INTEGER NOT NULL,
    records         TEXT NOT NULL DEFAULT '[]',
    records_read    INTEGER,
    seen            TEXT NOT NULL,
    payment_proved  INTEGER,
    scanned         INTEGER,
    options         TEXT,
    options_read    INTEGER,
    options_failed  INTEGER NOT NULL DEFAULT 0,
    read_at         INTEGER NOT NULL,
    assignee        TEXT,
    is_unread       INTEGER NOT NULL DEFAULT 1,
    rules_version   INTEGER NOT NULL DEFAULT 0,
    stage           TEXT NOT NULL DEFAULT '',
    deadline        INTEGER,
    owed_since      INTEGER,
    is_over         INTEGER NOT NULL DEFAULT 0,
    search          TEXT NOT NULL DEFAULT '',
    row_json        TEXT NOT NULL DEFAULT '',
    UNIQUE (shop_id, object, platform_id)
) STRICT;
CREATE INDEX case_file_queue ON case_file (stage, deadline, id);
CREATE INDEX case_file_order ON case_file (shop_id, order_id);
CREATE INDEX case_file_owed ON case_file (owed_since) WHERE owed_since IS NOT NULL;
CREATE INDEX case_file_open ON case_file (shop_id, read_at) WHERE is_over = 0;

CREATE TABLE order_file (
    shop_id     TEXT NOT NULL REFERENCES shop (id),
    order_id    TEXT NOT NULL,
    buyer_id    TEXT,
    platform    TEXT NOT NULL,
    platform_at INTEGER NOT NULL,
    read_at     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id)
) STRICT;
CREATE INDEX order_file_buyer ON order_file (shop_id, buyer_id);

CREATE TABLE conversation (
    shop_id         TEXT NOT NULL REFERENCES shop (id),
    conversation_id TEXT NOT NULL,
    buyer_id        TEXT NOT NULL,
    can_send        INTEGER,
    read_at         INTEGER,
    PRIMARY KEY (shop_id, conversation_id)
) STRICT;
CREATE UNIQUE INDEX conversation_buyer ON conversation (shop_id, buyer_id);

CREATE TABLE message (
    shop_id         TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    place           INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    role            TEXT NOT NULL,
    platform        TEXT NOT NULL,
    intent_id       TEXT,
    PRIMARY KEY (shop_id, conversation_id, message_id)
) STRICT;
CREATE UNIQUE INDEX message_intent ON message (intent_id) WHERE intent_id IS NOT NULL;

-- A decision or reply that the desk has promised to carry out. `state_json` is the whole state; `state` repeats its
-- name for the indexes. `due_at` is when the outbox looks next; none: nothing more happens by itself.
CREATE TABLE intent (
    id            TEXT PRIMARY KEY,
    motion_id     TEXT NOT NULL,
    place         INTEGER NOT NULL,
    case_id       TEXT NOT NULL REFERENCES case_file (id),
    shop_id       TEXT NOT NULL,
    what          TEXT NOT NULL,
    payload       TEXT NOT NULL,
    state         TEXT NOT NULL,
    state_json    TEXT NOT NULL,
    agent_id      TEXT NOT NULL,
    pressed_at    INTEGER NOT NULL,
    held_until    INTEGER NOT NULL,
    due_at        INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    settle_reads  INTEGER NOT NULL DEFAULT 0,
    conversation  TEXT
) STRICT;
CREATE INDEX intent_due ON intent (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX intent_case ON intent (case_id, pressed_at);
-- P4: of two decisions on one case one wins.
CREATE UNIQUE INDEX intent_one_decision ON intent (case_id)
    WHERE what = 'decision' AND state IN ('held', 'sending', 'settling');

-- One call made for an intent. Written before the call; `outcome` after it. A row without outcome is an unknown one.
CREATE TABLE attempt (
    intent_id   TEXT NOT NULL REFERENCES intent (id),
    number      INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    before      TEXT NOT NULL,
    outcome     TEXT,
    request_id  TEXT,
    ended_at    INTEGER,
    PRIMARY KEY (intent_id, number)
) STRICT;

-- Debts ended without a message of ours: told elsewhere, waived, impossible.
CREATE TABLE told (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    claim   TEXT NOT NULL,
    how     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_id, claim)
) STRICT;

CREATE TABLE draft (
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    agent_id TEXT NOT NULL,
    words    TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, agent_id)
) STRICT;

CREATE TABLE note (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    words    TEXT NOT NULL
) STRICT;
CREATE INDEX note_case ON note (case_id);

CREATE TABLE evidence (
    id       TEXT PRIMARY KEY,
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    name     TEXT NOT NULL,
    mime     TEXT NOT NULL,
    width    INTEGER NOT NULL,
    height   INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    uri      TEXT
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id);

-- All that happened, one append-only list per shop, each entry chained to the one before it. The chain runs over
-- salted commitments, so that a payload can be erased without breaking it.
CREATE TABLE timeline (
    shop_id    TEXT NOT NULL,
    place      INTEGER NOT NULL,
    case_id    TEXT,
    at         INTEGER NOT NULL,
    payload    TEXT,
    salt       BLOB NOT NULL,
    commitment BLOB NOT NULL,
    hash       BLOB NOT NULL,
    PRIMARY KEY (shop_id, place)
) STRICT;
CREATE INDEX timeline_case ON timeline (case_id, place);

-- How far each search of a shop has been read.
CREATE TABLE sweep (
    shop_id   TEXT NOT NULL,
    search    TEXT NOT NULL,
    watermark INTEGER,
    import    TEXT,
    PRIMARY KEY (shop_id, search)
) STRICT;
