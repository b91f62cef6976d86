package sqlstore

import (
	"context"
	"database/sql"

	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
)

// migrations are the steps that create the schema. The first one creates version 1 and each of the
// others starts from the version before it. A released step is never changed: add another one
// instead. Programs that do not have a step are refused by the database after it, unless the step
// says otherwise. The package documentation describes the resulting tables.
var migrations = []migrate.Step{{SQL: version1}, {SQL: version2}, {SQL: version3}, {SQL: version4},
	{SQL: version5, Readers: 4}}

// version5 stores when each archive page changed last, and a version of the page, so that a page
// stays as it is while others change. Pages that there are have both from their scope until they
// change. The index finds the page of a place. A program without this step may read: it has the
// time and the version of the scope for all pages. It must not write, because the columns would be
// out of date.
const version5 = `
ALTER TABLE syndicate_scopes ADD COLUMN open_modified {integer};
ALTER TABLE syndicate_scopes ADD COLUMN open_version {integer} NOT NULL DEFAULT 0;
UPDATE syndicate_scopes SET open_modified = modified, open_version = version;
ALTER TABLE syndicate_pages ADD COLUMN modified {integer} NOT NULL DEFAULT 0;
ALTER TABLE syndicate_pages ADD COLUMN closed {integer} NOT NULL DEFAULT 0;
ALTER TABLE syndicate_pages ADD COLUMN version {integer} NOT NULL DEFAULT 0;
UPDATE syndicate_pages SET modified = coalesce(s.modified, 0), closed = coalesce(s.modified, 0), version = s.version
	FROM syndicate_scopes s WHERE s.n = syndicate_pages.scope;
CREATE INDEX syndicate_pages_in_order ON syndicate_pages (scope, age DESC, number);
`

// version4 stores the oldest versions of this schema whose programs may read and write. Every
// change reads writers with the rest of the row, so that a server stops writing when a newer
// program has migrated the database. The number of changes of the IDBase is part of the keys of
// articles that are added after them: see change.entry.
const version4 = `
ALTER TABLE syndicate_state ADD COLUMN readers {integer} NOT NULL DEFAULT 0;
ALTER TABLE syndicate_state ADD COLUMN writers {integer} NOT NULL DEFAULT 0;
ALTER TABLE syndicate_state ADD COLUMN bases {integer} NOT NULL DEFAULT 0;
`

// version3 gives each of the newest changes a random number: see line.
const version3 = `
CREATE TABLE syndicate_changes (
	change  {integer} PRIMARY KEY,
	lineage {integer} NOT NULL
) {keyed};
INSERT INTO syndicate_changes (change, lineage) SELECT change, {random} FROM syndicate_state;
`

// version2 remembers with which URL articles have their ids. The addresses in rows are absolute
// until the store is opened: see change.relate.
const version2 = `
ALTER TABLE syndicate_state ADD COLUMN id_base {text} NOT NULL DEFAULT '';
`

// version1 creates all tables and views.
const version1 = stateTable + scopesTable + termsTable + articlesTable + articleScopesTable + pagesTable +
	tombstonesTable + agendaTable + closedTable + firstRows + views

// stateTable has one row. Every change locks it, and every statement that reads begins with it.
const stateTable = `
CREATE TABLE syndicate_state (
	one           {integer} PRIMARY KEY CHECK (one = 1),
	live          {integer} NOT NULL,
	clock         {integer} NOT NULL,
	change        {integer} NOT NULL,
	last_number   {integer} NOT NULL,
	start_age     {integer},
	start_key     {text},
	tag_authority {text} NOT NULL
) {table};
`

// scopesTable has a scope once: it is looked up by its kind and key. The index finds the scopes
// that changed since a server last looked.
const scopesTable = `
CREATE TABLE syndicate_scopes (
	n           {integer} PRIMARY KEY,
	kind        {integer} NOT NULL,
	key         {text} NOT NULL,
	names       {text} NOT NULL,
	description {text} NOT NULL,
	url         {text} NOT NULL,
	articles    {integer} NOT NULL,
	pages       {integer} NOT NULL,
	open        {integer} NOT NULL,
	open_size   {integer} NOT NULL,
	end_age     {integer},
	end_key     {text},
	modified    {integer},
	version     {integer} NOT NULL,
	changed     {integer} NOT NULL,
	told        {integer} NOT NULL,
	UNIQUE (kind, key)
) {table};
CREATE INDEX syndicate_scopes_changed ON syndicate_scopes (changed);
`

// termsTable has each form of a term once: it is looked up by its scope and the digest of its
// values, so that each form is stored once. Articles refer to it by number.
const termsTable = `
CREATE TABLE syndicate_terms (
	n           {integer} PRIMARY KEY,
	scope       {integer} NOT NULL,
	hash        {text} NOT NULL,
	parent      {integer},
	name        {text} NOT NULL,
	slug        {text} NOT NULL,
	description {text} NOT NULL,
	url         {text} NOT NULL,
	avatar      {text} NOT NULL,
	email       {text} NOT NULL,
	articles    {integer} NOT NULL,
	visible     {integer} NOT NULL,
	UNIQUE (scope, hash)
) {table};
`

