// Wordpress turns a WordPress export (Tools, Export, All content) into feeds: the site's, one for each category, tag and
// author, each as RSS, Atom and JSON Feed. It writes them to a folder, or serves them where WordPress had them.
//
//	go run ./examples/wordpress -wxr export.xml -out public
//	go run ./examples/wordpress -wxr export.xml -serve :8080
//
// Without -wxr it takes a small export that it has with it.
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

//go:embed export.xml
var sample []byte

func main() {
	log.SetFlags(0)
	wxr := flag.String("wxr", "", "the `export`; default a small one")
	out := flag.String("out", "public", "`folder` that the feeds are written to")
	keep := flag.Bool("keep", false, "write them at WordPress's addresses: \"category/news/feed/index.xml\", which the host has to be told\n"+
		"of (nginx: index index.html index.xml index.json); default \"category/news/rss.xml\", right for any host")
	serve := flag.String("serve", "", "`address` to serve the feeds on, instead of writing them; they are where WordPress had them")
	verbose := flag.Bool("v", false, "tell of each item that was skipped or changed")
	flag.Parse()

	p := program{out: os.Stdout, bar: io.Discard, verbose: *verbose}
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.bar = os.Stderr
	}
	if err := p.run(context.Background(), *wxr, *out, *serve, *keep); err != nil {
		log.Fatal(err)
	}
}

// program is where it writes to.
type program struct {
	out     io.Writer // the summary
	bar     io.Writer // the progress bar
	verbose bool
}

func (p program) run(ctx context.Context, wxr, out, serve string, keep bool) error {
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
	for info, err := range archive.Scopes(ctx) {
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s (%d)\n", archive.Site().Addresses.FeedPath(info.Scope, syndicate.RSS), info.Count)
	}
	fmt.Fprintf(p.out, "served on %s\n", serve)
	return http.ListenAndServe(serve, &feedhttp.Handler{Source: archive})
}

// read reads an export and tells what was not taken from it.
func (p program) read(wxr string, addresses syndicate.Addresses) (*syndicate.Archive, error) {
	var input io.Reader = bytes.NewReader(sample)
	if wxr != "" {
		file, err := os.Open(wxr)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		input = file
	}
	tally := tally{program: p}
	bar := progressBar{out: p.bar, label: "reading"}
	archive, err := load(input, addresses, tally.add, bar.show)
	bar.done()
	if archive == nil {
		return nil, err
	}
	tally.print(err)
	return archive, nil
}

// load makes an archive of an export.
func load(input io.Reader, addresses syndicate.Addresses, report func(*wordpress.Problem), progress func(read, total int64)) (*syndicate.Archive, error) {
	export := wordpress.Export{Input: input, Report: report, Progress: progress}
	site, err := export.Site()
	if err != nil {
		return nil, err
	}
	site.Addresses = addresses
	site.Extensions = []syndicate.Extension{media.Images{}}
	return export.Archive(site)
}

// write writes all feeds below a folder.
func (p program) write(ctx context.Context, archive *syndicate.Archive, out string) error {
	bar := progressBar{out: p.bar, label: "writing"}
	result, err := feeddir.Folder{Source: archive, Dir: out, Progress: func(p feeddir.Progress) {
		bar.show(int64(p.Done), int64(p.Total))
	}}.Publish(ctx)
	bar.done()
	fmt.Fprintf(p.out, "%d feeds below %s; %d files written, %d unchanged, %d removed\n", result.Feeds, out, result.Written, result.Unchanged, result.Removed)
	return err
}
