// Command query measures a sqlquery.Query over 100,000 posts in MariaDB: how long the first read
// takes, how much memory the articles keep, and what one edited post, one renamed tag and a read of
// everything cost afterwards.
//
//	bash .ci/mariadb go run ./benchmarks/stores/query
//	bash .ci/mariadb go run ./benchmarks/stores/query -stamps=false   without Query.Stamps
package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	_ "github.com/go-sql-driver/mysql"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

func main() {
	posts := flag.Int("posts", 100_000, "how many posts")
	stamps := flag.Bool("stamps", true, "read again only the posts that changed")
	flag.Parse()
	if err := run(context.Background(), *posts, *stamps); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, posts int, stamps bool) error {
	server := os.Getenv("SYNDICATE_MARIADB")
	if server == "" {
		return errors.New("SYNDICATE_MARIADB has no address of a server; use bash .ci/mariadb go run ./benchmarks/stores/query")
	}
	db, err := fill(ctx, server, posts)
	if err != nil {
		return err
	}
	defer db.Close()
	q := source(db, stamps)
	fmt.Printf("| %d posts, stamps %v | time | peak resident MB | kept MB | bytes a post |\n|---|---|---|---|---|\n", posts, stamps)
	empty := heap()
	step := func(name string, seen func() (bool, error), do func() error) error {
		debug.FreeOSMemory() // what the last step has left must not count for this one
		resetPeak()
		start := time.Now()
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for {
			ok, err := seen()
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if ok {
				break
			}
			if time.Since(start) > 5*time.Minute {
				return fmt.Errorf("%s: not seen within five minutes", name)
			}
			time.Sleep(5 * time.Millisecond) // the next request
		}
		took, highest := time.Since(start), peak()
		kept := heap() - empty
		fmt.Printf("| %s | %v | %d | %d | %d |\n", name, took.Round(time.Millisecond), highest>>20, kept>>20, kept/uint64(posts))
		return nil
	}
	exec := func(statement string) func() error {
		return func() error { _, err := db.ExecContext(ctx, statement); return err }
	}
	newest := func(title string) func() (bool, error) {
		return func() (bool, error) {
			feed, err := q.Feed(ctx, syndicate.Everything())
			return err == nil && len(feed.Articles) > 0 && feed.Articles[0].Title == title, err
		}
	}
	tagged := func(name string) func() (bool, error) {
		return func() (bool, error) {
			_, err := q.Feed(ctx, syndicate.WithTag(name))
			if errors.Is(err, syndicate.ErrNotFound) {
				return false, nil
			}
			return err == nil, err
		}
	}
	// The reads that follow a change have to end, or their memory would count for the next step.
	settle := func() error { time.Sleep(5 * time.Second); return q.Reload(ctx) }
	return errors.Join(
		step("first read", newest(fmt.Sprint("Post ", posts)), func() error { return nil }),
		settle(),
		step("one edited post", newest("Edited"), exec(fmt.Sprintf("UPDATE posts SET title = 'Edited', changed = now(6) WHERE id = %d", posts))),
		settle(),
		step("one renamed tag, which a thousandth of the posts have", tagged("renamed"), exec("UPDATE tags SET name = 'renamed' WHERE id = 7")),
		settle(),
		step("everything read again", func() (bool, error) { return true, nil }, func() error { return q.Reload(ctx) }),
		settle(), // and the articles are in use until here
	)
}

// fill creates the tables: posts of a kilobyte and a half, with five of 5,000 tags each.
func fill(ctx context.Context, server string, posts int) (*sql.DB, error) {
	db, err := sql.Open("mysql", server+"?multiStatements=true")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "DROP DATABASE IF EXISTS benchmark; CREATE DATABASE benchmark"); err != nil {
		return nil, err
	}
	db.Close()
	if db, err = sql.Open("mysql", server+"benchmark?multiStatements=true"); err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
		CREATE TABLE posts (id BIGINT UNSIGNED PRIMARY KEY, slug VARCHAR(60) NOT NULL, title VARCHAR(200) NOT NULL,
			body MEDIUMTEXT NOT NULL, published DATETIME NOT NULL, changed DATETIME(6) NOT NULL, KEY (changed));
		CREATE TABLE tags (id INT UNSIGNED PRIMARY KEY, name VARCHAR(60) NOT NULL);
		CREATE TABLE post_tags (post BIGINT UNSIGNED NOT NULL, tag INT UNSIGNED NOT NULL, PRIMARY KEY (post, tag));
		INSERT INTO posts SELECT seq, concat('post-', seq), concat('Post ', seq), concat('<p>', repeat(concat('Words of post ', seq, '. '), 70), '</p>'),
			'2010-01-01' + INTERVAL seq HOUR, '2010-01-01' + INTERVAL seq HOUR FROM seq_1_to_%d;
		INSERT INTO tags SELECT seq, concat('Tag ', seq) FROM seq_1_to_5000;
		INSERT INTO post_tags SELECT p.seq, 1 + (p.seq * 7 + t.seq * 911) %% 5000 FROM seq_1_to_%d p JOIN seq_0_to_4 t;
		ANALYZE TABLE posts, tags, post_tags`, posts, posts))
	return db, err
}

// source returns the feeds of the posts.
func source(db *sql.DB, stamps bool) *sqlquery.Query {
	q := &sqlquery.Query{
		Site: syndicate.Site{URL: "https://www.example.com/", Title: "The Courier", Language: "en"},
		DB:   db,
		SQL:  "SELECT id, concat('/', slug, '/') AS url, title, body AS content, published, changed AS updated FROM posts",
		Lists: map[string]string{
			"tags": "SELECT post, name FROM post_tags JOIN tags ON tags.id = tag ORDER BY post, tag",
		},
		ChangedSQL: "SELECT max(changed), count(*), (SELECT sum(crc32(concat(id, name))) FROM tags) FROM posts",
		Refresh:    500 * time.Millisecond,
		Timeout:    10 * time.Minute,
		OnError:    func(err error) { fmt.Fprintf(os.Stderr, "%.500s\n", err) },
	}
	if stamps {
		q.SQL += " WHERE id IN ({?})"
		q.Lists["tags"] = "SELECT post, name FROM post_tags JOIN tags ON tags.id = tag WHERE post IN ({?}) ORDER BY post, tag"
		q.Stamps = []string{
			"SELECT id, changed FROM posts",
			"SELECT post, count(*), sum(tag), bit_xor(crc32(tag)) FROM post_tags GROUP BY post",
		}
		q.ChangedSQL = "SELECT id, name FROM tags ORDER BY id"
	}
	return q
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// resetPeak makes the kernel forget how large the process has been (proc(5), clear_refs).
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peak returns the greatest resident size since resetPeak in bytes, 0 where it is not known.
func peak() uint64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kb, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}
