package uri

import "strings"

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
