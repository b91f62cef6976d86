package syndicate

// EncodeSimply encodes a feed as one that was filled by hand: nothing is known of it or of its articles.
func EncodeSimply(feed *Feed, format Format) []byte {
	bare := *feed
	bare.original = nil
	bare.Articles = make([]*Article, len(feed.Articles))
	for i, a := range feed.Articles {
		if a != nil {
			copied := *a
			copied.checked, copied.shown = nil, nil
			bare.Articles[i] = &copied
		}
	}
	return bare.encode(nil, format, nil)
}
