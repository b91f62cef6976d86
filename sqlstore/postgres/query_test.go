package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// Queries of a schema that somebody has had for years, in a real database, with what PostgreSQL has
// for it.

const oldSchema = `
CREATE TYPE state AS ENUM ('draft', 'live');
CREATE DOMAIN address AS varchar(200) CHECK (value LIKE '/%');
CREATE TABLE writers (wid uuid PRIMARY KEY, "full name" text, home bytea);
CREATE TABLE rubrics (rid smallint PRIMARY KEY, up smallint REFERENCES rubrics, label char(20));
CREATE TABLE posts (pid bigint PRIMARY KEY, guid uuid, slug text, head text, teaser varchar(100), html bytea, live_at timestamptz, touched timestamp,
	gone_at timestamptz, state state, wid uuid REFERENCES writers, rid smallint REFERENCES rubrics, pic address, words text[], meta jsonb, answers numeric(10,2));
CREATE TABLE words (wpid bigint, pos integer, word text);
INSERT INTO writers VALUES ('00000000-0000-0000-0000-000000000001', 'Abdullah Bozkurt', NULL),
	('00000000-0000-0000-0000-000000000002', 'Mevlüt Çavuşoğlu', '/mc/');
INSERT INTO rubrics VALUES (1, NULL, 'Military'), (2, 1, 'Arms exports'), (3, NULL, 'Air / Sea');
INSERT INTO posts VALUES
	(1, NULL, 'a', 'First', NULL, NULL, '2022-03-01 12:00:00 Europe/Istanbul', NULL, NULL, 'live',
		'00000000-0000-0000-0000-000000000001', 2, NULL, NULL, NULL, NULL),
	(2, 'a81bc81b-dead-4e5d-abff-90865d1e13b1', 'b', 'İstanbul 日本語 👩‍🚀 ''; DROP TABLE posts; --', 'Teaser & <more>', '<p>Body</p>',
		'2022-03-02 23:00:00+11', '2022-03-05 12:00:00.999', 'infinity', 'live', '00000000-0000-0000-0000-000000000002', 1, '/b.png',
		ARRAY['Mevlüt Çavuşoğlu', NULL, 'a, "b" \c {d}', '"; DROP TABLE words; --', 'null'], '{"lang": "tr", "rights": null, "width": 640}', 7.00),
	(3, NULL, 'c', '1984', '', '\xff003c703e4e6f20746578743c2f703e', '2022-03-03 12:00:00.123-08', NULL, NULL, 'live', NULL, NULL, NULL,
		'{}', '{"lang": null}', 0),
	(4, NULL, 'd', 'Draft', NULL, NULL, '2022-03-04', NULL, NULL, 'draft', NULL, NULL, NULL, NULL, NULL, NULL),
	(5, NULL, 'e', 'Broken', NULL, NULL, '2022-03-04', NULL, NULL, 'live', NULL, NULL, NULL, NULL, NULL, 1.50),
	(6, NULL, 'f', 'Undated', NULL, NULL, NULL, NULL, NULL, 'live', NULL, NULL, NULL, NULL, NULL, NULL),
	(7, NULL, 'g', 'Expired', NULL, NULL, '2022-03-04', NULL, '2022-03-04 12:00:00Z', 'live', NULL, 3, NULL, '{Hidden}', NULL, NULL),
	(8, NULL, 'h', 'Ages ago', NULL, NULL, '0044-03-15 12:00:00 BC', NULL, NULL, 'live', NULL, NULL, NULL, NULL, NULL, NULL),
	(9, NULL, 'i', 'In ages', NULL, NULL, '12022-03-04', NULL, NULL, 'live', NULL, NULL, NULL, NULL, NULL, NULL),
	(10, NULL, 'j', 'Grid', NULL, NULL, '2022-03-04', NULL, NULL, 'live', NULL, NULL, NULL, '{{a,b},{c,d}}', NULL, NULL);`

