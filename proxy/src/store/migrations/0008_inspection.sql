-- The packing table.

-- What was answered and photographed of a returned parcel; a later one takes the place of an earlier one. What counted
-- at the verdict stands in the timeline.
CREATE TABLE inspection_answer (
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    question TEXT NOT NULL,
    is_yes   INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_id, question)
) STRICT;

CREATE TABLE inspection_shot (
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    slot        TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    agent_id    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (case_id, slot)
) STRICT;

ALTER TABLE case_file ADD COLUMN scanned_by TEXT;
-- A part of the cache: parcels that are here come first.
ALTER TABLE case_file ADD COLUMN is_here INTEGER NOT NULL DEFAULT 0;
