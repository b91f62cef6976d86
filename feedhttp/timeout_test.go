package feedhttp

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// Version is called with a context of this kind.
func TestTimeLimitEndsLikeAnyContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		parent, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
		limited := &timeLimit{Context: parent, limit: time.Second}
		assert.Equal(t, "value", limited.Value(key{}))
		time.Sleep(time.Hour)
		deadline, ok := limited.Deadline()
		assert.True(t, ok)
		assert.Equal(t, time.Second, time.Until(deadline), "the limit counts from the first look at the context")
		assert.NoError(t, limited.Err())
		child, stop := context.WithCancel(limited)
		defer stop()
		<-child.Done()
		assert.Zero(t, time.Until(deadline))
		assert.ErrorIs(t, child.Err(), context.DeadlineExceeded)
		assert.ErrorIs(t, limited.Err(), context.DeadlineExceeded)
		limited.stop()

		stopped := &timeLimit{Context: parent, limit: time.Second}
		stopped.stop()
		<-stopped.Done()
		assert.ErrorIs(t, stopped.Err(), context.Canceled, "whatever still uses it ends too")

		abandoned := &timeLimit{Context: parent, limit: time.Second}
		cancel()
		<-abandoned.Done()
		assert.ErrorIs(t, abandoned.Err(), context.Canceled)
		abandoned.stop()
	})
}
