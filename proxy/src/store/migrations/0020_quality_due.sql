-- A look at what is due reads what is due, and not every result of the present rules.
DROP INDEX quality_due;
CREATE INDEX quality_due ON quality (version, due_at) WHERE due_at IS NOT NULL;