const oldPosts = `
WITH RECURSIVE tree (rid, path) AS (
	SELECT rid, json_build_object('name', label)::jsonb FROM rubrics WHERE up IS NULL
	UNION ALL SELECT r.rid, jsonb_build_object('name', r.label, 'parent', tree.path) FROM rubrics r JOIN tree ON tree.rid = r.up)
SELECT p.pid AS key, coalesce(p.guid::text, p.pid::text) AS ID, '/' || p.slug || '/' AS url, p.head AS title, p.teaser AS summary, p.html AS content,
	p.live_at AS published, p.touched AT TIME ZONE 'Europe/Istanbul' AS updated, nullif(p.gone_at, 'infinity') AS expires, p.state <> 'live' AS draft,
	p.pic AS image, p.meta->'width' AS image_width, p.meta->'lang' AS language, p.meta->'rights' AS rights, p.answers AS comment_count, p.words AS tags,
	(SELECT json_agg(json_build_object('name', w."full name", 'url', convert_from(w.home, 'UTF8'))) FROM writers w WHERE w.wid = p.wid) AS authors,
	jsonb_build_array((SELECT path FROM tree WHERE tree.rid = p.rid)) AS categories
FROM posts p ORDER BY p.pid`

// openOld returns a database with the old schema, seen from the other side of the world.
func openOld(t *testing.T) *sql.DB {
	db, err := sql.Open("pgx", dsn(t)+"&timezone=Pacific%2FAuckland")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec(oldSchema)
	require.NoError(t, err)
	return db
}

func queryOld(db *sql.DB) *sqlquery.Query {
	return &sqlquery.Query{
		Site:    syndicate.Site{URL: "https://www.example.com/", Title: "The Courier", Language: "en", TagAuthority: "example.com,2020"},
		DB:      db,
		SQL:     oldPosts,
		OnError: func(error) {},
	}
}

func TestQueryOfASchemaOfOnesOwn(t *testing.T) {
	db := openOld(t)
	q := queryOld(db)
	problems := q.Reload(t.Context())
	const second = "İstanbul 日本語 👩‍🚀 '; DROP TABLE posts; --"
	assert.Equal(t, []string{
		"site: 1984 | " + second + " | First",
		"category/military: " + second + " | First", "category/military/arms-exports: First",
		"tag/a-b-c-d: " + second, "tag/drop-table-words: " + second, "tag/mevlut-cavusoglu: " + second, "tag/null: " + second,
		"author/abdullah-bozkurt: First", "author/mevlut-cavusoglu: " + second,
	}, storetest.Shown(t, q))

	feed, err := q.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, problem := range feed.Validate() {
		assert.True(t, problem.Warning, problem)
	}
	third, b, first := feed.Articles[0], feed.Articles[1], feed.Articles[2]
	assert.Equal(t, "1", first.ID)
	assert.Equal(t, time.Date(2022, 3, 1, 9, 0, 0, 0, time.UTC), first.Published, "noon at Istanbul")
	assert.Equal(t, "Arms exports", first.Categories[0].Name, "without the blanks of its type")
	assert.Equal(t, "a81bc81b-dead-4e5d-abff-90865d1e13b1", b.ID)
	assert.Equal(t, time.Date(2022, 3, 2, 12, 0, 0, 0, time.UTC), b.Published, "before midnight at Sydney")
	assert.Equal(t, time.Date(2022, 3, 5, 9, 0, 0, 0, time.UTC), b.Updated, "of a column without a zone")
	assert.Zero(t, b.Expires, "infinity is never")
	assert.Equal(t, "<p>Body</p>", b.Content, "bytes are a text")
	assert.Equal(t, "https://www.example.com/b.png", b.Image.URL, "of a domain")
	assert.Equal(t, 640, b.Image.Width, "a JSON number")
	assert.Equal(t, "tr", b.Language, "a JSON text")
	assert.Empty(t, b.Rights, "a JSON null")
	assert.Equal(t, 7, b.CommentCount, "a decimal")
	assert.Equal(t, "https://www.example.com/mc/", b.Authors[0].URL)
	var tags []string
	for _, tag := range b.Tags {
		tags = append(tags, tag.Name)
	}
	assert.Equal(t, []string{"Mevlüt Çavuşoğlu", `a, "b" \c {d}`, `"; DROP TABLE words; --`, "null"}, tags, "an array in its order")
	assert.Equal(t, time.Date(2022, 3, 3, 20, 0, 0, 0, time.UTC), third.Published, "in the evening at Greenwich")
	assert.Equal(t, "�<p>No text</p>", third.Content, "what XML cannot hold is mended")
	assert.Empty(t, third.Image)
	assert.Empty(t, third.Tags)

	for _, says := range []string{
		`sqlquery: row 5: article "5": comment_count: "1.50" is not a whole number`, `article "https://www.example.com/f/": Published: missing`,
		`article "https://www.example.com/h/": Published: `, `article "https://www.example.com/i/": Published: `,
		`sqlquery: row 10: article "10": tags: element 1: an array in an array`,
	} {
		assert.ErrorContains(t, problems, says)
	}
	var posts int
	assert.NoError(t, db.QueryRow("SELECT count(*) FROM posts WHERE NOT EXISTS (SELECT 1 FROM words)").Scan(&posts))
	assert.Equal(t, 10, posts, "nothing was dropped")
}

