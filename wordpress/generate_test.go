package wordpress_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// writeExport writes an export of about size bytes, always the same for one size. Of five items,
// three are posts with bodies of 4 KB by either editor, one is an attachment that an earlier post
// shows, and one is a page. Each item has metas, and posts have comments.
func writeExport(w io.Writer, size int64) error {
	out := &countingWriter{w: bufio.NewWriterSize(w, 1<<20)}
	random := rand.New(rand.NewPCG(1, 2))
	out.printf(`<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
	<title>Large</title>
	<link>https://large.example</link>
	<language>en-US</language>
	<wp:wxr_version>1.2</wp:wxr_version>
`)
	for i := range 20 {
		out.printf("\t<wp:author><wp:author_id>%d</wp:author_id><wp:author_login><![CDATA[author%d]]></wp:author_login><wp:author_email><![CDATA[author%d@large.example]]></wp:author_email><wp:author_display_name><![CDATA[Author %d]]></wp:author_display_name></wp:author>\n", i, i, i, i)
		out.printf("\t<wp:category><wp:term_id>%d</wp:term_id><wp:category_nicename><![CDATA[section-%d]]></wp:category_nicename><wp:category_parent><![CDATA[%s]]></wp:category_parent><wp:cat_name><![CDATA[Section %d]]></wp:cat_name></wp:category>\n", i, i, parentOf(i), i)
	}
	words := strings.Fields("the council of ministers agreed on Tuesday that İstanbul's harbour may reopen when engineers have inspected every crane and the Çavuşoğlu report is read")
	text := func(n int) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteString(words[random.IntN(len(words))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	for id := 1; out.n < size; id++ {
		kind, status := "post", "publish"
		switch id % 5 {
		case 3:
			kind, status = "attachment", "inherit"
		case 4:
			kind = "page"
		}
		out.printf("\t<item>\n\t\t<title><![CDATA[%s]]></title>\n\t\t<link>https://large.example/2020/%d/</link>\n\t\t<pubDate>Mon, 06 Jan 2020 10:00:00 +0000</pubDate>\n\t\t<dc:creator><![CDATA[author%d]]></dc:creator>\n\t\t<guid isPermaLink=\"false\">https://large.example/?p=%d</guid>\n\t\t<description></description>\n", text(60), id, id%20, id)
		var body strings.Builder
		if kind != "attachment" {
			for range 8 {
				if id%2 == 0 {
					body.WriteString("<!-- wp:paragraph -->\n<p>" + text(480) + `<a href="https://large.example/?x=1&amp;y=2">link</a></p>` + "\n<!-- /wp:paragraph -->\n\n")
				} else {
					body.WriteString(text(240) + "\n" + text(240) + `<em>emphasis</em>` + "\n\n")
				}
			}
		}
		out.printf("\t\t<content:encoded><![CDATA[%s]]></content:encoded>\n\t\t<excerpt:encoded><![CDATA[]]></excerpt:encoded>\n\t\t<wp:post_id>%d</wp:post_id>\n\t\t<wp:post_date><![CDATA[2020-01-06 13:00:00]]></wp:post_date>\n\t\t<wp:post_date_gmt><![CDATA[2020-01-06 10:00:00]]></wp:post_date_gmt>\n\t\t<wp:comment_status><![CDATA[open]]></wp:comment_status>\n\t\t<wp:ping_status><![CDATA[open]]></wp:ping_status>\n\t\t<wp:post_name><![CDATA[name-%d]]></wp:post_name>\n\t\t<wp:status><![CDATA[%s]]></wp:status>\n\t\t<wp:post_parent>%d</wp:post_parent>\n\t\t<wp:menu_order>0</wp:menu_order>\n\t\t<wp:post_type><![CDATA[%s]]></wp:post_type>\n\t\t<wp:post_password><![CDATA[]]></wp:post_password>\n\t\t<wp:is_sticky>0</wp:is_sticky>\n", body.String(), id, id, status, id-1, kind)
		if kind == "attachment" {
			out.printf("\t\t<wp:attachment_url><![CDATA[https://large.example/wp-content/uploads/2020/01/picture-%d.jpg]]></wp:attachment_url>\n", id)
		} else {
			out.printf("\t\t<category domain=\"category\" nicename=\"section-%d\"><![CDATA[Section %d]]></category>\n\t\t<category domain=\"post_tag\" nicename=\"tag-%d\"><![CDATA[Tag %d]]></category>\n", id%20, id%20, id%400, id%400)
			out.printf("\t\t<wp:postmeta>\n\t\t<wp:meta_key><![CDATA[_thumbnail_id]]></wp:meta_key>\n\t\t<wp:meta_value><![CDATA[%d]]></wp:meta_value>\n\t\t</wp:postmeta>\n", id/5*5+3)
		}
		for i := range 4 {
			out.printf("\t\t<wp:postmeta>\n\t\t<wp:meta_key><![CDATA[_plugin_%d]]></wp:meta_key>\n\t\t<wp:meta_value><![CDATA[%s]]></wp:meta_value>\n\t\t</wp:postmeta>\n", i, text(60))
		}
		if kind == "post" {
			out.printf("\t\t<wp:comment>\n\t\t\t<wp:comment_id>%d</wp:comment_id>\n\t\t\t<wp:comment_author><![CDATA[Reader]]></wp:comment_author>\n\t\t\t<wp:comment_author_email><![CDATA[reader@large.example]]></wp:comment_author_email>\n\t\t\t<wp:comment_content><![CDATA[%s]]></wp:comment_content>\n\t\t</wp:comment>\n", id, text(300))
		}
		out.printf("\t</item>\n")
	}
	out.printf("</channel>\n</rss>\n")
	if out.err == nil {
		out.err = out.w.Flush()
	}
	return out.err
}

func parentOf(section int) string {
	if section < 5 {
		return ""
	}
	return fmt.Sprintf("section-%d", section%5)
}

type countingWriter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (c *countingWriter) printf(format string, args ...any) {
	n, err := fmt.Fprintf(c.w, format, args...)
	c.n += int64(n)
	if c.err == nil {
		c.err = err
	}
}
