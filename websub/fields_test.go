// No value of a public field stops the program.
package websub_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"math"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extremes"
	"github.com/syndicate-go/syndicate/websub"
)

// DISC-5. The Publisher notifies the hub and ends whatever number, or nothing, is in a field.
func TestPublisherTakesEveryValueOfAField(t *testing.T) {
	refuse := func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }
	fields := reflect.TypeFor[websub.Publisher]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if field.Name == "Source" {
			continue // see TestPublisherReportsASourceThatCannotBeUsed
		}
		for _, value := range extremes.Of(field.Type) {
			if field.Name == "Client" {
				continue // without a client, the request would leave this machine
			}
			after, _ := tries(t, refuse, func(p *websub.Publisher) {
				p.Tries = 5
				reflect.ValueOf(p).Elem().Field(i).Set(value)
			})
			assert.NotEmpty(t, after, "%s: %v", field.Name, value)
		}
	}
}

// Two durations that are too large for each other do not overflow either.
func TestPausesDoNotOverflow(t *testing.T) {
	refuse := func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }
	for _, backoff := range []time.Duration{math.MinInt64, -1, 0, 1, time.Hour, math.MaxInt64/2 + 1, math.MaxInt64} {
		for _, longest := range []time.Duration{math.MinInt64, -1, 0, 1, time.Hour, math.MaxInt64} {
			after, _ := tries(t, refuse, func(p *websub.Publisher) { p.Tries, p.Backoff, p.MaxBackoff = 5, backoff, longest })
			assert.NotEmpty(t, after, "%v, %v", backoff, longest)
			assert.True(t, slices.IsSorted(after), "%v, %v", backoff, longest)
		}
	}
	after, _ := tries(t, refuse, func(p *websub.Publisher) { p.Tries, p.Backoff = 3, -time.Hour })
	require.Len(t, after, 3)
	assert.GreaterOrEqual(t, after[1], 15*time.Second, "a negative pause is the default")
	assert.LessOrEqual(t, after[1], 30*time.Second)
}

// unusable is a Source that has no Publication, panics, or has no stream of changes.
type unusable struct {
	*syndicate.Archive
	publication func() *syndicate.Publication
}

func (u unusable) Publication() *syndicate.Publication { return u.publication() }

func (u unusable) Changes(context.Context) iter.Seq[[]syndicate.Scope] { return nil }

func TestPublisherReportsASourceThatCannotBeUsed(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://a.example/", Title: "A", Hubs: []string{"https://hub.example/"},
	})
	require.NoError(t, err)
	for name, source := range map[string]websub.Watcher{
		"none":                  nil,
		"a nil archive":         (*syndicate.Archive)(nil),
		"without a publication": unusable{archive, func() *syndicate.Publication { return nil }},
		"panics":                unusable{archive, func() *syndicate.Publication { panic("broken") }},
		"without changes":       unusable{archive, archive.Publication},
	} {
		publisher := websub.Publisher{Source: source}
		assert.ErrorContains(t, publisher.Run(t.Context()), "websub: ", name)
	}
}

// A panic in a function of the user, or in the Source, is reported. The next change arrives.
func TestPanicsAreReported(t *testing.T) {
	var sent int
	accept := func(*http.Request) (*http.Response, error) {
		sent++
		return &http.Response{StatusCode: 204, Body: http.NoBody}, nil
	}
	once := func() func() {
		done := false
		return func() {
			if !done {
				done = true
				panic("broken")
			}
		}
	}
	for name, set := range map[string]func(p *websub.Publisher, fail func()){
		"Ready": func(p *websub.Publisher, fail func()) {
			p.Ready = func(context.Context, []syndicate.Scope) error { fail(); return nil }
		},
		"Skip": func(p *websub.Publisher, fail func()) {
			p.Skip = func(syndicate.Scope) bool { fail(); return false }
		},
		"Source": func(p *websub.Publisher, fail func()) { p.Source = failing{p.Source, fail} },
		"Client": func(p *websub.Publisher, fail func()) {
			p.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) { fail(); return accept(r) })}
		},
	} {
		sent = 0
		_, errs := tries(t, accept, func(p *websub.Publisher) { set(p, once()) }, time.Hour)
		require.Len(t, errs, 1, name)
		assert.ErrorContains(t, errs[0], "panic: broken", name)
		assert.Positive(t, sent, name)
	}
}

// A panic in OnError is logged together with the error. The program and the notifications go on.
func TestPanicInOnErrorIsLogged(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(previous)
	sent := 0
	refuseOnce := func(*http.Request) (*http.Response, error) {
		if sent++; sent == 1 {
			return nil, errors.New("no route to host")
		}
		return &http.Response{StatusCode: 204, Body: http.NoBody}, nil
	}
	tries(t, refuseOnce, func(p *websub.Publisher) { p.OnError = func(error) { panic("broken") } })
	assert.Equal(t, 2, sent)
	assert.Contains(t, log.String(), "OnError: websub: panic: broken")
	assert.Contains(t, log.String(), "no route to host")
}

// failing is a Source whose Feed calls fail first.
type failing struct {
	websub.Watcher
	fail func()
}

func (f failing) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	f.fail()
	return f.Watcher.Feed(ctx, scope)
}

func TestErrorsHaveATextWhateverTheirFields(t *testing.T) {
	assert.NotEmpty(t, (&websub.PingError{}).Error())
	assert.NotEmpty(t, (&websub.PingError{Hub: "\x00", URLs: []string{"", ""}, Status: -1, Err: io.EOF, Final: true}).Error())
	assert.NoError(t, (&websub.PingError{}).Unwrap())
	for _, hub := range []string{"", "\x00", "hub", "//hub", "https://", ":"} {
		assert.Error(t, websub.Ping(t.Context(), nil, hub, ""), hub)
	}
}
