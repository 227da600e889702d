-- What the desk does by itself: rules that leads write, how they were tried and switched, and what they did. And tags, and
-- decisions that wait for a second person.

-- A rule; `place` is the order in which rules are asked.
CREATE TABLE rule (
    id    TEXT PRIMARY KEY,
    place INTEGER NOT NULL
) STRICT;

-- Never changed: a change is the next number.
CREATE TABLE rule_version (
    rule_id   TEXT NOT NULL REFERENCES rule (id),
    number    INTEGER NOT NULL,
    body      TEXT NOT NULL,
    author_id TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (rule_id, number)
) STRICT;

-- The last dry run that somebody has made of a version: nobody switches on what they have not seen run.
CREATE TABLE rule_dry_run (
    rule_id  TEXT NOT NULL REFERENCES rule (id),
    number   INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    result   TEXT NOT NULL,
    PRIMARY KEY (rule_id, number, agent_id)
) STRICT;

-- Every turn of a switch, append-only; the last of a rule is how it stands. No rule: the one that stops all.
CREATE TABLE rule_switch (
    place    INTEGER PRIMARY KEY,
    rule_id  TEXT REFERENCES rule (id),
    number   INTEGER NOT NULL,
    is_on    INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_switch_rule ON rule_switch (rule_id, place);

-- What a rule did with a request, once for each, written with what it did: `acts` is empty where it left it to people, and
-- `kept` says why. Days are counted in UTC. Amounts are whole ten-thousandths.
CREATE TABLE rule_act (
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    rule_id   TEXT NOT NULL,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    asked_day INTEGER NOT NULL,
    acted_day INTEGER NOT NULL,
    acts      TEXT NOT NULL,
    kept      TEXT,
    intent_id TEXT,
    currency  TEXT,
    amount    INTEGER,
    digits    INTEGER,
    PRIMARY KEY (case_id, rule_id)
) STRICT;
CREATE INDEX rule_act_rule ON rule_act (rule_id, at);
CREATE INDEX rule_act_day ON rule_act (rule_id, asked_day);
CREATE INDEX rule_act_acted ON rule_act (rule_id, acted_day);

-- A request as it stood when a decision was first asked for: what rules judge, and dry runs look at.
CREATE TABLE rule_facts (
    case_id TEXT PRIMARY KEY REFERENCES case_file (id),
    facts   TEXT NOT NULL
) STRICT;

-- Rules have looked at it: each request is judged once.
ALTER TABLE case_file ADD COLUMN is_judged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX case_file_unjudged ON case_file (id) WHERE is_judged = 0 AND stage = 'to_decide';
-- When the buyer asked, as `platform` says; none: not filled in yet.
ALTER TABLE case_file ADD COLUMN asked_at INTEGER;
CREATE INDEX case_file_asked ON case_file (asked_at);

-- The rule that pressed, as JSON with its name and version; none: a person.
ALTER TABLE intent ADD COLUMN rule TEXT;
CREATE INDEX intent_rule ON intent (state) WHERE rule IS NOT NULL;

CREATE TABLE case_tag (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    tag     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_id, tag)
) STRICT;

-- A decision that somebody has made and a second person has not agreed to; nothing of it is carried out.
CREATE TABLE second_ask (
    case_id  TEXT PRIMARY KEY REFERENCES case_file (id),
    agent_id TEXT NOT NULL,
    request  TEXT NOT NULL,
    rule     TEXT NOT NULL,
    amount   TEXT,
    at       INTEGER NOT NULL
) STRICT;
