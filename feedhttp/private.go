package feedhttp

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/joined"
)

// Private feeds carry their token in the path, because feed readers do not reliably send cookies
// or passwords. The token must not leave through the body of another subscriber, a Referer header
// or a log of Fallback.

const (
	privateFolder = "private/"
	minToken      = 16 // bytes; a shorter token can be guessed
	maxToken      = 256
)

// Subscriber is whom a private feed is for: see [Handler.Allow].
type Subscriber struct {
	// Name identifies the subscriber in an [Event]. It is never sent. Default: "".
	Name string
	// Reads reports whether the subscriber may read the feed of a scope, its archive pages and
	// the files that are made of it. Pages have the scope of the whole site. What the subscriber
	// may not read is 404. Reads is called for each request, so that a change takes effect at
	// once; it may be called concurrently. Default: nil, the subscriber may read all.
	Reads func(scope syndicate.Scope) bool
}

// TokenPlaceholder stands for the subscriber's token in what a private feed says: where a document
// contains it, each subscriber receives the token that the request was made with. Write it into
// the addresses of enclosures,
//
//	URL: "https://media.example.com/" + feedhttp.TokenPlaceholder + "/1.mp3"
//
// so that the server of the enclosures can check the token too, with the digest of [TokenDigest].
// Titles, summaries, bodies and authors of articles are an exception: the placeholder is removed
// from them, because a picture that a guest adds would send the tokens to its server. The addresses
// of enclosures, images and articles, and what extensions write, must come from people whom you
// trust.
//
// A file of [Handler.Files] whose path in its set begins with "private/TOKEN-OF-THE-SUBSCRIBER/" is
// served where its address leads with the subscriber's token.
//
// In a token every byte is percent-encoded that is not unreserved (RFC 3986 section 2.3). The
// document is encoded and compressed once for all subscribers.
const TokenPlaceholder = "TOKEN-OF-THE-SUBSCRIBER"

// NewToken returns a new random token of at least 128 bits, as upper-case letters and digits.
func NewToken() string { return rand.Text() }

// TokenDigest returns the SHA-256 digest of a token, which [Handler.Allow] is called with. Store
// the digest instead of the token.
func TokenDigest(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// AllowTokens returns a function for [Handler.Allow] that accepts the given tokens. It compares in
// constant time. Tokens shorter than 16 bytes or longer than 256 are never accepted.
func AllowTokens(tokens ...string) func(context.Context, [sha256.Size]byte) (*Subscriber, error) {
	digests := make([][sha256.Size]byte, 0, len(tokens))
	for _, token := range tokens {
		digests = append(digests, TokenDigest(token))
	}
	return func(_ context.Context, digest [sha256.Size]byte) (*Subscriber, error) {
		known := 0
		for i := range digests {
			known |= subtle.ConstantTimeCompare(digests[i][:], digest[:])
		}
		if known == 0 {
			return nil, nil
		}
		return &Subscriber{}, nil
	}
}

// PrivateURL returns the URL at which a [Handler] with Allow serves a feed to the holder of a
// token. The publication is that of the Handler's Source. PrivateURL returns "" for a feed that the
// publication does not publish.
func PrivateURL(
	publication *syndicate.Publication, token string, scope syndicate.Scope, format syndicate.Format,
) string {
	site := publication.Site()
	address, err := url.Parse(site.URL)
	if err != nil || publication.FeedURL(scope, format) == "" {
		return ""
	}
	base := strings.TrimSuffix(address.Path, "/") + "/"
	path := base + privateFolder + token + "/" + site.Addresses.FeedPath(scope, format)
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: path}).String()
}

// private is what a request for a private feed says of its sender.
type private struct {
	token      string
	subscriber *Subscriber // whom the token belongs to
}

