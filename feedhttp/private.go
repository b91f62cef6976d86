package feedhttp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// Feeds for those who have a token (HTTP-10). Readers send neither cookies nor passwords reliably, so that the
// token is part of the address; the last place it must not leave is the path.

const (
	privateFolder = "private/"
	minToken      = 16 // bytes; shorter ones can be guessed
	maxToken      = 256
)

// NewToken returns a token that nobody can guess: at least 128 random bits, as letters and digits.
func NewToken() string { return rand.Text() }

// Digest returns what [Handler.Allow] is asked for: what to keep of a token, instead of the token.
func Digest(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// Tokens returns a [Handler.Allow] that knows these tokens, and compares in a time that tells nothing of them.
// One of less than 16 bytes opens nothing.
func Tokens(tokens ...string) func(context.Context, [sha256.Size]byte) (bool, error) {
	digests := make([][sha256.Size]byte, 0, len(tokens))
	for _, token := range tokens {
		digests = append(digests, Digest(token))
	}
	return func(_ context.Context, digest [sha256.Size]byte) (bool, error) {
		known := 0
		for i := range digests {
			known |= subtle.ConstantTimeCompare(digests[i][:], digest[:])
		}
		return known == 1, nil
	}
}

// PrivateURL returns the address at which a [Handler] with Allow serves a feed to the holder of a token; site is a Source's.
func PrivateURL(site syndicate.Site, token string, scope syndicate.Scope, format syndicate.Format) string {
	address, err := url.Parse(site.URL)
	if err != nil || site.Addresses == nil {
		return ""
	}
	path := strings.TrimSuffix(address.Path, "/") + "/" + privateFolder + token + "/" + site.Addresses.FeedPath(scope, format)
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: path}).String()
}

// belowToken is below for private feeds.
func (x *exchange) belowToken(path string) (prefix, feedPath string, err error) {
	rest, ok := strings.CutPrefix(path, privateFolder)
	if !ok {
		return "", "", nil
	}
	token, feedPath, ok := strings.Cut(rest, "/")
	if !ok || len(token) < minToken || len(token) > maxToken {
		return "", "", nil
	}
	allowed, err := x.mayRead(token)
	if err != nil || !allowed {
		return "", "", err
	}
	return x.p.base + privateFolder + token + "/", feedPath, nil
}

func (x *exchange) mayRead(token string) (allowed bool, err error) {
	defer recovered(&err)
	return x.h.Allow(x.r.Context(), Digest(token))
}
