// Sitemaps writes the sitemaps of an invented publication to a folder and serves them, for the
// judges of .ci/sitemaps. It prints a line when it is ready, and ends when its input ends.
//
//	go run ./.ci/sitemaps.d -out FOLDER
//
// The folder also has the file "expected.txt" with the URLs of all pages, and the address of the
// server in "address.txt".
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/sitemap"
)

// count is the number of articles: enough for two files.
const count = 12_345

func main() {
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		err = run(listener, *out)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run writes and serves until the standard input ends.
func run(listener net.Listener, out string) error {
	address := "http://" + listener.Addr().String() + "/news/"
	archive, expected, err := open(address)
	if err != nil {
		return err
	}
	files := []derived.Files{sitemap.Files{Categories: true}, sitemap.News{}}
	_, err = feeddir.Folder{Source: archive, Dir: out, Files: files, NoPages: true}.Publish(context.Background())
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"expected.txt": expected, "address.txt": address} {
		if err := os.WriteFile(filepath.Join(out, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	go http.Serve(listener, &feedhttp.Handler{Source: archive, Files: files, Timeout: time.Minute})
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// open returns the publication, and the URLs of its pages with a line break behind each. Some
// articles have what is hard to escape, pictures, videos, or a language of China.
func open(address string) (*syndicate.Archive, string, error) {
	var articles []syndicate.Article
	var expected strings.Builder
	for i := range count {
		// The newest 1,440 are from the last two days.
		a := syndicate.Article{
			URL: fmt.Sprintf("%d/", i), Title: fmt.Sprintf("<Article> & %d", i), Summary: "What the article says: \"it's 1 < 2\".",
			Published: time.Now().Add(time.Duration(i-count) * 2 * time.Minute),
			Image:     syndicate.Image{URL: fmt.Sprintf("/media/%d.jpg?w=1&h=2", i)},
		}
		switch i % 5 {
		case 0:
			a.URL = fmt.Sprintf("çay/%d/?a=1&b='2'#top", i)
			a.Categories = syndicate.Categories("Türkiye/Çay & more")
		case 1:
			a.Enclosures = []syndicate.Enclosure{{URL: "/film.mp4", Duration: time.Minute}, {URL: "/b.png"}}
			a.Expires = time.Now().Add(24 * time.Hour)
		case 2:
			a.Language, a.Title = "zh-Hant-TW", "標題"
			a.Content = `<p>Text</p><img src="/c.png?x=1&amp;y=2"><img src="https://cdn.example.net/d.webp">`
		}
		articles = append(articles, a)
	}
	site := syndicate.Site{URL: address, Title: "The Example (Test)", Language: "en-GB", Limit: 100, Warn: func(p *syndicate.Problem) {
		if strings.Contains(p.Spec, "itemap") {
			log.Fatal(p)
		}
	}}
	archive, err := syndicate.NewArchive(site, articles...)
	if err != nil {
		return nil, "", err
	}
	for _, a := range archive.Articles() {
		loc, _, _ := strings.Cut(a.URL, "#")
		expected.WriteString(loc + "\n")
	}
	return archive, expected.String(), nil
}
