package wordpress

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// result is what reading an export returned.
type result struct {
	articles []syndicate.Article
	problems []string
	err      string
}

func readAll(t *testing.T, data []byte, slow, pipe bool) (r result) {
	e := Export{Input: bytes.NewReader(data), MaxText: 1000, MaxIndex: 1 << 20, slow: slow, Scheduled: true}
	if pipe {
		e.Input = io.MultiReader(e.Input)
	}
	e.Clock = func() time.Time { return time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC) }
	e.OnIssue = func(p *Issue) {
		// An Offset counts the bytes of the text in UTF-8, of which UTF-16 may have half as many
		// again.
		assert.LessOrEqual(t, p.Offset, 2*int64(len(data)))
		assert.LessOrEqual(t, p.Line, int64(bytes.Count(data, []byte("\n"))+1))
		r.problems = append(r.problems, p.Error())
	}
	for a, err := range e.Articles() {
		assert.Empty(t, r.err, "something comes after the error")
		if err != nil {
			r.err = err.Error()
			assert.True(t, errors.As(err, new(*Issue)), "%v", err)
			continue
		}
		assert.NotEmpty(t, a.URL)
		assert.False(t, a.Published.IsZero())
		assert.True(t, utf8.ValidString(a.Title+a.Content+a.Summary))
		r.articles = append(r.articles, a)
	}
	return r
}

// WXR-1: for any input the reading ends without a panic, all places it reports exist in the input,
// an archive accepts every article, and the result is the same with and without parser.quick.
func FuzzExport(f *testing.F) {
	head := `<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>https://t.example</link>`
	item := `<item><title>T</title><link>https://t.example/1</link><wp:post_date_gmt>2024-01-01 00:00:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>`
	f.Add([]byte("\n" + head + `<wp:author><wp:author_login><![CDATA[a]]></wp:author_login></wp:author><wp:category><wp:category_nicename>c</wp:category_nicename><wp:category_parent>d</wp:category_parent></wp:category>
	<item><wp:post_id>2</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://t.example/2.jpg</wp:attachment_url></item>
	` + item + `<category domain="category" nicename="c"><![CDATA[C]]></category><wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>2</wp:meta_value></wp:postmeta></item></channel></rss>`))
	for _, more := range []string{
		"</item></channel></rss>", "<a/><b ></b ><c></c></item>", "<content:encoded><![CDATA[a]]> <![CDATA[b]]></content:encoded></item>", "<a></b></item><item>",
		"<title>&amp;&nbsp;&#0;&#x1F600;</title></item>", "<title>a<b>c</b>d</title></item>", "<!-- a -- b --><?x y?></item>", "<-a></-a><a:b:c></a:b:c><:a></:a></item>",
		`<category domain="category" nicename="feed">F</category><category>%ff</category></item>`, "<content:encoded>[gallery][caption]</content:encoded><wp:post_id>1</wp:post_id></item>",
		"<content:encoded><![CDATA[[code]<b>[/code] ]]></p> <!-- wp:block {\"ref\":1} /-->]]></content:encoded></item>", "<content:encoded>\n<![CDATA[a]]><![CDATA[b]]> c</content:encoded></item>",
		`<category domain="author" nicename="cap-a">a</category><wp:postmeta><wp:meta_key>footnotes</wp:meta_key><wp:meta_value>[{"id":"a"}]</wp:meta_value></wp:postmeta></item>`,
		"<wp:post_id>1</wp:post_id></item><item><wp:post_type>wp_block</wp:post_type><wp:status>publish</wp:status><wp:post_id>2</wp:post_id></item>",
		"<dc:creator>a@b.example</dc:creator></item>", "<dc:creator>\u202e</dc:creator><title>\xff\xfe\x00</title></item>", "<wp:post_date_gmt>9999-12-31 23:59:59</wp:post_date_gmt></item>",
	} {
		f.Add([]byte(head + item + more + "</channel></rss>"))
	}
	for _, label := range []string{"windows-1251", "shift_jis", "iso-2022-jp", "gb18030"} {
		f.Add([]byte(`<?xml version="1.0" encoding="` + label + `"?>` + head + item + "<title>\xcf\xf0\xe8 \x1b$B\x81\x30</title></item></channel></rss>"))
	}
	f.Add([]byte("<!00> <![CDATA[]]>0<A0>"))
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"))
	f.Add([]byte(head + strings.Replace(item, "t.example/1", "t.\x05\xff\xff\x05ple/1", 1) + "</item></channel></rss>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		quick := readAll(t, data, false, false)
		if slow := readAll(t, data, true, false); !reflect.DeepEqual(slow, quick) { // a diff of these takes minutes
			t.Errorf("the quick way gives %d articles, %q, %q; the Decoder %d articles, %q, %q",
				len(quick.articles), quick.problems, quick.err, len(slow.articles), slow.problems, slow.err)
		}
		pipe := readAll(t, data, false, true)
		assert.Equal(t, len(quick.articles), len(pipe.articles))
		archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://t.example/", Title: "T"})
		require.NoError(t, err)
		assert.NoError(t, archive.Add(quick.articles...))
	})
}
