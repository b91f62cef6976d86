package websub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ErrHub is what a hub's refusal is, found with errors.Is; [PingError] says which.
var ErrHub = errors.New("the hub refused")

// PingError says that a hub was not told.
type PingError struct {
	Hub  string
	URLs []string // the feeds that it was to be told of
	// Status is the hub's answer; 0 if it gave none.
	Status int
	// Final tells that it will not be tried again.
	Final bool
	// Err is what happened; [ErrHub] with the beginning of what the hub said, or a network error.
	Err error

	retryAfter time.Duration // what the hub asks for; 0 if it does not
}

// Error names the hub, the first of the feeds and what happened.
func (e *PingError) Error() string {
	feeds := ""
	if len(e.URLs) > 0 {
		feeds = fmt.Sprintf(" of %q", e.URLs[0])
	}
	if len(e.URLs) > 1 {
		feeds += fmt.Sprintf(" and %d more", len(e.URLs)-1)
	}
	end := ""
	if e.Final {
		end = " (given up)"
	}
	return fmt.Sprintf("websub: telling %q%s: %v%s", e.Hub, feeds, e.Err, end)
}

// Unwrap returns Err.
func (e *PingError) Unwrap() error { return e.Err }

// Ping tells a hub, in one request, that the feeds at these addresses have changed, so that it fetches them
// and passes them on. Any 2xx is success. It is tried once, with no time-out but ctx's; a redirect is not
// followed, because a hub is what the publication says it is: the error names where it leads. One address
// at a time is what every hub understands (PubSubHubbub 0.4); several are for hubs that take the field
// hub.url more than once (PubSubHubbub 0.3 section 7.1).
//
// client is optional; http.DefaultClient. The error is a [*PingError].
func Ping(ctx context.Context, client *http.Client, hub string, urls ...string) error {
	if len(urls) == 0 {
		return nil
	}
	if err := ping(ctx, client, hub, urls); err != nil {
		err.Final = true
		return err
	}
	return nil
}

// ping is [Ping] with an error that tells whether trying again makes sense.
func ping(ctx context.Context, client *http.Client, hub string, urls []string) *PingError {
	failed := func(err error, final bool) *PingError {
		return &PingError{Hub: hub, URLs: urls, Err: err, Final: final}
	}
	if u, err := url.Parse(hub); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return failed(errors.New("not an absolute http or https URL"), true)
	}
	form := url.Values{"hub.mode": {"publish"}, "hub.url": urls}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return failed(err, true)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := withoutRedirects(client).Do(req)
	if err != nil {
		return failed(err, false)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 512))
	if resp.StatusCode/100 == 2 {
		return nil
	}
	what := resp.Status
	if location := resp.Header.Get("Location"); resp.StatusCode/100 == 3 && location != "" {
		what += fmt.Sprintf(", to %q", location)
	} else if text := strings.TrimSpace(strings.ToValidUTF8(string(said), "")); text != "" {
		what += fmt.Sprintf(", %q", text)
	}
	e := failed(fmt.Errorf("%w: %s", ErrHub, what), !temporary(resp.StatusCode))
	e.Status, e.retryAfter = resp.StatusCode, retryAfter(resp)
	return e
}

// withoutRedirects returns a client that takes a redirect for the answer that it is.
func withoutRedirects(client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	strict := *client
	strict.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &strict
}

// temporary reports whether the same request may succeed later.
func temporary(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return status >= 500
}

// retryAfter is the delay in seconds that an answer asks for (RFC 9110 section 10.2.3); a date counts for
// nothing.
func retryAfter(resp *http.Response) time.Duration {
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return time.Duration(min(seconds, 1<<20)) * time.Second
}
