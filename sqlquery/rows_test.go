package sqlquery_test

import (
	"database/sql"
	"database/sql/driver"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// queried returns a Query of one row: /a/ of January 1999, and what else the columns say.
func queried(t *testing.T, columns map[string]driver.Value) *sqlquery.Query {
	a := &answer{columns: []string{"url", "published", "title"}, rows: [][]driver.Value{{"/a/", "1999-01-01", "a"}}}
	for name, value := range columns {
		if name == "published" {
			a.rows[0][1] = value
			continue
		}
		a.columns, a.rows[0] = append(a.columns, name), append(a.rows[0], value)
	}
	q := &sqlquery.Query{Site: courier, DB: scripted{"articles": a}.open(t), SQL: "articles", OnError: func(error) {}}
	q.Clock = func() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) }
	return q
}

// article returns the one article there is, and what was wrong.
func article(t *testing.T, q *sqlquery.Query) (*syndicate.Article, error) {
	problems := q.Reload(t.Context())
	feed, err := q.Preview(t.Context(), everything)
	if err != nil || len(feed.Articles) == 0 {
		return nil, problems
	}
	return feed.Articles[0], problems
}

func TestColumnsOfAllNamesFillTheirFields(t *testing.T) {
	q := queried(t, map[string]driver.Value{
		"ID": int64(4711), "summary": "Summary", "content": []byte("<p>Body</p>"), "updated": "1999-01-02 10:00:00",
		"expires": time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), "draft": int64(1),
		"image": "/a.png", "image_type": "image/png", "image_width": int64(640), "image_height": "480", "image_size": 12345.0,
		"image_alt": "Alt", "image_credit": "Agency", "image_thumbnail": "/small.png", "banner": "/wide.png",
		"language": "tr", "external_url": "https://example.net/", "comments_url": "/a/#c", "comments_feed": "/a/c/",
		"comment_count": int64(7), "rights": "All", "origin_id": "urn:isbn:0451450523", "origin_title": "Origin", "origin_url": "https://example.net/feed",
		"origin_updated": int64(915184800),
		"authors":        `[{"name":"A. Writer","slug":"writer","url":"/writer/","avatar":"/w.png","email":"w@example.com"},"B. Writer"]`,
		"contributors":   "C. Helper\nD. Helper",
		"categories":     `["Military/Arms exports",{"name":"Air / Sea","slug":"air-sea","description":"Both","url":"/as/","parent":{"name":"Forces","parent":"Defence"}}]`,
		"tags":           `[{"name":"Turkey","slug":"tr","description":"All","url":"/t/"},"Mevlüt Çavuşoğlu",2024,null,{},{"name":null},""]`,
		"enclosures":     `["/a.mp3",{"url":"/b.mp4","type":"video/mp4","size":5000000000,"duration":90.5,"title":"Film"}]`,
		"key":            "k",
	})
	a, err := article(t, q)
	require.NoError(t, err)
	want, err := syndicate.NewArchive(courier, syndicate.Article{
		ID: "4711", URL: "/a/", Title: "a", Summary: "Summary", Content: "<p>Body</p>",
		Published: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), Updated: time.Date(1999, 1, 2, 10, 0, 0, 0, time.UTC),
		Expires: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), Draft: true,
		Image:  syndicate.Image{URL: "/a.png", Type: "image/png", Width: 640, Height: 480, Size: 12345, Alt: "Alt", Credit: "Agency", Thumbnail: &syndicate.Image{URL: "/small.png"}},
		Banner: "/wide.png", Language: "tr", ExternalURL: "https://example.net/", CommentsURL: "/a/#c", CommentsFeed: "/a/c/", CommentCount: 7, Rights: "All",
		Origin:       syndicate.Origin{ID: "urn:isbn:0451450523", Title: "Origin", URL: "https://example.net/feed", Updated: time.Date(1999, 1, 1, 10, 0, 0, 0, time.UTC)},
		Authors:      []syndicate.Author{{Name: "A. Writer", Slug: "writer", URL: "/writer/", Avatar: "/w.png", Email: "w@example.com"}, {Name: "B. Writer"}},
		Contributors: []syndicate.Author{{Name: "C. Helper"}, {Name: "D. Helper"}},
		Categories: []syndicate.Category{
			{Name: "Arms exports", Parent: &syndicate.Category{Name: "Military"}},
			{Name: "Air / Sea", Slug: "air-sea", Description: "Both", URL: "/as/", Parent: &syndicate.Category{Name: "Forces", Parent: &syndicate.Category{Name: "Defence"}}},
		},
		Tags:       []syndicate.Tag{{Name: "Turkey", Slug: "tr", Description: "All", URL: "/t/"}, {Name: "Mevlüt Çavuşoğlu"}, {Name: "2024"}},
		Enclosures: []syndicate.Enclosure{{URL: "/a.mp3"}, {URL: "/b.mp4", Type: "video/mp4", Size: 5e9, Duration: 90500 * time.Millisecond, Title: "Film"}},
	})
	require.NoError(t, err)
	feed, err := want.Preview(t.Context(), everything)
	require.NoError(t, err)
	got, err := q.Preview(t.Context(), everything)
	require.NoError(t, err)
	assert.Equal(t, plain(feed.Articles[0]), plain(a))
	for _, format := range syndicate.Formats() {
		assert.Equal(t, string(feed.Append(nil, format)), string(got.Append(nil, format)))
	}
}