// Whatever type a column is of, it is what it says, nothing, or an error that names it.
func TestColumnsOfEveryType(t *testing.T) {
	db := openOld(t)
	for _, test := range []struct{ column, given, want string }{
		{"title", "NULL::text", ""}, {"title", "'x'::char(9)", "x"}, {"title", "'Ünï'::varchar", "Ünï"}, {"title", "12::smallint", "12"}, {"title", "12.50::numeric", "12.50"},
		{"title", "1e20::float8", "100000000000000000000"}, {"title", "'live'::state", "live"}, {"title", "'127.0.0.1'::inet", "127.0.0.1"},
		{"title", `'"Quoted"'::jsonb`, "Quoted"}, {"title", `'"\u0041"'::json`, "A"}, {"title", "'null'::json", ""}, {"title", "'null'::text", "null"}, {"title", "'[1]'::json", "[1]"},
		{"title", "ARRAY['x']", "an object or array is not a text"}, {"title", "true", "true (bool) is not a text"}, {"title", "now()", "is not a text"},
		{"title", "date '2022-01-01'", "is not a text"}, {"title", "interval '1 day'", "1 day"}, {"title", `'\x00ff41'::bytea`, "�A"},
		{"comment_count", "7::smallint", "7"}, {"comment_count", "7::numeric", "7"}, {"comment_count", "7.000::numeric", "7"}, {"comment_count", "sum(7)", "7"},
		{"comment_count", "'NaN'::numeric", "is not a whole number"}, {"comment_count", "'Infinity'::float8", "is not a whole number"},
		{"comment_count", "1e40::numeric", "is not a whole number"}, {"comment_count", "7.5::real", "is not a whole number"}, {"comment_count", "'-1'::int", "0"},
		{"comment_count", "'7'::jsonb", "7"}, {"comment_count", `'"7"'::jsonb`, "7"},
		{"draft", "false", "public"}, {"draft", "true", "draft"}, {"draft", "NULL::boolean", "public"}, {"draft", "1::bit", "draft"}, {"draft", "0::bit", "public"},
		{"draft", "'true'::jsonb", "draft"}, {"draft", "2", "is not a boolean"}, {"draft", "ARRAY[true]", "is not a boolean"},
		{"published", "timestamptz '2022-01-01 13:00+13'", "2022-01-01T00:00:00Z"}, {"published", "timestamp '2022-01-01'", "2022-01-01T00:00:00Z"},
		{"published", "date '2022-01-01'", "2022-01-01T00:00:00Z"}, {"published", "1640995200::bigint", "2022-01-01T00:00:00Z"},
		{"published", "extract(epoch FROM timestamptz '2022-01-01Z')", "2022-01-01T00:00:00Z"}, {"published", "'2022-01-01'::text", "2022-01-01T00:00:00Z"},
		{"published", "(timestamptz '2022-01-01Z')::text", "2022-01-01T00:00:00Z"}, {"published", `to_jsonb(timestamptz '2022-01-01Z')`, "2022-01-01T00:00:00Z"},
		{"published", "NULL::timestamptz", "Published: missing"}, {"published", "time '12:00'", "is not a time"}, {"published", "tstzrange(now(), now())", "is not a time"},
		{"published", "timestamptz 'infinity'", "infinity"}, {"published", "date '-infinity'", "infinity"},
		{"tags", "ARRAY['a', 'b,c', '', NULL, ' d ']", "a|b,c|d"}, {"tags", "ARRAY[1, 2]", "1|2"}, {"tags", "NULL::text[]", ""}, {"tags", "'{}'::text[]", ""},
		{"tags", "'[5:6]={x,y}'::text[]", "x|y"}, {"tags", "ARRAY['live'::state]::varchar[]", "live"}, {"tags", "ARRAY['a\"', 'b\\', '{c', 'd}', 'null', 'NULLs']", "a\"|b\\|{c|d}|null|NULLs"},
		{"tags", "ARRAY['live'::state]", "neither a JSON array nor names"}, {"tags", "'{a,b}'::text", "neither a JSON array nor names"},
		{"tags", "to_json(ARRAY['a', 'b'])", "a|b"}, {"tags", `'"a"'::jsonb`, "a"}, {"tags", "'null'::jsonb", ""}, {"tags", "'[null, {}]'::jsonb", ""},
		{"tags", `'{"name": "a"}'::jsonb`, "neither a JSON array nor names"}, {"tags", "E'a\\nb'", "a|b"}, {"tags", "json_agg(NULL::text)", ""},
	} {
		what := test.column + ": " + test.given
		q := queryOld(db)
		columns := map[string]string{"url": "'/a/'", "summary": "'summary'", "published": "date '2022-01-01'"}
		columns[test.column] = test.given
		q.SQL = "SELECT"
		for name, value := range columns {
			q.SQL += " " + value + " AS " + name + ","
		}
		q.SQL = strings.TrimSuffix(q.SQL, ",")
		err := q.Reload(t.Context())
		feed, failed := q.Preview(t.Context(), syndicate.Everything())
		if err != nil {
			assert.ErrorContains(t, err, test.want, what)
			assert.True(t, failed != nil || len(feed.Articles) == 0, what)
			continue
		}
		require.NoError(t, failed, what)
		require.Len(t, feed.Articles, 1, what)
		a := feed.Articles[0]
		var tags []string
		for _, tag := range a.Tags {
			tags = append(tags, tag.Name)
		}
		assert.Equal(t, test.want, map[string]string{
			"title": a.Title, "comment_count": fmt.Sprint(a.CommentCount), "draft": map[bool]string{true: "draft", false: "public"}[a.Draft],
			"published": a.Published.UTC().Format(time.RFC3339), "tags": strings.Join(tags, "|"),
		}[test.column], what)
	}
}

