-- The third version of the schema.
CREATE TABLE syndicate_changes (
	change  {integer} PRIMARY KEY,
	lineage {integer} NOT NULL
) {keyed};
