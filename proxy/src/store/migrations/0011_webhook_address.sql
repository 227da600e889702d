-- Where TikTok was last told to send every webhook of a shop; none: it was not told, or not of every one.
ALTER TABLE shop ADD COLUMN webhooks TEXT;
