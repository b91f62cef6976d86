package wordpress

import (
	"cmp"
	"hash/maphash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// index holds what posts refer to: authors, categories, tags, attachments, synced patterns, and the
// ids that are taken. Nothing else in memory grows with the export, so its size is what
// [Export.MaxIndex] limits.
type index struct {
	r *reading
	// used is the memory of the index in bytes, approximately. built is the part of it that was
	// used before the first post was read.
	used, built int

	// authors has the authors by login, and bySlug by the last part of the address of their page.
	// guests has the guest authors of Co-Authors Plus, by the same part.
	authors, bySlug, guests map[string]syndicate.Author

	// declared has the declared categories by slug, and order has them in the order of the file.
	// Both are nil once build has made categories of them.
	declared map[string]*declaredTerm
	order    []*declaredTerm
	// categories has the categories by slug. The value is nil for one that cannot be in an address.
	categories map[string]*syndicate.Category
	// tags has the tags by slug. One that cannot be in an address has no name.
	tags map[string]syndicate.Tag

	// attachments has the attachments by id, and children those of each kind that were uploaded for
	// a post.
	attachments map[int64]attachment
	children    map[family]*children
	// patterns has the bodies of the synced patterns by id.
	patterns map[int64]string

	// taken has, by the hash of an article's id, the id in WordPress of the post that has it.
	seed  maphash.Seed
	taken map[uint64]string

	// offset is the site's time zone, from the last post with both dates; nil if it is not known.
	offset *time.Location
}

// declaredTerm is a category or tag as the head of an export declares it.
type declaredTerm struct {
	slug, name, parent, description string
	// line and offset say where it is declared in the file with the number input. Both are 0 if
	// only a post names it.
	input        int
	line, offset int64

	// The result of resolve: the category, nil if it cannot be in an address, and the number of
	// categories on the path to it.
	category *syndicate.Category
	depth    int
	state    termState
}

// termState says how far resolve is with a term. A parent that is resolving is a cycle.
type termState int

const (
	unresolved termState = iota
	resolving
	resolved
)

// attachment is a picture or another file.
// Width and height are in pixels, 0 if unknown.
type attachment struct {
	url, alt      string
	width, height int
}

// family is a post and a kind of file: "image", "audio", "video".
type family struct {
	post int64
	kind string
}

// children are the attachments of a family. They are sorted when a post first shows them, and stay
// sorted.
type children struct {
	list   []child
	sorted bool
}

// child is an attachment of a post, and its place among them.
type child struct{ order, id int64 }

// compare orders children as the page of their post does.
func (a child) compare(b child) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.id, b.id))
}

// add adds a child.
func (c *children) add(added child) {
	at := len(c.list)
	if c.sorted {
		at, _ = slices.BinarySearchFunc(c.list, added, child.compare)
	}
	c.list = slices.Insert(c.list, at, added)
}

// entrySize is the memory for an entry of the index, in bytes without its texts, approximately: the
// value, and its part of a map.
const entrySize = 120

// newIndex returns an empty index.
func newIndex(r *reading) *index {
	return &index{
		r:           r,
		authors:     map[string]syndicate.Author{},
		bySlug:      map[string]syndicate.Author{},
		guests:      map[string]syndicate.Author{},
		declared:    map[string]*declaredTerm{},
		categories:  map[string]*syndicate.Category{},
		tags:        map[string]syndicate.Tag{},
		attachments: map[int64]attachment{},
		children:    map[family]*children{},
		patterns:    map[int64]string{},
		seed:        maphash.MakeSeed(),
		taken:       map[uint64]string{},
	}
}

// charge adds an entry with these texts to the memory used. It returns an error if that exceeds the
// limit.
func (x *index) charge(texts ...string) error {
	x.used += entrySize
	for _, text := range texts {
		x.used += len(text)
	}
	if x.used > x.r.memory {
		return x.r.here(ReasonIndex)
	}
	return nil
}

// forget frees all ids, so that the posts can be read again.
func (x *index) forget() {
	clear(x.taken)
	x.used = x.built
}

// readTerm reads a wp:category, wp:tag or wp:term. Only wp:term has an element for the taxonomy;
// for the others, the name of the element says it.
func (x *index) readTerm(element string) error {
	var slug, name, parent, description, taxonomy value
	line, offset := x.r.in.Line(), x.r.in.Offset()
	taxonomy.Text = element
	err := x.r.p.Children(func(in xmlreader.Space, local string, _ xmlreader.Token) (err error) {
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
			return x.r.p.Skip()
		}
		*field, err = x.r.short()
		return err
	})
	if err != nil {
		return err
	}
	t := declaredTerm{
		slug: slugKey(slug.Text), name: name.plain(), parent: slugKey(parent.Text), description: description.plain(),
		input: x.r.file, line: line, offset: offset,
	}
	switch taxonomy.Trimmed() {
	case "category":
		return x.addCategory(t)
	case "tag", "post_tag":
		return x.addTag(t)
	}
	return nil // a menu, or a taxonomy of a plug-in
}

