-- Files of the handbook's own. `id` is the SHA-256 of the content, so that the same file is kept once; `object` is where it
-- lies; `seen_at` is when somebody brought it last.
CREATE TABLE handbook_file (
    id      TEXT PRIMARY KEY,
    object  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    size    INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

-- Files on their way. `received` rises with each part; `file_id` is there once the whole has become a file.
CREATE TABLE handbook_upload (
    id         TEXT PRIMARY KEY,
    agent_id   TEXT NOT NULL,
    name       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    modified   INTEGER NOT NULL,
    sha256     TEXT,
    kind       TEXT,
    received   INTEGER NOT NULL,
    file_id    TEXT,
    touched_at INTEGER NOT NULL
) STRICT;
CREATE INDEX handbook_upload_agent ON handbook_upload (agent_id);
CREATE INDEX handbook_upload_touched ON handbook_upload (touched_at);

-- What has arrived of an upload, without gaps.
CREATE TABLE handbook_upload_part (
    upload_id TEXT NOT NULL REFERENCES handbook_upload (id),
    start     INTEGER NOT NULL,
    object    TEXT NOT NULL,
    PRIMARY KEY (upload_id, start)
) STRICT;

-- Who looks after a page, and since when it is not shown any more; its versions stay.
ALTER TABLE handbook_page ADD COLUMN owner_id TEXT;
ALTER TABLE handbook_page ADD COLUMN retired_at INTEGER;
