-- By which secret key the database was written: a mark that follows from the key and does not tell it.
CREATE TABLE key_mark (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    mark TEXT NOT NULL
) STRICT;
