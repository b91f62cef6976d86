// Package absent says which errors of a Source mean that there is no feed.
package absent

import (
	"errors"

	"github.com/syndicate-go/syndicate"
)

// Is reports whether an error means that there is no feed, as opposed to a failure of the Source.
func Is(err error) bool {
	return errors.Is(err, syndicate.ErrNotFound) || errors.Is(err, syndicate.ErrGone) ||
		errors.Is(err, syndicate.ErrMoved)
}

// Error returns the error for a scope that has no feed.
func Error(scope syndicate.Scope) error {
	return &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
}
