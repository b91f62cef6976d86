package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// server is one of the processes.
type server struct {
	name, program, database string
	listen                  string // the address, the same when it is started again

	mu      sync.Mutex
	process *exec.Cmd
	down    window
}

// window is a time in which something is away; without an end it is still so.
type window struct{ from, to time.Time }

// meets reports whether what lasted from start until now may have met the window.
func (w window) meets(start time.Time) bool {
	return !w.from.IsZero() && (w.to.IsZero() || !start.After(w.to))
}

// set begins the window with from, or ends it with to.
func (w *window) set(from, to time.Time) {
	if to.IsZero() {
		*w = window{from: from}
	} else {
		w.to = to
	}
}

const token = "of the cluster"

var listening = regexp.MustCompile(`serving listen=(\S+)`)

// start starts the process and waits until it listens.
func (s *server) start() error {
	listen := s.listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	process := exec.Command(s.program, "-db", s.database, "-listen", listen, "-url", "https://news.example.org/")
	process.Env = append(os.Environ(), "SYNDICATE_TOKEN="+token)
	from, err := process.StderrPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	address := make(chan string, 1)
	go func() {
		var last []string
		for lines := bufio.NewScanner(from); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
			last = append(last[max(0, len(last)-5):], lines.Text())
		}
		if !s.mayFail(time.Now()) {
			fmt.Fprintf(os.Stderr, "server %s ended; it wrote last:\n%s\n", s.name, strings.Join(last, "\n"))
		}
		close(address)
	}()
	at, ok := <-address
	if !ok {
		return errors.New("server " + s.name + " does not start")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process, s.listen = process, at
	return nil
}

// kill ends the process at once, with SIGKILL.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

// expect tells that the server is down from a time on, or until one.
func (s *server) expect(from, to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down.set(from, to)
}

// mayFail reports whether the server may have been down at some time since start.
func (s *server) mayFail(start time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down.meets(start)
}