// A name that says nothing must not lose a column of every article.
func TestUnknownColumnIsAnError(t *testing.T) {
	q := queryOld(openOld(t))
	q.SQL = "SELECT *, 1 FROM posts"
	_, err := q.Feed(t.Context(), syndicate.Everything())
	for _, name := range []string{"pid", "slug", "head", "teaser", "html", "live_at", "?column?"} {
		assert.ErrorContains(t, err, fmt.Sprintf("there is no column %q", name))
	}
	q.SQL = "SELECT url FROM nowhere"
	assert.ErrorContains(t, q.Reload(t.Context()), `relation "nowhere" does not exist`)
	q.SQL = "SELECT 1/0 AS url, now() AS published"
	assert.ErrorContains(t, q.Reload(t.Context()), "division by zero")
}

func TestWritesAreSeenWhenChangedSQLTells(t *testing.T) {
	db := openOld(t)
	q := queryOld(db)
	q.Refresh, q.Stale = time.Nanosecond, -1
	q.ChangedSQL = "SELECT max(touched), count(*), (SELECT count(*) FROM words) FROM posts"
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "First")
	_, err := db.Exec("UPDATE posts SET head = 'Silent' WHERE pid = 1")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "First", "ChangedSQL does not tell")
	_, err = db.Exec("UPDATE posts SET head = 'Told', touched = '2022-04-01 00:00:00' WHERE pid = 1")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.Everything()), "Told")
	_, err = db.Exec("DELETE FROM posts WHERE pid = 2")
	require.NoError(t, err)
	assert.Contains(t, storetest.Titles(q, syndicate.WithTag("null")), "no such feed")
}

// HTTP-3: a database that is away is an error at first, and what is known later.
func TestDatabaseThatIsLockedOrBreaksOff(t *testing.T) {
	db := openOld(t)
	q := queryOld(db)
	q.Timeout = 100 * time.Millisecond
	unlock := lockOld(t, db)
	_, err := q.Feed(t.Context(), syndicate.WithTag("null"))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, syndicate.ErrNotFound)
	unlock()
	before := ""
	require.Eventually(t, func() bool {
		before = storetest.Titles(q, syndicate.Everything())
		return strings.Contains(before, "First")
	},
		30*time.Second, 50*time.Millisecond, "it comes back by itself")

	unlock = lockOld(t, db)
	assert.ErrorIs(t, q.Reload(t.Context()), context.DeadlineExceeded)
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	unlock()
	q.Timeout = time.Minute
	// The read that was given up ends a moment later.
	require.Eventually(t, func() bool { return unread(q.Reload(t.Context())) == nil }, 30*time.Second, 10*time.Millisecond)

	q.SQL = "SELECT '/' || n || '/' AS url, now() AS published, pg_terminate_backend(CASE n WHEN 5000 THEN pg_backend_pid() ELSE -1 END)::text AS title FROM generate_series(1, 9000) n"
	err = q.Reload(t.Context())
	assert.ErrorContains(t, err, "sqlquery: reading the articles: SQL: ", "the connection is cut off in the middle")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	q.SQL = oldPosts
	assert.NoError(t, unread(q.Reload(t.Context())), "on another connection")
	_, err = db.Exec("ALTER TABLE posts ALTER COLUMN head TYPE varchar(300)")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return unread(q.Reload(t.Context())) == nil }, 30*time.Second, time.Millisecond, "a statement that was prepared before is forgotten")

	_, err = db.Exec("DROP TABLE posts")
	require.NoError(t, err)
	assert.ErrorContains(t, q.Reload(t.Context()), "sqlquery: reading the articles: ", "the table is gone")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
	require.NoError(t, db.Close())
	assert.ErrorContains(t, q.Reload(t.Context()), "database is closed")
	assert.Equal(t, before, storetest.Titles(q, syndicate.Everything()))
}

