// These tests read exports in other encodings than UTF-8.
package wordpress_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/syndicate-go/syndicate/wordpress"
)

// encoded returns an export that declares an encoding and has it.
func encoded(t testing.TB, label, text string, enc encoding.Encoding) string {
	t.Helper()
	export := strings.Replace(head, "UTF-8", label, 1) + strings.NewReplacer("Post 1", text, "Body 1", text+"\n\n"+text).Replace(
		post(1, `<category domain="post_tag" nicename="x"><![CDATA[`+text+`]]></category>`)) + post(2, "") + foot
	data, err := enc.NewEncoder().String(export)
	require.NoError(t, err, label)
	return data
}

// WXR-6: the encodings of the WHATWG Encoding Standard are read, in every part of an item and at
// every split of the file.
func TestEncodingsOfTheStandardAreRead(t *testing.T) {
	for label, text := range map[string]string{
		"iso-8859-9": "Işık ve Çağ", "latin5": "Işık ve Çağ", "windows-1254": "“Işık”", "iso-8859-2": "Zażółć gęślą jaźń", "iso-8859-15": "Café à 5 €",
		"windows-1251": "«ТАСС» и Рёв, «Я»", "koi8-r": "Съешь ещё", "iso-8859-5": "Привет", "windows-1253": "Καλημέρα", "iso-8859-8": "שלום", "windows-1256": "مرحبا",
		"shift_jis": "日本語の表示 ソ", "euc-jp": "日本語の表示", "iso-2022-jp": "日本語の表示", "gbk": "简体中文", "gb18030": "简体中文 𠀀", "big5": "許功蓋", "euc-kr": "한국어",
		"windows-1252": "“Café” – 5 €", "ISO-8859-1": "Café", "utf-8": "日本語 ş",
	} {
		enc, err := htmlindex.Get(label)
		require.NoError(t, err)
		data := encoded(t, label, text, enc)
		for _, input := range []io.Reader{
			strings.NewReader(data), iotest.OneByteReader(strings.NewReader(data)), iotest.DataErrReader(strings.NewReader(data)),
		} {
			o := read(t, wordpress.Export{Input: input})
			require.NoError(t, o.err, label)
			require.Len(t, o.order, 2, label)
			assert.Equal(t, text, o.order[0].Title, label)
			assert.Equal(t, "<p>"+text+"</p>\n<p>"+text+"</p>", o.order[0].Content, label)
			assert.Equal(t, text, o.order[0].Tags[0].Name, label)
		}
	}
}

// WXR-6: Windows programs save a text as UTF-16, with a byte order mark.
func TestUTF16IsRead(t *testing.T) {
	for label, order := range map[string]unicode.Endianness{"UTF-16": unicode.LittleEndian, "utf-16be": unicode.BigEndian, "UTF-8": unicode.LittleEndian} {
		o := readText(t, encoded(t, label, "Işık 𠀀", unicode.UTF16(order, unicode.UseBOM)))
		require.NoError(t, o.err, label)
		assert.Equal(t, "Işık 𠀀", o.order[0].Title)
	}
}

// WXR-6: WordPress writes UTF-8 into files that declare another encoding. A byte that is not UTF-8
// is replaced; the rest of its line stays.
func TestUTF8StaysWhateverTheFileDeclares(t *testing.T) {
	for _, label := range []string{"iso-8859-9", "windows-1251", "shift_jis", "gbk", "iso-2022-jp", "utf-16", "latin1", "x-sjis"} {
		text := "Işık, 日本語 и " + strings.Repeat("ş", 3000)
		o := readText(t, encoded(t, label, text, encoding.Nop))
		require.NoError(t, o.err, label)
		assert.Equal(t, text, o.order[0].Title, label)
		assert.Equal(t, "<p>"+text+"</p>\n<p>"+text+"</p>", o.order[0].Content, label)
	}
	o := readText(t, encoded(t, "windows-1251", "Привет\xe9 мир", encoding.Nop))
	assert.Equal(t, "Привет\ufffd мир", o.order[0].Title)
}

// WXR-6: a body without line ends is decoded in parts, none of which divides a character.
func TestLongLinesOfOtherEncodingsAreDecodedWhole(t *testing.T) {
	for label, text := range map[string]string{"shift_jis": "日本語a表示", "gb18030": "简a体𠀀", "windows-1251": "Привет ", "iso-2022-jp": "日本a"} {
		enc, err := htmlindex.Get(label)
		require.NoError(t, err)
		text = strings.TrimSpace(strings.Repeat(text, 2000))
		o := readText(t, encoded(t, label, text, enc))
		require.NoError(t, o.err, label)
		assert.Equal(t, "<p>"+text+"</p>\n<p>"+text+"</p>", o.order[0].Content, label)
	}
}

// WXR-4: in a decoded file, the line of an issue is that of the file, and progress counts its
// bytes.
func TestPlacesAndProgressOfDecodedFiles(t *testing.T) {
	enc, err := htmlindex.Get("windows-1251")
	require.NoError(t, err)
	draft := "<wp:post_id>2</wp:post_id><wp:status>draft</wp:status>"
	data := strings.Replace(encoded(t, "windows-1251", "Привет", enc), "<wp:post_id>2</wp:post_id>", draft, 1)
	plain := strings.Replace(encoded(t, "utf-8", "Привет", encoding.Nop), "<wp:post_id>2</wp:post_id>", draft, 1)
	var most, total int64
	var issues []*wordpress.Issue
	e := wordpress.Export{Input: strings.NewReader(data), Clock: clock, Progress: func(read, all int64) { most, total = read, all },
		OnIssue: func(p *wordpress.Issue) { issues = append(issues, p) }}
	for _, err := range e.Articles() {
		require.NoError(t, err)
	}
	require.Len(t, issues, 1)
	assert.Equal(t, readText(t, plain).problems[0].Line, issues[0].Line)
	assert.EqualValues(t, 2*len(data), total)
	assert.EqualValues(t, total, most)
}
