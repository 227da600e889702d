-- How TikTok counts a shop's chats, week by week. Shares are tenths of a percent; none: TikTok names none.
CREATE TABLE chat_week (
    shop_id   TEXT NOT NULL REFERENCES shop (id),
    week      INTEGER NOT NULL,
    sessions  INTEGER NOT NULL,
    answered  INTEGER,
    satisfied INTEGER,
    first_ms  INTEGER,
    read_at   INTEGER NOT NULL,
    PRIMARY KEY (shop_id, week)
) STRICT;
