// Package sqlstore keeps a publication's articles in a database and makes feeds from them. A
// [Store] is a [syndicate.Source] over SQLite, for one machine, or over PostgreSQL, for many
// servers that share one database.
//
// Packages sqlite and postgres open a store. They are separate modules, because they contain the
// drivers:
//
//	store, err := sqlite.Open(ctx, "feeds.db", site)
//	store, err := postgres.Open(ctx, "postgres://feeds@db.example.com/feeds", site)
//
// A Store does what a [syndicate.Archive] does: you add, update, remove and replace articles with
// the same checks, errors and warnings, and its feeds have the same bytes. These are the
// differences:
//
//   - Methods that write take a context. Each call is one transaction, which is done completely or
//     not at all.
//   - Ids, addresses and category paths have at most 2,000 bytes.
//   - An extension of an article is kept if it is a [Keepable] and the site has the
//     [Reviver] of its vocabulary. Other extensions are left out with a warning.
//   - A category is identified by its path. To move a category, update its articles.
//
// # Importing articles
//
// Articles that are added before the first feed of a new store is read are treated as if they had
// always been there: archive pages are filled in the order of their dates. Pass about a thousand
// articles to each call of [Store.Add]. The first call that reads a feed then starts to file all of
// them, which takes time. It waits until they are filed or its context ends, and so do other calls
// meanwhile. The work goes on when a context ends, and calls that come later need not wait.
//
// If you want to leave your articles in your own schema, use package sqlquery.
//
// [Store.Import] does this for a sequence of any length. [Store.Export] returns such a sequence, so
// this copies a store, for example from SQLite to PostgreSQL:
//
//	added, err := to.Import(ctx, from.Export(ctx))
//
// To copy to a [syndicate.Archive], pass the exported articles to its Add. To copy from one, import
// what its Articles method returns.
//
// # Administration pages
//
// The articles of feeds are cleaned and shortened, and feeds have no drafts. These methods return
// articles as they were given. Show their results to authorized users only:
//
//   - [Store.Article] returns an article by its ID or URL. Pass it to [Store.Update] after you have
//     edited it. Fields that you do not edit do not change.
//   - [Store.Articles] lists articles in any state, newest first. [Listing] selects them by state
//     and title, and limits the list to a page. [Entry.Cursor] leads to the next page.
//   - [Store.Counts] counts articles by state.
//   - [Store.Preview] returns the feed with drafts and future articles.
//
// # One transaction
//
// If your program has tables in the same database, [Store.Tx] writes an article in the transaction
// in which you write your own rows. Neither is stored without the other:
//
//	tx, err := db.BeginTx(ctx, nil)
//	…
//	defer tx.Rollback()
//	_, err = tx.ExecContext(ctx, "INSERT INTO posts …")
//	…
//	feeds := store.Tx(tx)
//	err = feeds.Add(ctx, article)
//	…
//	err = tx.Commit()
//	…
//	feeds.Committed() // passes on warnings
//
// The transaction locks the store from the first call of [Tx] until it ends. For a transaction of
// pgx, use the function Tx of package postgres.
//
// # Personal data
//
// When the last article of an author, category or tag is removed or changed, its name, description,
// URLs and e-mail address are deleted in the same transaction. Call [Store.Prune] daily to delete
// what else is left: forms of a name that is still in use, and the slugs of empty scopes.
// Tombstones keep the ID of a removed article for [syndicate.Site.Tombstones].
//
// # Metrics
//
// Set [Store.OnCall] to measure calls: their durations, errors, numbers of articles, and how many
// of these were cached.
//
// # Round trips
//
// A call reads and writes many rows with one statement. With PostgreSQL the number of messages of a
// call does not depend on the number of its articles, except that a statement has at most a few
// thousand rows: an Update of 500 articles takes about 25 round trips.
//
// # MySQL
//
// There is no store for MySQL and MariaDB. Package sqlquery reads articles from them. A store would
// need different statements, and not only other words for types and locks:
//
//   - A TEXT column cannot be a key in MySQL, and an index holds 3,072 bytes. The store orders and
//     finds articles, scopes and removals by texts of any length, ids and URLs among them.
//   - There is no index of some rows only, such as the one of drafts.
//   - MySQL has neither RETURNING nor ON CONFLICT, and MariaDB has only parts of them, so the
//     statements that change rows would exist three times.
//   - Each CREATE or ALTER commits at once. A migration that fails halfway could not be undone.
//   - Nothing like NOTIFY wakes the other servers.
//
// # Many servers
//
// Any number of servers can share one database. For the same state of the database they return the
// same bytes and the same [Store.Version], and they use the database's clock.
//
// # Readers and writers
//
// Writers wait for each other until their contexts end. Readers do not wait for writers: they get
// the feeds as of the last committed transaction, also while a transaction takes minutes.
//
// When articles appear or expire, the feeds must be written again. A goroutine of each server does
// that, a part at a time, and a call that finds little to be done waits for it. If there is much to
// be done, or if another transaction is running, the call does not wait: it returns the feed
// without the articles that have expired. The NextChange of this feed has passed, and articles that
// should have appeared may still be missing. [Store.Close] ends the goroutine.
//
// A server that may not write, because its database is a replica or its role may only read, serves
// feeds in the same way. Another server has to write what the passage of time changes.
//
// # Backups that are restored
//
// A database may be replaced by an older state under running servers: by a backup, by a failover to
// a replica that had not received the last changes, or by a crash of a PostgreSQL that does not
// wait for the disk (synchronous_commit = off). Each change has a random number, by which the
// servers notice this before they read or write anything else. They drop what they remember, and
// [Store.Changes] reports every scope. Changes that the database has lost are lost.
//
// # What is read
//
// Feed and Scopes query the database on each call: one statement reads what the feed consists of,
// so that it is one state of the database, and a second one reads the articles that are not cached.
// [Store.Changes] reports within a second what any server changed. Version queries the database
// only if the last answer is older than a second. While the database is unavailable, these methods
// return its error, which is never a [syndicate.ScopeError]. They work again when it is back.
//
// # A site that moves
//
// When your site moves, to https, to another domain or path, open the store with the new
// [syndicate.Site.URL]. Nothing else has to be done:
//
//   - Links follow the site: addresses that were given relative to it, and absolute addresses below
//     its folder. Other absolute addresses stay.
//   - Ids stay. The store remembers the IDBase and the TagAuthority of the site. It uses them if
//     the program leaves them empty. A program that sets others is refused with [ErrOtherIDs],
//     because it would change the ids of all articles. [Database.ChangeIDs] allows that.
//   - Update finds an article without an ID by its new address, however it is written, and Remove
//     also by its first address, which is its ID.
//
// Servers with the old URL and servers with the new one can share the database during the move.
// Each server's feeds have the addresses of its Site.URL and the same ids as those of the other
// servers. Their versions differ. So a staging server with another URL can read and write the
// database of production. If a server is opened with other ids and with ChangeIDs, writing with the
// servers that run with the former ids fails until they are opened again. They show the former ids
// until then.
//
// Absolute addresses in bodies and in the texts of extensions stay as they are. An article that is
// given its address in another form, relative or absolute, counts as changed.
// If the articles give one category, tag or author several addresses, the feed shows the smallest.
// If some of these are on other sites, the choice is made again at the next change of the scope
// after a move.
//
// # Schema
//
// Other programs may read the tables; only this package writes them. [Open] migrates the schema to
// the version that the program needs, and writes nothing if the schema has it. Servers can then
// run with roles that may not change tables: migrate with [Migrate], or run the SQL that
// [Dialect.Script] returns. Servers that only read need no right to write. Package postgres
// describes the roles.
//
// The database stores the oldest versions of the schema whose programs may read and write it. A
// newer program can therefore add an index and leave the database to the older program, so that a
// deployment can be rolled back. A program that may not read it is refused by Open. In a program
// that may only read it, methods that write return an error. In a program that is running while a
// newer one migrates, methods that read or write return an error as soon as they must not do so.
//
// The tables are in one schema of PostgreSQL, the first one of the search_path, or in one file of
// SQLite. They have no prefix: to keep two stores apart, use two schemas or two files.
//
// Times are Unix seconds, and NULL means no time. The column age is the negative time of
// publication, so that feeds are in ascending order of age and key. The key of an article is its
// ID, or its first address if it has none; it never changes. If the IDBase has changed before the
// article was added, U+0001 and the number of the change follow. Texts are ordered by their bytes.
//
// Addresses that follow the site are relative references (RFC 3986 section 4.2). Resolve them
// against the folder of the site's URL, such as "https://example.com/news/".
//
//	syndicate_articles        one row for each version of an article; rows are not changed: a new
//	                          version is a new row with a new n
//	syndicate_terms           authors, categories and tags, in every form that an article has them
//	syndicate_authors         a view of the terms that are authors
//	syndicate_categories      a view of the terms that are categories
//	syndicate_tags            a view of the terms that are tags
//	syndicate_scopes          one row for each scope that ever had an article: its names, its
//	                          number of articles and closed pages, the time of its last change,
//	                          its version
//	syndicate_article_scopes  which visible article is in which scope, including the categories
//	                          above its own
//	syndicate_pages           the closed archive pages: the newest end of each, the time of its
//	                          last change, its version
//	syndicate_tombstones      the removed articles that Atom feeds announce
//	syndicate_agenda          events: 0 an article appears, 1 it expires, 2 a tombstone ends
//	syndicate_closed          scopes that have moved; if moved is the scope itself, it was closed
//	syndicate_state           one row: the progress of the store, the number of the last change
//	syndicate_changes         the newest changes, each with a random number
//	syndicate_schema          the versions of the schema that were applied
//
// These columns need an explanation:
//
//	syndicate_articles
//	    n, age, key     the number of the row, the negative time of publication, the key
//	    entered         when the article was added; NULL if that was before the first read
//	    size            an upper bound of its bytes in a feed of any format, for a site at id_base
//	    hash            a digest of the article, by which versions are compared
//	syndicate_terms
//	    scope, hash     the scope of the term and a digest of its values
//	    parent          the number of the parent category
//	    articles        how many articles have the term
//	    visible         how many of these are visible
//	syndicate_scopes
//	    names           the name of the scope, after those of the categories above it, as JSON
//	    articles        how many articles are visible
//	    pages, open     the number of closed pages, and of visible articles on no closed page
//	    open_size       an upper bound of the bytes of these articles
//	    end_age         the age of the newest article on the last closed page; end_key is its key
//	    version         a random number, new with each change of the scope
//	    open_modified   when the page that is being filled changed last
//	    open_version    the version of that page
//	    changed, told   the last change of the row, and the last one that changed the feed
//	syndicate_pages
//	    modified        when the page changed last, without the link to the next closed page
//	    closed          when the page was closed: the page before it changed then too
//	    version         a random number, new with each change of the page
//	syndicate_state
//	    live            0 waiting for the first read, 1 filing the first articles, 2 in use
//	    clock           the time of the last change
//	    change          the number of the last change
//	    last_number     the last number that a row was given
//	    start_age       how far filing the first articles has come, with start_key
//	    id_base         the IDBase of the site: see "A site that moves"
//	    tag_authority   the TagAuthority of the site
//	    bases           how often the IDBase has changed
//	    readers         the oldest version of the schema whose programs may read
//	    writers         the oldest version of the schema whose programs may write
//	syndicate_changes
//	    lineage         a random number: databases that have it in common have the same history
//	                    until this change
//
// The columns authors, categories and tags of syndicate_articles are JSON arrays of numbers in
// syndicate_terms. The columns image, origin, enclosures, contributors and extensions are JSON.
// This query returns the newest titles of a tag:
//
//	SELECT a.title, a.url FROM syndicate_scopes s
//	JOIN syndicate_article_scopes l ON l.scope = s.n JOIN syndicate_articles a ON a.n = l.article
//	WHERE s.kind = 2 AND s.key = 'turkey' ORDER BY l.age, l.key LIMIT 20
//
// Drafts, future and expired articles have no row in syndicate_article_scopes, so a query that
// joins that table cannot publish them. [Store.Preview] shows them to authorized users.
//
// The kinds of scopes are 0 for the site, 1 for a category, 2 for a tag and 3 for an author. The
// tables have scopes of every kind, including those that [syndicate.Site.Kinds] leaves out: they
// are filtered when feeds are read, so that the setting can change at any time. A term without a
// slug belongs to the scope with an empty key, which has no articles and no feed.
package sqlstore
