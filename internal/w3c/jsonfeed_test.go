// The rules of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), written down from its text.
// They share no code with the encoder and with Feed.Validate, whose judge they are.
package w3c

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/language"
)

// jsonRules collects what a document has against the rules.
type jsonRules struct{ found []message }

func (r *jsonRules) add(level, name, path, value string) {
	r.found = append(r.found, message{level, name, map[string]string{"path": path, "value": value}})
}

// member is the form of a member: the rule that its value must follow.
type member func(r *jsonRules, path string, value any)

// The members that the specification names, by the heading that they are under.
var (
	jsonFeedMembers = map[string]member{
		"version": jsonText, "title": jsonText, "home_page_url": jsonURL, "feed_url": jsonURL, "description": jsonText, "user_comment": jsonText,
		"next_url": jsonURL, "icon": jsonURL, "favicon": jsonURL, "author": jsonAuthor, "authors": listOf(jsonAuthor), "language": jsonLanguage,
		"expired": jsonBool, "hubs": listOf(jsonHub), "items": listOf(jsonItem),
	}
	jsonItemMembers = map[string]member{
		"id": jsonText, "url": jsonURL, "external_url": jsonURL, "title": jsonText, "content_html": jsonText, "content_text": jsonText, "summary": jsonText,
		"image": jsonURL, "banner_image": jsonURL, "date_published": jsonDate, "date_modified": jsonDate, "author": jsonAuthor, "authors": listOf(jsonAuthor),
		"tags": listOf(jsonText), "language": jsonLanguage, "attachments": listOf(jsonAttachment),
	}
	jsonAuthorMembers     = map[string]member{"name": jsonText, "url": jsonURL, "avatar": jsonURL}
	jsonHubMembers        = map[string]member{"type": jsonText, "url": jsonURL}
	jsonAttachmentMembers = map[string]member{"url": jsonURL, "mime_type": jsonType, "title": jsonText, "size_in_bytes": jsonSize, "duration_in_seconds": jsonSize}
)

func init() { // they refer to each other
	jsonFeedMembers["items"] = listOf(jsonItem)
}

// judgeJSON returns what is wrong with a JSON feed.
func judgeJSON(doc []byte) []message {
	r := &jsonRules{}
	if !utf8.Valid(doc) || bytes.HasPrefix(doc, []byte("\ufeff")) {
		r.add("error", "Encoding", "", "not UTF-8 without a byte order mark")
	}
	if name := duplicate(json.NewDecoder(bytes.NewReader(doc))); name != "" {
		r.add("error", "DuplicateMember", name, "")
	}
	var feed any
	if err := json.Unmarshal(doc, &feed); err != nil {
		r.add("error", "Syntax", "", err.Error())
		return r.found
	}
	top, ok := r.object("", feed, jsonFeedMembers, "version", "title", "items")
	if !ok {
		return r.found
	}
	if top["version"] != "https://jsonfeed.org/version/1.1" || !regexp.MustCompile(`^\s*\{\s*"version"`).Match(doc) {
		r.add("error", "Version", "/version", fmt.Sprint(top["version"]))
	}
	if isBlank(top["title"]) {
		r.add("error", "Blank", "/title", "")
	}
	for _, name := range []string{"home_page_url", "feed_url"} { // "should be considered required"
		if top[name] == nil {
			r.add("warning", "Recommended", "/"+name, "")
		}
	}
	if top["next_url"] != nil && top["next_url"] == top["feed_url"] {
		r.add("error", "NextIsFeed", "/next_url", "")
	}
	ids := map[any]bool{}
	items, _ := top["items"].([]any)
	for i, item := range items {
		if item, ok := item.(map[string]any); ok {
			if ids[item["id"]] {
				r.add("error", "DuplicateID", fmt.Sprintf("/items/%d/id", i), fmt.Sprint(item["id"]))
			}
			ids[item["id"]] = true
		}
	}
	return r.found
}

// object checks an object with these members, of which some must be there.
func (r *jsonRules) object(path string, value any, members map[string]member, required ...string) (map[string]any, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		r.add("error", "NotAnObject", path, fmt.Sprint(value))
		return nil, false
	}
	for _, name := range required {
		if object[name] == nil {
			r.add("error", "Missing", path+"/"+name, "")
		}
	}
	for name, value := range object {
		switch check := members[name]; {
		case check != nil:
			check(r, path+"/"+name, value)
		case !regexp.MustCompile(`^_[A-Za-z][^.]*$`).MatchString(name): // "Extensions"
			r.add("error", "UnknownMember", path+"/"+name, "")
		}
	}
	return object, true
}

func listOf(element member) member {
	return func(r *jsonRules, path string, value any) {
		list, ok := value.([]any)
		if !ok {
			r.add("error", "NotAList", path, fmt.Sprint(value))
		}
		for i, value := range list {
			element(r, fmt.Sprintf("%s/%d", path, i), value)
		}
	}
}

