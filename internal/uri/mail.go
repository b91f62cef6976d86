package uri

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// mailBytes are the bytes of the local part of an address that need no quotes (RFC 5322 section
// 3.2.3, atext and the dot).
const mailBytes = letters + "0123456789.!#$%&'*+/=?^_`{|}~-"

// IsMail reports whether s is a mail address that RSS can hold: without quotes, comments or
// spaces, so that a name in parentheses can follow, and with a host of at least two labels.
func IsMail(s string) bool {
	local, host, _ := strings.Cut(s, "@")
	return local != "" && strings.Trim(local, mailBytes) == "" && isMailHost(strings.ToLower(host))
}

// isMailHost reports whether s is a host name for mail. Underscores are not allowed (RFC 1123
// section 2.1), nor is a dot at the end.
func isMailHost(s string) bool {
	return IsHostName(s) && strings.Contains(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "_")
}

// Mailbox returns an e-mail address and a name as RSS has them: "mail@host (Name)". It returns the
// address alone without a name, and "" without an address.
func Mailbox(mail, name string) string {
	if mail == "" || name == "" {
		return mail
	}
	return mail + " (" + name + ")"
}

// Mailto returns the e-mail address of a mailto: URL (RFC 6068), "" for any other URL.
func Mailto(ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || !strings.EqualFold(u.Scheme, "mailto") {
		return ""
	}
	address, err := url.PathUnescape(u.Opaque)
	if err != nil || !IsMail(address) {
		return ""
	}
	return address
}

// CutMail returns a name without the e-mail addresses in it, and the first of them: "Jane Roe" of
// "Jane Roe <jane@example.org>". Of a name that is nothing but an address it returns what stands
// before the "@". The address is "" if there is none.
func CutMail(name string) (rest, address string) {
	if !strings.Contains(name, "@") {
		return name, ""
	}
	const punctuation = `<>()[]"',;:/|&-–`
	words := slices.DeleteFunc(strings.Fields(name), func(word string) bool {
		mail := strings.TrimPrefix(strings.Trim(word, punctuation), "mailto:")
		if !IsMail(mail) {
			return false
		}
		address = cmp.Or(address, mail)
		return true
	})
	if address == "" {
		return name, ""
	}
	if rest = strings.Join(words, " "); strings.Trim(rest, punctuation+" ") == "" {
		rest, _, _ = strings.Cut(address, "@")
	}
	return rest, address
}

// MaskMail returns a name as feeds show it: without e-mail addresses, which nobody wanted to
// publish there.
func MaskMail(name string) string {
	name, _ = CutMail(name)
	return name
}
