// Package layout maps feeds to paths and back: a folder for each scope, and in it one path for each
// format.
package layout

import (
	"encoding"
	"strconv"
	"strings"
)

// Scope is what the package needs of a scope: a text form such as "category/military/page/2", which
// is the path of its folder. MarshalText returns an error for a scope that has no feed.
type Scope[S any] interface {
	MarshalText() ([]byte, error)
	Current() S // without the archive page
}

// Folders is a layout with a folder for each scope. The folder holds the scope's feeds. The text
// form of the whole site begins with Site, and its folder is the root: "", "page/2/".
//
// P is *S, whose UnmarshalText reads the text form and accepts no other text for a scope.
type Folders[S Scope[S], P interface {
	*S
	encoding.TextUnmarshaler
}, F ~uint8] struct {
	Site    string    // the text form of the whole site
	Endings [4]string // what follows the folder, by format; "" where there is no such format
	Pages   bool      // whether the folder itself is the HTML page of the scope
}

// FeedPath returns the path of a feed, "" if there is no such feed.
func (l Folders[S, P, F]) FeedPath(scope S, format F) string {
	folder, ok := l.folder(scope)
	if !ok || int(format) >= len(l.Endings) || l.Endings[format] == "" {
		return ""
	}
	return folder + l.Endings[format]
}

// PagePath returns the path of the HTML page of a scope, "" if there is none.
func (l Folders[S, P, F]) PagePath(scope S) string {
	if !l.Pages {
		return ""
	}
	folder, _ := l.folder(scope.Current())
	return folder
}

// Parse is the reverse of FeedPath. It returns false for any other path.
func (l Folders[S, P, F]) Parse(path string) (scope S, format F, ok bool) {
	for i, ending := range l.Endings {
		folder, found := strings.CutSuffix(path, ending)
		if ending == "" || !found {
			continue
		}
		scope, ok = l.scope(folder)
		return scope, F(i), ok
	}
	return scope, 0, false
}

// Layout is what Below puts under a prefix.
type Layout[S any, F ~uint8] interface {
	FeedPath(scope S, format F) string
	PagePath(scope S) string
	Parse(path string) (scope S, format F, ok bool)
}

// Below is a layout whose feeds are those of another layout under a prefix. The pages stay where
// they are.
type Below[S any, F ~uint8] struct {
	Prefix string // ends with a slash
	Layout Layout[S, F]
}

// FeedPath returns the path of a feed, "" if there is no such feed.
func (b Below[S, F]) FeedPath(scope S, format F) string {
	path := b.Layout.FeedPath(scope, format)
	if path == "" {
		return ""
	}
	return b.Prefix + path
}

// PagePath returns the path of the HTML page of a scope, "" if there is none.
func (b Below[S, F]) PagePath(scope S) string { return b.Layout.PagePath(scope) }

// Parse is the reverse of FeedPath. It returns false for any other path.
func (b Below[S, F]) Parse(path string) (scope S, format F, ok bool) {
	if path, ok = strings.CutPrefix(path, b.Prefix); !ok {
		return scope, 0, false
	}
	return b.Layout.Parse(path)
}

// folder returns the path of a scope's folder, with a slash at its end unless it is the root.
func (l Folders[S, P, F]) folder(scope S) (path string, ok bool) {
	text, err := scope.MarshalText()
	if err != nil {
		return "", false
	}
	path = string(append(text, '/'))
	if rest, ok := strings.CutPrefix(path, l.Site+"/"); ok {
		return rest, true
	}
	return path, true
}

// scope is the reverse of folder.
func (l Folders[S, P, F]) scope(folder string) (scope S, ok bool) {
	text := strings.TrimSuffix(folder, "/")
	if text == "" || strings.HasPrefix(text, "page/") {
		text = strings.TrimSuffix(l.Site+"/"+text, "/")
	}
	if err := P(&scope).UnmarshalText([]byte(text)); err != nil {
		return scope, false
	}
	path, ok := l.folder(scope)
	return scope, ok && path == folder
}

// pageMark is between the text form of a current feed's scope and the number of an archive page.
const pageMark = "/page/"

// AppendText appends the text form of a scope: its kind, a slash and its key if it has one, and the
// number of its archive page unless that is 0: "tag/turkey/page/3". The text form is also the path
// of the scope's folder.
func AppendText(dst []byte, kind, key string, page uint32) []byte {
	dst = append(dst, kind...)
	if key != "" {
		dst = append(append(dst, '/'), key...)
	}
	if page > 0 {
		dst = strconv.AppendUint(append(dst, pageMark...), uint64(page), 10)
	}
	return dst
}

// SplitText returns the parts of a text that [AppendText] wrote. What follows the last page mark
// belongs to the key unless it is a number: "category/page/arms". SplitText finds no other faults:
// append the parts and compare.
func SplitText(text string) (kind, key string, page uint32) {
	if i := strings.LastIndex(text, pageMark); i >= 0 {
		n, err := strconv.ParseUint(text[i+len(pageMark):], 10, 31)
		if err == nil && n > 0 {
			text, page = text[:i], uint32(n)
		}
	}
	kind, key, _ = strings.Cut(text, "/")
	return kind, key, page
}
