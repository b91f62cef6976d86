// These tests show what authors, links and bodies exporters and plug-ins write.
package wordpress_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/wordpress"
)

// ann is the head of an export with one author, and dc of the namespace of creators.
const ann = `<wp:author><wp:author_login>ann</wp:author_login><wp:author_display_name>Ann Ek</wp:author_display_name></wp:author>` +
	`<wp:author><wp:author_login>Cem K</wp:author_login><wp:author_display_name>Cem</wp:author_display_name></wp:author>`

// guest returns a guest author of Co-Authors Plus.
func guest(name, metas string) string {
	return `<item><title>` + name + `</title><wp:post_id>900</wp:post_id><wp:status>publish</wp:status><wp:post_type>guest-author</wp:post_type>` + metas + "</item>\n"
}

func meta(key, text string) string {
	return "<wp:postmeta><wp:meta_key>" + key + "</wp:meta_key><wp:meta_value><![CDATA[" + text + "]]></wp:meta_value></wp:postmeta>"
}

// WXR-6: Co-Authors Plus names a term of the taxonomy "author" after the login of a user or guest
// author. Similar plug-ins name it after the author.
func TestBylinesOfCoAuthors(t *testing.T) {
	term := func(slug, name string) string {
		return `<category domain="author" nicename="` + slug + `"><![CDATA[` + name + `]]></category>`
	}
	bea := guest("Bea", meta("cap-display_name", "Bea &amp; Co")+meta("cap-user_login", "bea")+meta("cap-user_email", "bea@private.example"))
	for _, c := range []struct {
		name, terms string
		want        []syndicate.Author
		issue       wordpress.Reason
	}{
		{"the creator alone", `<dc:creator>ann</dc:creator>`, []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}}, ""},
		{"users", `<dc:creator>ann</dc:creator>` + term("cap-cem-k", "Cem K") + term("cap-ann", "ann"), []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}, {Name: "Cem", Slug: "cem-k"}}, ""},
		{"the creator is none of them", `<dc:creator>ann</dc:creator>` + term("cap-cem-k", "Cem K"), []syndicate.Author{{Name: "Cem", Slug: "cem-k"}}, ""},
		{"a guest", `<dc:creator>ann</dc:creator>` + term("cap-bea", "bea"), []syndicate.Author{{Name: "Bea & Co", Slug: "bea"}}, ""},
		{"a guest without metas", term("cap-dee-co", "dee"), []syndicate.Author{{Name: "Dee & Co"}}, ""},
		{"without a prefix", term("ann", "Ann Ek"), []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}}, ""},
		{"twice", term("cap-ann", "ann") + term("ann", "ann"), []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}}, ""},
		{"not in the export", `<dc:creator>ann</dc:creator>` + term("cap-ann", "ann") + term("cap-eli-two", "Eli Öz"), []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}, {Name: "Eli Öz", Slug: "eli-two"}}, wordpress.ReasonUnknownAuthor},
		{"by mail", `<dc:creator>ann</dc:creator>` + term("cap-fay", "fay@private.example"), []syndicate.Author{{Name: "Ann Ek", Slug: "ann"}}, wordpress.ReasonUnknownAuthor},
	} {
		data := strings.Replace(head, "<rss", `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"`, 1) + ann + post(1, c.terms) + bea + guest("Dee &amp; Co", "") + foot
		o := readText(t, data)
		require.NoError(t, o.err, c.name)
		assert.Equal(t, c.want, o.order[0].Authors, c.name)
		if c.issue != "" {
			require.NotNil(t, o.problem("1", c.issue), c.name)
			assert.NotContains(t, o.problem("1", c.issue).Error(), "private.example")
		} else {
			assert.Nil(t, o.problem("1", wordpress.ReasonUnknownAuthor), c.name)
		}
	}
}

