// These tests show the HTML that shortcodes and blocks become, and what is reported.
package wordpress

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// shownBody returns a body as HTML, and the issues of its post: reason and value.
func shownBody(it *item, add func(*index)) (body string, issues []string) {
	e := &Export{OnIssue: func(p *Issue) { issues = append(issues, strings.TrimSpace(string(p.Reason)+" "+p.Value)) }}
	r := &reading{export: e, text: defaultText, memory: defaultIndex}
	r.index = newIndex(r)
	for id, url := range map[int64]string{1: "https://a.example/1.jpg", 2: "https://a.example/2.mp3", 3: "https://a.example/3.mp4", 4: "https://a.example/4.png"} {
		_ = r.index.addAttachment(&item{id: strconv.FormatInt(id, 10), file: url, alt: "Alt", parent: "9"})
	}
	if add != nil {
		add(r.index)
	}
	it.content.HTML = true
	return r.body(it), issues
}

// example is a body as it is stored and as it is shown, with the issues of its post.
type example struct {
	name, stored, shown string
	issues              []string
}

func assertShown(t *testing.T, examples []example) {
	t.Helper()
	for _, c := range examples {
		got, issues := shownBody(&item{id: "9", content: valueOf(c.stored)}, nil)
		assert.Equal(t, c.shown, got, c.name)
		assert.Equal(t, c.issues, issues, c.name)
	}
}

// valueOf is an element with a text that is in no CDATA section.
func valueOf(text string) value { return value{xmlreader.Value{Text: text}} }

// linked is the paragraph that a player becomes.
func linked(address string) string {
	return `<p><a href="` + address + `">` + address + `</a></p>`
}

// HTML-5
func TestShortcodesOfWordPressBecomeHTML(t *testing.T) {
	assertShown(t, []example{
		{"caption", `[caption id="a" width="3"]<img src="x" /> A [b] text[/caption]`, `<figure><img src="x" /><figcaption>A [b] text</figcaption></figure>`, nil},
		{"linked caption", `a [wp_caption width="3"]<a href="y"><img src="x"></a> T[/wp_caption] b`, "<p>a</p>\n" + `<figure><a href="y"><img src="x"></a><figcaption>T</figcaption></figure><p>b</p>`, nil},
		{"older caption", `[caption width="3" caption="T &lt;3"]<img src="x">[/caption]`, `<figure><img src="x"><figcaption>T &lt;3</figcaption></figure>`, nil},
		{"caption without a picture", `[caption]text[/caption]`, `<figure>text</figure>`, nil},
		{"embed", `[embed width="1"]https://a.example/?x=1&amp;y=2[/embed]`, linked("https://a.example/?x=1&amp;y=2"), nil},
		{"embed with an attribute", `[embed src="https://a.example/x"]`, linked("https://a.example/x"), nil},
		{"words", `[sic] and [videos of cats] and [audiophile] and [1]`, `<p>[sic] and [videos of cats] and [audiophile] and [1]</p>`, nil},
		{"brackets without an end", `[gallery and [caption and [youtube`, `<p>[gallery and [caption and [youtube</p>`, nil},
		{"paragraphs around", "<p>[embed]https://a.example/x[/embed]</p>\n<p class=\"b\"> [gallery ids=1]\n</p>", linked("https://a.example/x") + `<figure><img src="https://a.example/1.jpg" alt="Alt"></figure>`, nil},
	})
}

