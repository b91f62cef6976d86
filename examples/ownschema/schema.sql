-- The tables of a content management system, which the feeds only read.
CREATE TABLE sections (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	parent INTEGER REFERENCES sections
);
CREATE TABLE writers (
	id INTEGER PRIMARY KEY,
	full_name TEXT NOT NULL
);
CREATE TABLE posts (
	id INTEGER PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	headline TEXT NOT NULL,
	html TEXT NOT NULL,
	section INTEGER REFERENCES sections,
	writer INTEGER REFERENCES writers,
	status TEXT NOT NULL, -- 'draft' or 'public'
	live_from INTEGER NOT NULL, -- seconds since 1970
	changed INTEGER NOT NULL
);
CREATE TABLE labels (
	post INTEGER NOT NULL REFERENCES posts,
	position INTEGER NOT NULL,
	label TEXT NOT NULL,
	PRIMARY KEY (post, position)
);

INSERT INTO sections VALUES (1, 'World', NULL), (2, 'Europe', 1);
INSERT INTO writers VALUES (1, 'Ada Byron');
INSERT INTO posts VALUES
	(1, 'strikes', 'Strikes stop trains', '<p>No trains run until Friday.</p>', 2, 1, 'public', 1764057600, 1764057600),
	(2, 'talks', 'Talks begin', '<p>Both sides meet.</p>', 2, 1, 'draft', 1764144000, 1764144000);
INSERT INTO labels VALUES (1, 1, 'Trains'), (1, 2, 'Strikes');
