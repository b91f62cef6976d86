// The differences between Feed.Validate and the validator that stay, with their reasons. The lists
// are closed: a difference that is not in them is a defect, and so is an entry that nothing needs.
package w3c

import "regexp"

// explained is a kind of finding that only one side has.
type explained struct {
	reason string
	match  *regexp.Regexp
	used   bool
}

// onlyValidator are messages of the validator about feeds that are valid. They match the text of a
// message: its level, its name, its parameters.
var onlyValidator = []*explained{
	{reason: "RFC 6721: the validator does not have the namespace of tombstones.",
		match: regexp.MustCompile(`^warning UnknownNamespace .*namespace="http://purl\.org/atompub/tombstones/1\.0"`)},
	{reason: "RSL 1.0 section 4.7: the validator does not have its namespace.",
		match: regexp.MustCompile(`^warning UnknownNamespace .*namespace="https://rslstandard\.org/rsl"`)},
	{reason: "BCP 47: the registry has every subtag of ISO 639-3, and the validator's table only some of ISO 639-2. Validate looks up the registry.",
		match: regexp.MustCompile(`^error InvalidLanguage .*value="[a-z]{3}(-[A-Za-z0-9-]*)?"`)},
	{reason: "RFC 3986 section 3.2.2: an IPv6 literal is a host. The validator's pattern has no brackets.",
		match: regexp.MustCompile(`^error InvalidUriChar .*value="https?://\[[0-9a-f:]+\]`)},
	{reason: "RSS 2.0 asks for an http URL, whose host may be local (localhost, an intranet, an IPv6 literal), end in a dot or hold an underscore. " +
		"The validator's pattern of the attribute has only names with a dot and a domain of letters.",
		match: regexp.MustCompile(`^error InvalidURLAttribute .*value="https?://(localhost|intranet|\[[0-9a-f:]+\]|[a-z]+_[a-z]+\.[a-z]+|example\.com\.)[:/]`)},
	{reason: "RFC 3986 section 3.2.2: the dot at the end of a domain marks it as complete. The validator's canonical form lacks it.",
		match: regexp.MustCompile(`^warning NonCanonicalURI .*uri="https://example\.com\./`)},
}

// onlyValidate are errors of Feed.Validate about feeds that the validator lets pass. They match the
// text of a Problem behind the name of the article.
var onlyValidate = []*explained{
	{reason: "RFC 5646 section 2.1: the validator looks up the first subtag of a language, and not the form of the others.",
		match: regexp.MustCompile(`^Language: ".*": not a BCP 47 language tag`)},
	{reason: "RFC 9110 section 4.2.2: an https URL has a host. The validator looks at http and ftp.",
		match: regexp.MustCompile(`: "https://": (not a URL|not an absolute IRI)`)},
	{reason: "RFC 3986 section 3.2.3: a port is a number. The validator allows any character that a URI has.",
		match: regexp.MustCompile(`^((Origin\.)?ID|CategoryScheme|TagScheme): "https://example\.com:abc/": not an absolute IRI`)},
	{reason: "RFC 3986 sections 2.1 and 2.2: a percent sign begins an escape, and brackets are only for hosts. The validator allows both everywhere.",
		match: regexp.MustCompile(`: "([^"]*%([^0-9A-Fa-f"]|[0-9A-Fa-f][^0-9A-Fa-f])|\[)[^"]*"?.*: (not a URL|not an absolute (http or https URL|IRI))`)},
	{reason: "RSS 2.0, enclosure: an http URL, which has a port up to 65535 and a host that does not begin with a hyphen. The validator's pattern has any port and hyphen.",
		match: regexp.MustCompile(`^Enclosures\[0\]\.URL: "https://(example\.com:99999|-example\.com)/": not a URL`)},
	{reason: "RFC 6838 section 4.2: the names of a media type are ASCII and no ranges. The validator's pattern has letters of every script, and the asterisk.",
		match: regexp.MustCompile(`^Enclosures\[0\]\.Type: "(image/\*|\*/\*|ş/x|image/ş)": not a media type`)},
	{reason: "RFC 5322 section 3.4.1: the validator's pattern looks for an address anywhere in the text, and allows any label in a domain.",
		match: regexp.MustCompile(`(ManagingEditor|WebMaster|Authors\[0\]|Contributors\[0\])\.Email: ".*": not an e-mail address`)},
	{reason: "RFC 4151 section 2.1: the validator does not read the date of a tag: URI as one, nor a colon in it.",
		match: regexp.MustCompile(`^(TagAuthority: "example\.com,2015-13": not a domain|TagAuthority: "example\.com,2015:x": not a domain|(Origin\.)?ID: "tag:example\.com,2020-13:x": not an absolute IRI)`)},
}

// onlyRules are findings of the rules of JSON Feed about feeds that Validate has nothing against,
// and onlyValidateJSON is the opposite.
var onlyRules = []*explained{
	{reason: "RFC 3986 section 3.2.2: a registered name has at most 255 characters. That a label has at most 63 is a rule of the DNS, which a host need not be in.",
		match: regexp.MustCompile(`^error URL .*value="https://a{70}\.com/"`)},
}

var onlyValidateJSON = []*explained{
	{reason: "Unicode, section 23.8: a byte order mark is invisible, so a title that consists of one is none. The rules compare with white space.",
		match: regexp.MustCompile(`^Title: missing \(RSS 2\.0, elements of item`)},
}

// onlyChecker and onlyValidateChecker are the same for the checker of JSON Feed in .ci.
var onlyChecker = []*explained{}

var onlyValidateChecker = []*explained{
	{reason: "A JSON Schema has the grammar of URIs, and not the schemes, hosts, ports, languages, media types and ids that JSON Feed takes. The rules have them.",
		match: regexp.MustCompile(``)},
}

// without returns the findings that no entry of the list explains.
func without[T any](list []*explained, found []T, text func(T) string) (rest []T) {
next:
	for _, f := range found {
		for _, e := range list {
			if e.match.MatchString(text(f)) {
				e.used = true
				continue next
			}
		}
		rest = append(rest, f)
	}
	return rest
}