// unread returns an error unless it is that of the posts that cannot be published.
func unread(err error) error {
	if err != nil && strings.Contains(err.Error(), `"1.50" is not a whole number`) {
		return nil
	}
	return err
}

// lockOld locks the posts against everybody else until the function is called.
func lockOld(t *testing.T, db *sql.DB) (unlock func()) {
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("LOCK TABLE posts IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback()) }
}

func TestQueryReadsOneStateOfTheDatabase(t *testing.T) {
	db := openOld(t)
	q := queryOld(db)
	q.SQL = strings.Replace(oldPosts, ", p.words AS tags", "", 1)
	// The posts are asked for some time after the words, so that others have written in between.
	q.Lists = map[string]string{"tags": "SELECT wpid, word AS name FROM words RIGHT JOIN (SELECT pg_sleep(0.005)) AS slow ON true ORDER BY wpid, pos"}
	storetest.QueryOfOneState(t, db, q, unread)
}

// TestTroublesomeTextComesThrough has every column hold what has broken databases, feeds and
// terminals.
func TestTroublesomeTextComesThrough(t *testing.T) {
	db := openOld(t)
	for i, text := range storetest.Hostile() {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
			continue // PostgreSQL's texts hold no such bytes
		}
		_, err := db.Exec("INSERT INTO posts (pid, slug, head, teaser, html, live_at, state, words, meta) VALUES ($1, $2, $3, $4, $5, '2022-03-01Z', 'live', ARRAY['n ' || $3], to_jsonb($3::text))",
			100+i, fmt.Sprint("hostile", i), text, text, []byte("<p>"+text+"</p>"))
		require.NoError(t, err)
	}
	q := queryOld(db)
	q.Site.Limit = 100
	q.SQL = `SELECT 'id ' || regexp_replace(head, '[\u0001-\u001f\u007f-\u009f]', '-', 'g') AS id, '/' || slug || '/' AS url, 't ' || head AS title, teaser AS summary, html AS content, live_at AS published, words AS tags,
		meta AS rights, json_build_array(json_build_object('name', 'n ' || head)) AS authors FROM posts WHERE pid >= 100 ORDER BY pid`
	rows, err := db.Query("SELECT slug, head, teaser FROM posts WHERE pid >= 100 ORDER BY pid")
	require.NoError(t, err)
	defer rows.Close()
	archive, err := syndicate.NewArchive(q.Site)
	require.NoError(t, err)
	for rows.Next() {
		var slug, head, teaser string
		require.NoError(t, rows.Scan(&slug, &head, &teaser))
		id := "id " + strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return '-' // an id with a control character counts as binary, and is refused
			}
			return r
		}, head)
		a := syndicate.Article{ID: id, URL: "/" + slug + "/", Title: "t " + head, Summary: teaser, Content: "<p>" + head + "</p>",
			Published: time.Date(2022, 3, 1, 0, 0, 0, 0, time.UTC), Rights: head, Authors: []syndicate.Author{{Name: "n " + head}}, Tags: syndicate.Tags("n " + head)}
		require.NoError(t, archive.Add(a))
	}
	require.NoError(t, rows.Err())
	require.NoError(t, q.Reload(t.Context()))
	assert.Equal(t, storetest.Shown(t, archive), storetest.Shown(t, q))
	want, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	got, err := q.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Greater(t, len(got.Articles), 20)
	for _, format := range syndicate.Formats() {
		assert.True(t, string(want.Append(nil, format)) == string(got.Append(nil, format)), "%s:\n%s", format, got.Append(nil, format))
	}
}
