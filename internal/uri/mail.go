package uri

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
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
	var kept strings.Builder
	start := 0 // of what is neither kept nor cut
	for i := 0; i < len(name); i++ {
		if name[i] != '@' {
			continue
		}
		from, to := mailAround(name, start, i)
		if from == to {
			continue
		}
		address = cmp.Or(address, name[from:to])
		kept.WriteString(strings.TrimSuffix(strings.TrimSuffix(name[start:from], "mailto:"), "MAILTO:"))
		for to < len(name) && name[to] == '.' { // the end of a sentence
			to++
		}
		start, i = to, to-1
	}
	if address == "" {
		return name, ""
	}
	kept.WriteString(name[start:])
	rest = strings.Join(strings.FieldsFunc(kept.String(), unicode.IsSpace), " ")
	rest = strings.TrimSpace(emptyBrackets.Replace(rest))
	if rest = strings.Trim(rest, `<>"',;:/|&-–“”«»{} `); strings.Trim(rest, "()[]") == "" {
		rest, _, _ = strings.Cut(address, "@")
	}
	return rest, address
}

// emptyBrackets removes what stood around an address.
var emptyBrackets = strings.NewReplacer("<>", "", "()", "", "[]", "", "{}", "", "“”", "", "«»", "", `""`, "")

// mailAround returns where the address around the "@" at i is in a name, from a start on. Both are
// equal if it is none. Names of hosts and of people may have letters of any script there.
func mailAround(name string, start, i int) (from, to int) {
	inLocal := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".!#$%&*+/=?^_`|~-", r)
	}
	inHost := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' }
	from = start + strings.LastIndexFunc(name[start:i], func(r rune) bool { return !inLocal(r) })
	if from < start {
		from = start
	} else {
		_, size := utf8.DecodeRuneInString(name[from:])
		from += size
	}
	to = len(name)
	if n := strings.IndexFunc(name[i+1:], func(r rune) bool { return !inHost(r) }); n >= 0 {
		to = i + 1 + n
	}
	local, host := strings.Trim(name[from:i], "."), strings.Trim(name[i+1:to], ".-")
	ascii, err := ASCIIHost(host)
	isHandle := from > start && name[from-1] == '@' // of a social network: @jane@example.social
	if isHandle || local == "" || err != nil || !isMailHost(strings.ToLower(ascii)) {
		return i, i
	}
	return i - len(local), i + 1 + len(host)
}

// MaskMail returns a name as feeds show it: without e-mail addresses.
func MaskMail(name string) string {
	name, _ = CutMail(name)
	return name
}