// WXR-6: exporters of other systems write addresses relative to the channel's.
func TestAddressesRelativeToTheSite(t *testing.T) {
	for link, want := range map[string]string{
		"/blog/a.html": "https://t.example/blog/a.html", "blog/a.html": "https://t.example/sub/blog/a.html", "?p=7": "https://t.example/sub/?p=7", "//t.example/x": "https://t.example/x",
		"../x/ş": "https://t.example/x/%C5%9F", "https://other.example/x": "https://other.example/x",
		"mailto:a@b.example": "https://t.example/?p=1", "": "https://t.example/?p=1", "#": "https://t.example/?p=1", "not a link": "https://t.example/?p=1",
	} {
		data := strings.Replace(head, "https://t.example</link>", "https://t.example/sub</link>", 1) + strings.Replace(post(1, ""), "https://t.example/1/", link, 1) + foot
		o := readText(t, data)
		require.NoError(t, o.err)
		assert.Equal(t, want, o.order[0].URL, link)
		assert.Equal(t, "https://t.example/?p=1", o.order[0].ID)
	}
	o := readText(t, head+post(1, meta("_thumbnail_id", "2")+meta("enclosure", "/a.mp3\n5\naudio/mpeg"))+
		"<item><wp:post_id>2</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>/up/a.jpg</wp:attachment_url></item>"+foot)
	assert.Equal(t, "https://t.example/up/a.jpg", o.order[0].Image.URL)
	assert.Equal(t, "https://t.example/a.mp3", o.order[0].Enclosures[0].URL)
	o = readText(t, head+strings.Replace(strings.Replace(post(1, ""), "https://t.example/1/", "", 1), "https://t.example/?p=1", "key-1", 1)+foot)
	assert.Empty(t, o.order, "a guid is no relative address")
	assert.NotNil(t, o.problem("1", wordpress.ReasonNoAddress))
}

// WXR-6: old exports have "]]>" in bodies. WordPress splits the CDATA section there since version
// 3.1. Neither loses a word, nor the next post.
func TestEndMarksInCDATABodies(t *testing.T) {
	for body, want := range map[string]string{
		`<![CDATA[a<script>//<![CDATA[` + "\nx();\n" + `//]]></script>b]]>`: "a<script>//<![CDATA[\nx();\n//]]></script>b",
		`<![CDATA[a ]]> b]]>`:                                 "a ]]> b",
		`<![CDATA[a]]><p>b</p>]]>`:                            "a]]><p>b</p>",
		`<![CDATA[a]]></p>` + "\n" + `b]]> c]]>`:              "a]]></p>\nb]]> c",
		"<![CDATA[a]]>\n*/</style>b]]>":                       "a]]>\n*/</style>b",
		`<![CDATA[a]]></p>b`:                                  "a]]></p>b",
		`<![CDATA[a]]]]><![CDATA[> b]]>`:                      "a]]> b",
		`<![CDATA[a]]>` + "\n\t" + `<![CDATA[b]]>`:            "ab",
		"\n\t<![CDATA[a</p>]]> b]]>\n\t":                      "a</p>]]> b",
		`<![CDATA[a]]>` + "\n" + `<!-- c -->`:                 "a",
		`<![CDATA[` + strings.Repeat("a]]> ", 40_000) + `]]>`: strings.TrimSpace(strings.Repeat("a]]> ", 40_000)),
	} {
		data := head + strings.Replace(post(1, ""), "<![CDATA[Body 1]]>", body, 1) + post(2, "") + foot
		for _, input := range []io.Reader{strings.NewReader(data), io.MultiReader(strings.NewReader(data))} {
			o := read(t, wordpress.Export{Input: input})
			require.NoError(t, o.err)
			require.Equal(t, []string{"Post 1", "Post 2"}, titles(o), "%.60s", body)
			got := strings.NewReplacer("<p>", "", "</p>", "", "<br>", "", "\n", "", "&gt;", ">").Replace(o.order[0].Content)
			assert.Equal(t, strings.NewReplacer("<p>", "", "</p>", "", "\n", "").Replace(want), got, "%.60s", body)
		}
	}
	// In other elements, only what would not be XML is changed.
	o := readText(t, head+strings.Replace(post(1, ""), "<title>Post 1</title>", "<title><![CDATA[a]]> b</title>", 1)+
		post(2, `<wp:comment><wp:comment_content><![CDATA[x ]]></b> y]]></wp:comment_content></wp:comment>`)+foot)
	require.NoError(t, o.err)
	assert.Equal(t, []string{"a b", "Post 2"}, titles(o))
	assert.Empty(t, o.problems)
}

