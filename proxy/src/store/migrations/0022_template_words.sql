-- Words of a reply that is being written which somebody else wrote over: nobody's work is lost.
CREATE TABLE template_words (
    place      TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    words      TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    author_id  TEXT    NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (place, revision)
) STRICT;

-- Who has a reply open, so that two who write see each other.
CREATE TABLE template_editor (
    place    TEXT    NOT NULL,
    agent_id TEXT    NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (place, agent_id)
) STRICT;
