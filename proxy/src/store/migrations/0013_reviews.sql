-- Reviews by people, and what they tick before they decide.

-- What leads have laid down, as JSON by name; a write names the version that it changes.
CREATE TABLE quality_setting (
    name     TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    body     TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- Every version of every scorecard but the first of the built-in one.
CREATE TABLE scorecard (
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    name     TEXT NOT NULL,
    items    TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

-- One review of a case by each reviewer. What is not saved yet is in `draft` alone.
CREATE TABLE review (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    shop_id     TEXT NOT NULL,
    reviewer_id TEXT NOT NULL,
    -- Whose work it is; none: several decided.
    agent_id    TEXT,
    draft       TEXT,
    -- The scorecard as it was, so that no later change reaches an old review.
    card        TEXT,
    judgement   TEXT,
    score       INTEGER,
    failed_by   TEXT,
    saved_at    INTEGER,
    standing    TEXT NOT NULL,
    UNIQUE (case_id, reviewer_id)
) STRICT;
CREATE INDEX review_agent ON review (agent_id, saved_at);
CREATE INDEX review_saved ON review (saved_at);
CREATE INDEX quality_agent ON quality (agent_id, version, decided_at);
CREATE INDEX review_standing ON review (standing);

-- What was said about a saved review.
CREATE TABLE review_word (
    review_id TEXT NOT NULL REFERENCES review (id),
    place     INTEGER NOT NULL,
    agent_id  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    saying    TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (review_id, place)
) STRICT;

-- Cases that a lead has taken off the list of those to review.
CREATE TABLE review_skip (
    case_id  TEXT PRIMARY KEY REFERENCES case_file (id),
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- Cases that several reviewers judge without seeing each other. Their reviews count for nobody.
CREATE TABLE calibration (
    case_id   TEXT PRIMARY KEY REFERENCES case_file (id),
    shop_id   TEXT NOT NULL,
    card      TEXT NOT NULL,
    reviewers TEXT NOT NULL,
    agent_id  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    closed    TEXT
) STRICT;

-- Who has ticked what of a case, in the words of that time.
CREATE TABLE tick (
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    tick_id  TEXT NOT NULL,
    text     TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_id, tick_id)
) STRICT;