// addCategory adds a category. Some exports declare each category twice, as wp:category and as
// wp:term; the first counts, with the parent of the other if it has none.
//
// Of an input that is read once, a head of a later file comes after the first post. Its categories
// are added to those that are there.
func (x *index) addCategory(t declaredTerm) error {
	if x.declared == nil {
		if _, known := x.categories[t.slug]; !known {
			x.resolve(&t)
		}
		return x.charge(t.slug, t.name, t.description)
	}
	if known := x.declared[t.slug]; known != nil {
		if known.parent == "" {
			known.parent = t.parent
		}
		return nil
	}
	x.declared[t.slug] = &t
	x.order = append(x.order, &t)
	return x.charge(t.slug, t.slug, t.name, t.parent, t.description)
}

// addTag adds a tag. A tag that cannot be in an address is kept without a name, so that it is
// reported once, and not for each post.
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

// slug returns the slug of a term. If that cannot be part of an address, it returns the one that
// the name makes, or "" if the name makes none.
func (x *index) slug(kind, field string, t *declaredTerm) string {
	if t.slug != "" && validSlug(kind, t.slug) {
		return t.slug
	}
	// Tags, categories and authors derive slugs from names in the same way.
	made := syndicate.Tag{Name: t.name}.Scope().Key()
	if !validSlug(kind, made) {
		made = ""
	}
	if t.slug != "" || made == "" {
		t.report(x.r, field, t.slug, ReasonBadSlug)
	}
	return made
}

// report reports an issue with a term.
func (t *declaredTerm) report(r *reading, field, value string, reason Reason) {
	r.callOnIssue(&Issue{
		File: t.input, Line: t.line, Offset: t.offset, Field: field, Value: shorten(value), Reason: reason,
	})
}

// validSlug reports whether a slug can be part of an address. Kind is the start of the path, for
// example "tag/".
func validSlug(kind, slug string) bool {
	scope, err := syndicate.ParseScope(kind + slug)
	// A slash in a slug of WordPress is not one between a category and its parent.
	return err == nil && scope.Key() != "" && !strings.Contains(slug, "/")
}

// slugKey returns a slug of WordPress in the form in which slugs are compared: decoded, and as the
// key of a scope has it.
func slugKey(slug string) string {
	if slug = unescapeSlug(slug); slug == "" {
		return ""
	}
	return syndicate.WithTag(slug).Key()
}

// build makes the categories from the declared terms. It is called once, when the head has been
// read.
func (x *index) build() {
	for _, t := range x.order {
		x.resolve(t)
	}
	x.declared, x.order = nil, nil
	x.built = x.used
}

