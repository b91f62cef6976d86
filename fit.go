package syndicate

import "math"

// How feeds keep within a site's MaxBytes. Most are so much smaller that adding up their texts shows it, and nothing
// needs to be encoded before somebody asks for the bytes: a list of feeds, or a store that looks one up, costs a
// third less. Where that does not tell, the documents do.

// What a byte of text may become in the format that makes it longest: "&" in a summary is "&amp;amp;" in RSS; "]]>" in
// a body splits its CDATA section.
const (
	longestText = len("&amp;amp;")
	longestBody = len("]]]]><![CDATA[>")/len("]]>") + 1
	// What stands around the texts of an article, of one of its persons, terms or enclosures, and of a feed.
	aroundArticle = 2 << 10
	aroundPart    = 300
	aroundFeed    = 8 << 10
)

// surelyFits reports whether adding up the texts shows that the feed keeps within so many bytes in every format.
func (f *Feed) surelyFits(bytes int) bool {
	if len(f.Extensions) > 0 {
		return false // nobody knows what they write
	}
	perTerm := longestText*max(len(f.CategoryScheme), len(f.TagScheme)) + aroundPart
	bytes -= aroundFeed + longestText*f.textSize()
	for _, a := range f.Articles {
		if bytes -= f.shownSize(a, perTerm); bytes < 0 {
			return false
		}
	}
	return bytes >= 0
}

// textSize returns the length of the feed's texts, and of what stands around those of which there may be any number.
func (f *Feed) textSize() int {
	n := len(f.ID) + 3*len(f.Title) + len(f.Description) + 3*len(f.URL) + len(f.Language) + len(f.Copyright) + len(f.Icon) +
		len(f.Favicon) + len(f.Stylesheet) + len(f.Generator) + imageSize(&f.Logo) + len(f.Schedule.UpdatePeriod) +
		personSize(&f.ManagingEditor) + personSize(&f.WebMaster)
	for i := range Formats {
		n += len(f.Self[i]) + len(f.Current[i]) + len(f.PrevArchive[i]) + len(f.NextArchive[i])
	}
	for _, hub := range f.Hubs {
		n += len(hub) + aroundPart
	}
	for i := range f.Authors {
		n += personSize(&f.Authors[i])
	}
	for i := range f.Tombstones {
		n += len(f.Tombstones[i].ID) + len(f.TagAuthority) + aroundPart
	}
	return n
}

// shownSize is [Feed.itemSize], worked out once for an article that a site's feeds show: all of them say the same of it.
func (f *Feed) shownSize(a *Article, perTerm int) int {
	if !a.isShown() {
		return f.itemSize(a, perTerm)
	}
	p := a.prepared
	if size := p.size.Load(); size != 0 {
		return int(size)
	}
	size := f.itemSize(a, perTerm)
	p.size.Store(int64(size))
	return size
}

// itemSize returns a bound of how long an article is in the feed, perTerm being what a category or tag takes besides
// its texts.
func (f *Feed) itemSize(a *Article, perTerm int) int {
	if len(a.Extensions) > 0 {
		return math.MaxInt / 2 // nobody knows what they write
	}
	body, parts := longestBody*len(a.Content), 0
	if a.Title == "" || a.Summary == "" {
		body *= 4 // they are taken from it
	}
	n := 3*len(a.ID) + 3*len(a.URL) + 2*len(a.Title) + 2*len(a.Summary) + len(a.Language) + len(a.ExternalURL) + len(a.CommentsURL) +
		len(a.CommentsFeed) + len(a.Rights) + len(a.Banner) + imageSize(&a.Image) + len(a.Origin.ID) + len(a.Origin.Title) +
		2*len(a.Origin.URL) + 2*len(f.TagAuthority)
	for _, c := range a.Categories {
		for parts++; c != nil; c = c.Parent {
			n += len(c.Name) + len(c.Slug)
		}
	}
	for i := range a.Tags {
		n += len(a.Tags[i].Name) + len(a.Tags[i].Slug)
	}
	parts += len(a.Tags)
	for _, persons := range [][]Author{a.Authors, a.Contributors, f.Authors} {
		for i := range persons {
			n += personSize(&persons[i])
		}
	}
	for i := range a.Enclosures {
		e := &a.Enclosures[i]
		n += len(e.URL) + len(e.Type) + len(e.Title)
	}
	around := aroundArticle + aroundPart*(len(a.Authors)+len(a.Contributors)+len(f.Authors)+len(a.Enclosures)) + perTerm*parts
	return around + body + longestText*n
}

func imageSize(i *Image) int { return len(i.URL) + len(i.Type) + len(i.Alt) + len(i.Credit) }

func personSize(p *Author) int {
	return len(p.Name) + len(p.Slug) + len(p.URL) + len(p.Avatar) + len(p.Email)
}

// fitCurrent drops the oldest articles until every format of the feed keeps within the site's
// MaxBytes. One article stays whatever its size.
func (s *Site) fitCurrent(f *Feed) {
	left := s.room(f)
	for i, a := range f.Articles {
		if left -= a.prepared.pieces.size; left < 0 && i > 0 {
			clear(f.Articles[i:])
			f.Articles = f.Articles[:i]
			return
		}
	}
}

// fitPage does the same for an archive page, which must not lose articles: once the room is used up,
// they are shown without their bodies.
func (s *Site) fitPage(f *Feed, articles []*Article) {
	left := s.room(f)
	for i, a := range f.Articles {
		if left -= a.prepared.pieces.size; left < 0 && i > 0 {
			f.Articles[i] = s.shown(articles[i], true)
		}
	}
}

// room returns how many bytes are left for articles, whose size is that of the format that makes them longest.
func (s *Site) room(f *Feed) int {
	empty := *f
	empty.Articles, empty.original = nil, nil
	var buf []byte
	head := 0
	for _, format := range Formats {
		buf = empty.Append(buf[:0], format)
		head = max(head, len(buf))
	}
	const namespaces = 1 << 10 // what articles may add to the root
	return s.MaxBytes - head - namespaces
}
