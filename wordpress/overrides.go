package wordpress

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
)

// A synced pattern may leave some of its texts to the posts that use it. A block of the pattern has
// a name and is bound to the source "core/pattern-overrides"; the block that inserts the pattern
// has the values by that name:
//
//	<!-- wp:paragraph {"metadata":{"name":"Price","bindings":
//		{"__default":{"source":"core/pattern-overrides"}}}} -->
//	<!-- wp:block {"ref":7,"content":{"Price":{"content":"14.99"}}} /-->
//
// The binding "__default" is for all attributes that a block lets posts set, and any other binding
// for the attribute with its name. Bindings to other sources are left alone: their values are in
// the fields of a post or of the site, and WordPress fills them in.

// boundBlock matches the start of a block that may be bound, with its name and attributes.
var boundBlock = regexp.MustCompile(`<!-- wp:(?:core/)?(paragraph|heading|list-item|button|image) (\{.*?\}) -->`)

// overridable are the attributes that a post can set, by block: the element that has the text, or
// the element and its attribute.
var overridable = map[string]map[string]struct{ element, attr string }{
	"paragraph": {"content": {element: "p"}},
	"heading":   {"content": {element: "h[1-6]"}},
	"list-item": {"content": {element: "li"}},
	"button":    {"text": {element: "a"}, "url": {"a", "href"}, "linkTarget": {"a", "target"}, "rel": {"a", "rel"}},
	"image":     {"url": {"img", "src"}, "alt": {"img", "alt"}, "title": {"img", "title"}, "caption": {element: "figcaption"}, "id": {}},
}

// overrides returns the texts that a post has in place of those of a pattern, by the name of the
// block and its attribute. WordPress 6.5 wrote them in several forms.
func overrides(attrs string) map[string]map[string]json.RawMessage {
	var given struct {
		Content, Overrides map[string]map[string]json.RawMessage
	}
	_ = json.Unmarshal([]byte(attrs), &given) // of another form: nothing
	if given.Content == nil {
		given.Content = given.Overrides
	}
	for name, values := range given.Content {
		var inner map[string]json.RawMessage
		if json.Unmarshal(values["values"], &inner) == nil && inner != nil {
			given.Content[name] = inner
		}
	}
	return given.Content
}

// override returns the body of a pattern with the texts of a post. A block that the pattern does
// not bind keeps its text, as in WordPress. A name may be that of several blocks, which then have
// the same text. insert counts each of them.
func (w *bodyWriter) override(body, ref, attrs string) string {
	given := overrides(attrs)
	if len(given) == 0 {
		return body
	}
	var b strings.Builder
	// unclosed has the blocks without an end in the rest of the body, so that each name is searched
	// in vain once.
	unclosed := map[string]bool{}
	for {
		at := boundBlock.FindStringSubmatchIndex(body)
		if at == nil {
			b.WriteString(body)
			return b.String()
		}
		block := body[at[2]:at[3]]
		var bound struct {
			Metadata struct {
				Name     string
				Bindings map[string]struct{ Source string }
			}
		}
		_ = json.Unmarshal([]byte(body[at[4]:at[5]]), &bound) // of another form: not bound
		b.WriteString(body[:at[1]])
		body = body[at[1]:]
		if unclosed[block] {
			continue
		}
		inner, rest, closed := strings.Cut(body, "<!-- /wp:"+block+" -->")
		if !closed {
			unclosed[block] = true
			continue
		}
		for attr, value := range given[bound.Metadata.Name] {
			bindings := bound.Metadata.Bindings
			if bindings[attr].Source != overrideSource && bindings["__default"].Source != overrideSource {
				continue
			}
			var text string
			to, known := overridable[block][attr]
			switch {
			case attr == "id": // of an attachment, which the tag need not have
			case !known || json.Unmarshal(value, &text) != nil:
				w.note(ReasonOverrides, ref, ref)
			case !w.insert(len(text)):
				w.note(ReasonTooLong, "wp:block", ref)
			case to.attr == "":
				inner = withText(inner, to.element, text)
			default:
				inner = withAttribute(inner, to.element, to.attr, text)
			}
		}
		b.WriteString(inner)
		body = body[len(body)-len(rest)-len("<!-- /wp:"+block+" -->"):]
	}
}

// overrideSource is the source of the bindings whose values posts have.
const overrideSource = "core/pattern-overrides"

// withText replaces the content of the first element with a name. The name may be a pattern: a
// heading has one of six. A body without the element, or without its end, stays as it is.
func withText(body, element, text string) string {
	open := regexp.MustCompile(`<` + element + `(?:\s[^>]*)?>`).FindStringIndex(body)
	closes := regexp.MustCompile(`</`+element+`>`).FindAllStringIndex(body, -1)
	if open == nil || len(closes) == 0 || closes[len(closes)-1][0] < open[1] {
		return body
	}
	return body[:open[1]] + text + body[closes[len(closes)-1][0]:]
}

// withAttribute sets an attribute of the first element with a name. The value is plain text, as
// it is in the attributes of a block. WordPress writes double quotes around the attributes of a
// tag.
func withAttribute(body, element, attr, value string) string {
	tag := regexp.MustCompile(`<` + element + `(?:\s[^>]*?)?(/?>)`).FindStringSubmatchIndex(body)
	if tag == nil {
		return body
	}
	set := ` ` + attr + `="` + html.EscapeString(value) + `"`
	start := body[tag[0]:tag[2]]
	if old := regexp.MustCompile(`\s` + attr + `="[^"]*"`).FindStringIndex(start); old != nil {
		start = start[:old[0]] + set + start[old[1]:]
	} else {
		start = strings.TrimRight(start, " ") + set
	}
	return body[:tag[0]] + start + body[tag[2]:]
}
