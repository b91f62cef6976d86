package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"

	"github.com/syndicate-go/syndicate"
)

// Preview returns the feed that a scope would have if drafts and future articles were public and
// nothing expired, as [syndicate.Archive.Preview] does. Show it to authorized users only. The
// error is a [syndicate.ScopeError], the context's error or the database's.
//
// Preview reads as many articles as the feed shows, by indexes. If a category, tag or author has
// hidden articles, it also reads the terms of the site's drafts and expiring articles that
// are as new as those.
func (s *Store) Preview(ctx context.Context, scope syndicate.Scope) (feed *syndicate.Feed, err error) {
	ctx, done := s.measure(ctx, "Preview")
	defer func() { done(articlesOf(feed), err) }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	absent := &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	if !legal(scope) || !s.publication.Publishes(scope) || scope.Page() > 0 {
		return nil, absent
	}
	for try := 0; ; try++ {
		// The first articles must be filed, and what is due is run, as for feeds.
		l, err := s.lookAt(ctx, lookTime, nil)
		if err != nil {
			return nil, err
		}
		// One article more than the feed shows, as in Feed: the site makes the feed of both in
		// the same way.
		p := &preview{s: s, ctx: ctx, scope: scope, most: s.publication.FeedLimit(scope) + 1}
		if err := p.read(l); err != nil {
			if errors.Is(err, errGone) && try < 10 {
				continue
			}
			return nil, s.failed("preview", err)
		}
		articles, _, err := s.articles(ctx, l, p.listed)
		switch {
		case errors.Is(err, errGone) && try < 10: // somebody has written in between
			continue
		case err != nil:
			return nil, err
		case len(articles) == 0 && scope.Kind() != syndicate.KindSite:
			return nil, absent
		}
		// No pages, no tombstones and no times: these belong to feeds that are published.
		sel := syndicate.Selection{Articles: articles}
		if p.shelf != nil {
			sel.Names, sel.Description, sel.URL = p.shelf.fullNames(), p.shelf.facts.Description, p.shelf.facts.URL
		}
		return s.reading.Feed(scope, sel), nil
	}
}

// preview collects the newest articles of a scope, including hidden ones. Visible articles are
// listed by scope and future ones are on its agenda. For drafts and expired articles, only
// their own rows say which scopes they belong to.
type preview struct {
	s     *Store          // whose articles are shown
	ctx   context.Context // ends the queries
	tx    *sql.Tx         // all queries read one state of the database
	scope syndicate.Scope // that is previewed
	most  int             // articles

	listed []listed       // the newest of those found so far, in order
	shelf  *shelf         // the scope's names; nil for the site
	hidden int64          // number of articles that have not been found yet
	terms  map[int64]bool // terms that hidden articles of the scope have
}

// The queries of a preview.
const (
	previewSite    = "SELECT n, age, key FROM syndicate_articles WHERE age > -1000000000000 ORDER BY age, key LIMIT ?"
	previewVisible = "SELECT article, age, key FROM syndicate_article_scopes WHERE scope = ? ORDER BY age, key LIMIT ?"
	// previewComing also returns the other articles of the oldest second: the agenda orders them
	// differently.
	previewComing = `SELECT article, -at, key FROM syndicate_agenda
	WHERE scope = ? AND event = 0 AND at >= (SELECT min(at) FROM
	(SELECT at FROM syndicate_agenda WHERE scope = ? AND event = 0 ORDER BY at DESC, key DESC LIMIT ?) AS newest)`
	// previewHidden also returns visible articles that expire. These are listed already.
	previewHidden = `SELECT n, age, key, authors, categories, tags FROM syndicate_articles
	WHERE (draft = 1 OR expires IS NOT NULL) AND (age, key) > (?, ?) AND (age, key) <= (?, ?)
	ORDER BY age, key LIMIT ?`
	previewTerms = `SELECT s.n, s.key, t.n, t.hash, t.name, t.description, t.url, t.articles, t.visible
	FROM syndicate_scopes s JOIN syndicate_terms t ON t.scope = s.n
	WHERE s.kind = ? AND s.key IN ({in}) AND t.articles > 0`
	previewBelow = `SELECT t.n FROM syndicate_scopes s JOIN syndicate_terms t ON t.scope = s.n
	WHERE s.kind = ? AND s.key > ? AND s.key < ? AND t.articles > t.visible`
)

// hiddenAtOnce is how many rows one previewHidden reads.
const hiddenAtOnce = 500

