package sqlquery_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// post is how a content management system keeps an article.
type post struct {
	Key      int
	Headline string
	Section  string
	Live     time.Time
}

// A function makes articles of whatever there is: rows of an ORM, answers of an API.
func ExampleSource() {
	posts := []post{
		{4711, "Turkey may send its police to Azerbaijan", "Police", time.Date(2022, 3, 30, 9, 0, 0, 0, time.UTC)},
		{4712, "Under embargo", "Military", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)},
		{4713, "Never dated", "Military", time.Time{}},
	}
	source := &sqlquery.Query{
		Site: syndicate.Site{URL: "https://www.nordicmonitor.com/", Title: "Nordic Monitor", Language: "en"},
		Articles: func(ctx context.Context) iter.Seq2[syndicate.Article, error] {
			return func(yield func(syndicate.Article, error) bool) {
				for _, p := range posts {
					article := syndicate.Article{
						ID: fmt.Sprint(p.Key), URL: fmt.Sprintf("/%d/", p.Key), Title: p.Headline, Published: p.Live,
						Categories: []syndicate.Category{{Name: p.Section}},
					}
					if !yield(article, nil) {
						return
					}
				}
			}
		},
		OnError: func(err error) { fmt.Println("left out:", errors.Is(err, syndicate.RuleMissing)) },
	}
	for info, err := range source.Scopes(context.Background()) {
		fmt.Println(info.Scope, info.Count, err)
	}

	posts[0].Headline = "Turkey sends its police to Azerbaijan"
	posts = posts[:1]
	fmt.Println(source.Reload(context.Background()))
	feed, err := source.Feed(context.Background(), syndicate.InCategory("police"))
	fmt.Println(feed.Articles[0].Title, err)
	_, err = source.Feed(context.Background(), syndicate.WithTag("turkey"))
	fmt.Println(errors.Is(err, syndicate.ErrNotFound))
	// Output:
	// left out: true
	// site 1 <nil>
	// category/police 1 <nil>
	// <nil>
	// Turkey sends its police to Azerbaijan <nil>
	// true
}