// articlesTable: the id of Atom feeds is unique, as an Archive demands it. The indexes find
// articles in the order of feeds, by their address (Remove, and the warning about a second
// article), and those that only a preview shows.
const articlesTable = `
CREATE TABLE syndicate_articles (
	n             {integer} PRIMARY KEY,
	atom_id       {text} NOT NULL UNIQUE,
	age           {integer} NOT NULL,
	key           {text} NOT NULL,
	updated       {integer},
	expires       {integer},
	entered       {integer},
	draft         {integer} NOT NULL,
	size          {integer} NOT NULL,
	hash          {text} NOT NULL,
	authors       {text} NOT NULL,
	categories    {text} NOT NULL,
	tags          {text} NOT NULL,
	id            {text} NOT NULL,
	url           {text} NOT NULL,
	title         {text} NOT NULL,
	language      {text} NOT NULL,
	external_url  {text} NOT NULL,
	comments_url  {text} NOT NULL,
	comments_feed {text} NOT NULL,
	comment_count {integer} NOT NULL,
	rights        {text} NOT NULL,
	banner        {text} NOT NULL,
	image         {text} NOT NULL,
	origin        {text} NOT NULL,
	enclosures    {text} NOT NULL,
	contributors  {text} NOT NULL,
	extensions    {text} NOT NULL,
	summary       {text} NOT NULL,
	content       {text} NOT NULL
) {table};
CREATE INDEX syndicate_articles_in_order ON syndicate_articles (age, key);
CREATE INDEX syndicate_articles_url ON syndicate_articles (url);
CREATE INDEX syndicate_articles_hidden ON syndicate_articles (age, key) WHERE draft = 1 OR expires IS NOT NULL;
`

// articleScopesTable is the index of all feeds: a feed is a range of its primary key. PostgreSQL
// has the number of the article in the key's index, SQLite has no other table beside it, so that
// reading a feed touches one structure.
const articleScopesTable = `
CREATE TABLE syndicate_article_scopes (
	scope   {integer} NOT NULL,
	age     {integer} NOT NULL,
	key     {text} NOT NULL,
	article {integer} NOT NULL,
	PRIMARY KEY (scope, age, key){covering}
) {keyed};
`

// pagesTable: a page is found by its number. Its end stays when the articles around it go.
const pagesTable = `
CREATE TABLE syndicate_pages (
	scope  {integer} NOT NULL,
	number {integer} NOT NULL,
	age    {integer} NOT NULL,
	key    {text} NOT NULL,
	PRIMARY KEY (scope, number)
) {keyed};
`

// tombstonesTable is read in the order of feeds. A tombstone is removed by the key of an article
// that is published again.
const tombstonesTable = `
CREATE TABLE syndicate_tombstones (
	scope {integer} NOT NULL,
	age   {integer} NOT NULL,
	key   {text} NOT NULL,
	ends  {integer} NOT NULL,
	PRIMARY KEY (scope, age, key)
) {keyed};
CREATE INDEX syndicate_tombstones_key ON syndicate_tombstones (key);
`

// agendaTable: the next event of a scope is the first row of the scope. An article's events are
// removed by its key.
const agendaTable = `
CREATE TABLE syndicate_agenda (
	scope   {integer} NOT NULL,
	at      {integer} NOT NULL,
	key     {text} NOT NULL,
	event   {integer} NOT NULL,
	article {integer} NOT NULL,
	PRIMARY KEY (scope, at, key, event)
) {keyed};
CREATE INDEX syndicate_agenda_key ON syndicate_agenda (key);
`

// closedTable has scopes as texts, because a closed scope need not have a row.
const closedTable = `
CREATE TABLE syndicate_closed (
	scope {text} PRIMARY KEY,
	moved {text} NOT NULL
) {keyed};
`

// firstRows: the site's scope has the number 1, which statements rely on.
const firstRows = `
INSERT INTO syndicate_scopes
	(n, kind, key, names, description, url, articles, pages, open, open_size, version, changed, told)
	VALUES (1, 0, '', '[]', '', '', 0, 0, 0, 0, 0, 0, 0);
INSERT INTO syndicate_state (one, live, clock, change, last_number, tag_authority) VALUES (1, 0, 0, 0, 1, '');
`

// views are for people and programs that read the terms of one kind. The store does not use them.
const views = `
CREATE VIEW syndicate_authors AS SELECT t.n, s.key AS slug, t.name, t.url, t.avatar, t.email, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 3;
CREATE VIEW syndicate_categories AS
	SELECT t.n, s.key AS path, t.parent, t.slug, t.name, t.description, t.url, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 1;
CREATE VIEW syndicate_tags AS SELECT t.n, s.key AS slug, t.name, t.description, t.url, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 2;
`

// Migrate migrates a database to the schema that this program needs, as [Open] does. Use it to
// migrate with a role that may change tables, before servers start with roles that may not.
func Migrate(ctx context.Context, db *sql.DB, d *Dialect) error {
	if err := d.schema().Up(ctx, db); err != nil {
		return failed("migrate", "", err)
	}
	return nil
}

// Script returns the SQL with which an administrator migrates a database to the schema that this
// program needs, from a version that the database has: 0 if it has no tables yet, otherwise the
// result of
//
//	SELECT max(version) FROM syndicate_schema
//
// It is one transaction. It fails without an effect if the database has another version, so it can
// be run twice. Stop at the first error: run it with "psql -v ON_ERROR_STOP=1" or "sqlite3 -bail".
// Script returns "" if the version is that of this program.
func (d *Dialect) Script(from int) string { return d.schema().Script(from, d.begin) }
