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
//		ChangedSQL: "SELECT max(updated_at), count(*) FROM posts",
//	}
//
// All articles are kept in memory, a few kilobytes each, and twice while they are read. Package
// sqlstore keeps them in the database instead, in its own schema.
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
// Outer joins return empty names, null and objects without values. They are ignored.
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
// [syndicate.Archive.Replace].
//
// A read that fails or is cut off changes nothing. Until the first read succeeds, every method
// returns its error. Later, [Query.Stale] says how long the last good data is served.
package sqlquery
