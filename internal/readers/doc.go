// Package readers tests the feeds of this repository with feed readers of other authors.
//
// The packages' own tests read feeds with internal/feedreader. The tests of this package show that
// it reads what github.com/mmcdole/gofeed reads. They are a module, so that programs that use
// syndicate do not depend on gofeed.
package readers