// plain is an article without what it was prepared with.
func plain(a *syndicate.Article) syndicate.Article {
	return syndicate.Article{
		ID: a.ID, URL: a.URL, Title: a.Title, Summary: a.Summary, Content: a.Content, Published: a.Published, Updated: a.Updated,
		Expires: a.Expires, Draft: a.Draft, Authors: a.Authors, Contributors: a.Contributors, Categories: a.Categories,
		Tags: a.Tags, Image: a.Image, Banner: a.Banner, Enclosures: a.Enclosures, Language: a.Language, ExternalURL: a.ExternalURL,
		CommentsURL: a.CommentsURL, CommentsFeed: a.CommentsFeed, CommentCount: a.CommentCount, Rights: a.Rights, Origin: a.Origin,
	}
}

func TestNullIsNothing(t *testing.T) {
	columns := map[string]driver.Value{}
	for name := range strings.FieldsSeq("key id summary content updated expires draft authors contributors categories tags enclosures " +
		"image image_type image_width image_height image_size image_alt image_credit image_thumbnail banner language external_url " +
		"comments_url comments_feed comment_count rights origin_id origin_title origin_url origin_updated") {
		columns[name] = nil
	}
	a, err := article(t, queried(t, columns))
	require.NoError(t, err)
	assert.Equal(t, syndicate.Article{URL: "https://www.example.com/a/", Title: "a", Published: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}, plain(a))
}