// splitToken checks the token in a path such as "private/TOKEN/rss.xml". It returns the path up to
// and including the token as folder, and the rest as feedPath. The folder is "" for a path that
// is not private and for a token that is not valid.
func (x *exchange) splitToken(path string) (from private, folder, feedPath string, err error) {
	rest, ok := strings.CutPrefix(path, privateFolder)
	if !ok {
		return private{}, "", "", nil
	}
	token, feedPath, ok := strings.Cut(rest, "/")
	if !ok || len(token) < minToken || len(token) > maxToken {
		return private{}, "", "", nil
	}
	subscriber, err := x.allows(token)
	if err != nil || subscriber == nil {
		return private{}, "", "", err
	}
	return private{token, subscriber}, privateFolder + token + "/", feedPath, nil
}

// allows calls Allow. A panic in it becomes an error.
func (x *exchange) allows(token string) (subscriber *Subscriber, err error) {
	defer recovered(&err)
	return x.h.Allow(x.r.Context(), TokenDigest(token))
}

// mayRead reports whether the subscriber may read the subject. A panic in Reads becomes an error.
func (x *exchange) mayRead(of subject) (may bool, err error) {
	s := x.subscriber
	if s == nil || s.Reads == nil {
		return true, nil
	}
	defer recovered(&err)
	return s.Reads(of.scope.Current()), nil
}

// withoutPlaceholders returns a list whose articles do not contain the placeholder in what others
// than the publisher may have written.
func withoutPlaceholders(articles []*syndicate.Article) []*syndicate.Article {
	var safe []*syndicate.Article // a copy of the list; nil until one is needed
	for i, a := range articles {
		texts := []string{a.Title, a.Summary, a.Content}
		for _, author := range a.Authors {
			texts = append(texts, author.Name, author.URL, author.Avatar, author.Email)
		}
		contains := func(text string) bool { return strings.Contains(text, TokenPlaceholder) }
		if !slices.ContainsFunc(texts, contains) {
			continue
		}
		if safe == nil {
			safe = slices.Clone(articles)
		}
		mended := *a
		mended.Title, mended.Summary, mended.Content = withoutToken(a.Title), withoutToken(a.Summary), withoutToken(a.Content)
		mended.Authors = slices.Clone(a.Authors)
		for j := range mended.Authors {
			author := &mended.Authors[j]
			author.Name, author.URL = withoutToken(author.Name), withoutToken(author.URL)
			author.Avatar, author.Email = withoutToken(author.Avatar), withoutToken(author.Email)
		}
		safe[i] = &mended
	}
	if safe == nil {
		return articles
	}
	return safe
}

// withoutToken removes the placeholder from a text, until no more is left: the pieces around one
// may be another one.
func withoutToken(text string) string {
	for strings.Contains(text, TokenPlaceholder) {
		text = strings.ReplaceAll(text, TokenPlaceholder, "")
	}
	return text
}

// cut cuts a document at its placeholders, if it has any. The parts are compressed when the first
// subscriber requests them.
func (rep *representation) cut() {
	texts := bytes.Split(rep.body, []byte(TokenPlaceholder))
	if len(texts) == 1 {
		return
	}
	for _, text := range texts {
		rep.parts = append(rep.parts, &joined.Part{Body: string(text)})
	}
	if rep.document != nil {
		rep.document.parts = rep.parts
	}
}

// personal returns rep as the sender of the request receives it.
func (x *exchange) personal(rep *representation) *representation {
	if rep.parts == nil {
		return rep
	}
	var d joined.Document
	token := &joined.Part{Body: unreserved(x.token)}
	for i, part := range rep.parts {
		if i > 0 {
			d.Add(token)
		}
		d.Add(part)
	}
	mine := *rep
	if rep.coding == plain {
		mine.body = d.Append(nil)
	} else {
		mine.body = d.AppendGzip(nil)
	}
	mine.contentLength = []string{strconv.Itoa(len(mine.body))}
	return &mine
}

// unreserved returns a token whose bytes are percent-encoded unless they are unreserved, so that it
// is the same in a URL, in XML and in JSON.
func unreserved(token string) string {
	var b strings.Builder
	for _, c := range []byte(token) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
