package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// feed is what the tests read of the feed of the show.
type feed struct {
	Blocks   []string `xml:"channel>block"`
	Trailers []struct {
		URL string `xml:"url,attr"`
	} `xml:"channel>trailer"`
	Items []item `xml:"channel>item"`
}

type item struct {
	Title     string `xml:"title"`
	GUID      string `xml:"guid"`
	Link      string `xml:"link"`
	Duration  string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd duration"`
	Enclosure struct {
		URL    string `xml:"url,attr"`
		Type   string `xml:"type,attr"`
		Length int64  `xml:"length,attr"`
	} `xml:"enclosure"`
	Chapters    address   `xml:"chapters"`
	Transcripts []address `xml:"transcript"`
}

type address struct {
	URL  string `xml:"url,attr"`
	Type string `xml:"type,attr"`
}

// start serves the show, and returns what the server printed.
func start(t *testing.T, names ...string) (url, printed string, log *bytes.Buffer) {
	t.Helper()
	l, err := newLibrary(sounds(), notTerminal(t))
	require.NoError(t, err)
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	log = new(bytes.Buffer)
	var stdout strings.Builder
	handler, err = newServer(&stdout, server.URL+"/", l, slog.New(slog.NewTextHandler(log, nil)), names...)
	require.NoError(t, err)
	return server.URL + "/", stdout.String(), log
}

// notTerminal returns a file that must stay empty.
func notTerminal(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	t.Cleanup(func() {
		text, err := os.ReadFile(file.Name())
		assert.NoError(t, err)
		assert.Empty(t, text, "a progress bar is for terminals only")
		file.Close()
	})
	return file
}

