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
		in := func(d time.Duration) *timeLimit { return &timeLimit{Context: parent, deadline: time.Now().Add(d)} }
		limited := in(time.Second)
		assert.Equal(t, "value", limited.Value(key{}))
		deadline, ok := limited.Deadline()
		assert.True(t, ok)
		assert.Equal(t, time.Second, time.Until(deadline))
		assert.NoError(t, limited.Err())
		child, stop := context.WithCancel(limited)
		defer stop()
		<-child.Done()
		assert.Zero(t, time.Until(deadline))
		assert.ErrorIs(t, child.Err(), context.DeadlineExceeded)
		assert.ErrorIs(t, limited.Err(), context.DeadlineExceeded)

		polled := in(time.Second)
		time.Sleep(time.Second)
		assert.ErrorIs(t, polled.Err(), context.DeadlineExceeded, "without a call of Done")
		polled.stop()
		sooner := &timeLimit{Context: in(time.Second), deadline: time.Now().Add(time.Hour)}
		deadline, _ = sooner.Deadline()
		assert.Equal(t, time.Second, time.Until(deadline), "the parent's")
		sooner.stop()
		limited.stop()

		stopped := in(time.Second)
		stopped.stop()
		<-stopped.Done()
		assert.ErrorIs(t, stopped.Err(), context.Canceled, "whatever still uses it ends too")

		abandoned := in(time.Second)
		cancel()
		unstarted := in(time.Second)
		assert.ErrorIs(t, unstarted.Err(), context.Canceled)
		<-abandoned.Done()
		assert.ErrorIs(t, abandoned.Err(), context.Canceled)
		abandoned.stop()
	})
}
