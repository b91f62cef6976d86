package podcast

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
)

// Cue is a part of a transcript.
type Cue struct {
	// Start and End within the episode, to the millisecond. End is required.
	Start, End time.Duration
	// Speaker who says it, plain text. Default: none.
	Speaker string
	// Text, plain text. Required.
	Text string
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
	dst = append(dst, "WEBVTT\n"...)
	for _, cue := range o.cues(cues) {
		dst = append(appendClock(append(dst, '\n'), cue.Start), " --> "...)
		dst = append(appendClock(dst, cue.End), '\n')
		if cue.Speaker != "" {
			dst = append(append(append(dst, "<v "...), vttText.Replace(cue.Speaker)...), '>')
		}
		dst = append(appendLines(dst, cue.Text), '\n')
	}
	return dst, o.problems("Cues", 0)
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

// appendClock appends a time with hours and milliseconds.
func appendClock(dst []byte, d time.Duration) []byte {
	ms := d.Milliseconds()
	return fmt.Appendf(dst, "%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// appendLines appends words in lines of at most 65 characters. A longer word has its own line.
func appendLines(dst []byte, text string) []byte {
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
		dst = append(dst, vttText.Replace(word)...)
	}
	return dst
}