func TestTimesOfAllKindsAreRead(t *testing.T) {
	istanbul, err := time.LoadLocation("Europe/Istanbul")
	require.NoError(t, err)
	utc := time.Date(2022, 3, 30, 9, 15, 30, 0, time.UTC)
	local := time.Date(2022, 3, 30, 9, 15, 30, 0, istanbul)
	for _, test := range []struct {
		given driver.Value
		want  time.Time
	}{
		{utc, utc}, {local, local}, {utc.Add(900 * time.Millisecond), utc},
		{utc.Unix(), utc}, {float64(utc.Unix()) + 0.75, utc}, {"1648631730", utc}, {[]byte("1648631730.5"), utc}, {int64(-86400), time.Unix(-86400, 0)},
		{"2022-03-30T09:15:30Z", utc}, {"2022-03-30T12:15:30+03:00", utc}, {"2022-03-30t09:15:30.123456789Z", utc}, {[]byte("2022-03-30 09:15:30Z"), utc},
		{"2022-03-30 12:15:30+03", utc}, {"2022-03-30 12:15:30.5+0300", utc}, {"2022-03-30 12:15:30 +0300", utc}, {"2022-03-30 12:15:30 +03:00", utc},
		{"2022-03-30 12:15:30.999 +0300 +03", utc}, {"2022-03-30 05:15:30 -0400 EDT", utc}, {"2022-03-30 09:15:30 UTC", utc}, {" 2022-03-30 09:15:30 UTC\n", utc},
		{"2022-03-30 09:15:30", local}, {"2022-03-30T09:15:30", local}, {"2022-03-30 09:15:30.25", local}, {[]byte("2022-03-30 09:15:30"), local},
		{"2022-03-30 09:15", time.Date(2022, 3, 30, 9, 15, 0, 0, istanbul)}, {"2022-03-30", time.Date(2022, 3, 30, 0, 0, 0, 0, istanbul)},
		{"2012-01-01 00:00:00", time.Date(2011, 12, 31, 22, 0, 0, 0, time.UTC)}, // then it was winter time there
	} {
		q := queried(t, map[string]driver.Value{"published": test.given})
		q.Location = istanbul
		a, err := article(t, q)
		if assert.NoError(t, err, test.given) {
			assert.Equal(t, test.want.UTC().Truncate(time.Second), a.Published, test.given)
		}
	}
	a, err := article(t, queried(t, map[string]driver.Value{"published": "2022-03-30 09:15:30"}))
	require.NoError(t, err)
	assert.Equal(t, utc, a.Published, "without a Location it is UTC")
	for _, none := range []driver.Value{nil, "", int64(0), 0.0, "0", "0000-00-00 00:00:00", []byte(" "), time.Time{}} {
		a, err := article(t, queried(t, map[string]driver.Value{"expires": none}))
		require.NoError(t, err)
		assert.Zero(t, a.Expires, none)
	}
}

func TestBooleansOfAllKindsAreRead(t *testing.T) {
	for _, test := range []struct {
		given driver.Value
		want  bool
	}{
		{true, true}, {int64(1), true}, {1.0, true}, {"1", true}, {"TRUE", true}, {"t", true}, {"Yes", true}, {[]byte("y"), true}, {[]byte{1}, true},
		{nil, false}, {false, false}, {int64(0), false}, {0.0, false}, {"", false}, {"0", false}, {"f", false}, {"no", false}, {[]byte{0}, false}, {[]byte("false"), false},
	} {
		a, err := article(t, queried(t, map[string]driver.Value{"draft": test.given}))
		if assert.NoError(t, err, test.given) {
			assert.Equal(t, test.want, a.Draft, test.given)
		}
	}
}

