// Serve measures feedhttp under load on loopback, beside a bare net/http handler that writes the same bytes and beside
// nginx, and writes a table of it to SERVE.md:
//
//	go run ./serve
//
// It needs wrk and nginx, and for the count of instructions valgrind (all are Debian's); with the defaults it takes under
// three minutes. Each server is
// a process of its own on one processor, and so is wrk. Rounds alternate between the servers, so that a busy moment meets
// all of them, ratios are taken within a round, and medians of rounds are reported.
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
	rounds   = flag.Int("rounds", 5, "how often each is measured")
	duration = flag.Duration("duration", 2*time.Second, "how long each measurement is")
	out      = flag.String("out", "SERVE.md", "file that the table is written to; - for none")
	kind     = flag.String("server", "", "be a server: feedhttp, bare or churn")
	request  = flag.String("request", "", "with -steps: what to ask for, identity, gzip or 304")
	steps    = flag.Int("steps", 0, "ask the server so often in one process, and end")
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

// requests are the three usual ones.
var requests = []struct{ name, coding string }{{"identity", "identity"}, {"gzip", "gzip"}, {"304", "gzip"}}

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

// server is one that is measured.
type server struct {
	name    string
	command *exec.Cmd
	address string
	results map[string][]result
	size    map[string]int64
}

// result is what wrk says.
type result struct {
	perSecond     float64
	requests      float64
	each          float64 // microseconds of the server's processor time for a request
	p50, p99, max time.Duration
}

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

const nginxConf = `daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log %[1]s/errors;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  types { application/rss+xml xml; }
  server {
    listen 127.0.0.1:%[2]d; root %[1]s; gzip_static on; charset utf-8; charset_types application/rss+xml;
    add_header Cache-Control "public, max-age=600"; add_header Vary Accept-Encoding;
    add_header Access-Control-Allow-Origin *; add_header X-Content-Type-Options nosniff;
  }
}
`

const nginxPort = 22090

// startNginx has nginx serve files with the feed's bytes.
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
	return fmt.Errorf("does not answer at %s", s.address)
}

func (s *server) stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// load has wrk ask for a while, over 32 connections.
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
		if packed := response.Header.Get("Content-Encoding") == "gzip"; response.StatusCode != want || want == http.StatusOK && packed != (coding == "gzip") {
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

// used returns the processor time that the server has taken (proc_pid_stat(5), utime and stime).
func (s *server) used() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // from the third on
	const user, system = 14 - 3, 15 - 3
	var ticks int64
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

var (
	perSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	requested = regexp.MustCompile(`(?m)^\s+(\d+) requests in `)
	centile   = regexp.MustCompile(`(?m)^\s+(\d+)%\s+([\d.]+)(us|ms|s)$`)
	slowest   = regexp.MustCompile(`Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)`)
	errors    = regexp.MustCompile(`(?m)^\s+Socket errors:.*`)
	others    = regexp.MustCompile(`(?m)^\s+Non-2xx or 3xx responses:.*`)
)

// read reads wrk's output.
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

// load returns the load average, of which the measuring itself is 2 (proc_loadavg(5)).
func load() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(averages)); err == nil && len(fields) > 2 {
		return fields[1]
	}
	return "unknown"
}

func median[T cmp.Ordered](values []T) T {
	values = slices.Clone(values)
	slices.Sort(values)
	return values[len(values)/2]
}

// report writes the table.
func report(servers []*server, quiet, churn *server, counted []string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "# Serving")
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "Requests a second for a feed of 20 articles of 4 KB each that has not changed, on loopback, over 32 connections that are kept")
	fmt.Fprintln(&b, "open; written by `go run ./serve`. The bare handler is net/http's writing the same bytes under the same headers, all of them made")
	fmt.Fprintln(&b, "before; it knows neither paths nor methods nor versions nor lists of ETags. nginx serves files with the bytes, `gzip_static on`.")
	fmt.Fprintln(&b, "With a load average far above 2 requests a second and latencies tell of other programs; processor time and instructions do not.")
	fmt.Fprintln(&b)
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
			for _, other := range servers[1:] {
				fmt.Fprintf(&b, " %.0f %% |", 100*median(ratios(each(servers[0].results[r.name], of.of), each(other.results[r.name], of.of))))
			}
			fmt.Fprintln(&b)
		}
		fmt.Fprintln(&b)
	}
	if counted != nil {
		fmt.Fprintln(&b, "Instructions for a request outside the kernel, those of a client in the same process included, which tell of no other program on")
		fmt.Fprintln(&b, "the machine; the kernel's are the same for both:")
		fmt.Fprintln(&b)
		fmt.Fprintln(&b, "| | feedhttp | bare net/http | bare of feedhttp |")
		fmt.Fprintln(&b, "| --- | --- | --- | --- |")
		fmt.Fprintln(&b, strings.Join(counted, "\n"))
		fmt.Fprintln(&b)
	}
	fmt.Fprintln(&b, "Latency of gzip, as wrk has it with all 32 connections busy:")
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "| | requests a second | half within | 99 % within | longest |")
	fmt.Fprintln(&b, "| --- | --- | --- | --- | --- |")
	for _, row := range []struct {
		name string
		s    *server
	}{{"nothing changes", quiet}, {"articles come and go ten times a second", churn}} {
		r := row.s.results["gzip"][0]
		fmt.Fprintf(&b, "| %s | %.0f | %v | %v | %v |\n", row.name, r.perSecond, r.p50, r.p99, r.max)
	}
	fmt.Fprintln(&b)
	fmt.Fprintf(&b, "%d processors, each server on one, %s/%s, %s; medians of %d rounds of %v, ratios within a round; load average %s.\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), *rounds, *duration, load())
	return b.String()
}

func each[T, U any](values []T, of func(T) U) (all []U) {
	for _, v := range values {
		all = append(all, of(v))
	}
	return all
}

// ratios returns those of each round.
func ratios(ours, theirs []float64) (ratios []float64) {
	for i := range ours {
		ratios = append(ratios, ours[i]/theirs[i])
	}
	return ratios
}
