package destination

import (
	"math"
	"strconv"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// RulePlace is the rule for coordinates that no place on Earth has.
const RulePlace syndicate.Rule = "not a place on Earth"

// geo is the namespace of GeoRSS Simple.
var geo = xmltext.Namespace{Prefix: "georss", URI: "http://www.georss.org/georss"}

// Point is the place that an article is about: georss:point (GeoRSS Simple 1.1), which Flipboard
// reads. Add it to the Extensions of the [syndicate.Article]. Validators accept it in public feeds.
type Point struct {
	Latitude, Longitude float64 // degrees of WGS 84. Required.
}

var _ syndicate.Checker = Point{}

// Namespaces returns that of GeoRSS.
func (Point) Namespaces() []xmltext.Namespace { return []xmltext.Namespace{geo} }

// WriteFeed writes nothing.
func (Point) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes the place, unless it is not on Earth.
func (p Point) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	if p.isReal() {
		w.Element("georss:point", degrees(p.Latitude)+" "+degrees(p.Longitude))
	}
}

// CheckFeed reports nothing.
func (Point) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return nil }

// CheckArticle warns about a place that is not on Earth.
func (p Point) CheckArticle(*syndicate.Article) []*syndicate.Problem {
	if p.isReal() {
		return nil
	}
	return []*syndicate.Problem{{
		Warning: true, Field: "Point", Value: degrees(p.Latitude) + " " + degrees(p.Longitude), Rule: RulePlace,
		Spec: "left out; GeoRSS Simple 1.1, point",
	}}
}

// isReal reports whether both coordinates are in their range, which no NaN is.
func (p Point) isReal() bool { return math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180 }

// degrees returns a coordinate without an exponent.
func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
