// Polls replays a day of feed readers against three servers, and writes what they cost to POLLS.md:
//
//	go run ./polls                 10,000 readers, some minutes
//	go run ./polls -readers 200    quick and rough
//
// The readers are of four kinds, as many of each: those that send the validators of what they have,
// those that also accept deltas, those that download the whole feed each time, and those that send
// HEAD first. Each polls at its own interval. The log of polls is made with a fixed seed, so every
// server answers the same requests, but for the one without a cache: it gets those of a part of the
// readers, because each costs it the same. During the day articles are published; their dates are
// in the future when the day begins, and the clock of the servers is that of the log.
//
// The servers are feedhttp; a handler that does what WordPress does for a feed, without a cache: it
// makes the feed and compresses it for each download; and nginx with files and compressed copies,
// which are written when an article appears. nginx is a package of Debian.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/feedhttp"
)

var (
	readers = flag.Int("readers", 10_000, "number of readers")
	news    = flag.Int("articles", 24, "number of articles that appear during the day")
	out     = flag.String("out", "POLLS.md", "file to write the table to; - for none")
	kind    = flag.String("server", "", "run as a server: feedhttp or wordpress")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *kind != "" {
		log.Fatal(serve(*kind))
	}
	if err := measure(); err != nil {
		log.Fatal(err)
	}
}

// morning is when the day begins.
var morning = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// shown is the number of articles in the feed.
const shown = 20

// newArchive returns the archive of the day: the feed is full when it begins.
func newArchive() (*syndicate.Archive, error) {
	articles := benchmarks.Generate(benchmarks.Workload{Articles: shown + *news, Categories: 5, Tags: 40, Authors: 20})
	appear := changes()
	for i := range articles {
		a := &articles[i]
		if a.Published = morning.Add(-time.Duration(i+1) * time.Hour); i >= shown {
			a.Published = morning.Add(time.Duration(appear[i-shown]) * time.Second)
		}
		a.Updated, a.Expires = time.Time{}, time.Time{}
	}
	return syndicate.NewArchive(benchmarks.Site(shown), articles...)
}

// The clock of a server is set by the header of each request.
const clockHeader = "X-Clock"

// serve serves the feed on a free port, whose address it prints.
func serve(kind string) error {
	archive, err := newArchive()
	if err != nil {
		return err
	}
	var now atomic.Int64
	clock := func() time.Time { return time.Unix(now.Load(), 0).UTC() }
	archive.Clock = clock
	var h http.Handler = &feedhttp.Handler{Source: archive, Clock: clock}
	if kind == "wordpress" {
		h = wordpress{archive}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seconds, _ := strconv.ParseInt(r.Header.Get(clockHeader), 10, 64)
		now.Store(seconds)
		h.ServeHTTP(w, r)
	}))
}

// wordpress answers as WordPress does: Last-Modified is the date of the newest article, and the
// ETag a digest of that; a download is made and compressed for the request.
type wordpress struct{ archive *syndicate.Archive }