// WXR-5, WXR-6: patterns and footnotes are read from the file, wherever they stand in it.
func TestPatternsAndFootnotesOfAnExport(t *testing.T) {
	pattern := func(id, status string) string {
		return `<item><title>Notice</title><content:encoded><![CDATA[<p>Pattern ` + id + `</p>]]></content:encoded><wp:post_id>` + id + `</wp:post_id><wp:status>` + status + `</wp:status><wp:post_type>wp_block</wp:post_type></item>`
	}
	text := `<!-- wp:block {"ref":14} /--><!-- wp:block {"ref":11} /--><!-- wp:block {"ref":12} /--><!-- wp:block {"ref":13} /--><sup data-fn="n"></sup><!-- wp:footnotes /-->`
	data := head + pattern("11", "publish") + strings.Replace(post(1, meta("footnotes", `[{"id":"n","content":"Note."}]`)), "Body 1", text, 1) +
		pattern("12", "draft") + pattern("13", "publish") + post(5, "<wp:status>draft</wp:status>") +
		`<item><wp:post_id>14</wp:post_id><wp:status>publish</wp:status><wp:post_type>wp_block</wp:post_type></item>` + foot
	o := readText(t, data)
	require.NoError(t, o.err)
	assert.Equal(t, `<p>Pattern 11</p><p>Pattern 13</p><sup data-fn="n"></sup><ol><li id="n">Note. <a href="#n-link">↩︎</a></li></ol>`, o.order[0].Content)
	require.NotNil(t, o.problem("1", wordpress.ReasonNoPattern))
	assert.Equal(t, "12", o.problem("1", wordpress.ReasonNoPattern).Value)

	// An input that is read once has the patterns before the post only.
	o = read(t, wordpress.Export{Input: io.MultiReader(strings.NewReader(data))})
	assert.Contains(t, o.order[0].Content, "Pattern 11")
	assert.NotContains(t, o.order[0].Content, "Pattern 13")

	// The bodies of patterns count for the limit of the index, and those that are too long are
	// missing.
	long := strings.Replace(data, "Pattern 13", strings.Repeat("x", 5000), 1)
	assert.ErrorIs(t, read(t, wordpress.Export{Input: strings.NewReader(long), MaxIndex: 4000}).err, wordpress.ReasonIndex)
	o = read(t, wordpress.Export{Input: strings.NewReader(long), MaxText: 1000})
	require.NoError(t, o.err)
	assert.NotContains(t, o.order[0].Content, "xxx")

	// All patterns together add no more than a body may have.
	long = strings.Replace(data, "Pattern 11", strings.Repeat("x", 400), 1)
	long = strings.Replace(long, `{"ref":13}`, `{"ref":11} /--><!-- wp:block {"ref":11} /--><!-- wp:block {"ref":13}`, 1)
	o = read(t, wordpress.Export{Input: strings.NewReader(long), MaxText: 1000})
	require.NoError(t, o.err)
	assert.Equal(t, 800, strings.Count(o.order[0].Content, "x"))
	assert.Contains(t, o.order[0].Content, "Pattern 13")
	assert.NotNil(t, o.problem("1", wordpress.ReasonTooLong))
}

// Of an input that is read once, terms may come after a post.
func TestTermsAfterThePostsOfAPipe(t *testing.T) {
	category := func(slug, parent string) string {
		return "<wp:category><wp:category_nicename>" + slug + "</wp:category_nicename><wp:category_parent>" + parent + "</wp:category_parent><wp:cat_name>" + strings.ToUpper(slug) + "</wp:cat_name></wp:category>"
	}
	data := head + category("a", "") + post(1, "") + category("b", "a") + category("c", "b") + category("a", "x") +
		post(2, `<category domain="category" nicename="c"><![CDATA[C]]></category>`) + foot
	o := read(t, wordpress.Export{Input: io.MultiReader(strings.NewReader(data))})
	require.NoError(t, o.err)
	assert.Equal(t, "a/b/c", o.order[1].Categories[0].Path())
}
