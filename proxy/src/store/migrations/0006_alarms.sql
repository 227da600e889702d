-- Deadline alarms.

-- Which mark (minutes) before which deadline of a case has been called out, and to whom; nobody: to everybody. The key is
-- what lets each fire once, however many desks there are and wherever the clock is set.
CREATE TABLE alarm (
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    deadline INTEGER NOT NULL,
    mark     INTEGER NOT NULL,
    told     TEXT,
    fired_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, deadline, mark)
) STRICT;

-- What somebody has pressed away: this mark of a deadline and those before it.
CREATE TABLE alarm_seen (
    agent_id TEXT NOT NULL,
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    deadline INTEGER NOT NULL,
    mark     INTEGER NOT NULL,
    PRIMARY KEY (agent_id, case_id, deadline)
) STRICT;
