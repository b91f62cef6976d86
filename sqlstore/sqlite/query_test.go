package sqlite_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// Queries of a schema that somebody has had for years, in a real database.

const oldSchema = `
CREATE TABLE writers (wid INTEGER PRIMARY KEY, "full name" TEXT, home BLOB);
CREATE TABLE rubrics (rid INTEGER PRIMARY KEY, up INTEGER, label TEXT);
CREATE TABLE posts (pid INTEGER PRIMARY KEY, guid, slug TEXT, head ANY, teaser TEXT, html BLOB, live_at, touched TEXT, gone_at INTEGER,
	state TEXT, wid INTEGER, rid INTEGER, pic TEXT);
CREATE TABLE words (wpid INTEGER, pos INTEGER, word TEXT);
INSERT INTO writers VALUES (1, 'Abdullah Bozkurt', NULL), (2, 'Mevlüt Çavuşoğlu', x'2f6d632f');
INSERT INTO rubrics VALUES (1, NULL, 'Military'), (2, 1, 'Arms exports'), (3, NULL, 'Air / Sea');
INSERT INTO posts VALUES
	(1, NULL, 'a', 'First', NULL, NULL, '2022-03-01 12:00:00', NULL, NULL, 'live', 1, 2, NULL),
	(2, 'urn:isbn:0451450523', 'b', 'İstanbul 日本語 👩‍🚀 ''; DROP TABLE posts; --', 'Teaser & <more>', CAST('<p>Body</p>' AS BLOB), 1646222400, '2022-03-05T12:00:00+03:00', 0, 'live', 2, 1, '/b.png'),
	(3, 'old 3', 'c', 1984, '', '<p>Number as a title</p>', '2022-03-03T12:00:00.123+03:00', '', NULL, 'live', NULL, NULL, ''),
	(4, NULL, 'd', 'Draft', NULL, NULL, '2022-03-04', NULL, NULL, 'draft', 1, 1, NULL),
	(5, NULL, 'e', 'Broken', NULL, NULL, 'next week', NULL, NULL, 'live', 1, 1, NULL),
	(6, NULL, 'f', 'Undated', NULL, NULL, NULL, NULL, NULL, 'live', 1, 1, NULL),
	(7, NULL, 'g', 'Expired', NULL, NULL, '2022-03-04', NULL, 1646395200, 'live', 1, 3, NULL);
INSERT INTO words VALUES (2, 2, 'Turkey'), (2, 1, 'Mevlüt Çavuşoğlu'), (2, 3, '"; DROP TABLE words; --'), (1, 1, 'Turkey'), (7, 1, 'Hidden');`

const oldPosts = `
WITH RECURSIVE tree (rid, path) AS (
	SELECT rid, json_object('name', label) FROM rubrics WHERE up IS NULL
	UNION ALL SELECT r.rid, json_object('name', r.label, 'parent', json(tree.path)) FROM rubrics r JOIN tree ON tree.rid = r.up)
SELECT p.pid AS key, coalesce(p.guid, p.pid) AS id, '/' || p.slug || '/' AS url, p.head AS title, p.teaser AS summary, p.html AS content,
	p.live_at AS published, p.touched AS updated, p.gone_at AS expires, p.state <> 'live' AS draft, p.pic AS image,
	json_array(json_object('name', w."full name", 'url', CAST(w.home AS TEXT))) AS authors,
	json_array(json((SELECT path FROM tree WHERE tree.rid = p.rid))) AS categories
FROM posts p LEFT JOIN writers w ON w.wid = p.wid`

// openOld returns a database with the old schema, and the file that it is in.
func openOld(t *testing.T) (*sql.DB, string) {
	file := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(0)")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec(oldSchema)
	require.NoError(t, err)
	return db, file
}

