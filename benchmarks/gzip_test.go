// Gzip: compressed feeds, compared with the standard library compressing the finished documents.
package benchmarks

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func BenchmarkGzip(b *testing.B) {
	b.Run("S", benchmarkGzipS)
	b.Run("W20", benchmarkGzipW)
}

// benchmarkGzipS compresses all documents of S in one operation.
func benchmarkGzipS(b *testing.B) {
	articles := Generate(site)
	archive := newArchive(b, 20, articles)
	scopes := scopesOf(b, archive)
	run := func(name string, prepare func(), compress func() sizes) {
		b.Run(name, func(b *testing.B) {
			var sum sizes
			for b.Loop() {
				b.StopTimer()
				prepare()
				b.StartTimer()
				sum = compress()
			}
			for format, bytes := range sum {
				b.ReportMetric(float64(bytes), fmt.Sprint(format, "-bytes"))
			}
		})
	}
	gzipped := func() sizes { return gzipSite(b, archive, scopes) }
	// Every article is encoded, but none is compressed.
	run("syndicate/cold", func() {
		archive = newArchive(b, 20, articles)
		render(b, archive, scopes)
		runtime.GC()
	}, gzipped)
	documents := siteDocuments(b, archive, scopes)
	run("level6/documents", func() {}, func() sizes { return compressAll(b, documents) })
	run("syndicate/warm", sync.OnceFunc(func() { gzipped() }), gzipped)
}

// sizes are numbers of bytes by format.
type sizes map[syndicate.Format]int

// gzipSite compresses each document with syndicate.
func gzipSite(tb testing.TB, archive *syndicate.Archive, scopes []syndicate.Scope) sizes {
	var buf []byte
	sum := sizes{}
	eachDocument(tb, archive, scopes, func(feed *syndicate.Feed, format syndicate.Format) {
		buf = feed.AppendGzip(buf[:0], format)
		sum[format] += len(buf)
	})
	return sum
}

// siteDocuments returns the finished documents.
func siteDocuments(tb testing.TB, archive *syndicate.Archive, scopes []syndicate.Scope) map[syndicate.Format][][]byte {
	documents := map[syndicate.Format][][]byte{}
	eachDocument(tb, archive, scopes, func(feed *syndicate.Feed, format syndicate.Format) {
		documents[format] = append(documents[format], feed.Append(nil, format))
	})
	return documents
}

// compressAll compresses each document with the standard library.
func compressAll(tb testing.TB, documents map[syndicate.Format][][]byte) sizes {
	var buf []byte
	sum := sizes{}
	level6 := newLevel6()
	for format, texts := range documents {
		for _, text := range texts {
			buf = level6.append(tb, buf[:0], text)
			sum[format] += len(buf)
		}
	}
	return sum
}

// benchmarkGzipW compresses W's feeds of 20 articles in turn. All articles are compressed already.
func benchmarkGzipW(b *testing.B) {
	w := newWFeeds(b, 20)
	level6 := newLevel6()
	for _, format := range syndicate.Formats() {
		for _, feed := range w.fromArchive {
			feed.AppendGzip(nil, format)
		}
		w.run(b, "syndicate-archive", format, func(dst []byte, i int) []byte {
			return feedOf(b, w.archive, w.scopes[i]).AppendGzip(dst, format)
		})
		documents := w.documents(b, format)
		w.run(b, "level6", format, func(dst []byte, i int) []byte {
			return level6.append(b, dst, documents[i])
		})
	}
}

// level6 compresses documents with one reused compressor, as an efficient program does.
type level6 struct{ w *gzip.Writer }

func newLevel6() level6 {
	w, err := gzip.NewWriterLevel(nil, 6)
	if err != nil {
		panic(err) // never: 6 is a level
	}
	return level6{w}
}

func (l level6) append(tb testing.TB, dst, text []byte) []byte {
	return appended(tb, dst, func(to io.Writer) error {
		l.w.Reset(to)
		if _, err := l.w.Write(text); err != nil {
			return err
		}
		return l.w.Close()
	})
}

// smallSite is S with fewer articles. Its site feed and its category feeds still have 20.
var smallSite = Workload{Articles: 200, Categories: 12, Tags: 400, Authors: 60}

// Articles that are compressed separately take more bytes, because they cannot refer to each other.
func TestGzippedFeedsAreAtMost1Point6TimesLevel6(t *testing.T) {
	archive := newArchive(t, 20, Generate(smallSite))
	scopes := []syndicate.Scope{syndicate.Everything()}
	for _, c := range newTerms(smallSite).categories {
		scopes = append(scopes, c.Scope())
	}
	ours, theirs := gzipSite(t, archive, scopes), compressAll(t, siteDocuments(t, archive, scopes))
	for _, format := range syndicate.Formats() {
		assert.LessOrEqual(t, float64(ours[format])/float64(theirs[format]), 1.6, format)
	}
}

