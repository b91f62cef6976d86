package rsl_test

import (
	"fmt"

	"github.com/syndicate-go/syndicate/rsl"
)

// A newspaper permits search engines, asks AI systems for a license, and keeps its archive out of
// training.
func ExampleSite() {
	ask := rsl.Payment{Type: rsl.PaySubscription, Custom: "https://example.com/license"}
	license := rsl.Site{
		URL: "https://example.com/",
		Terms: rsl.Terms{Licenses: []rsl.License{
			{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.Search}}},
			{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.AIAll}}, Payment: ask},
		}},
		Sections: []rsl.Section{{Pattern: "/archive/", Terms: rsl.Terms{Licenses: []rsl.License{
			{Prohibits: rsl.Rights{Usage: []rsl.Usage{rsl.AITrain}}},
		}}}},
	}
	fmt.Print(license.Robots())
	fmt.Println(license.Link())
	fmt.Print(string(license.Append(nil)))
	// Output:
	// License: https://example.com/license.xml
	// <https://example.com/license.xml>; rel="license"; type="application/rsl+xml"
	// <?xml version="1.0" encoding="UTF-8"?>
	// <rsl xmlns="https://rslstandard.org/rsl">
	// <content url="/">
	// <license>
	// <permits type="usage">search</permits>
	// <payment type="free"/>
	// </license>
	// <license>
	// <permits type="usage">ai-all</permits>
	// <payment type="subscription">
	// <custom>https://example.com/license</custom>
	// </payment>
	// </license>
	// </content>
	// <content url="/archive/">
	// <license>
	// <prohibits type="usage">ai-train</prohibits>
	// <payment type="free"/>
	// </license>
	// </content>
	// </rsl>
}