// WXR-4, WXR-5: a shortcode that has another one, or text, in its content loses nothing.
func TestContentsOfShortcodesAreKept(t *testing.T) {
	picture := `<figure><img src="https://a.example/1.jpg" alt="Alt"></figure>`
	film := linked("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
	const lost = "shortcode of a plug-in; what it showed is not in the export "
	assertShown(t, []example{
		{"a film in a caption", `[caption width="300"][youtube dQw4w9WgXcQ] A film[/caption]`, `<figure>` + film + `<figcaption>A film</figcaption></figure>`, nil},
		{"a film in an older caption", `[wp_caption caption="A film"][youtube]dQw4w9WgXcQ[/youtube][/wp_caption]`, `<figure>` + film + `<figcaption>A film</figcaption></figure>`, nil},
		{"an address in a caption", `[caption width="300"][embed]https://a.example/x[/embed][/caption]`, `<figure>` + linked("https://a.example/x") + `</figure>`, nil},
		{"a gallery in a caption", `[caption id="a"]<img src="x"> Cap [gallery ids="1"] more[/caption]`, `<figure><img src="x"><figcaption>Cap</figcaption></figure>` + picture + `<p>more</p>`, nil},
		{"blank lines in a caption", "[caption]<img src=\"x\"> a\n\nb[/caption]", "<figure><img src=\"x\"><figcaption><p>a</p>\n<p>b</p>\n</figcaption></figure>", nil},
		{"two captions", `[caption caption="A"]<img src="x"> B[/caption]`, `<figure><img src="x"><figcaption>A</figcaption></figure><p>B</p>`, nil},
		{"a plug-in in a caption", `[caption id="a"]<img src="x"> Cap [chart id="1"][/caption]`, `<figure><img src="x"><figcaption>Cap [chart id="1"]</figcaption></figure>`, []string{lost + `[chart id="1"]`}},
		{"a plug-in in place of a picture", `[caption id="a"][chart id="1"] Cap[/caption]`, `<figure>[chart id="1"] Cap</figure>`, []string{lost + `[chart id="1"]`}},
		{"an escaped shortcode in a caption", `[caption id="a"]<img src="x"> [[gallery]][/caption]`, `<figure><img src="x"><figcaption><code>[gallery]</code></figcaption></figure>`, nil},
		{"a missing picture in a caption", `[caption id="a"][gallery ids="7"] Cap[/caption]`, `<figure><figcaption>Cap</figcaption></figure>`, []string{"attachment is not in the export 7"}},
		{"text in a player", `[youtube id="dQw4w9WgXcQ"]A film about x[/youtube] y`, film + "<p>A film about x y</p>", nil},
		{"an address in a player", `[youtube id="dQw4w9WgXcQ"]https://youtu.be/dQw4w9WgXcQ[/youtube]`, linked("https://youtu.be/dQw4w9WgXcQ"), nil},
		{"text around an address", `[embed]See <a href="https://a.example/x">this</a>[/embed]`, `<p>See <a href="https://a.example/x">this</a></p>`, nil},
		{"two addresses", "[embed]https://a.example/x\nhttps://a.example/y[/embed]", `<p><a href="https://a.example/x">https://a.example/x</a><br>` + "\n" + `<a href="https://a.example/y">https://a.example/y</a></p>`, nil},
		{"an address as a link", `[embed]<a href="https://a.example/x">https://a.example/x</a>[/embed]`, linked("https://a.example/x"), nil},
		{"text besides an attribute", `[embed src="https://a.example/x"]this[/embed]`, linked("https://a.example/x") + "<p>this</p>", nil},
		{"an open one in a line", `a [embed] b`, "<p>a  b</p>", []string{"player without an address or id; dropped [embed]"}},
		{"an open one before", `[embed] a [embed]https://a.example/x[/embed]`, "<p> a</p>\n" + linked("https://a.example/x"), []string{"player without an address or id; dropped [embed]"}},
		{"a picture in an element", `[fusion_imageframe link="/y"]<img src="x.jpg">[/fusion_imageframe]`, `<p><img src="x.jpg"></p>`, nil},
		{"text in an element for pictures", `[fusion_imageframe image_id="1"]Cap[/fusion_imageframe]`, picture + "<p>Cap</p>", nil},
	})
}

// WXR-5: galleries show pictures, players the files of the post of their kind.
func TestFilesOfThePostAreShown(t *testing.T) {
	picture := `<figure><img src="https://a.example/1.jpg" alt="Alt"></figure>`
	assertShown(t, []example{
		{"gallery", `[gallery]`, picture + `<figure><img src="https://a.example/4.png" alt="Alt"></figure>`, nil},
		{"gallery of some", `[gallery ids="1,7" columns="2"][/gallery]`, picture, []string{"attachment is not in the export 7"}},
		{"gallery without some", `[gallery exclude="4"]`, picture, nil},
		{"gallery of another post", `[gallery id="8"]`, ``, []string{"attachment is not in the export"}},
		{"Jetpack's", `[slideshow] [tiled_gallery ids=1]`, picture + `<figure><img src="https://a.example/4.png" alt="Alt"></figure>` + picture, nil},
		{"playlist", `[playlist ids="2"][playlist][playlist type="video"]`, `<ul><li><a href="https://a.example/2.mp3">https://a.example/2.mp3</a></li></ul><ul><li><a href="https://a.example/2.mp3">https://a.example/2.mp3</a></li></ul><ul><li><a href="https://a.example/3.mp4">https://a.example/3.mp4</a></li></ul>`, nil},
		{"audio of the post", `[audio]`, `<p><audio src="https://a.example/2.mp3" controls></audio></p>`, nil},
		{"video of the post", `[video width="1"]`, `<p><video src="https://a.example/3.mp4" controls></video></p>`, nil},
		{"audio by ids", `[audio ids="2"][audio id=2]`, `<p><audio src="https://a.example/2.mp3" controls></audio></p>` + "\n" + `<p><audio src="https://a.example/2.mp3" controls></audio></p>`, nil},
		{"audio by ids that are missing", `[audio ids="5"]`, ``, []string{"attachment is not in the export 5"}},
		{"audio that is a picture", `[audio ids="1,2"]`, `<p><audio src="https://a.example/2.mp3" controls></audio></p>`, []string{"attachment is a file of another kind; dropped 1"}},
		{"video that is a picture", `[video id="4"]`, ``, []string{"attachment is a file of another kind; dropped 4"}},
		{"audio in a file for videos", `[audio id="3"]`, `<p><audio src="https://a.example/3.mp4" controls></audio></p>`, nil},
		{"playlist with a picture", `[playlist ids="2,4"]`, `<ul><li><a href="https://a.example/2.mp3">https://a.example/2.mp3</a></li></ul>`, []string{"attachment is a file of another kind; dropped 4"}},
		{"gallery with a film", `[gallery ids="1,3"]`, picture, []string{"attachment is a file of another kind; dropped 3"}},
		{"element with a recording", `a [vc_single_image image="2"]`, `<p>a</p>`, []string{"attachment is a file of another kind; dropped 2"}},
		{"gallery without most", `[gallery exclude="4, 2 ,1"]`, ``, nil},
	})
	got, _ := shownBody(&item{id: "9", content: valueOf(`[gallery ids="5"]`)}, func(x *index) { x.attachments[5] = attachment{url: "https://a.example/?file=5"} })
	assert.Equal(t, `<figure><img src="https://a.example/?file=5" alt=""></figure>`, got, "a file of an unknown kind")
	_, issues := shownBody(&item{id: "8", content: valueOf(`a [audio] b`)}, nil)
	assert.Equal(t, []string{"player without an address or id; dropped [audio]"}, issues)
}

// WXR-5
func TestAudioAndVideoBecomeElements(t *testing.T) {
	assertShown(t, []example{
		{"audio", `[audio mp3="/a.mp3"][/audio]`, `<p><audio src="/a.mp3" controls></audio></p>`, nil},
		{"the oldest form", `[audio https://a.example/a.mp3|width=1]`, `<p><audio src="https://a.example/a.mp3" controls></audio></p>`, nil},
		{"several files", `[audio https://a.example/a.mp3,https://a.example/b.mp3]`, `<p><audio src="https://a.example/a.mp3" controls></audio></p>` + "\n" + `<p><audio src="https://a.example/b.mp3" controls></audio></p>`, nil},
		{"text in a player", `[video src="https://a.example/a.mp4"]A film of <b>cats</b>[/video]b`, `<p><video src="https://a.example/a.mp4" controls></video></p>` + "\n<p>A film of <b>cats</b></p><p>b</p>", nil},
		{"content", `[audio]https://a.example/a.mp3[/audio]`, `<p><audio src="https://a.example/a.mp3" controls></audio></p>`, nil},
		{"video", `[video width="1" mp4="https://a.example/a.mp4?x=1&amp;y=2" /]`, `<p><video src="https://a.example/a.mp4?x=1&amp;y=2" controls></video></p>`, nil},
		{"typographic quotes", `[video src=”https://a.example/a.mp4″ width=&#8221;1&#8221;]`, `<p><video src="https://a.example/a.mp4" controls></video></p>`, nil},
		{"a film of another site", `[video src="https://youtu.be/abc"][/video]`, linked("https://youtu.be/abc"), nil},
	})
}

// WXR-5: a player that names what it shows by an address or an id becomes a link.
func TestPlayersBecomeLinks(t *testing.T) {
	for stored, address := range map[string]string{
		`[youtube=https://youtu.be/x?t=1]`:                                              "https://youtu.be/x?t=1",
		`[youtube=http://www.youtube.com/watch?v=abc&w=320&h=240]`:                      "http://www.youtube.com/watch?v=abc&amp;w=320&amp;h=240",
		`[youtube http://www.youtube.com/watch?v=abc&#038;w=320]`:                       "http://www.youtube.com/watch?v=abc&amp;w=320",
		`[youtube www.youtube.com/watch?v=abc]`:                                         "https://www.youtube.com/watch?v=abc",
		`[youtube //youtu.be/abc]`:                                                      "https://youtu.be/abc",
		`[youtube abcDEF12345]`:                                                         "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube=abcDEF12345]`:                                                         "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube="abcDEF12345" w=3]`:                                                   "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube id="abc_EF-2345" width=300]`:                                          "https://www.youtube.com/watch?v=abc_EF-2345",
		`[youtube id=abcDEF12345&w=300]`:                                                "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube id=”abcDEF12345”]`:                                                    "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube]abcDEF12345[/youtube]`:                                                "https://www.youtube.com/watch?v=abcDEF12345",
		`[youtube]<a href="http://youtu.be/abc">http://youtu.be/abc</a>[/youtube]`:      "http://youtu.be/abc",
		`[youtube playlist="PLabc"]`:                                                    "https://www.youtube.com/playlist?list=PLabc",
		`[embedyt]https://www.youtube.com/watch?v=abc&amp;width=4[/embedyt]`:            "https://www.youtube.com/watch?v=abc&amp;width=4",
		`[embedyt] http://www.youtube.com/watch?v=abc [/embedyt]`:                       "http://www.youtube.com/watch?v=abc",
		`[su_youtube url="https://youtu.be/abc" width="3"]`:                             "https://youtu.be/abc",
		`[fusion_youtube id="abcDEF12345" /]`:                                           "https://www.youtube.com/watch?v=abcDEF12345",
		`[fusion_youtube id="https://youtu.be/abc" alignment="" /]`:                     "https://youtu.be/abc",
		`[lyte id="abcDEF12345" /]`:                                                     "https://www.youtube.com/watch?v=abcDEF12345",
		`[vimeo 141358]`:                                                                "https://vimeo.com/141358",
		`[vimeo 141358 h=500&w=350]`:                                                    "https://vimeo.com/141358",
		`[vimeo id=141358 width=350]`:                                                   "https://vimeo.com/141358",
		`[vimeo clip_id="141358"]`:                                                      "https://vimeo.com/141358",
		`[vimeo]141358[/vimeo]`:                                                         "https://vimeo.com/141358",
		`[vimeo http://vimeo.com/141358]`:                                               "http://vimeo.com/141358",
		`[dailymotion id=x8oma9]`:                                                       "https://www.dailymotion.com/video/x8oma9",
		`[dailymotion=x8oma9]`:                                                          "https://www.dailymotion.com/video/x8oma9",
		`[dailymotion id=x8oma9&title=2&user=3]`:                                        "https://www.dailymotion.com/video/x8oma9",
		`[wpvideo AbCd1234 w=400]`:                                                      "https://videopress.com/v/AbCd1234",
		`[ted id="210" lang="en"]`:                                                      "https://www.ted.com/talks/view/id/210",
		`[soundcloud]http://soundcloud.com/a/b[/soundcloud]`:                            "http://soundcloud.com/a/b",
		`[soundcloud url="https://api.soundcloud.com/tracks/1" params="a=b&amp;c=d" /]`: "https://api.soundcloud.com/tracks/1",
		`[spotify id="spotify:track:4bz7" width="400"]`:                                 "https://open.spotify.com/track/4bz7",
		`[spotify spotify:track:4bz7]`:                                                  "https://open.spotify.com/track/4bz7",
		`[bandcamp album=119385304 size=venti]`:                                         "https://bandcamp.com/EmbeddedPlayer/album=119385304/",
		`[mixcloud MalibuRum/play-6/ width=640 /]`:                                      "https://www.mixcloud.com/MalibuRum/play-6/",
		`[slideshare id=5342235&doc=camprock-101002163655-phpapp01&w=300]`:              "https://www.slideshare.net/slideshow/embed_code/5342235",
		`[scribd id=39027960 key=key-3kaiwcjqhtipf25m8tw mode=list]`:                    "https://www.scribd.com/doc/39027960",
		`[archiveorg Experime1940]`:                                                     "https://archive.org/details/Experime1940",
		`[flickr video=www.flickr.com/photos/a/49931239842]`:                            "https://www.flickr.com/photos/a/49931239842",
		`[flickr video=49931239842 w=200]`:                                              "https://www.flickr.com/photo.gne?id=49931239842",
		`[gist]57cc50246aab[/gist]`:                                                     "https://gist.github.com/57cc50246aab",
		`[tweet 20]`:                                                                    "https://twitter.com/i/status/20",
		`[tweet https://twitter.com/jack/status/20 width="350"]`:                        "https://twitter.com/jack/status/20",
		`[instagram url=http://instagram.com/p/bNd86MSFv6/]`:                            "http://instagram.com/p/bNd86MSFv6",
		`[twitchtv url='https://www.twitch.tv/paperbat' autoplay='false']`:              "https://www.twitch.tv/paperbat",
		`[googlemaps https://maps.google.com/maps?q=x&amp;output=embed]`:                "https://maps.google.com/maps?q=x&amp;output=embed",
		`[vc_video link="https://vimeo.com/1" align="center"]`:                          "https://vimeo.com/1",
		`[iframe src="https://a.example/x" width="100%"]`:                               "https://a.example/x",
	} {
		got, issues := shownBody(&item{content: valueOf(stored)}, nil)
		assert.Equal(t, linked(address), got, stored)
		assert.Empty(t, issues, stored)
	}
}

