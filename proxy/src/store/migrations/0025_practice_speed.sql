-- How many times faster the clock of a run goes, and until when that has been made good: of the run, not of a desk, which may
-- end or be one of several.
ALTER TABLE practice_run ADD COLUMN speed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE practice_run ADD COLUMN hurried_at INTEGER NOT NULL DEFAULT 0;
