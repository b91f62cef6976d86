package wordpress

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// WXR-5: Divi 5 has the texts in the attributes of its blocks.
func TestBlocksOfDiviAreShown(t *testing.T) {
	for _, c := range []example{
		{"a page", `<!-- wp:divi/placeholder --><!-- wp:divi/section {"builderVersion":"5.13.1"} --><!-- wp:divi/row {"builderVersion":"5.13.1"} --><!-- wp:divi/column {"module":{"advanced":{"type":{"desktop":{"value":"4_4"}}}},"builderVersion":"5.13.1"} -->` +
			`<!-- wp:divi/heading {"title":{"innerContent":{"desktop":{"value":"A \u0026amp; B"}},"decoration":{"font":{"font":{"desktop":{"value":{"headingLevel":"h2","color":"#fff"}}}}}},"builderVersion":"5.13.1"} /-->` +
			`<!-- wp:divi/text {"content":{"innerContent":{"desktop":{"value":"\u003cp\u003eOne \u003ca href=\u0022/x\u0022\u003etwo\u003c/a\u003e.\u003c/p\u003e"},"phone":{"value":"three"}},"decoration":{"bodyFont":{"body":{"font":{"desktop":{"value":{"size":"20px"}}}}}}},"builderVersion":"5.13.1"} /-->` +
			`<!-- wp:divi/button {"button":{"innerContent":{"desktop":{"value":{"text":"Go","linkUrl":"https://a.example/go"}}}},"builderVersion":"5.13.1"} /-->` +
			`<!-- /wp:divi/column --><!-- /wp:divi/row --><!-- /wp:divi/section --><!-- /wp:divi/placeholder -->`,
			`<h2>A &amp; B</h2>` + "|" + `<p>One <a href="/x">two</a>.</p>` + "|" + `<p><a href="https://a.example/go">Go</a></p>`, nil},
		{"pictures, films and blurbs", `<!-- wp:divi/image {"image":{"innerContent":{"desktop":{"value":{"src":"https://a.example/i.jpg","alt":"A \u0022view\u0022"}}}}} /-->` +
			`<!-- wp:divi/video {"video":{"innerContent":{"desktop":{"value":{"src":"https://youtu.be/abc"}}}},"thumbnail":{"innerContent":{"desktop":{"value":{"src":"https://a.example/t.jpg"}}}}} -->` + "\n<!-- /wp:divi/video -->" +
			`<!-- wp:divi/blurb {"content":{"innerContent":{"desktop":{"value":"\u003cp\u003eBody\u003c/p\u003e"}}},"title":{"innerContent":{"desktop":{"value":{"text":"Title","url":"https://a.example/t"}}}},"imageIcon":{"innerContent":{"desktop":{"value":{"useIcon":"on","icon":{"unicode":"x"}}}}}} /-->`,
			`<figure><img src="https://a.example/i.jpg" alt="A &#34;view&#34;"></figure>` + "|" + linked("https://youtu.be/abc") + "|" + `<h3><a href="https://a.example/t">Title</a></h3>` + "|" + `<p>Body</p>`, nil},
		{"an accordion", `<!-- wp:divi/accordion {"builderVersion":"5.0.0"} --><!-- wp:divi/accordion-item {"title":{"innerContent":{"desktop":{"value":"Q"}}},"content":{"innerContent":{"desktop":{"value":"A [youtube abcDEF12345]"}}}} /--><!-- /wp:divi/accordion -->`,
			`<h3>Q</h3>` + "|" + `A ` + "|" + linked("https://www.youtube.com/watch?v=abcDEF12345"), nil},
		{"dynamic content", `<!-- wp:divi/text {"content":{"innerContent":{"desktop":{"value":"$variable({\u0022type\u0022:\u0022content\u0022})$"}}}} /-->`, ``,
			[]string{"what the block showed is not in the export divi: content", "what the block showed is not in the export divi/text"}},
		{"modules that show other data", `<!-- wp:divi/blog {"builderVersion":"5.0.0"} /--><!-- wp:divi/text {broken} /-->`, ``,
			[]string{"what the block showed is not in the export divi/blog", "what the block showed is not in the export divi/text"}},
	} {
		shown, issues := shownBody(&item{content: valueOf(c.stored)}, nil)
		shown = regexp.MustCompile(`<!--.*?-->`).ReplaceAllString(shown, "")
		assert.Equal(t, c.shown, strings.Trim(regexp.MustCompile(`\n+`).ReplaceAllString(shown, "|"), "|"), c.name)
		assert.Equal(t, c.issues, issues, c.name)
	}
}

