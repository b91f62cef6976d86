// Command scale fills a store with a million short articles that have 50,000 tags, in SQLite and in
// PostgreSQL, and measures what it takes to fill it, to read the newest 20 articles of a scope, to
// list all scopes and to page through the whole archive:
//
//	go run ./benchmarks/stores/scale -out benchmarks/STORES.md
//	go run ./benchmarks/stores/scale -articles 20000   quick and rough
//	go run ./benchmarks/stores/scale -data DIR         keeps what it fills, in DIR
//
// The data lie in a temporary folder, which is removed, or with -data in DIR/STORE-ARTICLES-TAGS,
// which stays. What is there already is measured as it is, and the report tells the times that
// filling it took then; what was not filled to its end is removed and filled anew. It exits with 1
// if the memory that is in use grows while it lists or pages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/benchmarks"
	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

// options are the flags.
type options struct {
	articles, tags, samples, port int
	stores, data                  string
}

func main() {
	var o options
	flag.IntVar(&o.articles, "articles", 1_000_000, "how many articles")
	flag.IntVar(&o.tags, "tags", 50_000, "how many tags")
	flag.IntVar(&o.samples, "samples", 500, "how many feeds of each kind are timed")
	flag.IntVar(&o.port, "port", 27020, "port of the PostgreSQL server")
	flag.StringVar(&o.stores, "stores", "sqlite,postgres", "which stores")
	flag.StringVar(&o.data, "data", "", "keep the stores in this `folder`, and measure those that are in it")
	out := flag.String("out", "", "write the results to this `file` too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var report strings.Builder
	err := run(ctx, o, io.MultiWriter(os.Stdout, &report))
	if err == nil && *out != "" {
		err = os.WriteFile(*out, []byte(report.String()), 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the results, as Markdown.
func run(ctx context.Context, o options, out io.Writer) error {
	names := strings.Split(o.stores, ",")
	for _, name := range names {
		if name != "sqlite" && name != "postgres" {
			return fmt.Errorf("no store %q: sqlite, postgres", name)
		}
	}
	w := benchmarks.Workload{Articles: o.articles, Categories: 12, Below: 5, Tags: o.tags, Authors: 60}
	var all []*results
	for _, name := range names {
		r, err := one(ctx, o, name, w)
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	write(out, w, all)
	var grown error
	for _, r := range all {
		for _, walk := range []walk{r.list, r.pages} {
			if !walk.flat() {
				grown = errors.Join(grown, fmt.Errorf("%s: %s: the heap grows from %d MB to %d MB", r.name, walk.what, walk.heap[0]>>20, slices.Max(walk.heap)>>20))
			}
		}
	}
	return grown
}

// one measures one store.
func one(ctx context.Context, o options, name string, w benchmarks.Workload) (r *results, err error) {
	h, err := o.home(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	var b *backend
	if name == "sqlite" {
		b = inSQLite(h.dir)
	} else {
		server, err := pgserver.Keep(h.dir, o.port)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		if b, err = inPostgreSQL(server.DSN()); err != nil {
			return nil, err
		}
	}
	if r, err = measure(ctx, b, h, w, o.samples); err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	return r, nil
}

// progress tells on the terminal how far something is, every ten seconds at most.
func progress(what string) func(done int) {
	var last time.Time
	start := time.Now()
	return func(done int) {
		if time.Since(last) > 10*time.Second {
			last = time.Now()
			fmt.Fprintf(os.Stderr, "%s: %d, %v\n", what, done, time.Since(start).Round(time.Second))
		}
	}
}
