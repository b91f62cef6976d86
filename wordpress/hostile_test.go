// These exports are broken, or made to break their reader. Reading them ends in an error that says
// where, or reports issues; the articles before that are kept, and memory stays bounded.
package wordpress_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/wordpress"
)

const head = `<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>T</title><link>https://t.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
`

const foot = "</channel>\n</rss>\n"

// post returns a public item with more elements in it.
func post(id int, more string) string {
	return fmt.Sprintf(`<item><title>Post %d</title><link>https://t.example/%d/</link><guid>https://t.example/?p=%d</guid>
<content:encoded><![CDATA[Body %d]]></content:encoded><wp:post_id>%d</wp:post_id><wp:post_date_gmt>2024-01-01 00:00:00</wp:post_date_gmt>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>%s</item>
`, id, id, id, id, id, more)
}

func readText(t testing.TB, text string) outcome {
	t.Helper()
	return read(t, wordpress.Export{Input: strings.NewReader(text)})
}

func titles(o outcome) (titles []string) {
	for _, a := range o.order {
		titles = append(titles, a.Title)
	}
	return titles
}

// WXR-1
func TestTruncatedFileEndsInAnErrorThatSaysWhere(t *testing.T) {
	whole := string(small(t))
	before, _, _ := strings.Cut(whole, "<!-- wp:embed")
	for name, data := range map[string]string{
		"in a body":           before,
		"in a tag":            before + "]]></content:enc",
		"in an item":          before + "]]></content:encoded>\n",
		"in an entity":        before + "]]></content:encoded><title>&am",
		"in CDATA's end":      before + "]]",
		"in a comment":        before + "]]></content:encoded><!-- x",
		"before channel ends": whole[:strings.Index(whole, "</channel>")],
		"before rss ends":     whole[:strings.Index(whole, "</rss>")],
	} {
		for _, pipe := range []bool{false, true} {
			var input io.Reader = strings.NewReader(data)
			if pipe {
				input = io.MultiReader(input)
			}
			o := read(t, wordpress.Export{Input: input})
			var p *wordpress.Issue
			require.ErrorAs(t, o.err, &p, name)
			assert.Equal(t, wordpress.ReasonTruncated, p.Reason, name)
			assert.Equal(t, int64(len(data)), p.Offset, name)
			assert.Equal(t, int64(strings.Count(data, "\n")+1), p.Line, name)
			assert.Equal(t, "https://gazette.example/?p=101", o.order[0].ID, name)
		}
	}
}

// An item that is not XML is skipped; all others are read.
func TestBrokenItemIsSkippedAndTheNextIsRead(t *testing.T) {
	for name, broken := range map[string]string{
		"a lone <":          post(2, "<wp:post_name>a < b</wp:post_name>"),
		"wrong end":         post(2, "<wp:postmeta></wp:comment>"),
		"end too many":      post(2, "</wp:x>"),
		"too deep":          post(2, strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)),
		"an endless tag":    post(2, `<wp:x a="`+strings.Repeat("x", 100_000)+`"/>`),
		"an item in a text": post(2, "<wp:post_name>a <item b"),
	} {
		o := readText(t, head+post(1, "")+broken+post(3, "")+foot)
		require.NoError(t, o.err, name)
		assert.Equal(t, []string{"Post 1", "Post 3"}, titles(o), name)
		require.NotEmpty(t, o.problems, name)
		p := o.problems[0]
		assert.True(t, p.Skipped, name)
		assert.Equal(t, "2", p.Post, name)
		assert.Contains(t, []wordpress.Reason{wordpress.ReasonBroken, wordpress.ReasonTooDeep}, p.Reason, name)
		assert.Greater(t, p.Offset, int64(len(head+post(1, ""))), name)
		assert.LessOrEqual(t, p.Offset, int64(len(head+post(1, "")+broken)), name)
	}
	o := readText(t, head+post(1, "")+post(2, "</wp:x>"))
	assert.ErrorIs(t, o.err, wordpress.ReasonBroken, "with no item behind it, it is the end")
	assert.Equal(t, []string{"Post 1"}, titles(o))
}

// Text and CDATA sections in one element, of which nothing is kept.
func TestTextAroundSectionsOfSkippedElementsIsSkipped(t *testing.T) {
	for _, mixed := range []string{"x<![CDATA[a]]>y", "<![CDATA[a]]>x<![CDATA[b]]>", "x<![CDATA[]]>y<z/>", "\x00<![CDATA[a]]>y"} {
		o := readText(t, head+post(1, "<wp:x>"+mixed+"</wp:x>")+post(2, "")+foot)
		require.NoError(t, o.err)
		assert.Equal(t, []string{"Post 1", "Post 2"}, titles(o), mixed)
		assert.Empty(t, o.problems, mixed)
	}
}