func queryOld(t *testing.T, db *sql.DB) *sqlquery.Query {
	istanbul, err := time.LoadLocation("Europe/Istanbul")
	require.NoError(t, err)
	return &sqlquery.Query{
		Site:       syndicate.Site{URL: "https://www.example.com/", Title: "The Courier", Language: "en", TagAuthority: "example.com,2020"},
		DB:         db,
		SQL:        oldPosts,
		Lists:      map[string]string{"tags": "SELECT wpid, word AS name FROM words ORDER BY wpid, pos"},
		ChangedSQL: "SELECT max(touched), count(*), (SELECT count(*) FROM words) FROM posts",
		Location:   istanbul,
		OnError:    func(error) {},
	}
}

func TestQueryOfASchemaOfOnesOwn(t *testing.T) {
	db, _ := openOld(t)
	q := queryOld(t, db)
	const second = "İstanbul 日本語 👩‍🚀 '; DROP TABLE posts; --"
	assert.Equal(t, []string{
		"site: 1984 | " + second + " | First",
		"category/military: " + second + " | First", "category/military/arms-exports: First",
		"tag/drop-table-words: " + second, "tag/mevlut-cavusoglu: " + second, "tag/turkey: " + second + " | First",
		"author/abdullah-bozkurt: First", "author/mevlut-cavusoglu: " + second,
	}, storetest.Shown(t, q))

	feed, err := q.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, problem := range feed.Validate() {
		assert.True(t, problem.Warning, problem)
	}
	third, b, first := feed.Articles[0], feed.Articles[1], feed.Articles[2]
	assert.Equal(t, "1", first.ID, "a number is a text")
	assert.Equal(t, time.Date(2022, 3, 1, 9, 0, 0, 0, time.UTC), first.Published, "noon at Istanbul")
	assert.Equal(t, time.Date(2022, 3, 2, 12, 0, 0, 0, time.UTC), b.Published, "seconds")
	assert.Equal(t, time.Date(2022, 3, 5, 9, 0, 0, 0, time.UTC), b.Updated, "with its zone")
	assert.Zero(t, b.Expires, "0 is never")
	assert.Equal(t, "<p>Body</p>", b.Content, "a blob is a text")
	assert.Equal(t, "https://www.example.com/b.png", b.Image.URL)
	assert.Equal(t, "https://www.example.com/mc/", b.Authors[0].URL)
	assert.Equal(t, []string{"Mevlüt Çavuşoğlu", "Turkey"}, []string{b.Tags[0].Name, b.Tags[1].Name}, "in the order of the rows")
	assert.Equal(t, time.Date(2022, 3, 3, 9, 0, 0, 0, time.UTC), third.Published)
	assert.Empty(t, third.Image)

	err = q.Reload(t.Context())
	assert.ErrorContains(t, err, `sqlquery: row 5: article "5": published: "next week" is not a time`)
	assert.ErrorIs(t, err, syndicate.RuleMissing, "the undated one")
	assert.NoError(t, db.QueryRow("SELECT count(*) FROM posts JOIN words").Scan(new(int)), "nothing was dropped")
}

// LIFE-5: rows with relative addresses follow the site, and its IDBase keeps their ids.
func TestQueryOfASiteThatMoves(t *testing.T) {
	db, _ := openOld(t)
	feed := func(url, base string) (ids, links []string, text string) {
		q := queryOld(t, db)
		q.SQL = strings.Replace(oldPosts, "coalesce(p.guid, p.pid) AS id", "CASE p.pid WHEN 1 THEN NULL ELSE p.guid END AS id", 1)
		q.Site.URL, q.Site.IDBase, q.Site.TagAuthority = url, base, ""
		feed, err := q.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		for _, a := range feed.Articles {
			ids = append(ids, q.Publication().ArticleID(cmp.Or(a.ID, a.URL)))
			links = append(links, a.URL)
		}
		return append(ids, feed.ID), links, string(feed.Append(nil, syndicate.JSON))
	}
	const old, now = "http://old.example.org/", "https://www.example.com/news/"
	want, links, _ := feed(old, "")
	assert.Contains(t, want, old+"a/")
	assert.Equal(t, old+"a/", links[2])
	ids, links, text := feed(now, old)
	assert.Equal(t, want, ids)
	assert.Equal(t, "https://www.example.com/a/", links[2], "the column url begins with a slash")
	assert.Contains(t, text, "https://www.example.com/b.png")
	assert.Contains(t, text, "https://www.example.com/mc/")
	assert.NotContains(t, text, `"url":"`+old)
	ids, _, _ = feed(now, "")
	assert.NotEqual(t, want, ids, "nothing remembers the address of before")
}

