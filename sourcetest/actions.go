package sourcetest

import (
	"context"

	"github.com/syndicate-go/syndicate"
)

// Adder is a Source to which articles can be added, as with [syndicate.Archive.Add]. The tests also
// accept an Add method without a context, as an Archive has it.
type Adder interface {
	Add(ctx context.Context, articles ...syndicate.Article) error
}

// Updater is a Source whose articles can be replaced by new versions, as with
// [syndicate.Archive.Update]. The tests also accept an Update method without a context.
type Updater interface {
	Update(ctx context.Context, articles ...syndicate.Article) error
}

// Remover is a Source from which articles can be removed, as with [syndicate.Archive.Remove]. The
// tests also accept a Remove method without a context.
type Remover interface {
	Remove(ctx context.Context, ids ...string) error
}

// Replacer is a Source whose entire contents can be replaced, as with [syndicate.Archive.Replace].
// An article that is not among the new ones counts as removed. The tests also accept a Replace
// method without a context.
type Replacer interface {
	Replace(ctx context.Context, articles ...syndicate.Article) error
}

// Redirector is a Source that can redirect a scope to another, as with
// [syndicate.Archive.Redirect]. The feed's error is then [syndicate.ErrMoved]. The tests also
// accept a Redirect method without a context.
type Redirector interface {
	Redirect(ctx context.Context, from, to syndicate.Scope) error
}

// ScopeCloser is a Source that can close a scope, as with [syndicate.Archive.CloseScope]. The
// feed's error is then [syndicate.ErrGone]. The tests also accept a CloseScope method without a
// context.
type ScopeCloser interface {
	CloseScope(ctx context.Context, scope syndicate.Scope) error
}

// These are the same methods without a context: an Archive is in memory and never waits.
type (
	plainAdder interface {
		Add(...syndicate.Article) error
	}
	plainUpdater interface {
		Update(...syndicate.Article) error
	}
	plainRemover  interface{ Remove(...string) error }
	plainReplacer interface {
		Replace(...syndicate.Article) error
	}
	plainRedirector interface {
		Redirect(from, to syndicate.Scope) error
	}
	plainScopeCloser interface{ CloseScope(syndicate.Scope) error }
)

// action changes a Source. It returns false if the Source lacks the method for that. The error is
// that of the method.
type action func(context.Context, syndicate.Source) (ok bool, err error)

// possible reports whether the Source has the method that an action needs. It performs the action,
// so the action must change nothing, as add() does.
func (do action) possible(ctx context.Context, source syndicate.Source) bool {
	ok, _ := do(ctx, source)
	return ok
}

// add is the action that adds articles. Like the other actions, it does not stop at a refusal: the
// error names what was refused, and everything else has happened.
func add(articles ...syndicate.Article) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case Adder:
			return true, s.Add(ctx, articles...)
		case plainAdder:
			return true, s.Add(articles...)
		}
		return false, nil
	}
}

// update is the action that replaces articles by new versions. It identifies them by their ids, or
// by their URLs if they have none.
func update(articles ...syndicate.Article) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case Updater:
			return true, s.Update(ctx, articles...)
		case plainUpdater:
			return true, s.Update(articles...)
		}
		return false, nil
	}
}

// remove is the action that removes articles. An article without an id has its URL as its id.
func remove(ids ...string) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case Remover:
			return true, s.Remove(ctx, ids...)
		case plainRemover:
			return true, s.Remove(ids...)
		}
		return false, nil
	}
}

// replace is the action that replaces all articles. Without arguments it removes all of them.
func replace(articles ...syndicate.Article) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case Replacer:
			return true, s.Replace(ctx, articles...)
		case plainReplacer:
			return true, s.Replace(articles...)
		}
		return false, nil
	}
}

// redirect is the action that redirects a scope to another. It takes effect while the scope has no
// articles.
func redirect(from, to syndicate.Scope) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case Redirector:
			return true, s.Redirect(ctx, from, to)
		case plainRedirector:
			return true, s.Redirect(from, to)
		}
		return false, nil
	}
}

// closeScope is the action that closes a scope. It takes effect while the scope has no articles.
func closeScope(scope syndicate.Scope) action {
	return func(ctx context.Context, source syndicate.Source) (bool, error) {
		switch s := source.(type) {
		case ScopeCloser:
			return true, s.CloseScope(ctx, scope)
		case plainScopeCloser:
			return true, s.CloseScope(scope)
		}
		return false, nil
	}
}
