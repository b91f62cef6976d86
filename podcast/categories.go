package podcast

import (
	"slices"
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

// oldCategories are the categories that Apple replaced in 2019, each with its replacement.
// Many feeds still have them.
var oldCategories = map[string]Category{
	"Literature": "Books", "Management & Marketing": "Management", "Shopping": "Business",
	"Educational Technology": "Education", "Education Technology": "Education", "Higher Education": "Education", "K-12": "Education",
	"Language Courses": "Language Learning", "Training": "Courses", "Games & Hobbies": "Leisure", "Other Games": "Games",
	"Government & Organizations": "Government", "Local": "Government", "National": "Government", "Regional": "Government",
	"Health": "Health & Fitness", "Fitness & Nutrition": "Fitness", "Self-Help": "Self-Improvement", "News & Politics": "News",
	"Other": "Religion & Spirituality", "Science & Medicine": "Science", "Sports & Recreation": "Sports", "Amateur": "Sports",
	"College & High School": "Sports", "Outdoor": "Wilderness", "Professional": "Sports", "Gadgets": "Technology",
	"Podcasting": "Technology", "Software How-To": "Technology", "Software How-to": "Technology", "Family": "Kids & Family",
}

// showCategories reads itunes:category elements. A category that Apple does not have any more
// becomes the one that replaced it; one that it never had becomes its parent.
func (r *importing) showCategories(parts []*elem) (list []Category) {
	add := func(c Category) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	for _, e := range parts {
		parent, ok := r.categoryOf(e)
		if len(e.children) == 0 && ok {
			add(parent)
		}
		for _, child := range e.children {
			if child.name != "itunes:category" {
				r.noField(e.name+"/"+child.name, child.text)
				continue
			}
			if sub, found := r.categoryOf(child); found {
				add(sub)
			} else if ok {
				add(parent)
			}
		}
	}
	return list
}

// categoryOf returns the category that an itunes:category names, and reports another spelling.
func (r *importing) categoryOf(e *elem) (Category, bool) {
	given := e.attr("text")
	name, ok := findCategory(Category(given))
	if !ok {
		name, ok = oldCategories[given]
	}
	switch {
	case !ok:
		r.warn(e.name, given, RuleCategory, "left out; "+perhaps(given, categoryNames)+apple+"itunes:category")
	case given != string(name):
		r.warn(e.name, given, RuleCategory, "mended to "+string(name)+"; "+apple+"itunes:category")
	}
	return name, ok
}