func jsonItem(r *jsonRules, path string, value any) {
	item, ok := r.object(path, value, jsonItemMembers, "id")
	if !ok {
		return
	}
	if id, ok := item["id"]; ok && isBlank(id) { // "a feed reader must ignore items without an id"
		r.add("error", "Blank", path+"/id", "")
	}
	html, text := item["content_html"], item["content_text"]
	if html == nil && text == nil {
		r.add("error", "Missing", path+"/content_html", "")
	} else if isBlank(html) && isBlank(text) {
		r.add("error", "Blank", path+"/content_text", "")
	}
	published, _ := time.Parse(time.RFC3339, fmt.Sprint(item["date_published"]))
	if modified, err := time.Parse(time.RFC3339, fmt.Sprint(item["date_modified"])); err == nil && modified.Before(published) {
		r.add("error", "ModifiedBeforePublished", path+"/date_modified", fmt.Sprint(item["date_modified"]))
	}
}

func jsonAuthor(r *jsonRules, path string, value any) { // "at least one of these"
	if author, ok := r.object(path, value, jsonAuthorMembers); ok && isBlank(author["name"]) && isBlank(author["url"]) && isBlank(author["avatar"]) {
		r.add("error", "Blank", path, "")
	}
}

func jsonHub(r *jsonRules, path string, value any) {
	r.object(path, value, jsonHubMembers, "type", "url")
}

func jsonAttachment(r *jsonRules, path string, value any) {
	r.object(path, value, jsonAttachmentMembers, "url", "mime_type")
}

// jsonText: characters that no text has are those that XML excludes too, and the replacement of
// halves of surrogate pairs.
func jsonText(r *jsonRules, path string, value any) {
	text, ok := value.(string)
	if !ok {
		r.add("error", "NotAString", path, fmt.Sprint(value))
	}
	for _, c := range text {
		if unicode.IsControl(c) && c < ' ' && !strings.ContainsRune("\t\n\r", c) || c&0xfffe == 0xfffe {
			r.add("error", "Character", path, strconv.Quote(text))
			return
		}
	}
}

func jsonBool(r *jsonRules, path string, value any) {
	if _, ok := value.(bool); !ok {
		r.add("error", "NotABoolean", path, fmt.Sprint(value))
	}
}

// jsonSize: a number of bytes or seconds, which nobody writes for nothing.
func jsonSize(r *jsonRules, path string, value any) {
	if n, ok := value.(float64); !ok || n <= 0 {
		r.add("error", "NotANumber", path, fmt.Sprint(value))
	}
}

// webURL is an absolute URL of the Web by the grammar of RFC 3986, appendix A.
var webURL = regexp.MustCompile(`^https?://(?:(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?(\[[^\]/?#]*\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::(\d*))?` +
	`(?:/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$`)

func jsonURL(r *jsonRules, path string, value any) {
	text, _ := value.(string)
	parts := webURL.FindStringSubmatch(text)
	if parts == nil {
		r.add("error", "URL", path, text)
		return
	}
	host := parts[1]
	if literal, ok := strings.CutPrefix(host, "["); ok {
		if address, err := netip.ParseAddr(strings.TrimSuffix(literal, "]")); err != nil || !address.Is6() {
			r.add("error", "URL", path, text)
		}
		return
	}
	port, err := strconv.Atoi(parts[2])
	if parts[2] != "" && (err != nil || port > 65535) {
		r.add("error", "URL", path, text)
		return
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label { // RFC 1123 section 2.1
			r.add("error", "URL", path, text)
			return
		}
	}
}

func jsonDate(r *jsonRules, path string, value any) {
	text, _ := value.(string)
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.add("error", "Date", path, text)
	} else if when.Year() < 1970 || when.After(time.Now().Add(24*time.Hour)) {
		r.add("warning", "ImplausibleDate", path, text)
	}
}

// jsonLanguage: a tag that RFC 5646 section 2.2.9 calls well-formed.
func jsonLanguage(r *jsonRules, path string, value any) {
	text, _ := value.(string)
	if _, err := language.Parse(text); err != nil && !strings.Contains(err.Error(), "well-formed but unknown") || strings.Contains(text, "_") || text == "" {
		r.add("error", "Language", path, text)
	}
}

// jsonType: RFC 6838 section 4.2, with parameters as in RFC 9110 section 5.6.6.
func jsonType(r *jsonRules, path string, value any) {
	const name, token = `[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}`, "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
	text, _ := value.(string)
	if !regexp.MustCompile(`^` + name + `/` + name + `(\s*;\s*(` + token + `=(` + token + `|"([^"\\]|\\.)*"))?)*\s*$`).MatchString(text) {
		r.add("error", "MediaType", path, text)
	}
}

// isBlank reports whether a member is missing, or has nothing but white space.
func isBlank(value any) bool {
	text, isText := value.(string)
	return value == nil || isText && strings.TrimSpace(text) == ""
}

