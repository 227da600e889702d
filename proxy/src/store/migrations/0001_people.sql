-- People, their sessions and one-time links; the live events; keys of writes; pictures; webhooks.

-- A person who was removed stays as a name in the timeline. `shops` is which shops they see, as JSON.
CREATE TABLE person (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    role          TEXT NOT NULL,
    shops         TEXT NOT NULL,
    password_hash TEXT,
    is_practice   INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    seen_at       INTEGER,
    removed_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX person_email ON person (email) WHERE removed_at IS NULL;

-- Only hashes: who reads this table cannot sign in with it.
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person_id);

CREATE TABLE link (
    token_hash TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL,
    person_id  TEXT REFERENCES person (id),
    ends_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX link_person ON link (person_id);

-- Behind the live stream. An id is never used twice, also after old rows are gone.
CREATE TABLE event (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id TEXT NOT NULL,
    at      INTEGER NOT NULL,
    payload TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency (
    agent_id  TEXT NOT NULL,
    key       TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    answer    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (agent_id, key)
) STRICT;

-- The only addresses that a picture is ever fetched from are those that the platform gave us.
CREATE TABLE media (
    id      TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL,
    url     TEXT NOT NULL
) STRICT;

-- What TikTok sent, as it came, until it has been handled.
CREATE TABLE webhook (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id         TEXT NOT NULL,
    notification_id TEXT NOT NULL,
    type            INTEGER NOT NULL,
    body            TEXT NOT NULL,
    received_at     INTEGER NOT NULL,
    handled_at      INTEGER,
    UNIQUE (shop_id, notification_id)
) STRICT;
CREATE INDEX webhook_open ON webhook (id) WHERE handled_at IS NULL;
