package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/shelves"
	"github.com/syndicate-go/syndicate/sqlstore/internal/limits"
)

// Reading feeds. One statement reads what a feed consists of, so that it is one state of the
// database. A second statement reads the articles that are not cached.

// look is the result of such a statement.
type look struct {
	state
	line       *line                 // that the statement has read
	overdue    string                // differs between feeds without what has ended since; "" if nothing has
	found      bool                  // the scope has had an article
	articles   int64                 // number of visible articles
	pages      int64                 // number of closed pages
	open       int64                 // visible articles on no closed page
	modified   sql.NullInt64         // the time of the last change; NULL if there was none
	version    int64                 // of the scope's row
	names      []string              // of the scope, after those of the categories above it
	facts      shelves.Facts         // of the scope: description and URL
	nextChange sql.NullInt64         // the time of the scope's next event
	listed     []listed              // the articles, newest first
	tombstones []syndicate.Tombstone // newest first
	ends       map[int64]place       // the ends of some pages, by number
	rows       map[int64]pageRow     // of some pages, by number
}

// listed is an article in a scope: its place and number.
type listed struct {
	place
	n int64
}

// The parts of the statement. All return the same columns: the part, seven numbers and three texts.
const (
	// The state of the store and the time. Every statement begins with it, to find out whether
	// events are due, whether the database is the one whose articles are cached, and whether this
	// program may still read it.
	lookState = `SELECT 0 AS part, live AS a, clock AS b, change AS c,
	(SELECT min(at) FROM syndicate_agenda WHERE scope = 1) AS d, {clock} AS e, ` + lineageOf + ` AS f,
	coalesce((SELECT h.lineage FROM syndicate_changes h WHERE h.change = s.change), 0) AS g,
	CAST(readers AS TEXT) AS x, '' AS y, '' AS z FROM syndicate_state s WHERE one = 1`
	// The row of the scope, with the time of its next event.
	lookScope = ` UNION ALL SELECT 1, {articles}, pages, open, modified, version,
	(SELECT min(at) FROM syndicate_agenda g WHERE g.scope = s.n), {due}, names, description, url
	FROM syndicate_scopes s WHERE kind = ? AND key = ?`
	// The newest articles of the scope, or those of a page. The subquery makes ORDER BY and LIMIT
	// apply to this part alone.
	lookArticles = ` UNION ALL SELECT * FROM (SELECT 2, l.article, l.age, 0, 0, 0, 0, 0, l.key, '', ''
	FROM syndicate_article_scopes l WHERE l.scope = (SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?){between}{visible}
	ORDER BY l.age, l.key LIMIT ?) AS articles`
	// The ends of the newest closed pages.
	lookPages = ` UNION ALL SELECT * FROM (SELECT 3, p.number, p.age, 0, 0, 0, 0, 0, p.key, '', ''
	FROM syndicate_pages p WHERE p.scope = (SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?)
	ORDER BY p.number DESC LIMIT ?) AS pages`
	// The newest tombstones.
	lookTombstones = ` UNION ALL SELECT * FROM (SELECT 4, t.age, 0, 0, 0, 0, 0, 0, t.key, '', ''
	FROM syndicate_tombstones t WHERE t.scope = (SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?){lasting}
	ORDER BY t.age, t.key LIMIT ?) AS tombstones`
)

// onPage restricts lookArticles to an archive page: from its newest end down to the end of the page
// before. The page that is being filled has no end yet, and the first page has no page before it.
const onPage = `
	AND (l.age, l.key) >= (coalesce((SELECT p.age FROM syndicate_pages p WHERE {this}), -1000000000000),
		coalesce((SELECT p.key FROM syndicate_pages p WHERE {this}), ''))
	AND (l.age, l.key) < (coalesce((SELECT p.age FROM syndicate_pages p WHERE {this}), 1000000000000),
		coalesce((SELECT p.key FROM syndicate_pages p WHERE {this}), ''))`

// thisPage selects one page of a scope.
const thisPage = "p.scope = (SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?) AND p.number = ?"

// recentPages is how many page ends are read with a current feed. The feed ends on one of these
// pages unless whole pages were removed.
const recentPages = 4

// question is a statement in two forms.
type question struct {
	usual   string // while no event is due
	overdue string // leaves out what has ended at the time {now}, or appears after the time {latest}
}