// resolve makes the category of a term and those of the terms above it.
//
// It collects the chain of parents that are not resolved yet, and then makes their categories from
// the top down. It does not recurse, so a hostile chain cannot exhaust the stack. A chain that
// leads back to itself is cut where it would close, and one that is too deep where it exceeds the
// limit.
func (x *index) resolve(t *declaredTerm) {
	const deepest = 50 // as package syndicate allows
	var chain []*declaredTerm
	// Collect the chain, from the term to the outermost parent.
	for t != nil && t.state == unresolved {
		t.state = resolving
		chain = append(chain, t)
		parent := x.parent(t)
		if t.parent != "" && parent == nil {
			t.report(x.r, "wp:category_parent", t.parent, ReasonNoParent)
		}
		t = parent
	}
	// A parent that is still resolving here is further up the same chain: a cycle.
	for _, t := range slices.Backward(chain) {
		t.depth = 1
		category := &syndicate.Category{Name: t.name, Description: t.description}
		if category.Name == "" {
			category.Name = t.slug
		}
		if parent := x.parent(t); t.parent != "" && parent != nil {
			switch {
			// In both cases the term stays without a parent.
			case parent.state != resolved, parent.depth == deepest:
				t.report(x.r, "wp:category_parent", t.parent, ReasonCycle)
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

// parent returns the term above a term, or nil. After build, it is made of the category.
func (x *index) parent(t *declaredTerm) *declaredTerm {
	if x.declared != nil {
		return x.declared[t.parent]
	}
	category := x.categories[t.parent]
	if category == nil {
		return nil
	}
	depth := 0
	for c := category; c != nil; c = c.Parent {
		depth++
	}
	return &declaredTerm{category: category, depth: depth, state: resolved}
}

// category returns the category with a slug. If the head does not declare it, it is made from the
// name that the post gives it. It returns nil if the category cannot be in an address.
func (x *index) category(slug, name string) (*syndicate.Category, error) {
	key := slugKey(slug)
	if key == "" {
		key = syndicate.Tag{Name: name}.Scope().Key()
	}
	if c, known := x.categories[key]; known {
		return c, nil
	}
	// It has no parent: a post names the term and its slug only.
	t := &declaredTerm{slug: key, name: name}
	x.resolve(t)
	return t.category, x.charge(key, key, name)
}

// tag returns the tag with a slug, as category does. ok is false if the tag cannot be in an
// address.
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

// add adds to the index what posts may refer to in an item: the file of an attachment, the body of
// a synced pattern, the name of a guest author. It also derives the site's time zone from the first
// item that has both dates.
func (x *index) add(it *item) error {
	if x.r.indexing && x.offset == nil {
		x.offset = offsetOf(it.dateGMT, it.date)
	}
	switch it.kind {
	case "attachment":
		return x.addAttachment(it)
	case "wp_block":
		return x.addPattern(it)
	case "guest-author":
		return x.addGuest(it)
	}
	return nil
}

// addAttachment adds the file of an attachment. If an id occurs twice, the first counts.
func (x *index) addAttachment(it *item) error {
	id, err := strconv.ParseInt(it.id, 10, 64)
	if _, known := x.attachments[id]; err != nil || known {
		return nil
	}
	// Old exports have no element for the file. Its guid is the URL then.
	a := attachment{url: it.file, alt: plainText(it.alt)}
	if a.url == "" {
		a.url = it.guid
	}
	if a.url = x.r.channel.resolve(a.url); !isWeb(a.url) {
		return nil
	}
	a.width, a.height = sizeOf(it.metadata)
	x.attachments[id] = a
	if parent, err := strconv.ParseInt(it.parent, 10, 64); err == nil && parent > 0 {
		order, _ := strconv.ParseInt(it.order, 10, 64)
		of := family{parent, cmp.Or(kindOf(a.url), "image")}
		if x.children[of] == nil {
			x.children[of] = new(children)
		}
		x.children[of].add(child{order, id})
	}
	return x.charge(a.url, a.alt)
}

// addPattern adds a synced pattern that is public. Posts show no other.
func (x *index) addPattern(it *item) error {
	id, err := strconv.ParseInt(it.id, 10, 64)
	public := it.status == statusPublished && !it.protected
	if _, known := x.patterns[id]; err != nil || known || !public || it.tooLong != "" {
		return nil
	}
	body := it.content.Text
	if x.r.indexing {
		if x.r.keptCut {
			return nil
		}
		body = x.r.p.String(x.r.kept)
	}
	x.patterns[id] = body
	return x.charge(body)
}

// metadataSize matches the width and height of a picture in _wp_attachment_metadata, which is
// serialized by PHP. The first match is the picture itself; smaller versions come after it.
var metadataSize = regexp.MustCompile(`s:5:"width";(?:i:|s:\d:")(\d{1,6})"?;s:6:"height";(?:i:|s:\d:")(\d{1,6})"?;`)

// sizeOf returns the width and height of a picture in pixels, or zeros if the metadata has none.
func sizeOf(metadata string) (width, height int) {
	if m := metadataSize.FindStringSubmatch(metadata); m != nil {
		width, _ = strconv.Atoi(m[1])
		height, _ = strconv.Atoi(m[2])
	}
	return width, height
}

// image returns the attachment with an id as a picture; ok is false if there is none.
func (x *index) image(id string) (syndicate.Image, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	a, ok := x.attachments[n]
	return syndicate.Image{URL: a.url, Alt: a.alt, Width: a.width, Height: a.height}, ok && err == nil
}

// files returns the attachments of a post, in the order of its page. The kind is "image", "audio"
// or "video"; files of an unknown kind count as images.
func (x *index) files(post, kind string) []child {
	id, err := strconv.ParseInt(post, 10, 64)
	all := x.children[family{id, kind}]
	if err != nil || all == nil {
		return nil
	}
	if !all.sorted {
		slices.SortFunc(all.list, child.compare)
		all.sorted = true
	}
	return all.list
}

// kindOf returns the first part of the media type that an address has by its ending, or "".
func kindOf(url string) string {
	kind, _, _ := strings.Cut(mediatype.Of("", url), "/")
	return kind
}

// isKind reports whether an address may be that of an image, of audio or of a video. A file for
// audio may have the ending of one for video, and the reverse.
func isKind(url, kind string) bool {
	switch of := kindOf(url); of {
	case "":
		return true
	case "audio", "video":
		return kind != "image"
	default:
		return of == kind
	}
}

// take gives an id to a post, and returns "". If another post has the id already, take returns that
// post instead.
//
// The index keeps a hash of 64 bits in place of the id, to save memory. Two of a million ids have
// the same hash once in tens of millions of exports. The seed is random, so that nobody can make
// ids that collide.
func (x *index) take(id, post string) (other string, err error) {
	if post == "" {
		post = "?" // "" would mean that the id is free
	}
	hash := maphash.String(x.seed, id)
	if other := x.taken[hash]; other != "" {
		return other, nil
	}
	x.taken[hash] = strings.Clone(post)
	return "", x.charge(post)
}