// WXR-4
func TestPlayersThatNameNothingAreReported(t *testing.T) {
	assertShown(t, []example{
		{"no attribute", `a [youtube] b`, "<p>a  b</p>", []string{"player without an address or id; dropped [youtube]"}},
		{"no id of the site", `[vimeo abc]`, "", []string{"player without an address or id; dropped [vimeo abc]"}},
		{"no address", `[facebook abc]`, "", []string{"player without an address or id; dropped [facebook abc]"}},
		{"a text in it", `[embed]the film[/embed]`, "<p>[embed]the film[/embed]</p>", []string{"player without an address or id; dropped [embed]"}},
		{"once for a name", `[vimeo a][vimeo b][ted c]`, "", []string{"player without an address or id; dropped [vimeo a]", "player without an address or id; dropped [ted c]"}},
	})
	got, _ := shownBody(&item{content: valueOf(`[youtube abcDEF12345] text [youtube]x_y-z[/youtube]`)}, nil)
	assert.Equal(t, linked("https://www.youtube.com/watch?v=abcDEF12345")+"<p>text</p>\n"+linked("https://www.youtube.com/watch?v=x_y-z"), got, "the end tag of the second player is not the first one's")
}

// WXR-5: a listing is text. Its line breaks, indentation, brackets and addresses stay.
func TestListingsBecomePreformattedText(t *testing.T) {
	pre := func(s string) string { return "<pre><code>" + s + "</code></pre>" }
	assertShown(t, []example{
		{"code", "a\n\n[code lang=\"html\"]\n<title>T</title>\n\n    <p>x</p>\n[/code]\n\nb", "<p>a</p>\n" + pre("&lt;title&gt;T&lt;/title&gt;\n\n    &lt;p&gt;x&lt;/p&gt;") + "<p>b</p>", nil},
		{"indentation of the first line", "[code]\n  \n\n    a\n  b\n\n[/code]", pre("    a\n  b"), nil},
		{"sourcecode", `[sourcecode language="css"]a > b[/sourcecode]`, pre("a &gt; b"), nil},
		{"a name after =", `[code='php']a & b[/code]`, pre("a &amp; b"), nil},
		{"a language", "[php]<?php echo $a[1]; ?>[/php]", pre("&lt;?php echo $a[1]; ?&gt;"), nil},
		{"other languages", "[c-sharp]a[/c-sharp][obj-c]b[/obj-c][css]c[/css]", pre("a") + pre("b") + pre("c"), nil},
		{"CodeColorer", `[cc lang="sql"]a < b[/cc]`, pre("a &lt; b"), nil},
		{"shortcodes and markup in it", "[code][gallery ids=\"1\"] <a b=\"[/c\"> <!-- x [caption]a[/caption][/code] b", pre(`[gallery ids="1"] &lt;a b="[/c"&gt; &lt;!-- x [caption]a[/caption]`) + "<p>b</p>", nil},
		{"addresses in it", "[text light=1]\nhttps://a.example/\n[/text]", pre("https://a.example/"), nil},
		{"escaped by another system", "[code]if (a &lt; b &amp;&amp; c)[/code]", pre("if (a &lt; b &amp;&amp; c)"), nil},
		{"not escaped", "[code]<b>&lt;</b> && c[/code]", pre("&lt;b&gt;&amp;lt;&lt;/b&gt; &amp;&amp; c"), nil},
		{"in pre", "<pre class=\"x\">[code]a\n\nb[/code]</pre> c", pre("a\n\nb") + "<p>c</p>", nil},
		{"in pre and code", "<pre class=\"x\"><code>[php]echo \"<b>\";[/php]</code></pre> c", pre("echo \"&lt;b&gt;\";") + "<p>c</p>", nil},
		{"in a part of pre and code", "<pre><code>a\n[php]\n<b>\n\nc[/php]\n</code></pre> d", "<pre><code>a\n&lt;b&gt;\n\nc\n</code></pre><p> d</p>", nil},
		{"in code", "<p>Use <code>[php]<b>[/php]</code> or <kbd>[code]c[/code]</kbd>.</p>", "<p>Use <code>&lt;b&gt;</code> or <kbd>c</kbd>.</p>", nil},
		{"the block editor", "<!-- wp:shortcode -->\n[code]\n<b>\n\nc\n[/code]\n<!-- /wp:shortcode -->", "<!-- wp:shortcode -->\n\n\n" + pre("&lt;b&gt;\n\nc") + "\n\n\n<!-- /wp:shortcode -->", nil},
		{"two", "[code]a[/code] [code]b[/code]", pre("a") + pre("b"), nil},
		{"words", "[text] and [code] and [html]", "<p>[text] and [code] and [html]</p>", nil},
	})
	for _, name := range listingWords {
		prose := example{name, "See [" + name + "] the minister. <b>More</b> [/" + name + "]", "<p>See</p>\n" + pre(" the minister. &lt;b&gt;More&lt;/b&gt;"),
			[]string{"shortcode for listings, or one of a theme; its content becomes a listing [" + name + "]"}}
		assertShown(t, []example{prose})
		_, issues := shownBody(&item{encoded: true, content: valueOf(prose.stored)}, nil)
		assert.Empty(t, issues, "the post has listings")
	}
	marked := "[code]&amp;lt; &#169; a[/code] [code]&#169;[/code] [code]<b>&lt;[/code]"
	got, _ := shownBody(&item{encoded: true, content: valueOf(marked)}, nil)
	assert.Equal(t, pre("&amp;lt; &#169; a")+pre("&#169;")+pre("&lt;b&gt;&amp;lt;"), got, "SyntaxHighlighter marks the posts whose listings are escaped")
	got, _ = shownBody(&item{content: valueOf("[code]&#169;[/code]")}, nil)
	assert.Equal(t, pre("&amp;#169;"), got, "the text of a listing that is not escaped")
}