// read collects the articles, in one transaction. The error is errGone if the database is no longer
// that of the look.
func (p *preview) read(l *look) (err error) {
	// All queries see one state, so that an article that becomes visible in between is neither
	// missing nor there twice.
	p.tx, err = p.s.transaction(p.ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer p.tx.Rollback()
	var lineage int64
	err = p.tx.QueryRowContext(p.ctx, p.s.dialect.sql("SELECT "+lineageOf), l.seq).Scan(&lineage)
	if err != nil {
		return err
	}
	if lineage != l.lineage {
		return errGone
	}
	// Every article is in the feed of the site, so no terms are needed.
	if p.scope.Kind() == syndicate.KindSite {
		_, err = p.list(previewSite, p.most)
		return err
	}
	// No article has ever been in the scope.
	if err = p.readTerms(); err != nil || p.shelf.n == 0 {
		return err
	}
	// The newest articles of all kinds are collected in one list, from the cheapest query to the
	// most expensive one.
	if _, err = p.list(previewVisible, p.shelf.n, p.most); err != nil || p.hidden == 0 {
		return err
	}
	// Future articles are hidden ones, and found now.
	coming, err := p.list(previewComing, p.shelf.n, p.shelf.n, p.most)
	if p.hidden -= coming; err != nil || p.hidden <= 0 {
		return err
	}
	return p.readHidden()
}

// query runs a query and calls scan with each row.
func (p *preview) query(query string, params []any, scan func(*sql.Rows) error) error {
	rows, err := p.tx.QueryContext(p.ctx, p.s.dialect.sql(query), params...)
	if err != nil {
		return err
	}
	return scanEach(rows, scan)
}

// list adds the articles that a query returns, and returns their number.
func (p *preview) list(query string, params ...any) (n int64, err error) {
	err = p.query(query, params, func(rows *sql.Rows) error {
		var at listed
		err := rows.Scan(&at.n, &at.age, &at.key)
		p.add(at)
		n++
		return err
	})
	return n, err
}

// add inserts an article at its place. It returns false if the article is listed already.
func (p *preview) add(at listed) bool {
	i, found := slices.BinarySearchFunc(p.listed, at.place, func(other listed, at place) int { return other.compare(at) })
	if !found {
		// Only the newest are kept. What falls out is older than all of them.
		p.listed = slices.Insert(p.listed, i, at)
		p.listed = p.listed[:min(len(p.listed), p.most)]
	}
	return !found
}

// readTerms reads the names of the scope and those above it, and counts its hidden articles.
func (p *preview) readTerms() error {
	// Shelves that are not in the book: they count hidden articles as visible, because the
	// preview shows them.
	shelves := map[string]*shelf{}
	var keys []any
	for _, scope := range append(p.scope.Ancestors(), p.scope) {
		p.shelf = &shelf{scope: scope, parent: p.shelf}
		shelves[scope.Key()] = p.shelf
		keys = append(keys, scope.Key())
	}
	p.terms = map[int64]bool{}
	kind := int64(p.scope.Kind())
	err := p.query(replaceIn(previewTerms, len(keys)), append([]any{kind}, keys...), func(rows *sql.Rows) error {
		var n, visible int64
		var key string
		t := new(term)
		v := &t.value
		err := rows.Scan(&n, &key, &t.n, &t.hash, &v.name, &v.description, &v.url, &t.articles, &visible)
		if err != nil {
			return err
		}
		t.facts = v.facts(p.s.now)
		s := shelves[key]
		// The names of the preview are chosen among all articles.
		s.n, t.visible = n, t.articles
		i, _ := slices.BinarySearchFunc(s.terms, t, (*term).compare)
		s.terms = slices.Insert(s.terms, i, t)
		// How many articles of the scope are hidden, and by which terms they are recognized.
		if s == p.shelf && t.articles > visible {
			p.hidden += t.articles - visible
			p.terms[t.n] = true
		}
		return nil
	})
	for s := p.shelf; s != nil; s = s.parent {
		s.facts = s.goesBy()
	}
	// A category also shows the articles of those below it, whose terms are other ones.
	if err != nil || p.hidden == 0 || p.scope.Kind() != syndicate.KindCategory {
		return err
	}
	return p.query(previewBelow, []any{kind, p.scope.Key() + "/", p.scope.Key() + "0"}, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		p.terms[n] = true
		return err
	})
}

// readHidden reads the site's drafts and expiring articles from the newest on, until
// all hidden articles of the scope are found or the feed is full of newer ones.
func (p *preview) readHidden() error {
	for from := (place{math.MinInt64, ""}); p.hidden > 0; {
		// Once the list is full, articles older than its last one do not matter.
		until := place{math.MaxInt64, ""}
		if len(p.listed) == p.most {
			until = p.listed[p.most-1].place
		}
		n := 0
		// A part at a time, from the newest on.
		params := []any{from.age, from.key, until.age, until.key, hiddenAtOnce}
		err := p.query(previewHidden, params, func(rows *sql.Rows) error {
			var r row
			var raw rawRow
			if err := rows.Scan(&r.n, &r.age, &r.key, &raw.authors, &raw.categories, &raw.tags); err != nil {
				return err
			}
			n++
			from = place{r.age, r.key}
			r.parse(&raw)
			// An article that expires is hidden only after it has expired. Until then it is
			// listed already, and add returns false.
			if p.has(&r) && p.add(listed{from, r.n}) {
				p.hidden--
			}
			return nil
		})
		// There are no more, even if some were not found: another program may have changed
		// counts.
		if err != nil || n < hiddenAtOnce {
			return err
		}
	}
	return nil
}

// has reports whether a hidden article is in the scope.
func (p *preview) has(r *row) bool {
	for _, list := range [...][]int64{r.authors, r.categories, r.tags} {
		if slices.ContainsFunc(list, func(n int64) bool { return p.terms[n] }) {
			return true
		}
	}
	return false
}
