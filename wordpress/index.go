package wordpress

import (
	"hash/maphash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// index is what posts refer to. It alone grows with the export: by its authors, terms and attachments, and by
// eight bytes for each post's id.
type index struct {
	r     *reading
	used  int // bytes of memory, about
	built int // of those, what was there before the posts

	authors     map[string]syndicate.Author // by login
	declared    map[string]*declaredTerm    // categories, by slug
	order       []*declaredTerm
	categories  map[string]*syndicate.Category // by slug; nil for one that cannot be in an address
	tags        map[string]syndicate.Tag       // by slug
	attachments map[int64]attachment
	children    map[int64][]child // attachments by the post that they were uploaded for
	seed        maphash.Seed
	taken       map[uint64]string // ids of articles, as hashes, and the posts that have them
	offset      *time.Location    // the site's time zone, as the last post with both dates had it
}

// declaredTerm is a category as the head of an export has it.
type declaredTerm struct {
	slug, name, parent, description string
	line, offset                    int64 // where it stands; 0 for one that was not declared
	category                        *syndicate.Category
	state                           termState
	depth                           int // 1 for one without a parent
}

type termState int

const (
	unresolved termState = iota
	resolving
	resolved
)

// attachment is a picture or other file.
type attachment struct {
	url, alt      string
	width, height int
}

type child struct{ order, id int64 }

// entrySize is what an entry of the index costs besides its text, about.
const entrySize = 120

func newIndex(r *reading) *index {
	return &index{
		r:           r,
		authors:     map[string]syndicate.Author{},
		declared:    map[string]*declaredTerm{},
		categories:  map[string]*syndicate.Category{},
		tags:        map[string]syndicate.Tag{},
		attachments: map[int64]attachment{},
		children:    map[int64][]child{},
		seed:        maphash.MakeSeed(),
		taken:       map[uint64]string{},
	}
}

// charge counts memory; an error when it is more than the limit.
func (x *index) charge(texts ...string) error {
	x.used += entrySize
	for _, text := range texts {
		x.used += len(text)
	}
	if x.used > x.r.memory {
		return &Problem{Line: x.r.in.line(), Offset: x.r.in.offset(), Rule: RuleIndex}
	}
	return nil
}

// forget makes the index ready for another reading of the posts.
func (x *index) forget() {
	clear(x.taken)
	x.used = x.built
}

// readAuthor reads a wp:author. Its e-mail address is not looked at (WXR-2).
func (x *index) readAuthor() error {
	var login string
	var display, first, last value
	err := x.r.p.children(func(in space, local string, _ token) (err error) {
		var v value
		if in == wpSpace && strings.HasPrefix(local, "author_") && local != "author_email" {
			v, err = x.r.p.text(longestField)
		} else {
			return x.r.p.skip()
		}
		switch local {
		case "author_login":
			login = v.trimmed()
		case "author_display_name":
			display = v
		case "author_first_name":
			first = v
		case "author_last_name":
			last = v
		}
		return err
	})
	if err != nil || login == "" {
		return err
	}
	name := display.plain()
	if name == "" || isMail(name) {
		name = strings.TrimSpace(first.plain() + " " + last.plain())
	}
	author, ok := x.newAuthor(login, name)
	if !ok {
		x.r.tell(&Problem{Line: x.r.in.line(), Offset: x.r.in.offset(), Field: "wp:author_display_name", Rule: RuleMailAsName})
	}
	if _, known := x.authors[login]; known {
		return nil
	}
	x.authors[login] = author
	if plain := plainLogin(login); plain != login {
		if _, known := x.authors[plain]; !known {
			x.authors[plain] = author
		}
	}
	return x.charge(login, author.Name, author.Slug)
}

// newAuthor returns the author behind a login, whose address in WordPress is made of that; ok is false, and the
// author has no name, when an e-mail address is all there is.
func (x *index) newAuthor(login, name string) (author syndicate.Author, ok bool) {
	if isMail(name) {
		name = ""
	}
	author = syndicate.Author{Name: name}
	if isMail(login) {
		return author, name != ""
	}
	if name == "" {
		author.Name = login
	}
	slug := syndicate.Author{Name: login}.Scope().Key()
	if author.Scope().Key() != slug && validSlug("author/", slug) {
		author.Slug = slug
	}
	return author, true
}

// notInLogins is what is not among what WordPress's own importer keeps of a login.
var notInLogins = regexp.MustCompile(`[^A-Za-z0-9 _.\-@]`)

func plainLogin(login string) string {
	return strings.TrimSpace(notInLogins.ReplaceAllString(login, ""))
}

// author returns the author with a login.
func (x *index) author(login string) (author syndicate.Author, declared bool) {
	if author, ok := x.authors[login]; ok {
		return author, true
	}
	if author, ok := x.authors[plainLogin(login)]; ok {
		return author, true
	}
	author, _ = x.newAuthor(strings.Trim(plainText(login), `<>"'& `), "")
	return author, false
}

// readTerm reads a wp:category, wp:tag or wp:term.
func (x *index) readTerm(element string) error {
	var slug, name, parent, description, taxonomy value
	line, offset := x.r.in.line(), x.r.in.offset()
	taxonomy.text = element
	err := x.r.p.children(func(in space, local string, _ token) (err error) {
		var field *value
		if in == wpSpace {
			switch local {
			case "category_nicename", "tag_slug", "term_slug":
				field = &slug
			case "cat_name", "tag_name", "term_name":
				field = &name
			case "category_parent", "term_parent":
				field = &parent
			case "category_description", "tag_description", "term_description":
				field = &description
			case "term_taxonomy":
				field = &taxonomy
			}
		}
		if field == nil {
			return x.r.p.skip()
		}
		*field, err = x.r.p.text(longestField)
		return err
	})
	if err != nil {
		return err
	}
	t := declaredTerm{
		slug: slugKey(slug.text), name: name.plain(), parent: slugKey(parent.text), description: description.plain(),
		line: line, offset: offset,
	}
	switch taxonomy.trimmed() {
	case "category":
		return x.addCategory(t)
	case "tag", "post_tag":
		return x.addTag(t)
	}
	return nil // a menu or a taxonomy of a plug-in
}

func (x *index) addCategory(t declaredTerm) error {
	if known := x.declared[t.slug]; known != nil {
		if known.parent == "" { // declared as wp:category and as wp:term
			known.parent = t.parent
		}
		return nil
	}
	x.declared[t.slug] = &t
	x.order = append(x.order, &t)
	return x.charge(t.slug, t.slug, t.name, t.parent, t.description)
}

func (x *index) addTag(t declaredTerm) error {
	if _, known := x.tags[t.slug]; known {
		return nil
	}
	tag := syndicate.Tag{Name: t.name, Slug: t.slug, Description: t.description}
	if tag.Name == "" {
		tag.Name = t.slug
	}
	if tag.Slug = x.slug("tag/", "wp:tag_slug", &t); tag.Slug == "" {
		tag.Name = ""
	}
	x.tags[t.slug] = tag
	return x.charge(t.slug, t.name, t.description)
}

// slug returns a term's slug or, when that cannot be part of an address, what its name makes; "" when that cannot
// either.
func (x *index) slug(kind, field string, t *declaredTerm) string {
	if t.slug != "" && validSlug(kind, t.slug) {
		return t.slug
	}
	made := syndicate.Tag{Name: t.name}.Scope().Key()
	if !validSlug(kind, made) {
		made = ""
	}
	if t.slug != "" || made == "" {
		t.report(x.r, field, t.slug, RuleBadSlug)
	}
	return made
}

// report tells of a problem with a term.
func (t *declaredTerm) report(r *reading, field, value string, rule Rule) {
	r.tell(&Problem{Line: t.line, Offset: t.offset, Field: field, Value: shorten(value), Rule: rule})
}

// validSlug reports whether a slug can be part of an address.
func validSlug(kind, slug string) bool {
	scope, err := syndicate.ParseScope(kind + slug)
	return err == nil && scope.Key() != "" && !strings.Contains(slug, "/")
}

// slugKey returns a slug of WordPress in the form that slugs are compared in.
func slugKey(slug string) string {
	if slug = unescapeSlug(slug); slug == "" {
		return ""
	}
	return syndicate.WithTag(slug).Key()
}

// build makes the categories, each with its parent, of what was declared.
func (x *index) build() {
	for _, t := range x.order {
		x.resolve(t)
	}
	x.declared, x.order = nil, nil
	x.built = x.used
}

// resolve makes a category and those above it. A chain of parents that does not end is cut.
func (x *index) resolve(t *declaredTerm) {
	const deepest = 50 // as package syndicate allows
	var chain []*declaredTerm
	for t != nil && t.state == unresolved {
		t.state = resolving
		chain = append(chain, t)
		parent := x.declared[t.parent]
		if t.parent != "" && parent == nil {
			t.report(x.r, "wp:category_parent", t.parent, RuleNoParent)
		}
		t = parent
	}
	for _, t := range slices.Backward(chain) {
		t.depth = 1
		category := &syndicate.Category{Name: t.name, Description: t.description}
		if category.Name == "" {
			category.Name = t.slug
		}
		if parent := x.declared[t.parent]; t.parent != "" && parent != nil {
			switch {
			case parent.state != resolved, parent.depth == deepest:
				t.report(x.r, "wp:category_parent", t.parent, RuleCycle)
			case parent.category != nil:
				category.Parent, t.depth = parent.category, parent.depth+1
			}
		}
		t.state = resolved
		if category.Slug = x.slug("category/", "wp:category_nicename", t); category.Slug != "" {
			t.category = category
		}
		x.categories[t.slug] = t.category
	}
}

// category returns the category with a slug, and makes one that was not declared.
func (x *index) category(slug, name string) (*syndicate.Category, error) {
	key := slugKey(slug)
	if key == "" {
		key = syndicate.Tag{Name: name}.Scope().Key()
	}
	if c, known := x.categories[key]; known {
		return c, nil
	}
	t := &declaredTerm{slug: key, name: name}
	x.resolve(t)
	return t.category, x.charge(key, key, name)
}

// tag returns the tag with a slug; false when it cannot be in an address.
func (x *index) tag(slug, name string) (syndicate.Tag, bool, error) {
	key := slugKey(slug)
	if key == "" {
		key = syndicate.Tag{Name: name}.Scope().Key()
	}
	var err error
	if _, known := x.tags[key]; !known {
		err = x.addTag(declaredTerm{slug: key, name: name})
	}
	tag := x.tags[key]
	return tag, tag.Name != "", err
}

// add takes in what posts may refer to of an item: a file, and how local dates differ from GMT.
func (x *index) add(it *item) error {
	if x.r.indexing && x.offset == nil {
		x.offset = offsetOf(it.dateGMT, it.date)
	}
	if it.kind != "attachment" {
		return nil
	}
	id, err := strconv.ParseInt(it.id, 10, 64)
	if _, known := x.attachments[id]; err != nil || known {
		return nil
	}
	a := attachment{url: it.file, alt: plainText(it.alt)}
	if a.url == "" {
		a.url = it.guid
	}
	if !isWeb(a.url) {
		return nil
	}
	a.width, a.height = sizeOf(it.metadata)
	x.attachments[id] = a
	if parent, err := strconv.ParseInt(it.parent, 10, 64); err == nil && parent > 0 {
		order, _ := strconv.ParseInt(it.order, 10, 64)
		x.children[parent] = append(x.children[parent], child{order, id})
	}
	return x.charge(a.url, a.alt)
}

// metadataSize finds the size of a picture in what PHP has serialised; that of the picture itself stands first.
var metadataSize = regexp.MustCompile(`s:5:"width";(?:i:|s:\d:")(\d{1,6})"?;s:6:"height";(?:i:|s:\d:")(\d{1,6})"?;`)

func sizeOf(metadata string) (width, height int) {
	if m := metadataSize.FindStringSubmatch(metadata); m != nil {
		width, _ = strconv.Atoi(m[1])
		height, _ = strconv.Atoi(m[2])
	}
	return width, height
}

// image returns the picture that an attachment is.
func (x *index) image(id string) (syndicate.Image, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	a, ok := x.attachments[n]
	return syndicate.Image{URL: a.url, Alt: a.alt, Width: a.width, Height: a.height}, ok && err == nil
}

// pictures lists the attachments of a post as its page orders them.
func (x *index) pictures(post string) (ids []string) {
	id, err := strconv.ParseInt(post, 10, 64)
	if err != nil {
		return nil
	}
	children := slices.Clone(x.children[id])
	slices.SortFunc(children, func(a, b child) int {
		if a.order != b.order {
			return int(max(-1, min(1, a.order-b.order)))
		}
		return int(max(-1, min(1, a.id-b.id)))
	})
	for _, c := range children {
		ids = append(ids, strconv.FormatInt(c.id, 10))
	}
	return ids
}

// take gives an id to a post. It returns the post that has it already, "" for none.
func (x *index) take(id, post string) (other string, err error) {
	if post == "" {
		post = "?"
	}
	hash := maphash.String(x.seed, id)
	if other := x.taken[hash]; other != "" {
		return other, nil
	}
	x.taken[hash] = strings.Clone(post)
	return "", x.charge(post)
}
