-- Who is deciding a case, and until when: a lease that ends by itself. `taken_from` was deciding when it was taken over.
CREATE TABLE claim (
    case_id    TEXT PRIMARY KEY REFERENCES case_file (id),
    agent_id   TEXT NOT NULL,
    ends_at    INTEGER NOT NULL,
    taken_from TEXT
) STRICT;
