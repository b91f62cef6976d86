// Package sqlquery makes feeds of articles that you already keep in your own database schema,
// behind an ORM or behind an API.
//
// A [Query] is given one SELECT, or one function, that returns all articles. It reads them into a
// [syndicate.Archive], so that scopes, archive pages, embargoes, tombstones and every byte of a
// feed are an Archive's. It reads again when the data changes, at the latest after
// [Query.Refresh]. A feed whose articles did not change keeps its bytes and its version.
//
//	source := &sqlquery.Query{
//		Site: site,
//		DB:   db,
//		SQL: `SELECT id, '/news/' || slug || '/' AS url, headline AS title, body AS content,
//			published_at AS published, status <> 'public' AS draft FROM posts`,
//		Lists: map[string]string{
//			"tags": `SELECT post_id, name FROM post_tags JOIN tags ON tags.id = tag_id
//				ORDER BY post_id, position`,
//		},
//	}
//
// All articles are kept in memory, a few kilobytes each. While they are read again, only those that
// changed are there twice. Package sqlstore keeps articles in the database instead, in its own
// schema.
//
// # Columns
//
// Each row is an article. The names of the columns say what they contain, in any order and case:
//
//   - id, url, title, summary, content, language, rights, banner, external_url, comments_url,
//     comments_feed: texts;
//   - published, updated, expires, origin_updated: times;
//   - draft: a boolean;
//   - comment_count: a whole number;
//   - image (its URL), image_type, image_width, image_height, image_size, image_alt, image_credit,
//     image_thumbnail (a URL); the others are ignored where image is empty;
//   - origin_id, origin_title, origin_url: texts;
//   - authors, contributors, categories, tags, enclosures: lists;
//   - key: the value that the queries in Lists refer to, if it is not id.
//
// They are the fields of [syndicate.Article]. The columns url and published are required. A column
// with another name, or a name that occurs twice, is an error, and no row is read. NULL is the zero
// value of the field: an empty text or list, no time, false or 0.
//
// [Query.Columns] adds columns for an extension. podcast.Columns has those of episodes, such as
// season, episode, explicit, duration, chapters and transcript.
//
// # Values
//
// A time is one of:
//
//   - a time.Time from the driver, with its zone;
//   - a text such as "2006-01-02T15:04:05+02:00", "2006-01-02 15:04:05" or "2006-01-02", in the
//     zone of [Query.Location] if it has none;
//   - a number: the seconds since 1970.
//
// The number 0, "" and "0000-00-00 00:00:00" mean no time. Most drivers return a column without a
// zone as a time.Time in UTC. If your times are in another zone, say so in the query (in
// PostgreSQL, "published AT TIME ZONE 'Europe/Istanbul'") or return a text. PostgreSQL's drivers
// fail on the value infinity: use nullif(expires_at, 'infinity').
//
// A boolean may also be 0 or 1, or a text such as "true" or "f". A number may be a text, and a text
// may be a whole number. If the driver reports that a column's type is JSON, a JSON string is the
// text that it contains and JSON's null is NULL.
//
// An id is a text without control characters, or a number, unsigned ones included. A key is a
// number, a text or bytes; it is compared as the driver returns it, so select the same column in
// SQL, Lists and Stamps.
//
// # Lists
//
// A list is one of:
//
//   - a JSON array, as json_group_array, json_agg and JSON_ARRAYAGG make it; its text begins with
//     "[";
//   - an array of PostgreSQL, such as text[];
//   - a text with one name on each line, or with the names separated by [Query.Separator].
//
// The name of a category may be a path, such as "Military/Arms exports". The elements of a JSON
// array are names, or objects with these fields:
//
//   - authors and contributors: name, slug, url, avatar, email;
//   - tags: name, slug, description, url;
//   - categories: the same, and parent, which is a path or an object;
//   - enclosures: url, type, size, duration (in seconds), title; a name is the url.
//
// In the rows of [Query.Lists], the parent of a category may be the text of a JSON object, which
// may have a parent too. Outer joins return empty names, null and objects without values. They are
// ignored.
//
// # What has changed
//
// Without further settings, all articles are read every [Query.Refresh]. With 100,000 posts that
// keeps a processor busy for seconds each time, so large sites name what has changed.
//
// [Query.ChangedSQL] is a query whose rows differ whenever an article has changed. It must include
// every table and column that SQL and Lists read. A query of max(updated_at) and count(*) alone
// misses a renamed tag, a tag that is added to a post, and a post that is deleted while an older
// one is imported. The simplest query that misses nothing returns a row for each post, each tag of
// a post and each tag:
//
//	SELECT 'post' AS kind, id, updated_at AS value FROM posts
//	UNION ALL SELECT 'tag of a post', post_id, tag_id FROM post_tags
//	UNION ALL SELECT 'tag', id, name FROM tags
//	ORDER BY 1, 2, 3
//
// (PostgreSQL needs updated_at::text and tag_id::text there.) If that returns too many rows, let
// the database add up checksums, as in "SELECT count(*), sum(crc32(concat_ws('|', id, updated_at)))
// FROM posts" for MySQL. A column that no checksum includes is missed.
//
// [Query.Stamps] go further: they name the posts that have changed, and only those are read again.
// Use ChangedSQL beside them for names that many posts share:
//
//	SQL:        "SELECT … FROM posts WHERE id IN ({?})",
//	Lists:      map[string]string{"tags": "SELECT post_id, name FROM … WHERE post_id IN ({?})"},
//	Stamps: []string{
//		"SELECT id, updated_at FROM posts",
//		"SELECT post_id, tag_id FROM post_tags",
//	},
//	ChangedSQL: "SELECT id, name FROM tags ORDER BY id",
//
// Times of whole seconds do not show a second edit within the second. Therefore a post whose stamp
// has changed, or all posts after ChangedSQL has, are read once more after 2 seconds or more.
// Whatever these queries return, all articles are read every [Query.Recheck], an hour by default.
// With 100,000 posts in MariaDB, an edit is in the feeds after a Refresh of half a second, and the
// program needs less than twice the memory that the articles keep; benchmarks/stores/query measures
// both.
//
// # MySQL and MariaDB
//
// The tests use github.com/go-sql-driver/mysql and MariaDB. The example examples/wordpressdb serves
// feeds of WordPress's own tables. These things are particular to MySQL:
//
//   - A DATETIME has no zone. With parseTime=true the driver returns it in the zone of its
//     parameter loc, otherwise as a text, which [Query.Location] applies to. "0000-00-00 00:00:00"
//     is no time; a date with a month or day of 0 is an error, and so is a YEAR.
//   - A BINARY(16) is a good key, but no id: select lower(hex(id)) or a UUID as the id. An id must
//     never change once it was published, so choose its form once.
//   - The name key is a reserved word: write AS 'key'.
//   - group_concat and JSON_ARRAYAGG cut their results at group_concat_max_len, which is 1,024
//     bytes in MySQL by default. MariaDB even closes the array. A list that may have been cut is an
//     error of its article. Use Query.Lists, or set group_concat_max_len=1000000 in the driver's
//     address.
//   - MariaDB has no JSON type: a JSON string keeps its quotes. Use JSON_VALUE.
//
// # Reads that would retract much
//
// If a column gets another type, a table is emptied or a condition no longer matches, a query
// returns few articles, or none. Feeds would lose their articles, and with
// [syndicate.Site.Tombstones] every Atom reader would delete its copies. So a read that would
// retract more than 10 articles and more than a tenth of the visible ones fails with a
// [RetractionError], and so does a read after which no article would be visible. The feeds stay as
// they are, as if the database were unavailable. [Query.MaxRetracted] changes the limits.
//
// If editors deleted the articles on purpose, [Query.ReloadRetracting] agrees once. Let the program
// call it when an operator sends a signal or presses a button, as examples/wordpressdb does, so
// that no other version has to be deployed. The first read of a program has nothing to retract, so
// a restart agrees too.
//
// # A site that moves
//
// Addresses in rows may be relative to [syndicate.Site.URL], as in the example. They follow the
// site when it moves to https, to another domain or path. The ids of articles without an id are
// their addresses, and the ids of feeds contain the domain. They would change with the move, and
// readers would show every article once more. A Query does not remember the URL from before the
// move: set [syndicate.Site.IDBase] to it.
//
// # Errors
//
// An article that is refused, or that has a column that cannot be read, is left out and reported.
// The other articles are published. If the article was published earlier it is retracted, as with
// [syndicate.Archive.Replace]. An error names 100 articles at most.
//
// A key that cannot be read makes the whole read fail, because nobody could say which article loses
// its tags. If no article has the key of any row of a list, that is reported.
//
// A read that fails or is cut off changes nothing. Until the first read succeeds, every method
// returns its error. Later, [Query.Stale] says how long the last good data is served.
package sqlquery
