package destination

import (
	"cmp"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Profile is what a destination requires of a feed. The profiles of this package are values that
// you can read, copy and extend:
//
//	own := destination.Flipboard
//	own.Rules = slices.Concat(own.Rules, []destination.Rule{noQuizzes})
type Profile struct {
	// Name of the destination, "MSN". Each problem begins its Spec with it. Required.
	Name string
	// Bodies is the HTML that the destination accepts. Default: the zero Policy, which is safe.
	Bodies cleanhtml.Policy
	// Rules in the order in which they are checked. Default: none.
	Rules []Rule
}

// Rule is one requirement of a destination. It has a check of the feed, of each article, or both.
type Rule struct {
	// Rule is what a problem breaks, for errors.Is. Required.
	Rule syndicate.Rule
	// Requires states the requirement: "21 to 150 characters". Required.
	Requires string
	// Document is the address or the name of the page that states it. Required.
	Document string
	// Recommended makes problems warnings: the destination accepts the feed or article, but does
	// not promote it, or shows it without a part. Default: false, the destination refuses it.
	Recommended bool
	// Feed checks the feed as a whole and calls report for each problem. Default: nothing.
	Feed func(feed *syndicate.Feed, report Report)
	// Article checks an article of the feed. It is not called for a nil article. Default: nothing.
	Article func(feed *syndicate.Feed, article *syndicate.Article, report Report)
}

// Report reports a problem. Field is the Go field, with an index if it has one, and value its
// value; a long one is shortened.
type Report func(field, value string)

// Check returns what the destination would refuse, and what it would not promote, as warnings: the
// problems of the feed and then those of the articles, in the order of the rules. Each Problem
// names the article, the field, the rule, and in its Spec the destination, the requirement and the
// document. Check does not change the feed. It returns nil if nothing was found.
//
// If a check of a rule panics, that is a problem with the rule [syndicate.RuleExtension].
func (p Profile) Check(feed *syndicate.Feed) []*syndicate.Problem {
	if feed == nil {
		return nil
	}
	c := checking{profile: p, feed: feed}
	c.head()
	for _, a := range feed.Articles {
		if a != nil {
			c.article(a)
		}
	}
	return c.found
}

// checking is one check of a feed.
type checking struct {
	profile Profile
	feed    *syndicate.Feed
	found   []*syndicate.Problem
}

// head runs the checks of the feed.
func (c *checking) head() {
	for _, r := range c.profile.Rules {
		if r.Feed != nil {
			c.run(r, "", func(report Report) { r.Feed(c.feed, report) })
		}
	}
}

// article runs the checks of an article.
func (c *checking) article(a *syndicate.Article) {
	name := cmp.Or(a.URL, a.ID, a.Title)
	for _, r := range c.profile.Rules {
		if r.Article != nil {
			c.run(r, name, func(report Report) { r.Article(c.feed, a, report) })
		}
	}
}

// run runs one check and collects what it reports.
func (c *checking) run(r Rule, article string, check func(Report)) {
	article = withoutPassword(article)
	add := func(field, value string, rule syndicate.Rule) {
		value = withoutPassword(value)
		c.found = append(c.found, &syndicate.Problem{
			Warning: r.Recommended, Article: article, Field: field, Value: findings.Shorten(value), Rule: rule,
			Spec: c.profile.Name + ": " + r.Requires + "; " + r.Document,
		})
	}
	err := findings.Recovered(func() {
		check(func(field, value string) { add(field, value, r.Rule) })
	})
	if err != nil {
		add("Rules", err.Error(), syndicate.RuleExtension)
	}
}

// withoutPassword returns a text, or if that is a URL with a user name or password, the URL without
// them: problems are logged.
func withoutPassword(text string) string {
	if !strings.Contains(text, "://") || !uri.HasUserinfo(text) {
		return text
	}
	absolute, _ := uri.Resolve(nil, text)
	return absolute
}

// softened returns the problems as warnings. A [syndicate.Source] publishes an article whatever a
// destination thinks of it.
func softened(found []*syndicate.Problem) []*syndicate.Problem {
	for _, p := range found {
		p.Warning = true
	}
	return found
}

// Profiles returns the profiles of this package, in the order of their names. Those of [MSN] and
// [SmartNews] are for their zero values.
func Profiles() []Profile {
	all := []Profile{
		AppleNews, Flipboard, Mail, MSN{}.Profile(), NewsBreak, NewsShowcase, SmartNews{}.Profile(),
	}
	slices.SortFunc(all, func(a, b Profile) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all
}
