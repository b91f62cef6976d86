package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/shelves"
)

// Articles as administration pages list and edit them: all of them, as they were given.

// Entry is an article of a store, as an administration page lists it.
type Entry struct {
	// ID is the ID of the article, or its first address if it was given without an ID. Pass it to
	// [Store.Article] and [Store.Remove].
	ID string
	// Article is the article as it was given, so that [Store.Update] changes what you change and
	// nothing else. Its slugs are set. Its times are in UTC and have no fractions of seconds.
	// Addresses that do not begin with a slash are absolute. Its extensions are those that the
	// store keeps.
	Article syndicate.Article
	// State is what has become of the article.
	State State
	// Cursor is the place of the article in the list. Set [Listing.After] to it for the articles
	// that follow.
	Cursor string
}

// State says whether feeds show an article.
type State int

// The states of an article. Zero is none of them.
const (
	_         State = iota
	Published       // feeds show it, or archive pages
	Draft           // it is a draft
	Scheduled       // it appears in the future
	Expired         // it has expired, or expires before it would appear
)

// String returns the name of the state in lower case.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "State(" + strconv.Itoa(int(s)) + ")"
	}
	return stateNames[s]
}

// stateNames are the names of states.
var stateNames = [...]string{"any", "published", "draft", "scheduled", "expired"}

// stateConditions select the articles of each state. They begin with the conditions of indexes.
var stateConditions = [...]struct {
	sql    string
	params func(now int64) []any
}{
	0: {"1 = 1", func(int64) []any { return nil }},
	Published: {
		"draft = 0 AND age >= ? AND (expires IS NULL OR expires > ? AND expires > -age)",
		func(now int64) []any { return []any{-now, now} },
	},
	Draft: {"(draft = 1 OR expires IS NOT NULL) AND draft = 1", func(int64) []any { return nil }},
	Scheduled: {
		"draft = 0 AND age < ? AND (expires IS NULL OR expires > -age)",
		func(now int64) []any { return []any{-now} },
	},
	Expired: {
		"(draft = 1 OR expires IS NOT NULL) AND draft = 0 AND (expires <= ? OR expires <= -age)",
		func(now int64) []any { return []any{now} },
	},
}

// Listing selects the articles that [Store.Articles] lists. The zero Listing selects all articles.
type Listing struct {
	// State selects the articles in a state. Default: articles in any state.
	State State
	// Title selects the articles whose titles contain all of these words or parts of words. Case
	// and accents are ignored. Default: any title.
	Title string
	// After is the [Entry.Cursor] of the last article that is not listed. Default: the list begins
	// with the newest article.
	After string
	// Limit is the largest number of articles. Default: no limit.
	Limit int
}

// Counts are numbers of articles of a store.
type Counts struct {
	All, Published, Drafts, Scheduled, Expired int
}

// Article returns the article with an ID, or the only article with a URL, as [Store.Remove] finds
// it. Use it to edit an article: the articles of feeds are cleaned and shortened. The error is
// [syndicate.ErrNotFound] if there is no such article, or the context's or the database's.
func (s *Store) Article(ctx context.Context, id string) (entry Entry, err error) {
	n := 0
	ctx, done := s.measure(ctx, "Article")
	defer func() { done(n, err) }()
	for try := 0; ; try++ {
		l := s.newLister()
		entry, err = l.article(ctx, strings.TrimSpace(id))
		// A new version of the article has another row, and a replaced database has other rows.
		if errors.Is(err, errGone) && try < 10 {
			continue
		}
		if err == nil {
			n = 1
		}
		return entry, err
	}
}

// titled is a listed article with its title.
type titled struct {
	listed        // its place and number
	title  string // as it was given
}

// titlesAtOnce is how many titles one statement reads, and entriesAtOnce how many articles with
// their bodies.
const (
	titlesAtOnce  = 1000
	entriesAtOnce = 100
)

