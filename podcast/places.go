package podcast

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Relation says how content and a place belong together.
type Relation string

// The relations. The default is RelationSubject.
const (
	RelationSubject Relation = "subject" // the content is about the place
	RelationCreator Relation = "creator" // the content was made there
)

// Location is a place that a show or episode is about, or where it was made (podcast:location).
type Location struct {
	// Name is what listeners see: "Austin, Texas". Required.
	Name string `json:",omitzero"`
	// Relation is subject or creator. Default: subject.
	Relation Relation `json:",omitzero"`
	// Geo is a point of the place. Default: none.
	Geo Point `json:",omitzero"`
	// OSM identifies the place in OpenStreetMap: N, W or R, and the number. Default: none.
	OSM string `json:",omitzero"`
	// Country is the code of ISO 3166-1: "US". Default: none.
	Country string `json:",omitzero"`
}

// Point is a point on Earth. The zero Point is none.
type Point struct {
	// Latitude and Longitude in degrees, north and east positive. Required.
	Latitude  float64 `json:",omitzero"`
	Longitude float64 `json:",omitzero"`
	// Uncertainty in metres. Default: not written.
	Uncertainty float64 `json:",omitzero"`
}

// isOSM matches an object of OpenStreetMap, perhaps with its revision.
var isOSM = regexp.MustCompile(`^[NWR][0-9]+(#[0-9]+)?$`).MatchString

// write writes the location. The relation is written even if it is the default, as the namespace
// recommends.
func (l Location) write(o *output) {
	const spec = podspec + "location"
	name := o.text(".Name", l.Name, nameText)
	if !o.has(".Name", name, spec) {
		return
	}
	rel := o.among(".Relation", string(l.Relation), spec, string(RelationSubject), string(RelationCreator))
	if rel == "" {
		rel = string(RelationSubject)
	}
	o.w.Element("podcast:location", name, attr("rel", rel), attr("geo", o.geo(".Geo", l.Geo)),
		attr("osm", o.osm(".OSM", l.OSM)), attr("country", o.country(".Country", l.Country)))
}

// osm returns an object of OpenStreetMap, "" for a text that is none.
func (o *output) osm(field, id string) string {
	id = strings.ToUpper(strings.TrimSpace(id))
	if id == "" || isOSM(id) {
		return id
	}
	o.Warn(field, id, RuleBadForm, "left out; "+podspec+"location")
	return ""
}

// geo returns a point as a geo: URI (RFC 5870), "" for the zero point and for one that is not on
// Earth.
func (o *output) geo(field string, p Point) string {
	if p == (Point{}) {
		return ""
	}
	text := "geo:" + degrees(p.Latitude) + "," + degrees(p.Longitude)
	// The comparisons are false for NaN.
	isPoint := p.Latitude >= -90 && p.Latitude <= 90 && p.Longitude >= -180 && p.Longitude <= 180
	if !isPoint {
		o.Warn(field, text, RuleBadForm, "left out; RFC 5870 section 3.4.2")
		return ""
	}
	if p.Uncertainty > 0 && !math.IsInf(p.Uncertainty, 1) {
		text += ";u=" + decimal(p.Uncertainty)
	}
	return text
}

// degrees returns an angle to a centimetre, which is seven digits behind the decimal point.
func degrees(angle float64) string {
	text := strconv.FormatFloat(angle, 'f', 7, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}
