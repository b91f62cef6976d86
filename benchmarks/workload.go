// Package benchmarks compares syndicate with other ways to write feeds. It generates its articles,
// which are the same in every run: see [Workload].
package benchmarks

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Workload describes a generated publication.
type Workload struct {
	Articles   int
	Categories int // each article is in two of them
	Tags       int // each article has six of them
	Authors    int // each article has one of them
	// Below is the number of categories whose parent is the first one.
	Below int
	// Even distributes the tags so that every tag has the same number of articles. Default: random.
	Even bool
}

// Site returns the site of all workloads. Its feeds have limit articles, whatever their size.
func Site(limit int) syndicate.Site {
	return syndicate.Site{
		URL:         "https://news.example.org/",
		Title:       "The Example Courier",
		Description: "News, analysis and opinion, every day of the year",
		Language:    "en",
		Copyright:   "© The Example Courier",
		Author:      syndicate.Author{Name: "The Example Courier"},
		Logo:        syndicate.Image{URL: "/logo.png", Type: "image/png", Width: 144, Height: 40},
		Icon:        "/icon.png",
		Limit:       limit,
		MaxBytes:    1 << 30,
	}
}

const (
	seed  = 2
	title = 70      // characters of a title
	brief = 300     // characters of a summary
	body  = 4 << 10 // bytes of a body
)

var (
	first = time.Date(2015, time.January, 1, 6, 0, 0, 0, time.UTC)
	// Now is a time after every article of a workload was published.
	Now = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// Generate returns the articles of a workload, oldest first. They are the same in every run.
func Generate(w Workload) []syndicate.Article {
	g := newGenerator(w)
	articles := make([]syndicate.Article, w.Articles)
	for i := range articles {
		articles[i] = g.article(i)
	}
	return articles
}

// Short generates the articles of a workload with only a title and a summary, oldest first.
func Short(w Workload) iter.Seq[syndicate.Article] {
	return func(yield func(syndicate.Article) bool) {
		g := newGenerator(w)
		for i := range w.Articles {
			if !yield(g.short(i)) {
				return
			}
		}
	}
}

// generator makes the articles of a workload, each independently of the others.
type generator struct {
	*terms
	step time.Duration // between two publications
}

func newGenerator(w Workload) generator {
	return generator{newTerms(w), Now.Sub(first) / time.Duration(w.Articles+1)}
}

// begin returns article i without texts and terms, and the random numbers for these.
func (g generator) begin(i int) (syndicate.Article, *rand.Rand) {
	return bare(i, first.Add(time.Duration(i)*g.step)), rand.New(rand.NewPCG(seed, uint64(i)))
}

func (g generator) article(i int) syndicate.Article {
	a, r := g.begin(i)
	a.Title = titleText(r)
	a.Updated = a.Published.Add(time.Duration(1+r.IntN(600)) * time.Minute)
	a.Summary = (&writer{r: r}).text(brief)
	a.Content = bodyHTML(r, i)
	image := fmt.Sprintf("https://news.example.org/media/%d.jpg", i)
	a.Image = syndicate.Image{URL: image, Type: "image/jpeg", Width: 1200, Height: 675}
	g.give(&a, r, i)
	return a
}

// short returns article i with only a title and a summary.
func (g generator) short(i int) syndicate.Article {
	a, r := g.begin(i)
	a.Title = fmt.Sprintf("Short notice %d", i)
	a.Summary = a.Title + ", in a sentence."
	g.give(&a, r, i)
	return a
}

func bare(i int, published time.Time) syndicate.Article {
	published = published.Truncate(time.Second)
	return syndicate.Article{
		ID:        fmt.Sprintf("https://news.example.org/?p=%d", i),
		URL:       fmt.Sprintf("https://news.example.org/%s/article-number-%d/", published.Format("2006/01"), i),
		Published: published,
	}
}

// terms are the categories, tags and authors that the articles of a workload share.
type terms struct {
	even       bool
	categories []syndicate.Category
	tags       []syndicate.Tag
	authors    []syndicate.Author
}

func newTerms(w Workload) *terms {
	t := &terms{even: w.Even, categories: make([]syndicate.Category, w.Categories)}
	for i := range t.categories {
		t.categories[i].Name = fmt.Sprintf("Section %d", i)
		if i > 0 && i <= w.Below {
			t.categories[i].Parent = &t.categories[0]
		}
	}
	for i := range w.Tags {
		t.tags = append(t.tags, syndicate.Tag{Name: fmt.Sprintf("%s %d", words[i%len(words)], i)})
	}
	for i := range w.Authors {
		name := fmt.Sprintf("Ayşe %s %d", strings.ToTitle(words[i%len(words)]), i)
		t.authors = append(t.authors, syndicate.Author{Name: name})
	}
	return t
}

func (t *terms) give(a *syndicate.Article, r *rand.Rand, i int) {
	for _, n := range distinct(r, 2, len(t.categories)) {
		a.Categories = append(a.Categories, t.categories[n])
	}
	a.Authors = []syndicate.Author{t.authors[r.IntN(len(t.authors))]}
	const perArticle = 6
	if t.even {
		for j := range perArticle {
			a.Tags = append(a.Tags, t.tags[(i+j*len(t.tags)/perArticle)%len(t.tags)])
		}
		return
	}
	for _, n := range distinct(r, perArticle, len(t.tags)) {
		a.Tags = append(a.Tags, t.tags[n])
	}
}

// distinct returns count different numbers below n.
func distinct(r *rand.Rand, count, n int) []int {
	var chosen []int
	seen := map[int]bool{}
	for len(chosen) < count {
		if c := r.IntN(n); !seen[c] {
			seen[c] = true
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// words are parts of the names of tags and authors.
var words = strings.Fields(`the of minister said after a meeting in which parliament court police border report
	according to documents published on Monday officials denied that any agreement had been signed and
	company exports increased while opposition asked for an inquiry into contracts worth millions
	newspaper journalists were told not by government spokesman who refused comment until evidence from
	prosecutors is shown investigation continues with several suspects`)

func titleText(r *rand.Rand) string {
	text := (&writer{r: r}).text
	switch r.IntN(4) {
	case 0:
		return text(title/2-1) + " & " + text(title/2-1)
	case 1:
		return `"` + text(title/2) + `" – ` + text(title/2-5)
	}
	return text(title)
}

// bodyHTML returns a body with 45 tags, 20 `&` and 40 quotes that cleaning does not change.
func bodyHTML(r *rand.Rand, i int) string {
	const paragraphs = 12
	w := &writer{r: r}
	var b strings.Builder
	b.Grow(body + 512)
	ampersands, quotes := 20, 12
	for p := range paragraphs {
		b.WriteString("<p>")
		if p == 0 {
			fmt.Fprintf(&b, `<img src="https://news.example.org/media/%d-1.jpg" alt="%s">`, i, w.word())
		}
		if p%2 == 1 {
			fmt.Fprintf(&b, `<a href="https://www.example.com/%d/%d">%s</a> `, i, p, w.text(20))
		}
		if p%3 == 1 {
			fmt.Fprintf(&b, `<strong>%s</strong> `, w.text(15))
		}
		for end := (p + 1) * body / paragraphs; b.Len() < end-4; {
			switch k := r.IntN(60); {
			case k < 12 && ampersands > (paragraphs-1-p)*20/paragraphs:
				b.WriteString("&amp; ")
				ampersands--
			case k < 20 && quotes > (paragraphs-1-p):
				b.WriteString(`"` + w.word() + `" `)
				quotes--
			default:
				b.WriteString(w.word() + " ")
			}
		}
		b.WriteString("end.</p>")
	}
	return b.String()
}
