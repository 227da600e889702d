-- What was told at a place in other words than its own is shown beside it, the newest first.
CREATE INDEX reply_use_place_at ON reply_use (place, at);
