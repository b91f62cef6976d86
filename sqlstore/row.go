package sqlstore

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Articles as rows of syndicate_articles. Rows are not changed: a new version of an article is a
// new row with a new number, so that a number always means the same contents.

// row is a stored article. Authors, categories and tags are numbers of terms.
type row struct {
	broken                                  error         // why the row is no article
	n, age                                  int64         // the number and the negative time of publication
	atomID, key                             string        // the Atom id, unique; the ID, or the first address if there is none
	updated, expires, entered               sql.NullInt64 // NULL means no time
	draft                                   bool
	size                                    int64   // see sizeOf
	hash                                    string  // see seal
	authors, categories, tags               []int64 // numbers of terms
	id, url, title, language                string
	externalURL, commentsURL, commentsFeed  string
	commentCount                            int64
	rights, banner                          string
	image, origin, enclosures, contributors string // JSON
	extensions                              string // JSON: see storedExtension
	summary, content                        string

	// These are no columns: the address of today, and the ID that feeds have. See checked.named.
	address, name string
}

// rowColumns are the columns of row.values, and briefColumns those that scanBrief scans. A change
// needs only the latter of most articles, and does not read their bodies.
const (
	briefColumns = "n, atom_id, age, key, updated, expires, entered, draft, size, hash, " +
		"authors, categories, tags, id, url"
	rowColumns = "n, atom_id, age, key, updated, expires, entered, draft, size, hash, " +
		"authors, categories, tags, " +
		"id, url, title, language, external_url, comments_url, comments_feed, comment_count, rights, banner, " +
		"image, origin, enclosures, contributors, extensions, summary, content"
)

// newRow returns the row of a checked article, without its id, number and terms. The function
// stored returns the reference for an address.
func newRow(a *syndicate.Article, atomID string, stored func(string) string) *row {
	return &row{
		address: a.URL, name: keyOf(a),
		atomID: atomID, age: -a.Published.Unix(), key: keyOf(a),
		updated: seconds(a.Updated), expires: seconds(a.Expires), draft: a.Draft,
		size: sizeOf(a),
		url:  stored(a.URL), title: a.Title, language: a.Language,
		externalURL: stored(a.ExternalURL), commentsURL: stored(a.CommentsURL), commentsFeed: stored(a.CommentsFeed),
		commentCount: int64(a.CommentCount),
		rights:       a.Rights, banner: stored(a.Banner),
		image:        encodeImage(a.Image, stored),
		origin:       encodeOrigin(a.Origin, stored),
		enclosures:   encodeEnclosures(a.Enclosures, stored),
		contributors: encodePeople(a.Contributors, stored),
		summary:      a.Summary, content: a.Content,
	}
}

// keyOf returns the key that orders articles of the same second: the ID, or the URL if there is no
// ID.
func keyOf(a *syndicate.Article) string { return cmp.Or(a.ID, a.URL) }

// values returns the values of rowColumns.
func (r *row) values() []any {
	return []any{
		r.n, r.atomID, r.age, r.key, r.updated, r.expires, r.entered,
		number(r.draft), r.size, r.hash,
		numbers(r.authors), numbers(r.categories), numbers(r.tags),
		r.id, r.url, r.title, r.language, r.externalURL, r.commentsURL, r.commentsFeed, r.commentCount,
		r.rights, r.banner, r.image, r.origin, r.enclosures, r.contributors, r.extensions, r.summary, r.content,
	}
}

// seal sets the hash, by which versions of an article are compared. It is made of what the program
// gave. The other values depend on the version, or on the site's address and settings.
func (r *row) seal() {
	h := sha256.New()
	given := *r
	given.n, given.atomID, given.key, given.entered, given.size, given.hash = 0, "", "", sql.NullInt64{}, 0, ""
	for _, v := range given.values() {
		switch v := v.(type) {
		case string:
			// The length before each text, so that text cannot move from one column to the next
			// unnoticed.
			fmt.Fprintf(h, "%d:", len(v))
			io.WriteString(h, v)
		case sql.NullInt64:
			fmt.Fprintf(h, "%d %t,", v.Int64, v.Valid)
		default:
			fmt.Fprintf(h, "%d,", v)
		}
	}
	r.hash = hex.EncodeToString(h.Sum(nil)[:16])
}

// scanner is sql.Row or sql.Rows.
type scanner interface{ Scan(...any) error }

