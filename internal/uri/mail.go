package uri

import "strings"

// IsMail reports whether s can stand as an address before a name in parentheses, as RSS has it.
func IsMail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Trim(strings.ToLower(local), "abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-") == "" &&
		strings.Contains(host, ".") && !strings.HasSuffix(host, ".") && !strings.Contains(host, "_") && IsHostName(strings.ToLower(host))
}

// Mailbox returns an e-mail address and a name as RSS has them: "mail@host (Name)". It returns the
// address alone without a name, and "" without an address.
func Mailbox(mail, name string) string {
	if mail == "" || name == "" {
		return mail
	}
	return mail + " (" + name + ")"
}