func (p wordpress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	feed, err := p.archive.Feed(r.Context(), syndicate.Everything())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	newest := feed.Articles[0].Published.UTC()
	modified, tag := newest.Format(http.TimeFormat), fmt.Sprintf(`"%x"`, newest.Unix())
	header := w.Header()
	header.Set("Last-Modified", modified)
	header.Set("ETag", tag)
	header.Set("Content-Type", syndicate.RSS.ContentType())
	if r.Header.Get("If-None-Match") == tag && r.Header.Get("If-Modified-Since") == modified {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	// Each article is encoded anew, as a page of PHP does it.
	copied := *feed
	copied.Articles = nil
	for _, a := range feed.Articles {
		edited := *a
		copied.Articles = append(copied.Articles, &edited)
	}
	header.Set("Content-Encoding", "gzip")
	packed := gzip.NewWriter(w)
	_ = copied.Write(packed, syndicate.RSS)
	_ = packed.Close()
}

// server is a server that is measured.
type server struct {
	name    string
	title   string
	share   int // one of so many readers is replayed
	command *exec.Cmd
	address string
	folder  string // of nginx
	counted *counter
	client  *http.Client
	results [len(kinds)]result
}

// result is what the readers of one kind cost.
type result struct {
	requests, downloads int
	bytes               int64 // with headers, from the server
	cpu                 time.Duration
}

// kinds are the kinds of readers.
var kinds = [...]string{"conditional", "deltas", "whole", "HEAD first"}

// counter counts what a connection reads.
type counter struct {
	net.Conn
	total *int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	*c.total += int64(n)
	return n, err
}

// measure runs the servers, replays the day for each, and writes the table.
func measure() error {
	work, err := os.MkdirTemp("", "polls")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil {
		return err
	}
	servers := []*server{
		{name: "feedhttp", title: "feedhttp", share: 1}, {name: "nginx", title: "nginx, files", share: 1},
		// Without a cache each download costs the same, so a part of the readers is enough.
		{name: "wordpress", title: "as WordPress does it", share: min(25, max(1, *readers/400))},
	}
	for _, s := range servers {
		for k, kind := range kinds { // in new processes, because no clock goes back
			log.Printf("%s: %s", s.name, kind)
			dir, err := os.MkdirTemp(work, "")
			if err != nil {
				return err
			}
			if err := cmp.Or(os.Chmod(dir, 0o755), s.start(dir)); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			err = s.replay(k)
			s.stop()
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s.name, kind, err)
			}
		}
	}
	table := report(servers)
	fmt.Print(table)
	if *out == "-" {
		return nil
	}
	return os.WriteFile(*out, []byte(table), 0o644)
}

// start starts the process of a server on one processor.
func (s *server) start(work string) error {
	var total int64
	dial := &net.Dialer{}
	s.client = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dial.DialContext(ctx, network, address)
		s.counted = &counter{connection, &total}
		return s.counted, err
	}}}
	if s.name == "nginx" {
		return s.startNginx(work)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.command = exec.Command(self, "-server", s.name, "-articles", fmt.Sprint(*news))
	s.command.Env, s.command.Stderr = append(os.Environ(), "GOMAXPROCS=1"), os.Stderr
	output, err := s.command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.command.Start(); err != nil {
		return err
	}
	_, err = fmt.Fscanln(output, &s.address)
	return err
}

const nginxPort = 22095

// nginxConf configures nginx. Its arguments are the folder, that of the files, and the port.
const nginxConf = `daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log %[1]s/errors;
events { worker_connections 64; }
http {
  access_log off; sendfile on; keepalive_requests 1000000000; client_body_temp_path %[1]s; proxy_temp_path %[1]s;
  fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s; types { application/rss+xml xml; }
  server { listen 127.0.0.1:%[3]d; root %[2]s; gzip_static on; add_header Cache-Control "public, max-age=600"; add_header Vary Accept-Encoding; }
}
`

// startNginx starts nginx over a folder without files.
func (s *server) startNginx(work string) error {
	s.folder = filepath.Join(work, "files")
	if err := os.Mkdir(s.folder, 0o755); err != nil {
		return err
	}
	conf := filepath.Join(work, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, work, s.folder, nginxPort), 0o644); err != nil {
		return err
	}
	s.address = fmt.Sprint("127.0.0.1:", nginxPort)
	s.command = exec.Command("nginx", "-c", conf, "-p", work)
	s.command.Stderr = os.Stderr
	if err := s.command.Start(); err != nil {
		return err
	}
	for range 100 {
		if connection, err := net.Dial("tcp", s.address); err == nil {
			return connection.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("nginx does not answer")
}

// stop ends the process of a server.
func (s *server) stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// cpu returns the processor time that the process has taken.
func (s *server) cpu() (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:])) // from the third on
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// poll is one line of the log: a reader, known by its number, and the second of the day.
type poll struct{ second, reader int }

