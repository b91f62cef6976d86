// Gorilla is an old program that moved over: it goes on filling the types of github.com/gorilla/feeds,
// turns them into a syndicate.Feed once, and adds what those types have no room for.
//
//	go run . -out public
//
// writes rss.xml, atom.xml and feed.json to a folder; without -out they go to standard output. With
// -newsletter it goes the other way: a feed of an archive, edited by code that knows gorilla's types.
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
)

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

func run(stdout io.Writer, folder string) error {
	feed := complete(syndicate.FromGorilla(oldFeed()))
	if err := syndicate.Refused(feed.Validate()); err != nil {
		return err
	}
	for _, format := range syndicate.Formats {
		if err := write(stdout, folder, feed, format); err != nil {
			return err
		}
	}
	return nil
}

func printNewsletter(ctx context.Context, stdout io.Writer) error {
	archive, err := newArchive()
	if err != nil {
		return err
	}
	feed, err := detour(ctx, archive, syndicate.InCategory("military"))
	if err != nil {
		return err
	}
	return feed.Write(stdout, syndicate.RSS)
}

// oldFeed is what the program has done all along.
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

// complete adds what gorilla's types have no room for.
func complete(feed *syndicate.Feed) *syndicate.Feed {
	feed.Self = [3]string{
		syndicate.RSS:  "https://www.nordicmonitor.com/rss.xml",
		syndicate.Atom: "https://www.nordicmonitor.com/atom.xml",
		syndicate.JSON: "https://www.nordicmonitor.com/feed.json",
	}
	feed.Language = "en"
	military := &syndicate.Category{Name: "Military"}
	for _, article := range feed.Articles {
		article.Categories = []*syndicate.Category{military}
	}
	feed.Articles[0].Tags = syndicate.Tags("Azerbaijan", "Turkey")
	feed.Articles[0].Authors = append(feed.Articles[0].Authors, syndicate.Author{Name: "Levent Kenez"})
	return feed
}

func write(stdout io.Writer, folder string, feed *syndicate.Feed, format syndicate.Format) error {
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

// detour is the other way: an archive's feed for code that only knows gorilla's types. The head of the
// feed stays what it was; the articles come back with what gorilla has fields for.
func detour(ctx context.Context, source syndicate.Source, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := source.Feed(ctx, scope)
	if err != nil {
		return nil, err
	}
	old := feed.Gorilla()
	newsletterOrder(old)
	feed.Articles = syndicate.FromGorilla(old).Articles
	return feed, nil
}

// newsletterOrder is old code that nobody wants to touch.
func newsletterOrder(feed *feeds.Feed) {
	feed.Sort(func(a, b *feeds.Item) bool { return a.Title < b.Title })
	for n, item := range feed.Items {
		item.Title = fmt.Sprintf("%d. %s", n+1, item.Title)
	}
}

// newArchive holds the same articles, as the program will when the rest of it has moved.
func newArchive() (*syndicate.Archive, error) {
	feed := complete(syndicate.FromGorilla(oldFeed()))
	site := syndicate.Site{URL: feed.URL, Title: feed.Title, Description: feed.Description, Language: feed.Language}
	var articles []syndicate.Article
	for _, article := range feed.Articles {
		articles = append(articles, *article)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	return archive, syndicate.Refused(err)
}
