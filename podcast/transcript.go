package podcast

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/htmltext"
)

// Cue is a part of a transcript.
type Cue struct {
	// Start and End within the episode, to the millisecond. End is required.
	Start time.Duration `json:",omitzero"`
	End   time.Duration `json:",omitzero"`
	// Speaker who says it, plain text. Default: none.
	Speaker string `json:",omitzero"`
	// Text, plain text. Required.
	Text string `json:",omitzero"`
}

// The recommended length of a line in characters, and the longest Speaker.
const (
	cueLine    = 65
	maxSpeaker = nameText
)

// AppendTranscript appends a transcript in WebVTT, the form that Apple and browsers read, and
// returns the extended buffer, and warnings of what was mended or left out. Cues are sorted by
// their start. Serve the file as [TypeVTT], with CORS for players in web pages.
func AppendTranscript(dst []byte, cues []Cue) ([]byte, []*syndicate.Problem) {
	o := new(output)
	return appendVTT(dst, o.cues(cues)), o.problems("Cues", 0)
}

// appendVTT appends cues in WebVTT.
func appendVTT(dst []byte, cues []Cue) []byte {
	dst = append(dst, "WEBVTT\n"...)
	for _, cue := range cues {
		dst = append(appendClock(append(dst, '\n'), cue.Start, '.'), " --> "...)
		dst = append(appendClock(dst, cue.End, '.'), '\n')
		if cue.Speaker != "" {
			dst = append(append(append(dst, "<v "...), vttText.Replace(cue.Speaker)...), '>')
		}
		dst = append(appendLines(dst, cue.Text, vttText.Replace), '\n')
	}
	return dst
}

// appendSRT appends cues in SubRip, which has no standard: a number, the times with a comma, and
// the text. The namespace asks for the speaker's name before the text, in lines of 32 characters at
// most; those are for captions on a video, and longer ones are read as well.
func appendSRT(dst []byte, cues []Cue) []byte {
	for i, cue := range cues {
		if i > 0 {
			dst = append(dst, '\n')
		}
		dst = append(strconv.AppendInt(dst, int64(i)+1, 10), '\n')
		dst = append(appendClock(dst, cue.Start, ','), " --> "...)
		dst = append(appendClock(dst, cue.End, ','), '\n')
		dst = append(appendLines(dst, spoken(cue), unpointed), '\n')
	}
	return dst
}

// unpointed returns text without arrows, which would be read as times.
func unpointed(text string) string { return strings.ReplaceAll(text, "-->", "->") }

// appendPlain appends cues as plain text, a paragraph for each.
func appendPlain(dst []byte, cues []Cue) []byte {
	for i, cue := range cues {
		if i > 0 {
			dst = append(dst, '\n')
		}
		dst = append(append(dst, spoken(cue)...), '\n')
	}
	return dst
}

// spoken returns the text of a cue with its speaker before it.
func spoken(cue Cue) string {
	if cue.Speaker == "" {
		return cue.Text
	}
	return cue.Speaker + ": " + cue.Text
}

// appendHTML appends cues in the HTML of the podcast namespace: cite, time and p.
func appendHTML(dst []byte, cues []Cue) []byte {
	for _, cue := range cues {
		if cue.Speaker != "" {
			dst = append(append(append(dst, "<cite>"...), htmltext.Escape(cue.Speaker)...), ":</cite>\n"...)
		}
		// The hours are left out in the first hour.
		whole := int64(cue.Start / time.Second)
		clock := fmt.Sprintf("%d:%02d", whole/60, whole%60)
		if whole >= 3600 {
			clock = fmt.Sprintf("%d:%02d:%02d", whole/3600, whole/60%60, whole%60)
		}
		dst = fmt.Appendf(dst, "<time>%s</time>\n<p>%s</p>\n", clock, htmltext.Escape(cue.Text))
	}
	return dst
}

// The JSON of a transcript, as the podcast namespace has it.
type (
	transcriptJSON struct {
		Version  string        `json:"version"`
		Segments []segmentJSON `json:"segments"`
	}
	segmentJSON struct {
		Speaker   string  `json:"speaker,omitzero"`
		StartTime float64 `json:"startTime"`
		EndTime   float64 `json:"endTime"`
		Body      string  `json:"body"`
	}
)

// appendJSON appends cues in JSON.
func appendJSON(dst []byte, cues []Cue) []byte {
	file := transcriptJSON{Version: "1.0.0", Segments: []segmentJSON{}}
	for _, cue := range cues {
		file.Segments = append(file.Segments, segmentJSON{cue.Speaker, cue.Start.Seconds(), cue.End.Seconds(), cue.Text})
	}
	return appendFile(dst, file)
}

// vttText escapes text (WebVTT section 4.2.2). No arrow of cue times can be in it.
var vttText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// cues returns the cues that can be written, in whole milliseconds and in order. A cue that ends
// before it begins ends with the start of the next, or after a second, so that its text stays.
func (o *output) cues(given []Cue) (cues []Cue) {
	const spec = "WebVTT section 4.1"
	var latest time.Duration
	var mend []int // the cues without an end
	for i, cue := range given {
		found := len(o.Found)
		cue.Start, cue.End = cue.Start.Round(time.Millisecond), cue.End.Round(time.Millisecond)
		cue.Text, cue.Speaker = o.text(".Text", cue.Text, maxNotes), o.text(".Speaker", cue.Speaker, maxSpeaker)
		switch {
		case cue.Start < 0:
			o.Warn(".Start", cue.Start.String(), syndicate.RuleNegative, "left out; "+spec)
		case o.has(".Text", cue.Text, spec):
			if cue.End <= cue.Start {
				o.Warn(".End", cue.End.String(), RuleOrder, "mended; it ends before it begins; "+spec)
				cue.End = 0
				mend = append(mend, i)
			}
			if cue.Start < latest {
				o.Warn(".Start", cue.Start.String(), RuleOrder, "sorted; "+spec)
			}
			latest = max(latest, cue.Start)
			cues = append(cues, cue)
		}
		o.Element("", i, found)
	}
	// Only the sorted list says which cue is the next.
	slices.SortStableFunc(cues, func(a, b Cue) int { return cmp.Compare(a.Start, b.Start) })
	for i := range cues {
		if len(mend) == 0 || cues[i].End > 0 {
			continue
		}
		// Several cues may begin at the same time, so the next is the first that begins later.
		cues[i].End = cues[i].Start + time.Second
		for _, next := range cues[i+1:] {
			if next.Start > cues[i].Start {
				cues[i].End = next.Start
				break
			}
		}
	}
	return cues
}

// appendClock appends a time with hours and milliseconds, with a point before these.
func appendClock(dst []byte, d time.Duration, point byte) []byte {
	ms := d.Milliseconds()
	return fmt.Appendf(dst, "%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, point, ms%1000)
}

// appendLines appends escaped words in lines of at most 65 characters, which are counted before
// they are escaped. A longer word has its own line.
func appendLines(dst []byte, text string, escape func(string) string) []byte {
	length := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			length = n
		case length+1+n > cueLine:
			dst, length = append(dst, '\n'), n
		default:
			dst, length = append(dst, ' '), length+1+n
		}
		dst = append(dst, escape(word)...)
	}
	return dst
}
