package podcast

import (
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// The widths of artwork in pixels.
const minArtwork, maxArtwork = 1400, 3000

// artworkTypes are the types of artwork by the ending of the file. Apple demands an ending.
var artworkTypes = map[string]string{".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}

// artworkFault returns why Apple does not accept a picture, "" if it does or if nothing that is
// known speaks against it.
func artworkFault(i syndicate.Image, href string) string {
	// Nothing is downloaded: what the program knows of the picture has to do.
	byEnding := artworkTypes[ending(href)]
	given := mediatype.Mend(i.Type)
	switch {
	case byEnding == "":
		return "the file ending is not .jpg or .png"
	case given != "" && given != byEnding:
		return "the type " + given + " contradicts the file ending"
	case i.Width == 0 && i.Height == 0:
		return ""
	case i.Width != i.Height:
		return fmt.Sprintf("%d × %d is not square", i.Width, i.Height)
	case i.Width < minArtwork || i.Width > maxArtwork:
		return fmt.Sprintf("%d × %d is not within %d to %d", i.Width, i.Height, minArtwork, maxArtwork)
	}
	return ""
}

// showArtwork writes the picture of a show: its own, or the icon or logo of the feed, whichever
// could be artwork. One that Apple would reject is written all the same, because apps show it, and
// refused, because the show would not be listed.
func (o *output) showArtwork(own syndicate.Image, f *syndicate.Feed, required bool) {
	const spec = apple + "itunes:image"
	if own != (syndicate.Image{}) {
		href := o.URL(".Artwork.URL", own.URL, o.base)
		if fault := artworkFault(own, href); href != "" && fault != "" {
			o.Refuse(".Artwork", href, RuleArtwork, fault+"; "+spec)
		}
		if href != "" {
			o.w.Element("itunes:image", "", attr("href", href))
			return
		}
	} else {
		// Their sizes are seldom known. The ending excludes vector graphics and old icons.
		for _, picture := range []syndicate.Image{{URL: f.Icon}, f.Logo} {
			if href := strings.TrimSpace(picture.URL); href != "" && artworkFault(picture, href) == "" {
				o.w.Element("itunes:image", "", attr("href", href))
				return
			}
		}
	}
	if required {
		o.Refuse(".Artwork", "", syndicate.RuleMissing, spec)
	}
}

// episodeArtwork writes the picture of an episode: its own, or the lead image of the article if its
// size is known to be right. Apps show that of the show instead of one that is left out.
func (o *output) episodeArtwork(own syndicate.Image, lead syndicate.Image) {
	const spec = apple + "itunes:image"
	field, picture := ".Artwork", own
	if own == (syndicate.Image{}) {
		if field, picture = "Image", lead; lead.URL == "" {
			return
		}
	}
	href := o.URL(field+".URL", picture.URL, o.base)
	if href == "" {
		return
	}
	fault := artworkFault(picture, href)
	// A lead image is seldom a square, so its size has to prove that it is one.
	if fault == "" && field == "Image" && picture.Width == 0 {
		fault = "its size is not known"
	}
	if fault != "" {
		o.Warn(field, href, RuleArtwork, "left out of itunes:image; "+fault+"; "+spec)
		return
	}
	o.w.Element("itunes:image", "", attr("href", href))
}

// mediaTypes are the types of episodes that Apple accepts, by the ending of the file.
var mediaTypes = map[string][]string{
	".mp3": {"audio/mpeg"}, ".m4a": {"audio/x-m4a", "audio/mp4"}, ".mp4": {"video/mp4"},
	".m4v": {"video/x-m4v"}, ".mov": {"video/quicktime"}, ".pdf": {"application/pdf"},
}

// isMedia reports whether an enclosure is an episode: audio, video, or a book.
func isMedia(e syndicate.Enclosure) bool {
	mediaType := mediatype.Of(e.Type, e.URL)
	return strings.HasPrefix(mediaType, "audio/") || strings.HasPrefix(mediaType, "video/") ||
		mediaType == "application/pdf"
}

// episodeFile returns the file of an article's episode: its first enclosure, because RSS has one.
func episodeFile(a *syndicate.Article) (syndicate.Enclosure, bool) {
	if len(a.Enclosures) == 0 || strings.TrimSpace(a.Enclosures[0].URL) == "" || !isMedia(a.Enclosures[0]) {
		return syndicate.Enclosure{}, false
	}
	return a.Enclosures[0], true
}

// checkFile reports what Apple does not accept of an episode's file. It is written as it is: other
// apps play more.
func (o *output) checkFile(field string, e syndicate.Enclosure) {
	const spec = "kept; Apple, Podcast requirements"
	mediaType, suffix := mediatype.Of(e.Type, e.URL), ending(e.URL)
	if types, known := mediaTypes[suffix]; !known {
		o.Warn(field+".URL", e.URL, RuleMediaType, spec)
	} else if !slices.Contains(types, mediaType) {
		o.Warn(field+".Type", mediaType, RuleMediaType, spec+": "+types[0]+" for "+suffix)
	}
	// RSS requires a length, and apps show it before a download.
	if e.Size <= 0 {
		o.Warn(field+".Size", "", syndicate.RuleMissing, "kept; RSS 2.0, enclosure")
	}
}
