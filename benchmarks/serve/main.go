// Serve measures feedhttp under load on loopback. It compares feedhttp with nginx and with a bare
// net/http handler that writes the same bytes, and writes the results to SERVE.md:
//
//	go run ./serve
//
// It needs wrk and nginx, and valgrind to count instructions; Debian has packages of all three.
// With the default flags it takes less than three minutes.
//
// Each server is a separate process on one processor, and so is wrk. Each round measures all
// servers one after another, so that a busy moment affects all of them. Ratios are computed within
// a round. The table contains the medians of all rounds.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	rounds   = flag.Int("rounds", 5, "number of rounds")
	duration = flag.Duration("duration", 2*time.Second, "duration of each measurement")
	out      = flag.String("out", "SERVE.md", "file to write the table to; - for none")
	// These flags are for the processes that the program starts.
	kind    = flag.String("server", "", "run as a server: feedhttp, bare or churn")
	request = flag.String("request", "", "with -steps, the kind of request: identity, gzip or 304")
	steps   = flag.Int("steps", 0, "send this many requests to the server within one process, and exit")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *steps > 0 {
		step(*kind, *request, *steps)
		return
	}
	if *kind != "" {
		serve(*kind)
	}
	if err := measure(); err != nil {
		log.Fatal(err)
	}
}

// requests are the three kinds of requests that are measured.
var requests = []struct{ name, coding string }{{"identity", "identity"}, {"gzip", "gzip"}, {"304", "gzip"}}

// measure runs all servers, measures them, and writes the table.
func measure() error {
	work, err := os.MkdirTemp("", "serve")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	servers := []*server{{name: "feedhttp"}, {name: "bare"}, {name: "nginx"}}
	for _, s := range servers {
		if err := s.start(work); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer s.stop()
	}
	fmt.Fprintln(os.Stderr, "measuring", time.Duration(*rounds*len(requests)*len(servers))*(*duration)+2*5**duration)
	for range *rounds {
		for _, r := range requests {
			for _, s := range servers {
				if err := s.load(r.name, r.coding, *duration); err != nil {
					return err
				}
			}
		}
	}
	// How much changing articles cost: the same load, for longer, with and without changes.
	quiet, churn := &server{name: "feedhttp"}, &server{name: "churn"}
	for _, s := range []*server{quiet, churn} {
		if err := s.start(work); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer s.stop()
		if err := s.load("gzip", "gzip", 5**duration); err != nil {
			return err
		}
	}
	// Valgrind needs the processors for itself.
	for _, s := range append(servers, quiet, churn) {
		s.stop()
	}
	counted, err := countInstructions(work)
	if err != nil {
		return err
	}
	table := report(servers, quiet, churn, counted)
	fmt.Print(table)
	if *out == "-" {
		return nil
	}
	return os.WriteFile(*out, []byte(table), 0o644)
}

// server is a server that is measured.
type server struct {
	name    string
	command *exec.Cmd
	address string              // host and port
	results map[string][]result // by the name of the request, one for each round
	size    map[string]int64    // of the response body in bytes, by the name of the request
}

// result is one measurement by wrk.
type result struct {
	perSecond     float64       // requests per second
	requests      float64       // number of requests
	each          float64       // processor time of the server for each request, in microseconds
	p50, p99, max time.Duration // latency
}