func TestBrokenHeadDoesNotStopTheItems(t *testing.T) {
	o := readText(t, head+"<wp:tag><wp:tag_slug>a</wp:tag></wp:tag>"+post(1, "")+foot)
	require.NoError(t, o.err)
	assert.Equal(t, []string{"Post 1"}, titles(o))
	require.Len(t, o.problems, 1)
	assert.Equal(t, wordpress.ReasonBroken, o.problems[0].Reason)
	assert.False(t, o.problems[0].Skipped)
}

// WXR-1: servers print warnings before the XML.
func TestTextBeforeTheXMLIsIgnored(t *testing.T) {
	for _, blank := range []string{"\n", "\ufeff", " \r\n\t\ufeff\n"} {
		o := readText(t, blank+head+post(1, "")+foot)
		require.NoError(t, o.err)
		assert.Empty(t, o.problems)
		assert.Equal(t, []string{"Post 1"}, titles(o))
	}
	o := readText(t, "<br />\n<b>Warning</b>: something in PHP on line 3<br />\n"+head+post(1, "")+foot)
	require.NoError(t, o.err)
	assert.Equal(t, []string{"Post 1"}, titles(o))
	require.Len(t, o.problems, 1)
	assert.Equal(t, wordpress.ReasonJunk, o.problems[0].Reason)
}

func TestAFileThatIsNoExportIsAnErrorFromTheStart(t *testing.T) {
	for name, data := range map[string]string{
		"empty":      "",
		"text":       "hello",
		"HTML":       "<!DOCTYPE html><html><body><p>x</body></html>",
		"RSS":        `<rss version="2.0"><channel><title>x</title><item><title>y</title></item></channel></rss>`,
		"Atom":       `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>`,
		"compressed": "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"UTF-16":     "\xff\xfe<\x00r\x00s\x00s\x00",
		"encoding":   `<?xml version="1.0" encoding="EBCDIC"?><rss/>`,
	} {
		_, err := (&wordpress.Export{Input: strings.NewReader(data)}).Site()
		assert.ErrorIs(t, err, wordpress.ReasonNoExport, name)
		for _, err := range (&wordpress.Export{Input: strings.NewReader(data)}).Articles() {
			assert.ErrorIs(t, err, wordpress.ReasonNoExport, name)
		}
	}
	_, err := (&wordpress.Export{}).Site()
	assert.ErrorContains(t, err, "Export.Input is missing")
}

