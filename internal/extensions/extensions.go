// Package extensions finds extensions by their types.
package extensions

import "github.com/syndicate-go/syndicate"

// Of returns the extensions in a list that are of a type, in order.
func Of[E syndicate.Extension](list []syndicate.Extension) (found []E) {
	for _, ext := range list {
		if e, ok := ext.(E); ok {
			found = append(found, e)
		}
	}
	return found
}