// changes returns the seconds at which articles appear, in order.
func changes() (seconds []int) {
	random := rand.New(rand.NewPCG(1, 1))
	for range *news {
		seconds = append(seconds, int(random.Int64N(int64(24*time.Hour))/int64(time.Second)))
	}
	slices.Sort(seconds)
	return seconds
}

// polls returns the log of the readers of a kind, in order.
func polls(kind int) (all []poll) {
	random := rand.New(rand.NewPCG(uint64(kind), 2))
	for reader := range *readers / len(kinds) {
		interval := []int{900, 1800, 3600, 3600, 7200, 21600}[random.IntN(6)]
		for second := random.IntN(interval); second < 24*3600; second += interval {
			all = append(all, poll{second, reader})
		}
	}
	slices.SortFunc(all, func(a, b poll) int { return cmp.Or(a.second-b.second, a.reader-b.reader) })
	return all
}

// reader is what a reader keeps.
type reader struct {
	tag, modified string
	seen          map[string]bool // the ids that it has read; nil if that is not checked
}

// guids finds the ids of a feed.
var guids = regexp.MustCompile(`<guid[^>]*>([^<]*)</guid>`)

// replay sends the requests of a day by the readers of a kind, and checks that some of them have
// every article of the feed in the end.
func (s *server) replay(k int) error {
	files, err := s.files()
	if err != nil {
		return err
	}
	if err := files(0); err != nil {
		return err
	}
	// The first request makes the feed, and is no reader's.
	if _, _, err := s.request("GET", 0, nil); err != nil {
		return err
	}
	all := make([]reader, *readers/len(kinds))
	for i := 0; i < len(all) && i < 20*s.share; i += s.share {
		all[i].seen = map[string]bool{}
	}
	began, err := s.cpu()
	if err != nil {
		return err
	}
	r := &s.results[k]
	before := *s.counted.total
	changed := changes()
	var since int // polls after the newest article
	for _, p := range polls(k) {
		if p.reader%s.share > 0 {
			continue
		}
		// A real day has seconds between two polls, in which feedhttp compresses a feed that is
		// requested often once more.
		if since++; len(changed) > 0 && p.second >= changed[0] {
			changed, since = changed[1:], 0
		} else if since == 10 {
			time.Sleep(50 * time.Millisecond)
		}
		if err := files(p.second); err != nil {
			return err
		}
		if err := s.poll(r, k, p.second, &all[p.reader]); err != nil {
			return err
		}
	}
	r.bytes = *s.counted.total - before
	ended, err := s.cpu()
	if err != nil {
		return err
	}
	r.cpu = ended - began
	// Each of them polls once more, and then has what the feed has.
	for i := 0; i < len(all) && i < 20*s.share; i += s.share {
		if err := s.poll(new(result), k, 24*3600, &all[i]); err != nil {
			return err
		}
		_, body, err := s.request("GET", 24*3600, nil)
		if err != nil {
			return err
		}
		for _, match := range guids.FindAllStringSubmatch(body, -1) {
			if !all[i].seen[match[1]] {
				return fmt.Errorf("reader %d lacks %s", i, match[1])
			}
		}
	}
	return nil
}