// A name that says nothing must not lose a column of every article.
func TestUnknownColumnIsAnError(t *testing.T) {
	db, _ := openOld(t)
	q := queryOld(t, db)
	q.SQL = "SELECT * FROM posts"
	_, err := q.Feed(t.Context(), syndicate.Everything())
	for _, name := range []string{"pid", "slug", "head", "teaser", "html", "live_at"} {
		assert.ErrorContains(t, err, fmt.Sprintf("there is no column %q", name))
	}
	q.SQL = "SELECT url FROM nowhere"
	assert.ErrorContains(t, q.Reload(t.Context()), "no such table: nowhere")
}

func TestWritesAreSeenWhenChangedSQLTells(t *testing.T) {
	db, _ := openOld(t)
	q := queryOld(t, db)
	q.Refresh, q.Stale = time.Nanosecond, -1
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "First")
	_, err := db.Exec("UPDATE posts SET head = 'Silent' WHERE pid = 1")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "First", "ChangedSQL does not tell")
	_, err = db.Exec("UPDATE posts SET head = 'Told', touched = '2022-04-01 00:00:00' WHERE pid = 1")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "Told")
	_, err = db.Exec("DELETE FROM words")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.WithTag("turkey")), "no such feed")
}

// HTTP-3: a database that is away is an error at first, and what is known later.
func TestDatabaseThatIsAwayOrLocked(t *testing.T) {
	db, file := openOld(t)
	q := queryOld(t, db)
	lock := lockOld(t, file)
	_, err := q.Feed(t.Context(), syndicate.WithTag("turkey"))
	assert.ErrorContains(t, err, "locked")
	assert.NotErrorIs(t, err, syndicate.ErrNotFound)
	lock()
	before := ""
	require.Eventually(t, func() bool {
		before = storetest.Titles(q, syndicate.Everything())
		return strings.Contains(before, "First")
	},
		30*time.Second, 50*time.Millisecond, "it comes back by itself")

	lock = lockOld(t, file)
	assert.ErrorContains(t, q.Reload(t.Context()), "locked")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	lock()
	assert.NoError(t, unread(q.Reload(t.Context())))

	require.NoError(t, os.Truncate(file, 0))
	assert.ErrorContains(t, q.Reload(t.Context()), "sqlquery: reading the articles: ", "the tables are gone")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	require.NoError(t, db.Close())
	assert.ErrorContains(t, q.Reload(t.Context()), "database is closed")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	_, err = queryOld(t, db).Feed(t.Context(), syndicate.Everything())
	assert.ErrorContains(t, err, "database is closed")
}

// unread returns an error unless it is the one of the two posts that cannot be published.
func unread(err error) error {
	if err != nil && strings.Contains(err.Error(), "next week") {
		return nil
	}
	return err
}

// lockOld locks the database against everybody else until the function is called.
func lockOld(t *testing.T, file string) (unlock func()) {
	db, err := sql.Open("sqlite", "file:"+file)
	require.NoError(t, err)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	require.NoError(t, err)
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		require.NoError(t, err)
		conn.Close()
		db.Close()
	}
}

// While posts are written no reader sees a state that never was: each word comes with its post.
func TestQueryReadsOneStateOfTheDatabase(t *testing.T) {
	db, _ := openOld(t)
	_, err := db.Exec("PRAGMA journal_mode = WAL")
	require.NoError(t, err)
	storetest.QueryOfOneState(t, db, queryOld(t, db), unread)
}
