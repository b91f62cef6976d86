package podcast

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// Import reads the RSS feed of a podcast, as a host serves it, so that the show can move to a
// program that publishes it with this package. Subscribers notice nothing: guids stay byte for
// byte, and so does the podcast:guid of the show.
//
//	feed := podcast.Import{Input: file, Address: "https://old.example/feed.xml"}
//	site, err := feed.Site()
//	archive, err := feed.Archive(site)
//
// Or article by article, to fill a database. Memory does not grow with the number of episodes that
// way:
//
//	for article, err := range feed.Articles() {
//
// Every part of the vocabularies of this package is read, into the fields that write it. Bad input
// costs no more than the value that is bad: OnProblem is called with each value that is mended or
// left out, and with each item that is skipped. It is also called, once for each name, with
// elements and attributes for which there is no field.
//
// Feeds that are nearly XML are read: control characters, bytes of old encodings, entities of HTML,
// text before the XML. Reading resumes at the next item after one that is not XML. A hostile feed
// cannot exhaust the machine: a feed that declares entities is rejected, and depth, length of texts
// and number of items are limited.
//
// An Import must not be used by several goroutines at once.
type Import struct {
	// Input is the feed, read from its current position. Required.
	//
	// If Input is an [io.Seeker], as a file is, it is read twice: Site and Options then return what
	// the channel says behind its items, too. Any other Input is read once: what follows the first
	// item is reported, and Articles can be called only once.
	Input io.Reader
	// Address is the address that the feed was at. Relative URLs are resolved against it, and a
	// show without a podcast:guid gets that of the address. Default: the link of the feed to itself
	// (atom:link, rel="self").
	Address string
	// OnProblem is called with each problem. A [syndicate.Problem] that is not a warning is an item
	// that is skipped. Default: problems are dropped.
	OnProblem func(*syndicate.Problem)

	// MaxItems limits the number of items. Default: 100,000.
	MaxItems int
	// MaxText limits the length of all texts of an item together, in bytes, and of all texts of the
	// channel. Longer items are skipped, and the rest of a longer channel is left out. Default:
	// 4,194,304, which is 4 MB.
	MaxText int

	reading *importing
}

// The defaults of the limits in Import, and limits that are not fields because no real feed comes
// near them.
const (
	importItems    = 100_000
	importText     = 4 << 20
	importDepth    = 50
	importElements = 10_000 // of an item
	importOnce     = 1000   // names that are remembered, so that each is reported once
)

// Rules of the problems that [Import] reports, beside those of fields.
const (
	// An item is skipped. For an element that has others in its text, those are left out.
	RuleNotXML syndicate.Rule = "not well-formed XML"
	// The end of the feed is missing. The error of Articles names the line.
	RuleTruncated syndicate.Rule = "the feed ends early"
	// The input is something else: HTML, Atom, nothing.
	RuleNotRSS syndicate.Rule = "not an RSS feed"
	// Entities can expand to gigabytes. No host declares any.
	RuleEntities syndicate.Rule = "declares entities"
	// See the fields of [Import]. An element that comes too late in a feed that is read once is
	// left out with this rule too.
	RuleLimit syndicate.Rule = "more than the limit"
	// An element or attribute that neither [Show], [Episode] nor [syndicate.Article] holds.
	RuleNoField syndicate.Rule = "no field holds it"
	// An element that may be there once. The first counts.
	RuleRepeated syndicate.Rule = "there more than once"
	// An item without any other date is skipped.
	RuleBadDate syndicate.Rule = "not a date"
	// The date is taken for UTC.
	RuleNoZone syndicate.Rule = "a date without a time zone"
	// itunes:new-feed-url leads to the feed that is read, so it is left out.
	RuleOldAddress syndicate.Rule = "the address of the old feed"
	// The rest of the episodes is at the address in Value. Import that too.
	RulePaged syndicate.Rule = "the feed continues on another page"
)

