// Package newsroom provides the articles that the examples publish. It stands in for the content
// management system of a news site. The facts are taken from pages of Nordic Monitor; the bodies
// are invented.
//
// [Load] shows the usual work of an application: to convert its own types to [syndicate.Site] and
// [syndicate.Article].
package newsroom

import (
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/media"
)

// content is newsroom.json, which lists everything, and an HTML file for the body of each article.
//
//go:embed newsroom.json bodies
var content embed.FS

// room has the structure of newsroom.json. It is what the content management system would store,
// so its names differ from those of syndicate.
type room struct {
	Site struct {
		Title, URL, Description, Publisher, Language string
	}
	// Categories refer to their parents, and articles to authors and categories, by name. A slug
	// or URL is empty unless it differs from the one that syndicate derives.
	Categories []struct{ Name, Slug, Parent string }
	Authors    []struct{ Name, Slug, URL string }
	Articles   []struct {
		ID, URL, Headline, Summary, Body string
		Published, Updated, Expires      time.Time
		Draft                            bool
		Authors, Categories, Tags        []string
		Image                            syndicate.Image
		Enclosures                       []struct {
			URL, Type      string
			Size, Duration int64
		}
	}
}

// Load returns the site and all of its articles, drafts and embargoed articles included.
func Load() (syndicate.Site, []syndicate.Article, error) {
	var r room
	data, err := content.ReadFile("newsroom.json")
	if err != nil {
		return syndicate.Site{}, nil, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return syndicate.Site{}, nil, fmt.Errorf("newsroom.json: %w", err)
	}
	// Nothing is checked here: that is the task of the archive, which reports every fault at once.
	articles, err := r.articles()
	return r.site(), articles, err
}

// site returns the settings of the publication. All others keep their defaults. TagAuthority and
// the articles' IDs together make ids that stay the same even if the site gets a new domain.
func (r *room) site() syndicate.Site {
	return syndicate.Site{
		URL:          r.Site.URL,
		Title:        r.Site.Title,
		Description:  r.Site.Description,
		Language:     r.Site.Language,
		Author:       syndicate.Author{Name: r.Site.Publisher},
		TagAuthority: "nordicmonitor.com,2019",
		Limit:        5, // small, so that the feeds have archive pages
		Extensions:   []syndicate.Extension{media.Images{}},
	}
}

// articles converts the articles. The body of each is a separate file.
func (r *room) articles() ([]syndicate.Article, error) {
	// Articles refer to categories and authors by name.
	categories := r.categories()
	// An author is a value, so several articles can share it.
	authors := map[string]syndicate.Author{}
	for _, a := range r.Authors {
		authors[a.Name] = syndicate.Author{Name: a.Name, Slug: a.Slug, URL: a.URL}
	}
	articles := make([]syndicate.Article, 0, len(r.Articles))
	for _, from := range r.Articles {
		body, err := content.ReadFile("bodies/" + from.Body)
		if err != nil {
			return nil, fmt.Errorf("article %s: %w", from.ID, err)
		}
		// Most fields have the same meaning. HTML bodies become Content; syndicate cleans them.
		a := syndicate.Article{
			ID:        from.ID,
			URL:       from.URL,
			Title:     from.Headline,
			Summary:   from.Summary,
			Content:   string(body),
			Published: from.Published,
			Updated:   from.Updated,
			Expires:   from.Expires,
			Draft:     from.Draft,
			Tags:      syndicate.Tags(from.Tags...),
			Image:     from.Image,
		}
		// The order is kept. Feeds list authors and categories in it.
		for _, name := range from.Authors {
			a.Authors = append(a.Authors, authors[name])
		}
		for _, name := range from.Categories {
			a.Categories = append(a.Categories, *categories[name])
		}
		// A podcast episode or video; durations are stored in seconds.
		for _, e := range from.Enclosures {
			a.Enclosures = append(a.Enclosures, syndicate.Enclosure{
				URL: e.URL, Type: e.Type, Size: e.Size, Duration: time.Duration(e.Duration) * time.Second,
			})
		}
		articles = append(articles, a)
	}
	return articles, nil
}

// categories returns all categories by name, each with its parent.
func (r *room) categories() map[string]*syndicate.Category {
	categories := map[string]*syndicate.Category{}
	for _, c := range r.Categories {
		categories[c.Name] = &syndicate.Category{Name: c.Name, Slug: c.Slug}
	}
	// The parents are set in a second pass, because a child may come before its parent.
	for _, c := range r.Categories {
		categories[c.Name].Parent = categories[c.Parent] // nil at the top level
	}
	return categories
}
