// Package w3c compares Feed.Validate with judges that others wrote: the W3C feed validator for RSS
// and Atom, a JSON Schema for JSON Feed, and the rules of JSON Feed's text.
//
// Its tests make several thousand small feeds: they take valid ones, and put the values that people
// type into each of their fields in turn. Feed.Validate and the judges must agree about every feed,
// except for the differences that the tests list with their reasons.
package w3c
