package rsl

import (
	"encoding/json"

	"github.com/syndicate-go/syndicate"
)

// Stores keep the [Terms] of an article as JSON. The names are those of the fields, and only fields
// that are set are there.

// Vocabulary returns the URI of the namespace, for package sqlstore.
func (Terms) Vocabulary() string { return namespace.URI }

// MarshalText returns the terms as text that a store can keep. It implements sqlstore.Keepable.
func (t Terms) MarshalText() ([]byte, error) {
	type fields Terms // without methods, or else json.Marshal would call this one
	return json.Marshal(fields(t))
}

// UnmarshalText reads what [Terms.MarshalText] returned.
func (t *Terms) UnmarshalText(text []byte) error {
	type fields Terms
	return json.Unmarshal(text, (*fields)(t))
}

// Vocabulary returns the URI of the namespace, for package sqlstore.
func (Site) Vocabulary() string { return namespace.URI }

// ReviveArticle returns the [Terms] that a store has kept. It implements sqlstore.Reviver.
func (Site) ReviveArticle(text []byte) (syndicate.Extension, error) {
	var t Terms
	if err := t.UnmarshalText(text); err != nil {
		return nil, err
	}
	return t, nil
}
