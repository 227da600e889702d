-- What has fallen and a lead has put away, for themselves: of a check, or of the reviews of an agent ('' is the other of the two).
CREATE TABLE fall_away (
    person_id TEXT NOT NULL,
    check_word TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    -- What it had fallen to, in tenths of a percent.
    rate INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (person_id, check_word, agent_id)
) STRICT;