// WXR-5: as in WordPress, the shortcodes of WordPress and of players work in code too. Those of
// plug-ins stay there.
func TestShortcodesInCode(t *testing.T) {
	assertShown(t, []example{
		{"gallery", `<pre>[gallery ids="1"]</pre>`, `<figure><img src="https://a.example/1.jpg" alt="Alt"></figure>`, nil},
		{"player", `<pre><code>[youtube abcDEF12345]</code></pre> a`, linked("https://www.youtube.com/watch?v=abcDEF12345") + "<p>a</p>", nil},
		{"after it", `<pre><code>[youtube abcDEF12345]</code></pre> [box]a[/box]`, linked("https://www.youtube.com/watch?v=abcDEF12345") + "<p>[box]a[/box]</p>", []string{"shortcode of a plug-in; what it showed is not in the export [box]"}},
		{"plug-in", `<pre><code>[chart id="1"]</code></pre>`, `<pre><code>[chart id="1"]</code></pre>`, nil},
	})
}

// WXR-5: the reader sees one pair of brackets, also after cleaning.
func TestEscapedShortcodesAreShown(t *testing.T) {
	for _, c := range []struct{ name, stored, shown string }{
		{"gallery", `Use [[gallery ids="1"]] here.`, `<p>Use <code>[gallery ids="1"]</code> here.</p>`},
		{"player", `Use [[youtube abc]] here.`, `<p>Use <code>[youtube abc]</code> here.</p>`},
		{"with a content", `[[caption]<b>x</b>[/caption]]`, `<p><code>[caption]</code><b>x</b><code>[/caption]</code></p>`},
		{"a listing", `[[code]<b>[/code]]`, `<p><code>[code]&lt;b&gt;[/code]</code></p>`},
		{"of a plug-in", `[[contact-form-7 id="1"]]`, `<p><code>[contact-form-7 id="1"]</code></p>`},
		{"in code", `<code>[[gallery]]</code>`, `<p><code>[gallery]</code></p>`},
		{"of prose", `[[sic]] [[Link]]`, `<p>[[sic]] [[Link]]</p>`},
		{"one end only", `[[youtube abcDEF] x`, `<p>[</p>` + "\n" + linked("https://www.youtube.com/watch?v=abcDEF") + `<p>x</p>`},
	} {
		got, issues := shownBody(&item{content: valueOf(c.stored)}, nil)
		assert.Equal(t, c.shown, strings.ReplaceAll(got, "</p>\n<p>x", "</p><p>x"), c.name)
		assert.Empty(t, issues, c.name)
		if !strings.Contains(c.shown, "youtube.com") {
			assert.Equal(t, c.shown, cleanhtml.Policy{Shortcodes: true}.Clean(got, page), c.name)
		}
	}
}

