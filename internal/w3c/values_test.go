// The values that people type into the fields of feeds: what they mean, what they mistype, and
// what their programs pass on.
package w3c

import (
	"math"
	"reflect"
	"strings"
	"time"
)

// kinds are the kinds of fields. The key is the field's name behind the name of its struct.
var kinds = map[string]any{
	"Feed.ID": idents, "Feed.Title": texts, "Feed.Description": texts, "Feed.URL": urls, "Feed.Copyright": texts,
	"Feed.Language": languages, "Feed.Icon": urls, "Feed.Favicon": urls, "Feed.Stylesheet": urls, "Feed.Hubs": urls,
	"Feed.Generator": texts, "Feed.CategoryScheme": urls, "Feed.TagScheme": urls, "Feed.TagAuthority": authorities,
	"Links.RSS": urls, "Links.Atom": urls, "Links.JSON": urls,
	"Article.ID": idents, "Article.URL": urls, "Article.Title": texts, "Article.Summary": texts, "Article.Content": bodies,
	"Article.Banner": urls, "Article.Language": languages, "Article.ExternalURL": urls, "Article.CommentsURL": urls,
	"Article.CommentsFeed": urls, "Article.Rights": texts,
	"Author.Name": texts, "Author.Slug": slugs, "Author.URL": urls, "Author.Avatar": urls, "Author.Email": mails,
	"Category.Name": texts, "Category.Slug": slugs, "Category.Description": texts, "Category.URL": urls,
	"Tag.Name": texts, "Tag.Slug": slugs, "Tag.Description": texts, "Tag.URL": urls,
	"Image.URL": append(pictures, urls...), "Image.Type": types, "Image.Alt": texts, "Image.Credit": texts,
	"Enclosure.URL": urls, "Enclosure.Type": types, "Enclosure.Title": texts,
	"Origin.ID": idents, "Origin.Title": texts, "Origin.URL": urls,
	"Site.URL": urls, "Site.Title": texts, "Site.Description": texts, "Site.Language": languages, "Site.Copyright": texts, "Site.Icon": urls,
	"Site.Favicon": urls, "Site.Stylesheet": urls, "Site.Hubs": urls, "Site.IDBase": urls, "Site.TagAuthority": authorities,
	"Schedule.UpdatePeriod": periods, "Tombstone.ID": idents,
}

var texts = []string{
	"", " ", "\n", "plain", " space around ", "two\nlines", "<b>bold</b>", "<p>One<p>Two", "a < b & c > d", "AT&T", "&amp;", "&lt;b&gt;",
	"&nbsp;", "&#8217;", "&undefined;", "Using </code>", "<script>alert(1)</script>", "<br>", "<br/>", "<!-- comment -->", "<![CDATA[x]]>",
	"]]>", "😀", "Çavuşoğlu", "日本語", "مرحبا", "e\u0301", "\x00", "A\x00B", "A\x0bB", "\x1b[31mred", "\xff", "A\xc3(B", "\u0085", "A\u0092B",
	"\ufffe", "\ufeff", "\u200b", "\u202eevil", "\u2028", "don\u00e2\u20ac\u2122t", "\u00c3\u00a9", "\ufffd", "a@example.com",
	"Jane Roe <jane@example.com>", "https://example.com/", "www.example.com", "%20", "{{.Title}}", "null", "0", "-1", "\"quoted\"", "it's",
	strings.Repeat("word ", 500), "<a href=\"https://example.com/\">link</a>", "x<sub>2</sub>", "<", "&", "<<<", "&&", "<3", "</p>", "Roe, Jane", "Jane Roe (Reuters)", "\ufdd0", "A, B: C", "Jane\\Roe",
}

