// What tests outside the package need from inside it.
package syndicate

// EncodeSimply encodes a feed as if a program had filled it in: nothing is copied.
func EncodeSimply(feed *Feed, format Format) []byte {
	bare := *feed
	bare.original = nil
	bare.Articles = make([]*Article, len(feed.Articles))
	for i, a := range feed.Articles {
		if a != nil {
			bare.Articles[i] = Bare(a)
		}
	}
	return bare.encode(nil, format, nil)
}

// Bare returns a copy of an article as a program would fill it in: nothing is known of it.
func Bare(a *Article) *Article {
	bare := *a
	bare.checked, bare.shown = nil, nil
	return &bare
}
