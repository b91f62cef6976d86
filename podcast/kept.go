package podcast

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"net/url"
	pathpkg "path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// Files is the set of the chapters and transcripts that episodes keep, in [Episode.ChapterList] and
// in [Transcript]. Serve or write it beside the feeds, and set [Show.Files] to its address:
//
//	handler := &feedhttp.Handler{Source: archive, Files: []derived.Files{podcast.Files{}}}
//	folder := feeddir.Folder{Source: archive, Dir: "public", Files: handler.Files}
//
// Each episode has a folder, whose name is made of the time of its publication and of its id. In it
// are "chapters.json" and "transcript.vtt", or another ending for another type; further transcripts
// are numbered, "transcript-2.srt". The files are there as long as the episode is in the feed of
// its show or on one of its archive pages.
type Files struct{}

var _ derived.Files = Files{}

// List yields the files of all shows.
func (Files) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		places := placesOf(source.Publication())
		var fault error // of the first show that has one
		for i, at := range places {
			if at.fault != nil {
				fault = cmp.Or(fault, at.fault)
				continue
			}
			for a, err := range derived.Articles(ctx, source, at.scope) {
				if err != nil {
					yield(derived.File{}, err)
					return
				}
				if slices.ContainsFunc(places[:i], func(p place) bool { return p.path == at.path && covers(p.scope, a.Article) }) {
					continue // it was listed with an earlier show, which has the same folder
				}
				for file := range at.files(a) {
					if !yield(file, nil) {
						return
					}
				}
			}
		}
		if fault != nil {
			yield(derived.File{}, fault)
		}
	}
}

// Find returns the file with a path. If a show has a folder that it cannot have, and no other show
// has the file, the error says so.
func (Files) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	err := error(&syndicate.ScopeError{Err: syndicate.ErrNotFound})
	for _, place := range placesOf(source.Publication()) {
		name, ok := place.nameIn(path)
		published, isName := timeIn(name)
		switch {
		case !ok || !isName:
			continue
		case place.fault != nil:
			err = place.fault
			continue
		}
		a, failed := derived.Find(ctx, source, place.scope, published,
			func(a *syndicate.Article) bool { return nameOf(a) == name })
		switch {
		case failed == nil:
			for file := range place.files(a) {
				if file.Path == path {
					return file, nil
				}
			}
		case !absent.Is(failed):
			return derived.File{}, failed
		}
	}
	return derived.File{}, err
}

// place is where the files of a show are.
type place struct {
	scope syndicate.Scope
	show  Show
	path  string // of the folder, below the site's address, unescaped
	// elsewhere means that the folder is not below the site's address. It has no path then.
	elsewhere bool
	fault     error // why the folder has no files; nil for none
}

// nameIn returns the name of the episode in the path of a file, which is that of the folder, then
// the name, then that of the file. The folder of a show that is elsewhere may be any.
func (p place) nameIn(path string) (name string, ok bool) {
	below, ok := strings.CutPrefix(path, p.path)
	if p.elsewhere {
		folder, file := pathpkg.Split(path)
		below = pathpkg.Join(pathpkg.Base(folder), file)
	}
	name, _, isFile := strings.Cut(below, "/")
	return name, ok && isFile
}

// placesOf returns the places of the shows that have one, in the order of their scopes. Two feeds
// of one show may share its folder. Different shows may not, because the file of an episode in both
// names one of them: then none of these shows has files, and the others do.
func placesOf(publication *syndicate.Publication) (places []place) {
	site := publication.Site()
	add := func(scope syndicate.Scope, extensions []syndicate.Extension) {
		show, ok := showOf(extensions)
		if !ok || show.Files == "" || !publication.Publishes(scope) {
			return
		}
		refuse := func(rule syndicate.Rule, spec string) error {
			field := fmt.Sprintf("Scopes[%s].Show.Files", scope)
			return &syndicate.Problem{Field: field, Value: show.Files, Rule: rule, Spec: spec}
		}
		path, below := below(site.URL, show.Files)
		at := place{scope: scope, show: show, path: path, elsewhere: !below}
		if !below {
			at.fault = refuse(RuleElsewhere, "the site is at "+site.URL)
		}
		for i, other := range places {
			if below && !other.elsewhere && other.path == path && !reflect.DeepEqual(other.show, show) {
				at.fault = refuse(RuleSameFolder, fmt.Sprintf("Scopes[%s].Show.Files", other.scope))
				places[i].fault = at.fault
			}
		}
		places = append(places, at)
	}
	// A show of the whole site covers the articles of every other one.
	everything := syndicate.Everything()
	add(everything, slices.Concat(site.Extensions, site.Scopes[everything].Extensions))
	for _, scope := range slices.SortedFunc(maps.Keys(site.Scopes), syndicate.Scope.Compare) {
		if scope != everything {
			add(scope, site.Scopes[scope].Extensions)
		}
	}
	return places
}

