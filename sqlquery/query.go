package sqlquery

import (
	"context"
	"database/sql"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Query is a [syndicate.Source] for a publication that keeps its articles in a schema of its own, or anywhere
// else: it is given one query, or a function, and reads all articles with it into a [syndicate.Archive], so
// that scopes, archive pages, embargoes, tombstones and every byte are an Archive's. Now and then it reads
// again. A feed without a difference keeps its bytes and its version.
//
//	source := &sqlquery.Source{
//		Publication: site,
//		DB:          db,
//		SQL: `SELECT id, '/news/' || slug || '/' AS url, headline AS title, body AS content,
//			published_at AS published, status <> 'public' AS draft FROM posts`,
//		Lists: map[string]string{
//			"tags": "SELECT post_id, name FROM post_tags JOIN tags ON tags.id = tag_id ORDER BY post_id, position",
//		},
//		ChangedSQL: "SELECT max(updated_at), count(*) FROM posts",
//	}
//
// All articles are in memory, some kilobytes each and twice for the moment of reading; a [Store] keeps them in
// the database.
//
// # Columns
//
// A row is an article, and the names of its columns say what is in them, whatever their order and case:
//
//   - id, url, title, summary, content, language, rights, banner, external_url, comments_url, comments_feed;
//   - published, updated, expires, and origin_updated: times;
//   - draft, private: booleans;
//   - comment_count;
//   - image (its URL), image_type, image_width, image_height, image_size, image_alt, image_credit,
//     image_thumbnail (a URL); without an image the others say nothing;
//   - origin_id, origin_title, origin_url;
//   - authors, contributors, categories, tags, enclosures: lists;
//   - key: what Lists refers to, if it is not id.
//
// They are the fields of [syndicate.Article]. The columns url and published must be there; any other name, and
// one that stands there twice, is an error before a row is read. NULL is nothing: no text, no time, false, 0, an
// empty list.
//
// A time is a time.Time as the driver made it, which knows its zone; or text such as
// "2006-01-02T15:04:05+02:00", "2006-01-02 15:04:05" or "2006-01-02", where it says no zone in that of Location;
// or a number, the seconds since 1970. The number 0, "" and "0000-00-00 00:00:00" are no time. What most drivers
// make of a column without a zone is a time.Time in UTC: where it is not, the query has to say so ("published AT
// TIME ZONE 'Europe/Istanbul'" in PostgreSQL) or give a text.
//
// PostgreSQL's infinity is no time to its drivers, which give up on it: nullif(expires_at, 'infinity') is never.
//
// A boolean is one, or 0 or 1, or "true", "f" and the like. A number may be a text. A text may be a whole number. A JSON text
// is what it says and JSON's null nothing, where the driver tells that the column's type is JSON.
//
// # Lists
//
// A list is a JSON array if it begins with "[", as json_group_array, json_agg and JSON_ARRAYAGG make it, or an array of
// PostgreSQL, such as text[], and otherwise plain names, one on each line or as Separator says. A category's name may be a path,
// "Military/Arms exports". The elements of the array are such names, or objects with the fields
//
//   - of authors and contributors: name, slug, url, avatar, email;
//   - of tags: name, slug, description, url;
//   - of categories: the same and parent, a path or an object;
//   - of enclosures: url, type, size, duration (seconds), title; a name is the url.
//
// Blank names, null and objects without anything are passed over, since outer joins make them.
//
// # What is wrong
//
// An article that is refused, and one of whose columns cannot be read, is left out and reported, and the others
// are published. What was published before and is refused now is retracted, as with [syndicate.Archive.Replace].
// A reading that fails or is cut off changes nothing. While the first has not succeeded every question is
// answered with its error; what happens later is said with Stale.
type Source struct {
	// Publication is what is true of the whole publication. Required.
	Publication syndicate.Site

	// Articles yields all articles, drafts and those to come among them; an Archive decides what is seen. An error
	// ends the reading, which has failed then, unless it is a [RowError] or [syndicate.Problems]: that tells of one
	// article only. A panic is an error too. The context ends with Timeout. Required, or DB and SQL.
	Articles func(ctx context.Context) iter.Seq2[syndicate.Article, error]

	// DB is the database, SQL the query of all articles. Required, or Articles.
	DB  *sql.DB
	SQL string
	// Lists holds a query for lists that are in tables of their own, by column: "tags", "categories", "authors",
	// "contributors", "enclosures". Its first column is the article's key, the others have the names of the
	// object's fields. The list is in the order of the rows. All queries see one state of the database, by a
	// transaction of isolation level repeatable read. Optional.
	Lists map[string]string
	// Separator stands between the names of a list that is no JSON: "," for what group_concat makes. Optional;
	// default a line break.
	Separator string
	// Location is the zone of times that are text without one. Optional; default UTC.
	Location *time.Location

	// Changed and ChangedSQL tell whether it is worth reading again, by a text, or one or more rows, that differ
	// from the last time whenever any article does: "SELECT max(updated_at), count(*) FROM posts". They are asked
	// each Refresh, instead of reading all. Optional.
	Changed    func(ctx context.Context) (string, error)
	ChangedSQL string

	// Refresh is how old what was read may be before it is read again. That happens once, however many ask, in
	// the background; only who asks first after more than twice that time waits for it, for 2 seconds. Optional;
	// default 1 minute; negative leaves it to [Source.Reload].
	Refresh time.Duration
	// Stale is for how long what was read is served on after it should have been read again, while that
	// fails. Then every question is answered with the error. Optional; default 1 hour; negative is not at all,
	// so that all wait for the reading when it is due.
	Stale time.Duration
	// Timeout is how long a reading may take. Optional; default 1 minute.
	Timeout time.Duration

	// OnError is told what was wrong with a reading: why it failed, or [RowError] values and
	// [syndicate.Problems] joined, warnings among them. It is not told twice in a row of the same. It must not
	// ask the Query in turn. Optional; default the standard logger of package log, without warnings.
	OnError func(error)
	// Clock tells the time by which articles appear and expire. Optional; default time.Now.
	Clock func() time.Time

	opened  sync.Once
	archive *syndicate.Archive // nil if the publication was refused
	refusal error              // why
	state   atomic.Pointer[state]

	mu      sync.Mutex
	running *attempt
	next    *attempt // for those who must not be content with the running one

	// What only the running reading looks at.
	changed  string         // what Changed told before the last successful reading
	digest   [hashSize]byte // of the rows then; zero if none were digested
	problems error          // with what is published
	reported string         // what report told last
}

// open makes the archive, still empty.
func (q *Source) open() {
	q.opened.Do(func() {
		archive, err := syndicate.NewArchive(q.Publication)
		if archive == nil {
			q.refusal = syndicate.Refused(err)
		} else {
			archive.Clock = q.Clock
			q.archive = archive
		}
		q.state.Store(new(state))
		if err != nil && archive != nil {
			q.report(err)
		}
	})
}

// Site returns the publication, checked. If it was refused every question is answered with that.
func (q *Source) Site() syndicate.Site {
	if q.open(); q.archive != nil {
		return q.archive.Site()
	}
	site, _ := q.Publication.Check()
	return site
}

// Scopes lists the scopes that have a feed, as [syndicate.Archive.Scopes] does.
func (q *Source) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		if err := q.ready(ctx); err != nil {
			yield(syndicate.ScopeInfo{}, err)
			return
		}
		q.archive.Scopes(ctx)(yield)
	}
}