// WXR-5
func TestNothingInTagsCommentsAndScriptsIsAShortcode(t *testing.T) {
	for _, stored := range []string{
		`<p><img alt="[gallery ids='1'] &gt; [youtube abcDEF12345]" src="x"></p>`, `<p><a title='a > b [code]x[/code]' href="y">z</a></p>`, `<p><img alt = "[[gallery]]" src=x></p>`,
		`<p>a<!-- [gallery] [youtube abcDEF12345] -->b</p>`, `<script>a = "[gallery]"; b = c[d] < e [code]x[/code]</script>`, `<style>a[gallery]{}</style>`,
		`<iframe src="https://a.example/?x=[youtube abcDEF12345]">[gallery]</iframe>`, `<p data-x="[vc_row]">a</p>`, `<!-- [gallery]`,
	} {
		got, issues := shownBody(&item{content: valueOf(stored)}, nil)
		assert.Contains(t, got, stored)
		assert.Empty(t, issues, stored)
	}
	got, _ := shownBody(&item{content: valueOf(`a < b, <3 [youtube abcDEF12345] <p>x`)}, nil)
	assert.Contains(t, got, "watch?v=abcDEF12345", "a lone < begins no tag")
}

// WXR-4: package cleanhtml removes shortcodes of plug-ins. All that it removes is reported, and
// nothing else.
func TestRemovedShortcodesAreReported(t *testing.T) {
	const lost = "shortcode of a plug-in; what it showed is not in the export "
	for stored, issues := range map[string][]string{
		`a [plugin_thing mode="fancy"]inner[/plugin_thing]`:   {lost + `[plugin_thing mode="fancy"]`},
		`a [contact-form-7 id="1" title="x"]`:                 {lost + `[contact-form-7 id="1" title="x"]`},
		`a [contact-form] b`:                                  {lost + `[contact-form]`},
		`<pre>[code]a[/code]</pre> [contact-form]`:            {lost + `[contact-form]`},
		`a [nggallery id=3]`:                                  {lost + `[nggallery id=3]`},
		`a [box]b[/box]`:                                      {lost + `[box]`},
		`a [foo id=&#8221;1&#8243;] b`:                        {lost + `[foo id=&#8221;1&#8243;]`},
		`a [thing a="1"] [thing a="2"] [other a="3"]`:         {lost + `[thing a="1"]`, lost + `[other a="3"]`},
		`a [sic] b [foo id=1] c [the minister] [note 3]`:      nil,
		`<code>[foo id="1"] [box]b[/box]</code>`:              nil,
		`<pre>[contact-form]</pre>`:                           nil,
		`a [arve url="https://a.example/x" title="b"]`:        {"shortcode of a plug-in; it becomes a link to its address [arve url=\"https://a.example/x\" title=\"b\"]"},
		`a [button url="https://a.example/x"]text[/button] b`: {lost + `[button url="https://a.example/x"]`},
	} {
		got, found := shownBody(&item{content: valueOf(stored)}, nil)
		assert.Equal(t, issues, found, stored)
		clean := cleanhtml.Policy{Shortcodes: true}.Clean(got, page)
		if issues != nil {
			assert.NotContains(t, clean, "[", stored)
		} else {
			assert.Equal(t, strings.Count(stored, "["), strings.Count(clean, "["), stored)
		}
	}
	got, _ := shownBody(&item{content: valueOf(`a [arve url="https://a.example/x"]`)}, nil)
	assert.Equal(t, "<p>a</p>\n"+linked("https://a.example/x"), got)
}

