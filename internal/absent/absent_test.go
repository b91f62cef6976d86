package absent

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

func TestOnlyFailuresAreNotAbsences(t *testing.T) {
	for _, err := range []error{syndicate.ErrNotFound, syndicate.ErrGone, syndicate.ErrMoved} {
		assert.True(t, Is(fmt.Errorf("read: %w", &syndicate.ScopeError{Err: err})), err)
	}
	for _, err := range []error{nil, context.DeadlineExceeded, fmt.Errorf("no such feed")} {
		assert.False(t, Is(err), err)
	}
}
