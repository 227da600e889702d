-- The team's own replies, each with its versions; and which reply was started from which text.

-- A version of a template. At most one of a place is in use and at most one is open (writing or review); what was in
-- use stays for good, because cases name it. `revision` rises with every save, so that two people who write see it.
CREATE TABLE template_version (
    place       TEXT NOT NULL,
    number      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    words       TEXT NOT NULL,
    note        TEXT NOT NULL,
    author_id   TEXT NOT NULL,
    written_at  INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    approver_id TEXT,
    approved_at INTEGER,
    sent_back   TEXT,
    PRIMARY KEY (place, number)
) STRICT;
CREATE UNIQUE INDEX template_in_use ON template_version (place) WHERE state = 'in_use';
CREATE UNIQUE INDEX template_open ON template_version (place) WHERE state IN ('writing', 'review');

-- A reply that tells an outcome or asks for more. `place` is without a shop: it is what the buyer needed. `template`
-- names the version that it was started from; none: it was written by hand.
CREATE TABLE reply_use (
    intent_id TEXT PRIMARY KEY REFERENCES intent (id),
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    shop_id   TEXT NOT NULL,
    place     TEXT NOT NULL,
    template  TEXT,
    is_edited INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX reply_use_place ON reply_use (place);
CREATE INDEX reply_use_at ON reply_use (at);
CREATE INDEX reply_use_case ON reply_use (case_id);
