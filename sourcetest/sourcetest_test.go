package sourcetest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sourcetest"
)

// store is an archive whose methods take a context, as those of a database store do. It is neither
// a Watcher nor a Versioner.
type store struct {
	syndicate.Source
	archive *syndicate.Archive
}

func (s store) Add(_ context.Context, articles ...syndicate.Article) error {
	return s.archive.Add(articles...)
}

func (s store) Update(_ context.Context, articles ...syndicate.Article) error {
	return s.archive.Update(articles...)
}

func (s store) Remove(_ context.Context, ids ...string) error {
	return s.archive.Remove(ids...)
}

func (s store) Replace(_ context.Context, articles ...syndicate.Article) error {
	return s.archive.Replace(articles...)
}

func (s store) Redirect(_ context.Context, from, to syndicate.Scope) error {
	return s.archive.Redirect(from, to)
}

func (s store) CloseScope(_ context.Context, scope syndicate.Scope) error {
	return s.archive.CloseScope(scope)
}

var (
	_ sourcetest.Adder       = store{}
	_ sourcetest.Updater     = store{}
	_ sourcetest.Remover     = store{}
	_ sourcetest.Replacer    = store{}
	_ sourcetest.Redirector  = store{}
	_ sourcetest.ScopeCloser = store{}
)

func open(
	t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article,
) *syndicate.Archive {
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock
	return archive
}

// The root package runs an Archive through the story, the stores run theirs.
func TestSourceWhoseMethodsTakeAContextTellsTheStory(t *testing.T) {
	sourcetest.Run(t, func(
		t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article,
	) syndicate.Source {
		archive := open(t, site, clock, articles...)
		return store{archive, archive}
	})
}

// The tests of what a Source cannot do are skipped.
func TestSourceThatCannotBeChangedTellsPartsOfTheStory(t *testing.T) {
	sourcetest.Run(t, func(
		t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article,
	) syndicate.Source {
		return struct{ syndicate.Source }{open(t, site, clock, articles...)}
	})
}