// Articles lists articles, newest first, including drafts, future and expired articles. Show them
// to authorized users only. It reads a part at a time, so that the list may have any length: an
// article that is added or removed meanwhile, or gets another date of publication, is listed or
// not, and moves no other. A search by title reads the titles of all articles until it has found
// Limit articles.
//
// The error is the context's or the database's, and ends the list. An article whose row another
// program has damaged is left out: see [Store.OnError].
func (s *Store) Articles(ctx context.Context, listing Listing) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		ctx, done := s.measure(ctx, "Articles")
		n := 0
		err := s.list(ctx, listing, func(e Entry) bool { n++; return yield(e, nil) })
		done(n, err)
		if err != nil {
			yield(Entry{}, err)
		}
	}
}

// list calls yield with the articles of a listing until it returns false.
func (s *Store) list(ctx context.Context, listing Listing, yield func(Entry) bool) error {
	if listing.State < 0 || int(listing.State) >= len(stateConditions) {
		return fmt.Errorf("sqlstore: list: there is no %s", listing.State)
	}
	l := s.newLister()
	l.Listing, l.left = listing, listing.Limit
	// The database does not ignore the case of all letters, so titles are compared here.
	l.words = strings.Fields(folded(listing.Title))
	var err error
	if l.from, err = parseCursor(listing.After); err != nil {
		return err
	}
	for try := 0; ; {
		before := l.from
		more, err := l.some(ctx, yield)
		switch {
		case errors.Is(err, errGone) && (try < 10 || l.from != before):
			// An article was removed or has a new version, which is another row, or the database
			// was replaced. Places in the list mean the same in both, numbers of rows do not.
			if try++; l.from != before {
				try = 0
			}
			l = l.again()
		case err != nil || !more:
			return err
		default:
			try = 0
		}
	}
}

// lister reads articles as they were given.
type lister struct {
	*Store
	Listing
	words []string // of the title
	left  int      // the number of articles to list; without a limit it is not positive
	from  place    // of the last article that was listed or left out

	at    point             // a change of the database that everything is read from
	terms cache[int64, any] // terms that were read, with addresses as they were given
}

// newLister returns a lister that has read nothing.
func (s *Store) newLister() *lister {
	l := &lister{Store: s}
	l.terms.limit = 4 << 20
	return l
}

// again returns a lister that goes on after the last article.
func (l *lister) again() *lister {
	next := l.newLister()
	next.Listing, next.words, next.left, next.from = l.Listing, l.words, l.left, l.from
	return next
}

// begin reads the last change of the database.
func (l *lister) begin(ctx context.Context) error {
	if l.at != (point{}) {
		return nil
	}
	state, err := l.lookOnce(ctx, func(params []any, scan func(*sql.Rows) error) error {
		return l.each(ctx, lookTime.usual, params, scan)
	}, nil)
	if err != nil {
		return l.failed("list", err)
	}
	l.at = state.point
	return nil
}

// titledColumns are the columns that lister.scan scans.
const titledColumns = "n, age, key, title, " + lineageOf

// scan scans an article that is listed. The error is errGone if the database was replaced.
func (l *lister) scan(rows *sql.Rows) (a titled, err error) {
	var lineage int64
	err = rows.Scan(&a.n, &a.age, &a.key, &a.title, &lineage)
	if err == nil && lineage != l.at.lineage {
		err = errGone
	}
	return a, err
}

