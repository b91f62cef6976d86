package media_test

// These tests show how the pictures of a gallery are written: as a group if there are several.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/xmltext"
)

func TestGalleryIsAGroupOfPictures(t *testing.T) { // DEST-15, DEST-16
	first := media.Picture{Image: syndicate.Image{URL: "https://example.com/1.jpg", Alt: "A <b> & a c", Credit: "Anadolu"}, Caption: "One & only"}
	second := media.Picture{Image: syndicate.Image{URL: "https://example.com/2.jpg", Alt: "Two"}}
	nowhere := media.Picture{Caption: "No address"}
	const one = `<media:content url="https://example.com/1.jpg" medium="image">` +
		`<media:title type="html">One &amp;amp; only</media:title>` +
		`<media:text type="html">A &amp;lt;b&amp;gt; &amp;amp; a c</media:text><media:credit>Anadolu</media:credit></media:content>`
	const two = `<media:content url="https://example.com/2.jpg" medium="image">` +
		`<media:title type="plain">Two</media:title></media:content>`
	for name, test := range map[string]struct {
		pictures []media.Picture
		want     string
	}{
		"two pictures":     {[]media.Picture{first, nowhere, second}, "<media:group>" + one + two + "</media:group>"},
		"one picture":      {[]media.Picture{first, nowhere}, one},
		"no picture":       {[]media.Picture{nowhere}, ""},
		"an empty gallery": {nil, ""},
	} {
		w := xmltext.NewWriter(media.Gallery{}.Namespaces()...)
		media.Gallery{Pictures: test.pictures}.WriteArticle(w, syndicate.RSS, nil)
		assert.Equal(t, test.want, string(w.Bytes()), name)
		assert.NoError(t, w.Err())
	}
}

func TestGalleryIsValidBesideTheLeadImage(t *testing.T) {
	f := feedOf(wholeImage())
	f.Articles[0].Extensions = []syndicate.Extension{media.Gallery{Pictures: []media.Picture{
		{Image: syndicate.Image{URL: "https://example.com/1.jpg"}}, {Image: syndicate.Image{URL: "https://example.com/2.jpg"}},
	}}}
	assert.Empty(t, f.Validate())
	for _, format := range xmlFormats {
		item := parsed(t, f, format)[0]
		assert.Len(t, item.Extensions["media"]["group"][0].Children["content"], 2, format)
		assert.Len(t, item.Extensions["media"]["content"], 1, format)
	}
}

func TestMoreElementsStandInsideOfAPicture(t *testing.T) {
	w := xmltext.NewWriter(media.Gallery{}.Namespaces()...)
	gallery := media.Gallery{Pictures: []media.Picture{{Image: wholeImage()}, {Image: wholeImage()}}}
	gallery.Write(w, func(p media.Picture) { w.Element("media:copyright", p.Credit) })
	assert.Equal(t, 2, strings.Count(string(w.Bytes()), "<media:copyright>Anadolu</media:copyright></media:content>"))
}

func TestStoredGalleryIsTheSame(t *testing.T) {
	gallery := media.Gallery{Pictures: []media.Picture{{Image: wholeImage(), Caption: "One"}}}
	text, err := gallery.MarshalText()
	require.NoError(t, err)
	revived, err := media.Images{}.ReviveArticle(text)
	require.NoError(t, err)
	assert.Equal(t, gallery, revived)
	_, err = media.Images{}.ReviveArticle([]byte("{"))
	assert.Error(t, err)
	assert.Equal(t, media.Gallery{}.Vocabulary(), media.Images{}.Vocabulary())
}
