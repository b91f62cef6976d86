package cleanhtml_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

const placeholder = `data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7`

// HTML-4
func TestLazyImageBecomesOneImage(t *testing.T) {
	one := `<img src="https://example.com/a.jpg" alt="x" width="640" height="480">`
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"data-src", `<img data-src="/a.jpg" alt="x" width="640" height="480" class="lazy" loading="lazy">`, one},
		{"data-original", `<img data-original="/a.jpg" alt="x" width="640" height="480">`, one},
		{"data-lazy-src", `<img data-lazy-src="/a.jpg" alt="x" width="640" height="480">`, one},
		{"a placeholder", `<img src="` + placeholder + `" data-src="/a.jpg" alt="x" width="640" height="480">`, one},
		{"an svg placeholder", `<img src="data:image/svg+xml,%3Csvg%3E" data-src="/a.jpg" alt="x" width="640" height="480">`, one},
		{"noscript after", `<img src="/blank.gif" data-src="/a.jpg" alt="x" width="640" height="480"><noscript><img src="/a.jpg" alt="x"></noscript>`, one},
		{"noscript after, another size", `<img data-src="/a.jpg" alt="x" width="640" height="480"> <noscript><img src="/a-full.jpg" alt="x"></noscript>`, one + " "},
		{"noscript before", `<noscript><img src="/a.jpg" alt="x" width="640" height="480"></noscript><img data-src="/a.jpg" alt="x">`, one},
		{"noscript before, another size", `<noscript><img src="/a.jpg" alt="x" width="640" height="480"></noscript><img data-src="/a-300x200.jpg?w=300" alt="x">`, one},
		{"placeholder alone, noscript after", `<img src="` + placeholder + `" class="lazy"><noscript><img src="/a.jpg" alt="x" width="640" height="480"></noscript>`, one},
		{"noscript alone", `<noscript><img src="/a.jpg" alt="x" width="640" height="480"></noscript>`, one},
		{"the same in another paragraph", `<p><img data-src="/a.jpg"></p><p><noscript><img src="/a.jpg"></noscript></p>`, `<p><img src="https://example.com/a.jpg"></p>`},
		{"two in a row", `<img data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript><img data-src="/b.jpg"><noscript><img src="/b.jpg"></noscript>`,
			`<img src="https://example.com/a.jpg"><img src="https://example.com/b.jpg">`},
		{"two in a row, noscript first", `<noscript><img src="/a.jpg"></noscript><img data-src="/a.jpg"><noscript><img src="/b.jpg"></noscript><img data-src="/b.jpg">`,
			`<img src="https://example.com/a.jpg"><img src="https://example.com/b.jpg">`},
		{"not the same", `<img data-src="/a.jpg"> and <noscript><img src="/b.jpg"></noscript>`,
			`<img src="https://example.com/a.jpg"> and <img src="https://example.com/b.jpg">`},
		{"twice on purpose", `<img src="/a.jpg"><img src="/a.jpg">`, `<img src="https://example.com/a.jpg"><img src="https://example.com/a.jpg">`},
	})
}

// HTML-4: the end tag of a noscript within svg ends the noscript around it too.
func TestEndOfNoscriptInADrawingCounts(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{Trusted: true}, []example{
		{"the same image once more", `<img src="/a.jpg"><noscript><svg><noscript></noscript></svg><img src="/a.jpg"></noscript>`,
			`<img src="https://example.com/a.jpg"><svg><noscript></noscript></svg><img src="https://example.com/a.jpg">`},
	})
}

// HTML-4
func TestLazySrcsetIsUsed(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"data-srcset", `<img data-srcset="/a.jpg 1x, /b.jpg 2x" data-src="/a.jpg">`,
			`<img srcset="https://example.com/a.jpg 1x, https://example.com/b.jpg 2x" src="https://example.com/a.jpg">`},
		{"data-lazy-srcset over a placeholder", `<img src="/a.jpg" srcset="` + placeholder + ` 1w" data-lazy-srcset="/a.jpg 300w">`,
			`<img src="https://example.com/a.jpg" srcset="https://example.com/a.jpg 300w">`},
		{"in a picture", `<picture><source data-srcset="/a.webp" type="image/webp"><img data-src="/a.jpg"></picture>`,
			`<picture><source srcset="https://example.com/a.webp" type="image/webp"><img src="https://example.com/a.jpg"></picture>`},
	})
}

// HTML-4
func TestImageAlwaysHasSource(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"the largest candidate", `<img srcset="/a.jpg 300w, /c.jpg 1200w, /b.jpg 600w" alt="x">`,
			`<img src="https://example.com/c.jpg" srcset="https://example.com/a.jpg 300w, https://example.com/c.jpg 1200w, https://example.com/b.jpg 600w" alt="x">`},
		{"none", `a<img>b`, `ab`},
		{"an empty one", `a<img src=" " alt=" ">b`, `ab`},
		{"one that is refused", `a<img src="javascript:x">b`, `ab`},
		{"the old name", `<image src="/a.jpg">`, `<img src="https://example.com/a.jpg">`},
	})
}

// HTML-3
func TestTrackingPixelsAreRemoved(t *testing.T) {
	for _, img := range []string{
		`<img src="/p.gif" width="1" height="1">`, `<img src="/p.gif" width=0 height=0>`, `<img src="/p.gif" height="1px">`,
		`<img src="/p.gif" style="width:1px;height:1px">`, `<img src="/p.gif" style="border:0; WIDTH : 1PX !important">`,
		`<img src="/p.gif" style="display: none">`, `<img src="/p.gif" style="display:none!important;">`, `<img src="/p.gif" hidden>`, `<img src="/p.gif" width="0%" alt="x">`, `<img src="/p.gif" style="visibility:hidden">`, `<img src="` + placeholder + `">`,
		`<noscript><img height="1" width="1" style="display:none" src="https://www.facebook.com/tr?id=1&ev=PageView&noscript=1"/></noscript>`,
	} {
		assert.Equal(t, `<p>x</p>`, cleanhtml.Policy{}.Clean(`<p>x`+img+`</p>`, page), img)
	}
	for _, img := range []string{`width="100%"`, `width="1%"`, `width="10"`, `width=""`, `style="max-width:100px"`, `style="border:1px"`, `style="width:1em"`, `style="width:1px;min-width:100%"`} {
		assert.Contains(t, cleanhtml.Policy{}.Clean(`<img src="/p.gif" `+img+`>`, page), "<img", img)
	}
}
