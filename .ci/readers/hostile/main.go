// Hostile serves the feeds of a publication whose texts try to run scripts in a browser, until it
// is killed. A script that runs writes the word PWNED into the page.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

const attack = `document.documentElement.append('PWN'+'ED')`

var titles = []string{
	`<script>` + attack + `</script>`,
	`"><img src=x onerror="` + attack + `">`,
	`]]><script xmlns="http://www.w3.org/1999/xhtml">` + attack + `</script><![CDATA[`,
	`</title></item></channel></rss><script>` + attack + `</script>`,
	`&lt;script&gt;` + attack + `&lt;/script&gt; {{.}} ${1} <%= 1 %>`,
	"\u202Etxet desrever\u202C \u2066and isolated \x00\x1b[31mred",
	`javascript:` + attack,
	`A title that is long enough for a whole paragraph, and then some: ` + string(make([]rune, 40)) + `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft`,
	`العنوان بالعربية & 日本語の見出し 👩🏽‍🚀`,
}

func main() {
	listen := os.Args[1]
	site := syndicate.Site{URL: "http://" + listen + "/", Title: titles[1], Description: titles[0], Addresses: syndicate.WordPress, Stylesheet: "/feeds.css"}
	var articles []syndicate.Article
	for i, title := range titles {
		articles = append(articles, syndicate.Article{
			URL: "/" + string(rune('a'+i)) + "/", Title: title, Content: "<p>" + title + "<script>" + attack + "</script>", Summary: cmp.Or(title, "?"),
			Published:  time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC),
			Tags:       []syndicate.Tag{{Name: title, Slug: "tag-" + string(rune('a'+i)), Description: title}},
			Authors:    []syndicate.Author{{Name: title, Slug: "author"}},
			Categories: []syndicate.Category{{Name: title, Slug: "category-" + string(rune('a'+i/3))}},
		})
	}
	archive, err := syndicate.NewArchive(site, articles...)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(listen, &feedhttp.Handler{Source: archive, Pages: map[string]feedhttp.Page{
		"feeds/":     {ContentType: feedpage.ContentType, ContentSecurityPolicy: feedpage.ContentSecurityPolicy(), Append: feedpage.Index{OPML: "/feeds.opml"}.Append},
		"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
		"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
	}}))
}
