package podcast

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// The types of files that belong to an episode.
const (
	TypeChapters = "application/json+chapters" // what [AppendChapters] writes
	TypeVTT      = "text/vtt"                  // what [AppendTranscript] writes
	TypeSRT      = "application/x-subrip"      // SubRip
)

// File is a file that belongs to an episode.
type File struct {
	// URL of the file. Required.
	URL string `json:",omitzero"`
	// Type is its media type. Default: the type that its ending stands for.
	Type string `json:",omitzero"`
}

// Transcript is a text of everything that is said (podcast:transcript). Apple takes WebVTT.
type Transcript struct {
	// URL of the file. Required, unless the episode has the transcript itself, in Cues or Text.
	URL string `json:",omitzero"`
	// Type is its media type. Default: the type that the endings .vtt, .srt, .json, .html and .txt
	// stand for; WebVTT for Cues.
	Type string `json:",omitzero"`
	// Language is a BCP 47 tag. Default: the show's.
	Language string `json:",omitzero"`
	// Captions means that the file has times in it, whatever its type. Default: false.
	Captions bool `json:",omitzero"`
	// Cues are the transcript itself, which [Files] writes in the Type: WebVTT, SubRip, JSON, HTML
	// or plain text. They are ignored if there is a URL. Default: none.
	Cues []Cue `json:",omitzero"`
	// Text is the transcript itself as it is to be sent, in the Type, which is then required. HTML
	// is cleaned. It is ignored if there are Cues or a URL. Default: none.
	Text string `json:",omitzero"`
}

// transcriptTypes are the types of transcripts by the ending of the file.
var transcriptTypes = map[string]string{
	".vtt": TypeVTT, ".srt": TypeSRT, ".json": "application/json", ".html": "text/html",
	".htm": "text/html", ".txt": "text/plain",
}

// ending returns the ending of a URL's path, in lower case and with its dot.
func ending(href string) string {
	href, _, _ = strings.Cut(href, "#")
	href, _, _ = strings.Cut(href, "?")
	return strings.ToLower(path.Ext(href))
}

// fileType returns the type of a file. If it is not known, the element is left out.
func (o *output) fileType(field, given, byEnding, spec string) string {
	mediaType := o.MediaType(field, given, "")
	if mediaType == "" {
		mediaType = byEnding
	}
	o.has(field, mediaType, spec)
	return mediaType
}

// write writes the transcript. Apps choose one by its type, so a transcript of an unknown type is
// left out. One that is kept in the episode has an address only in a show.
func (t Transcript) write(o *output) {
	const spec = podspec + "transcript"
	if t.isKept() {
		return
	}
	href := o.needLink(".URL", t.URL, spec)
	if href == "" {
		return
	}
	if mediaType := o.fileType(".Type", t.Type, transcriptTypes[ending(href)], spec); mediaType != "" {
		o.w.Element("podcast:transcript", "", attr("url", href), attr("type", mediaType),
			attr("language", o.Language(".Language", t.Language)), attr("rel", yes(t.Captions, "captions")))
	}
}

// write writes the file as the chapters of an episode. Its type is that of JSON Chapters unless
// another one is given.
func (f File) write(o *output) {
	const spec = podspec + "chapters"
	href := o.needLink(".URL", f.URL, spec)
	if href == "" {
		return
	}
	if mediaType := o.fileType(".Type", f.Type, TypeChapters, spec); mediaType != "" {
		o.w.Element("podcast:chapters", "", attr("url", href), attr("type", mediaType))
	}
}

// Soundbite is a part of an episode that introduces it (podcast:soundbite). Apps expect 15 to 120
// seconds.
type Soundbite struct {
	// Start and Duration of the part. Duration is required.
	Start    time.Duration `json:",omitzero"`
	Duration time.Duration `json:",omitzero"`
	// Title, plain text. Default: the episode's.
	Title string `json:",omitzero"`
}

// write writes the soundbite. A part that reaches beyond the end of the episode ends with it; the
// length is only checked if that of the episode is known.
func (s Soundbite) write(o *output) {
	const spec = podspec + "soundbite"
	if !o.span(s.Start, s.Duration, spec) {
		return
	}
	length := s.Duration
	if o.duration > 0 && s.Start+length > o.duration {
		length = o.duration - s.Start
		o.Warn(".Duration", s.Duration.String(), RuleAfterEnd, "mended to "+length.String()+"; "+spec)
	}
	if length < 15*time.Second || length > 2*time.Minute {
		o.Warn(".Duration", length.String(), RuleBadForm, "kept; 15 to 120 seconds are recommended; "+spec)
	}
	o.w.Element("podcast:soundbite", o.text(".Title", s.Title, nameText),
		attr("startTime", seconds(s.Start)), attr("duration", seconds(length)))
}

