package mariadb_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// open returns a new database, which is removed after the test. Parameters are those of the driver.
func open(t *testing.T, parameters, schema string) *sql.DB {
	address := os.Getenv("SYNDICATE_MARIADB")
	if address == "" {
		t.Skip("SYNDICATE_MARIADB has no address of a server; use bash .ci/mariadb go test ./internal/mariadb")
	}
	server, err := sql.Open("mysql", address)
	require.NoError(t, err)
	name := fmt.Sprint("query_", time.Now().UnixNano())
	_, err = server.Exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4")
	require.NoError(t, err)
	config, err := mysql.ParseDSN(address + name + "?multiStatements=true&" + parameters)
	require.NoError(t, err)
	db, err := sql.Open("mysql", config.FormatDSN())
	require.NoError(t, err)
	t.Cleanup(func() {
		db.Close()
		_, err := server.Exec("DROP DATABASE " + name)
		assert.NoError(t, err)
		server.Close()
	})
	if schema != "" {
		_, err = db.Exec("SET SESSION sql_mode = ''; " + schema)
		require.NoError(t, err)
	}
	return db
}

func query(db *sql.DB, text string) *sqlquery.Query {
	return &sqlquery.Query{
		Site:    syndicate.Site{URL: "https://www.example.com/", Title: "The Courier", Language: "en", TagAuthority: "example.com,2020"},
		DB:      db,
		SQL:     text,
		Refresh: -1,
		OnError: func(error) {},
	}
}

// one returns the only article of a query, drafts included.
func one(t *testing.T, q *sqlquery.Query) (*syndicate.Article, error) {
	problems := q.Reload(t.Context())
	feed, err := q.Preview(t.Context(), syndicate.Everything())
	if err != nil || len(feed.Articles) == 0 {
		return nil, problems
	}
	return feed.Articles[0], problems
}

func tagsOf(a *syndicate.Article) string {
	var names []string
	for _, tag := range a.Tags {
		names = append(names, tag.Name)
	}
	return strings.Join(names, "|")
}