// The questions for the time, the version of a scope, those of archive pages, a current feed and an
// archive page.
var (
	lookTime    = ask("")
	lookVersion = ask(lookScope + lookOpen)
	lookOfPages = ask(lookScope + lookOpen + lookClosed)
	lookFeed    = ask(lookScope + strings.Replace(lookArticles, "{between}", "", 1) + lookPages + lookTombstones)
	lookPage    = ask(lookScope +
		strings.Replace(lookArticles, "{between}", strings.ReplaceAll(onPage, "{this}", thisPage), 1) + lookOpen + lookClosed)
)

// ask returns the question of some parts.
func ask(parts string) question {
	usual := strings.NewReplacer("{articles}", "articles", "{due}", "0", "{visible}", "", "{lasting}", "")
	const visible = ` AND l.age >= -{latest} AND NOT EXISTS (SELECT 1 FROM syndicate_agenda g
		WHERE g.key = l.key AND g.scope = 1 AND g.event = 1 AND g.article = l.article AND g.at <= {now})`
	overdue := strings.NewReplacer(
		// A scope all of whose articles have ended has no feed.
		"{articles}", `CASE WHEN EXISTS (SELECT 1 FROM syndicate_article_scopes l WHERE l.scope = s.n`+visible+`)
			THEN articles ELSE 0 END`,
		// Between two changes of a scope, the time of the last event that is due identifies what
		// has ended.
		"{due}", "(SELECT max(at) FROM syndicate_agenda g WHERE g.scope = s.n AND g.at <= {now})",
		"{visible}", visible,
		"{lasting}", " AND t.ends > {now}")
	return question{lookState + usual.Replace(parts), lookState + overdue.Replace(parts)}
}

// question returns the statement for the feed of a scope, with its parameters.
func (s *Store) question(scope syndicate.Scope) (query question, params []any) {
	kind, key := int64(scope.Kind()), scope.Key()
	// One article more than the feed shows tells which page the feed links to.
	limit := s.publication.FeedLimit(scope)
	params = []any{kind, key}
	page := scope.Page()
	if page == 0 {
		return lookFeed, append(params, kind, key, limit+1, kind, key, recentPages, kind, key, s.maxTombstones(scope))
	}
	params = append(params, kind, key)
	// The parameters of onPage: its newest end twice, and twice that of the page before.
	for _, number := range []int{page, page, page - 1, page - 1} {
		params = append(params, kind, key, number)
	}
	// Of the closed pages this one and the next.
	return lookPage, append(params, maxPage, kind, key, kind, key, page, page+1)
}

// maxPage is more than the number of articles on any page.
const maxPage = 1 << 31

// maxTombstones returns how many tombstones fit into a feed: they may take a quarter of its size,
// and each takes more than 50 bytes.
func (s *Store) maxTombstones(scope syndicate.Scope) int {
	return s.publication.FeedMaxBytes(scope)/4/50 + 1
}

// lookAt runs the statement of a question. If events are due, it returns the result after they have
// been run, unless that takes long or another change is running: then it returns what is committed,
// without what has ended since. It never waits for another writer, except for a store whose first
// articles are not filed yet.
func (s *Store) lookAt(ctx context.Context, q question, params []any) (*look, error) {
	var late *time.Timer
	for {
		l, err := s.lookOnce(ctx, func(params []any, scan func(*sql.Rows) error) error {
			return s.each(ctx, q.usual, params, scan)
		}, params)
		if err != nil {
			return nil, s.failed("read", err)
		}
		if l.upToDate() {
			return l, nil
		}
		if l.live != live {
			if err := s.filed(ctx); err != nil {
				return nil, err
			}
			continue
		}
		// Time has changed feeds since anybody wrote.
		if late == nil {
			late = time.NewTimer(limits.Wait)
			defer late.Stop()
		}
		if settled, err := s.settle(ctx, late.C); err != nil {
			return nil, err
		} else if settled {
			continue
		}
		return s.lookOverdue(ctx, q, params, l)
	}
}

// lookOverdue runs the statement of a question while events are due, which l has found.
func (s *Store) lookOverdue(ctx context.Context, q question, params []any, l *look) (*look, error) {
	now, latest := l.now, int64(shelves.Never)
	// The articles of the time that a clock has been set back by disappear, until it comes again.
	if shelves.TurnedBack(l.clock, now) {
		latest = now
	}
	// The times are in the text, so the statement is not one to be kept.
	text := strings.NewReplacer("{now}", strconv.FormatInt(now, 10), "{latest}", strconv.FormatInt(latest, 10)).
		Replace(q.overdue)
	l, err := s.lookOnce(ctx, func(params []any, scan func(*sql.Rows) error) error {
		rows, err := s.db.QueryContext(ctx, s.dialect.sql(text), params...)
		if err != nil {
			return err
		}
		return scanEach(rows, scan)
	}, params)
	if err != nil {
		return nil, s.failed("read", err)
	}
	if latest == now {
		l.overdue += "r" + strconv.FormatInt(now, 36)
		l.next, l.nextChange = some(now), some(now)
	}
	return l, nil
}