// scanBrief scans briefColumns and the columns that follow them.
func scanBrief(from scanner, more ...any) (*row, error) {
	r := new(row)
	var raw rawRow
	err := from.Scan(append([]any{(*integer)(&r.n), &r.atomID, (*integer)(&r.age), &r.key,
		(*nullable)(&r.updated), (*nullable)(&r.expires), (*nullable)(&r.entered),
		&raw.draft, (*integer)(&r.size), &r.hash,
		&raw.authors, &raw.categories, &raw.tags, &r.id, &r.url}, more...)...)
	if err != nil {
		return nil, err
	}
	r.parse(&raw)
	return r, nil
}

// scanRow scans rowColumns.
func scanRow(from scanner) (*row, error) {
	r := new(row)
	var raw rawRow
	err := from.Scan((*integer)(&r.n), &r.atomID, (*integer)(&r.age), &r.key,
		(*nullable)(&r.updated), (*nullable)(&r.expires), (*nullable)(&r.entered),
		&raw.draft, (*integer)(&r.size), &r.hash,
		&raw.authors, &raw.categories, &raw.tags,
		&r.id, &r.url, &r.title, &r.language, &r.externalURL, &r.commentsURL, &r.commentsFeed,
		(*integer)(&r.commentCount), &r.rights, &r.banner,
		&r.image, &r.origin, &r.enclosures, &r.contributors, &r.extensions, &r.summary, &r.content)
	if err != nil {
		return nil, err
	}
	r.parse(&raw)
	return r, nil
}

// rawRow has the columns that are parsed after they are scanned.
type rawRow struct {
	draft                     integer
	authors, categories, tags string
}

// parse sets the fields of rawRow. If a list is damaged, the row is marked as broken.
func (r *row) parse(raw *rawRow) {
	r.draft = raw.draft != 0
	for _, list := range []struct {
		column, text string
		to           *[]int64
	}{
		{"authors", raw.authors, &r.authors},
		{"categories", raw.categories, &r.categories},
		{"tags", raw.tags, &r.tags},
	} {
		// Most articles have none of some list.
		if list.text == "[]" {
			continue
		}
		if numbers, ok := parseNumbers(list.text); ok {
			*list.to = numbers
			continue
		}
		if err := json.Unmarshal([]byte(list.text), list.to); err != nil {
			// The row is kept, because it can be removed or replaced.
			r.broken = fmt.Errorf("%s: not a list of numbers: %w", list.column, err)
		}
	}
}

// parseNumbers parses a list of positive numbers as the function numbers writes it, much faster
// than package json. If ok is false, the text must be parsed with package json.
func parseNumbers(text string) (list []int64, ok bool) {
	// Spaces or signs are left to package json.
	inner, begins := strings.CutPrefix(text, "[")
	inner, ends := strings.CutSuffix(inner, "]")
	if !begins || !ends {
		return nil, false
	}
	list = make([]int64, 0, 1+strings.Count(inner, ","))
	for digits := range strings.SplitSeq(inner, ",") {
		if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' { // 18 digits do not overflow an int64
			return nil, false
		}
		var n int64
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' {
				return nil, false
			}
			n = n*10 + int64(c-'0')
		}
		list = append(list, n)
	}
	return list, true
}

// stored returns the article of a row, with the addresses that it has on the site of today. The
// publication checks it again, since other programs may have changed the row.
func (c *checked) stored(
	r *row, p *syndicate.Publication, terms map[int64]any, extensions []syndicate.Extension,
) (*syndicate.Article, error) {
	a, err := r.article(c.now.resolve, terms, extensions)
	if err != nil {
		return nil, err
	}
	// Without a move the address is the ID, and need not be given twice.
	if c.moved() {
		a.ID = c.named(r.id, r.url)
	}
	// Bodies are cleaned later, when a feed shows them, so this takes little time.
	checked, err := p.Article(a)
	if err != nil {
		return nil, fmt.Errorf("syndicate_articles %d: %w", r.n, err)
	}
	return checked, nil
}

