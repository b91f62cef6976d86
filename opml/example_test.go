package opml_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/opml"
)

// This program prints the list of feeds of a site with one article.
func Example() {
	archive, _ := syndicate.NewArchive(
		syndicate.Site{
			URL:    "https://www.nordicmonitor.com/",
			Title:  "Nordic Monitor",
			Author: syndicate.Author{Name: "Nordic Research"},
		},
		syndicate.Article{
			URL:        "/a/",
			Title:      "Drones for sale",
			Published:  time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC),
			Categories: syndicate.Categories("Military/Arms exports"),
			Tags:       syndicate.Tags("Drones"),
		},
	)
	list, err := opml.Append(context.Background(), nil, archive)
	if err != nil {
		fmt.Println(err)
	}
	// To fit the page, the example starts a new line at each of these attributes.
	wrap := strings.NewReplacer(" title=", "\n  title=", " xmlUrl=", "\n  xmlUrl=", " htmlUrl=", "\n  htmlUrl=")
	fmt.Print(wrap.Replace(string(list)))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <opml version="2.0">
	// <head>
	// <title>Nordic Monitor</title>
	// <dateModified>Wed, 30 Mar 2022 12:00:00 GMT</dateModified>
	// <ownerName>Nordic Research</ownerName>
	// <docs>http://opml.org/spec2.opml</docs>
	// </head>
	// <body>
	// <outline type="rss" text="Nordic Monitor"
	//   title="Nordic Monitor"
	//   xmlUrl="https://www.nordicmonitor.com/rss.xml"
	//   htmlUrl="https://www.nordicmonitor.com/"/>
	// <outline text="Military">
	// <outline type="rss" text="Military – Nordic Monitor"
	//   title="Military – Nordic Monitor"
	//   xmlUrl="https://www.nordicmonitor.com/category/military/rss.xml"
	//   htmlUrl="https://www.nordicmonitor.com/"/>
	// <outline type="rss" text="Military / Arms exports – Nordic Monitor"
	//   title="Military / Arms exports – Nordic Monitor"
	//   xmlUrl="https://www.nordicmonitor.com/category/military/arms-exports/rss.xml"
	//   htmlUrl="https://www.nordicmonitor.com/"/>
	// </outline>
	// <outline text="Tags">
	// <outline type="rss" text="#Drones – Nordic Monitor"
	//   title="#Drones – Nordic Monitor"
	//   xmlUrl="https://www.nordicmonitor.com/tag/drones/rss.xml"
	//   htmlUrl="https://www.nordicmonitor.com/"/>
	// </outline>
	// </body>
	// </opml>
}
