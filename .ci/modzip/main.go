// Modzip writes modules of this repository to a folder in the layout of the GOPROXY protocol.
//
//	modzip -out proxy -version v0.1.0 -repo ../.. . sqlstore/sqlite
//
// The folder proxy then contains the modules in the folders "." and "sqlstore/sqlite" of the
// repository as version v0.1.0, and GOPROXY=file:///.../proxy serves them. A module contains the
// files of the working tree, committed or not, without those that git ignores: the files that a
// tag of the tree would publish.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("modzip: ")
	out := flag.String("out", "", "folder of the proxy")
	version := flag.String("version", "", "version of the modules, for example v0.1.0")
	repo := flag.String("repo", ".", "folder of the repository")
	flag.Parse()
	if *out == "" || *version == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	for _, dir := range flag.Args() {
		if err := publish(*out, *version, *repo, dir); err != nil {
			log.Fatalf("%s: %v", dir, err)
		}
	}
}

// publish writes the module in the folder dir of the repository to the proxy.
func publish(out, version, repo, dir string) error {
	gomod, err := os.ReadFile(filepath.Join(repo, dir, "go.mod"))
	if err != nil {
		return err
	}
	m := module.Version{Path: modfile.ModulePath(gomod), Version: version}
	if err := module.Check(m.Path, m.Version); err != nil {
		return err
	}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	files, err := filesOf(repo, dir)
	if err != nil {
		return err
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, m, files); err != nil {
		return err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{m.Version, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	folder := filepath.Join(out, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list":            []byte(m.Version + "\n"),
		version + ".info": info,
		version + ".mod":  gomod,
		version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%s %s: %d KB\n", m.Path, m.Version, archive.Len()>>10)
	return nil
}

// filesOf returns the files of the module in the folder dir. The files of modules inside it are
// among them; package zip leaves those out.
func filesOf(repo, dir string) ([]zip.File, error) {
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = filepath.Join(repo, dir)
	git.Stderr = os.Stderr
	listed, err := git.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var files []zip.File
	license := false
	for name := range strings.SplitSeq(strings.TrimSuffix(string(listed), "\x00"), "\x00") {
		f := file{name, filepath.Join(git.Dir, filepath.FromSlash(name))}
		if info, err := f.Lstat(); err != nil || !info.Mode().IsRegular() {
			continue // deleted, but not committed; or a symbolic link, which modules cannot contain
		}
		license = license || name == "LICENSE"
		files = append(files, f)
	}
	if !license { // the go command adds the repository's licence to a module that has none
		files = append(files, file{"LICENSE", filepath.Join(repo, "LICENSE")})
	}
	return files, nil
}

// file is a file of a module: its slash-separated path in the module, and where it is.
type file struct{ name, from string }

func (f file) Path() string                 { return path.Clean(f.name) }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(f.from) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.from) }