// WXR-5: what page builders show is text, headings, pictures, players, links and raw HTML.
func TestPageBuildersBecomeHTML(t *testing.T) {
	raw := func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(url.QueryEscape(s), "+", "%20")))
	}
	picture := `<figure><img src="https://a.example/1.jpg" alt="Alt"></figure>`
	for _, c := range []struct{ name, stored, shown string }{
		{"columns of WPBakery", "[vc_row css=\".x{a: b}\"][vc_column width=\"1/2\"][vc_column_text]\na\nb\n\n<em>c</em>\n[/vc_column_text][/vc_column][vc_column][vc_column_text]d[/vc_column_text][/vc_column][/vc_row]", "<p>a<br>\nb</p>\n<p><em>c</em></p>\n<p>d</p>"},
		{"raw HTML of WPBakery", "[vc_row][vc_column][vc_raw_html]" + raw(`<p class="x">50 % & ş</p>`) + "[/vc_raw_html][/vc_column][/vc_row]", `<p class="x">50 % & ş</p>`},
		{"raw HTML in tags", "[vc_raw_html]\n<p>" + raw("<b>x</b>") + "</p>\n[/vc_raw_html]", `<p><b>x</b></p>`},
		{"raw HTML that is not encoded", "[vc_raw_html]<b>x y</b>[/vc_raw_html]", `<p><b>x y</b></p>`},
		{"shortcodes in raw HTML", "[vc_raw_html]" + raw(`[youtube abcDEF12345]`) + "[/vc_raw_html]", linked("https://www.youtube.com/watch?v=abcDEF12345")},
		{"headings", "[vc_custom_heading text=\"A ``b`` &amp; c\" font_container=\"tag:h2|color:%23fff\"]", `<h2>A &#34;b&#34; &amp; c</h2>`},
		{"linked headings", `[vc_custom_heading text="A" link="url:https%3A%2F%2Fa.example%2Fx|title:B"]`, `<h3><a href="https://a.example/x">A</a></h3>`},
		{"links with a stray percent sign", `[vc_btn title="A" link="url:https://a.example/50%|title:B"]`, `<p><a href="https://a.example/50%">A</a></p>`},
		{"pictures", `[vc_single_image image="1" img_size="full"][vc_gallery images="1,4"]`, picture + picture + `<figure><img src="https://a.example/4.png" alt="Alt"></figure>`},
		{"buttons", `[vc_btn title="Go &amp; see" link="url:%2Fx||"][vc_cta h2="A"]b[/vc_cta]`, `<p><a href="/x">Go &amp; see</a></p><h3>A</h3><p>b</p>`},
		{"tabs", `[vc_tta_tabs][vc_tta_section title="A" tab_id="1"][vc_column_text]b[/vc_column_text][/vc_tta_section][/vc_tta_tabs]`, `<h3>A</h3><p>b</p>`},
		{"Divi", `[et_pb_section fb_built="1" admin_label="x"][et_pb_row][et_pb_column type="4_4"][et_pb_text]<p>a</p>[/et_pb_text][et_pb_image src="https://b.example/x.jpg" alt="y" /][et_pb_video src="https://youtu.be/abc"][/et_pb_video][et_pb_button button_text="Go" button_url="https://b.example/"][/et_pb_button][/et_pb_column][/et_pb_row][/et_pb_section]`,
			`<p>a</p><figure><img src="https://b.example/x.jpg" alt="y"></figure>` + linked("https://youtu.be/abc") + `<p><a href="https://b.example/">Go</a></p>`},
		{"Divi's code", `[et_pb_code]<b>x</b><!-- [et_pb_line_break_holder] --><i>y</i>[/et_pb_code]`, `<p><b>x</b><!-- [et_pb_line_break_holder] --><i>y</i></p>`},
		{"Divi's blurbs", `[et_pb_blurb title="%22A%22 %91b%93"]c[/et_pb_blurb][et_pb_toggle title="D"]e[/et_pb_toggle]`, `<h3>&#34;A&#34; [b]</h3><p>c</p>` + "\n" + `<h3>D</h3><p>e</p>`},
		{"Avada", `[fusion_builder_container][fusion_builder_row][fusion_builder_column type="1_1"][fusion_title size="2"]A[/fusion_title][fusion_text]b[/fusion_text][fusion_imageframe image_id="1|full" alt=""]https://b.example/x.jpg[/fusion_imageframe][fusion_button link="https://b.example/"]Go[/fusion_button][/fusion_builder_column][/fusion_builder_row][/fusion_builder_container]`,
			`<h3>A</h3><p>b</p>` + "\n" + picture + `<p><a href="https://b.example/">Go</a></p>`},
		{"a picture that is not in the export", `[fusion_imageframe]https://b.example/x.jpg[/fusion_imageframe]`, `<figure><img src="https://b.example/x.jpg" alt=""></figure>`},
		{"Avada's code", "[fusion_code]" + base64.StdEncoding.EncodeToString([]byte("<b>ş</b>")) + "[/fusion_code]", `<p><b>ş</b></p>`},
		{"Enfold", `[av_one_full first][av_heading heading='A' tag='h3'][/av_heading][av_textblock]b[/av_textblock][av_image src='https://b.example/x.jpg' attachment='77'][/av_image][av_video src='https://vimeo.com/1'][/av_one_full]`,
			`<h3>A</h3><p>b</p>` + "\n" + `<figure><img src="https://b.example/x.jpg" alt=""></figure>` + linked("https://vimeo.com/1")},
		{"parts of a line", `a [su_highlight]b[/su_highlight] c[su_note]d[/su_note]`, `<p>a [su_highlight]b[/su_highlight] c</p>` + "\n" + `<p>d</p>`},
		{"lines and spaces", `a[vc_separator][vc_empty_space height="3px"][et_pb_divider /][fusion_separator style_type="none"]b`, "<p>a</p>\n<p>b</p>"},
		{"brackets in a button", `[fusion_button link="https://b.example/"]Press [b] or [text][/fusion_button]`, `<p><a href="https://b.example/">Press [b] or [text]</a></p>`},
		{"inline elements in a heading", `[fusion_title size="2"]My [fusion_highlight color="x"]x[/fusion_highlight] title[/fusion_title]`, `<h3>My [fusion_highlight color="x"]x[/fusion_highlight] title</h3>`},
		{"inline elements in other headings", `[su_heading]A [su_highlight]b[/su_highlight] [sic][/su_heading][su_button url="/x"][su_label type="y"]new[/su_label] Go[/su_button]`, `<h3>A [su_highlight]b[/su_highlight] [sic]</h3><p><a href="/x">[su_label type="y"]new[/su_label] Go</a></p>`},
		{"a player in a heading", `[fusion_title]A [youtube abcDEF12345] b[/fusion_title]`, `<p>A</p>` + linked("https://www.youtube.com/watch?v=abcDEF12345") + `<p>b</p>`},
		{"a column in a heading", `[fusion_title]A [fusion_text]b[/fusion_text][/fusion_title]`, `<p>A</p><p>b</p>`},
		{"a title in a heading", `[fusion_title]A [fusion_tooltip title="B"]c[/fusion_tooltip][/fusion_title]`, `<p>A</p><h3>B</h3><p>c[/fusion_tooltip]</p>`},
		{"two headings, one open", `[fusion_title]A[fusion_title]B[/fusion_title]`, `<p>A</p><h3>B</h3>`},
		{"a film of the site", `[et_pb_video src="/up/a.mp4"]`, linked("/up/a.mp4")},
		{"in code", `<code>[vc_row]a[/vc_row]</code>`, `<p><code>[vc_row]a[/vc_row]</code></p>`},
	} {
		got, issues := shownBody(&item{content: valueOf(c.stored)}, nil)
		assert.Equal(t, strings.ReplaceAll(c.shown, "\n", ""), strings.ReplaceAll(got, "\n", ""), c.name)
		assert.Empty(t, issues, c.name)
	}
}

// WXR-5: what is not encoded stays as it is, also if it looks like base64.
func TestOnlyEncodedRawHTMLIsDecoded(t *testing.T) {
	for _, name := range []string{"vc_raw_html", "fusion_code"} {
		for _, text := range []string{
			"Buy now", "Milk", "More", "Hi", "Hello there", "Subscribe", "Buy Milk", "Buynow12", "Milk\nMilk", "TWlsay==", "JavaScript", "a+b/c",
			"Internationalization", "MilkMilkMilk", "<b>Milk</b>", `<img src="x.jpg">`, `<img src="x.jpg">PGI+eDwvYj4=`, `<a href="x">PGI+eDwvYj4=</a>`, `<script>a</script>`,
			base64.StdEncoding.EncodeToString([]byte("\x01\x02\x03 a long text that has controls")), base64.StdEncoding.EncodeToString([]byte("caf\xe9, a text that is not UTF-8")),
		} {
			got, issues := shownBody(&item{content: valueOf("[" + name + "]" + text + "[/" + name + "]")}, nil)
			assert.Equal(t, paragraphs(text, true), got, name)
			assert.Empty(t, issues, text)
		}
		for text, shown := range map[string]string{
			"<b>x</b>": "<p><b>x</b></p>", "Hello": "<p>Hello</p>", "a long text without markup": "<p>a long text without markup</p>",
			strings.Repeat("<i>y</i> ", 30): "<p>" + strings.TrimSpace(strings.Repeat("<i>y</i> ", 30)) + "</p>", "<b>\U0001FAE9 \u200d</b>": "<p><b>\U0001FAE9 \u200d</b></p>",
		} {
			encoded := base64.StdEncoding.EncodeToString([]byte(text))
			lines := regexp.MustCompile(`.{1,76}`).FindAllString(encoded, -1)
			for _, stored := range []string{encoded, "<p>" + encoded + "<br />\n</p>", strings.Join(lines, "\r\n"), strings.Join(lines, "\n")} {
				got, issues := shownBody(&item{content: valueOf("[" + name + "]" + stored + "[/" + name + "]")}, nil)
				assert.Equal(t, shown, got, name)
				assert.Empty(t, issues, text)
			}
		}
	}
}

