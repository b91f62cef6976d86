// Package limits has the limits that tests of stores reduce, so that few articles reach them.
package limits

// AtOnce is how many articles are made visible before they are written. Each scope is written once
// for all of them. A larger number needs more memory.
var AtOnce = 20_000