// Whatever type a column is of, it is what it says, nothing, or an error that names it.
func TestColumnsOfEveryType(t *testing.T) {
	for _, parse := range []string{"parseTime=false", "parseTime=true"} {
		db := open(t, parse, "CREATE TABLE t (d date, dt datetime, dt6 datetime(6), ts timestamp, j json, y year, b bit(1), ti tinyint(1), bin binary(16)) "+
			"AS SELECT '0000-00-00' d, '2022-01-01 12:30:00' dt, '2022-01-01 12:30:00.25' dt6, '2022-01-01 12:30:00' ts, json_object('lang', 'tr') j, 2022 y, "+
			"b'1' b, 1 ti, unhex('000102030405060708090A0B0C0D0E0F') bin")
		for _, test := range []struct{ column, given, want string }{
			{"id", "cast(7 AS unsigned)", "7"}, {"id", "18446744073709551615", "18446744073709551615"}, {"id", "cast(-7 AS signed)", "-7"},
			{"id", "cast(1 AS float)", "1"}, {"id", "12.50", "12.50"}, {"id", "(SELECT bin FROM t)", "select a binary id as the text"},
			{"id", "uuid_v()", "FUNCTION"}, {"id", "lower(hex((SELECT bin FROM t)))", "000102030405060708090a0b0c0d0e0f"}, {"id", "x'41'", "A"},
			{"title", "cast(0.1 AS float)", "0.1"}, {"title", "'Ünï'", "Ünï"}, {"title", "NULL", ""}, {"title", "json_value((SELECT j FROM t), '$.lang')", "tr"},
			{"comment_count", "cast(7 AS unsigned)", "7"}, {"comment_count", "7.00", "7"}, {"comment_count", "7.5", "is not a whole number"},
			{"comment_count", "count(*)", "1"}, {"comment_count", "sum(7)", "7"}, {"comment_count", "18446744073709551615", "is not a whole number"},
			{"draft", "(SELECT ti FROM t)", "draft"}, {"draft", "(SELECT b FROM t)", "draft"}, {"draft", "'x' <> 'x'", "public"}, {"draft", "true", "draft"},
			{"draft", "NULL", "public"}, {"draft", "2", "is not a boolean"}, {"draft", "'0'", "public"},
			{"published", "(SELECT dt FROM t)", "2022-01-01T12:30:00Z"}, {"published", "(SELECT dt6 FROM t)", "2022-01-01T12:30:00Z"},
			{"published", "(SELECT ts FROM t)", "2022-01-01T12:30:00Z"}, {"published", "date '2022-01-01'", "2022-01-01T00:00:00Z"},
			{"published", "unix_timestamp('2022-01-01')", "2022-01-01T00:00:00Z"}, {"published", "(SELECT d FROM t)", "Published: missing"},
			{"published", "'0000-00-00 00:00:00'", "Published: missing"}, {"published", "'2022-00-00'", "is not a time"}, {"published", "(SELECT y FROM t)", "a year alone"},
			{"published", "NULL", "Published: missing"}, {"published", "20220101", "write dates with hyphens"}, {"published", "now() + 0", "divide milliseconds"},
			{"tags", "json_array('a', 'b,c', NULL)", "a|b,c"}, {"tags", "group_concat('a', char(10), 'b')", "a|b"}, {"tags", "NULL", ""},
			{"tags", "json_arrayagg(json_object('name', 'a', 'slug', 'b'))", "a"}, {"tags", "'[\"a\"'", "is not one"},
		} {
			what := parse + ": " + test.column + ": " + test.given
			columns := map[string]string{"url": "'/a/'", "summary": "'summary'", "published": "'2022-01-01'", "tags": "NULL"}
			columns[test.column] = test.given
			var text strings.Builder
			text.WriteString("SELECT")
			for name, value := range columns {
				text.WriteString(" " + value + " AS " + name + ",")
			}
			a, err := one(t, query(db, strings.TrimSuffix(text.String(), ",")))
			if err != nil {
				assert.ErrorContains(t, err, test.want, what)
				assert.Nil(t, a, what)
				continue
			}
			if !assert.NotNil(t, a, what) {
				continue
			}
			assert.Equal(t, test.want, map[string]string{
				"id": a.ID, "title": a.Title, "comment_count": fmt.Sprint(a.CommentCount), "draft": map[bool]string{true: "draft", false: "public"}[a.Draft],
				"published": a.Published.UTC().Format(time.RFC3339), "tags": tagsOf(a),
			}[test.column], what)
		}
	}
}

// A DATETIME has no zone. As a text it is in that of the Query, as a time in that of the driver.
func TestZones(t *testing.T) {
	istanbul, err := time.LoadLocation("Europe/Istanbul")
	require.NoError(t, err)
	const text = "SELECT 'x' AS title, '/a/' AS url, cast('2022-01-01 12:00:00' AS datetime) AS published"
	for parameters, location := range map[string]*time.Location{"parseTime=false": istanbul, "parseTime=true&loc=Europe%2FIstanbul": nil} {
		q := query(open(t, parameters, ""), text)
		q.Location = location
		a, err := one(t, q)
		require.NoError(t, err)
		assert.Equal(t, time.Date(2022, 1, 1, 9, 0, 0, 0, time.UTC), a.Published, parameters)
	}
}

