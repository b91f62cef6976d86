package sqlquery

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// What a Query remembers of the articles in its archive, and how a read changes them: only what
// differs is kept in memory a second time.

// settling is how long a change may share its time with a later one. Times of many databases have
// whole seconds.
const settling = 2 * time.Second

// chunk is how many articles the first read collects before it passes them to the archive.
const chunk = 500

// mark is what a Query remembers of an article.
type mark struct {
	key         string    // of its row
	arg         any       // the key as the driver returns it; only with Stamps
	stamp       uint64    // the digest of its rows of Stamps when the article was last read
	fresh       uint64    // the same, in the running read
	noticed     time.Time // when the stamp changed; zero when the article has been read once more
	digest      uint64    // of its row and lists; 0 if it has no row
	seen        uint64    // the number of the last read that found it
	id          string    // by which the archive finds it; "" if the archive does not have it
	from, until int64     // the seconds between which it is visible
	refused     bool      // other articles may be the reason
}

// visible reports whether the feeds show the article.
func (m *mark) visible(now int64) bool { return m.id != "" && m.from <= now && now < m.until }

// times returns the seconds between which an article is visible.
func times(a *syndicate.Article) (from, until int64) {
	from, until = a.Published.Unix(), math.MaxInt64
	if a.Draft {
		from = math.MaxInt64
	}
	if !a.Expires.IsZero() {
		until = a.Expires.Unix()
	}
	return from, until
}

// change is an article that differs from the one that was read last.
type change struct {
	*mark
	article syndicate.Article
	digest  uint64
	absent  bool  // it has no row
	err     error // why it is left out
	at      int   // its position, for the order of errors
}

// out reports whether the article is not passed to the archive.
func (ch *change) out() bool { return ch.absent || ch.err != nil }

// fault is the reason why an article is left out.
type fault struct {
	at  int
	err error
}

// collector collects what a read finds.
type collector struct {
	q       *Query
	began   time.Time
	whole   bool // all articles are read
	first   bool // nothing is published yet, so that the archive can be filled in pieces
	count   int
	changes []change
	reread  []*mark // articles whose stamps are those of this read
	gone    []*mark
	loose   []error // errors that belong to no article
}

// collect returns a collector for a read.
func (q *Query) collect(began time.Time, whole, first bool) *collector {
	q.reads++
	return &collector{q: q, began: began, whole: whole, first: first}
}

// add collects an article of a read of all articles.
func (c *collector) add(key string, ch change) {
	m := c.q.marks[key]
	// Several articles may have one key. The archive refuses those that have one id.
	for n := 2; m != nil && m.seen == c.q.reads; n++ {
		key = fmt.Sprintf("%s\x00%d", strings.SplitN(key, "\x00", 2)[0], n)
		m = c.q.marks[key]
	}
	if m == nil {
		m = &mark{key: strings.Clone(key)}
		// The next article must not take the same key.
		c.q.marks[m.key] = m
	}
	m.seen = c.q.reads
	c.put(m, ch)
	if c.first && len(c.changes) >= chunk {
		_ = c.flush()
	}
}

// put collects an article unless it is as it was.
func (c *collector) put(m *mark, ch change) {
	c.count++
	c.reread = append(c.reread, m)
	if ch.digest != m.digest || m.refused || ch.absent && m.id != "" || c.q.marks[m.key] == nil {
		ch.mark, ch.at = m, c.count
		c.changes = append(c.changes, ch)
	}
}

// flush passes what was collected to the archive if nothing is published yet.
func (c *collector) flush() error {
	if c.first {
		c.q.apply(c)
		c.changes, c.reread = nil, nil
	}
	return nil
}

// findGone finds the articles that the read did not find.
func (c *collector) findGone() {
	for _, m := range c.q.marks {
		if m.seen != c.q.reads {
			c.gone = append(c.gone, m)
		}
	}
}

// finish ends a read that succeeded.
func (c *collector) finish() {
	if c.whole && len(c.q.Stamps) == 0 {
		c.findGone()
	}
}

// identify returns the text by which the archive finds an article: its id, or its address. It is ""
// if the article has neither.
func (q *Query) identify(a *syndicate.Article) string {
	named, err := q.namer.Article(syndicate.Article{ID: a.ID, URL: a.URL, Title: "-", Published: time.Unix(1, 0)})
	if err != nil {
		return ""
	}
	return cmp.Or(named.ID, named.URL)
}

// apply changes the archive, at once, and what the Query remembers of its articles.
func (q *Query) apply(c *collector) {
	var ids []string
	leave := func(m *mark) {
		if m.id != "" {
			ids = append(ids, m.id)
			delete(q.owners, q.namer.ArticleID(m.id))
		}
		m.id, m.refused = "", false
		delete(q.faults, m)
	}
	for _, m := range c.gone {
		leave(m)
		delete(q.marks, m.key)
	}
	// All leave before any arrives, so that an article may have the id that another one had.
	for i := range c.changes {
		leave(c.changes[i].mark)
	}
	var articles []syndicate.Article
	var arrivals []*change
	for i := range c.changes {
		ch := &c.changes[i]
		m := ch.mark
		q.marks[m.key], m.digest = m, ch.digest
		switch id := q.identify(&ch.article); {
		case ch.absent:
			m.digest = 0
		case ch.err != nil:
			q.faults[m] = fault{ch.at, ch.err}
		case id == "":
			_, err := q.checker.Article(ch.article)
			q.faults[m] = fault{ch.at, err}
			m.refused = true
		case q.owners[q.namer.ArticleID(id)]:
			q.faults[m] = fault{ch.at, syndicate.Problems{{
				Article: cmp.Or(ch.article.URL, id), Field: "ID", Value: id,
				Rule: syndicate.RuleDuplicateID, Spec: "RFC 4287 section 4.2.6",
			}}}
			m.refused = true
		default:
			q.owners[q.namer.ArticleID(id)] = true
			m.id = id
			m.from, m.until = times(&ch.article)
			articles, arrivals = append(articles, ch.article), append(arrivals, ch)
		}
	}
	for _, m := range c.reread {
		switch {
		case m.stamp != m.fresh:
			m.noticed = c.began
		case c.began.Sub(m.noticed) >= settling:
			m.noticed = time.Time{}
		}
		m.stamp = m.fresh
	}
	if len(ids)+len(articles) == 0 {
		return
	}
	q.publishing.Store(true)
	err := q.archive.Patch(ids, articles...)
	q.publishing.Store(false)
	if err == nil {
		return
	}
	// The error does not say which articles were refused, but the same checks do.
	known := false
	for _, ch := range arrivals {
		if _, err := q.checker.Article(ch.article); err != nil {
			delete(q.owners, q.namer.ArticleID(ch.mark.id))
			ch.mark.id, ch.mark.refused, known = "", true, true
			q.faults[ch.mark] = fault{ch.at, err}
		}
	}
	if !known {
		c.loose = append(c.loose, err)
	}
}

// maxErrors is how many articles the error of a read names.
const maxErrors = 100

// leftOut returns why articles are left out, in the order of the articles.
func (q *Query) leftOut() error {
	faults := slices.Collect(maps.Values(q.faults))
	slices.SortFunc(faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.err.Error(), b.err.Error()))
	})
	errs := slices.Clone(q.loose)
	for i, f := range faults {
		if i == maxErrors {
			errs = append(errs, fmt.Errorf("sqlquery: %d more articles are left out", len(faults)-i))
			break
		}
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}