// An article that cannot be read as it is meant is not published: a draft might be among them.
func TestValuesThatDoNotFitAreReported(t *testing.T) {
	for _, test := range []struct {
		column string
		given  driver.Value
		says   string
	}{
		{"published", "soon", `"soon" is not a time`},
		{"published", "2022-02-30", `"2022-02-30" is not a time`},
		{"published", "30.03.2022", `is not a time`},
		{"published", "2022-03-30 09:15:30 EST", `is not a time`}, // whose EST?
		{"published", true, "true (bool) is not a time"},
		{"published", int64(1648631730000), "divide milliseconds by 1000"},
		{"published", int64(20220330), "write dates with hyphens"},
		{"published", "20220330", "write dates with hyphens"},
		{"published", nil, "Published: missing"},
		{"draft", "draft", `"draft" is not a boolean`},
		{"draft", int64(2), "2 (int64) is not a boolean"},
		{"draft", time.Unix(0, 0).UTC(), "the time 1970-01-01T00:00:00Z is not a boolean"},
		{"comment_count", "many", `"many" is not a whole number`},
		{"comment_count", "7.01", `"7.01" is not a whole number`},
		{"comment_count", "7.0.0", `"7.0.0" is not a whole number`},
		{"comment_count", 1.5, "1.5 (float64) is not a whole number"},
		{"comment_count", true, "true (bool) is not a whole number"},
		{"summary", time.Unix(0, 0), "is not a text"},
		{"summary", false, "false (bool) is not a text"},
		{"tags", `["a"`, "begins like a JSON array but is not one"},
		{"tags", `["a"] b`, "has text after the JSON array"},
		{"tags", `{Military,"Arms exports"}`, "neither a JSON array nor names"},
		{"tags", `[["a"]]`, "element 1: an array in an array"},
		{"tags", `["a",true]`, "element 2: true (bool) is not a text"},
		{"tags", `[{"title":"a"}]`, `element 1: there is no field "title"; the fields are name, slug, description, url`},
		{"tags", `[{"name":{"en":"a"}}]`, "name: an object or array is not a text"},
		{"tags", true, "is not a text"},
		{"categories", "Military//Arms", "the path of a category has an empty name"},
		{"categories", "/Military", "the path of a category has an empty name"},
		{"categories", `[{"path":"a/b","parent":"c"}]`, `"path" cannot be used with "name" or "parent"`},
		{"categories", `[{"name":"a","parent":{"title":"b"}}]`, `parent: there is no field "title"`},
		{"enclosures", `[{"url":"/a.mp3","duration":"long"}]`, `duration: "long" is not a number of seconds`},
		{"enclosures", `[{"url":"/a.mp3","size":1.5}]`, `size: `},
		{"authors", "[" + strings.Repeat("x", 1000), "…"},
	} {
		q := queried(t, map[string]driver.Value{test.column: test.given})
		a, err := article(t, q)
		assert.Nil(t, a, test.says)
		assert.ErrorContains(t, err, test.says)
		assert.ErrorContains(t, err, "/a/", "it is named")
		if strings.Contains(err.Error(), "sqlquery") {
			assert.ErrorContains(t, err, `sqlquery: row 1: article "/a/": `+test.column+": ")
		}
		assert.Less(t, len(err.Error()), 400)
		assert.Equal(t, "", titles(q, everything), "the others are published, of which there are none")
	}
}

// Nothing is published of a query that is not understood.
func TestColumnsThatAreNotUnderstoodAreErrors(t *testing.T) {
	good := []string{"url", "published", "title"}
	for _, test := range []struct {
		columns []string
		lists   map[string]string
		says    string
	}{
		{append(good, "headline"), nil, `SQL: there is no column "headline"; the columns are authors, banner,`},
		{append(good, "?column?"), nil, `there is no column "?column?"`},
		{append(good, "Title"), nil, `column "title" occurs twice`},
		{[]string{"url", "title"}, nil, `column "published" is missing`},
		{[]string{"published", "title"}, nil, `column "url" is missing`},
		{append(good, "tags"), map[string]string{"tags": "tags"}, `column "tags" is also in Lists`},
		{good, map[string]string{"tag": "tags"}, `Lists: there is no list "tag"; the lists are authors, categories, contributors, enclosures, tags`},
		{good, map[string]string{"tags": "one"}, "Lists: tags: fewer than two columns"},
		{good, map[string]string{"tags": "odd"}, `Lists: tags: there is no field "title"; the fields are name, slug,`},
		{good, map[string]string{"tags": "twice"}, `Lists: tags: field "name" occurs twice`},
		{good, map[string]string{"tags": "unknown"}, "Lists: tags: no such query"},
	} {
		q := queried(t, nil)
		q.DB = scripted{
			"articles": {columns: test.columns, rows: [][]driver.Value{make([]driver.Value, len(test.columns))}},
			"tags":     {columns: []string{"id", "name"}}, "one": {columns: []string{"name"}}, "odd": {columns: []string{"id", "title"}},
			"twice": {columns: []string{"id", "name", "name"}},
		}.open(t)
		q.Lists = test.lists
		_, err := q.Feed(t.Context(), everything)
		assert.ErrorContains(t, err, test.says)
	}
}

