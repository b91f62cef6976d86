package syndicate

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"reflect"
)

// Version tells which version of the feed of a scope, or of an archive page, there is now. It is made of what the feed
// is made of, so that the same contents have the same one in every archive and in every process of the program. For a
// current feed that has not changed it costs a look at the clock and a comparison. The error is that of
// [Archive.Feed].
//
// Extensions, a cleanhtml.Sanitizer and [Addresses] of one's own are taken to do the same as others of their type that
// hold the same values. Nobody can look into what is behind their pointers, maps and functions: where a site or an
// article has such, this archive alone gives its versions, and an article that is taken in anew has a new one.
func (a *Archive) Version(ctx context.Context, scope Scope) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return made(a, scope, func(s *shelf) *keeper[string] { return &s.told }, func(sel Selection) string { return a.versionOf(scope, sel) })
}

// versionOf makes the version of what was selected for a scope: of all that [Site.Feed] looks at.
func (a *Archive) versionOf(scope Scope, sel Selection) string {
	scratch := scratches.Get().(*[]byte)
	defer keepScratch(scratch)
	dst := append((*scratch)[:0], a.print[:]...)
	dst = appendSized(dst, scope.String())
	options := a.publication.options(scope)
	for _, part := range []any{&options, &sel.Names, &sel.Description, &sel.URL, &sel.Modified, &sel.NextChange} {
		dst, _ = appendValue(dst, reflect.ValueOf(part).Elem(), ours)
	}
	shown := sel.Articles
	if scope.page > 0 {
		// Whether the page is closed, and whether another one follows.
		dst = binary.AppendVarint(dst, int64(min(sel.Pages-scope.Page(), 1)))
	} else {
		dst, _ = appendValue(dst, reflect.ValueOf(&sel.Tombstones).Elem(), ours)
		for _, article := range sel.Articles { // the feed links to the page of the first that it has no room for
			dst = binary.AppendUvarint(dst, uint64(sel.PageOf(article)))
		}
		shown = shown[:min(len(shown), options.Limit)]
	}
	for _, article := range shown {
		dst = append(dst, article.fingerprint()[:]...)
	}
	*scratch = dst
	sum := sha256.Sum256(dst)
	return base64.RawURLEncoding.EncodeToString(sum[:len(print{})])
}