// Keys of every type find their lists and their articles, and what cannot be a key is an error.
func TestKeysOfEveryType(t *testing.T) {
	for _, test := range []struct{ kind, first, second, says string }{
		{"bigint unsigned", "18446744073709551615", "1", ""}, {"int unsigned", "4294967295", "1", ""}, {"bigint", "-1", "1", ""}, {"tinyint unsigned", "255", "1", ""},
		{"binary(16)", "unhex('000102030405060708090A0B0C0D0E0F')", "unhex('FF0102030405060708090A0B0C0D0E0F')", ""},
		{"varchar(36) collate utf8mb4_bin", "'Ünï ''x'''", "'b'", ""}, {"decimal(20,0)", "12345678901234567890", "1", ""}, {"uuid", "uuid()", "uuid()", ""},
		{"datetime", "'2022-01-01 12:00:00'", "'2022-01-02 12:00:00'", "is not a key"},
	} {
		db := open(t, "parseTime=true", fmt.Sprintf(`CREATE TABLE p (k %s PRIMARY KEY, slug varchar(9), changed int);
			CREATE TABLE w (k %s, word varchar(9));
			INSERT INTO p VALUES (%s, 'a', 1), (%s, 'b', 1);
			INSERT INTO w SELECT k, slug FROM p; INSERT INTO w VALUES (NULL, 'nobody')`, test.kind, test.kind, test.first, test.second))
		for _, where := range []string{"", " WHERE k IN ({?})"} {
			q := query(db, "SELECT k AS 'key', concat('/', slug, '/') AS url, slug AS title, '2022-01-01' AS published FROM p"+where)
			q.Lists = map[string]string{"tags": "SELECT k, word AS name FROM w" + where}
			if where != "" {
				q.Stamps = []string{"SELECT k, changed FROM p", "SELECT k, word FROM w"}
			}
			err := q.Reload(t.Context())
			if test.says != "" {
				assert.ErrorContains(t, err, test.says, test.kind)
				_, err := q.Feed(t.Context(), syndicate.Everything())
				assert.Error(t, err, "no article without its tags")
				continue
			}
			require.NoError(t, err, test.kind)
			feed, err := q.Feed(t.Context(), syndicate.Everything())
			require.NoError(t, err)
			require.Len(t, feed.Articles, 2, test.kind)
			for _, a := range feed.Articles {
				assert.Equal(t, a.Title, tagsOf(a), test.kind)
			}
		}
		if test.says != "" {
			continue
		}
		// Keys that mean the same but are not: no list is lost in silence.
		q := query(db, "SELECT hex(k) AS 'key', concat('/', slug, '/') AS url, slug AS title, '2022-01-01' AS published FROM p")
		q.Lists = map[string]string{"tags": "SELECT concat('#', k), word AS name FROM w"}
		assert.ErrorContains(t, q.Reload(t.Context()), "no article has the key of any row", test.kind)
	}
}

// MySQL cuts what group_concat joins, by default after 1,024 bytes; MariaDB even closes the array.
func TestListsThatTheDatabaseCutAreReported(t *testing.T) {
	const words = "CREATE TABLE w (word varchar(40)); INSERT INTO w SELECT concat('Ünïcödé tag ', seq) FROM seq_1_to_80"
	for _, limit := range []string{"1024", "1025", "1026", "1027"} {
		for _, list := range []string{
			"group_concat(word separator '\\n')", "json_arrayagg(word)", "json_arrayagg(json_object('name', word))",
			"concat('[', group_concat(json_quote(word)), ']')",
		} {
			q := query(open(t, "group_concat_max_len="+limit, words), "SELECT 'x' AS title, '/a/' AS url, '2022-01-01' AS published, "+list+" AS tags FROM w")
			a, err := one(t, q)
			assert.Nil(t, a)
			if assert.Error(t, err, list) && !strings.Contains(err.Error(), "is not one") { // an array that has no end
				assert.ErrorContains(t, err, "group_concat_max_len is "+limit, list)
			}
		}
	}
	q := query(open(t, "group_concat_max_len=1000000", words), "SELECT 'x' AS title, '/a/' AS url, '2022-01-01' AS published, json_arrayagg(word) AS tags FROM w")
	a, err := one(t, q)
	require.NoError(t, err)
	assert.Len(t, a.Tags, 80)
}

const press = `
CREATE TABLE posts (id int unsigned PRIMARY KEY, slug varchar(20) NOT NULL, title varchar(20), state varchar(10) NOT NULL, changed datetime NOT NULL);
CREATE TABLE words (id int unsigned PRIMARY KEY, word varchar(20) NOT NULL);
CREATE TABLE post_words (post int unsigned, word int unsigned, PRIMARY KEY (post, word));`

// queryPress returns a query of the posts, which reads again what has changed if stamped is set.
func queryPress(db *sql.DB, stamped bool) *sqlquery.Query {
	where, and := "", ""
	if stamped {
		where, and = " WHERE post IN ({?})", " AND id IN ({?})"
	}
	q := query(db, "SELECT id, concat('/', slug, '/') AS url, title, '2022-01-01' + INTERVAL id HOUR AS published, "+
		"state = 'draft' AS draft FROM posts WHERE state <> 'trash'"+and+" ORDER BY id")
	q.Lists = map[string]string{"tags": "SELECT post, words.word AS name FROM post_words JOIN words ON words.id = post_words.word" + where + " ORDER BY post, words.id"}
	if stamped {
		q.Stamps = []string{"SELECT id, changed, state FROM posts", "SELECT post, word FROM post_words"}
		q.ChangedSQL = "SELECT id, word FROM words ORDER BY id"
	}
	q.MaxRetracted = -1
	return q
}

