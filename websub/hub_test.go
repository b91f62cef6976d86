package websub_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// hub is a WebSub hub as the W3C Recommendation of 23 January 2018 describes it. Comments name
// its sections.
type hub struct {
	*httptest.Server
	t *testing.T

	mu            sync.Mutex
	subscriptions map[string]map[string]string // secrets by callback by topic
	notified      []string                     // topics in the notifications of publishers, in order
	requests      int
	answer        func(w http.ResponseWriter, r *http.Request) bool // replaces the hub's answer if it returns true
	working       sync.WaitGroup
}

func newHub(t *testing.T) *hub {
	h := &hub{t: t, subscriptions: map[string]map[string]string{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(func() { h.Close(); h.working.Wait() })
	return h
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.requests++
	answer := h.answer
	h.mu.Unlock()
	if answer != nil && answer(w, r) {
		return
	}
	contentType := r.Header.Get("Content-Type")
	if r.Method != http.MethodPost || contentType != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		http.Error(w, "a form must be posted", http.StatusBadRequest)
		return
	}
	form := r.PostForm
	switch form.Get("hub.mode") {
	case "subscribe": // section 5.1
		if form.Get("hub.callback") == "" || form.Get("hub.topic") == "" || len(form.Get("hub.secret")) >= 200 {
			http.Error(w, "callback and topic are required", http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		h.working.Go(func() { h.verify(form.Get("hub.callback"), form.Get("hub.topic"), form.Get("hub.secret")) })
	case "publish": // PubSubHubbub 0.4 and 0.3; WebSub section 6 leaves it open
		if len(form["hub.url"]) == 0 {
			http.Error(w, "hub.url is required", http.StatusBadRequest)
			return
		}
		h.mu.Lock()
		h.notified = append(h.notified, form["hub.url"]...)
		h.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
		for _, topic := range form["hub.url"] {
			h.working.Go(func() { h.distribute(topic) })
		}
	default:
		http.Error(w, "unknown hub.mode", http.StatusBadRequest)
	}
}

// verify checks that the subscriber wants the subscription (section 5.3).
func (h *hub) verify(callback, topic, secret string) {
	challenge := rand.Text()
	query := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {challenge}, "hub.lease_seconds": {"864000"},
	}
	resp, err := http.Get(callback + "?" + query.Encode())
	if !assert.NoError(h.t, err) {
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	assert.NoError(h.t, err)
	if resp.StatusCode/100 == 2 && string(body) == challenge {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.subscriptions[topic] == nil {
			h.subscriptions[topic] = map[string]string{}
		}
		h.subscriptions[topic][callback] = secret
	}
}

// distribute fetches the topic and posts its content to the subscribers (section 7), with a
// signature if the subscriber gave a secret (section 7.1).
func (h *hub) distribute(topic string) {
	h.mu.Lock()
	callbacks := h.subscriptions[topic]
	h.mu.Unlock()
	resp, err := http.Get(topic)
	if !assert.NoError(h.t, err) {
		return
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	assert.NoError(h.t, err)
	assert.Equal(h.t, http.StatusOK, resp.StatusCode, "the topic of a notification can be fetched")
	for callback, secret := range callbacks {
		req, err := http.NewRequest(http.MethodPost, callback, bytes.NewReader(content))
		assert.NoError(h.t, err)
		req.Header.Set("Content-Type", resp.Header.Get("Content-Type"))
		req.Header.Set("Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.URL, topic))
		if secret != "" {
			req.Header.Set("X-Hub-Signature", signature(secret, content))
		}
		resp, err := http.DefaultClient.Do(req)
		if assert.NoError(h.t, err) {
			resp.Body.Close()
		}
	}
}

func signature(secret string, content []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(content)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (h *hub) answering(answer func(http.ResponseWriter, *http.Request) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = answer
}

// heard waits until the hub was notified about the given number of topics and no more
// notifications come. It returns the topics, sorted, and the number of requests.
func (h *hub) heard(topics int) (urls []string, requests int) {
	state := func() (int, int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.notified), h.requests
	}
	assert.Eventually(h.t, func() bool { n, _ := state(); return n >= topics }, 10*time.Second, time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	h.mu.Lock()
	defer h.mu.Unlock()
	urls = slices.Sorted(slices.Values(h.notified))
	h.notified = nil
	return urls, h.requests
}

// subscriber is a reader that subscribes to a feed at the feed's hub.
type subscriber struct {
	*httptest.Server
	t        *testing.T
	topic    string
	hub      string
	secret   string
	received chan []byte
}

// subscribe discovers hub and topic of the feed at a URL, subscribes, and returns when the hub
// has verified the subscription.
func subscribe(t *testing.T, h *hub, address, secret string) *subscriber {
	t.Helper()
	s := &subscriber{t: t, secret: secret, received: make(chan []byte, 100)}
	s.hub, s.topic = discover(t, address)
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	resp, err := http.PostForm(s.hub, url.Values{
		"hub.mode": {"subscribe"}, "hub.callback": {s.URL + "/callback"}, "hub.topic": {s.topic}, "hub.secret": {secret},
	})
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusAccepted, resp.StatusCode)
	require.Eventually(t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		_, ok := h.subscriptions[s.topic][s.URL+"/callback"]
		return ok
	}, 10*time.Second, time.Millisecond)
	return s
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet { // section 5.3.1
		if r.FormValue("hub.mode") != "subscribe" || r.FormValue("hub.topic") != s.topic {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, r.FormValue("hub.challenge"))
		return
	}
	content, err := io.ReadAll(r.Body)
	assert.NoError(s.t, err)
	assert.Contains(s.t, r.Header.Get("Link"), "<"+s.topic+`>; rel="self"`)
	if s.secret != "" && !hmac.Equal([]byte(signature(s.secret, content)), []byte(r.Header.Get("X-Hub-Signature"))) {
		return // section 8: acknowledge and ignore
	}
	s.received <- content
}

// discover returns hub and topic of a feed (section 4).
func discover(t *testing.T, address string) (hub, topic string) {
	t.Helper()
	resp, err := http.Get(address)
	require.NoError(t, err)
	defer resp.Body.Close()
	if resp.Header.Get("Content-Type") == syndicate.JSON.ContentType() {
		var feed struct {
			FeedURL string `json:"feed_url"`
			Hubs    []struct{ Type, URL string }
		}
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&feed))
		require.NotEmpty(t, feed.Hubs)
		return feed.Hubs[0].URL, feed.FeedURL
	}
	links := map[string]string{}
	for decoder := xml.NewDecoder(resp.Body); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if ok && start.Name == (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: "link"}) {
			attrs := map[string]string{}
			for _, a := range start.Attr {
				attrs[a.Name.Local] = a.Value
			}
			links[attrs["rel"]] = attrs["href"]
		}
	}
	require.NotEmpty(t, links["hub"])
	return links["hub"], links["self"]
}

// serve serves the feeds of an archive. The archive is created later, with the URL of the server.
func serve(t *testing.T, archive **syndicate.Archive) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scope, format, ok := (*archive).Publication().Site().Addresses.Parse(strings.TrimPrefix(r.URL.Path, "/"))
		feed, err := (*archive).Feed(r.Context(), scope)
		if !ok || err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", format.ContentType())
		feed.Write(w, format)
	}))
	t.Cleanup(server.Close)
	return server
}
