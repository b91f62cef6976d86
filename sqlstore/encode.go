package sqlstore

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// The fields of an article that are stored as JSON. The names are those of the Go fields.

// storedImage is the JSON of a syndicate.Image.
type storedImage struct {
	URL       string       `json:"url"`
	Type      string       `json:"type,omitempty"`
	Width     int          `json:"width,omitempty"`
	Height    int          `json:"height,omitempty"`
	Size      int64        `json:"size,omitempty"`
	Alt       string       `json:"alt,omitempty"`
	Credit    string       `json:"credit,omitempty"`
	Thumbnail *storedImage `json:"thumbnail,omitempty"`
}

// storedEnclosure is the JSON of a syndicate.Enclosure.
type storedEnclosure struct {
	URL      string        `json:"url"`
	Type     string        `json:"type,omitempty"`
	Size     int64         `json:"size,omitempty"`
	Duration time.Duration `json:"nanoseconds,omitempty"`
	Title    string        `json:"title,omitempty"`
}

// storedPerson is the JSON of a contributor.
type storedPerson struct {
	Name   string `json:"name"`
	Slug   string `json:"slug,omitempty"`
	URL    string `json:"url,omitempty"`
	Avatar string `json:"avatar,omitempty"`
	Email  string `json:"email,omitempty"`
}

// storedOrigin is the JSON of a syndicate.Origin. Updated is in Unix seconds.
type storedOrigin struct {
	ID      string `json:"id,omitempty"`
	Title   string `json:"title,omitempty"`
	URL     string `json:"url"`
	Updated *int64 `json:"updated,omitempty"`
}

func (e storedEnclosure) enclosure() syndicate.Enclosure { return syndicate.Enclosure(e) }

func (p storedPerson) author() syndicate.Author { return syndicate.Author(p) }

// encode returns a value as JSON on one line.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	// The text is for other programs and SQL, not for web pages.
	e.SetEscapeHTML(false)
	e.Encode(v) // cannot fail: the values are plain structs
	return strings.TrimSuffix(b.String(), "\n")
}

// decode reads JSON. An empty text is the zero value.
func decode(text string, to any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), to)
}

// encodeList returns a list as a JSON array, or "" for an empty list.
func encodeList[T any](list []T, stored func(T) any) string {
	// An empty text instead of "[]": most articles have none, and rows are read often.
	if len(list) == 0 {
		return ""
	}
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = stored(v)
	}
	return encode(all)
}

// encodeEnclosures returns enclosures as JSON. The function stored returns the reference for an
// address.
func encodeEnclosures(list []syndicate.Enclosure, stored func(string) string) string {
	return encodeList(list, func(e syndicate.Enclosure) any {
		e.URL = stored(e.URL)
		return storedEnclosure(e)
	})
}

// encodePeople returns contributors as JSON.
func encodePeople(list []syndicate.Author, stored func(string) string) string {
	return encodeList(list, func(p syndicate.Author) any {
		p.URL, p.Avatar = stored(p.URL), stored(p.Avatar)
		return storedPerson(p)
	})
}

// decodeList appends the elements of a JSON array to a list.
func decodeList[S, T any](text string, to *[]T, from func(S) T) error {
	var stored []S
	if err := decode(text, &stored); err != nil {
		return err
	}
	for _, v := range stored {
		*to = append(*to, from(v))
	}
	return nil
}

// encodeImage returns an image as JSON, or "" for the zero Image.
func encodeImage(i syndicate.Image, stored func(string) string) string {
	if i == (syndicate.Image{}) {
		return ""
	}
	return encode(toStored(i, stored))
}

// toStored returns an image, with its thumbnail, for JSON.
func toStored(i syndicate.Image, stored func(string) string) *storedImage {
	image := &storedImage{stored(i.URL), i.Type, i.Width, i.Height, i.Size, i.Alt, i.Credit, nil}
	if i.Thumbnail != nil {
		image.Thumbnail = toStored(*i.Thumbnail, stored)
	}
	return image
}

// decodeImage reads the result of encodeImage.
func decodeImage(text string, to *syndicate.Image) error {
	var stored storedImage
	// Without an image the article keeps the zero value.
	if err := decode(text, &stored); err != nil || text == "" {
		return err
	}
	*to = stored.image()
	return nil
}

// image is the reverse of toStored.
func (i *storedImage) image() syndicate.Image {
	image := syndicate.Image{
		URL: i.URL, Type: i.Type, Width: i.Width, Height: i.Height, Size: i.Size, Alt: i.Alt, Credit: i.Credit,
	}
	if i.Thumbnail != nil {
		// A thumbnail is an image and may itself have a thumbnail.
		small := i.Thumbnail.image()
		image.Thumbnail = &small
	}
	return image
}

// encodeOrigin returns an origin as JSON, or "" for the zero Origin.
func encodeOrigin(o syndicate.Origin, stored func(string) string) string {
	if o == (syndicate.Origin{}) {
		return ""
	}
	origin := storedOrigin{ID: o.ID, Title: o.Title, URL: stored(o.URL)}
	if !o.Updated.IsZero() {
		unix := o.Updated.Unix()
		// A pointer, because the zero of Unix seconds is a time, too.
		origin.Updated = &unix
	}
	return encode(origin)
}

// decodeOrigin reads the result of encodeOrigin.
func decodeOrigin(text string, to *syndicate.Origin) error {
	var stored storedOrigin
	if err := decode(text, &stored); err != nil {
		return err
	}
	*to = syndicate.Origin{ID: stored.ID, Title: stored.Title, URL: stored.URL}
	if stored.Updated != nil {
		to.Updated = moment(*stored.Updated)
	}
	return nil
}
