package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// hugoVersion is the version of Hugo that is built if -hugo does not name a program.
const hugoVersion = "v0.152.2"

// installHugo builds Hugo into a folder below dir and returns the path of the program.
func installHugo(dir string) string {
	dir = filepath.Join(dir, "bin") // Hugo's feeds are in a folder of dir that has its name
	install := exec.Command("go", "install", "github.com/gohugoio/hugo@"+hugoVersion)
	install.Env = append(os.Environ(), "GOBIN="+dir)
	install.Stdout, install.Stderr = os.Stderr, os.Stderr
	check(install.Run())
	return filepath.Join(dir, "hugo")
}

// hugo returns the command that publishes the site below root to a folder, with one of the two
// configurations.
func hugo(ctx context.Context, program, root, config, out string) *exec.Cmd {
	return exec.CommandContext(ctx, program, "--quiet", "--noBuildLock", "--source", root,
		"--config", filepath.Join(root, config), "--cacheDir", filepath.Join(root, "cache"), "--destination", out)
}

// configuration makes Hugo write RSS, Atom and JSON Feed for the site and each term, and no HTML.
const configuration = `baseURL = "https://news.example.org/"
title = "The Example Courier"
languageCode = "en"
buildFuture = true
disableKinds = ["taxonomy", "section", "sitemap", "robotstxt", "404"]

[taxonomies]
category = "categories"
tag = "tags"
author = "authors"

[outputs]
home = ["rss", "atom", "jsonfeed"]
term = ["rss", "atom", "jsonfeed"]
page = []

# Pages are only linked to.
[[cascade]]
[cascade.target]
kind = "page"
[cascade.build]
render = "link"

[mediaTypes."application/atom+xml"]
suffixes = ["xml"]
[mediaTypes."application/feed+json"]
suffixes = ["json"]

[outputFormats.rss]
baseName = "rss"
mediaType = "application/rss+xml"
[outputFormats.atom]
baseName = "atom"
mediaType = "application/atom+xml"
isPlainText = false
[outputFormats.jsonfeed]
baseName = "feed"
mediaType = "application/feed+json"
isPlainText = true
`

// onlyReading is the part of the configuration that differs when Hugo writes the feeds of the site
// alone. It needs something to write.
const onlyReading = `disableKinds = ["term", "taxonomy", "section", "sitemap", "robotstxt", "404"]`

// layouts are the templates. That of RSS is the one in Hugo, with full contents instead of
// summaries.
var layouts = map[string]string{
	"list.rss.xml": `{{- $pages := .Pages }}{{ if .IsHome }}{{ $pages = site.RegularPages }}{{ end -}}
{{- $pages = first 20 $pages -}}
{{- printf "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>" | safeHTML }}
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>{{ .Title }} – {{ site.Title }}</title>
<link>{{ .Permalink }}</link>
<description>News, analysis and opinion</description>
<language>{{ site.Language.LanguageCode }}</language>
<lastBuildDate>{{ (index $pages.ByLastmod.Reverse 0).Lastmod.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</lastBuildDate>
{{- with .OutputFormats.Get "rss" }}
<atom:link href="{{ .Permalink }}" rel="self" type="{{ .MediaType }}" />
{{- end }}
{{- range $pages }}
<item>
<title>{{ .Title }}</title>
<link>{{ .Permalink }}</link>
<pubDate>{{ .PublishDate.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</pubDate>
<guid>{{ .Permalink }}</guid>
{{- range .Params.authors }}
<author>{{ . }}</author>
{{- end }}
<description>{{ .Summary | transform.XMLEscape | safeHTML }}</description>
<content:encoded>{{ .Content | transform.XMLEscape | safeHTML }}</content:encoded>
</item>
{{- end }}
</channel>
</rss>
`,
	"list.atom.xml": `{{- $pages := .Pages }}{{ if .IsHome }}{{ $pages = site.RegularPages }}{{ end -}}
{{- $pages = first 20 $pages -}}
{{- printf "<?xml version=\"1.0\" encoding=\"utf-8\"?>" | safeHTML }}
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{{ .Permalink }}</id>
<title>{{ .Title }} – {{ site.Title }}</title>
<updated>{{ (index $pages.ByLastmod.Reverse 0).Lastmod.Format "2006-01-02T15:04:05Z07:00" | safeHTML }}</updated>
{{- with .OutputFormats.Get "atom" }}
<link href="{{ .Permalink }}" rel="self" type="{{ .MediaType }}" />
{{- end }}
<link href="{{ .Permalink }}" />
{{- range $pages }}
<entry>
<id>{{ .Permalink }}</id>
<title>{{ .Title }}</title>
<link href="{{ .Permalink }}" />
<published>{{ .PublishDate.Format "2006-01-02T15:04:05Z07:00" | safeHTML }}</published>
<updated>{{ .Lastmod.Format "2006-01-02T15:04:05Z07:00" | safeHTML }}</updated>
{{- range .Params.authors }}
<author><name>{{ . }}</name></author>
{{- end }}
<summary>{{ .Summary | transform.XMLEscape | safeHTML }}</summary>
<content type="html">{{ .Content | transform.XMLEscape | safeHTML }}</content>
</entry>
{{- end }}
</feed>
`,
	"list.jsonfeed.json": `{{- $pages := .Pages }}{{ if .IsHome }}{{ $pages = site.RegularPages }}{{ end -}}
{{- $items := slice }}
{{- range first 20 $pages }}
{{- $authors := slice }}{{ range .Params.authors }}{{ $authors = $authors | append (dict "name" .) }}{{ end }}
{{- $items = $items | append (dict "id" .Permalink "url" .Permalink "title" .Title "summary" .Summary "content_html" .Content
  "date_published" (.PublishDate.Format "2006-01-02T15:04:05Z07:00") "date_modified" (.Lastmod.Format "2006-01-02T15:04:05Z07:00")
  "authors" $authors "tags" .Params.tags) }}
{{- end }}
{{- dict "version" "https://jsonfeed.org/version/1.1" "title" (printf "%s – %s" .Title site.Title)
  "home_page_url" .Permalink "items" $items | jsonify }}
`,
}

// The configurations of a site that [prepareHugo] writes.
const (
	writes = "hugo.toml"
	reads  = "read.toml"
)

// prepareHugo writes configurations and templates below root, whose folder content has the
// articles.
func prepareHugo(root string) {
	var reading []string
	for line := range strings.Lines(configuration) {
		if strings.HasPrefix(line, "disableKinds") {
			line = onlyReading + "\n"
		}
		reading = append(reading, line)
	}
	check(os.MkdirAll(filepath.Join(root, "layouts"), 0o755))
	check(os.WriteFile(filepath.Join(root, writes), []byte(configuration), 0o644))
	check(os.WriteFile(filepath.Join(root, reads), []byte(strings.Join(reading, "")), 0o644))
	for name, text := range layouts {
		check(os.WriteFile(filepath.Join(root, "layouts", name), []byte(text), 0o644))
	}
}
