// Package limits holds what tests of stores make smaller, so that few articles go through what many do.
package limits

// AtOnce bounds how many articles are shown before they are written. Each scope is written once for all of them, and
// what it has of them lies together; more would take more memory.
var AtOnce = 20_000
