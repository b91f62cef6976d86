package sqlstore

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
)

// Keepable is a [syndicate.Extension] of an article that a store can keep. A store keeps the text
// and the vocabulary. When it reads the article again, it passes the text to the [Reviver] of the
// same vocabulary among the extensions of the site and of its scopes.
//
// The text must hold everything that the extension writes: the article has to give the same feeds
// when it comes from a store.
type Keepable interface {
	syndicate.Extension
	// Vocabulary returns the URI of the vocabulary's namespace.
	Vocabulary() string
	// MarshalText returns the extension as text in UTF-8.
	MarshalText() (text []byte, err error)
}

// Reviver is a [syndicate.Extension] of a site, or of one of its scopes, that turns stored text
// into an extension of an article again.
type Reviver interface {
	syndicate.Extension
	// Vocabulary returns the URI of the vocabulary's namespace.
	Vocabulary() string
	// ReviveArticle returns the extension whose MarshalText returned text.
	ReviveArticle(text []byte) (syndicate.Extension, error)
}

// Extensions of articles. The column extensions has their texts, and the revivers turn these into
// extensions again. What has no text, or nothing that reads it, is left out of the stored article.

// storedExtension is the JSON of an extension.
type storedExtension struct {
	Vocabulary string `json:"vocabulary"`
	Text       string `json:"text"`
}

// keep returns the extensions of an article as JSON, "" if there are none, and a warning for each
// one that the store cannot keep.
func (c *checked) keep(a *syndicate.Article) (text string, lost []*syndicate.Problem) {
	var kept []storedExtension
	for i, ext := range a.Extensions {
		if ext == nil {
			continue
		}
		stored, err := c.store(ext)
		if err == nil {
			kept = append(kept, stored)
			continue
		}
		const rule = "a store cannot keep it"
		p := problem(a.URL, fmt.Sprintf("Extensions[%d]", i), fmt.Sprintf("%T", ext), rule, "left out; "+err.Error())
		p.Warning = true
		lost = append(lost, p)
	}
	return encodeList(kept, func(e storedExtension) any { return e }), lost
}

// store returns an extension as it is stored. To find out early whether it can be revived, it
// does that.
func (c *checked) store(ext syndicate.Extension) (stored storedExtension, err error) {
	keepable, ok := ext.(Keepable)
	if !ok {
		return stored, errors.New("it is not a sqlstore.Keepable")
	}
	defer recoverTo(&err)
	text, err := keepable.MarshalText()
	if err != nil {
		return stored, err
	}
	// JSON and the column of the database hold nothing else.
	if !utf8.Valid(text) {
		return stored, errors.New("its text is not UTF-8")
	}
	stored = storedExtension{keepable.Vocabulary(), string(text)}
	// An extension that cannot be revived would be missing from feeds later, when nobody looks.
	_, err = c.reviveOne(stored)
	return stored, err
}

// revive returns the extensions of a stored article. The error names those that cannot be
// revived, such as those of a vocabulary that no extension of the site has; the others are
// returned.
func (c *checked) revive(text string) (extensions []syndicate.Extension, err error) {
	var all []storedExtension
	if err := decode(text, &all); err != nil {
		return nil, err
	}
	var lost []error
	for _, stored := range all {
		ext, err := c.reviveOne(stored)
		if err != nil {
			lost = append(lost, err)
			continue
		}
		extensions = append(extensions, ext)
	}
	return extensions, errors.Join(lost...)
}

// reviveOne returns a stored extension.
func (c *checked) reviveOne(stored storedExtension) (ext syndicate.Extension, err error) {
	defer recoverTo(&err)
	for _, reviver := range c.revivers {
		// The first reviver of a vocabulary is used if there are several.
		if reviver.Vocabulary() != stored.Vocabulary {
			continue
		}
		ext, err = reviver.ReviveArticle([]byte(stored.Text))
		if err == nil && ext == nil {
			err = fmt.Errorf("the sqlstore.Reviver of %q returned no extension", stored.Vocabulary)
		}
		return ext, err
	}
	return nil, fmt.Errorf("no extension of the site is a sqlstore.Reviver of %q", stored.Vocabulary)
}

// reviversOf returns the revivers of a site: those among its own extensions first, then those of
// its scopes in order.
func reviversOf(site syndicate.Site) (revivers []Reviver) {
	extensions := slices.Clone(site.Extensions)
	for _, scope := range slices.SortedFunc(maps.Keys(site.Scopes), syndicate.Scope.Compare) {
		extensions = append(extensions, site.Scopes[scope].Extensions...)
	}
	for _, ext := range extensions {
		if reviver, ok := ext.(Reviver); ok {
			revivers = append(revivers, reviver)
		}
	}
	return revivers
}

// recoverTo turns a panic of an extension into an error.
func recoverTo(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v", p)
	}
}
