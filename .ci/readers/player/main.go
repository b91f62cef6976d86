// Player opens a page in headless Chromium and plays every audio element to its end, one after the
// other. It prints a line for each: the address, the duration in seconds that the browser
// found, where the playback was after a while and at its end, and the number of text tracks' cues.
//
//	player -picture page.png http://localhost:8080/
//
// It speaks the DevTools protocol over two pipes, which Chromium has as its descriptors 3 and 4.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"time"
)

// play plays the elements of the page. Chromium plays four times as fast, so that it takes less
// time. The promise fails if an element cannot be played or stands still.
const play = `(async () => {
	const wait = ms => new Promise(done => setTimeout(done, ms));
	const played = [];
	for (const audio of document.querySelectorAll("audio")) {
		for (const track of audio.textTracks) track.mode = "hidden"; // loads it
		audio.playbackRate = 4;
		await audio.play();
		let middle = 0;
		for (let i = 0; i < 600 && !audio.ended; i++) {
			await wait(50);
			if (!middle && audio.currentTime > audio.duration / 4) middle = audio.currentTime;
		}
		let cues = 0;
		for (const track of audio.textTracks) cues += track.cues ? track.cues.length : 0;
		played.push({address: audio.currentSrc, duration: audio.duration, middle, end: audio.currentTime, ended: audio.ended, cues});
	}
	return played;
})()`

// pose shows the first player in the middle of its sound, for a picture.
const pose = `(async () => {
	const audio = document.querySelector("audio");
	audio.currentTime = audio.duration / 3;
	await new Promise(done => setTimeout(done, 1000));
})()`

type sound struct {
	Address               string
	Duration, Middle, End float64
	Ended                 bool
	Cues                  int
}

func main() {
	log.SetFlags(0)
	picture := flag.String("picture", "", "file for a picture of the page")
	flag.Parse()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	if err := run(ctx, flag.Arg(0), *picture); err != nil {
		log.Fatal("player: ", err)
	}
}

func run(ctx context.Context, page, picture string) error {
	profile, err := os.MkdirTemp("", "player")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	b, err := start(ctx, profile)
	if err != nil {
		return err
	}
	defer b.stop()
	var target struct{ TargetID string }
	if err := b.call("Target.createTarget", object{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var attached struct{ SessionID string }
	if err := b.call("Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	if err := b.call("Page.enable", nil, nil); err != nil {
		return err
	}
	var opened struct{ ErrorText string }
	if err := b.call("Page.navigate", object{"url": page}, &opened); err != nil {
		return err
	} else if opened.ErrorText != "" {
		return errors.New(opened.ErrorText)
	}
	if err := b.wait("Page.loadEventFired"); err != nil {
		return err
	}
	var sounds []sound
	if err := b.evaluate(play, &sounds); err != nil {
		return err
	}
	if len(sounds) == 0 {
		return errors.New("the page has no audio element")
	}
	for _, s := range sounds {
		if !s.Ended || s.Middle <= 0 || s.Middle >= s.Duration {
			return fmt.Errorf("not played to the end: %+v", s)
		}
		fmt.Printf("%s\t%.3f\t%.3f\t%.3f\t%d\n", s.Address, s.Duration, s.Middle, s.End, s.Cues)
	}
	if picture == "" {
		return nil
	}
	if err := b.evaluate(pose, nil); err != nil {
		return err
	}
	var taken struct{ Data string }
	if err := b.call("Page.captureScreenshot", object{"format": "png"}, &taken); err != nil {
		return err
	}
	png, err := base64.StdEncoding.DecodeString(taken.Data)
	if err != nil {
		return err
	}
	return os.WriteFile(picture, png, 0o644)
}

type object = map[string]any

// browser is a running Chromium.
type browser struct {
	command *exec.Cmd
	to      io.WriteCloser
	from    *bufio.Reader
	session string // of the page
	last    int    // number of the last call
}

func start(ctx context.Context, profile string) (*browser, error) {
	in, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	from, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--autoplay-policy=no-user-gesture-required", "--window-size=1000,970", "--user-data-dir="+profile,
		"--remote-debugging-pipe")
	command.ExtraFiles = []*os.File{in, out}
	if err := command.Start(); err != nil {
		return nil, err
	}
	in.Close()
	out.Close()
	return &browser{command: command, to: to, from: bufio.NewReader(from)}, nil
}

func (b *browser) stop() {
	_ = b.call("Browser.close", nil, nil)
	b.to.Close()
	_ = b.command.Wait()
}

// message is a result or an event.
type message struct {
	ID     int
	Method string
	Result json.RawMessage
	Error  *struct{ Message string }
}

func (b *browser) read() (m message, err error) {
	text, err := b.from.ReadBytes(0)
	if err != nil {
		return m, fmt.Errorf("chromium ended: %w", err)
	}
	return m, json.Unmarshal(text[:len(text)-1], &m)
}

// wait reads messages until an event arrives.
func (b *browser) wait(event string) error {
	for {
		if m, err := b.read(); err != nil || m.Method == event {
			return err
		}
	}
}

// call calls a method and stores what it returns.
func (b *browser) call(method string, params object, result any) error {
	b.last++
	call := object{"id": b.last, "method": method, "params": params}
	if params == nil {
		call["params"] = object{}
	}
	if b.session != "" && method != "Browser.close" {
		call["sessionId"] = b.session
	}
	text, err := json.Marshal(call)
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		return err
	}
	for {
		m, err := b.read()
		switch {
		case err != nil:
			return err
		case m.ID != b.last:
			continue
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

// evaluate runs a script that returns a promise, and stores its value.
func (b *browser) evaluate(script string, value any) error {
	var evaluated struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	params := object{"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true}
	if err := b.call("Runtime.evaluate", params, &evaluated); err != nil {
		return err
	}
	if e := evaluated.ExceptionDetails; e != nil {
		return fmt.Errorf("%s %s", e.Text, e.Exception.Description)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(evaluated.Result.Value, value)
}