// AlternateEnclosure is another version of the episode's file (podcast:alternateEnclosure): another
// encoding, a video, a stream.
type AlternateEnclosure struct {
	// Sources are the addresses of the file. At least one is required.
	Sources []Source `json:",omitzero"`
	// Type is the media type of the file. Default: the type that the ending of the first source
	// stands for.
	Type string `json:",omitzero"`
	// Size in bytes. Default: 0, unknown.
	Size int64 `json:",omitzero"`
	// Bitrate in bits per second. Default: 0, unknown.
	Bitrate float64 `json:",omitzero"`
	// Height of a video in pixels. Default: 0, unknown.
	Height int `json:",omitzero"`
	// Language is a BCP 47 tag. Default: the show's.
	Language string `json:",omitzero"`
	// Title of at most 32 characters: "High quality". Default: none.
	Title string `json:",omitzero"`
	// Rel groups files with the same content, at most 32 characters. Default: the group of the
	// episode's own file.
	Rel string `json:",omitzero"`
	// Codecs is a list as in RFC 6381. Default: none.
	Codecs string `json:",omitzero"`
	// Default means that the file is the episode's own, and that apps should prefer this entry.
	Default bool `json:",omitzero"`
	// Integrity verifies the file. Default: none.
	Integrity Integrity `json:",omitzero"`
}

// Source is an address of a file (podcast:source).
type Source struct {
	// URI of any scheme: https, ipfs. Required.
	URI string `json:",omitzero"`
	// Type is the media type of what the URI returns, if it is not the file itself, as for a
	// torrent. Default: the file's type.
	Type string `json:",omitzero"`
}

// IntegrityType is a method of verification.
type IntegrityType string

// The methods of verification.
const (
	IntegritySRI IntegrityType = "sri"           // W3C Subresource Integrity: "sha384-…"
	IntegrityPGP IntegrityType = "pgp-signature" // in base64
)

// Integrity verifies that a file is unchanged (podcast:integrity). The zero Integrity is none.
type Integrity struct {
	// Type is the method. Required.
	Type IntegrityType `json:",omitzero"`
	// Value is the hash or signature. Required.
	Value string `json:",omitzero"`
}

// write writes the file with its sources, unless it has none that can be opened, or no type. The
// type is that of the first source if none is given.
func (a AlternateEnclosure) write(o *output) {
	const spec = podspec + "alternateEnclosure"
	// The first source that can be opened.
	var first string
	for i := len(a.Sources) - 1; i >= 0; i-- {
		if href := o.fileURI(a.Sources[i].URI); href != "" {
			first = href
		}
	}
	if !o.has(".Sources", first, spec) {
		return
	}
	mediaType := o.fileType(".Type", a.Type, mediatype.Of("", first), spec)
	if mediaType == "" {
		return
	}
	o.w.Start("podcast:alternateEnclosure", attr("type", mediaType), attr("length", o.positive(".Size", a.Size, spec)),
		attr("bitrate", o.finite(".Bitrate", a.Bitrate, spec)), attr("height", o.positive(".Height", int64(a.Height), spec)),
		attr("lang", o.Language(".Language", a.Language)), attr("title", o.text(".Title", a.Title, shortText)),
		attr("rel", o.text(".Rel", a.Rel, shortText)), attr("codecs", o.text(".Codecs", a.Codecs, nameText)),
		attr("default", yes(a.Default, "true")))
	each(o, ".Sources", a.Sources)
	one(o, ".Integrity", a.Integrity)
	o.w.End()
}

// fileURI returns a URI of a file, "" for a text that is none. URLs of the Web become absolute.
func (o *output) fileURI(given string) string {
	given = strings.TrimSpace(given)
	if absolute, fault := uri.Resolve(o.base, given); fault == "" {
		return absolute
	}
	scheme, _, _ := strings.Cut(strings.ToLower(given), ":")
	if !uri.IsURI(given) || slices.Contains(unsafeSchemes, scheme) {
		return ""
	}
	return given
}

