package newsdesk

import (
	"fmt"
	"reflect"

	"github.com/syndicate-go/syndicate"
)

// The limits of an article's parts. A client with the token can still have a fault, and each term
// of an article has a feed.
const (
	maxContent = 1 << 20 // bytes of the body
	maxText    = 4 << 10 // bytes of every other text: titles, names, addresses
	maxList    = 100     // tags, categories, authors or enclosures
	maxParents = 10      // categories above a category
	maxFaults  = 20      // problems in one response
)

// oversized returns a problem for each part of an article that is larger than the desk accepts, or
// nil.
func oversized(article *syndicate.Article) []problem {
	return appendOversized(nil, "", reflect.ValueOf(*article), 0)
}

// appendOversized appends the problems of a value at a path such as "Tags[3].Name", below a number
// of pointers. It reads all fields that an article has, so a new field has a limit too.
func appendOversized(found []problem, path string, value reflect.Value, pointers int) []problem {
	if len(found) >= maxFaults {
		return found
	}
	tooMuch := func(format string, limit int) []problem {
		return append(found, problem{Field: path, Rule: fmt.Sprintf(format, limit)})
	}
	switch value.Kind() {
	case reflect.String:
		limit := maxText
		if path == "Content" {
			limit = maxContent
		}
		if value.Len() > limit {
			return tooMuch("longer than %d bytes", limit)
		}
	case reflect.Slice:
		if value.Len() > maxList {
			return tooMuch("more than %d entries", maxList)
		}
		for i := range value.Len() {
			found = appendOversized(found, fmt.Sprintf("%s[%d]", path, i), value.Index(i), pointers)
		}
	case reflect.Pointer: // the parent of a category, or the thumbnail of an image
		switch {
		case value.IsNil():
		case pointers == maxParents:
			return tooMuch("nested deeper than %d", maxParents)
		default:
			return appendOversized(found, path, value.Elem(), pointers+1)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			field := value.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			name := field.Name
			if path != "" {
				name = path + "." + name
			}
			found = appendOversized(found, name, value.Field(i), pointers)
		}
	}
	return found
}
