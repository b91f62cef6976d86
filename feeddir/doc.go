// Package feeddir writes all feeds of a publication to a folder, for any host that serves files:
//
//	err := feeddir.Publish(ctx, "public", archive)
//
// The folder corresponds to [syndicate.Site.URL]. It receives every feed and every archive page
// that the site publishes (see [syndicate.Site.Formats] and [syndicate.Site.Kinds]), at the paths
// that its [syndicate.Addresses] give: with [syndicate.Files] the RSS feed of a category is
// "category/military/rss.xml". An address that ends in a slash, as those of [syndicate.WordPress]
// do, becomes a folder that contains "index.xml", or "index.json" for JSON Feed. Configure the host
// to serve these: in nginx with "index index.html index.xml index.json", in Apache httpd with
// DirectoryIndex.
//
// Archive pages (RFC 5005) make up most of the folder. Set [Folder.NoPages] to leave them out.
//
// Use a [Folder] for compressed copies, additional files, files that are made of the articles such
// as the transcripts of episodes, progress, and a [Result] that lists what changed and when to run
// again.
//
// # Running again
//
// Each run writes the files that differ and leaves all others untouched, including their
// modification times. A manifest records what was written. When a feed no longer exists, its
// files are removed, but only if they still contain what feeddir wrote. A file that somebody else
// put there or changed stays, and [Result.Kept] names it. A file that occupies the path of a feed
// is replaced by the feed, and [Result.Replaced] names it.
//
// The next run repairs files that were edited or deleted; it notices them by their size and
// modification time. A file that differs only in its modification time, for example after a git
// checkout, is read and left alone if its contents are right. Set [Folder.Verify] to read all
// files, which also finds damage that neither size nor time shows.
//
// Feeds are rendered to find out whether they differ. If the Source is a [syndicate.Versioner], as
// an Archive is, a feed is not even rendered while its version and its files match the manifest. A
// new article changes the current feeds that show it, and an archive page or two of each.
// A new build of the program renders all feeds again, because it may render other bytes.
//
// # Failures
//
// Files are written to a temporary folder and then renamed. Every feed is therefore complete at
// any moment, in its old or its new version, even if a run is killed or cancelled or the disk is
// full. The next run completes the work and removes what was left behind. With [Folder.Sync] the
// same is true after a power failure.
//
// If the Source fails, panics or takes too long for one feed, the files of that feed stay as they
// are. All other feeds are published, and the returned error lists each failure: see [Error].
//
// Nothing outside the folder is changed. Symbolic links are reported and never followed. Addresses
// that cannot be a file ("..") are reported before anything is written. So are two addresses that
// would be the same file on a system that ignores case or Unicode normalization. On Windows, names
// that it cannot hold ("aux", "a:b") are written with escapes.
//
// Only one run at a time may publish to a folder. On systems with flock(2) a second run fails with
// [ErrBusy].
//
// # The manifest
//
// The folder ".syndicate" contains what feeddir needs to remember. If you delete it, the next run
// compares each file by its contents and removes nothing.
//
// Do not upload this folder, and do not serve it. The manifest names no article that is not yet
// public, and no time at which an embargo ends. But it changes when an embargo is set or changed,
// while no other file does. The folder is created with mode 0700, which excludes a web server that
// runs as another user. Leave it out of uploads:
//
//	rsync -a --delete --exclude=/.syndicate/ public/ host:/var/www/feeds/
//	rclone sync --exclude '/.syndicate/**' public remote:feeds
//	aws s3 sync --delete --exclude '.syndicate/*' public s3://feeds
//
// The first line of ".syndicate/manifest" is "syndicate/feeddir manifest 1". Each further line
// describes one file, sorted by path, in eight fields separated by tabs:
//
//  1. for a feed whose version is known, "crc32c:" and the CRC-32C checksum of the contents;
//     otherwise the SHA-256 digest of the contents; in hexadecimal
//  2. the size in bytes
//  3. the modification time, in nanoseconds since 1970
//  4. for a compressed copy, field 1 of the original; otherwise empty
//  5. if the Source is a Versioner, a fingerprint of the version of the feed, or of the feed that
//     the file is made of; otherwise empty
//  6. with such a fingerprint, a number for when the passing of time changes the feed; only a
//     Source that has this version of the feed can compute the time from it
//  7. the scope of the feed; empty for another file
//  8. the path below the folder, with slashes
//
// During a run, ".syndicate/journal" has such a line for each file that is about to be renamed,
// and ".syndicate/tmp" contains the files themselves. Both are removed at the end.
package feeddir