// WXR-1: a file with entity declarations is refused before anything is expanded.
func TestDeclaredEntitiesAreRefused(t *testing.T) {
	bomb := `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	o := readText(t, strings.Replace(head, "<rss", bomb+"<rss", 1)+post(1, "<x>&b;</x>")+foot)
	assert.ErrorIs(t, o.err, wordpress.ReasonEntities)
	o = readText(t, strings.Replace(head, "<rss", `<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss`, 1)+post(1, "")+foot)
	require.NoError(t, o.err, "a document type alone is harmless")
	assert.Equal(t, []string{"Post 1"}, titles(o))
}

func TestOldEncodingsAreRead(t *testing.T) {
	latin := strings.Replace(head, "UTF-8", "ISO-8859-1", 1)
	o := readText(t, latin+strings.ReplaceAll(post(1, ""), "Body 1", "Caf\xe9 \x93x\x94 ş")+strings.ReplaceAll(post(2, ""), "Post 2", "Caf\xe9 ş")+foot)
	require.NoError(t, o.err)
	assert.Equal(t, "<p>Café “x” ş</p>", o.order[0].Content)
	assert.Equal(t, "Café ş", o.order[1].Title)
	o = readText(t, head+strings.ReplaceAll(post(1, ""), "Post 1", "Caf\xe9 \xed\xa0\x80")+foot)
	require.NoError(t, o.err)
	assert.Equal(t, "Caf\ufffd \ufffd\ufffd\ufffd", o.order[0].Title)
}

// Every byte value, in text and in CDATA, split by reads of every size: the articles have only
// characters that XML allows.
func TestEveryByteValueIsReadAtEverySplit(t *testing.T) {
	for c := range 256 {
		text := strings.ReplaceAll(post(1, ""), "Post 1", "Po\xc5\x9f"+string([]byte{byte(c)})+"t 1")
		text = strings.ReplaceAll(text, "Body 1", "Bo"+string([]byte{byte(c)})+"dy 1")
		whole := readText(t, head+text+post(2, "")+foot)
		byByte := read(t, wordpress.Export{Input: iotest.OneByteReader(strings.NewReader(head + text + post(2, "") + foot))})
		assert.Equal(t, whole.err, byByte.err)
		assert.Equal(t, whole.order, byByte.order)
		require.NoError(t, whole.err)
		assert.NotEmpty(t, whole.order)
		for _, a := range whole.order {
			assertLegal(t, a.Title)
			assertLegal(t, a.Content)
		}
	}
}

func assertLegal(t testing.TB, s string) {
	t.Helper()
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
			t.Errorf("%q holds %U", s, r)
		}
	}
	assert.Equal(t, strings.ToValidUTF8(s, "!"), s)
}

func TestErrorOfTheInputIsReturned(t *testing.T) {
	failure := errors.New("cable pulled")
	input := io.MultiReader(strings.NewReader(head+post(1, "")+"<item>"), iotest.ErrReader(failure))
	o := read(t, wordpress.Export{Input: input})
	assert.ErrorIs(t, o.err, failure)
	assert.Equal(t, []string{"Post 1"}, titles(o))
	_, err := (&wordpress.Export{Input: iotest.ErrReader(failure)}).Site()
	assert.ErrorIs(t, err, failure)
	_, err = (&wordpress.Export{Input: emptyReads{}}).Site()
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

type emptyReads struct{}

func (emptyReads) Read([]byte) (int, error) { return 0, nil }

// WXR-1: each limit is a field of Export.
func TestLimitsEndInReportsAndErrors(t *testing.T) {
	three := head + post(1, "") + post(2, "") + post(3, "") + foot
	o := read(t, wordpress.Export{Input: strings.NewReader(three), MaxItems: 2})
	assert.ErrorIs(t, o.err, wordpress.ReasonTooMany)
	assert.Equal(t, []string{"Post 1", "Post 2"}, titles(o))

	long := head + strings.ReplaceAll(post(1, ""), "Body 1", strings.Repeat("x", 101)) + strings.ReplaceAll(post(2, ""), "Body 2", strings.Repeat("x", 100)) + foot
	o = read(t, wordpress.Export{Input: strings.NewReader(long), MaxText: 100})
	require.NoError(t, o.err)
	assert.Equal(t, []string{"Post 2"}, titles(o))
	require.NotNil(t, o.problem("1", wordpress.ReasonTooLong))
	assert.Equal(t, "content:encoded", o.problem("1", wordpress.ReasonTooLong).Field)

	for most := 100; most < 104; most++ { // at every place within a character
		text := strings.Replace(post(1, ""), "<![CDATA[Body 1]]>", strings.Repeat("ş€😀", 50), 1)
		o = read(t, wordpress.Export{Input: strings.NewReader(head + text + post(2, "") + foot), MaxText: most})
		require.NoError(t, o.err)
		assert.NotNil(t, o.problem("1", wordpress.ReasonTooLong))
		assert.Equal(t, []string{"Post 2"}, titles(o))
	}

	o = read(t, wordpress.Export{Input: strings.NewReader(head + post(1, "<a><b/></a>") + foot), MaxDepth: 4})
	assert.ErrorIs(t, o.err, wordpress.ReasonTooDeep)

	var tags strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&tags, "<wp:tag><wp:tag_slug>t%d</wp:tag_slug></wp:tag>", i)
	}
	o = read(t, wordpress.Export{Input: strings.NewReader(head + post(1, "") + tags.String() + foot), MaxIndex: 10_000})
	assert.ErrorIs(t, o.err, wordpress.ReasonIndex)

	terms := strings.Repeat(`<category domain="post_tag" nicename="x">X</category>`, 1001)
	o = readText(t, head+post(1, terms)+foot)
	assert.NotNil(t, o.problem("1", wordpress.ReasonTooManyParts))

	// A part that is too long is dropped alone. The issue names it.
	longer := strings.Repeat("x", 70_000)
	for field, more := range map[string]string{
		"category":  `<category domain="post_tag" nicename="x">` + longer + `</category>`,
		"enclosure": "<wp:postmeta><wp:meta_key>enclosure</wp:meta_key><wp:meta_value>https://t.example/" + longer + "</wp:meta_value></wp:postmeta>",
		"footnotes": "<wp:postmeta><wp:meta_key>footnotes</wp:meta_key><wp:meta_value>" + longer + "</wp:meta_value></wp:postmeta>",
	} {
		o = read(t, wordpress.Export{Input: strings.NewReader(head + post(1, more) + foot), MaxText: 60_000})
		assert.Equal(t, []string{"Post 1"}, titles(o), field)
		require.Len(t, o.problems, 1, field)
		assert.Equal(t, wordpress.ReasonTooLong, o.problems[0].Reason, field)
		assert.Equal(t, field, o.problems[0].Field)
		assert.False(t, o.problems[0].Skipped, field)
	}
}

// WXR-2: a featured image that is not an image is reported.
func TestFeaturedImageOfAnotherKindIsDropped(t *testing.T) {
	for ending, kept := range map[string]bool{"jpg": true, "svg": true, "php?id=7": true, "pdf": false, "mp3": false, "mp4": false} {
		file := "<item><wp:post_id>7</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://t.example/a." + ending + "</wp:attachment_url></item>"
		o := readText(t, head+file+post(1, "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>")+foot)
		assert.Equal(t, kept, o.order[0].Image.URL != "", ending)
		assert.Equal(t, kept, o.problem("1", wordpress.ReasonOtherKind) == nil, ending)
	}
}

// WXR-2: chains of parents that lead back to themselves, or are very long.
func TestLongAndCircularChainsOfParentsAreCut(t *testing.T) {
	if testing.Short() {
		t.Skip("goes up many thousand categories")
	}
	var deep strings.Builder
	const n = 20_000
	for i := range n {
		fmt.Fprintf(&deep, "<wp:category><wp:category_nicename>c%d</wp:category_nicename><wp:category_parent>c%d</wp:category_parent><wp:cat_name>C%d</wp:cat_name></wp:category>", i, (i+1)%n, i)
	}
	o := readText(t, head+deep.String()+post(1, `<category domain="category" nicename="c0">C0</category>`)+foot)
	require.NoError(t, o.err)
	require.Len(t, o.order[0].Categories, 1)
	assert.LessOrEqual(t, strings.Count(o.order[0].Categories[0].Path(), "/"), 49)
	cut := 0
	for _, p := range o.problems {
		assert.Equal(t, wordpress.ReasonCycle, p.Reason)
		cut++
	}
	assert.Equal(t, n/50, cut)
	o = readText(t, head+"<wp:category><wp:category_nicename>self</wp:category_nicename><wp:category_parent>self</wp:category_parent><wp:cat_name>S</wp:cat_name></wp:category>"+
		post(1, `<category domain="category" nicename="self">S</category>`)+foot)
	assert.Equal(t, "self", o.order[0].Categories[0].Path())
	assert.Len(t, o.problems, 1)
}

func TestExportWithoutItemsHasNoArticles(t *testing.T) {
	for _, input := range []io.Reader{strings.NewReader(head + foot), io.MultiReader(strings.NewReader(head + foot))} {
		o := read(t, wordpress.Export{Input: input})
		assert.NoError(t, o.err)
		assert.Empty(t, o.order)
		assert.Equal(t, "T", o.site.Title)
	}
}

// The memory that ids of posts count for is free again when the posts are read again.
func TestReadingAgainNeedsNoMoreMemory(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for i := range 100 {
		b.WriteString(post(i, ""))
	}
	e := wordpress.Export{Input: strings.NewReader(b.String() + foot), MaxIndex: 20_000, MaxDepth: -1}
	for range 5 {
		for _, err := range e.Articles() {
			require.NoError(t, err)
		}
	}
}

// WXR-2
func TestAnEMailAddressIsNoName(t *testing.T) {
	var authors strings.Builder
	var posts strings.Builder
	for i, name := range []string{"ada@mail.example", "ada@localhost", "Ada (ada@mail.example)", "@ada", "Ada @ Work Inc."} {
		authors.WriteString(fmt.Sprintf("<wp:author><wp:author_login>ada%d</wp:author_login><wp:author_display_name>%s</wp:author_display_name></wp:author>", i, name))
		posts.WriteString(post(i, fmt.Sprintf("<dc:creator>ada%d</dc:creator>", i)))
	}
	o := readText(t, head+authors.String()+posts.String()+foot)
	require.NoError(t, o.err)
	var names []string
	for _, a := range o.order {
		names = append(names, a.Authors[0].Name)
	}
	assert.Equal(t, []string{"ada0", "ada1", "ada2", "@ada", "Ada @ Work Inc."}, names)
}

// LIFE-1: an item with both statuses, draft and published, is a draft. An item with two passwords
// is protected, even if one of them is empty.
func TestDoubledElementsNeverMakeAnItemPublic(t *testing.T) {
	o := readText(t, head+post(1, "<wp:status>draft</wp:status>")+
		strings.Replace(post(2, ""), "<wp:status>", "<wp:status>private</wp:status><wp:status>", 1)+
		post(3, "<wp:post_password>x</wp:post_password><wp:post_password></wp:post_password>")+
		post(4, "<wp:post_password><![CDATA[ ]]></wp:post_password>")+foot)
	require.NoError(t, o.err)
	assert.Empty(t, o.order)
}

// stream is a reader of a text, a filling repeated up to size bytes, and another text.
func stream(before, filling string, size int64, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), io.LimitReader(&repeat{s: filling}, size/int64(len(filling))*int64(len(filling))), strings.NewReader(after))
}

type repeat struct {
	s string
	i int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], r.s[r.i:])
		n, r.i = n+m, (r.i+m)%len(r.s)
	}
	return n, nil
}

// WXR-1: no part of a file is held in memory if it is large.
func TestLargePartsAreNotHeldInMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a hundred megabytes")
	}
	const size = 8 << 20
	before, after, _ := strings.Cut(post(1, "HERE"), "HERE")
	for name, input := range map[string]io.Reader{
		"a body":          stream(head+`<item><content:encoded><![CDATA[`, "text ", size, "]]></content:encoded>"+strings.TrimPrefix(post(1, ""), "<item>")+foot),
		"a body in text":  stream(head+`<item><content:encoded>`, "text &amp; ", size, "</content:encoded>"+strings.TrimPrefix(post(1, ""), "<item>")+foot),
		"a comment":       stream(head+before+"<!--", "text ", size, "-->"+after+foot),
		"a title":         stream(head+"<item><title>", "text ", size, "</title>"+strings.TrimPrefix(post(1, ""), "<item>")+foot),
		"a meta":          stream(head+before+"<wp:postmeta><wp:meta_key>enclosure</wp:meta_key><wp:meta_value>", "text ", size, "</wp:meta_value></wp:postmeta>"+after+foot),
		"metas":           stream(head+before, "<wp:postmeta><wp:meta_key>enclosure</wp:meta_key><wp:meta_value>https://t.example/a.mp3</wp:meta_value></wp:postmeta>", size, after+foot),
		"empty elements":  stream(head+before, "<wp:x/>", size, after+foot),
		"comments":        stream(head+before, "<wp:comment><wp:comment_content><![CDATA[text]]></wp:comment_content></wp:comment>", size, after+foot),
		"space":           stream(head, "\n", size, post(1, "")+foot),
		"tag of one name": stream(head+before+"<wp:x a='", "text ", size, "'/>"+after+foot),
		"many open":       stream(head+before, "<wp:x>", size, after+foot),
		"categories":      stream(head+before, "<category nicename='x'>x</category>", size, after+foot),
	} {
		t.Run(name, func(t *testing.T) {
			var most uint64
			reads := 0
			e := wordpress.Export{Input: input, MaxText: 1 << 18, Clock: clock, Progress: func(int64, int64) {
				if reads++; reads%16 == 0 {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			}}
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			// Collected often, so that what is measured is held and not merely not collected yet.
			defer debug.SetGCPercent(debug.SetGCPercent(10))
			n := 0
			for _, err := range e.Articles() {
				if err == nil {
					n++
				}
			}
			assert.Positive(t, most)
			assert.Less(t, int64(most)-int64(before.HeapAlloc), int64(6<<20), "bytes of heap")
		})
	}
}

// WXR-1: MaxIndex limits the memory of the index, not only its number of entries.
func TestEntriesOfTheIndexAreCharged(t *testing.T) {
	attachment := "<item><wp:post_id>%d</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://t.example/%d.jpg</wp:attachment_url></item>"
	var b bytes.Buffer
	b.WriteString(head)
	for i := range 1000 {
		fmt.Fprintf(&b, attachment, i+1, i)
	}
	b.WriteString(post(2000, "") + foot)
	o := read(t, wordpress.Export{Input: bytes.NewReader(b.Bytes()), MaxIndex: 50_000})
	assert.ErrorIs(t, o.err, wordpress.ReasonIndex)
	o = read(t, wordpress.Export{Input: bytes.NewReader(b.Bytes()), MaxIndex: 500_000})
	assert.NoError(t, o.err)
	assert.Equal(t, []string{"Post 2000"}, titles(o))
}
