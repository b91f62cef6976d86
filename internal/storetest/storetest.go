// Package storetest holds what is claimed of a store over every database: the tests of packages
// sqlite and postgres.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Database is a database for one test, empty at first.
type Database struct {
	// Open opens a store over it, each time as another server would; it is closed with the test.
	Open func(t testing.TB, site syndicate.Site) *sqlstore.Store
	// SQL looks into it, and meddles with it.
	SQL *sql.DB
	// Migrate brings it up to a schema.
	Migrate func(ctx context.Context, steps ...string) error
	// TryOpen is Open for one that fails.
	TryOpen func(t testing.TB, site syndicate.Site) error
	// Change is Open for a site that changes the ids of the store.
	Change func(t testing.TB, site syndicate.Site) (*sqlstore.Store, error)
	// Newer migrates it as a program does whose schema has one step more than this one's.
	Newer func(ctx context.Context, sql string, readers, writers int) error
	// Dialect is its dialect.
	Dialect *sqlstore.Dialect
	// Name is how errors name it.
	Name string
}

// AtOnce is how many articles a store must show at once during these tests: the tests of a driver
// set limits.AtOnce to it, so that few articles go through every path that many do.
const AtOnce = 700

// Events is how many events a store must run at once during these tests: limits.Events.
const Events = 60

// Run makes all the claims; fresh returns a new database for each.
func Run(t *testing.T, fresh func(t *testing.T) Database) {
	for _, claim := range []struct {
		name string
		test func(*testing.T, Database)
	}{
		{"whatever happens to it, it is as an archive", likeAnArchive},
		{"every field of an article is kept", everyField},
		{"texts are kept whatever they hold", hostileTexts},
		{"a detail never costs an article", badDetail},
		{"what a database cannot hold is refused", whatCannotBeHeld},
		{"extensions that can be kept are kept", keptExtensions},
		{"episodes of podcasts are kept", keptEpisodes},
		{"only published kinds have feeds", publishedKinds},
		{"an article that is refused leaves nothing", refusedLeavesNothing},
		{"a write that fails leaves nothing", failedLeavesNothing},
		{"rows that are no articles are left out and told of", brokenRows},
		{"two servers that write at once lose nothing and say the same", twoServers},
		{"a change of one server is told by the other", changesOfOthers},
		{"a version is known without a question while nothing changes", knownVersions},
		{"a write whose context ends has not been", endedWrites},
		{"a database that is newer is refused", newerDatabase},
		{"a newer program may leave it to older ones", olderProgram},
		{"a schema goes up from every version", migrations},
		{"a script does what a migration does", scripts},
		{"a site with other ids is refused", otherIDs},
		{"servers of two addresses meet no raw errors", noRawErrors},
		{"errors name the database, in one line", namedErrors},
		{"servers may be the first at the same time", opensTogether},
		{"another tag authority gives other ids", anotherAuthority},
		{"links follow a site that moves, and ids stay", movedSite},
		{"articles are found by their addresses after a move", foundByAddress},
		{"what ids are made with is remembered", idsAreRemembered},
		{"a tag authority that was not set is the id base's", authorityOfTheBase},
		{"archive pages stay whatever the ids", pagesStay},
		{"ids may pass to other articles", idsTradePlaces},
		{"servers of two addresses may write during a move", rollingMove},
		{"a store of the first schema is as it was", oldSchema(version1)},
		{"a store of the second schema is as it was", oldSchema(tablesOf(version1), version2)},
		{"a store of the fourth schema is as it was", oldSchema(tablesOf(version1), tablesOf(version2), version3, version4)},
		{"pages of a store of the fourth schema change by themselves", migratedPagesChange},
		{"an archive page has the version of what is on it", versionsOfPages},
		{"a store of the first schema may have moved", oldSchemaMoved},
		{"a store of the first schema keeps its ids elsewhere", oldSchemaElsewhere},
		{"moved and closed scopes answer as an archive's", closedScopes},
		{"a category that moves takes its articles along", movedCategory},
		{"previews are as an archive's", previews},
		{"a preview is of one moment", previewsOfOneMoment},
		{"another server that starts at the same time waits", startsTogether},
		{"readers do not wait for a writer", readersDoNotWait},
		{"a clock that is set back is obeyed while another writes", setBackWhileLocked},
		{"a server that starts needs no patient reader", startsWithoutReaders},
		{"many events are run in parts", eventsInParts},
		{"a row of the program and its article are written together", oneTransaction},
		{"a transaction may be written to in several ways", severalInOne},
		{"a transaction waits for nobody who files the first articles", startingTransaction},
		{"many events at once are as one after the other", manyEvents},
		{"an article can be edited as it was given", editable},
		{"articles are listed, counted and found", listedArticles},
		{"what no article names any more is forgotten", forgotten},
		{"articles that are edited are listed", listedWhileEdited},
		{"what another server forgets is forgotten", prunedElsewhere},
		{"calls are measured", measured},
		{"a store can be copied", func(t *testing.T, d Database) { copies(t, d, fresh(t)) }},
	} {
		t.Run(claim.name, func(t *testing.T) { claim.test(t, fresh(t)) })
	}
}

// Site is the publication of the tests.
func Site() syndicate.Site {
	return syndicate.Site{URL: "https://www.example.com/", Title: "The Example", Language: "en", TagAuthority: "example.com,2020"}
}

