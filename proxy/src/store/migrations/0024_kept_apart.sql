-- What is kept apart: rules that were put away.

-- Every time a rule was put away or brought back, append-only; the last is how it stands.
CREATE TABLE rule_away (
    place    INTEGER PRIMARY KEY,
    rule_id  TEXT NOT NULL REFERENCES rule (id),
    is_away  INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_away_rule ON rule_away (rule_id, place);
