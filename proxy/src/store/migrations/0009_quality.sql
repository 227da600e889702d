-- How the work on decided cases stands up to what TikTok shows. One row per case and version of the rules: when rules
-- change, the old result stays. A check is a bit, by its place in `Check::ALL`; one that is in no column does not apply.
CREATE TABLE quality (
    case_id      TEXT NOT NULL REFERENCES case_file (id),
    version      INTEGER NOT NULL,
    shop_id      TEXT NOT NULL,
    agent_id     TEXT,
    decided_at   INTEGER NOT NULL,
    computed_at  INTEGER NOT NULL,
    passed       INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    unknown      INTEGER NOT NULL,
    -- What TikTok approved because time ran out.
    ran_out      TEXT,
    -- When time alone may change the result; none: it stays.
    due_at       INTEGER,
    PRIMARY KEY (case_id, version)
) STRICT;
CREATE INDEX quality_decided ON quality (version, decided_at);
CREATE INDEX quality_due ON quality (due_at) WHERE due_at IS NOT NULL;

-- The version of a case under which it was last checked.
ALTER TABLE case_file ADD COLUMN checked INTEGER NOT NULL DEFAULT -1;
CREATE INDEX case_file_unchecked ON case_file (id) WHERE checked <> version;

-- Photos of the buyer that agents have opened, each with the first time.
CREATE TABLE photo_opened (
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    media_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_id, media_id, agent_id)
) STRICT;
CREATE INDEX photo_opened_at ON photo_opened (at);
