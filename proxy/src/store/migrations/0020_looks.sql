-- A look at what is due reads what is due, and not every result of the present rules.
DROP INDEX quality_due;
CREATE INDEX quality_due ON quality (version, due_at) WHERE due_at IS NOT NULL;
-- The end of a long chat is read without its beginning.
CREATE INDEX message_place ON message (shop_id, conversation_id, place);
