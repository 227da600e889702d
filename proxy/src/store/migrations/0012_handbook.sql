-- The handbook: its pages, what is in force and ever was, what is being written, and who has read what.
-- `revision` is the last number that a draft of the page has had, so that no later draft has it again.
CREATE TABLE handbook_page (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    place      INTEGER NOT NULL,
    revision   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

-- Never changed and never removed. The names of people are kept as they were printed. `stages`: those that have a step,
-- each between two spaces.
CREATE TABLE handbook_version (
    page_id      TEXT NOT NULL REFERENCES handbook_page (id),
    number       INTEGER NOT NULL,
    name         TEXT NOT NULL,
    content      TEXT NOT NULL,
    stages       TEXT NOT NULL,
    description  TEXT NOT NULL,
    author       TEXT,
    approved_by  TEXT NOT NULL,
    alone        INTEGER NOT NULL,
    asks         INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (page_id, number)
) STRICT;

-- One open draft a page.
CREATE TABLE handbook_draft (
    page_id  TEXT PRIMARY KEY REFERENCES handbook_page (id),
    revision INTEGER NOT NULL,
    content  TEXT NOT NULL,
    state    TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;

-- What a draft was before, to go back to. What one person types in a minute is one.
CREATE TABLE handbook_revision (
    page_id  TEXT NOT NULL REFERENCES handbook_page (id),
    revision INTEGER NOT NULL,
    content  TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (page_id, revision)
) STRICT;

-- Who has a draft open.
CREATE TABLE handbook_editor (
    page_id  TEXT NOT NULL REFERENCES handbook_page (id),
    agent_id TEXT NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (page_id, agent_id)
) STRICT;

-- Who has opened which version first when, and when they signed it.
CREATE TABLE handbook_reading (
    page_id   TEXT NOT NULL REFERENCES handbook_page (id),
    number    INTEGER NOT NULL,
    agent_id  TEXT NOT NULL,
    shown_at  INTEGER NOT NULL,
    signed_at INTEGER,
    PRIMARY KEY (page_id, number, agent_id)
) STRICT;

-- The versions under which decisions were made.
CREATE TABLE handbook_use (
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    intent_id TEXT NOT NULL,
    page_id   TEXT NOT NULL REFERENCES handbook_page (id),
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (intent_id, page_id)
) STRICT;
CREATE INDEX handbook_use_case ON handbook_use (case_id);
CREATE INDEX handbook_use_version ON handbook_use (page_id, number);
