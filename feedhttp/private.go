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

// Private feeds carry their token in the path, because feed readers do not reliably send cookies
// or passwords. The token must not leave through a body, a Referer header or a log of Fallback.

const (
	privateFolder = "private/"
	minToken      = 16 // bytes; a shorter token can be guessed
	maxToken      = 256
)

// NewToken returns a new random token of at least 128 bits, as upper-case letters and digits.
func NewToken() string { return rand.Text() }

// TokenDigest returns the SHA-256 digest of a token, which [Handler.Allow] is called with. Store
// the digest instead of the token.
func TokenDigest(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// AllowTokens returns a function for [Handler.Allow] that accepts the given tokens. It compares in
// constant time. Tokens shorter than 16 bytes or longer than 256 are never accepted.
func AllowTokens(tokens ...string) func(context.Context, [sha256.Size]byte) (bool, error) {
	digests := make([][sha256.Size]byte, 0, len(tokens))
	for _, token := range tokens {
		digests = append(digests, TokenDigest(token))
	}
	return func(_ context.Context, digest [sha256.Size]byte) (bool, error) {
		known := 0
		for i := range digests {
			known |= subtle.ConstantTimeCompare(digests[i][:], digest[:])
		}
		return known == 1, nil
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

// splitToken checks the token in a path such as "private/TOKEN/rss.xml". It returns the path up to
// and including the token as folder, and the rest as feedPath. The folder is "" for a path that
// is not private and for a token that is not valid.
func (x *exchange) splitToken(path string) (folder, feedPath string, err error) {
	rest, ok := strings.CutPrefix(path, privateFolder)
	if !ok {
		return "", "", nil
	}
	token, feedPath, ok := strings.Cut(rest, "/")
	if !ok || len(token) < minToken || len(token) > maxToken {
		return "", "", nil
	}
	allowed, err := x.allows(token)
	if err != nil || !allowed {
		return "", "", err
	}
	return privateFolder + token + "/", feedPath, nil
}

// allows calls Allow. A panic in it becomes an error.
func (x *exchange) allows(token string) (allowed bool, err error) {
	defer recovered(&err)
	return x.h.Allow(x.r.Context(), TokenDigest(token))
}