// article returns the article with an ID, or the only article with a URL.
func (l *lister) article(ctx context.Context, id string) (Entry, error) {
	if err := l.begin(ctx); err != nil {
		return Entry{}, err
	}
	const byID = "SELECT " + titledColumns + " FROM syndicate_articles WHERE atom_id IN ({in})"
	found, err := l.find(ctx, byID, l.publication.ArticleID(id))
	if err == nil && len(found) == 0 {
		if absolute, rule := l.publication.Resolve(id); rule == nil {
			const byURL = "SELECT " + titledColumns + " FROM syndicate_articles WHERE url IN ({in})"
			found, err = l.find(ctx, byURL, l.now.forms(absolute)...)
		}
	}
	if err != nil {
		return Entry{}, l.failed("read", err)
	}
	// An address that several articles share names none of them.
	if len(found) == 1 {
		entries, err := l.entries(ctx, found)
		if err != nil {
			return Entry{}, err
		}
		// It is missing if its row is damaged.
		if len(entries) == 1 {
			return entries[0], nil
		}
	}
	return Entry{}, fmt.Errorf("sqlstore: article %q: %w", id, syndicate.ErrNotFound)
}

// find returns the distinct articles that a query finds.
func (l *lister) find(ctx context.Context, query string, values ...any) (found []titled, err error) {
	// A list of parameters may have been filled up with one that finds an article again.
	known := map[int64]bool{}
	err = l.eachOf(ctx, query, l.at.seq, values, func(rows *sql.Rows) error {
		a, err := l.scan(rows)
		if !known[a.n] {
			found = append(found, a)
		}
		known[a.n] = true
		return err
	})
	return found, err
}

// some calls yield with the next articles until it returns false. It returns whether there may be
// more.
func (l *lister) some(ctx context.Context, yield func(Entry) bool) (more bool, err error) {
	if err := l.begin(ctx); err != nil {
		return false, err
	}
	now, err := l.time(ctx, l.db)
	if err != nil {
		return false, l.failed("list", err)
	}
	condition := stateConditions[l.State]
	query := "SELECT " + titledColumns + " FROM syndicate_articles WHERE (age, key) > (?, ?) AND " +
		condition.sql + " ORDER BY age, key LIMIT ?"
	// With a limit, no more is read than is listed, unless titles are left out.
	most := titlesAtOnce
	if l.Limit > 0 && len(l.words) == 0 {
		most = min(most, l.left)
	}
	params := append([]any{l.at.seq, l.from.age, l.from.key}, condition.params(now)...)
	var some []titled
	read, last := 0, l.from
	err = l.each(ctx, query, append(params, most), func(rows *sql.Rows) error {
		a, err := l.scan(rows)
		read++
		last = a.place
		if matches(a.title, l.words) {
			some = append(some, a)
		}
		return err
	})
	if err != nil {
		return false, l.failed("list", err)
	}
	// Bodies are read for a few articles at a time, because they may be long.
	for part := range slices.Chunk(some, entriesAtOnce) {
		entries, err := l.entries(ctx, part)
		if err != nil {
			return false, err
		}
		l.from = part[len(part)-1].place
		for _, e := range entries {
			if !yield(e) {
				return false, nil
			}
			if l.left--; l.left == 0 {
				return false, nil
			}
		}
	}
	l.from = last
	return read == most, nil
}