// below returns the unescaped path of a folder below the site's address, and whether it is there.
func below(site, folder string) (path string, ok bool) {
	path, ok = strings.CutPrefix(strings.TrimSuffix(folder, "/")+"/", strings.TrimSuffix(site, "/")+"/")
	if !ok {
		return "", false
	}
	path, err := url.PathUnescape(path)
	return path, err == nil
}

// isFolder reports whether an address can have files below it.
func isFolder(address *url.URL) bool {
	return (address.Scheme == "https" || address.Scheme == "http") && address.RawQuery == "" && !address.ForceQuery &&
		address.Fragment == ""
}

// covers reports whether an article is in the feed of a scope.
func covers(scope syndicate.Scope, a *syndicate.Article) bool {
	switch scope.Kind() {
	case syndicate.KindCategory:
		return slices.ContainsFunc(a.Categories, func(c syndicate.Category) bool {
			return c.Scope() == scope || slices.Contains(c.Scope().Ancestors(), scope)
		})
	case syndicate.KindTag:
		return slices.ContainsFunc(a.Tags, func(t syndicate.Tag) bool { return t.Scope() == scope })
	case syndicate.KindAuthor:
		return slices.ContainsFunc(a.Authors, func(author syndicate.Author) bool { return author.Scope() == scope })
	}
	return true
}

// nameOf returns the name of the folder of an episode: the time of its publication, by which it is
// found on the archive pages, and a digest of its id, so that no two episodes have one folder.
func nameOf(a *syndicate.Article) string {
	sum := sha256.Sum256([]byte(cmp.Or(a.ID, a.URL)))
	return strconv.FormatInt(a.Published.Unix(), 10) + "-" + hex.EncodeToString(sum[:8])
}

