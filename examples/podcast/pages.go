package main

import (
	"bytes"
	"context"
	_ "embed" // for the page of an episode
	"html/template"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/podcast"
)

// episodePolicy lets a page play what is on its own server, and nothing else.
const episodePolicy = "default-src 'none'; media-src 'self'; frame-ancestors 'none'"

//go:embed episode.html
var episodeHTML string

var episodeTemplate = template.Must(template.New("episode").Parse(episodeHTML))

// pages returns what people see, by its path: a page of the show with a player for each episode,
// and a page for each episode. A private show has only the latter, because the former names the
// public address of the feed.
func pages(private bool) map[string]feedhttp.Page {
	all := map[string]feedhttp.Page{
		stylesPath: {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
	}
	for _, e := range entries {
		all[episodePath(e.slug)] = feedhttp.Page{
			ContentSecurityPolicy: episodePolicy,
			Append: func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
				return appendEpisode(ctx, dst, source, e, private)
			},
		}
	}
	if !private {
		// The page of all feeds, with words for a show.
		all[""] = feedhttp.Page{
			ContentType:           feedpage.ContentType,
			ContentSecurityPolicy: feedpage.ContentSecurityPolicy(),
			Append: feedpage.Index{Newest: 10, Texts: feedpage.Texts{
				Language: "en", Feeds: "Podcast", Everything: "Episodes", Newest: "Newest",
				Intro:   "Listen here, or copy the address of the feed and paste it into a podcast app.",
				Article: "episode", Articles: "episodes", Copy: "Copy", Copied: "Copied",
			}}.Append,
		}
	}
	return all
}

// appendEpisode appends the page of an episode. The feed of the show has the article as it was
// checked and cleaned, with the addresses of its files.
func appendEpisode(
	ctx context.Context, dst []byte, source syndicate.Source, e entry, private bool,
) ([]byte, error) {
	feed, err := source.Feed(ctx, syndicate.Everything())
	if err != nil {
		return dst, err
	}
	for _, article := range feed.Articles {
		if article.ID != idOf(e.slug) {
			continue // another episode
		}
		page := struct {
			*syndicate.Article
			Links, Notes template.HTML // the links to the feed
			Show         string
			Files        []syndicate.Enclosure // chapters and transcripts
		}{
			Article: article, Notes: template.HTML(article.Content), Show: feed.Title,
			// The chapters and transcripts have addresses that the show knows.
			Files: feed.Extensions[0].(podcast.Show).Companions(article),
		}
		if !private {
			// Browsers and apps find the feed by a link in the head of each page.
			links, err := feedpage.Alternates(ctx, source)
			if err != nil {
				return dst, err
			}
			page.Links = links.HTML()
		}
		// The template escapes what is no HTML yet.
		html := bytes.NewBuffer(dst)
		err := episodeTemplate.Execute(html, page)
		return html.Bytes(), err
	}
	return dst, &syndicate.ScopeError{Err: syndicate.ErrNotFound}
}