// request returns the response and its body: method, URL, then headers "Name: value".
func request(t *testing.T, method, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	require.NoError(t, err)
	for _, header := range headers {
		if name, value, ok := strings.Cut(header, ": "); ok {
			r.Header.Set(name, value)
		}
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

func readFeed(t *testing.T, url string) (f feed) {
	t.Helper()
	response, body := request(t, "GET", url)
	require.Equal(t, 200, response.StatusCode)
	require.NoError(t, xml.Unmarshal([]byte(body), &f))
	return f
}

func TestFeedDescribesTheFilesThatAreServed(t *testing.T) {
	url, printed, _ := start(t)
	assert.Equal(t, "open "+url+", or subscribe to "+url+"rss.xml\n", printed)
	show := readFeed(t, url+"rss.xml")
	require.Len(t, show.Items, 3)
	require.Len(t, show.Trailers, 1)
	assert.Equal(t, url+"sounds/trailer.mp3", show.Trailers[0].URL)
	for _, item := range show.Items {
		response, body := request(t, "GET", item.Enclosure.URL)
		assert.Equal(t, 200, response.StatusCode, item.Title)
		assert.Equal(t, item.Enclosure.Type, response.Header.Get("Content-Type"), item.Title)
		assert.Len(t, body, int(item.Enclosure.Length), item.Title)
		seconds, err := strconv.Atoi(item.Duration)
		assert.NoError(t, err, item.Title)
		assert.Positive(t, seconds, item.Title)

		require.Len(t, item.Transcripts, 1, item.Title)
		response, body = request(t, "GET", item.Transcripts[0].URL)
		assert.Equal(t, "text/vtt; charset=utf-8", response.Header.Get("Content-Type"), item.Title)
		assert.Equal(t, "*", response.Header.Get("Access-Control-Allow-Origin"), item.Title)
		assert.True(t, strings.HasPrefix(body, "WEBVTT\n"), item.Title)
		response, body = request(t, "GET", item.Link)
		assert.Equal(t, 200, response.StatusCode, item.Title)
		assert.Contains(t, body, `src="`+item.Enclosure.URL+`"`, item.Title)
		assert.Contains(t, body, `src="`+item.Transcripts[0].URL+`"`, item.Title)
		if item.Chapters.URL != "" {
			response, body = request(t, "GET", item.Chapters.URL)
			assert.Equal(t, "application/json+chapters", response.Header.Get("Content-Type"), item.Title)
			assert.Contains(t, body, `"version":"1.2.0"`, item.Title)
		}
	}
	response, body := request(t, "GET", url+"artwork.png")
	assert.Equal(t, "image/png", response.Header.Get("Content-Type"))
	assert.Equal(t, "\x89PNG", body[:4])
	_, page := request(t, "GET", url)
	assert.Equal(t, 3, strings.Count(page, "<audio "), "the page has a player for each episode")
	for _, missing := range []string{"sounds/other.mp3", "sounds/", "sounds/bell.vtt", "sounds/x/bell.mp3", "episodes/other/"} {
		response, _ := request(t, "GET", url+missing)
		assert.Equal(t, 404, response.StatusCode, missing)
	}
}

// POD-74. Apple requires HEAD and ranges of the server of the sounds.
func TestSoundsAreServedInRanges(t *testing.T) {
	url, _, log := start(t)
	for _, item := range readFeed(t, url+"rss.xml").Items {
		address, size := item.Enclosure.URL, item.Enclosure.Length
		whole, content := request(t, "GET", address)
		assert.Equal(t, "bytes", whole.Header.Get("Accept-Ranges"))
		tag := whole.Header.Get("ETag")
		for name, test := range map[string]struct {
			method, headers string
			status          int
			contentRange    string
			body            string
		}{
			"the length alone":          {"HEAD", "", 200, "", ""},
			"the beginning":             {"GET", "Range: bytes=0-99", 206, fmt.Sprintf("bytes 0-99/%d", size), content[:100]},
			"the rest":                  {"GET", "Range: bytes=5000-", 206, fmt.Sprintf("bytes 5000-%d/%d", size-1, size), content[5000:]},
			"the end":                   {"GET", "Range: bytes=-10", 206, fmt.Sprintf("bytes %d-%d/%d", size-10, size-1, size), content[size-10:]},
			"behind the end":            {"GET", fmt.Sprintf("Range: bytes=%d-", size), 416, fmt.Sprintf("bytes */%d", size), "invalid range: failed to overlap\n"},
			"the rest of this version":  {"GET", "Range: bytes=5000-\nIf-Range: " + tag, 206, fmt.Sprintf("bytes 5000-%d/%d", size-1, size), content[5000:]},
			"the rest of another one":   {"GET", "Range: bytes=5000-\nIf-Range: \"old\"", 200, "", content},
			"nothing new":               {"GET", "If-None-Match: " + tag, 304, "", ""},
			"the length of a beginning": {"HEAD", "Range: bytes=0-99", 206, fmt.Sprintf("bytes 0-99/%d", size), ""},
		} {
			t.Run(item.Title+", "+name, func(t *testing.T) {
				response, body := request(t, test.method, address, strings.Split(test.headers, "\n")...)
				assert.Equal(t, test.status, response.StatusCode)
				assert.Equal(t, test.contentRange, response.Header.Get("Content-Range"))
				assert.Equal(t, test.body, body)
				if test.method == "HEAD" && test.status == 200 {
					assert.Equal(t, size, response.ContentLength)
				}
			})
		}
	}
	assert.Contains(t, log.String(), `name=bell.mp3 method=GET range="bytes=0-99"`)
}

func TestOnlySubscribersHear(t *testing.T) {
	url, printed, log := start(t, "Ada", "Grace")
	found := regexp.MustCompile(`(?m)^(Ada|Grace): (`+regexp.QuoteMeta(url)+`private/([A-Z0-9]+)/rss\.xml)$`).FindAllStringSubmatch(printed, -1)
	require.Len(t, found, 2, printed)
	ada, grace := found[0], found[1]
	assert.NotEqual(t, ada[3], grace[3])
	show := readFeed(t, ada[2])
	assert.Equal(t, []string{"Yes", "yes"}, show.Blocks, "itunes:block and podcast:block keep it out of directories")
	require.Len(t, show.Items, 3)
	for _, item := range show.Items {
		for _, address := range []string{item.Enclosure.URL, item.Transcripts[0].URL, item.Chapters.URL, item.Link} {
			if address == "" {
				continue // the trailer has no chapters
			}
			assert.Contains(t, address, "/"+ada[3]+"/")
			response, _ := request(t, "GET", address, "Range: bytes=0-9")
			assert.Contains(t, []int{200, 206}, response.StatusCode, address)
			response, _ = request(t, "GET", strings.Replace(address, ada[3], grace[3], 1))
			assert.Equal(t, 200, response.StatusCode, "each subscriber has an address")
			for name, wrong := range map[string]string{
				"another token": strings.Replace(address, ada[3], strings.Repeat("A", len(ada[3])), 1),
				"no token":      strings.Replace(address, ada[3]+"/", "", 1),
				"placeholder":   strings.Replace(address, ada[3], "TOKEN-OF-THE-SUBSCRIBER", 1),
			} {
				response, _ = request(t, "GET", wrong)
				assert.Equal(t, 404, response.StatusCode, "%s: %s", name, wrong)
			}
		}
		assert.Equal(t, "private", header(t, item.Enclosure.URL, "Cache-Control"))
		response, page := request(t, "GET", item.Link)
		assert.Contains(t, page, `src="`+item.Enclosure.URL+`"`, "the page plays the sound")
		assert.NotContains(t, page, "rss.xml", "the page does not name the public address of the feed")
		assert.Equal(t, "no-referrer", response.Header.Get("Referrer-Policy"), "links on the page do not give the token away")
	}
	for _, public := range []string{"rss.xml", "sounds/bell.mp3", ""} {
		response, _ := request(t, "GET", url+public)
		assert.Equal(t, 404, response.StatusCode, public)
	}
	for _, token := range []string{ada[3], grace[3]} {
		assert.NotContains(t, log.String(), token)
	}
	_, again := request(t, "GET", grace[2])
	assert.Equal(t, ids(show), ids(readFeed(t, grace[2])))
	assert.NotContains(t, again, ada[3])
}

func header(t *testing.T, url, name string) string {
	response, _ := request(t, "GET", url)
	return response.Header.Get(name)
}

func ids(f feed) (ids []string) {
	for _, item := range f.Items {
		ids = append(ids, item.GUID)
	}
	return ids
}

func TestFolderHoldsWhatIsServed(t *testing.T) {
	url, _, _ := start(t)
	out := t.TempDir()
	var first, second strings.Builder
	require.NoError(t, publish(t.Context(), &first, out, url))
	assert.Regexp(t, `^15 files below .*, 15 of them changed\n$`, first.String())
	files := 0
	require.NoError(t, fs.WalkDir(os.DirFS(out), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, ".syndicate/") {
			return err
		}
		files++
		written, err := os.ReadFile(filepath.Join(out, path))
		require.NoError(t, err)
		response, body := request(t, "GET", url+strings.TrimSuffix(path, "index.html"))
		assert.Equal(t, 200, response.StatusCode, path)
		assert.Equal(t, string(written), body, path)
		return nil
	}))
	assert.Equal(t, 15, files)
	require.NoError(t, publish(t.Context(), &second, out, url))
	assert.Contains(t, second.String(), ", 0 of them changed\n")
}

