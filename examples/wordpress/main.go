// Wordpress turns a WordPress export (Tools, Export, All content) into feeds: one for the site and
// one for each category, tag and author, each as RSS, Atom and JSON Feed. It writes them to a
// folder, or serves them at the addresses that WordPress used.
//
//	go run ./examples/wordpress -wxr export.xml -out public
//	go run ./examples/wordpress -wxr export.xml -serve :8080
//
// An export in several files is given with several flags: -wxr a.xml -wxr b.xml. Without -wxr the
// program reads a small export that is part of it.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/wordpress"
)

// sample is the export that is read without -wxr.
//
//go:embed export.xml
var sample []byte

// main parses the command line.
func main() {
	log.SetFlags(0)
	// Where the feeds come from and where they go.
	// A flag that collects its values, since an export may have several files.
	var wxr []string
	flag.Func("wxr", "read this `export`; repeat the flag for an export in several files\n"+
		"(default: a small one that is built in)",
		func(name string) error {
			wxr = append(wxr, name)
			return nil
		})
	out := flag.String("out", "public", "write the feeds to this `folder`")
	keep := flag.Bool("keep", false, "write them at WordPress's addresses, for example category/news/feed/index.xml;\n"+
		"the host must be configured for that (nginx: index index.html index.xml index.json).\n"+
		"Default: category/news/rss.xml, which any host serves")
	serve := flag.String("serve", "", "serve the feeds on this `address` instead, at WordPress's addresses")
	verbose := flag.Bool("v", false, "print each item that was skipped or changed")
	flag.Parse()

	// Show progress bars only if a terminal shows the standard error.
	p := program{out: os.Stdout, bar: io.Discard, verbose: *verbose}
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.bar = os.Stderr
	}
	if err := p.run(context.Background(), wxr, *out, *serve, *keep); err != nil {
		log.Fatal(err)
	}
}

// program holds where the program prints to.
type program struct {
	out     io.Writer // the summary
	bar     io.Writer // the progress bar
	verbose bool
}

// run reads the export, and writes or serves its feeds.
func (p program) run(ctx context.Context, wxr []string, out, serve string, keep bool) error {
	// Files is a layout that any host serves. WordPress keeps the addresses that subscribers have.
	addresses := syndicate.Files
	if keep || serve != "" {
		addresses = syndicate.WordPress
	}
	archive, err := p.read(wxr, addresses)
	if err != nil {
		return err
	}
	if serve == "" {
		return p.write(ctx, archive, out)
	}
	// List the feeds with the number of their articles, and serve them.
	for info, err := range archive.Scopes(ctx) {
		if err != nil {
			return err
		}
		path := archive.Publication().Site().Addresses.FeedPath(info.Scope, syndicate.RSS)
		fmt.Fprintf(p.out, "%s (%d)\n", path, info.Count)
	}
	fmt.Fprintf(p.out, "serving on %s\n", serve)
	return http.ListenAndServe(serve, &feedhttp.Handler{Source: archive})
}

// read reads an export and prints what was skipped or changed. Articles that the archive refuses
// are printed too; the feeds have the others. An export of many years always has some faults, and
// they must not prevent the rest from being published.
func (p program) read(wxr []string, addresses syndicate.Addresses) (*syndicate.Archive, error) {
	// All files stay open until the archive is made, because each is read twice.
	var inputs []io.Reader
	for _, name := range wxr {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		inputs = append(inputs, file)
	}
	if inputs == nil {
		inputs = append(inputs, bytes.NewReader(sample))
	}
	tally := tally{program: p}
	bar := progressBar{out: p.bar, label: "reading"}
	// A file can seek, so it is read twice: first for what posts refer to, then for the posts.
	export := wordpress.Export{Input: inputs[0], More: inputs[1:], OnIssue: tally.add, Progress: bar.show}
	archive, err := p.load(export, addresses)
	bar.done()
	if archive == nil { // the export cannot be read; otherwise err lists single articles
		return nil, err
	}
	tally.print(err)
	return archive, nil
}

// load makes an archive of an export. The site is the one that the export describes, with these
// addresses, and with images in RSS and Atom. With -v, load prints the archive's warnings.
func (p program) load(export wordpress.Export, addresses syndicate.Addresses) (*syndicate.Archive, error) {
	site, err := export.Site()
	if err != nil {
		return nil, err
	}
	site.Addresses = addresses
	site.Extensions = []syndicate.Extension{media.Images{}}
	if p.verbose {
		site.Warn = func(warning *syndicate.Problem) { fmt.Fprintln(p.out, warning) }
	}
	return export.Archive(site)
}

// write writes all feeds to a folder. With an error, the counts still describe what was written.
func (p program) write(ctx context.Context, archive *syndicate.Archive, out string) error {
	bar := progressBar{out: p.bar, label: "writing"}
	result, err := feeddir.Folder{Source: archive, Dir: out, Progress: func(p feeddir.Progress) {
		bar.show(int64(p.Done), int64(p.Total))
	}}.Publish(ctx)
	bar.done()
	fmt.Fprintf(p.out, "%d feeds in %s; %d files written, %d unchanged, %d removed\n",
		result.Feeds, out, result.Written, result.Unchanged, result.Removed)
	return err
}
