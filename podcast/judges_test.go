package podcast

// Random shows before judges that others wrote: readers of feeds in JavaScript, Python and Go, and
// the W3C feed validator. Each reader must return what was published, as far as it can hold it.
// .ci/podcasts installs the judges and runs the test.

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// facts are what a feed says, as lists of records: a list for each key.
type facts map[string][][]string

// account is what a reader returns for a feed.
type account struct {
	Channel facts   `json:"channel"`
	Items   []facts `json:"items"`
}

// record returns the values of a record as texts.
func record(values ...any) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case time.Time:
			if !v.IsZero() {
				texts[i] = strconv.FormatInt(v.Unix(), 10)
			}
		case time.Duration:
			texts[i] = decimal(v.Seconds())
		case int, int64, float64:
			if texts[i] = fmt.Sprint(v); texts[i] == "0" {
				texts[i] = ""
			}
		default:
			texts[i] = fmt.Sprint(v)
		}
	}
	return texts
}

func (f facts) add(key string, values ...any) { f[key] = append(f[key], record(values...)) }

// addShared adds what channels, items and live items have in common.
func (f facts) addShared(people []Person, locations []Location, funding []Funding, license License, values []Value, socials []Social, txts []Txt, chat Chat, images []Image) {
	for _, p := range people {
		role := strings.ToLower(cmp.Or(p.Role, "host"))
		f.add("person", p.Name, role, strings.ToLower(cmp.Or(p.Group, "cast")), p.Image, p.URL)
	}
	for _, l := range locations {
		var geo string
		if l.Geo != (Point{}) {
			geo = fmt.Sprintf("geo:%s,%s", decimal(l.Geo.Latitude), decimal(l.Geo.Longitude))
			if l.Geo.Uncertainty > 0 {
				geo += ";u=" + decimal(l.Geo.Uncertainty)
			}
		}
		f.add("location", l.Name, string(l.Relation), geo, l.OSM, l.Country)
	}
	for _, v := range funding {
		f.add("funding", v.URL, v.Text)
	}
	if license != (License{}) {
		f.add("license", license.Name, license.URL)
	}
	for _, v := range values {
		f.add("value", v.Type, v.Method, v.Suggested)
		recipients := func(key string, list []Recipient) {
			for _, r := range list {
				f.add(key, r.Name, r.Type, r.Address, r.Split, r.CustomKey, r.CustomValue, r.Fee)
			}
		}
		recipients("recipient", v.Recipients)
		for _, s := range v.TimeSplits {
			f.add("timeSplit", s.Start, s.Duration, max(0, s.RemoteStart), s.RemotePercentage, s.Remote.FeedGUID, s.Remote.ItemGUID)
			recipients("splitRecipient", s.Recipients)
		}
	}
	for _, s := range socials {
		f.add("social", s.Protocol, s.URI, s.AccountID, s.AccountURL, s.Priority)
	}
	for _, v := range txts {
		f.add("txt", v.Purpose, v.Text)
	}
	if chat != (Chat{}) {
		f.add("chat", chat.Server, chat.Protocol, chat.AccountID, chat.Space)
	}
	for _, i := range images {
		f.add("podcastImage", i.URL, i.Alt, fmt.Sprintf("%d/%d", i.Aspect.Width, i.Aspect.Height), i.Width, i.Height, i.Type, strings.Join(i.Purposes, " "))
	}
}

// addRemote adds remote items.
func (f facts) addRemote(key string, items ...RemoteItem) {
	for _, r := range items {
		f.add(key, r.FeedGUID, r.FeedURL, r.ItemGUID, string(cmp.Or(r.Medium, MediumPodcast)), r.Title)
	}
}