// A query that reads again what has changed shows what a new query of everything shows.
func TestStampsMissNothing(t *testing.T) {
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 7))
		db := open(t, "", press)
		q := queryPress(db, true)
		q.Refresh, q.Stale = time.Nanosecond, -1 // each request reads
		for step := range 60 {
			for range 1 + random.IntN(4) {
				n := 1 + random.IntN(700)
				// The verbs %[1]d and %[2]d are a post and any number.
				statement := []string{
					"INSERT IGNORE INTO posts SELECT seq, concat('p', seq), concat('Post ', seq), 'live', '2022-01-01' FROM seq_%[1]d_to_900",
					"UPDATE posts SET title = 'Title %[2]d', changed = changed + INTERVAL 1 SECOND WHERE id = %[1]d",
					"UPDATE posts SET slug = 'p%[2]d', changed = changed + INTERVAL 1 SECOND WHERE id = %[1]d", // may be the address of another
					"UPDATE posts SET state = 'draft' WHERE id = %[1]d", "UPDATE posts SET state = 'live'", "UPDATE posts SET state = 'trash' WHERE id %% 7 = %[1]d %% 7",
					"UPDATE posts SET title = '', changed = changed + INTERVAL 1 SECOND WHERE id = %[1]d", // refused
					"DELETE FROM posts WHERE id = %[1]d", "DELETE FROM posts WHERE id > %[1]d",
					"INSERT IGNORE INTO words VALUES (%[1]d %% 5, 'Word %[2]d')", "UPDATE words SET word = 'Word %[2]d' WHERE id = %[1]d %% 5",
					"INSERT IGNORE INTO post_words VALUES (%[1]d, %[2]d %% 5)", "DELETE FROM post_words WHERE word = %[1]d %% 5",
				}[random.IntN(13)]
				_, err := db.Exec(fmt.Sprintf(statement+"/* %[1]d %[2]d */", n, random.IntN(1000)))
				require.NoError(t, err)
			}
			fresh := queryPress(db, false)
			want := shown(t, fresh)
			got := shown(t, q)
			require.Equal(t, want, got, "seed %d, step %d", seed, step)
		}
	}
}

// shown returns the scopes of a query, with their titles and addresses, and why articles are
// missing.
func shown(t *testing.T, q *sqlquery.Query) (lines []string) {
	for info, err := range q.Scopes(context.Background()) {
		require.NoError(t, err)
		feed, err := q.Feed(context.Background(), info.Scope)
		require.NoError(t, err)
		var line strings.Builder
		line.WriteString(fmt.Sprint(info.Scope, info.Count))
		for _, a := range feed.Articles {
			line.WriteString(fmt.Sprint(" ", a.ID, a.URL, cmp.Or(a.Title, "-"), tagsOf(a)))
		}
		lines = append(lines, line.String())
	}
	return lines
}

