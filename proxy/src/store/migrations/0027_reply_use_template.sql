-- What became of a version is asked for by its name, and of a place by the days.
DROP INDEX reply_use_place;
CREATE INDEX reply_use_template ON reply_use (template);