// published returns what a feed of the generator says.
func published(f *syndicate.Feed) account {
	s, c := f.Extensions[0].(Show), facts{}
	c.add("title", f.Title)
	c.add("description", f.Description)
	c.add("link", f.URL)
	c.add("language", f.Language)
	c.add("author", s.Author)
	c.add("image", s.Artwork.URL)
	c.add("explicit", s.Explicit)
	c.add("type", cmp.Or(yes(s.Serial, "serial"), "episodic"))
	c.add("block", s.Block)
	c.add("complete", s.Complete)
	if s.NewFeedURL != "" {
		c.add("newFeedURL", s.NewFeedURL)
	}
	for _, category := range s.Categories {
		if parent := category.Parent(); parent != "" {
			c.add("category", string(parent), string(category))
		} else {
			c.add("category", string(category), "")
		}
	}
	if s.Owner != (Owner{}) {
		c.add("owner", s.Owner.Name, s.Owner.Email)
	}
	c.add("guid", s.GUID)
	c.add("locked", yesOrNo(!s.Unlocked), s.Owner.Email)
	c.add("medium", string(cmp.Or(s.Medium, MediumPodcast)))
	if s.Block {
		c.add("podcastBlock", "", "yes")
	}
	for _, b := range s.Blocks {
		c.add("podcastBlock", b.Service, yesOrNo(!b.Allow))
	}
	if s.Podping {
		c.add("podping", "true")
	}
	c.addShared(s.People, s.Locations, s.Funding, s.License, s.Values, s.Socials, s.Txts, s.Chat, s.Images)
	for _, t := range s.Trailers {
		c.add("trailer", t.Title, t.URL, t.Published, t.Size, t.Type, t.Season)
	}
	if u := s.UpdateFrequency; u != (UpdateFrequency{}) {
		c.add("updateFrequency", u.Text, u.Rule, u.Start)
	}
	c.addRemote("podroll", s.Podroll...)
	c.addRemote("remoteItem", s.RemoteItems...)
	if s.Publisher != (RemoteItem{}) {
		c.addRemote("publisher", s.Publisher)
	}
	for _, l := range s.Live {
		c.add("live", string(l.Status), l.Start, l.End)
		c.add("liveItem", l.Title, l.URL, l.GUID, l.Enclosures[0].URL)
	}
	all := account{Channel: c}
	for _, a := range f.Articles {
		e, file := a.Extensions[0].(Episode), a.Enclosures[0]
		if e.Type == TypeTrailer && e.Number == 0 {
			c.add("trailer", e.Title, file.URL, a.Published, file.Size, file.Type, e.Season)
		}
		all.Items = append(all.Items, publishedItem(a, e, file))
	}
	return all
}

func publishedItem(a *syndicate.Article, e Episode, file syndicate.Enclosure) facts {
	i := facts{}
	i.add("guid", a.ID)
	i.add("title", a.Title)
	i.add("link", a.URL)
	i.add("published", a.Published)
	i.add("enclosure", file.URL, file.Type, file.Size)
	i.add("duration", file.Duration)
	i.add("itunesTitle", e.Title)
	i.add("episodeType", string(cmp.Or(e.Type, "full")))
	i.add("block", e.Block)
	optional := func(key string, value any) {
		if !reflect.ValueOf(value).IsZero() {
			i.add(key, value)
		}
	}
	optional("season", e.Season)
	optional("episode", e.Number)
	optional("image", e.Artwork.URL)
	if e.Rating != RatingShow {
		i.add("explicit", e.Rating == RatingExplicit)
	}
	if e.Season > 0 {
		i.add("podcastSeason", e.Season, e.SeasonName)
	}
	if order := cmp.Or(e.Order, float64(e.Number)); order > 0 {
		i.add("podcastEpisode", order, e.Display)
	}
	for _, t := range e.Transcripts {
		i.add("transcript", t.URL, t.Type, t.Language, yes(t.Captions, "captions"))
	}
	if e.Chapters != (File{}) {
		i.add("chapters", e.Chapters.URL, e.Chapters.Type)
	}
	for _, s := range e.Soundbites {
		i.add("soundbite", s.Start, s.Duration, s.Title)
	}
	for _, v := range e.Alternates {
		i.add("alternate", v.Type, v.Size, v.Bitrate, v.Height, v.Language, v.Title, v.Rel, v.Codecs, v.Default)
		for _, s := range v.Sources {
			i.add("source", s.URI, cmp.Or(s.Type, v.Type))
		}
		if v.Integrity != (Integrity{}) {
			i.add("integrity", string(v.Integrity.Type), v.Integrity.Value)
		}
	}
	for _, l := range e.ContentLinks {
		i.add("contentLink", l.URL, l.Text)
	}
	i.addShared(e.People, e.Locations, e.Funding, e.License, e.Values, e.Socials, e.Txts, e.Chat, e.Images)
	return i
}

