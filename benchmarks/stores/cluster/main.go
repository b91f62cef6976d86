// Command cluster runs two servers, each a process of examples/postgres, over one PostgreSQL of its
// own, under load:
//
//	go run ./benchmarks/stores/cluster -seconds 60
//
// While readers request all feeds and writers post to both servers, it measures how long an article
// posted to one server takes to appear on the other. Meanwhile it kills a server and starts it
// again, and stops the database and starts it again. It exits with status 1 if
//
//   - an article is not served by the other server within a second,
//   - the servers return different bytes or ETags for the same state,
//   - an acknowledged article is lost, or is missing in some of its feeds,
//   - a feed that exists is answered with 404 or without articles, even during a failure,
//   - a server answers 503 while the database is running or without Retry-After, or does not
//     recover.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

func main() {
	seconds := flag.Int("seconds", 60, "how long the load lasts")
	port := flag.Int("port", 27010, "port of the PostgreSQL server")
	within := flag.Duration("within", time.Second, "how soon the other server has to serve what was posted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, time.Duration(*seconds)*time.Second, *port, *within); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes its progress to out and returns everything that went wrong.
func run(ctx context.Context, out io.Writer, lasts time.Duration, port int, within time.Duration) error {
	dir, err := os.MkdirTemp("", "cluster")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "server")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/syndicate-go/syndicate/examples/postgres")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, text)
	}
	database, err := pgserver.Start(port)
	if err != nil {
		return err
	}
	defer database.Close()

	c := &cluster{out: out, program: program, database: database, within: within, acknowledged: map[int]bool{}, tried: map[int]bool{}}
	defer c.kill()
	if err := c.begin(ctx); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	c.load(ctx)
	err = c.phases(ctx, lasts/4)
	end()
	c.busy.Wait()
	c.report()
	return errors.Join(append([]error{err}, c.wrong...)...)
}

// kills is how often a server is killed.
const kills = 3

// phases are what happens under load.
func (c *cluster) phases(ctx context.Context, each time.Duration) error {
	c.say("both servers and the database are there")
	if err := c.wait(ctx, each); err != nil {
		return err
	}
	c.compare(ctx, "under load")

	for range kills {
		c.say("server B is killed in the middle of writes")
		b := c.servers[1]
		b.expect(time.Now(), time.Time{})
		b.kill()
		if err := c.wait(ctx, each/kills/2); err != nil {
			return err
		}
		c.say("server B is started again")
		if err := b.start(); err != nil {
			return err
		}
		b.expect(time.Time{}, time.Now())
		if err := c.wait(ctx, each/kills/2); err != nil {
			return err
		}
	}
	c.compare(ctx, "after a server was killed")

	c.say("the database is taken away, as by a crash")
	c.away(time.Now(), time.Time{})
	if err := c.database.Down(); err != nil {
		return err
	}
	if err := c.wait(ctx, each); err != nil {
		return err
	}
	if err := c.database.Up(); err != nil {
		return err
	}
	c.say("the database is back")
	back := time.Now()
	for _, s := range c.servers {
		if err := c.recovers(ctx, s, back); err != nil {
			return err
		}
	}
	c.away(time.Time{}, time.Now())
	if err := c.wait(ctx, each); err != nil {
		return err
	}
	c.compare(ctx, "after the database was away")
	return nil
}

// report prints the figures.
func (c *cluster) report() {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.delays)
	at := func(part float64) time.Duration {
		if len(c.delays) == 0 {
			return 0
		}
		return c.delays[min(len(c.delays)-1, int(part*float64(len(c.delays))))].Round(100 * time.Microsecond)
	}
	fmt.Fprintf(c.out, "\nposted to one server, served by the other: %d times, p50 %v, p99 %v, max %v\n", len(c.delays), at(.5), at(.99), at(1))
	fmt.Fprintf(c.out, "articles: %d acknowledged, %d whose answer was lost or 503\n", len(c.acknowledged), len(c.tried)-len(c.acknowledged))
	fmt.Fprintf(c.out, "answers to readers: %d × 200, %d × 304, %d × 503 while the database was away, %d unanswered while a server was down\n",
		c.answers[200], c.answers[304], c.answers[503], c.answers[0])
	fmt.Fprintf(c.out, "violations: %d\n", len(c.wrong))
}