// Feed returns the feed of a scope or of an archive page. The error is a [syndicate.ScopeError], the context's, or
// that of a reading.
func (q *Source) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if err := q.ready(ctx); err != nil {
		return nil, err
	}
	return q.archive.Feed(ctx, scope)
}

// Version tells which version of a feed there is now, as [syndicate.Archive.Version] does.
func (q *Source) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if err := q.ready(ctx); err != nil {
		return "", err
	}
	return q.archive.Version(ctx, scope)
}

// Preview returns the feed that a scope would have if nothing were hidden, as [syndicate.Archive.Preview] does.
func (q *Source) Preview(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if err := q.ready(ctx); err != nil {
		return nil, err
	}
	return q.archive.Preview(ctx, scope)
}

// Move tells that the feed of a scope has another address now, as [syndicate.Archive.Move] does, for the life of
// the Query.
func (q *Source) Move(from, to syndicate.Scope) error {
	if q.open(); q.archive == nil {
		return q.refusal
	}
	return q.archive.Move(from, to)
}

// Gone tells that the feed of a scope was closed on purpose, as [syndicate.Archive.Gone] does, for the life of the
// Query.
func (q *Source) Gone(scope syndicate.Scope) error {
	if q.open(); q.archive == nil {
		return q.refusal
	}
	return q.archive.Gone(scope)
}

// Changes yields the scopes whose feeds changed, as [syndicate.Archive.Changes] does. While somebody listens it reads
// again whenever that is due, whether anybody asks for a feed or not. What the first reading brings is no change.
func (q *Source) Changes(ctx context.Context) iter.Seq[[]syndicate.Scope] {
	return func(yield func([]syndicate.Scope) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var keeper sync.WaitGroup
		defer keeper.Wait()
		defer cancel()
		if q.open(); q.archive == nil || !q.untilRead(ctx) {
			return
		}
		keeper.Go(func() { q.keepFresh(ctx) })
		q.archive.Changes(ctx)(yield)
	}
}

// Reload reads all articles now, whatever Changed would say, and returns when they are published: for a CMS that
// knows that something was changed. What was changed before the call is in. The error says why the reading failed,
// or holds what was wrong with single articles, warnings among them: [syndicate.Refused] tells them apart. When ctx
// ends the reading goes on.
func (q *Source) Reload(ctx context.Context) error {
	if q.open(); q.archive == nil {
		return q.refusal
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	reading, err := q.startAnew()
	if err != nil {
		return err
	}
	select {
	case <-reading.done:
		return reading.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