func TestPlainListsAreOneNameALine(t *testing.T) {
	for _, test := range []struct {
		given     driver.Value
		separator string
		want      []syndicate.Tag
	}{
		{"Turkey", "", syndicate.Tags("Turkey")},
		{"Turkey\r\nArms, exports\n\n  Syria ", "", syndicate.Tags("Turkey", "Arms, exports", "Syria")},
		{"Turkey,Syria", ",", syndicate.Tags("Turkey", "Syria")},
		{[]byte(` ["Turkey", "Arms, exports"]`), ",", syndicate.Tags("Turkey", "Arms, exports")},
		{int64(2024), "", syndicate.Tags("2024")},
		{"", "", nil}, {"[]", "", nil}, {"[null]", "", nil},
	} {
		q := queried(t, map[string]driver.Value{"tags": test.given})
		q.Separator = test.separator
		a, err := article(t, q)
		require.NoError(t, err)
		var names []syndicate.Tag
		for _, tag := range a.Tags {
			names = append(names, syndicate.Tag{Name: tag.Name})
		}
		assert.Equal(t, test.want, names, test.given)
	}
}

// What a JSON text and an array look like as text is not what they say.
func TestTypesOfColumnsTellWhatTheirTextMeans(t *testing.T) {
	for _, test := range []struct{ column, kind, given, want string }{
		{"summary", "JSON", `"a \"b\" \u0131"`, `a "b" ı`}, {"summary", "JSONB", "null", ""}, {"summary", "JSON", "17", "17"}, {"summary", "JSON", "", ""},
		{"summary", "JSON", `"broken`, `"broken`}, {"summary", "TEXT", `"a"`, `"a"`}, {"summary", "", "null", "null"}, {"summary", "_TEXT", "{a}", "an object or array is not a text"},
		{"tags", "JSONB", `["a","b"]`, "a|b"}, {"tags", "JSON", `"a"`, "a"}, {"tags", "JSON", "null", ""},
		{"tags", "_TEXT", `{a,"b, \"c\" \\",NULL,"NULLs",d e}`, `a|b, "c" \|NULLs|d e`}, {"tags", "_INT4", "{1,2}", "1|2"}, {"tags", "_TEXT", "{}", ""}, {"tags", "_TEXT", "[5:6]={x,y}", "x|y"},
		{"tags", "_TEXT", "{{a},{b}}", "element 1: an array in an array"}, {"tags", "TEXT", "{a}", "neither a JSON array nor names"}, {"tags", "_TEXT", "[]", ""},
		{"tags", "_TEXT", "{", "neither a JSON array"}, {"tags", "_TEXT", "{a", "neither a JSON array"}, {"tags", "_TEXT", `{"a`, "neither a JSON array"}, {"tags", "_TEXT", `{"a\`, "neither a JSON array"},
		{"tags", "_TEXT", `{"a"b}`, "neither a JSON array"}, {"tags", "_TEXT", "{a}b", "neither a JSON array"}, {"tags", "_TEXT", "{a,", "neither a JSON array"}, {"tags", "_TEXT", "{{a}", "neither a JSON array"},
		{"tags", "_TEXT", "a", "a"},
	} {
		what := test.column + " " + test.kind + " " + test.given
		for _, given := range []driver.Value{test.given, []byte(test.given)} {
			q := queried(t, nil)
			q.DB = scripted{"articles": {
				columns: []string{"url", "published", "title", test.column}, types: map[string]string{test.column: test.kind},
				rows: [][]driver.Value{{"/a/", "1999-01-01", "a", given}},
			}}.open(t)
			a, err := article(t, q)
			if a == nil {
				assert.ErrorContains(t, err, test.want, what)
				continue
			}
			var names []string
			for _, tag := range a.Tags {
				names = append(names, tag.Name)
			}
			assert.Equal(t, test.want, map[string]string{"summary": a.Summary, "tags": strings.Join(names, "|")}[test.column], what)
		}
	}
}

// Join tables are read with separate queries, all in one transaction.
func TestListsComeFromTablesOfTheirOwn(t *testing.T) {
	script := scripted{
		"articles": {columns: []string{"id", "key", "url", "published", "title"}, rows: [][]driver.Value{
			{"guid-1", int64(1), "/a/", "1999-01-01", "a"}, {"guid-2", int64(2), "/b/", "1999-01-02", "b"}, {"guid-3", int64(3), "/c/", "1999-01-03", "c"},
		}},
		"tags":       {columns: []string{"post", "NAME", "slug"}, rows: [][]driver.Value{{int64(1), "Turkey", "tr"}, {int64(2), "Syria", nil}, {int64(1), "Arms", nil}, {int64(99), "other", nil}, {nil, "x", nil}}},
		"categories": {columns: []string{"post", "path"}, rows: [][]driver.Value{{"1", "Military/Arms"}, {"2", nil}}},
		"enclosures": {columns: []string{"post", "url", "size"}, rows: [][]driver.Value{{"1", "/a.mp3", int64(5)}, {"3", "/c.mp3", "large"}, {"3", "/d.mp3", int64(5)}}},
	}
	q := queried(t, nil)
	q.DB = script.open(t)
	q.Lists = map[string]string{"tags": "tags", "categories": "categories", "enclosures": "enclosures"}
	err := q.Reload(t.Context())
	assert.EqualError(t, err, `sqlquery: row 3: article "guid-3": enclosures: size: "large" is not a whole number`)
	assert.Equal(t, "b a", titles(q, everything))
	assert.Equal(t, "a", titles(q, syndicate.WithTag("tr")))
	assert.Equal(t, "b", titles(q, syndicate.WithTag("syria")))
	assert.Equal(t, "a", titles(q, syndicate.InCategory("military")))
	assert.Contains(t, titles(q, syndicate.WithTag("other")), "no such feed")
	for name, a := range script {
		assert.Equal(t, sql.LevelRepeatableRead, a.level, name)
	}
	script["enclosures"].cut = io.ErrUnexpectedEOF
	assert.ErrorIs(t, q.Reload(t.Context()), io.ErrUnexpectedEOF)
	assert.Equal(t, "b a", titles(q, everything))
}

// HTTP-3
func TestResultThatIsCutOffChangesNothing(t *testing.T) {
	a := &answer{columns: []string{"url", "published", "title"}, rows: [][]driver.Value{{"/a/", "1999-01-01", "a"}, {"/b/", "1999-01-02", "b"}}}
	q := queried(t, nil)
	q.DB = scripted{"articles": a}.open(t)
	assert.Equal(t, "b a", titles(q, everything))
	a.rows, a.cut = a.rows[:1], io.ErrUnexpectedEOF
	assert.ErrorIs(t, q.Reload(t.Context()), io.ErrUnexpectedEOF)
	assert.Equal(t, "b a", titles(q, everything))
	a.rows, a.err = nil, io.ErrClosedPipe
	assert.ErrorIs(t, q.Reload(t.Context()), io.ErrClosedPipe)
	assert.Equal(t, "b a", titles(q, everything))
	a.cut, a.err = nil, nil
	var refused *sqlquery.RetractionError
	require.ErrorAs(t, q.Reload(t.Context()), &refused, "an empty table")
	assert.Equal(t, "b a", titles(q, everything))
	assert.NoError(t, q.ReloadRetracting(t.Context()))
	assert.Equal(t, "", titles(q, everything))
}

// Rows that are the same are not taken in again; whatever differs is noticed.
func TestEveryDifferenceOfRowsIsNoticed(t *testing.T) {
	a := &answer{columns: []string{"url", "published", "title", "tags"}, rows: [][]driver.Value{{"/a/", "1999-01-01", "a", "x"}}}
	tags := &answer{columns: []string{"id", "name"}}
	q := queried(t, nil)
	q.MaxRetracted = -1
	q.DB, q.Lists = scripted{"articles": a, "authors": tags}.open(t), map[string]string{"authors": "authors"}
	assert.Equal(t, "a", titles(q, syndicate.WithTag("x")))
	for _, change := range []func(){
		func() { a.rows[0][2] = "b" },
		func() { a.rows[0][2] = []byte("c") },
		func() { a.rows[0][1] = time.Date(1999, 1, 1, 0, 0, 1, 0, time.UTC) },
		func() { a.rows[0][1] = int64(915148802) },
		func() { a.rows[0][1] = 915148803.0 },
		func() { a.rows[0][2] = nil; a.rows[0][3] = "x\ny" },
		func() { a.columns[2] = "summary" },
		func() { a.columns[2] = "title"; a.rows[0][2] = "d" },
		func() { a.rows = append(a.rows, []driver.Value{"/b/", "1999-01-02", "e", nil}) },
		func() { tags.rows = [][]driver.Value{{"/a/", "A. Writer"}} },
		func() { tags.rows = [][]driver.Value{{"/b/", "A. Writer"}} },
		func() { tags.rows = nil },
	} {
		change()
		_ = q.Reload(t.Context())
		got, err := q.Feed(t.Context(), everything)
		require.NoError(t, err)
		fresh := &sqlquery.Query{Site: courier, DB: q.DB, SQL: q.SQL, Lists: q.Lists, OnError: q.OnError}
		want, err := fresh.Feed(t.Context(), everything)
		require.NoError(t, err)
		assert.Equal(t, string(want.Append(nil, syndicate.JSON)), string(got.Append(nil, syndicate.JSON)))
	}
}

func TestChangedSQLIsAskedInsteadOfAllRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &answer{columns: []string{"url", "published", "title"}, rows: [][]driver.Value{{"/a/", "1999-01-01", "a"}}}
		changed := &answer{columns: []string{"max", "count"}, rows: [][]driver.Value{{"1999-01-01", int64(1)}}}
		q := queried(t, nil)
		q.DB, q.ChangedSQL, q.Stale = scripted{"articles": a, "changed": changed}.open(t), "changed", -1
		q.Refresh = time.Nanosecond
		next := func() string { pass(time.Nanosecond); return titles(q, everything) }
		for range 5 {
			assert.Equal(t, "a", next())
		}
		assert.Equal(t, 5, changed.times())
		assert.Equal(t, 1, a.times())
		a.rows = append(a.rows, []driver.Value{"/b/", "1999-01-02", "b"})
		changed.rows[0][1] = int64(2)
		assert.Equal(t, "b a", next())
		changed.rows[0][0] = nil
		next()
		assert.Equal(t, 3, a.times())
		changed.err = io.ErrClosedPipe
		pass(time.Nanosecond)
		_, err := q.Feed(t.Context(), everything)
		assert.ErrorIs(t, err, io.ErrClosedPipe)
		assert.ErrorContains(t, err, "ChangedSQL: ")
	})
}

func TestTroublesomeTextComesThrough(t *testing.T) {
	const text = `Robert'); DROP TABLE posts;-- <b>&amp;</b> "İstanbul" 日本語 👩‍🚀`
	q := queried(t, map[string]driver.Value{"tags": text, "summary": text, "content": "<p>bad \xff\x00</p>", "id": text})
	a, err := article(t, q)
	assert.NoError(t, err)
	require.NotNil(t, a)
	assert.Equal(t, text, a.ID)
	assert.Equal(t, text, a.Tags[0].Name)
	assert.Equal(t, text, a.Summary)
	assert.Equal(t, "<p>bad �</p>", a.Content)
	feed, err := q.Feed(t.Context(), everything)
	require.NoError(t, err)
	assertValid(t, feed)
}

// assertValid claims that a feed has no fault in any format.
func assertValid(t *testing.T, feed *syndicate.Feed) {
	t.Helper()
	for _, problem := range feed.Validate() {
		assert.True(t, problem.Warning, problem)
	}
}