var bodies = append([]string{
	"<p>Text.</p>", "<p>unclosed", "</p>", "<p><b>bad</p></b>", `<a href="/page">relative</a>`, `<a href="page">relative</a>`,
	`<img src="/a.png">`, `<img src="https://example.com/a.png" onerror="x()">`, `<p style="color:red">x</p>`, `<p onclick="x()">x</p>`,
	`<iframe src="https://example.com/"></iframe>`, `<object data="x"></object>`, `<embed src="x">`, "<blink>x</blink>", "<marquee>x</marquee>",
	"<font color=red>x</font>", "<center>x</center>", "<form><input></form>", `<video src="https://example.com/a.mp4" controls></video>`,
	`<audio src="https://example.com/a.mp3"></audio>`, "<svg><circle/></svg>", "<math><mi>x</mi></math>", "<style>p{}</style>",
	`<meta charset="utf-8">`, `<base href="https://other.example/">`, `<link rel="stylesheet" href="x.css">`, "<title>x</title>",
	"<html><head></head><body><p>x</p></body></html>", "<!DOCTYPE html><p>x</p>", `<a href="javascript:x()">x</a>`,
	`<a href="http://[">x</a>`, `<a href="https://example.com/a b">x</a>`, `<a href="https://example.com/ş">x</a>`, `<a href="">x</a>`,
	`<a name="top">x</a>`, `<p id="x">x</p>`, `<p class="x">x</p>`, `<p data-x="y">x</p>`, "<custom-element>x</custom-element>", "<p>a & b</p>",
	"<p>&eacute;&nbsp;&hellip;</p>", "<p>&bogus;</p>", "<p>x</p><!-- c -->", "<?php echo 1 ?>", "<p>x</p>]]><p>y</p>", "<table><tr><td>x</table>",
	"<ul><li>a<li>b</ul>", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`, "<p>" + strings.Repeat("long ", 1000) + "</p>",
	"<details><summary>x</summary>y</details>", "<figure><img src=\"https://example.com/a.png\" alt=\"\"><figcaption>x</figcaption></figure>",
	"<picture><source srcset=\"a.webp\"><img src=\"https://example.com/a.png\"></picture>", "[caption]x[/caption]", "<o:p>x</o:p>", "<p lang=\"xx\">x</p>",
	"<button>x</button>", "<noscript>x</noscript>", "<xml>x</xml>", "<p/>", "<div/>", "<br></br>", "<h1>x</h1>", "<small>x</small>",
}, texts...)

var urls = []string{
	"", " ", "https://example.com/new/", "https://example.com", "http://example.com/", "HTTPS://EXAMPLE.COM/A", " https://example.com/a ",
	"https://example.com/a b", "https://example.com/a\tb", "https://example.com/a\n", "https://example.com/ş", "https://example.com/%C5%9F",
	"https://example.com/%c5%9f", "https://example.com/?q=ş ü", "https://example.com/?a=1&b=2", "https://example.com/#ş", "https://example.com/#part",
	"https://müller.example/", "https://例え.jp/", "https://xn--mller-kva.example/", "https://example.com/%", "https://example.com/100%",
	"https://example.com/%zz", "https://example.com/%00", "https://example.com/a|b", "https://example.com/{id}", "https://example.com/<x>",
	"https://example.com/\"q\"", `https://example.com/\back`, "https://example.com/^", "https://example.com/`", "https://example.com/[x]",
	"https://example.com/a'b", "https://example.com/(a)", "https://example.com/a;b,c", "https://example.com/@a", "https://example.com/~a",
	"https://example.com/a//b", "https://example.com/./a/../b", "https://example.com:443/", "https://example.com:8080/", "https://example.com:99999/",
	"https://example.com:/", "https://example.com:abc/", "https://example.com./", "https://ex_ample.com/", "https://-example.com/",
	"https://example..com/", "https://.example.com/", "https://exa mple.com/", "https://example.com?x", "https://example.com#x",
	"https://localhost/", "http://localhost:1313/", "http://intranet/", "http://intranet/news/", "http://wiki.local/", "http://192.168.0.1/",
	"http://256.1.1.1/", "http://1.2.3/", "http://[::1]/", "http://[2001:db8::1]:8080/a", "http://[::1", "http://[x]/", "https://user:secret@example.com/",
	"https://user@example.com/", "/page", "page", "./page", "../page", "#part", "?q", "//example.com/a", "///a", "//", "/", "www.example.com", "example.com",
	"example.com/a", "http:example.com", "http:/example.com/", "http:///a", "http://", "https://", "http", "http:", "htp://example.com/", "ttps://example.com/",
	"https:\\\\example.com\\a", "https//example.com/", "https://https://example.com/", "ftp://example.com/a", "file:///c:/a", `C:\a\b.html`,
	"javascript:alert(1)", "mailto:a@example.com", "a@example.com", "data:text/plain,x", "about:blank", "feed://example.com/a", "webcal://example.com/a",
	"tel:+123", "urn:x:y", "tag:example.com,2020:x", "x", "no url", "😀", "https://example.com/😀", "https://😀.example/", "\x00", "https://example.com/\x00",
	"https://example.com/\xff", "https://example.com/\u202e", "https://example.com/\u200b", "https://example.com/\u00a0", "https://example.com/a&amp;b",
	"https://example.com/a.php?id=1&amp;x=2", "https://example.com/e\u0301", "https://example.com/e%CC%81", "https://EXAMPLE.com/A%2fB",
	"https://example.com/" + strings.Repeat("a", 3000), "https://" + strings.Repeat("a", 70) + ".com/", "null", "nil", "undefined", "-", "TODO", "urn:example:a", "cid:1@x", "a%b", "[::1]", "a\x00b", "https://example.com/%E0%A4%A", "https://exam_ple.example/",
	"<a href=\"https://example.com/\">x</a>", "[x](https://example.com/)", "https://example.com/a https://example.com/b", "https://example.com/a,https://example.com/b",
}

var pictures = []string{
	"https://example.com/favicon.ico", "https://example.com/a.svg", "https://example.com/a.webp", "https://example.com/a.bmp", "https://example.com/a",
	"https://example.com/a.JPG", "https://example.com/a.png?v=2", "https://example.com/a.gif#x", "https://example.com/a.tiff", "https://example.com/a.html",
	"https://example.com/a.jpeg", "https://example.com/a b.png", "https://example.com/ş.png",
}

var idents = append([]string{
	"4711", "1", "post 12", "post-12", "post:12", "12345678901234567890", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
	"urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "urn:uuid:6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "URN:UUID:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
	"urn:uuid:x", "urn:uuid:", "urn:isbn:0451450523", "urn:", "urn:x", "urn:x:", "urn:x:a b", "urn:x:ş", "urn:a-b:c/d", "urn:12:x", "tag:example.com,2020:x",
	"tag:example.com,2020-01-01:x", "tag:example.com,2020-13:x", "tag:example.com:x", "tag:example.com,20:x", "tag:example.com,2020:", "TAG:example.com,2020:x",
	"tag:EXAMPLE.com,2020:x", "tag:a@example.com,2020:x", "tag:example.com,2020:a b", "tag:example.com,2020:ş", "tag:example.com,2020:a%20b",
	"tag:example.com,2020:x#y", "tag:localhost,2020:x", "tag:example.com,2020:/a/b?c=d", "doi:10.1000/182", "info:x/y", "oai:example.com:1", "isbn:0451450523",
	"x:y", "ş", "a/b", "a?b", "a#b", "a%b", "a%20b", "<x>", "~a", "sha1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "http://example.com/?p=1",
	"http://example.com/?p=1&x=2", "http://example.com", "HTTP://EXAMPLE.COM/", "http://example.com/a/../b", "http://example.com/%7Ea", "http://example.com/%7ea",
}, urls...)

var languages = []string{
	"", " ", "en", "EN", "En", "en-US", "en-us", "en_US", "en-uk", "en-UK", "en-GB", "en_us.UTF-8", "en-EN", "en-", "-en", "en--us", "e", "eng", "tur", "ger", "deu",
	"iw", "iw-IL", "he", "in", "id", "ji", "yi", "mo", "ro-MD", "no", "nb", "nb-NO", "nn", "sh", "sr-Latn", "sr-Latn-RS", "sr_RS@latin", "tl", "fil", "zh", "zh-CN",
	"zh-cn", "zh-TW", "zh-Hans", "zh-Hant-TW", "zh-Hans-CN", "zh_Hans_CN", "zh-yue", "yue", "cmn", "zh-cmn-Hans", "pt-BR", "pt_br", "ptBR", "de-DE", "de-1996",
	"de-CH-1901", "de-x-private", "de-DE-u-co-phonebk", "es-419", "ca-valencia", "x-klingon", "i-klingon", "tlh", "i-default", "en-GB-oed", "art-lojban", "zh-min-nan",
	"und", "mul", "zxx", "mis", "qaa", "xx", "zz", "qq", "xx-XX", "en-XX", "en-ZZ", "en-AA", "en-12", "english", "English", "Türkçe", "turkish", "deutsch", "en, tr",
	"en;q=0.9", "*", "C", "POSIX", "root", "1", "ckb", "kmr", "ku", "gsw", "hsb", "haw", "bo", "tib", "ak", "ain", "sr-Cyrl", "sr-RS", "uk", "ua", "cz", "jp", "kr", "gr", "dk",
	"en\x00", "😀", "a-b-c-d", strings.Repeat("en-", 50), "nil", "tr-TR", "tr_TR", "TR", "az-Latn-AZ", "bs", "hr-HR", "mk", "sq", "kk", "uz-UZ", "ps-AF", "fa-IR", "dv", "lo", "ug",
	"cel-gaulish", "sgn-US", "aa", "ab", "be-tarask", "en-scotland", "ltg", "pap", "nds", "vls", "eu", "gl", "wa", "co", "br", "gd", "ga-IE", "cy", "mt", "fo",
}

var mails = []string{
	"", " ", "jane@example.com", " jane@example.com ", "JANE@EXAMPLE.COM", "jane", "jane@", "@example.com", "jane@localhost", "jane@example", "jane@example..com",
	"jane@example.com.", "jane@-example.com", "jane roe@example.com", "jane@exa mple.com", "jane.@example.com", ".jane@example.com", "jane..roe@example.com",
	"jane+news@example.com", `"jane roe"@example.com`, "Jane Roe <jane@example.com>", "<jane@example.com>", "jane@example.com (Jane)", "mailto:jane@example.com",
	"jane@example.com, joe@example.com", "jane@[192.168.0.1]", "jane@192.168.0.1", "jane@müller.example", "ş@example.com", "jane@example.com\n", "jane at example.com",
	"jane(at)example.com", "jane@ex_ample.com", "jane@example.c", "jane@example.museum", "jane@example.123", "a'b@example.com", "a&b@example.com", "a/b@example.com",
	"jane@example.com?subject=x", "noreply@example.com", "\x00", "😀", "a@b@example.com", strings.Repeat("a", 70) + "@example.com", "jane@example.co.uk", "jane@xn--mller-kva.example",
	"a!b@example.com", "a%b@example.com", "a=b@example.com", "a{b@example.com", "a|b@example.com", "a~b@example.com", "a`b@example.com", "a#b@example.com", "a$b@example.com",
	"a*b@example.com", "a?b@example.com", "a^b@example.com", "jane@exam--ple.com", "jane@example-.com", "jane@1.example.com", "jane@example.com-", "a-b@example.com", "1@example.com",
}

var types = []string{
	"", " ", "image/png", "IMAGE/PNG", " image/png ", "image/jpg", "image/gif", "image/x-icon", "image/vnd.microsoft.icon", "image/svg+xml", "image/webp", "audio/mpeg",
	"audio/mp3", "audio/x-m4a", "video/mp4", "application/pdf", "application/octet-stream", "application/rss+xml", "text/html", "text/html; charset=utf-8", "text/html;",
	"text/plain;charset", "png", ".png", "mp3", "image", "image/", "/png", "image/*", "*/*", "image png", "image/png image/gif", "image/png,image/gif", "image\\png",
	"audio/mpeg;", "audio", "Audio", "video/quicktime", "application/x-shockwave-flash", "application/atom+xml", "a/b/c", "1/2", "ş/x", "image/ş", "\x00", "😀", "null",
	"audio/mpeg; codecs=\"mp3\"", "audio/mpeg; a=b; c=d", "x-a/y_b", "a/b+c", "a.b/c.d", "a!b/c", "a#b/c", "a$b/c", "a&b/c", "a^b/c", "application/vnd.a-b+xml", "multipart/mixed",
	"application/" + strings.Repeat("x", 100),
}

var slugs = []string{"", " ", "slug", "Slug", "two words", "ş", "a/b", "..", "feed", "😀", "\x00", "-", "a_b", "<x>", "a&b", "page", "%20", strings.Repeat("a", 300), "1", "\"", "日本", "A\xc3(B", "\ufffd"}

var authorities = []string{
	"", " ", "example.com,2015", "example.com,2015-01", "example.com,2015-01-01", "example.com", "example.com,", "example.com,20", "example.com,2015-13", "EXAMPLE.com,2015",
	"a@example.com,2015", "localhost,2015", "müller.example,2015", "example.com, 2015", "example.com:2015", ",2015", "2015", "tag:example.com,2015", "https://example.com,2015",
	"example.com,2015:x", "[::1],2015", "192.168.0.1,2015", "\x00", "😀", "ex_ample.com,2015", "-example.com,2015", "example..com,2015", "intranet,2015",
}

var periods = []string{"", " ", "hourly", "daily", "weekly", "monthly", "yearly", "Daily", "DAILY", " daily ", "often", "never", "minutely", "day", "1", "\x00", "<b>"}

var numbers = []int64{0, 1, -1, 7, 23, 24, 25, 100, 144, 145, 400, 401, 1 << 20, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64}

var durations = []time.Duration{0, 1, -1, time.Second, time.Minute - 1, time.Minute, time.Hour, -time.Hour, 1000 * time.Hour, math.MaxInt64, math.MinInt64}

var times = []time.Time{
	{}, date(-1, 1, 1), date(0, 1, 1), date(1, 1, 1).Add(time.Nanosecond), date(1, 1, 2), date(999, 1, 1), date(1582, 10, 15), date(1899, 12, 31), date(1969, 12, 31), date(1970, 1, 1), date(1970, 1, 2),
	date(1971, 1, 1), date(1979, 12, 31), date(1990, 5, 5), date(1999, 12, 31), date(2000, 1, 1), date(2021, 1, 1), date(2023, 1, 1), today.AddDate(0, 0, -1), today.AddDate(0, 0, 1), today.AddDate(0, 0, 3),
	today.AddDate(0, 0, 30), today.AddDate(1, 0, 0), today.AddDate(10, 0, 0), date(2038, 1, 20), date(2099, 1, 1), date(2101, 1, 1), date(3000, 1, 1), date(9999, 12, 31), date(10000, 1, 1), date(99999, 1, 1),
	time.Date(2022, 3, 1, 23, 0, 0, 5e8, time.FixedZone("", -10*3600)), time.Date(2022, 3, 1, 1, 0, 0, 0, time.FixedZone("", 14*3600)), time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -10*3600)),
	time.Date(1, 1, 1, 1, 0, 0, 0, time.FixedZone("", 10*3600)), time.Date(2022, 3, 1, 23, 0, 0, 0, time.FixedZone("", 3661)), time.Unix(0, 0), time.Unix(1, 0), time.Unix(-1, 0), time.UnixMilli(1646136000123),
	time.Unix(1646136000000, 0), time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), date(2022, 2, 30), date(2024, 2, 29), date(2022, 3, 1),
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// today is the day of the test. The validator compares dates with the clock.
var today = time.Now().UTC().Truncate(24 * time.Hour)

// valuesOf returns what people put into a field of a struct. It returns nil for a field that has no
// kind.
func valuesOf(in reflect.Type, field reflect.StructField) []reflect.Value {
	kind := field.Type
	for kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	if kind.Kind() == reflect.String {
		list, ok := kinds[in.Name()+"."+field.Name].([]string)
		if !ok {
			return nil
		}
		return listed(list, kind)
	}
	switch reflect.Zero(kind).Interface().(type) {
	case time.Time:
		return listed(times, kind)
	case time.Duration:
		return listed(durations, kind)
	case time.Weekday, int, int64:
		return listed(numbers, kind)
	case bool:
		return listed([]bool{false, true}, kind)
	}
	return nil
}

func listed[T any](list []T, kind reflect.Type) (values []reflect.Value) {
	for _, v := range list {
		values = append(values, reflect.ValueOf(v).Convert(kind))
	}
	return values
}
