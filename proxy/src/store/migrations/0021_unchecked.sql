-- Cases that have changed since they were last checked and counted: a small row each, that comes when the version of a case
-- rises and goes when that version has been looked at. Two numbers in the case itself had its wide row written again each
-- time.
CREATE TABLE unchecked (
    case_id  TEXT PRIMARY KEY REFERENCES case_file (id),
    shop_id  TEXT NOT NULL,
    -- The newest version.
    version  INTEGER NOT NULL,
    -- Counted for the reports when nothing else is to be looked at: it was over before its shop was connected, or was
    -- counted by older rules only.
    can_wait INTEGER NOT NULL
) STRICT;
-- In the order of the cases: those that came after each other lie beside each other in every table.
CREATE INDEX unchecked_next ON unchecked (can_wait, case_id, shop_id);
INSERT INTO unchecked (case_id, shop_id, version, can_wait)
    SELECT id, shop_id, version, CASE WHEN checked = version THEN 1 ELSE 0 END
    FROM case_file WHERE checked <> version OR counted < 1;

-- The two columns stay, and nothing reads them: taking them out would write every case anew.
DROP INDEX case_file_unchecked;
DROP INDEX case_file_counted;

-- The version of the rules under which the case was counted.
ALTER TABLE case_fact ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