// upToDate reports whether no event is due.
func (st *state) upToDate() bool {
	return st.live == live && !shelves.TurnedBack(st.clock, st.now) && (!st.next.Valid || st.next.Int64 > st.now)
}

// lookOnce runs a statement. The function each runs it with parameters and calls scan with each
// row.
func (s *Store) lookOnce(
	ctx context.Context, each func(params []any, scan func(*sql.Rows) error) error, params []any,
) (*look, error) {
	for {
		line, last := s.known.last()
		l, there, err := s.lookSince(each, last, params)
		if err != nil {
			return nil, err
		}
		// A feed must not be newer than the versions that this server returns afterwards.
		if l.line = s.known.saw(line, last, l.point, there); l.line != nil {
			return l, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// lookSince is lookOnce without the line. It also returns the lineage that the change last has in
// the database.
func (s *Store) lookSince(
	each func(params []any, scan func(*sql.Rows) error) error, last point, params []any,
) (l *look, there int64, err error) {
	l = &look{ends: map[int64]place{}, rows: map[int64]pageRow{}}
	var part integer
	var n [7]nullable
	var x, y, z string
	err = each(append([]any{last.seq}, params...), func(rows *sql.Rows) error {
		err := rows.Scan(&part, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &x, &y, &z)
		if err != nil {
			return err
		}
		switch part {
		case 0:
			// The state.
			l.live, l.clock, l.point, l.next = n[0].Int64, n[1].Int64, point{n[2].Int64, n[6].Int64}, sql.NullInt64(n[3])
			l.now, there = n[4].Int64, n[5].Int64
			return s.mayRead(x)
		case 1:
			// The scope.
			l.found = true
			l.articles, l.pages, l.open, l.version = n[0].Int64, n[1].Int64, n[2].Int64, n[4].Int64
			l.modified, l.nextChange = sql.NullInt64(n[3]), sql.NullInt64(n[5])
			l.facts = shelves.Facts{Description: y, URL: s.now.resolve(z)}
			if n[6].Int64 != 0 {
				l.overdue = strconv.FormatInt(n[6].Int64, 36)
			}
			return json.Unmarshal([]byte(x), &l.names)
		case 2:
			// An article that is listed.
			l.listed = append(l.listed, listed{place{n[1].Int64, x}, n[0].Int64})
		case 3:
			// The end of a page.
			l.ends[n[0].Int64] = place{n[1].Int64, x}
		case 4:
			// A tombstone.
			l.tombstones = append(l.tombstones, syndicate.Tombstone{ID: x, When: moment(-n[0].Int64)})
		case 5:
			// A page.
			l.rows[n[0].Int64] = pageRow{sql.NullInt64(n[1]), n[2].Int64, n[3].Int64}
		}
		return nil
	})
	if s.Clock != nil {
		l.now = s.Clock().Unix()
	}
	return l, there, err
}

// mayRead returns an error if a newer program has migrated the database while this one was running,
// and this one must not read it. The text is the oldest version whose programs may.
func (c *core) mayRead(readers string) error {
	needed, err := strconv.Atoi(readers)
	if err != nil || needed <= len(migrations) {
		return err
	}
	return c.dialect.schema().Allows(needed, needed, "read")
}

// Feed returns the feed of a scope or of an archive page. The error is a [syndicate.ScopeError] if
// there is no such feed: it was not found, has moved or is gone. Any other error is the context's
// or the database's.
func (s *Store) Feed(ctx context.Context, scope syndicate.Scope) (feed *syndicate.Feed, err error) {
	ctx, done := s.measure(ctx, "Feed")
	defer func() { done(articlesOf(feed), err) }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !legal(scope) {
		return nil, &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	// The articles are read after the look, so one of them may be gone by then, or the database may
	// have been replaced. The look is repeated: rows never change in one line, and a row that is
	// there has the contents that were listed. Ten failures in a row mean that the tables
	// contradict each other.
	query, params := s.question(scope)
	for try := 0; ; try++ {
		l, err := s.lookAt(ctx, query, params)
		if err != nil {
			return nil, err
		}
		if err := s.absent(ctx, scope, l); err != nil {
			return nil, err
		}
		var articles []*syndicate.Article
		articles, l.listed, err = s.articles(ctx, l, l.listed)
		if errors.Is(err, errGone) && try < 10 { // the article was replaced in between
			continue
		}
		if err != nil {
			return nil, err
		}
		pageOf, err := s.pageOf(ctx, scope, l, articles)
		if errors.Is(err, errGone) && try < 10 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return s.reading.Feed(scope, l.selection(scope, articles, pageOf)), nil
	}
}

// selection returns the selection of which the site makes a feed.
func (l *look) selection(
	scope syndicate.Scope, articles []*syndicate.Article, pageOf func(*syndicate.Article) int,
) syndicate.Selection {
	sel := syndicate.Selection{
		Names:       l.names,
		Description: l.facts.Description,
		URL:         l.facts.URL,
		Articles:    articles,
		Pages:       int(l.pages),
		PageOf:      pageOf,
		Tombstones:  l.tombstones,
		Modified:    when(l.modified),
		NextChange:  when(l.nextChange),
	}
	if page := int64(scope.Page()); page > 0 {
		sel.Modified = when(l.pageModified(page))
	}
	if scope.Kind() == syndicate.KindSite {
		sel.Names = nil
	}
	return sel
}

// articles returns the listed articles without those whose rows are damaged, and the list without
// them. The error is errGone if an article has been removed, or if the database is no longer that
// of the look.
func (s *Store) articles(
	ctx context.Context, l *look, all []listed,
) (articles []*syndicate.Article, kept []listed, err error) {
	articles = make([]*syndicate.Article, 0, len(all))
	found := make(map[int64]*syndicate.Article, len(all))
	var unknown []any
	for _, at := range all {
		// The number of a row stands for its contents, so the cache of a line is never out of date.
		a, known := l.line.made.get(at.n)
		if found[at.n] = a; !known {
			unknown = append(unknown, at.n)
		}
	}
	counted(ctx, len(all)-len(unknown), len(unknown))
	if len(unknown) > 0 {
		if err := s.readArticles(ctx, l, unknown, found); err != nil {
			return nil, nil, err
		}
	}
	kept = slices.DeleteFunc(all, func(at listed) bool { return found[at.n] == nil })
	for _, at := range kept {
		articles = append(articles, found[at.n])
	}
	return articles, kept, nil
}

// readArticles reads articles by their numbers.
func (s *Store) readArticles(ctx context.Context, l *look, numbers []any, found map[int64]*syndicate.Article) error {
	var rows []*row
	var lineage integer
	// Every statement returns the lineage of the look's change in the database that it reads.
	const query = "SELECT " + rowColumns + ", " + lineageOf + " FROM syndicate_articles WHERE n IN ({in})"
	err := s.eachOf(ctx, query, l.seq, numbers, func(from *sql.Rows) error {
		r, err := scanRow(withMore{from, &lineage})
		if err == nil && int64(lineage) != l.lineage {
			return errGone
		}
		if err == nil && found[r.n] == nil {
			rows = append(rows, r)
		}
		return err
	})
	if err != nil {
		return s.failed("read", err)
	}
	// A row that is listed and missing was removed or replaced in the meantime.
	if len(rows) < len(numbers) {
		return s.failed("read", errGone)
	}
	terms, err := s.terms(ctx, l.point, &l.line.terms, s.now.resolve, rows)
	if err != nil {
		return s.failed("read", err)
	}
	for _, r := range rows {
		extensions, err := s.revive(r.extensions)
		if err != nil {
			s.report(s.failed("read", fmt.Errorf("syndicate_articles %d: extensions: %w", r.n, err)))
		}
		a, err := s.stored(r, s.reading, terms, extensions)
		if err != nil {
			// The article was removed after its row was read, and its terms with it.
			if isGone, err := s.isGone(ctx, r.n); err != nil || isGone {
				return s.failed("read", cmp.Or(err, errGone))
			}
			s.report(s.failed("read", err))
			// An extension that refuses an article today must not take a stored one from its feeds.
			if a, err = s.stored(r, s.bare, terms, nil); err != nil {
				continue
			}
		}
		// Damaged rows are not cached, so that they are reported again until they are repaired.
		found[r.n] = a
		l.line.made.put(r.n, a, 2<<10+len(r.content)+len(r.summary)+len(r.title)) // measured by benchmarks/stores/scale
	}
	return nil
}

// withMore scans another column than a row has.
type withMore struct {
	from scanner
	more any // where the last column goes
}

// Scan implements scanner.
func (w withMore) Scan(to ...any) error { return w.from.Scan(append(to, w.more)...) }

// pageOf returns a function that returns the archive page of an article in a current feed. The
// articles are those that l lists.
func (s *Store) pageOf(
	ctx context.Context, scope syndicate.Scope, l *look, articles []*syndicate.Article,
) (func(*syndicate.Article) int, error) {
	if scope.Page() > 0 || l.pages == 0 || len(l.listed) == 0 {
		return func(*syndicate.Article) int { return 1 }, nil
	}
	// The feed links to the page of the oldest article that was read, or of a newer one if the
	// size limit leaves out more.
	oldest := l.listed[len(l.listed)-1].place
	first := l.pages - int64(len(l.ends)) + 1 // the oldest page whose end is known
	for first > 1 && l.ends[first].compare(oldest) <= 0 {
		// The oldest end is newer than the article, which may be on the page before.
		from := max(1, first-int64(len(l.ends)))
		const query = "SELECT number, age, key, " + lineageOf + " FROM syndicate_pages WHERE scope = " +
			"(SELECT n FROM syndicate_scopes WHERE kind = ? AND key = ?) AND number >= ? AND number < ?"
		params := []any{l.seq, int64(scope.Kind()), scope.Key(), from, first}
		err := s.each(ctx, query, params, func(rows *sql.Rows) error {
			var number, lineage int64
			var at place
			err := rows.Scan(&number, &at.age, &at.key, &lineage)
			if err == nil && lineage != l.lineage {
				err = errGone
			}
			l.ends[number] = at
			return err
		})
		if err != nil {
			return nil, s.failed("read", err)
		}
		first = from
	}
	// Pages older than first do not matter: no listed article is on them.
	ends := make([]shelves.Place, 0, l.pages-first+1) // of the pages from first on
	for number := first; number <= l.pages; number++ {
		ends = append(ends, l.ends[number].inFeed())
	}
	return func(a *syndicate.Article) int {
		// The key of an article need not be its ID: see entry.keepKey.
		at := l.listed[slices.Index(articles, a)].inFeed()
		return int(first) - 1 + shelves.PageOf(ends, at)
	}, nil
}

// absent returns the error for a scope without a feed, or nil if it has one.
func (s *Store) absent(ctx context.Context, scope syndicate.Scope, l *look) error {
	if l.found && s.publication.Publishes(scope) && (l.articles > 0 || scope.Kind() == syndicate.KindSite) {
		// The page that is being filled exists if there is something on it.
		if page := int64(scope.Page()); page > l.pages+1 || page == l.pages+1 && l.open == 0 {
			return &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
		}
		return nil
	}
	to, found, err := s.closedScope(ctx, scope.Current())
	switch {
	case err != nil:
		return s.failed("read", err)
	case !found:
		return &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	case to == scope.Current():
		return &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrGone}
	}
	for {
		var articles, pages int64
		const query = "SELECT articles, pages FROM syndicate_scopes WHERE kind = ? AND key = ?"
		err := s.each(ctx, query, []any{int64(to.Kind()), to.Key()}, func(rows *sql.Rows) error {
			return rows.Scan(&articles, &pages)
		})
		if err != nil {
			return s.failed("read", err)
		}
		if !s.publication.Publishes(to) {
			articles, pages = 0, 0
		}
		next, found, err := s.closedScope(ctx, to)
		if err != nil {
			return s.failed("read", err)
		}
		// A scope with articles has a feed, wherever it was redirected to before.
		if !found || next == to || articles > 0 {
			// A page of the old scope leads to the page of the same number, if there is one.
			if int64(scope.Page()) <= pages {
				to = to.AtPage(scope.Page())
			}
			return &syndicate.ScopeError{Scope: scope, Moved: to, Err: syndicate.ErrMoved}
		}
		to = next
	}
}

// closedScope returns the scope to which another has moved. A closed scope has moved to itself.
func closedScope(ctx context.Context, d *Dialect, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, scope syndicate.Scope) (to syndicate.Scope, found bool, err error) {
	var text string
	err = q.QueryRowContext(ctx, d.sql("SELECT moved FROM syndicate_closed WHERE scope = ?"), scope.String()).Scan(&text)
	if err == sql.ErrNoRows {
		return scope, false, nil
	}
	if err == nil {
		to, err = syndicate.ParseScope(text)
	}
	return to, err == nil, err
}

// NextChange returns the time of the next event that changes a feed, as
// [syndicate.Archive.NextChange] does. The zero time means never. If the database is unavailable,
// NextChange returns the current time.
func (s *Store) NextChange() time.Time {
	// The method has no context, so that it can be used where the Archive's is.
	ctx, end := context.WithTimeout(context.Background(), 10*time.Second)
	defer end()
	l, err := s.lookAt(ctx, lookTime, nil)
	if err != nil {
		return time.Now()
	}
	return when(l.next)
}