// judge is a process that reads a feed from each line and writes a line about it.
type judge struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	// keys counts the records that were compared, by their key.
	keys map[string]int
	// differs has the keys of which a difference was reported.
	differs map[string]bool
}

func startJudge(t *testing.T, name, program string, args ...string) *judge {
	t.Helper()
	j := &judge{name: name, cmd: exec.CommandContext(t.Context(), program, args...), keys: map[string]int{}, differs: map[string]bool{}}
	var err error
	j.in, err = j.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := j.cmd.StdoutPipe()
	require.NoError(t, err)
	j.out = bufio.NewReaderSize(out, 1<<20)
	j.cmd.Stderr = os.Stderr
	require.NoError(t, j.cmd.Start())
	return j
}

// about reads into to what the judge writes about a feed, whose line is the same for all judges.
func (j *judge) about(line []byte, to any) error {
	if _, err := j.in.Write(line); err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	answer, err := j.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(answer, to)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	return nil
}

// gaps returns the records of a key as a judge can hold them. Partytime takes a soundbite at the
// beginning for one without a start, and drops an alternate enclosure without a length, which is
// optional in the namespace. Feed-parser trims angle brackets from some names, as it looks for
// e-mail addresses in them.
func (j *judge) gaps(key string, records [][]string) [][]string {
	need, lacks := map[string]int{"soundbite": 0, "alternate": 1}[key]
	switch {
	case j.name == "partytime" && lacks:
		return slices.DeleteFunc(slices.Clone(records), func(r []string) bool { return r[need] == "" })
	case j.name == "feed-parser" && key == "author" && len(records) > 0:
		return [][]string{{strings.Trim(records[0][0], "<>")}}
	}
	return records
}

// compare compares what a judge returns with what was published: the keys that it returns.
func (j *judge) compare(t *testing.T, seed uint64, want, got facts, where string) {
	t.Helper()
	for key, records := range got {
		one, two := j.gaps(key, plainForms(want[key])), j.gaps(key, plainForms(records))
		j.keys[key] += len(one)
		// A reader may hold the first values of a record only.
		if !slices.EqualFunc(one, two, func(a, b []string) bool { return slices.Equal(a[:min(len(a), len(b))], b) }) && !j.differs[key] {
			j.differs[key] = true // the first is enough
			assert.Fail(t, j.name+" differs", "seed %d, %s, %s\nwant %q\ngot  %q", seed, where, key, one, two)
		}
	}
}

// plainForms returns records with numbers in one form, and white space as readers show it.
func plainForms(records [][]string) [][]string {
	made := make([][]string, 0, len(records))
	for _, r := range records {
		form := make([]string, len(r))
		for i, text := range r {
			form[i] = strings.Join(strings.Fields(text), " ")
			if n, err := strconv.ParseFloat(form[i], 64); err == nil && !math.IsInf(n, 0) && !math.IsNaN(n) {
				if form[i] = strconv.FormatFloat(n, 'g', -1, 64); n == 0 {
					form[i] = ""
				}
			}
		}
		made = append(made, form)
	}
	return made
}

// message is one of the validator's.
type message struct {
	Level, Name string
	Params      map[string]string
}

// contradictions are the messages of the validator about feeds that are as Apple and the podcast
// namespace document them, and about titles that are about markup.
var contradictions = regexp.MustCompile(`^error UndefinedElement .*itunes[:_]complete` + // documented by Apple
	`|^error InvalidItunesCategory .*"Religion"` + // one of Apple's
	`|^warning MissingItunesEmail ` + // not required any more
	`|^error NotInANamespace .*"(podcast[:_]|unknown_)liveItem"` + // a live item has the elements of an item
	`|^warning (ContainsHTML|ContainsUndeclaredHTML) .*"element":"(title|itunes_title|name|dc:creator|dc_creator|itunes_author|itunes_name)"`)