// WXR-5: a post may have other texts than the pattern that it uses.
func TestPostsHaveOtherTextsThanTheirPatterns(t *testing.T) {
	const bound = `"bindings":{"__default":{"source":"core/pattern-overrides"}}`
	patterns := func(x *index) {
		x.patterns[1] = `<!-- wp:heading {"metadata":{"name":"Head",` + bound + `}} --><h2 class="x">Old</h2><!-- /wp:heading -->` +
			`<!-- wp:paragraph {"metadata":{"name":"Text","bindings":{"content":{"source":"core/pattern-overrides"}}}} --><p>Old <b>text</b></p><!-- /wp:paragraph -->` +
			`<!-- wp:button {"metadata":{"name":"Go",` + bound + `}} --><div><a class="b" href="/old">Old</a></div><!-- /wp:button -->` +
			`<!-- wp:image {"id":3,"metadata":{"name":"Pic",` + bound + `}} --><figure><img src="/old.jpg" alt=""/><figcaption>Old</figcaption></figure><!-- /wp:image -->` +
			`<!-- wp:paragraph {"metadata":{"name":"Fixed"}} --><p>Stays</p><!-- /wp:paragraph -->` +
			`<!-- wp:paragraph {"metadata":{"name":"Meta","bindings":{"content":{"source":"core/post-meta"}}}} --><p>Stays too</p><!-- /wp:paragraph -->`
		x.patterns[2] = strings.Repeat(`<!-- wp:paragraph {"metadata":{"name":"Text",`+bound+`}} --><p></p><!-- /wp:paragraph -->`, 2000)
	}
	stored := `<!-- wp:block {"ref":1,"content":{"Head":{"content":"New"},"Text":{"values":{"content":"New \u003cem\u003etext\u003c/em\u003e"}},"Go":{"text":"Go","url":"https://a.example/?a=1\u0026b=2"},` +
		`"Pic":{"id":4,"url":"/new.jpg","alt":"\u0022New\u0022","caption":"Now"},"Fixed":{"content":"Changed"},"Meta":{"content":"Changed"},"None":{"content":"Nowhere"}}} /-->`
	shown, issues := shownBody(&item{content: valueOf(stored)}, patterns)
	assert.Empty(t, issues)
	for _, want := range []string{
		`<h2 class="x">New</h2>`, `<p>New <em>text</em></p>`, `<a class="b" href="https://a.example/?a=1&amp;b=2">Go</a>`, `<img src="/new.jpg" alt="&#34;New&#34;"/>`,
		`<figcaption>Now</figcaption>`, `<p>Stays</p>`, `<p>Stays too</p>`,
	} {
		assert.Contains(t, shown, want)
	}
	assert.NotContains(t, shown, "Old")
	assert.NotContains(t, shown, "Changed")

	shown, issues = shownBody(&item{content: valueOf(`<!-- wp:block {"ref":1,"overrides":{"Text":{"content":"Older form"},"Head":{"level":3}}} /-->`)}, patterns)
	assert.Contains(t, shown, "<p>Older form</p>")
	assert.Equal(t, []string{"what the post has in place of a part of a synced pattern is not applied 1"}, issues)

	if testing.Short() {
		return
	}
	long := strings.Repeat("long ", 20_000)
	shown, issues = shownBody(&item{content: valueOf(`<!-- wp:block {"ref":2,"content":{"Text":{"content":"` + long + `"}}} /-->`)}, patterns)
	assert.Less(t, len(shown), 2*defaultText)
	assert.NotEmpty(t, issues, "a text that many blocks have is bounded")
}

// WXR-5: a module with others in it has no comment that closes itself.
func TestAModuleOfDiviMayBeTheOnlyBlock(t *testing.T) {
	shown, _ := shownBody(&item{content: valueOf(`<!-- wp:divi/text {"content":{"innerContent":{"desktop":{"value":"\u003cp\u003eOnly\u003c/p\u003e"}}}} --><!-- /wp:divi/text -->`)}, nil)
	assert.Contains(t, shown, "<p>Only</p>")
}
