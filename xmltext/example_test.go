package xmltext_test

import (
	"fmt"
	"strings"

	"github.com/syndicate-go/syndicate/xmltext"
)

func ExampleWriter() {
	media := xmltext.Namespace{Prefix: "media", URI: "http://search.yahoo.com/mrss/"}
	w := xmltext.NewWriter(media)
	w.Start("media:content", xmltext.Attr{Name: "url", Value: "https://example.com/a.jpg?w=1&h=2"})
	w.Element("media:title", "Me & you")
	w.Element("media:credit", "") // empty: not written
	w.End()

	fmt.Println(strings.ReplaceAll(string(w.Bytes()), "><", ">\n<"))
	fmt.Println(w.Used())
	fmt.Println(w.Err())
	// Output:
	// <media:content url="https://example.com/a.jpg?w=1&amp;h=2">
	// <media:title>Me &#x26; you</media:title>
	// </media:content>
	// [{media http://search.yahoo.com/mrss/}]
	// <nil>
}