// article returns the article of a row. The function resolve returns the address for a reference.
func (r *row) article(
	resolve func(ref string) string, terms map[int64]any, extensions []syndicate.Extension,
) (a syndicate.Article, err error) {
	a = syndicate.Article{
		Extensions: extensions,
		ID:         r.id, URL: resolve(r.url), Title: r.title, Summary: r.summary, Content: r.content,
		Published: moment(-r.age), Updated: when(r.updated), Expires: when(r.expires),
		Draft:  r.draft,
		Banner: resolve(r.banner), Language: r.language, ExternalURL: resolve(r.externalURL),
		CommentsURL: resolve(r.commentsURL), CommentsFeed: resolve(r.commentsFeed),
		CommentCount: int(r.commentCount), Rights: r.rights,
	}
	if err = r.broken; err == nil {
		err = fill(&a, r, terms)
	}
	// The first error is reported. An article with a column that cannot be read must not be
	// published without it: it might be another article than was added.
	for _, decode := range []func() error{
		func() error { return decodeImage(r.image, &a.Image) },
		func() error { return decodeOrigin(r.origin, &a.Origin) },
		func() error {
			return decodeList(r.enclosures, &a.Enclosures, storedEnclosure.enclosure)
		},
		func() error {
			return decodeList(r.contributors, &a.Contributors, storedPerson.author)
		},
	} {
		if err == nil {
			err = decode()
		}
	}
	if err != nil {
		return a, fmt.Errorf("syndicate_articles %d: %w", r.n, err)
	}
	a.Image.URL, a.Origin.URL = resolve(a.Image.URL), resolve(a.Origin.URL)
	if small := a.Image.Thumbnail; small != nil {
		small.URL = resolve(small.URL)
	}
	for i := range a.Enclosures {
		a.Enclosures[i].URL = resolve(a.Enclosures[i].URL)
	}
	for i := range a.Contributors {
		who := &a.Contributors[i]
		who.URL, who.Avatar = resolve(who.URL), resolve(who.Avatar)
	}
	return a, nil
}

// sizeOf returns an upper bound of the article's bytes in any format. A character that must be
// escaped counts as nine bytes, as in an RSS summary. A tag counts as a second one that closes it,
// and an attribute as the address that a relative one is resolved to.
func sizeOf(a *syndicate.Article) int64 {
	text := func(s string) int {
		escaped := strings.Count(s, "<") + strings.Count(s, ">") + strings.Count(s, "&") + strings.Count(s, `"`)
		return len(s) + 8*escaped
	}
	// The longest that resolving a relative address can add.
	address := 8 + 2*len(a.URL)
	// Atom and JSON Feed may have the summary twice: once by itself and once in place of a body.
	n := text(a.Title) + 2*text(a.Summary) + text(a.Content)
	// Closing tags that were missing, and attributes of the body's tags.
	n += 60*strings.Count(a.Content, "<") + address*strings.Count(a.Content, "=")
	if strings.Contains(a.Content, "srcset") {
		n += address * strings.Count(a.Content, ",")
	}
	// The address stands in several elements and attributes.
	n += 2*text(keyOf(a)) + 8*text(a.URL) + 2*len(a.ExternalURL+a.CommentsURL+a.CommentsFeed)
	n += text(a.Rights) + 4*len(a.Banner+a.Image.URL)
	for _, t := range a.Tags {
		n += 2*text(t.Name) + 2*len(t.Slug) + 200
	}
	for i := range a.Categories {
		n += 2*len(a.Categories[i].Path()) + 200
		for c := &a.Categories[i]; c != nil; c = c.Parent {
			n += 2 * text(c.Name)
		}
	}
	for _, p := range append(a.Authors[:len(a.Authors):len(a.Authors)], a.Contributors...) {
		n += 2*text(p.Name+p.URL+p.Avatar+p.Email) + 300
	}
	for _, e := range a.Enclosures {
		n += 2*text(e.URL+e.Title+e.Type) + 300
	}
	// Dates, elements, and what the extensions of the site and of its scopes add: the show notes of
	// podcasts have up to 4,000 bytes.
	return int64(n + 8<<10)
}

// sizeOfExtensions returns an upper bound of what stored extensions write in any format: the text
// of each holds everything, escaped it is nine times as long, and there are elements around it.
func sizeOfExtensions(stored string) int64 {
	if stored == "" {
		return 0
	}
	return int64(9*len(stored) + strings.Count(stored, `"vocabulary"`)<<10)
}

// stretched returns a size in a feed of one site as an upper bound of that in a feed of another:
// every address that follows the site has at least the length of its origin.
func stretched(size int64, from, to base) int64 {
	if from == to {
		return size
	}
	return max(size, size*int64(len(to.folder))/int64(len(from.origin))+1)
}

// number returns a boolean as a column has it.
func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// numbers returns a list as JSON, as in "[1,2]".
func numbers(list []int64) string {
	if len(list) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(list)
	return string(text)
}

// seconds returns a time as Unix seconds, or NULL for the zero time.
func seconds(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return some(t.Unix())
}

// some returns a number that is not NULL.
func some(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: true} }

// when is the reverse of seconds.
func when(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return moment(n.Int64)
}

// moment returns the time of Unix seconds.
func moment(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
