-- What is kept apart: rules that were put away, and results of older rules where their case has changed since. And who looks
-- at what until when: at a page of the handbook, and at a reason of a product that buyers give more often than before.

-- Every time a rule was put away or brought back, append-only; the last is how it stands.
CREATE TABLE rule_away (
    place    INTEGER PRIMARY KEY,
    rule_id  TEXT NOT NULL REFERENCES rule (id),
    is_away  INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_away_rule ON rule_away (rule_id, place);

-- The version of the case that was checked: where it has changed since, another result is not the rules' doing. Of what was
-- checked before it is not known.
ALTER TABLE quality ADD COLUMN case_version INTEGER;

-- Until when somebody is to look whether a page still holds; none: nobody is asked to.
ALTER TABLE handbook_page ADD COLUMN look_by INTEGER;

CREATE TABLE drift_care (
    reason   TEXT NOT NULL,
    product  TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    look_by  INTEGER NOT NULL,
    PRIMARY KEY (reason, product)
) STRICT;