// timeIn returns the time in a name that [nameOf] returned. It returns false for any other text, so
// that paths of pages, such as "2024/05/", cost no search for an episode.
func timeIn(name string) (published time.Time, ok bool) {
	hyphen := strings.LastIndexByte(name, '-') // a time before 1970 begins with one, too
	if hyphen < 0 {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(name[:hyphen], 10, 64)
	sum, notHex := hex.DecodeString(name[hyphen+1:])
	return time.Unix(seconds, 0), err == nil && notHex == nil && len(sum) == 8
}

// files yields the files of an episode.
func (p place) files(a derived.Shown) iter.Seq[derived.File] {
	return func(yield func(derived.File) bool) {
		e, _ := episodeOf(a.Article)
		// A file is made of the episode, and of the names of the show: nothing else changes it.
		file := derived.File{
			Scope: a.Feed.Scope, Exact: true, Modified: a.Feed.Modified, NextChange: a.Feed.NextChange,
		}
		for name, kept := range e.kept() {
			file.Path = p.path + nameOf(a.Article) + "/" + name
			file.ContentType = kept.contentType
			file.Append = func(_ context.Context, dst []byte) ([]byte, error) {
				return kept.append(newOutput(nil, a.URL), dst, p.show, a), nil
			}
			if !yield(file) {
				return
			}
		}
	}
}

// keptFile is a file that is made of an episode.
type keptFile struct {
	contentType string
	append      func(o *output, dst []byte, s Show, a derived.Shown) []byte
}

// keepsChapters reports whether the chapters are in the episode, and not elsewhere.
func (e Episode) keepsChapters() bool { return e.Chapters == (File{}) && len(e.ChapterList) > 0 }

// isKept reports whether the transcript is in the episode, and not elsewhere.
func (t Transcript) isKept() bool {
	return strings.TrimSpace(t.URL) == "" && (len(t.Cues) > 0 || t.Text != "")
}

// kept yields the files of an episode by their names.
func (e Episode) kept() iter.Seq2[string, keptFile] {
	return func(yield func(string, keptFile) bool) {
		if e.keepsChapters() && !yield(chaptersName, keptFile{TypeChapters, e.appendKeptChapters}) {
			return
		}
		for i, t := range e.Transcripts {
			if name, contentType := t.keptName(i); name != "" && !yield(name, keptFile{contentType, t.appendKept}) {
				return
			}
		}
	}
}

// chaptersName is the name of the file of chapters.
const chaptersName = "chapters.json"

// appendKeptChapters appends the file of the chapters that are in the episode.
func (e Episode) appendKeptChapters(o *output, dst []byte, s Show, a derived.Shown) []byte {
	return o.appendChapters(dst, Chapters{
		Chapters: e.ChapterList, Title: cmp.Or(e.Title, a.Title), PodcastName: a.Feed.Title, Author: s.author(a.Feed),
	}, ".ChapterList")
}

// writers are the functions that write cues, by the ending of the file.
var writers = map[string]func([]byte, []Cue) []byte{
	".vtt": appendVTT, ".srt": appendSRT, ".json": appendJSON, ".html": appendHTML, ".txt": appendPlain,
}

// keptType returns the type of a transcript that is kept, and the ending of its file, "" for an
// unknown type.
func (t Transcript) keptType() (mediaType, ending string) {
	mediaType, _, _ = strings.Cut(strings.ToLower(t.Type), ";")
	mediaType = strings.TrimSpace(mediaType)
	if mediaType == "" && len(t.Cues) > 0 {
		mediaType = TypeVTT
	}
	for ending := range writers {
		if transcriptTypes[ending] == mediaType {
			return mediaType, ending
		}
	}
	return mediaType, ""
}

// keptName returns the name and the Content-Type of the file of a transcript, given its place in
// the list of the episode. The name is "" for one that is not kept, or that has an unknown type.
func (t Transcript) keptName(i int) (name, contentType string) {
	mediaType, ending := t.keptType()
	if !t.isKept() || ending == "" {
		return "", ""
	}
	if name = "transcript" + ending; i > 0 {
		name = "transcript-" + strconv.Itoa(i+1) + ending
	}
	if contentType = mediaType; ending != ".json" {
		contentType += "; charset=utf-8"
	}
	return name, contentType
}

// appendKept appends a transcript that is kept. HTML is cleaned, because the file is a page of the
// publisher's site, and the words of a guest must not run there.
func (t Transcript) appendKept(o *output, dst []byte, _ Show, a derived.Shown) []byte {
	_, ending := t.keptType()
	switch {
	case len(t.Cues) > 0:
		return writers[ending](dst, o.cues(t.Cues))
	case ending == ".html":
		return append(dst, cleanhtml.Policy{}.Clean(t.Text, a.URL)...)
	}
	return append(dst, t.Text...)
}

// checkKept reports what is mended or left out in the files that are kept.
func (e Episode) checkKept(o *output) {
	if e.keepsChapters() {
		o.appendChapters(nil, Chapters{Chapters: e.ChapterList}, ".ChapterList")
	}
	for i, t := range e.Transcripts {
		if !t.isKept() {
			continue
		}
		found := len(o.Found)
		if mediaType, ending := t.keptType(); ending == "" {
			o.among(".Type", cmp.Or(mediaType, "unknown"), podspec+"transcript", slices.Sorted(maps.Values(transcriptTypes))...)
		} else if len(t.Cues) > 0 {
			cues := len(o.Found)
			o.cues(t.Cues)
			o.Within(".Cues", cues)
		}
		o.Element(".Transcripts", i, found)
	}
}

// Companions returns the chapters and transcripts of an episode for pages that show a player, each
// with its type, and with the language of a transcript as its title. Package feedpage calls it.
func (s Show) Companions(a *syndicate.Article) (files []syndicate.Enclosure) {
	e, _ := episodeOf(a)
	o := newOutput(nil, a.URL)
	add := func(href, mediaType, language string) {
		if href = o.link("", href); href != "" {
			files = append(files, syndicate.Enclosure{URL: href, Type: mediaType, Title: language})
		}
	}
	if e.Chapters.URL != "" {
		add(e.Chapters.URL, TypeChapters, "")
	} else if e.keepsChapters() && s.Files != "" {
		add(s.keptURL(a, chaptersName), TypeChapters, "")
	}
	for i, t := range e.Transcripts {
		if name, contentType := t.keptName(i); name != "" && s.Files != "" {
			mediaType, _, _ := strings.Cut(contentType, ";")
			add(s.keptURL(a, name), mediaType, t.Language)
		} else if t.URL != "" {
			add(t.URL, cmp.Or(t.Type, transcriptTypes[ending(t.URL)]), t.Language)
		}
	}
	return files
}

// keptURL returns the address of a file that is kept in an episode.
func (s Show) keptURL(a *syndicate.Article, name string) string {
	return strings.TrimSuffix(s.Files, "/") + "/" + nameOf(a) + "/" + name
}

// writeKept writes the addresses of the files that are kept in the episode.
func (s Show) writeKept(o *output, e Episode, a *syndicate.Article) {
	const did = "the chapters and transcripts of episodes are left out"
	for name := range e.kept() {
		if s.Files == "" {
			o.Warn("Show.Files", "", syndicate.RuleMissing, did)
			return
		}
		href := s.keptURL(a, name)
		if name == chaptersName {
			File{URL: href}.write(o)
			continue
		}
		for i, t := range e.Transcripts {
			if transcript, _ := t.keptName(i); transcript == name {
				mediaType, _ := t.keptType()
				found := len(o.Found)
				Transcript{URL: href, Type: mediaType, Language: t.Language, Captions: t.Captions}.write(o)
				o.Element(".Transcripts", i, found)
			}
		}
	}
}