// What was a fault of the database or of a deployment retracts nothing.
func TestFaultsThatWouldRetractMuchAreRefused(t *testing.T) {
	for name, fault := range map[string]struct{ statement, says string }{
		"an emptied table":   {"DELETE FROM posts", "900 of 900 visible articles would be retracted, at most 90"},
		"most rows":          {"DELETE FROM posts WHERE id > 700", "200 of 900 visible articles would be retracted, at most 90"},
		"another type":       {"ALTER TABLE posts MODIFY state int", "900 of 900"},
		"a column of NULL":   {"ALTER TABLE posts MODIFY slug varchar(20) NULL; UPDATE posts SET slug = NULL", "URL: missing"},
		"all drafts":         {"UPDATE posts SET state = 'draft'", "900 of 900"},
		"no titles":          {"UPDATE posts SET title = NULL", "Title: missing"},
		"all in the trash":   {"UPDATE posts SET state = 'trash'", "900 of 900"},
		"another permalinks": {"UPDATE posts SET slug = concat('new-', slug)", ""}, // their ids stay
		"a few rows":         {"DELETE FROM posts WHERE id > 820", ""},
	} {
		for _, stamped := range []bool{false, true} {
			db := open(t, "", press+"INSERT INTO posts SELECT seq, concat('p', seq), concat('Post ', seq), 'live', '2022-01-01' FROM seq_1_to_900")
			q := queryPress(db, stamped)
			q.MaxRetracted = 0
			before := shown(t, q)
			_, err := db.Exec("SET SESSION sql_mode = ''; " + fault.statement)
			require.NoError(t, err)
			err = q.Reload(t.Context())
			if fault.says == "" {
				require.NoError(t, err, name)
				assert.NotEqual(t, before, shown(t, q), name)
				continue
			}
			var refused *sqlquery.RetractionError
			require.ErrorAs(t, err, &refused, name)
			assert.ErrorContains(t, err, fault.says, name)
			assert.ErrorContains(t, err, "ReloadRetracting", name)
			assert.Less(t, len(err.Error()), 2000, name)
			assert.Equal(t, before, shown(t, q), name)
			_ = q.ReloadRetracting(t.Context())
			assert.NotEqual(t, before, shown(t, q), name)
			assert.NotErrorAs(t, q.Reload(t.Context()), &refused, "agreed once, it is done: %s", name)
		}
	}
}

// An episode is read from columns of every type that a table of episodes has.
func TestColumnsOfEpisodes(t *testing.T) { // POD-20, POD-23, POD-24, POD-42, POD-44
	for _, parse := range []string{"parseTime=false", "parseTime=true"} {
		db := open(t, parse, `CREATE TABLE episodes (id INT PRIMARY KEY, published DATETIME, audio VARCHAR(99), bytes BIGINT UNSIGNED,
				length TIME, season TINYINT UNSIGNED, number SMALLINT, position DECIMAL(5,1), kind ENUM('full', 'trailer', 'bonus'),
				explicit BIT(1), kept LONGTEXT, block BOOLEAN);
			CREATE TABLE chapters (episode INT, start DECIMAL(8,3), title VARCHAR(99));
			CREATE TABLE people (episode INT, name VARCHAR(99), role VARCHAR(99));
			INSERT INTO episodes VALUES (1, '2022-03-01 09:00:00', '/1.mp3', 48000000, '01:02:03', 1, 12, 12.5, 'bonus', b'1', 'WEBVTT\n', 1);
			INSERT INTO chapters VALUES (1, 0, 'Intro'), (1, 94.5, 'İstanbul 👩‍🚀');
			INSERT INTO people VALUES (1, 'Ann', NULL), (1, 'Bob', 'guest')`)
		q := query(db, `SELECT id, concat('/', id, '/') AS url, 'The bell' AS title, published, audio, bytes AS audio_size, length AS duration,
			season, number AS episode, position AS episode_order, kind AS episode_type, explicit, block, kept AS transcript,
			(SELECT JSON_ARRAYAGG(JSON_OBJECT('startTime', start, 'title', title) ORDER BY start) FROM chapters WHERE episode = id) AS chapters,
			(SELECT JSON_ARRAYAGG(JSON_OBJECT('name', name, 'role', role) ORDER BY name) FROM people WHERE episode = id) AS people
			FROM episodes`)
		q.Columns = func() sqlquery.Columns { return new(podcast.Columns) }
		a, err := one(t, q)
		require.NoError(t, err, parse)
		assert.Equal(t, []syndicate.Enclosure{{
			URL: "https://www.example.com/1.mp3", Type: "audio/mpeg", Size: 48_000_000, Duration: time.Hour + 2*time.Minute + 3*time.Second,
		}}, a.Enclosures, parse)
		assert.Equal(t, []syndicate.Extension{podcast.Episode{
			Season: 1, Number: 12, Order: 12.5, Type: podcast.TypeBonus, Rating: podcast.RatingExplicit, Block: true,
			ChapterList: []podcast.Chapter{{Title: "Intro"}, {Start: 94500 * time.Millisecond, Title: "İstanbul 👩‍🚀"}},
			Transcripts: []podcast.Transcript{{Text: "WEBVTT\n", Type: podcast.TypeVTT}},
			People:      []podcast.Person{{Name: "Ann"}, {Name: "Bob", Role: "guest"}},
		}}, a.Extensions, parse)
	}
}
