// Package sqlstore keeps a publication's articles in a database and makes its feeds from there: a
// [syndicate.Source] over SQLite, for one machine, or PostgreSQL, for many servers over one database.
//
// Packages sqlite and postgres, modules of their own with the drivers, open one with a line:
//
//	store, err := sqlite.Open(ctx, "feeds.db", site)
//	store, err := postgres.Open(ctx, "postgres://feeds@db.example.com/feeds", site)
//
// From then on a [Store] is what a [syndicate.Archive] is: articles are added, updated, removed and replaced with
// the same checks, errors and warnings, and its feeds are the same to the last byte. What differs: every change
// is one transaction, whole or not at all; ids, addresses and category paths have 2,000 bytes at most; an
// extension cannot be kept with an article, but on the [syndicate.Site]; and a category is known by its path
// alone, so that one that moves is an Update of its articles.
//
// # Bringing in what there is
//
// Articles that are added before anything is asked of a new store were there from the beginning: archive
// pages are filled in the order of their dates. Hand over a thousand or so with each call of [Store.Add]; the
// first who asks for something then sees to it that all of them are filed.
//
// Who keeps a schema of one's own leaves the articles there: a [Query] makes the same feeds of what one SELECT or a
// function yields.
//
// # Many servers
//
// Any number of servers may be over one database. They give the same bytes and the same [Store.Version] for the
// same state of it, and go by its clock. Feed and Scopes ask the database each time, with one statement for
// what a feed consists of, which is one moment of it, and a second one for articles that are not in
// memory. [Store.Changes] tells within a second what any server changed; Version asks only when it does not know
// that nothing did. While the database is away all of them fail with its error, which is no
// [syndicate.ScopeError]; when it is back they go on.
//
// # Schema
//
// The tables can be read by anybody and are written by this package alone; [Open] brings them up to date, and
// refuses a database that is newer than the program. Times are Unix seconds, NULL for none; an age is the time of
// publication with its sign turned, so that the order of feeds is ascending by age and key; a key is an article's
// ID, or its URL if it has none. Texts are ordered by their bytes.
//
//	syndicate_articles        one row for each article, never changed: a new version is a new row with a new n
//	syndicate_terms           authors, categories and tags, in every form that an article has them
//	syndicate_authors, syndicate_categories, syndicate_tags   the same for the eye, as views
//	syndicate_scopes          one row for each scope that ever had an article: what it goes by, how many articles it
//	                          has, closed pages, time of change, version
//	syndicate_article_scopes  which visible article is in which scope, categories above its own included
//	syndicate_pages           the newest end of each closed archive page
//	syndicate_tombstones      what Atom feeds say of retracted articles
//	syndicate_agenda          what time will do: 0 an article appears, 1 it expires, 2 a tombstone ends
//	syndicate_closed          scopes that have moved, or are gone where moved is the scope itself
//	syndicate_state           one row: how far the store has come, and the number of the last change
//	syndicate_schema          which versions of the schema were applied
//
// In syndicate_articles the columns authors, categories and tags are lists of numbers in syndicate_terms, as JSON;
// image, origin, enclosures and contributors are JSON objects. The newest titles of a tag:
//
//	SELECT a.title, a.url FROM syndicate_scopes s
//	JOIN syndicate_article_scopes l ON l.scope = s.n JOIN syndicate_articles a ON a.n = l.article
//	WHERE s.kind = 2 AND s.key = 'turkey' ORDER BY l.age, l.key LIMIT 20
//
// Drafts, private articles, embargoed and expired ones have no row in syndicate_article_scopes, so nothing that
// reads from there can betray them; [Store.Preview] shows them to who asks for it. Kinds are 0 the site, 1 a
// category, 2 a tag, 3 an author.
package sqlstore
