package podcast

import (
	"encoding/json"

	"github.com/syndicate-go/syndicate"
)

// Stores keep an [Episode] as JSON. The names are those of the fields, and only fields that are set
// are there, so that a text of an older version of this package can be read by a newer one.

// Vocabulary returns the URI of the podcast namespace, for package sqlstore.
func (Episode) Vocabulary() string { return podcast2.URI }

// MarshalText returns the episode as text that a store can keep. It implements sqlstore.Keepable.
func (e Episode) MarshalText() ([]byte, error) {
	type fields Episode // without methods, or else json.Marshal would call this one
	return json.Marshal(fields(e))
}

// UnmarshalText reads what [Episode.MarshalText] returned.
func (e *Episode) UnmarshalText(text []byte) error {
	type fields Episode
	return json.Unmarshal(text, (*fields)(e))
}

// Vocabulary returns the URI of the podcast namespace, for package sqlstore.
func (Show) Vocabulary() string { return podcast2.URI }

// ReviveArticle returns the [Episode] that a store has kept. It implements sqlstore.Reviver.
func (Show) ReviveArticle(text []byte) (syndicate.Extension, error) {
	var e Episode
	if err := e.UnmarshalText(text); err != nil {
		return nil, err
	}
	return e, nil
}
