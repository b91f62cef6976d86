package sqlstore

import (
	"path"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Addresses as rows have them. They follow the site: rows have a relative reference (RFC 3986
// section 4.2) for each address that an article was given relative to the site, and for each
// absolute address below the site's folder. Readers of rows resolve it against the site's URL of
// today. Other addresses are absolute in rows too, and stay as they are.

// base is the folder that addresses of a site are relative to.
type base struct {
	folder string // "https://example.org/news/"
	origin string // "https://example.org"
}

// baseOf returns the base of a site's URL, which has been checked.
func baseOf(site string) base {
	_, folder, _ := uri.Base(site)
	return base{folder.String(), folder.Scheme + "://" + folder.Host}
}

// scheme returns the scheme with its colon.
func (b base) scheme() string { return b.origin[:strings.Index(b.origin, "/")] }

// resolve returns the absolute address of a reference from a row. References that the store has not
// written may come back in another form than url.URL resolves them to; the check of the article
// brings them into that form, or refuses them.
func (b base) resolve(ref string) string {
	switch {
	case ref == "" || hasScheme(ref):
		return ref
	case strings.HasPrefix(ref, "//"):
		return b.scheme() + ref
	case ref[0] == '/':
		return b.origin + ref
	}
	return b.folder + strings.TrimPrefix(ref, "./")
}

// given returns an address that is stored as a reference from a row: the reference itself if it
// begins with a slash, or else the absolute address.
func (b base) given(ref string) string {
	if strings.HasPrefix(ref, "/") {
		return ref
	}
	return b.resolve(ref)
}

// hasScheme reports whether a reference begins with a scheme: it is absolute then.
func hasScheme(ref string) bool {
	i := strings.IndexAny(ref, ":/?#")
	return i > 0 && ref[i] == ':'
}

// references are those of an article that rows have as they were given. They begin with a slash.
type references map[string]struct{}

// has reports whether a reference is one of them.
func (r references) has(ref string) bool {
	_, found := r[ref]
	return found
}

// stored returns the reference with which rows have an absolute address.
func (b base) stored(address string, given references) string {
	if rooted, ok := b.fromRoot(address); ok && given.has(rooted) {
		return rooted
	}
	if host, ok := strings.CutPrefix(address, b.scheme()); ok && given.has(host) {
		return host
	}
	if below, ok := b.below(address); ok {
		return below
	}
	return address
}

// fromRoot returns the path of an address on the site's host.
func (b base) fromRoot(address string) (ref string, ok bool) {
	ref, ok = strings.CutPrefix(address, b.origin)
	// "//a" would be the host a.
	return ref, ok && strings.HasPrefix(ref, "/") && !strings.HasPrefix(ref, "//")
}

// below returns an address below the folder relative to the folder.
func (b base) below(address string) (ref string, ok bool) {
	ref, ok = strings.CutPrefix(address, b.folder)
	// The rest of the address may look like another kind of reference (RFC 3986 section 4.2).
	if ok && (ref == "" || ref[0] == '/' || hasScheme(ref)) {
		ref = "./" + ref
	}
	return ref, ok
}

// forms returns every reference with which rows may have an address.
func (b base) forms(address string) []any {
	forms := make([]any, 1, 4)
	forms[0] = address
	if below, ok := b.below(address); ok {
		forms = append(forms, below)
	}
	if rooted, ok := b.fromRoot(address); ok {
		forms = append(forms, rooted)
	}
	if host, ok := strings.CutPrefix(address, b.scheme()); ok {
		forms = append(forms, host)
	}
	return forms
}

// references returns the references of an article that begin with a slash, followed by the path of
// an address, or with two, followed by its host. One that climbs out of the folder ("../a/") is
// returned as the path that it leads to. The article must have been checked, so that its
// categories have an end.
func (c *checked) references(a *syndicate.Article) references {
	given := references{}
	eachURL(a, func(ref string) {
		ref = strings.TrimSpace(ref)
		if ref == "" || hasScheme(ref) {
			return
		}
		address, err := c.publication.Resolve(ref)
		if err != nil {
			return
		}
		if strings.HasPrefix(ref, "//") {
			address = strings.TrimPrefix(address, c.now.scheme())
		} else if rooted, ok := c.now.fromRoot(address); ok && (ref[0] == '/' || climbs(ref)) {
			address = rooted
		} else {
			return
		}
		given[address] = struct{}{}
	})
	return given
}

// climbs reports whether a reference leads out of the folder that it is relative to.
func climbs(ref string) bool {
	if i := strings.IndexAny(ref, "?#"); i >= 0 {
		ref = ref[:i]
	}
	return strings.HasPrefix(path.Clean(ref)+"/", "../")
}

// eachURL calls f with each address of an article. A thumbnail has no thumbnail.
func eachURL(a *syndicate.Article, f func(string)) {
	for _, ref := range [...]string{a.URL, a.Banner, a.ExternalURL, a.CommentsURL, a.CommentsFeed, a.Origin.URL, a.Image.URL} {
		f(ref)
	}
	if small := a.Image.Thumbnail; small != nil {
		f(small.URL)
	}
	for i := range a.Enclosures {
		f(a.Enclosures[i].URL)
	}
	for _, people := range [...][]syndicate.Author{a.Authors, a.Contributors} {
		for i := range people {
			f(people[i].URL)
			f(people[i].Avatar)
		}
	}
	for i := range a.Tags {
		f(a.Tags[i].URL)
	}
	for i := range a.Categories {
		for c := &a.Categories[i]; c != nil; c = c.Parent {
			f(c.URL)
		}
	}
}
