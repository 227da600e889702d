-- By which secret key the database was written: a mark that follows from the key and does not tell it.
CREATE TABLE key_mark (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    mark TEXT NOT NULL
) STRICT;

-- When new tokens were last asked for: written before the call, for what cannot be written could not be kept either.
ALTER TABLE grant_ ADD COLUMN refresh_begun INTEGER;
