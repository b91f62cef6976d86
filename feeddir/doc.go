// Package feeddir writes all feeds of a publication into a folder, for any host that serves files:
//
//	err := feeddir.Publish(ctx, "public", archive)
//
// The folder is that of [syndicate.Site.URL]. Every scope's feed and every archive page lies in it in every
// format, where the site's [syndicate.Addresses] say: "category/military/rss.xml" with
// [syndicate.Files]. An address that ends in a slash, as those of [syndicate.WordPress] do, becomes a folder
// with an "index.xml" in it ("index.json" for JSON Feed); tell the host so, in nginx with
// "index index.html index.xml index.json", in Apache httpd with DirectoryIndex.
//
// [Publisher] is the same with more to say: files compressed beforehand, files of one's own, progress,
// and a [Result] that tells what changed and when to run again.
//
// # Again and again
//
// Publishing anew writes what differs and leaves the rest alone, modification times included. What was
// written is remembered in a manifest. So a feed that is no more is removed, but only as long as its file is
// what feeddir wrote: a file that somebody else has put there or changed stays, and [Result] names it. A
// file that stands where a feed belongs is replaced by the feed, and named too.
//
// A file that was edited or deleted is put right by the next run, as size and modification time betray it.
// One whose time alone differs, after a git checkout for example, is read, found to be right and left alone.
//
// Every feed is made to see whether it differs, unless the Source is a [syndicate.Versioner], as an Archive is:
// then a feed is not made at all while its version and its files are as the manifest says. Another executable
// makes all of them anew, as it may write other bytes.
//
// # Faults
//
// A file is written beside the tree and renamed to its place. So at each moment every feed is whole, as it
// was or as it is to be, whether a run is killed, cancelled or meets a full disk; the next one completes what
// is missing and clears away what was left. A scope that the Source fails on, or panics on, or does not
// answer for in time, keeps the files that it had. All others are published, and the error tells of each
// failure: see [Error].
//
// Nothing outside the folder is touched, whatever lies in it: symbolic links are not followed but reported.
// Addresses that no file can have everywhere ("..", "aux", "a:b"), and two that would be one file where case
// or Unicode normalisation do not count, are reported before anything is written.
//
// One run at a time publishes to a folder; on systems with flock(2) another is refused with [ErrBusy].
//
// # The manifest
//
// What feeddir has to remember is in the folder ".syndicate", which need not be uploaded. Deleting it makes
// the next run compare each file by content, and remove nothing. The file "manifest" in it has a first line
// "syndicate/feeddir manifest 1" and then one for each file, in the order of their paths, of eight fields with
// a tab between them:
//
//	SHA-256 of the content, in hexadecimal
//	size in bytes
//	modification time, in nanoseconds since 1970
//	for a compressed file the SHA-256 of what it was made of, otherwise nothing
//	fingerprint of the version that the Source, if it is a Versioner, gives the feed, otherwise nothing
//	beside a fingerprint when time alone changes the feed, in seconds since 1970; nothing if it does not
//	the feed's scope as text, nothing for a file of one's own
//	path below the folder, with slashes
//
// While a run writes, "journal" takes the same lines for each file before it is renamed to its place, and "tmp"
// the files themselves. Both are gone when it ends.
//
// Nothing in there names an article that feeds do not show, but it tells when a feed will change, and so that an
// embargo ends then. Keep the folder from readers: it is made for its owner's eyes only (mode 0700), which keeps
// out a web server that runs as somebody else.
package feeddir