// WXR-4
func TestElementsOfPageBuildersThatAreLostAreReported(t *testing.T) {
	for stored, issue := range map[string]string{
		`a [vc_basic_grid post_type="post"] b`:        `shortcode of a plug-in; what it showed is not in the export [vc_basic_grid post_type="post"]`,
		`a [vc_raw_js]PHNjcmlwdD4=[/vc_raw_js] b`:     `shortcode of a plug-in; what it showed is not in the export [vc_raw_js]`,
		`a [et_pb_video] b`:                           `player without an address or id; dropped [et_pb_video]`,
		`[su_heading]a [chart id="1"] b[/su_heading]`: `shortcode of a plug-in; what it showed is not in the export [chart id="1"]`,
		`a [vc_single_image image="77"] b`:            `attachment is not in the export 77`,
	} {
		got, issues := shownBody(&item{content: valueOf(stored)}, nil)
		assert.Equal(t, []string{issue}, issues, stored)
		assert.Equal(t, "a b", strings.Join(strings.Fields(cleanhtml.Policy{Shortcodes: true}.Text(got)), " "))
	}
}

// WXR-5
func TestFootnotesReplaceTheirBlock(t *testing.T) {
	body := `<!-- wp:paragraph --><p>Claim<sup data-fn="aa" class="fn"><a href="#aa" id="aa-link">1</a></sup></p><!-- /wp:paragraph -->` + "\n\n"
	for _, c := range []struct {
		name, block, meta, shown string
		issues                   []string
	}{
		{"one", `<!-- wp:footnotes /-->`, `[{"id":"aa","content":"The <em>source</em>."}]`, `<ol><li id="aa">The <em>source</em>. <a href="#aa-link">↩︎</a></li></ol>`, nil},
		{"two", `<!-- wp:footnotes {"fontSize":"small"} /-->`, `[{"content":"a","id":"aa"},{"content":"b","id":"\"b"}]`, `<ol><li id="aa">a <a href="#aa-link">↩︎</a></li><li id="&#34;b">b <a href="#&#34;b-link">↩︎</a></li></ol>`, nil},
		{"none", `<!-- wp:footnotes /-->`, ``, ``, []string{"footnotes cannot be read"}},
		{"not JSON", `<!-- wp:footnotes /-->`, `[{"id`, ``, []string{`footnotes cannot be read [{"id`}},
		{"cut off", `<!-- wp:footnotes /-->`, `[{"id":"a","content":"b"}`, ``, []string{`footnotes cannot be read [{"id":"a","content":"b"}`}},
		{"not a list", `<!-- wp:footnotes /-->`, `{"id":"a"}`, ``, []string{`footnotes cannot be read {"id":"a"}`}},
		{"empty", `<!-- wp:footnotes /-->`, `[]`, ``, nil},
		{"null", `<!-- wp:footnotes /-->`, `null`, ``, nil},
		{"twice", `<!-- wp:footnotes /--><!-- wp:footnotes /-->`, `[{"id":"a","content":"b"}]`, `<ol><li id="a">b <a href="#a-link">↩︎</a></li></ol>`, nil},
		{"a shortcode in a note", `<!-- wp:footnotes /-->`, `[{"id":"a","content":"b [chart id=\"1\"]"}]`, `<ol><li id="a">b [chart id="1"] <a href="#a-link">↩︎</a></li></ol>`, []string{`shortcode of a plug-in; what it showed is not in the export [chart id="1"]`}},
	} {
		got, issues := shownBody(&item{footnotes: c.meta, content: valueOf(body + c.block)}, nil)
		assert.Equal(t, strings.TrimSpace(body+c.shown), got, c.name)
		assert.Equal(t, c.issues, issues, c.name)
	}
	_, issues := shownBody(&item{content: valueOf(`<!-- wp:footnotes /-->`)}, nil)
	assert.Empty(t, issues, "nothing refers to a footnote")
}

// WXR-5, WXR-4: a synced pattern is another item. One that is missing is reported, and no pattern
// of patterns fills the memory.
func TestSyncedPatternsAreInserted(t *testing.T) {
	patterns := func(x *index) {
		x.patterns[1] = "<!-- wp:paragraph --><p>One [youtube abcDEF12345]</p><!-- /wp:paragraph -->"
		x.patterns[2] = `two <!-- wp:block {"ref":1} /-->`
		x.patterns[3] = `three <!-- wp:block {"ref":4} /-->`
		x.patterns[4] = `four <!-- wp:block {"ref":3} /-->`
		for i := int64(100); i < 140; i++ {
			x.patterns[i] = strings.Repeat(`<!-- wp:block {"ref":`+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10))+`} /-->`, 2)
			x.patterns[i] = strings.ReplaceAll(x.patterns[i], `"ref":1`+x.patterns[i][22:24], `"ref":`+next(i))
		}
	}
	one := "<!-- wp:paragraph --><p>One \n\n" + linked("https://www.youtube.com/watch?v=abcDEF12345") + "\n\n</p><!-- /wp:paragraph -->"
	for _, c := range []struct {
		name, stored, shown string
		issues              []string
	}{
		{"one", `a <!-- wp:block {"ref":1} /--> b`, "a " + one + " b", nil},
		{"twice", `<!-- wp:block {"ref":1} /--><!-- wp:core/block {"ref":1,"align":"wide"} /-->`, one + one, nil},
		{"in another", `<!-- wp:block {"ref":2} /-->`, "two " + one, nil},
		{"missing", `a<!-- wp:block {"ref":77} /-->`, "a", []string{"synced pattern is not in the export 77"}},
		{"without an id", `a<!-- wp:block /-->`, "a", []string{"synced pattern is not in the export"}},
		{"in itself", `<!-- wp:block {"ref":3} /-->`, "three four", []string{"synced pattern is in itself, or nested deeper than 20; dropped 3"}},
	} {
		got, issues := shownBody(&item{content: valueOf(c.stored)}, patterns)
		assert.Equal(t, c.shown, got, c.name)
		assert.Equal(t, c.issues, issues, c.name)
	}
	if testing.Short() {
		return
	}
	got, issues := shownBody(&item{content: valueOf(`<!-- wp:block {"ref":100} /-->`)}, patterns)
	assert.Less(t, len(got), defaultText)
	assert.Contains(t, issues, "synced pattern is in itself, or nested deeper than 20; dropped 120")
}

// WXR-1: the attachments of a post are sorted once for all galleries. An attachment that follows in
// an input that is read once is inserted in order.
func TestFilesOfAPostAreSortedOnce(t *testing.T) {
	x := newIndex(&reading{memory: defaultIndex})
	add := func(id, order int) {
		assert.NoError(t, x.addAttachment(&item{id: strconv.Itoa(id), order: strconv.Itoa(order), parent: "1", file: "https://a.example/a.jpg"}))
	}
	for id := 1000; id > 0; id-- {
		add(id, id%2)
	}
	assert.Equal(t, []child{{0, 2}, {0, 4}}, x.files("1", "image")[:2])
	assert.Zero(t, testing.AllocsPerRun(10, func() { x.files("1", "image") }))
	add(1001, 0)
	add(1002, -1)
	files := x.files("1", "image")
	assert.Len(t, files, 1002)
	assert.True(t, slices.IsSortedFunc(files, child.compare))
	assert.Empty(t, x.files("1", "audio"))
	assert.Empty(t, x.files("x", "image"))
}

