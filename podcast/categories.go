package podcast

import (
	"strings"
	"unicode"

	"github.com/syndicate-go/syndicate"
)

// Category is a category or subcategory of Apple Podcasts, spelled as Apple does: "News",
// "Tech News", "Society & Culture". A subcategory needs no parent, because its name is unique;
// "News/Tech News" is accepted too. [Categories] returns all of them.
type Category string

// taxonomy holds Apple's categories: a category in each line, and its subcategories behind a colon.
// https://podcasters.apple.com/support/1691-apple-podcasts-categories
const taxonomy = `Arts: Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts
Business: Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit
Comedy: Comedy Interviews, Improv, Stand-Up
Education: Courses, How To, Language Learning, Self-Improvement
Fiction: Comedy Fiction, Drama, Science Fiction
Government
History
Health & Fitness: Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality
Kids & Family: Education for Kids, Parenting, Pets & Animals, Stories for Kids
Leisure: Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games
Music: Music Commentary, Music History, Music Interviews
News: Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News
Religion & Spirituality: Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality
Science: Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, Physics, Social Sciences
Society & Culture: Documentary, Personal Journals, Philosophy, Places & Travel, Relationships
Sports: Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, Swimming, Tennis, Volleyball, Wilderness, Wrestling
Technology
True Crime
TV & Film: After Shows, Film History, Film Interviews, Film Reviews, TV Reviews`

// The names in the order of the taxonomy, the parents of the subcategories, and the names by their
// keys.
var (
	categoryNames   []string
	categoryParents = map[Category]Category{}
	categoryKeys    = map[string]Category{}
)

// init fills the tables from the taxonomy, so that each name is written down once.
func init() {
	for line := range strings.Lines(taxonomy) {
		parent, subs, _ := strings.Cut(strings.TrimSpace(line), ": ")
		addCategory(parent)
		for _, sub := range strings.FieldsFunc(subs, func(r rune) bool { return r == ',' }) {
			sub = strings.TrimSpace(sub)
			addCategory(sub)
			categoryParents[Category(sub)] = Category(parent)
		}
	}
}

// addCategory adds a name to the list and to the keys.
func addCategory(name string) {
	categoryNames = append(categoryNames, name)
	categoryKeys[categoryKey(name)] = Category(name)
}

// categoryKey returns a name without what people write differently: case, signs, and the word for
// the sign.
func categoryKey(name string) string {
	name = strings.NewReplacer("&amp;", "", " and ", "").Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, name)
}

// Categories returns every category of Apple Podcasts, each followed by its subcategories.
func Categories() []Category {
	all := make([]Category, len(categoryNames))
	for i, name := range categoryNames {
		all[i] = Category(name)
	}
	return all
}

// Parent returns the category that a subcategory belongs to, "" for one without a parent.
func (c Category) Parent() Category { return categoryParents[c] }

// categories writes the categories, each of them once. An unknown one is refused rather than left
// out, because directories file a show by it; another spelling is mended.
func (o *output) categories(field string, list []Category) {
	const spec = apple + "itunes:category"
	known := map[Category]bool{}
	for i, given := range list {
		found := len(o.Found)
		switch name, ok := findCategory(given); {
		case !ok:
			o.Refuse("", string(given), RuleCategory, perhaps(lastPart(given), categoryNames)+spec)
		case known[name]:
			o.Warn("", string(given), "listed twice", "left out; "+spec)
		default:
			if lastPart(given) != string(name) {
				o.Warn("", string(given), RuleCategory, "mended to "+string(name)+"; "+spec)
			}
			known[name] = true
			o.category(name)
		}
		o.Element(field, i, found)
	}
	if len(known) == 0 {
		o.Refuse(field, "", syndicate.RuleMissing, spec)
	}
}

// category writes a category, a subcategory inside of its parent.
func (o *output) category(name Category) {
	parent := name.Parent()
	if parent == "" {
		o.w.Empty("itunes:category", attr("text", string(name)))
		return
	}
	o.w.Start("itunes:category", attr("text", string(parent)))
	o.w.Empty("itunes:category", attr("text", string(name)))
	o.w.End()
}

// findCategory returns the category that a text means.
func findCategory(given Category) (Category, bool) {
	name, ok := categoryKeys[categoryKey(lastPart(given))]
	return name, ok
}

// lastPart returns the subcategory of "News/Tech News" or "News > Tech News".
func lastPart(given Category) string {
	return strings.TrimSpace(string(given[strings.LastIndexAny(string(given), "/>")+1:]))
}