// gunzippers are programs that feed readers decode gzip with. Each returns the decoded document.
var gunzippers = map[string]func(t *testing.T, compressed []byte) []byte{
	"Go": func(t *testing.T, compressed []byte) []byte {
		r, err := gzip.NewReader(bytes.NewReader(compressed))
		require.NoError(t, err)
		plain, err := io.ReadAll(r)
		require.NoError(t, err)
		return plain
	},
	"python3": func(t *testing.T, compressed []byte) []byte {
		return output(t, compressed, "python3", "-c",
			"import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))")
	},
	"curl": func(t *testing.T, compressed []byte) []byte {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Contains(t, r.Header.Get("Accept-Encoding"), "gzip")
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(compressed)
		}))
		defer server.Close()
		return output(t, nil, "curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--compressed", server.URL)
	},
}

func TestGzippedFeedsDecodeEverywhere(t *testing.T) {
	documents := gzippedDocuments(t)
	for program, gunzip := range gunzippers {
		t.Run(program, func(t *testing.T) {
			if _, err := exec.LookPath(program); program != "Go" && err != nil {
				t.Skipf("%s is not installed: whether it decodes our gzip was not tested", program)
			}
			for _, d := range documents {
				d.assertDecoded(t, gunzip(t, d.compressed))
			}
		})
	}
}

// A page in a real browser fetches each compressed feed and sends back the decoded bytes.
func TestABrowserDecodesGzippedFeeds(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: whether a browser decodes our gzip was not tested")
	}
	documents := gzippedDocuments(t)
	decoded := make(chan []byte)
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><title>Feeds</title><script>(async () => {
			for (let i = 0; i < %d; i++) {
				const decoded = await fetch("/" + i).then(feed => feed.arrayBuffer()).catch(String)
				await fetch("/decoded", {method: "POST", body: decoded})
			}
		})()</script>`, len(documents))
	})
	pages.HandleFunc("GET /{document}", func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(r.PathValue("document"))
		if err != nil || i < 0 || i >= len(documents) {
			http.NotFound(w, r) // such as the icon
			return
		}
		assert.Contains(t, r.Header.Get("Accept-Encoding"), "gzip")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", documents[i].format.MediaType())
		w.Write(documents[i].compressed)
	})
	pages.HandleFunc("POST /decoded", func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		select {
		case decoded <- body:
		case <-r.Context().Done():
		}
	})
	server := httptest.NewServer(pages)
	defer server.Close()

	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute) // in case the browser hangs
	defer stop()
	var said strings.Builder
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--no-proxy-server", "--disable-background-networking", "--user-data-dir="+t.TempDir(), "--remote-debugging-port=0", server.URL)
	command.Stdout, command.Stderr = &said, &said
	command.WaitDelay = 10 * time.Second
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a browser has many processes
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	require.NoError(t, command.Start())
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // it was killed, or the test reports that it ended early
		close(ended)
	}()
	defer func() { stop(); <-ended }()
	for _, d := range documents {
		select {
		case body := <-decoded:
			d.assertDecoded(t, body)
		case <-ended:
			t.Fatalf("the browser ended early: %s", said.String())
		}
	}
}

// gzippedDocument is a feed as AppendGzip and Append write it.
type gzippedDocument struct {
	what       string
	format     syndicate.Format
	compressed []byte
	plain      []byte
}

func (d gzippedDocument) assertDecoded(t *testing.T, decoded []byte) {
	assert.True(t, bytes.Equal(decoded, d.plain), "%s, %s: %d bytes, want %d", d.format, d.what, len(decoded), len(d.plain))
}

// gzippedDocuments returns feeds in every format, joined from compressed parts and compressed
// whole.
func gzippedDocuments(t *testing.T) (documents []gzippedDocument) {
	archive := newArchive(t, 20, Generate(smallSite))
	prepared := feedOf(t, archive, syndicate.Everything())
	empty := *prepared
	empty.Articles = nil
	for _, format := range syndicate.Formats() {
		for what, feed := range map[string]*syndicate.Feed{
			"from the archive": prepared, "filled by hand": byHand(prepared), "empty": &empty,
		} {
			documents = append(documents, gzippedDocument{what, format, feed.AppendGzip(nil, format), feed.Append(nil, format)})
		}
	}
	return documents
}

// output runs a program with the given input and returns its output.
func output(t *testing.T, input []byte, program string, args ...string) []byte {
	var complaint strings.Builder
	command := exec.Command(program, args...)
	command.Stdin, command.Stderr = bytes.NewReader(input), &complaint
	printed, err := command.Output()
	require.NoError(t, err, complaint.String())
	return printed
}