// Site returns a site with the one show of the feed: URL, title, description and language are the
// channel's, and a [Show] is among the extensions of its feed. Change any field before you pass it
// to Archive.
//
// The feed shows every episode, up to 32,000,000 bytes, because apps forget episodes that a feed
// leaves out. Site returns an error if Input is not a feed or cannot be read.
//
// Site does not check the show: [syndicate.Site.Check] does. A feed that lacks what directories
// require (a category, artwork, a language) is refused there until you set the field.
func (i *Import) Site() (syndicate.Site, error) {
	r, err := i.prepare()
	if err != nil {
		return syndicate.Site{}, err
	}
	// Texts and pictures are the site's, so that every format has them. The show and its limits are
	// those of the one feed.
	o := r.channel.options()
	return syndicate.Site{
		URL: r.channel.home(), Title: o.Title, Description: o.Description, Language: o.Language, Author: o.Author,
		Copyright: o.Copyright, Logo: o.Logo, Schedule: o.Schedule,
		ManagingEditor: r.channel.editor, WebMaster: r.channel.webMaster,
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {
			Whole: o.Whole, MaxBytes: o.MaxBytes, Extensions: o.Extensions,
		}},
	}, nil
}

// Options returns what Site returns, as the options of one scope, for a publication that has more
// than the show:
//
//	site.Scopes[syndicate.InCategory("field-notes")], err = feed.Options()
//
// Put the articles into that category. The first of the Extensions is the [Show].
func (i *Import) Options() (syndicate.FeedOptions, error) {
	r, err := i.prepare()
	if err != nil {
		return syndicate.FeedOptions{}, err
	}
	return r.channel.options(), nil
}

// Articles reads the feed and yields an article for each of its items, in the order of the feed.
// Each has an [Episode] among its Extensions. An error ends the iteration; the articles before it
// are complete.
//
// Texts and values are those of the feed. A [syndicate.Source] checks and cleans them.
func (i *Import) Articles() iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		r, err := i.prepare()
		if err == nil {
			err = r.rewind()
		}
		if err != nil {
			yield(syndicate.Article{}, err)
			return
		}
		for {
			item, err := r.nextItem()
			if err != nil {
				yield(syndicate.Article{}, err)
				return
			}
			if item == nil {
				return
			}
			if a, ok := r.article(item); ok && !yield(a, nil) {
				return
			}
		}
	}
}

// Archive reads the whole feed into an archive. Use the Site that [Import.Site] returned, with your
// changes.
//
// The error joins the articles that were refused, as [syndicate.Problems], and the error that ended
// the reading. The archive has all other articles; it is nil only if Input is not a feed or the
// site is refused. Warnings about articles go to [syndicate.Site.Warn].
func (i *Import) Archive(site syndicate.Site) (*syndicate.Archive, error) {
	if _, err := i.prepare(); err != nil {
		return nil, err
	}
	archive, err := syndicate.NewArchive(site)
	if err != nil {
		return nil, err
	}
	var errs []error
	const batchSize = 256 // adding many articles at once is faster
	// The batch is used again: an Archive keeps copies of the articles.
	batch := make([]syndicate.Article, 0, batchSize)
	for article, err := range i.Articles() {
		if err != nil {
			errs = append(errs, err)
			break
		}
		if batch = append(batch, article); len(batch) == batchSize {
			errs = append(errs, archive.Add(batch...))
			batch = batch[:0]
		}
	}
	return archive, errors.Join(append(errs, archive.Add(batch...))...)
}

// prepare reads the channel, on the first call. Later calls return the same reading and error.
func (i *Import) prepare() (*importing, error) {
	if i.reading != nil {
		return i.reading, i.reading.failed
	}
	r := &importing{
		Import: i, items: cmp.Or(max(i.MaxItems, 0), importItems), text: cmp.Or(max(i.MaxText, 0), importText),
		once: map[string]bool{},
	}
	r.channel.address = strings.TrimSpace(i.Address)
	i.reading = r
	r.failed = r.prepare()
	return r, r.failed
}

// absolute returns an address of the feed, absolute if it was relative and there is a base. Other
// texts stay as they are: the checks of the package report them.
func (c *importedShow) absolute(ref string) string {
	ref = strings.TrimSpace(ref)
	u, err := url.Parse(ref)
	if err != nil || ref == "" || u.IsAbs() {
		return ref
	}
	base, err := url.Parse(cmp.Or(c.link, c.address))
	if err != nil || !base.IsAbs() {
		return ref
	}
	return base.ResolveReference(u).String()
}
