-- Exercises, who was asked to work them, and the runs of people. No row here belongs to a case or a shop: the practice
-- shops are forgotten, and what came of the runs stays.

-- Leads' own exercises, as JSON; those that come with the desk are in the program. A removed one is kept for its runs.
CREATE TABLE exercise (
    id         TEXT PRIMARY KEY,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    agent_id   TEXT NOT NULL,
    at         INTEGER NOT NULL,
    is_removed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE exercise_assigned (
    exercise_id TEXT NOT NULL,
    agent_id    TEXT NOT NULL,
    by_id       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    due_at      INTEGER,
    PRIMARY KEY (exercise_id, agent_id)
) STRICT;

CREATE TABLE practice_run (
    id          TEXT PRIMARY KEY,
    exercise_id TEXT NOT NULL,
    agent_id    TEXT NOT NULL,
    -- The exercise as it was begun, so that no later change reaches a run.
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    -- The shop of its cases; none before it is made, and once it is forgotten.
    shop_id     TEXT,
    begun_at    INTEGER NOT NULL,
    touched_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    percent     INTEGER,
    is_passed   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One person works one run at a time.
CREATE UNIQUE INDEX practice_run_live ON practice_run (agent_id) WHERE state IN ('opening', 'running', 'ending');
CREATE INDEX practice_run_agent ON practice_run (agent_id, begun_at);
CREATE INDEX practice_run_shop ON practice_run (shop_id) WHERE shop_id IS NOT NULL;
-- What a shop has left behind is removed with it.
CREATE INDEX intent_shop ON intent (shop_id);

CREATE TABLE practice_case (
    run_id      TEXT NOT NULL,
    place       INTEGER NOT NULL,
    -- The platform's number and our case, in the run's present shop.
    platform_id TEXT,
    case_id     TEXT,
    -- Done, told and all.
    done_at     INTEGER,
    -- What it came to, as JSON, as far as it has come.
    judged      TEXT,
    PRIMARY KEY (run_id, place)
) STRICT;

CREATE INDEX practice_case_case ON practice_case (case_id);
