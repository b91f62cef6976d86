package podcast_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/podcast"
)

// benchmarked returns the site of a show that publishes the feeds of the whole site and of the
// show.
func benchmarkedSite() syndicate.Site {
	site := site
	options := site.Scopes[syndicate.InCategory("field-notes")]
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): options}
	site.Kinds = []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory}
	return site
}

// numberedEpisode returns an episode with notes of the usual length.
func numberedEpisode(n int) syndicate.Article {
	a := episode
	a.URL, a.Title = fmt.Sprintf("/field-notes/%d/", n), fmt.Sprintf("The bell, part %d", n)
	a.Content = strings.Repeat(fmt.Sprintf("<p>What the bell of Ankara means, and to whom, in part %d.</p>", n), 8)
	a.Published = a.Published.Add(time.Duration(n) * time.Hour)
	a.Enclosures = []syndicate.Enclosure{{URL: fmt.Sprintf("/field-notes/%d.mp3", n), Size: 48_000_000, Duration: 50 * time.Minute}}
	a.Extensions = []syndicate.Extension{podcast.Episode{
		Season: 1 + n/100, Number: n + 1, People: []podcast.Person{{Name: "Nazlı Ilıcak", Role: "guest"}},
		Transcripts: []podcast.Transcript{{URL: fmt.Sprintf("/field-notes/%d.vtt", n)}},
	}}
	return a
}

// heap returns the bytes of the heap that are in use.
func heap() uint64 {
	var stats runtime.MemStats
	for range 3 { // weak pointers and caches let go in steps
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkAddToShow adds an episode to a show of 10,000 and makes its feeds in all formats; then
// it also copies their bytes, 55 MB. The metrics are the time for the feeds alone, the memory of an
// episode in a plain slice, and what the archive needs beside that.
func BenchmarkAddToShow(b *testing.B) {
	const episodes = 10_000
	show := syndicate.InCategory("field-notes")
	empty := heap()
	list := make([]syndicate.Article, 0, episodes)
	for n := range episodes {
		list = append(list, numberedEpisode(n))
	}
	plain := heap()
	archive, err := syndicate.NewArchive(benchmarkedSite(), list...)
	require.NoError(b, err)
	archive.Clock = func() time.Time { return episode.Published.AddDate(20, 0, 0) }
	feed, err := archive.Feed(context.Background(), show)
	require.NoError(b, err)
	require.Len(b, feed.Articles, episodes)
	var buffer []byte
	for _, format := range syndicate.Formats() {
		buffer = feed.Append(buffer[:0], format)
	}
	kept := heap()
	n, feeds := episodes, time.Duration(0)
	add := func() {
		if err := archive.Add(numberedEpisode(n)); err != nil {
			b.Fatal(err)
		}
		n++
		// The documents are made here, because the feed must not be larger than MaxBytes.
		begun := time.Now()
		defer func() { feeds += time.Since(begun) }()
		if feed, err = archive.Feed(context.Background(), show); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		feeds = 0
		for b.Loop() {
			add()
		}
		b.ReportMetric(float64(feeds.Nanoseconds())/float64(b.N), "feeds-ns/op")
		b.ReportMetric(float64(plain-empty)/episodes, "slice-B/episode")
		b.ReportMetric(float64(kept-plain)/episodes, "archive-B/episode")
	})
	b.Run("make and copy", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			add()
			for _, format := range syndicate.Formats() {
				buffer = feed.Append(buffer[:0], format)
			}
		}
	})
	runtime.KeepAlive(list)
	runtime.KeepAlive(archive)
}
