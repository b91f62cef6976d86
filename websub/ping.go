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

// ErrHub is the cause of a [PingError] if the hub answered with an error or a redirect. Test with
// errors.Is.
var ErrHub = errors.New("the hub refused the notification")

// PingError reports that a hub could not be notified.
type PingError struct {
	// Hub is the URL of the hub.
	Hub string
	// URLs are the URLs of the feeds in the request.
	URLs []string
	// Status is the HTTP status code of the hub's response; 0 if there was no response.
	Status int
	// Final reports that the request will not be repeated.
	Final bool
	// Err is the cause: [ErrHub] with the beginning of the hub's response, or a network error.
	Err error

	retryAfter time.Duration // the delay that the hub asks for; 0 if none
}

// Error returns a message with the hub, the first of the feeds and the cause.
func (e *PingError) Error() string {
	feeds := ""
	if len(e.URLs) > 0 {
		feeds = fmt.Sprintf(" about %q", e.URLs[0])
	}
	if len(e.URLs) > 1 {
		feeds += fmt.Sprintf(" and %d more", len(e.URLs)-1)
	}
	end := ""
	if e.Final {
		end = " (giving up)"
	}
	return fmt.Sprintf("websub: notifying %q%s: %v%s", e.Hub, feeds, e.Err, end)
}

// Unwrap returns e.Err.
func (e *PingError) Unwrap() error { return e.Err }

// Ping notifies a hub, in a single request, that the feeds with these URLs have changed. The hub
// then fetches the feeds and sends them to its subscribers. Ping does nothing if there are no
// URLs.
//
// Any 2xx response is success. Ping makes one attempt and has no timeout other than ctx's. It
// does not follow redirects, so requests go only to the hub that the publication names; the error
// contains the target of a redirect.
//
// Every hub understands a request with one URL (PubSubHubbub 0.4). Pass several URLs only to hubs
// that accept more than one hub.url field (PubSubHubbub 0.3, section 7.1).
//
// If client is nil, Ping uses http.DefaultClient. The error is a [*PingError].
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

// ping is [Ping] with an error whose field Final reports whether another attempt is pointless.
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
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 512))
	if resp.StatusCode/100 == 2 {
		return nil
	}
	answer := resp.Status
	if location := resp.Header.Get("Location"); resp.StatusCode/100 == 3 && location != "" {
		answer += fmt.Sprintf(", redirect to %q", location)
	} else if text := strings.TrimSpace(strings.ToValidUTF8(string(body), "")); text != "" {
		answer += fmt.Sprintf(", %q", text)
	}
	e := failed(fmt.Errorf("%w: %s", ErrHub, answer), !temporary(resp.StatusCode))
	e.Status, e.retryAfter = resp.StatusCode, retryAfter(resp)
	return e
}

// withoutRedirects returns a copy of client that returns a redirect as the response. A nil client
// stands for http.DefaultClient.
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

// retryAfter returns the delay in seconds that a response asks for (RFC 9110, section 10.2.3), at
// most some days. It ignores a Retry-After header that contains a date.
func retryAfter(resp *http.Response) time.Duration {
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return time.Duration(min(seconds, 1<<20)) * time.Second
}