// poll sends what a reader of a kind sends.
func (s *server) poll(r *result, kind, second int, reader *reader) error {
	headers := map[string]string{}
	if kinds[kind] != "whole" && kinds[kind] != "HEAD first" && reader.tag != "" {
		headers["If-None-Match"] = reader.tag
		if reader.modified != "" {
			headers["If-Modified-Since"] = reader.modified
		}
	}
	if kinds[kind] == "deltas" {
		headers["A-IM"] = "feed"
	}
	if kinds[kind] == "HEAD first" {
		r.requests++
		head, _, err := s.request("HEAD", second, nil)
		if err != nil || reader.tag != "" && head.Header.Get("ETag") == reader.tag {
			return err
		}
	}
	r.requests++
	response, body, err := s.request("GET", second, headers)
	if err != nil || response.StatusCode == http.StatusNotModified {
		return err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusIMUsed {
		return fmt.Errorf("status %s", response.Status)
	}
	r.downloads++
	reader.tag, reader.modified = response.Header.Get("ETag"), response.Header.Get("Last-Modified")
	if reader.seen != nil {
		for _, match := range guids.FindAllStringSubmatch(body, -1) {
			reader.seen[match[1]] = true
		}
	}
	return nil
}

// request sends one request and returns the response with its body, decompressed.
func (s *server) request(method string, second int, headers map[string]string) (*http.Response, string, error) {
	request, err := http.NewRequest(method, "http://"+s.address+"/rss.xml", nil)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set(clockHeader, fmt.Sprint(morning.Unix()+int64(second)))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	var body io.Reader = bufio.NewReader(response.Body)
	if response.Header.Get("Content-Encoding") == "gzip" && method == "GET" && response.StatusCode != http.StatusNotModified {
		if body, err = gzip.NewReader(body); err != nil {
			return nil, "", err
		}
	}
	text, err := io.ReadAll(body)
	return response, string(text), err
}

// files returns a function that writes the files of nginx when an article has appeared. Other
// servers have no files.
func (s *server) files() (func(second int) error, error) {
	if s.folder == "" {
		return func(int) error { return nil }, nil
	}
	archive, err := newArchive()
	if err != nil {
		return nil, err
	}
	var now time.Time
	archive.Clock = func() time.Time { return now }
	var last time.Time
	return func(second int) error {
		now = morning.Add(time.Duration(second) * time.Second)
		feed, err := archive.Feed(context.Background(), syndicate.Everything())
		if err != nil || feed.Articles[0].Published.Equal(last) {
			return err
		}
		last = feed.Articles[0].Published
		document := feed.Append(nil, syndicate.RSS)
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, 9)
		_, _ = w.Write(document)
		_ = w.Close()
		for name, data := range map[string][]byte{"rss.xml": document, "rss.xml.gz": packed.Bytes()} {
			path := filepath.Join(s.folder, name)
			if err := os.WriteFile(path+".new", data, 0o644); err != nil {
				return err
			}
			// The time is that of the article, so that each version has an ETag.
			if err := os.Chtimes(path+".new", last, last); err != nil {
				return err
			}
			if err := os.Rename(path+".new", path); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// report returns the table.
func report(servers []*server) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Polls

What a day of feed readers costs: %d readers, a quarter of each kind, that poll every 15 minutes to
6 hours, and a feed of %d articles in which %d new ones appear. All accept gzip. Written by
`+"`go run ./polls`"+`, which describes the readers and the servers.

Bytes are those that a reader receives in the day, headers included, over connections that stay open.
Processor time is that of the server. Readers of the second kind would accept deltas from every server.
The handler that does as WordPress does answers a twenty-fifth of the readers.

| readers | server | requests of a reader | downloads | kilobytes | of whole feeds | processor time of a reader |
| --- | --- | --- | --- | --- | --- | --- |
`, *readers, shown, *news)
	for k, kind := range kinds {
		for _, s := range servers {
			r, whole := s.results[k], s.results[2]
			each := (*readers/len(kinds) + s.share - 1) / s.share
			fmt.Fprintf(&b, "| %s | %s | %.1f | %.1f | %.1f | 1/%.1f | %.2f ms |\n", kind, s.title, float64(r.requests)/float64(each),
				float64(r.downloads)/float64(each), float64(r.bytes)/1000/float64(each), float64(whole.bytes)/float64(r.bytes),
				float64(r.cpu.Microseconds())/1000/float64(each))
		}
	}
	fmt.Fprintf(&b, "\n%d processors, each server on one, %s/%s, %s.\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	return b.String()
}