func TestShowThatCannotBePublishedSaysWhy(t *testing.T) {
	assert.ErrorContains(t, publish(t.Context(), io.Discard, t.TempDir(), "ftp://podcast.example/"), "URL scheme")
	assert.ErrorContains(t, serve(t.Context(), "localhost:-1", "http://localhost/", false), "invalid port")
	_, err := newLibrary(os.DirFS(t.TempDir()), notTerminal(t))
	assert.ErrorContains(t, err, "trailer.mp3")
}

func TestBarIsDrawnOnATerminal(t *testing.T) {
	var terminal bytes.Buffer
	bar := newBar(&terminal, true, 100)
	_, err := bar.Write(make([]byte, 50))
	require.NoError(t, err)
	assert.Contains(t, terminal.String(), "reading sounds")
	assert.Contains(t, terminal.String(), "50%")
}

func TestDurationsAreThoseThatPlayersSee(t *testing.T) {
	l, err := newLibrary(sounds(), notTerminal(t))
	require.NoError(t, err)
	for name, want := range map[string]time.Duration{
		"trailer.mp3": 6840 * time.Millisecond, "bell.mp3": 10656 * time.Millisecond, "ferry.m4a": 9761 * time.Millisecond,
	} {
		assert.InDelta(t, want.Seconds(), l.sounds[name].duration.Seconds(), 0.001, name)
	}
	ffprobe, err := exec.LookPath("ffprobe")
	if err != nil {
		t.Skip("ffprobe is not installed")
	}
	for name, sound := range l.sounds {
		printed, err := exec.Command(ffprobe, "-loglevel", "error", "-show_entries", "format=duration", "-of", "csv=p=0", "sounds/"+name).Output()
		require.NoError(t, err)
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(printed)), 64)
		require.NoError(t, err)
		assert.InDelta(t, seconds, sound.duration.Seconds(), 0.1, name)
	}
}