// entries returns the entries of articles, in order, without those whose rows are damaged. The
// error is errGone if one was removed in the meantime, or has a new version.
func (l *lister) entries(ctx context.Context, all []titled) ([]Entry, error) {
	s := l.Store
	numbers := make([]any, len(all))
	for i, a := range all {
		numbers[i] = a.n
	}
	var rows []*row
	var lineage integer
	const query = "SELECT " + rowColumns + ", " + lineageOf + " FROM syndicate_articles WHERE n IN ({in})"
	err := s.eachOf(ctx, query, l.at.seq, numbers, func(from *sql.Rows) error {
		r, err := scanRow(withMore{from, &lineage})
		if err == nil && int64(lineage) != l.at.lineage {
			err = errGone
		}
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, s.failed("read", err)
	}
	values, err := s.core.terms(ctx, l.at, &l.terms, s.now.given, rows)
	if err != nil {
		return nil, s.failed("read", err)
	}
	now, err := s.time(ctx, s.db)
	if err != nil {
		return nil, s.failed("read", err)
	}
	byNumber := map[int64]*row{}
	for _, r := range rows {
		byNumber[r.n] = r
	}
	entries := make([]Entry, 0, len(all))
	for _, a := range all {
		r := byNumber[a.n]
		if r == nil {
			return nil, errGone
		}
		extensions, err := s.revive(r.extensions)
		if err != nil {
			s.report(s.failed("read", fmt.Errorf("syndicate_articles %d: extensions: %w", r.n, err)))
		}
		article, err := r.article(s.now.given, values, extensions)
		if err != nil {
			// The article was removed after its row was read, and its terms with it.
			if isGone, err := s.isGone(ctx, r.n); err != nil || isGone {
				return nil, s.failed("read", cmp.Or(err, errGone))
			}
			s.report(s.failed("read", err))
			continue
		}
		entries = append(entries, Entry{s.named(r.id, r.url), article, r.state(now), a.cursor()})
	}
	return entries, nil
}

// state returns the state of an article at a time.
func (r *row) state(now int64) State {
	// The same rule decides whether events are planned.
	end := int64(shelves.Never)
	if r.expires.Valid {
		end = r.expires.Int64
	}
	switch {
	case r.draft:
		return Draft
	case !shelves.Appearing(-r.age, end, now):
		return Expired
	case -r.age > now:
		return Scheduled
	}
	return Published
}

// Counts counts the articles of the store. It reads indexes, and of the articles only drafts,
// scheduled and expiring ones.
func (s *Store) Counts(ctx context.Context) (counts Counts, err error) {
	ctx, done := s.measure(ctx, "Counts")
	defer func() { done(0, err) }()
	now, err := s.time(ctx, s.db)
	if err != nil {
		return counts, s.failed("count", err)
	}
	var query strings.Builder
	query.WriteString("SELECT (SELECT count(*) FROM syndicate_articles)")
	var params []any
	for _, state := range []State{Draft, Scheduled, Expired} {
		condition := stateConditions[state]
		query.WriteString(", (SELECT count(*) FROM syndicate_articles WHERE " + condition.sql + ")")
		params = append(params, condition.params(now)...)
	}
	err = s.each(ctx, query.String(), params, func(rows *sql.Rows) error {
		return rows.Scan(&counts.All, &counts.Drafts, &counts.Scheduled, &counts.Expired)
	})
	if err != nil {
		return Counts{}, s.failed("count", err)
	}
	// Each article is in one state.
	counts.Published = counts.All - counts.Drafts - counts.Scheduled - counts.Expired
	return counts, nil
}

// cursor returns the place as text for URLs.
func (p place) cursor() string {
	return strconv.FormatInt(p.age, 10) + "." + base64.RawURLEncoding.EncodeToString([]byte(p.key))
}

// parseCursor returns the place of a cursor. The place of "" is before all articles.
func parseCursor(cursor string) (place, error) {
	if cursor == "" {
		return place{age: -1 << 60}, nil
	}
	// The key may have any characters. Base64 keeps the cursor usable in a URL.
	age, key, _ := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(age, 10, 64)
	text, err2 := base64.RawURLEncoding.DecodeString(key)
	// PostgreSQL refuses what is not a text.
	if err != nil || err2 != nil || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return place{}, fmt.Errorf("sqlstore: list: the cursor %q is not one of an Entry", cursor)
	}
	return place{n, string(text)}, nil
}

// folded returns a text without case and accents.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		// Accents are separate characters after the decomposition.
		case unicode.Is(unicode.Mn, r):
			return -1
		// The dotless i of Turkish is a letter that has no decomposition.
		case r == 'ı':
			return 'i'
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}

// matches reports whether a title contains all words, which are folded.
func matches(title string, words []string) bool {
	if len(words) > 0 {
		title = folded(title)
	}
	for _, word := range words {
		if !strings.Contains(title, word) {
			return false
		}
	}
	return true
}