// start starts the server's process, which prints its address when it is ready.
func (s *server) start(work string) error {
	s.results, s.size = map[string][]result{}, map[string]int64{}
	if s.name == "nginx" {
		return s.startNginx(work)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.command = exec.Command(self, "-server", s.name)
	s.command.Env = append(os.Environ(), "GOMAXPROCS=1")
	s.command.Stderr = os.Stderr
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

// nginxConf configures nginx like feedhttp: one process, precompressed files, the same headers. Its
// arguments are the folder and the port.
const nginxConf = `daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log %[1]s/errors;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s;
  uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  types { application/rss+xml xml; }
  server {
    listen 127.0.0.1:%[2]d; root %[1]s; gzip_static on; charset utf-8; charset_types application/rss+xml;
    add_header Cache-Control "public, max-age=600"; add_header Vary Accept-Encoding;
    add_header Access-Control-Allow-Origin *; add_header X-Content-Type-Options nosniff;
  }
}
`

const nginxPort = 22090

// startNginx writes the bytes of the feed to files, starts nginx and waits until it responds.
func (s *server) startNginx(work string) error {
	b := newBare(handler(newArchive(2000)))
	for name, body := range map[string][]byte{"rss.xml": b.plain.body, "rss.xml.gz": b.packed.body} {
		if err := os.WriteFile(filepath.Join(work, name), body, 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(work, 0o755); err != nil {
		return err
	}
	conf := filepath.Join(work, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, work, nginxPort), 0o644); err != nil {
		return err
	}
	s.address = fmt.Sprint("127.0.0.1:", nginxPort)
	s.command = exec.Command("nginx", "-c", conf, "-p", work)
	s.command.Stderr = os.Stderr
	if err := s.command.Start(); err != nil {
		return err
	}
	for range 100 {
		if response, err := http.Get("http://" + s.address + path); err == nil {
			return response.Body.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("no response from %s", s.address)
}

// stop ends the server's process. It may be called twice.
func (s *server) stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// load runs wrk with 32 connections for a while and records the result. Before that it makes sure
// that the server responds as expected.
func (s *server) load(name, coding string, duration time.Duration) error {
	request, err := http.NewRequest(http.MethodGet, "http://"+s.address+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Encoding", coding)
	if coding == "identity" {
		request.Header.Del("Accept-Encoding")
	}
	etag, want := "", http.StatusOK
	for range 2 { // twice for a 304, which needs an ETag
		response, err := (&http.Transport{DisableCompression: true}).RoundTrip(request)
		if err != nil {
			return err
		}
		s.size[name], err = io.Copy(io.Discard, response.Body)
		if err != nil {
			return err
		}
		response.Body.Close()
		packed := response.Header.Get("Content-Encoding") == "gzip"
		if response.StatusCode != want || want == http.StatusOK && packed != (coding == "gzip") {
			return fmt.Errorf("%s, %s: %s, in gzip: %t", s.name, name, response.Status, packed)
		}
		if name == "304" {
			want = http.StatusNotModified
			etag = cmp.Or(etag, response.Header.Get("Etag"))
			request.Header.Set("If-None-Match", etag)
		}
	}
	args := []string{"-t1", "-c32", "--latency", fmt.Sprintf("-d%ds", max(1, int(duration.Seconds())))}
	for name, values := range request.Header {
		args = append(args, "-H", name+": "+values[0])
	}
	before, err := s.used()
	if err != nil {
		return err
	}
	output, err := exec.Command("wrk", append(args, request.URL.String())...).Output()
	if err != nil {
		return fmt.Errorf("wrk: %w", err)
	}
	r, err := read(string(output))
	if err != nil {
		return fmt.Errorf("%s, %s: %w", s.name, name, err)
	}
	after, err := s.used()
	if err != nil {
		return err
	}
	r.each = float64((after - before).Microseconds()) / r.requests
	s.results[name] = append(s.results[name], r)
	return nil
}

// used returns the processor time that the server has used so far: utime and stime of
// proc_pid_stat(5).
func (s *server) used() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // begins with the third field
	const user, system = 14 - 3, 15 - 3
	var ticks int64
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil // a tick is a hundredth of a second
}

// These match the lines of wrk's output.
var (
	perSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	requested = regexp.MustCompile(`(?m)^\s+(\d+) requests in `)
	centile   = regexp.MustCompile(`(?m)^\s+(\d+)%\s+([\d.]+)(us|ms|s)$`)
	slowest   = regexp.MustCompile(`Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)`)
	errors    = regexp.MustCompile(`(?m)^\s+Socket errors:.*`)
	others    = regexp.MustCompile(`(?m)^\s+Non-2xx or 3xx responses:.*`)
)

// read parses the output of wrk. Failed requests are an error.
func read(output string) (r result, err error) {
	if wrong := errors.FindString(output) + others.FindString(output); wrong != "" {
		return r, fmt.Errorf("wrk: %s", strings.TrimSpace(wrong))
	}
	match := perSecond.FindStringSubmatch(output)
	if match == nil {
		return r, fmt.Errorf("wrk said %q", output)
	}
	if r.perSecond, err = strconv.ParseFloat(match[1], 64); err != nil {
		return r, err
	}
	if match = requested.FindStringSubmatch(output); match == nil {
		return r, fmt.Errorf("wrk said %q", output)
	}
	if r.requests, err = strconv.ParseFloat(match[1], 64); err != nil {
		return r, err
	}
	for _, match := range centile.FindAllStringSubmatch(output, -1) {
		latency, err := time.ParseDuration(match[2] + match[3])
		if err != nil {
			return r, err
		}
		switch match[1] {
		case "50":
			r.p50 = latency
		case "99":
			r.p99 = latency
		}
	}
	if match := slowest.FindStringSubmatch(output); match != nil {
		r.max, err = time.ParseDuration(match[1] + match[2])
	}
	return r, err
}

// load returns the load average of the last five minutes (proc_loadavg(5)). The measurement itself
// contributes 2.
func load() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(averages)); err == nil && len(fields) > 2 {
		return fields[1]
	}
	return "unknown"
}

// median returns the median, or the upper of two.
func median[T cmp.Ordered](values []T) T {
	values = slices.Clone(values)
	slices.Sort(values)
	return values[len(values)/2]
}

// introduction explains the tables of requests.
const introduction = "" +
	"Requests per second for an unchanged feed of 20 articles of 4 KB each, on loopback, over 32\n" +
	"persistent connections; written by `go run ./serve`. The bare handler uses net/http to write the\n" +
	"same bytes and headers, which are prepared in advance; it handles no paths, methods, versions or\n" +
	"lists of ETags. It holds the same articles in memory, so that both collect garbage as often. nginx\n" +
	"serves files with these bytes and `gzip_static on`. If the load average is far above 2, other programs\n" +
	"affect requests per second and latencies, and processor time a little, but no instructions.\n\n"

// aboutInstructions explains the table of instructions.
const aboutInstructions = "" +
	"Instructions per request outside the kernel, including those of a client in the same process.\n" +
	"Other programs do not affect them. The kernel's instructions are the same for both:\n"

// report returns the text of SERVE.md.
func report(servers []*server, quiet, churn *server, counted []string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "# Serving")
	fmt.Fprintln(&b)
	b.WriteString(introduction)
	perSecond := func(r result) float64 { return r.perSecond }
	perProcessorSecond := func(r result) float64 { return 1e6 / r.each }
	for _, of := range []struct {
		name string
		of   func(result) float64
	}{{"requests a second", perSecond}, {"requests a second of the server's processor time", perProcessorSecond}} {
		fmt.Fprintf(&b, "| %s | bytes | feedhttp | bare net/http | nginx | of bare | of nginx |\n", of.name)
		fmt.Fprintln(&b, "| --- | --- | --- | --- | --- | --- | --- |")
		for _, r := range requests {
			fmt.Fprintf(&b, "| %s | %d |", r.name, servers[0].size[r.name])
			for _, s := range servers {
				fmt.Fprintf(&b, " %.0f |", median(each(s.results[r.name], of.of)))
			}
			ours := each(servers[0].results[r.name], of.of)
			for _, other := range servers[1:] {
				fmt.Fprintf(&b, " %.0f %% |", 100*median(ratios(ours, each(other.results[r.name], of.of))))
			}
			fmt.Fprintln(&b)
		}
		fmt.Fprintln(&b)
	}
	if counted != nil {
		b.WriteString(aboutInstructions)
		fmt.Fprintln(&b)
		fmt.Fprintln(&b, "| | feedhttp | bare net/http | bare of feedhttp |")
		fmt.Fprintln(&b, "| --- | --- | --- | --- |")
		fmt.Fprintln(&b, strings.Join(counted, "\n"))
		fmt.Fprintln(&b)
	}
	fmt.Fprintln(&b, "Latency of gzip requests with all 32 connections busy, as measured by wrk:")
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "| | requests a second | half within | 99 % within | longest |")
	fmt.Fprintln(&b, "| --- | --- | --- | --- | --- |")
	for _, row := range []struct {
		name string
		s    *server
	}{{"nothing changes", quiet}, {"an article is added or removed ten times a second", churn}} {
		r := row.s.results["gzip"][0]
		fmt.Fprintf(&b, "| %s | %.0f | %v | %v | %v |\n", row.name, r.perSecond, r.p50, r.p99, r.max)
	}
	fmt.Fprintln(&b)
	fmt.Fprintf(&b, "%d processors, each server on one, %s/%s, %s; "+
		"medians of %d rounds of %v, ratios within a round; load average %s.\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), *rounds, *duration, load())
	return b.String()
}

// each returns of(v) for all values.
func each[T, U any](values []T, of func(T) U) (all []U) {
	for _, v := range values {
		all = append(all, of(v))
	}
	return all
}

// ratios returns the ratio of each round.
func ratios(ours, theirs []float64) (ratios []float64) {
	for i := range ours {
		ratios = append(ratios, ours[i]/theirs[i])
	}
	return ratios
}