// WXR-4: a post has one issue for each thing that is missing, and not many more than 1,000.
func TestIssuesOfABodyAreLimited(t *testing.T) {
	const many = 3000
	for name, stored := range map[string]func(i int) string{
		"galleries of a post without files": func(int) string { return "[gallery] [audio] [playlist]" },
		"files that are missing":            func(i int) string { return fmt.Sprintf(`[gallery ids="%d"]`, 1000+i) },
		"ids that name no picture":          func(i int) string { return fmt.Sprintf(`[vc_single_image image="x%d"]`, i) },
		"one id that names no picture":      func(int) string { return `[vc_single_image image="x"]` },
		"plug-ins":                          func(i int) string { return fmt.Sprintf(`[x%d y="z"]`, i) },
		"patterns":                          func(i int) string { return fmt.Sprintf(`<!-- wp:block {"ref":%d} /-->`, i) },
	} {
		var b strings.Builder
		for i := range many {
			b.WriteString(stored(i))
		}
		_, issues := shownBody(&item{id: "8", content: valueOf(b.String())}, nil)
		assert.NotEmpty(t, issues, name)
		assert.LessOrEqual(t, len(issues), mostParts+2, name)
		if stored(1) == stored(2) {
			assert.LessOrEqual(t, len(issues), 3, name)
		}
	}
}

// WXR-1: a short body that names long texts of the export many times does not fill the memory. What
// is left out is reported.
func TestTextsFromElsewhereAddAtMostTheLengthOfABody(t *testing.T) {
	const most = 20_000
	for name, c := range map[string]struct{ stored, notes, reported string }{
		"attachments":    {`[gallery ids="` + strings.Repeat("70,", 100) + `"]`, "", "longer than the limit 70"},
		"galleries":      {strings.Repeat(`[gallery ids="70"]`, 100), "", "longer than the limit 70"},
		"players":        {strings.Repeat(`[audio ids="71"]`, 100), "", "longer than the limit 71"},
		"page builders":  {strings.Repeat(`[vc_single_image image="70"]`, 100), "", "longer than the limit 70"},
		"patterns":       {strings.Repeat(`<!-- wp:block {"ref":70} /-->`, 100), "", "longer than the limit 70"},
		"footnotes":      {strings.Repeat(`<!-- wp:footnotes /-->`, 100), `[{"id":"a","content":"` + strings.Repeat("x", most*3/4) + `"}]`, ""},
		"short notes":    {`<!-- wp:footnotes /-->`, "[" + strings.Repeat("{},", 2_000) + "{}]", "longer than the limit"},
		"notes in notes": {`<!-- wp:footnotes /-->`, `[{"content":"` + strings.Repeat("<!-- wp:footnotes /-->", 100) + `"}]`, ""},
	} {
		var issues []string
		e := &Export{MaxText: most, OnIssue: func(p *Issue) { issues = append(issues, strings.TrimSpace(string(p.Reason)+" "+p.Value)) }}
		r := &reading{export: e, text: most, memory: defaultIndex}
		r.index = newIndex(r)
		r.index.attachments[70] = attachment{url: "https://a.example/" + strings.Repeat("x", 1000) + ".jpg", alt: "Alt"}
		r.index.attachments[71] = attachment{url: "https://a.example/" + strings.Repeat("x", 1000) + ".mp3"}
		r.index.patterns[70] = strings.Repeat("x", 1000)
		got := r.body(&item{footnotes: c.notes, content: valueOf(c.stored)})
		assert.Less(t, len(got), len(c.stored)+most*5/4, name)
		if c.reported == "" {
			assert.Empty(t, issues, name)
		} else {
			assert.Equal(t, []string{c.reported}, issues, name)
		}
	}
}

// next returns the number after i.
func next(i int64) string {
	return string(rune('0'+(i+1)/100)) + string(rune('0'+(i+1)/10%10)) + string(rune('0'+(i+1)%10))
}

// WXR-4: blocks without a content are filled from elsewhere.
func TestBlocksThatAreFilledFromElsewhere(t *testing.T) {
	const lost = "what the block showed is not in the export "
	for _, c := range []struct {
		stored, shown string
		issues        []string
	}{
		{`<!-- wp:latest-posts {"postsToShow":3} /-->`, `<!-- wp:latest-posts {"postsToShow":3} /-->`, []string{lost + "latest-posts"}},
		{`<!-- wp:acf/box {"data":{"a":"x --"}} /-->`, `<!-- wp:acf/box {"data":{"a":"x --"}} /-->`, []string{lost + "acf/box"}},
		{`<!-- wp:spacer /--><!-- wp:post-title {"level":1} /-->`, `<!-- wp:spacer /--><!-- wp:post-title {"level":1} /-->`, nil},
		{`<!-- wp:embed {"url":"https://youtu.be/abc","type":"video"} /-->`, linked("https://youtu.be/abc"), nil},
		{`<!-- wp:videopress/video {"title":"x","guid":"AbC1"} /-->`, linked("https://videopress.com/v/AbC1"), nil},
		{`<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->`, `<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->`, nil},
	} {
		got, issues := shownBody(&item{content: valueOf(c.stored)}, nil)
		assert.Equal(t, c.shown, got)
		assert.Equal(t, c.issues, issues, c.stored)
	}
}

// WXR-5: any body becomes HTML without a panic. Text outside of brackets, tags and blocks stays.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`a [gallery ids="1,2"] b [[gallery]] <p>[code]<b>[/code]</p>`, `[caption]<img src=x> y[/caption] [embed]https://a.example/[/embed]`, `[youtube=x&w=1][vimeo id=1 /]`,
		`<!-- wp:block {"ref":1} /--><!-- wp:footnotes /--><!-- wp:x {"url":"https://a.example/"} /-->`, `[vc_row][vc_raw_html]JTNDYg==[/vc_raw_html][vc_btn title="x" link="url:%2F"]`,
		`<a b="[c]" d='[e]'>[f g="h"]i[/f]</a><script>[j]</script>[audio][/audio]`, `[[code]a[/code]] [x="y"] [/z] [ a ] <pre>[php]b[/php]</pre>`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		made, _ := shownBody(&item{id: "9", footnotes: `[{"id":"a","content":"b"}]`, content: valueOf(body)}, func(x *index) {
			x.patterns[1] = `p <!-- wp:block {"ref":1} /-->`
		})
		cleanhtml.Policy{Shortcodes: true}.Clean(made, page)
		if !strings.ContainsAny(body, "[]<>") {
			assert.Equal(t, paragraphs(body, true), made)
		}
	})
}
