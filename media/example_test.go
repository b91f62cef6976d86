package media_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/media"
)

func ExampleImages() {
	feed := syndicate.Feed{
		Title: "Nordic Monitor",
		URL:   "https://www.nordicmonitor.com/",
		Articles: []*syndicate.Article{{
			URL:       "https://www.nordicmonitor.com/2022/03/police/",
			Title:     "Turkey may send its police to Azerbaijan",
			Published: time.Date(2022, 3, 4, 8, 30, 0, 0, time.UTC),
			Image: syndicate.Image{
				URL:  "https://www.nordicmonitor.com/2022/03/police.jpg",
				Type: "image/jpeg", Width: 1200, Height: 800,
				Alt:    "Two officers beside a patrol car",
				Credit: "Anadolu",
			},
		}},
		Extensions: []syndicate.Extension{media.Images{}},
	}

	rss := string(feed.Append(nil, syndicate.RSS))
	_, image, _ := strings.Cut(rss, "<media:content")
	image, _, _ = strings.Cut(image, "</item>")
	fmt.Println(strings.NewReplacer("><", ">\n<", " medium", "\n  medium").Replace("<media:content" + image))
	// Output:
	// <media:content url="https://www.nordicmonitor.com/2022/03/police.jpg" type="image/jpeg"
	//   medium="image" width="1200" height="800">
	// <media:title type="plain">Two officers beside a patrol car</media:title>
	// <media:credit>Anadolu</media:credit>
	// </media:content>
}
