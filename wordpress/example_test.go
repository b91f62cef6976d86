package wordpress_test

import (
	"fmt"
	"log"
	"maps"
	"os"
	"slices"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/wordpress"
)

// Read the articles one by one, and count the reasons for which items were skipped.
func ExampleExport_Articles() {
	file, err := os.Open("testdata/export.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	skipped := map[wordpress.Reason]int{}
	export := wordpress.Export{Input: file, Clock: clock, OnIssue: func(p *wordpress.Issue) {
		if p.Skipped {
			skipped[p.Reason]++
		}
	}}
	articles := 0
	for article, err := range export.Articles() {
		if err != nil {
			fmt.Println(err)
			return
		}
		if articles++; articles == 1 {
			fmt.Println(article.ID, article.Title, article.Categories[0].Path())
		}
	}
	fmt.Println(articles, "articles")
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		fmt.Println(skipped[reason], "skipped:", reason)
	}
	// Output:
	// https://gazette.example/?p=101 The crane & the harbour news/harbour/cranes
	// 17 articles
	// 1 skipped: another post has this id
	// 1 skipped: its date is in the future
	// 1 skipped: no date that can be read
	// 1 skipped: no title, no body and no excerpt
	// 4 skipped: not a post
	// 3 skipped: not published
	// 1 skipped: protected by a password
}

// Read a whole export into an archive. Its feeds have the addresses that WordPress gave them.
func ExampleExport_Archive() {
	file, err := os.Open("testdata/export.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	export := wordpress.Export{Input: file}
	site, err := export.Site() // its address, title and language; change any field
	if err != nil {
		log.Fatal(err)
	}
	archive, err := export.Archive(site)
	if err != nil {
		log.Print(err) // articles that were refused; the archive has the others
	}
	fmt.Println(archive.Publication().FeedURL(syndicate.InCategory("news/harbour"), syndicate.RSS))
	// Output:
	// https://gazette.example/category/news/harbour/feed/
}
