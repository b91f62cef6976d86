package sqlstore

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// What an article has besides its own columns is stored as JSON, in the words of the Go fields.

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

type storedEnclosure struct {
	URL      string        `json:"url"`
	Type     string        `json:"type,omitempty"`
	Size     int64         `json:"size,omitempty"`
	Duration time.Duration `json:"nanoseconds,omitempty"`
	Title    string        `json:"title,omitempty"`
}

type storedPerson struct {
	Name   string `json:"name"`
	Slug   string `json:"slug,omitempty"`
	URL    string `json:"url,omitempty"`
	Avatar string `json:"avatar,omitempty"`
	Email  string `json:"email,omitempty"`
}

type storedOrigin struct {
	ID      string `json:"id,omitempty"`
	Title   string `json:"title,omitempty"`
	URL     string `json:"url"`
	Updated *int64 `json:"updated,omitempty"`
}

func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // of plain structs, which cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

func decode(text string, to any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), to)
}

func encodeList[T any](list []T, stored func(T) any) string {
	if len(list) == 0 {
		return ""
	}
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = stored(v)
	}
	return encode(all)
}

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

func encodeImage(i syndicate.Image) string {
	if i == (syndicate.Image{}) {
		return ""
	}
	return encode(toStored(i))
}

func toStored(i syndicate.Image) *storedImage {
	stored := &storedImage{i.URL, i.Type, i.Width, i.Height, i.Size, i.Alt, i.Credit, nil}
	if i.Thumbnail != nil {
		stored.Thumbnail = toStored(*i.Thumbnail)
	}
	return stored
}

func decodeImage(text string, to *syndicate.Image) error {
	var stored storedImage
	if err := decode(text, &stored); err != nil || text == "" {
		return err
	}
	*to = stored.image()
	return nil
}

func (i *storedImage) image() syndicate.Image {
	image := syndicate.Image{URL: i.URL, Type: i.Type, Width: i.Width, Height: i.Height, Size: i.Size, Alt: i.Alt, Credit: i.Credit}
	if i.Thumbnail != nil {
		small := i.Thumbnail.image()
		image.Thumbnail = &small
	}
	return image
}

func encodeOrigin(o syndicate.Origin) string {
	if o == (syndicate.Origin{}) {
		return ""
	}
	stored := storedOrigin{ID: o.ID, Title: o.Title, URL: o.URL}
	if !o.Updated.IsZero() {
		unix := o.Updated.Unix()
		stored.Updated = &unix
	}
	return encode(stored)
}

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
