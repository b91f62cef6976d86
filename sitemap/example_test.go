package sitemap_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sitemap"
)

func ExampleFiles() {
	archive, err := syndicate.NewArchive(
		syndicate.Site{URL: "https://example.com/", Title: "The Example"},
		syndicate.Article{
			URL: "/1/", Title: "One", Published: time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC),
			Image: syndicate.Image{URL: "/1.jpg"},
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	files := sitemap.Files{}
	fmt.Print(files.Robots(archive.Publication()))
	for file, err := range files.List(context.Background(), archive) {
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := file.Append(context.Background(), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(file.Path)
		os.Stdout.Write(text)
	}
	// Output:
	// Sitemap: https://example.com/sitemap.xml
	// sitemap.xml
	// <?xml version="1.0" encoding="UTF-8"?>
	// <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
	// <sitemap><loc>https://example.com/sitemap/site/page/1.xml</loc><lastmod>2022-03-30T12:00:00Z</lastmod></sitemap>
	// </sitemapindex>
	// sitemap/site/page/1.xml
	// <?xml version="1.0" encoding="UTF-8"?>
	// <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
	// <url><loc>https://example.com/1/</loc><lastmod>2022-03-30T12:00:00Z</lastmod><image:image><image:loc>https://example.com/1.jpg</image:loc></image:image></url>
	// </urlset>
}
