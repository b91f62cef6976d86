package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
)

// This file counts the instructions for a request, from its first byte to the last byte of the
// response. Unlike times, they do not depend on what else the machine does. Valgrind counts them
// outside the kernel. Client and server are one process with a connection in memory; the client's
// share is the same for all servers.

// step sends the same request to a server repeatedly and reads each response.
func step(kind, name string, times int) {
	h := handler(newArchive(20))
	b := newBare(h)
	request := "GET " + path + " HTTP/1.1\r\nHost: news.example.org\r\n"
	if name != "identity" {
		request += "Accept-Encoding: gzip\r\n"
	}
	if name == "304" {
		request += "If-None-Match: " + b.etag + "\r\n"
	}
	if kind == "bare" {
		h = b
	}
	ours, theirs := net.Pipe()
	go func() { _ = http.Serve(&single{conn: theirs}, h) }()
	answers := bufio.NewReaderSize(ours, 256<<10)
	for range times {
		if _, err := io.WriteString(ours, request+"\r\n"); err != nil {
			log.Fatal(err)
		}
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			log.Fatal(err)
		}
	}
}

// single is a listener that accepts one connection.
type single struct {
	conn net.Conn
	once sync.Once
}

// Accept returns the connection, and then blocks forever.
func (s *single) Accept() (c net.Conn, err error) {
	s.once.Do(func() { c = s.conn })
	if c == nil {
		select {}
	}
	return c, nil
}

// Close and Addr complete the net.Listener.
func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return &net.TCPAddr{} }

// collected matches the line of callgrind with the total.
var collected = regexp.MustCompile(`Collected : (\d+)`)

// instructions returns the number of instructions for one request. It runs the program with few and
// with many requests, and so excludes the start of the program.
func instructions(self, work, kind, name string) (int, error) {
	const few, many = 100, 500
	var counts []int
	for _, times := range []int{few, many} {
		output := "--callgrind-out-file=" + filepath.Join(work, "callgrind")
		command := exec.Command("valgrind", "--tool=callgrind", output,
			self, "-server", kind, "-request", name, "-steps", strconv.Itoa(times))
		command.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
		printed, err := command.CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("valgrind: %w: %s", err, printed)
		}
		match := collected.FindSubmatch(printed)
		if match == nil {
			return 0, fmt.Errorf("valgrind printed %q", printed)
		}
		n, err := strconv.Atoi(string(bytes.TrimSpace(match[1])))
		if err != nil {
			return 0, err
		}
		counts = append(counts, n)
	}
	return (counts[1] - counts[0]) / (many - few), nil
}

// countInstructions returns the rows of the table, or nil if valgrind is not installed.
func countInstructions(work string) (rows []string, err error) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		fmt.Fprintln(os.Stderr, "valgrind is not installed: instructions are not counted")
		return nil, nil
	}
	self := filepath.Join(work, "static") // valgrind fails on Go programs that use cgo
	build := exec.Command("go", "build", "-o", self, "./serve")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, output)
	}
	for _, r := range requests {
		ours, err := instructions(self, work, "feedhttp", r.name)
		if err != nil {
			return nil, err
		}
		theirs, err := instructions(self, work, "bare", r.name)
		if err != nil {
			return nil, err
		}
		share := 100 * float64(theirs) / float64(ours)
		rows = append(rows, fmt.Sprintf("| %s | %d | %d | %.1f %% |", r.name, ours, theirs, share))
	}
	return rows, nil
}
