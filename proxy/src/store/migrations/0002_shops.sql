-- Shops and the authorizations they came with.

-- One consent of one seller to one app. Tokens are sealed; `version` rises with each new pair, so that an older pair
-- never overwrites a newer one (P8).
CREATE TABLE grant_ (
    id              TEXT PRIMARY KEY,
    app             TEXT NOT NULL,
    open_id         TEXT NOT NULL,
    seller_name     TEXT NOT NULL,
    access          BLOB,
    access_expires  INTEGER NOT NULL,
    refresh         BLOB,
    refresh_expires INTEGER NOT NULL,
    scopes          TEXT NOT NULL,
    version         INTEGER NOT NULL,
    state           TEXT NOT NULL,
    UNIQUE (app, open_id)
) STRICT;

CREATE TABLE shop (
    id              TEXT PRIMARY KEY,
    app             TEXT NOT NULL,
    platform_id     TEXT NOT NULL,
    name            TEXT NOT NULL,
    region          TEXT NOT NULL,
    cipher          BLOB NOT NULL,
    grant_id        TEXT NOT NULL REFERENCES grant_ (id),
    connected_at    INTEGER NOT NULL,
    link            TEXT NOT NULL,
    clock_offset_ms INTEGER NOT NULL DEFAULT 0,
    webhook_path    TEXT NOT NULL UNIQUE,
    import          TEXT NOT NULL,
    swept_at        INTEGER,
    settings        TEXT NOT NULL DEFAULT '{}',
    UNIQUE (app, platform_id)
) STRICT;
CREATE INDEX shop_grant ON shop (grant_id);

-- One-time states of consents under way, bound to the session that asked. Only their hash is kept.
CREATE TABLE connect_state (
    hash    TEXT PRIMARY KEY,
    app     TEXT NOT NULL,
    session TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
