package syndicate_test

// What an article costs when it enters: of 20,000 that are loaded most are never encoded, but each is checked.

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

// BenchmarkPublicationArticle checks 100 articles in rotation, each in two of 12 categories and with six of 400 tags.
func BenchmarkPublicationArticle(b *testing.B) {
	for _, size := range []int{0, 4 << 10} {
		articles := newsArticles(100, size)
		b.Run(fmt.Sprintf("body=%d", size), func(b *testing.B) {
			site := checkedSite(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := site.Article(articles[i%len(articles)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPublicationArticleOfManyTags has 50,000 tags, more than a site remembers, and addresses without a host.
func BenchmarkPublicationArticleOfManyTags(b *testing.B) {
	articles := newsArticles(10_000, 0)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range articles {
		a := &articles[i]
		a.URL, a.Image.URL, a.Image.Type = a.URL[len("https://example.com"):], a.Image.URL[len("https://example.com"):], ""
		for j := range a.Tags {
			a.Tags[j].Name = fmt.Sprintf("Konu Çalışma %d", r.IntN(50_000))
		}
	}
	site := checkedSite(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := site.Article(articles[i%len(articles)]); err != nil {
			b.Fatal(err)
		}
	}
}

// An ordinary article costs itself, what encodings will be kept in, and its lists of categories, tags and authors.
func TestAnOrdinaryArticleCostsFewAllocations(t *testing.T) {
	articles := newsArticles(100, 4<<10)
	site := checkedSite(t)
	check := func() {
		for _, a := range articles {
			if _, err := site.Article(a); err != nil {
				t.Fatal(err)
			}
		}
	}
	check() // the site sees its terms
	assert.LessOrEqual(t, testing.AllocsPerRun(10, check)/float64(len(articles)), 20.0)
}

// newsArticles returns articles that nothing is wrong with, as the site of [checkedSite] has them.
func newsArticles(count, bodySize int) []syndicate.Article {
	words := strings.Fields(`the of minister said after a meeting in which parliament court police border report
		according to documents published on Monday officials denied that any agreement had been signed Çavuşoğlu
		görüşmeler büyükelçiliği İstanbul güvenliği`)
	r := rand.New(rand.NewPCG(2, 2))
	text := func(size int) string {
		var b strings.Builder
		for b.Len() < size {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return strings.TrimSpace(b.String())
	}
	categories := make([]syndicate.Category, 12)
	for i := range categories {
		categories[i].Name = fmt.Sprintf("Section %d", i)
		if i%3 == 2 {
			categories[i].Parent = &categories[i-1]
		}
	}
	articles := make([]syndicate.Article, count)
	for i := range articles {
		published := midday.AddDate(0, 0, i%1000)
		a := syndicate.Article{
			ID:    fmt.Sprintf("https://example.com/?p=%d", i),
			URL:   fmt.Sprintf("https://example.com/%s/article-number-%d/", published.Format("2006/01"), i),
			Title: text(70), Summary: text(300), Published: published, Updated: published.Add(time.Hour),
			Authors:    []syndicate.Author{{Name: fmt.Sprintf("Ayşe Yılmaz %d", i%60)}},
			Categories: []syndicate.Category{categories[i%12], categories[(i+5)%12]},
			Image:      syndicate.Image{URL: fmt.Sprintf("https://example.com/media/%d.jpg", i), Type: "image/jpeg", Width: 1200, Height: 675},
		}
		for j := range 6 {
			n := (i + j*400/6) % 400
			a.Tags = append(a.Tags, syndicate.Tag{Name: fmt.Sprintf("%s %d", words[n%len(words)], n)})
		}
		if bodySize > 0 {
			a.Content = "<p>" + text(bodySize) + "</p>"
		}
		articles[i] = a
	}
	return articles
}
