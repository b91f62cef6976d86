// Gorilla is a program that moved from github.com/gorilla/feeds. It still fills in gorilla's types,
// converts them into a syndicate.Feed once, and adds what those types have no fields for.
//
//	go run ./examples/gorilla -out public
//
// writes rss.xml, atom.xml and feed.json to a folder. Without -out the program prints them. With
// -newsletter it shows the other direction: old code edits the feed of an archive in gorilla's
// types.
//
// To move a program:
//
//  1. Replace feed.ToRss() by syndicate.FromGorilla(feed).Write(w, syndicate.RSS).
//  2. Set Feed.Self, the feed's own address in each format.
//  3. Keep the ids of the Atom feed if it has subscribers: see keepIDs.
//  4. Add categories, tags and further authors: see complete.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/gorilla/feeds"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

// main parses the command line.
func main() {
	out := flag.String("out", "", "folder for the three feeds; default standard output")
	newsletter := flag.Bool("newsletter", false, "print the feed of a category in the order of the newsletter instead")
	flag.Parse()
	var err error
	if *newsletter {
		err = printNewsletter(context.Background(), os.Stdout)
	} else {
		err = run(os.Stdout, *out)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run writes the feed in every format, to a folder or to stdout.
func run(stdout io.Writer, folder string) error {
	for _, format := range syndicate.Formats() {
		// The old code fills in a feed, and one line converts it. The rest is optional.
		old := oldFeed()
		if format == syndicate.Atom {
			keepIDs(old)
		}
		feed := syndicate.FromGorilla(old)
		complete(feed)
		// Warnings say what this format cannot hold. Other problems make the feed invalid.
		for _, problem := range feed.Validate(format) {
			if !problem.Warning {
				return problem
			}
		}
		if err := write(stdout, folder, feed, format); err != nil {
			return err
		}
	}
	return nil
}

// printNewsletter prints the feed of a category in the order of the newsletter.
func printNewsletter(ctx context.Context, stdout io.Writer) error {
	archive, err := newArchive()
	if err != nil {
		return err
	}
	feed, err := sorted(ctx, archive, syndicate.InCategory("military"))
	if err != nil {
		return err
	}
	return feed.Write(stdout, syndicate.RSS)
}

// oldFeed returns the feed that the program has always filled in.
func oldFeed() *feeds.Feed {
	feed := &feeds.Feed{
		Title:       "Nordic Monitor",
		Link:        &feeds.Link{Href: "https://www.nordicmonitor.com/"},
		Description: "Extremism, military, terrorism and crime, intelligence, foreign policy",
		Author:      &feeds.Author{Name: "Nordic Monitor"},
	}
	feed.Add(&feeds.Item{
		Title:       "Turkey may send its police to Azerbaijan",
		Link:        &feeds.Link{Href: "https://www.nordicmonitor.com/2022/03/turkey-may-send-its-police-to-azerbaijan/"},
		Author:      &feeds.Author{Name: "Abdullah Bozkurt"},
		Created:     time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC),
		Description: "Ankara and Baku have amended an agreement.",
		Content:     "<p>Ankara and Baku have <em>amended</em> an agreement.</p>",
	})
	// Gorilla leaves the file out of RSS, because its length is unknown.
	feed.Add(&feeds.Item{
		Title:       "A budget for R&D",
		Link:        &feeds.Link{Href: "https://www.nordicmonitor.com/2022/03/budget/"},
		Author:      &feeds.Author{Name: "Levent Kenez"},
		Created:     time.Date(2022, 3, 28, 12, 30, 0, 0, time.UTC),
		Description: "What the ministry asks for, and what for.",
		Enclosure:   &feeds.Enclosure{Url: "https://www.nordicmonitor.com/files/budget.pdf", Type: "application/pdf"},
	})
	return feed
}

// keepIDs gives each item the id that gorilla/feeds wrote into Atom for it, so that readers of the
// Atom feed do not show old items once more. Gorilla derives that id from the item's day of change
// and path. In RSS it wrote no ids, and readers went by the address, which is the id that
// syndicate writes. Only items that were published before the move need this.
func keepIDs(feed *feeds.Feed) {
	for n, entry := range (&feeds.Atom{Feed: feed}).AtomFeed().Entries {
		feed.Items[n].Id = entry.Id
	}
}

// complete adds what gorilla's types have no fields for.
func complete(feed *syndicate.Feed) {
	feed.Self = syndicate.Links{
		RSS:  "https://www.nordicmonitor.com/rss.xml",
		Atom: "https://www.nordicmonitor.com/atom.xml",
		JSON: "https://www.nordicmonitor.com/feed.json",
	}
	feed.Language = "en"
	// Clean resolves relative links in the bodies and removes scripts. It copies the articles.
	feed.Clean(cleanhtml.Policy{})
	for _, article := range feed.Articles {
		article.Categories = syndicate.Categories("Military")
	}
	// An article has any number of tags and authors.
	first := feed.Articles[0]
	first.Tags = syndicate.Tags("Azerbaijan", "Turkey")
	first.Authors = append(first.Authors, syndicate.Author{Name: "Levent Kenez"})
}

// write writes the feed in one format, to a folder or to stdout.
func write(stdout io.Writer, folder string, feed *syndicate.Feed, format syndicate.Format) error {
	// Write takes any io.Writer, such as an http.ResponseWriter. Append returns the bytes.
	if folder == "" {
		return feed.Write(stdout, format)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	name := filepath.Join(folder, format.FileName())
	if err := os.WriteFile(name, feed.Append(nil, format), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintln(stdout, name)
	return err
}

// sorted returns the feed of a scope after the old code has edited its articles. The title, the
// addresses and the rest of the feed's head stay those of the source; the articles keep what
// gorilla's types have fields for.
func sorted(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := source.Feed(ctx, scope)
	if err != nil {
		return nil, err
	}
	// Gorilla returns a copy, so the old code can do what it likes with it.
	old := feed.Gorilla()
	newsletterOrder(old)
	feed.Articles = syndicate.FromGorilla(old).Articles
	return feed, nil
}

// newsletterOrder is old code that stays as it is.
func newsletterOrder(feed *feeds.Feed) {
	feed.Sort(func(a, b *feeds.Item) bool { return a.Title < b.Title })
	for n, item := range feed.Items {
		item.Title = fmt.Sprintf("%d. %s", n+1, item.Title)
	}
}

// newArchive returns an archive of the same articles. It has a feed for each category, tag and
// author.
func newArchive() (*syndicate.Archive, error) {
	feed := syndicate.FromGorilla(oldFeed())
	complete(feed)
	// What is the same for all feeds is in the site.
	site := syndicate.Site{URL: feed.URL, Title: feed.Title, Description: feed.Description, Language: feed.Language}
	var articles []syndicate.Article
	for _, article := range feed.Articles {
		articles = append(articles, *article)
	}
	return syndicate.NewArchive(site, articles...)
}
