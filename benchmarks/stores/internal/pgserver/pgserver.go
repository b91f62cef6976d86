// Package pgserver runs a temporary PostgreSQL server on the loopback, in a folder that is gone
// afterwards or kept for the next time. Unlike that of .ci/postgres it keeps what it acknowledges:
// it waits for the disk, and can be taken away and come back.
package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// ErrNone is that PostgreSQL is not installed.
var ErrNone = errors.New("PostgreSQL is not installed: Debian's package postgresql has it")

// Server is a running server.
type Server struct {
	bin, dir, options string
	port              int
	as                *syscall.SysProcAttr
	kept              bool // the folder is
}

// settings are those in which it differs from PostgreSQL's defaults, besides where it listens.
var settings = []string{"shared_buffers=512MB", "max_wal_size=4GB", "max_connections=100"}

// Settings says in words how the server is set.
func Settings() string { return strings.Join(settings, ", ") + ", otherwise its defaults: fsync is on" }

// Start makes a new cluster in a new temporary folder and starts it.
func Start(port int) (*Server, error) {
	dir, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, port: port}
	if err := s.begin(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

// Keep starts the cluster in a folder, and makes one where there is none. It stays there
// afterwards.
func Keep(dir string, port int) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	s := &Server{dir: dir, port: port, kept: true}
	return s, s.begin()
}

func (s *Server) begin() error {
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(bins) == 0 {
		return ErrNone
	}
	slices.Sort(bins)
	s.bin = filepath.Dir(bins[len(bins)-1])
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if err := s.becomePostgres(); err != nil {
			return err
		}
	}
	s.options = fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s", s.port, s.dir)
	for _, setting := range settings {
		s.options += " -c " + setting
	}
	if _, err := os.Stat(s.data()); errors.Is(err, fs.ErrNotExist) {
		if err := s.run("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
			return err
		}
	}
	return s.Up()
}

func (s *Server) becomePostgres() error {
	account, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return err
	}
	s.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return os.Chown(s.dir, uid, gid)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// DSN returns the server's address, as postgres.Open takes it.
func (s *Server) DSN() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres", s.port)
}

// Up starts the server, and waits until it answers.
func (s *Server) Up() error {
	return s.run("pg_ctl", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-w", "-t", "120", "-o", s.options, "start")
}

// Down stops the server at once, whoever is connected: without a checkpoint, as a crash would.
func (s *Server) Down() error {
	return s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop")
}

// Close stops the server and removes its folder, or leaves it in good order where it is kept.
func (s *Server) Close() error {
	if s.kept {
		return s.run("pg_ctl", "-D", s.data(), "-m", "fast", "-w", "-t", "600", "stop")
	}
	return errors.Join(s.Down(), os.RemoveAll(s.dir))
}

func (s *Server) run(program string, args ...string) error {
	command := exec.Command(filepath.Join(s.bin, program), args...)
	command.SysProcAttr, command.Dir = s.as, s.dir
	// Into a file, because a server that is started keeps it open.
	output, err := os.CreateTemp(s.dir, program)
	if err != nil {
		return err
	}
	defer os.Remove(output.Name())
	defer output.Close()
	command.Stdout, command.Stderr = output, output
	if err := command.Run(); err != nil {
		text, _ := os.ReadFile(output.Name())
		return fmt.Errorf("%s: %w: %s", program, err, text)
	}
	return nil
}
