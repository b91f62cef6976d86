package main

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

//go:embed desk.html
var deskText string

// deskPage is the page of the editors. It lists articles, each with a button that retracts it.
var deskPage = template.Must(template.New("desk").Parse(deskText))

// editors returns the handler of the desk:
//
//	GET  /          the published articles, newest first
//	POST /retract   retracts the article with the id in the form, and returns to the list
//
// It has no log-in, so that the address must be private. A page of another site cannot press the
// button: CrossOriginProtection refuses forms that such a page sends, and a name of another site
// that leads to the desk's address is refused too. The host is that of the desk's address.
func editors(archive *syndicate.Archive, host string, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		// The page is made before anything is sent, so that an error has a status.
		var page bytes.Buffer
		if err := deskPage.Execute(&page, published(archive)); err != nil {
			log.Error("desk", "err", err)
			http.Error(w, "the page cannot be made", http.StatusInternalServerError)
			return
		}
		// The page runs no script and sends its forms to the desk only.
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
		// An editor sees the current list after going back.
		w.Header().Set("Cache-Control", "no-store")
		_, _ = page.WriteTo(w)
	})
	mux.HandleFunc("POST /retract", func(w http.ResponseWriter, r *http.Request) {
		// The form has one short field.
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		id := r.PostFormValue("id")
		// Whatever is served after Remove returns is without the article.
		switch err := archive.Remove(id); {
		case errors.Is(err, syndicate.RuleUnknownID):
			// Another editor was faster, or the id is wrong.
			http.Error(w, "no such article", http.StatusNotFound)
			return
		case err != nil:
			log.Error("retract", "id", id, "err", err)
			http.Error(w, "not retracted", http.StatusServiceUnavailable)
			return
		}
		log.Info("retracted", "id", id)
		// The browser loads the list with GET, so that reloading it retracts nothing.
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	// The order matters only for the status of a request that both refuse.
	protected := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An address of numbers cannot be the name of another site.
		name := hostOf(r.Host)
		if _, err := netip.ParseAddr(name); err != nil && name != "localhost" && name != host {
			http.Error(w, "not the name of the desk", http.StatusMisdirectedRequest)
			return
		}
		protected.ServeHTTP(w, r)
	})
}

// hostOf returns an address without its port and brackets.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

// published returns the articles that the archive has, newest first, without drafts. An editor also
// sees those under embargo.
func published(archive *syndicate.Archive) []syndicate.Article {
	// Articles returns copies, which may be changed.
	articles := slices.DeleteFunc(archive.Articles(), func(a syndicate.Article) bool { return a.Draft })
	slices.SortFunc(articles, func(a, b syndicate.Article) int { return b.Published.Compare(a.Published) })
	return articles
}