// duplicate returns a name that an object has twice, "" if no object does (RFC 8259 section 4).
func duplicate(d *json.Decoder) string {
	var objects []map[string]bool // nil for a list
	isName := false
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		var inObject bool
		switch token {
		case json.Delim('{'):
			objects, inObject = append(objects, map[string]bool{}), true
			isName = true
			continue
		case json.Delim('['):
			objects, isName = append(objects, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			objects = objects[:len(objects)-1]
			inObject = len(objects) > 0 && objects[len(objects)-1] != nil
			isName = inObject
			continue
		}
		inObject = len(objects) > 0 && objects[len(objects)-1] != nil
		if inObject && isName {
			name, names := token.(string), objects[len(objects)-1]
			if names[name] {
				return name
			}
			names[name], isName = true, false
		} else {
			isName = inObject
		}
	}
}

// The rules find each kind of fault, so that a document that they pass has none of them.
func TestTheRulesOfJSONFeedFindFaults(t *testing.T) {
	const head = `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.com/","feed_url":"https://example.com/f",`
	assert.Empty(t, judgeJSON([]byte(head+`"items":[{"id":"1","content_text":"x"}]}`)))
	for doc, want := range map[string]string{
		`{`: "Syntax", `[]`: "NotAnObject", head + `"items":[]`: "Syntax", head + `"language":"en"}`: "Missing", head + `"items":{}}`: "NotAList",
		head + `"items":[],"items":[]}`: "DuplicateMember", head + `"items":[{"id":"1","content_text":"x","_a":{"b":1,"b":2}}]}`: "DuplicateMember",
		head + `"items":[],"x":1}`: "UnknownMember", head + `"items":[],"_a.b":{}}`: "UnknownMember", head + `"items":[],"description":null}`: "NotAString",
		head + `"items":[],"next_url":"https://example.com/f"}`: "NextIsFeed", head + `"items":[],"icon":"/x"}`: "URL", head + `"items":[],"icon":"https://a b/"}`: "URL",
		head + `"items":[],"icon":"http://[x]/"}`: "URL", head + `"items":[],"icon":"http://a:99999/"}`: "URL", head + `"items":[],"icon":"http://a..b/"}`: "URL",
		head + `"items":[],"icon":"http://a/%"}`: "URL", head + `"items":[],"icon":""}`: "URL", head + `"items":[],"language":"en_US"}`: "Language",
		head + `"items":[],"authors":[{}]}`: "Blank", head + `"items":[],"hubs":[{"type":"WebSub"}]}`: "Missing", head + `"items":[],"expired":"yes"}`: "NotABoolean",
		head + `"items":[{"content_text":"x"}]}`: "Missing", head + `"items":[{"id":"","content_text":"x"}]}`: "Blank", head + `"items":[{"id":1,"content_text":"x"}]}`: "NotAString",
		head + `"items":[{"id":"1"}]}`: "Missing", head + `"items":[{"id":"1","content_html":" "}]}`: "Blank", head + `"items":[{"id":"1","content_text":"\u0001"}]}`: "Character",
		head + `"items":[{"id":"1","content_text":"x"},{"id":"1","content_text":"y"}]}`:                                                                   "DuplicateID",
		head + `"items":[{"id":"1","content_text":"x","date_published":"2022-02-30T00:00:00Z"}]}`:                                                         "Date",
		head + `"items":[{"id":"1","content_text":"x","date_published":"1022-02-20T00:00:00Z"}]}`:                                                         "ImplausibleDate",
		head + `"items":[{"id":"1","content_text":"x","date_published":"2022-02-20T00:00:00Z","date_modified":"2021-02-20T00:00:00Z"}]}`:                  "ModifiedBeforePublished",
		head + `"items":[{"id":"1","content_text":"x","attachments":[{"url":"https://a/"}]}]}`:                                                            "Missing",
		head + `"items":[{"id":"1","content_text":"x","attachments":[{"url":"https://a/","mime_type":"mp3"}]}]}`:                                          "MediaType",
		head + `"items":[{"id":"1","content_text":"x","attachments":[{"url":"https://a/","mime_type":"a/b","size_in_bytes":-1}]}]}`:                       "NotANumber",
		`{"version":"https://jsonfeed.org/version/1.1","title":" ","home_page_url":"https://example.com/","feed_url":"https://example.com/f","items":[]}`: "Blank",
		`{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.com/","items":[]}`:                                    "Recommended",
		`{"title":"T","version":"https://jsonfeed.org/version/1.1","home_page_url":"https://example.com/","feed_url":"https://example.com/f","items":[]}`: "Version",
	} {
		found := judgeJSON([]byte(doc))
		if assert.Len(t, found, 1, "%s: %s", doc, found) {
			assert.Equal(t, want, found[0].Name, doc)
		}
	}
}
