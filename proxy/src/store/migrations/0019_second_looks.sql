-- Second looks: at switching off what asks for a second person, and who the second person of a decision was.

-- Somebody wants a rule off that asks for a second person: it goes on asking until another lead wants that, too.
CREATE TABLE rule_off_ask (
    rule_id  TEXT PRIMARY KEY REFERENCES rule (id),
    number   INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- Who agreed to the decision as the second person; none: one was enough.
ALTER TABLE intent ADD COLUMN second_id TEXT;

-- They held whole rows of cases, with names and words of buyers; from here on they name cases alone. A dry run counts for a
-- day, and is made again by one press.
DELETE FROM rule_dry_run;
