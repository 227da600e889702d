-- Several desks on one database.

-- Which desk carries an intent out and until when. `fence` rises with each taking: a desk that has lost an intent, because
-- it slept or was cut off, can no longer move it.
ALTER TABLE intent ADD COLUMN holder TEXT;
ALTER TABLE intent ADD COLUMN lease_ends INTEGER;
ALTER TABLE intent ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;

-- Work that one desk does for all, and which desks there are.
CREATE TABLE lease (
    name    TEXT PRIMARY KEY,
    holder  TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

-- Who asked for new tokens last.
ALTER TABLE grant_ ADD COLUMN refresh_holder TEXT;

CREATE INDEX intent_sending ON intent (id) WHERE state = 'sending';