// unsafeSchemes are those of scripts and of files on the listener's computer.
var unsafeSchemes = []string{"javascript", "vbscript", "data", "file"}

// write writes the address of a file. It may be of any scheme, because the point of several sources
// is that apps know some of them.
func (s Source) write(o *output) {
	const spec = podspec + "source"
	href := o.fileURI(s.URI)
	if href == "" {
		o.Warn(".URI", s.URI, syndicate.RuleBadURL, "left out; "+spec)
		return
	}
	o.w.Element("podcast:source", "", attr("uri", href), attr("contentType", o.MediaType(".Type", s.Type, "")))
}

// isSRI matches the hashes of Subresource Integrity, one or several.
var isSRI = regexp.MustCompile(`^sha(256|384|512)-[A-Za-z0-9+/_-]+=*( sha(256|384|512)-[A-Za-z0-9+/_-]+=*)*$`).MatchString

// write writes the value. A hash in another form than that of the W3C would make apps reject a file
// that is intact.
func (i Integrity) write(o *output) {
	const spec = podspec + "integrity"
	kind := o.among(".Type", string(i.Type), spec, string(IntegritySRI), string(IntegrityPGP))
	value := strings.TrimSpace(i.Value)
	if kind == "" || !o.has(".Value", value, spec) {
		return
	}
	if kind == string(IntegritySRI) && !isSRI(value) {
		o.Warn(".Value", value, RuleBadForm, "left out; W3C Subresource Integrity section 3.5")
		return
	}
	o.w.Element("podcast:integrity", "", attr("type", kind), attr("value", value))
}

// Image is a picture for a certain use (podcast:image), beside the square artwork.
type Image struct {
	// URL of the picture, or of a video. Required.
	URL string `json:",omitzero"`
	// Alt describes the picture in words. Recommended.
	Alt string `json:",omitzero"`
	// Width and Height in pixels. Default: 0, unknown.
	Width, Height int `json:",omitzero"`
	// Aspect is the shape. Default: that of Width and Height; apps take a picture without either
	// for a square.
	Aspect Aspect `json:",omitzero"`
	// Type is its media type, for other files than JPEG and PNG. Default: not written.
	Type string `json:",omitzero"`
	// Purposes are words for the uses of the picture: "artwork", "social", "banner". Default: none.
	Purposes []string `json:",omitzero"`
}

// Aspect is a shape: 16 by 9. The zero Aspect is none.
type Aspect struct{ Width, Height int }

// write writes the picture. The namespace recommends the shape, which follows from width and height
// if both are known. It is written as the smallest numbers, 16/9 rather than 1920/1080.
func (i Image) write(o *output) {
	const spec = podspec + "image"
	href := o.needLink(".URL", i.URL, spec)
	if href == "" {
		return
	}
	aspect := i.Aspect
	if aspect == (Aspect{}) {
		aspect = Aspect{i.Width, i.Height}
	}
	var ratio string
	if aspect.Width > 0 && aspect.Height > 0 {
		d := divisor(aspect.Width, aspect.Height)
		ratio = strconv.Itoa(aspect.Width/d) + "/" + strconv.Itoa(aspect.Height/d)
	} else if i.Aspect != (Aspect{}) {
		o.Warn(".Aspect", strconv.Itoa(aspect.Width)+"/"+strconv.Itoa(aspect.Height), RuleNotPositive, "left out; "+spec)
	}
	o.w.Element("podcast:image", "", attr("href", href), attr("alt", o.text(".Alt", i.Alt, appleText)),
		attr("aspect-ratio", ratio), attr("width", o.positive(".Width", int64(i.Width), spec)),
		attr("height", o.positive(".Height", int64(i.Height), spec)), attr("type", o.MediaType(".Type", i.Type, "")),
		attr("purpose", o.purposes(i.Purposes)))
}

// purposes returns the words that fit into 128 characters, with spaces between them.
func (o *output) purposes(words []string) (joined string) {
	for _, word := range words {
		word = strings.Join(strings.Fields(word), "-")
		if len(joined)+1+len(word) > nameText {
			o.Warn(".Purposes", word, RuleTooLong, "left out; "+podspec+"image")
		} else if word != "" {
			joined = strings.TrimSpace(joined + " " + o.text(".Purposes", word, nameText))
		}
	}
	return joined
}

// divisor returns the greatest common divisor of two numbers above 0.
func divisor(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}