func TestDurationsOfOtherFiles(t *testing.T) {
	mp3, err := fs.ReadFile(sounds(), "bell.mp3")
	require.NoError(t, err)
	m4a, err := fs.ReadFile(sounds(), "ferry.m4a")
	require.NoError(t, err)
	start := bytes.Index(mp3, []byte{0xFF, 0xF3}) // the first frame
	require.GreaterOrEqual(t, start, 0)
	frames := mp3[start:]
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...)
	long := append([]byte{0, 0, 0, 1, 'f', 'r', 'e', 'e', 0, 0, 0, 0, 0, 0, 0, 20}, 1, 2, 3, 4)
	version1 := []byte("\x00\x00\x00\x70mvhd\x01\x00\x00\x00" + strings.Repeat("\x00", 16) + "\x00\x00\x03\xE8" + "\x00\x00\x00\x00\x00\x01\x00\x00")
	for name, test := range map[string]struct {
		measure func(io.Reader) (time.Duration, error)
		file    []byte
		want    time.Duration
		err     string
	}{
		"MP3 without a tag":             {durationOfMP3, frames, 10656 * time.Millisecond, ""},
		"MP3 with a tag in front":       {durationOfMP3, append(tag, frames...), 10656 * time.Millisecond, ""},
		"MP3 with a tag behind":         {durationOfMP3, append(bytes.Clone(frames), "TAG"+strings.Repeat("x", 125)...), 10656 * time.Millisecond, ""},
		"MP3 with a cut end":            {durationOfMP3, frames[:len(frames)-10], 10656 * time.Millisecond, ""},
		"stereo MPEG-1":                 {durationOfMP3, bytes.Repeat(append([]byte{0xFF, 0xFB, 0x90, 0x00}, make([]byte, 413)...), 1000), 26122 * time.Millisecond, ""},
		"MP3 with noise in the middle":  {durationOfMP3, append(bytes.Clone(frames), "noise"...), 0, "not MP3"},
		"no MP3":                        {durationOfMP3, []byte("RIFF....WAVE"), 0, "not MP3"},
		"empty MP3":                     {durationOfMP3, nil, 0, "not MP3"},
		"MP3 that is a tag alone":       {durationOfMP3, tag[:20], 0, "not MP3"},
		"MP3 of an unknown bit rate":    {durationOfMP3, []byte{0xFF, 0xFB, 0x00, 0x00}, 0, "not MP3"},
		"M4A with a long box":           {durationOfM4A, append(long, m4a...), 9761 * time.Millisecond, ""},
		"M4A with times of 64 bits":     {durationOfM4A, version1, 65536 * time.Millisecond, ""},
		"M4A without a movie":           {durationOfM4A, m4a[:32], 0, "no movie header"},
		"M4A with a box without length": {durationOfM4A, []byte("\x00\x00\x00\x00mdat"), 0, "a box of 0 bytes"},
		"M4A without a time scale":      {durationOfM4A, []byte("\x00\x00\x00\x6Cmvhd" + strings.Repeat("\x00", 100)), 0, "no movie header"},
		"M4A of unknown duration": {durationOfM4A, []byte("\x00\x00\x00\x6Cmvhd" + strings.Repeat("\x00", 12) + "\x00\x00\x03\xE8\xFF\xFF\xFF\xFF" +
			strings.Repeat("\x00", 80)), 0, "no movie header"},
		"M4A that ends in the header": {durationOfM4A, []byte("\x00\x00\x00\x6Cmvhd\x00\x00"), 0, "no movie header"},
		"empty M4A":                   {durationOfM4A, nil, 0, "no movie header"},
	} {
		t.Run(name, func(t *testing.T) {
			duration, err := test.measure(bytes.NewReader(test.file))
			if test.err != "" {
				assert.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.InDelta(t, test.want.Seconds(), duration.Seconds(), 0.001)
		})
	}
	failed := iotest.ErrReader(os.ErrClosed)
	_, err = durationOfMP3(failed)
	assert.ErrorIs(t, err, os.ErrClosed)
	_, err = durationOfM4A(failed)
	assert.ErrorIs(t, err, os.ErrClosed)
}