// Noon is when an article of a test may have been published.
var Noon = day(1)

// clock is set by a test.
type clock struct{ unix atomic.Int64 }

func at(when time.Time) *clock {
	c := new(clock)
	c.unix.Store(when.Unix())
	return c
}

func (c *clock) now() time.Time { return time.Unix(c.unix.Load(), 0) }

// day is noon of a day of January 2024.
func day(n int) time.Time { return time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC) }

// numbered is the article of a day.
func numbered(n int, tags ...string) syndicate.Article {
	return syndicate.Article{
		URL: fmt.Sprintf("/%02d/", n), Title: fmt.Sprintf("%02d", n), Content: "<p>Body</p>", Published: day(n), Tags: syndicate.Tags(tags...),
	}
}

// infos lists the scopes of a Source.
func infos(t testing.TB, source syndicate.Source) (infos []syndicate.ScopeInfo) {
	t.Helper()
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	return infos
}

// assertAlike claims that two Sources show the same, to the last byte.
func assertAlike(t *testing.T, what string, want, got syndicate.Source) bool {
	t.Helper()
	// A store beside another writer returns what is committed, and a moment later what is due.
	if s, ok := got.(*sqlstore.Store); ok && s.Clock != nil {
		for until := time.Now().Add(3 * time.Second); overdue(s, s.Clock()) && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
	}
	a, b := infos(t, want), infos(t, got)
	for _, list := range [][]syndicate.ScopeInfo{a, b} {
		for i := range list {
			list[i].Modified = list[i].Modified.UTC().Truncate(time.Second)
		}
	}
	if !assert.Equal(t, a, b, "%s: list of scopes", what) {
		return false
	}
	for _, info := range a {
		for page := range info.Pages + 2 {
			scope := info.Scope.AtPage(page)
			f, err := want.Feed(t.Context(), scope)
			g, err2 := got.Feed(t.Context(), scope)
			if !assert.Equal(t, fmt.Sprint(err), fmt.Sprint(err2), "%s: %s", what, scope) {
				return false
			}
			if err == nil && !assertSame(t, seen(f), seen(g), "%s: %s", what, scope) {
				return false
			}
		}
	}
	return true
}

// assertSame claims that two texts are one, and shows where they part.
func assertSame(t testing.TB, want, got, what string, args ...any) bool {
	t.Helper()
	if want == got {
		return true
	}
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return assert.Equal(t, a[i], b[i], append([]any{what + ", line %d"}, append(args, i+1)...)...)
		}
	}
	return assert.Equal(t, len(a), len(b), append([]any{what + ", lines"}, args...)...)
}

// seen returns all that can be seen of a feed.
func seen(f *syndicate.Feed) string {
	var b []byte
	for _, format := range syndicate.Formats() {
		b = f.Append(b, format)
	}
	return fmt.Sprintf("modified %d, next change %d\n%s", f.Modified.Unix(), f.NextChange.Unix(), b)
}

// problems returns the problems of an error as lines, in order; any other error ends the test.
func problems(t testing.TB, err error) (lines []string) {
	t.Helper()
	found, ok := err.(syndicate.Problems)
	if err != nil && !ok {
		require.NoError(t, err)
	}
	for _, p := range found {
		lines = append(lines, p.Error())
	}
	return lines
}

// count returns how many rows a query yields. Tests restart the database, which ends the idle
// connections of the pool: each of them is an error once.
func (d Database) count(t testing.TB, from string) (n int) {
	t.Helper()
	var err error
	for range 10 {
		if err = d.SQL.QueryRowContext(t.Context(), "SELECT count(*) FROM "+from).Scan(&n); err == nil {
			break
		}
	}
	require.NoError(t, err)
	return n
}

func (d Database) exec(t testing.TB, statement string) {
	t.Helper()
	_, err := d.SQL.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// assertConsistent claims that everything the database has worked out follows from its articles: as
// many as are visible in each scope, and nothing half.
func (d Database) assertConsistent(t testing.TB) {
	t.Helper()
	for claim, query := range map[string]string{
		"scopes count their articles":        "syndicate_scopes s WHERE articles <> (SELECT count(*) FROM syndicate_article_scopes l WHERE l.scope = s.n)",
		"what is listed is there":            "syndicate_article_scopes l WHERE NOT EXISTS (SELECT 1 FROM syndicate_articles a WHERE a.n = l.article AND a.age = l.age AND a.key = l.key)",
		"what is listed is in the site":      "syndicate_article_scopes l WHERE NOT EXISTS (SELECT 1 FROM syndicate_article_scopes m WHERE m.scope = 1 AND m.age = l.age AND m.key = l.key)",
		"pages are counted":                  "syndicate_scopes s WHERE pages <> (SELECT count(*) FROM syndicate_pages p WHERE p.scope = s.n)",
		"the page that is filled is counted": "syndicate_scopes s WHERE open <> (SELECT count(*) FROM syndicate_article_scopes l WHERE l.scope = s.n AND (s.end_age IS NULL OR (l.age, l.key) < (s.end_age, s.end_key)))",
		"names without articles are gone":    "syndicate_terms t WHERE NOT EXISTS (SELECT 1 FROM syndicate_terms u WHERE u.scope = t.scope AND u.articles > 0)",
		"terms have no more than there are":  "syndicate_terms t WHERE visible > articles OR visible < 0",
	} {
		assert.Zero(t, d.count(t, query), claim)
	}
}