// TestJudgesReadWhatShowsPublish needs the judges: see .ci/podcasts.
func TestJudgesReadWhatShowsPublish(t *testing.T) { // POD-72
	folder := os.Getenv("PODCAST_JUDGES")
	if folder == "" {
		t.Skip("set PODCAST_JUDGES to a folder with the readers of npm, as .ci/podcasts does")
	}
	shows, err := strconv.ParseUint(cmp.Or(os.Getenv("PODCAST_SHOWS"), "20"), 10, 32)
	require.NoError(t, err)
	gofeed := filepath.Join(t.TempDir(), "gofeed")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", gofeed, "./internal/readers/podcasts")
	build.Dir = ".."
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	judges := []*judge{startJudge(t, "gofeed", gofeed)}
	for _, name := range []string{"partytime", "feedsmith", "feed-parser"} {
		judges = append(judges, startJudge(t, name, "node", "../.ci/readers/podcasts.mjs", name))
	}
	for _, name := range []string{"podcastparser", "feedparser"} {
		judges = append(judges, startJudge(t, name, "/usr/bin/python3", "../.ci/readers/podcasts.py", name))
	}
	var validator *judge
	if os.Getenv("FEEDVALIDATOR") != "" {
		validator = startJudge(t, "W3C", cmp.Or(os.Getenv("PYTHON"), "/usr/bin/python3"), "../.ci/feedvalidator.py")
	}
	episodes, size, begun := 0, 0, time.Now()
	seen := map[string]bool{}
	for seed := range shows {
		g := newGenerator(seed)
		// Most shows are small, and some have 500 episodes.
		f := g.feed(min(500, int(math.Exp(g.Float64()*math.Log(501)))))
		doc := f.Append(nil, syndicate.RSS)
		episodes, size = episodes+len(f.Articles), size+len(doc)
		require.NoError(t, xml.Unmarshal(doc, new(struct{})))
		if seed < 200 {
			parse(t, doc).elements(seen)
		}
		want := published(f)
		if seed%100 == 99 {
			t.Logf("after %d shows: %d episodes, %s", seed+1, episodes, time.Since(begun).Round(time.Second))
		}
		line, err := json.Marshal(map[string]string{
			"url": "https://example.com/rss.xml", "type": "application/rss+xml; charset=utf-8", "body": base64.StdEncoding.EncodeToString(doc),
		})
		require.NoError(t, err)
		line = append(line, '\n')
		// All of them read at the same time.
		accounts, faults := make([]account, len(judges)), make([]error, len(judges)+1)
		var messages []message
		var reading sync.WaitGroup
		for i, j := range judges {
			reading.Go(func() { faults[i] = j.about(line, &accounts[i]) })
		}
		if validator != nil {
			reading.Go(func() { faults[len(judges)] = validator.about(line, &messages) })
		}
		reading.Wait()
		require.NoError(t, errors.Join(faults...), "seed %d", seed)
		for k, j := range judges {
			got := accounts[k]
			j.compare(t, seed, want.Channel, got.Channel, "channel")
			require.Len(t, got.Items, len(want.Items), "%s, seed %d", j.name, seed)
			for i := range want.Items {
				j.compare(t, seed, want.Items[i], got.Items[i], fmt.Sprintf("item %d", i))
			}
		}
		for _, m := range messages {
			params, _ := json.Marshal(m.Params)
			text := m.Level + " " + m.Name + " " + string(params)
			if !contradictions.MatchString(text) {
				require.Fail(t, "W3C", "seed %d: %s", seed, text)
			}
		}
	}
	t.Logf("%d shows with %d episodes, %d MB, in %s", shows, episodes, size>>20, time.Since(begun).Round(time.Second))
	if shows >= 100 {
		for name := range strings.FieldsSeq(every) {
			assert.True(t, seen[name], name)
		}
	}
	if validator != nil {
		t.Logf("W3C: no error and no warning but those that contradict Apple")
	}
	for _, j := range judges {
		total := 0
		for key, n := range j.keys {
			if total += n; shows >= 20 { // fewer shows need not have every element
				assert.Positive(t, n, "%s compared nothing as %s", j.name, key)
			}
		}
		t.Logf("%s: %d values in %d fields are equal", j.name, total, len(j.keys))
		require.NoError(t, j.in.Close())
		require.NoError(t, j.cmd.Wait(), j.name)
	}
}
