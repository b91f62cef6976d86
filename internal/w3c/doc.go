// Package w3c compares Feed.Validate with the W3C feed validator.
//
// Its test makes several thousand small feeds: it takes valid ones, and puts the values that people
// type into each of their fields in turn. Feed.Validate and the validator must agree about every
// feed, except for the differences that the test lists with their reasons.
package w3c
