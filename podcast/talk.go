package podcast

import (
	"slices"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// ContentLink is a page elsewhere with the same content, such as a video (podcast:contentLink).
type ContentLink struct {
	// URL of the page. Required.
	URL string `json:",omitzero"`
	// Text of the link: "Watch this episode on YouTube!". Recommended.
	Text string `json:",omitzero"`
}

// write writes the link. Apps show its text, or the address.
func (c ContentLink) write(o *output) {
	if href := o.needLink(".URL", c.URL, podspec+"contentLink"); href != "" {
		o.w.Element("podcast:contentLink", o.text(".Text", c.Text, nameText), attr("href", href))
	}
}

// Social is the post below which people discuss a show or episode (podcast:socialInteract).
type Social struct {
	// Protocol of the network: "activitypub", "atproto". With "disabled", apps show no comments,
	// and nothing else is written. Required.
	Protocol string `json:",omitzero"`
	// URI of the post. Required, unless comments are disabled.
	URI string `json:",omitzero"`
	// AccountID is the author of the post: "@dave". Recommended.
	AccountID string `json:",omitzero"`
	// AccountURL is the page of the author. Default: none.
	AccountURL string `json:",omitzero"`
	// Priority orders several posts, the smallest number first. Default: 0, none.
	Priority int `json:",omitzero"`
}

// socialProtocols are the known ones. "disabled" is the first.
var socialProtocols = []string{"disabled", "activitypub", "twitter", "lightning", "atproto", "hive", "matrix", "nostr"}

// isDisabled reports whether the element means that there are no comments.
func (s Social) isDisabled() bool {
	return strings.EqualFold(strings.TrimSpace(s.Protocol), "disabled")
}

// socials writes the posts. If comments are disabled, that stands alone.
func (o *output) socials(field string, list []Social) {
	if len(list) > 1 && slices.ContainsFunc(list, Social.isDisabled) {
		o.Warn(field, "disabled", RuleConflict, "the others are left out; "+podspec+"socialInteract")
		list = []Social{{Protocol: "disabled"}}
	}
	each(o, field, list)
}

// write writes the post. Its address may be of any scheme, such as nostr. A protocol that is not
// known is kept, because networks appear faster than the list changes.
func (s Social) write(o *output) {
	const spec = podspec + "socialInteract"
	protocol := strings.ToLower(o.text(".Protocol", s.Protocol, nameText))
	if s.isDisabled() {
		o.w.Element("podcast:socialInteract", "", attr("protocol", protocol))
		return
	}
	if !o.has(".Protocol", protocol, spec) || !o.has(".URI", escape.Trim(s.URI), spec) {
		return
	}
	if !slices.Contains(socialProtocols, protocol) {
		o.Warn(".Protocol", protocol, RuleUnknown, "kept; "+perhaps(protocol, socialProtocols)+spec)
	}
	post := o.fileURI(s.URI)
	if post == "" {
		o.Warn(".URI", s.URI, RuleBadForm, "left out; "+spec)
		return
	}
	var priority string
	if s.Priority != 0 {
		priority = strconv.Itoa(s.Priority)
	}
	o.w.Element("podcast:socialInteract", "", attr("protocol", protocol), attr("uri", post),
		attr("accountId", o.text(".AccountID", s.AccountID, nameText)),
		attr("accountUrl", o.link(".AccountURL", s.AccountURL)), attr("priority", priority))
}

// Chat is the room where listeners talk (podcast:chat). The zero Chat is none.
type Chat struct {
	// Server is the name of the host: "irc.zeronode.net". Required.
	Server string `json:",omitzero"`
	// Protocol is "irc", "xmpp", "nostr" or "matrix". Required.
	Protocol string `json:",omitzero"`
	// AccountID is the podcaster's account. Recommended.
	AccountID string `json:",omitzero"`
	// Space is the room: "#myawesomepodcast". Default: none.
	Space string `json:",omitzero"`
}

// write writes the room. The server is a host name and not a URL, because the protocol says how to
// connect to it.
func (c Chat) write(o *output) {
	const spec = podspec + "chat"
	server := strings.ToLower(escape.Trim(c.Server))
	if !o.has(".Server", server, spec) || !o.has(".Protocol", escape.Trim(c.Protocol), spec) {
		return
	}
	if !uri.IsHostName(server) {
		o.Warn(".Server", c.Server, RuleBadForm, "left out; a host name is required; "+spec)
		return
	}
	if protocol := o.among(".Protocol", c.Protocol, spec, "irc", "xmpp", "nostr", "matrix"); protocol != "" {
		o.w.Element("podcast:chat", "", attr("server", server), attr("protocol", protocol),
			attr("accountId", o.text(".AccountID", c.AccountID, nameText)),
			attr("space", o.text(".Space", c.Space, nameText)))
	}
}

// Txt is a text for a service (podcast:txt), such as a proof of ownership.
type Txt struct {
	// Purpose says what the text is for: "verify", "applepodcastsverify", "ai-content". Default:
	// none.
	Purpose string `json:",omitzero"`
	// Text of at most 4,000 characters. For the purpose "ai-content" it is "true" or "false".
	// Required.
	Text string `json:",omitzero"`
}

// write writes the text. Services compare it character by character, so nothing but white space
// around it and characters that XML cannot hold is changed, and what exceeds the limit is cut.
func (t Txt) write(o *output) {
	const spec = podspec + "txt"
	text, purpose := o.text(".Text", t.Text, 4000), o.text(".Purpose", t.Purpose, nameText)
	if !o.has(".Text", text, spec) {
		return
	}
	if strings.EqualFold(purpose, "ai-content") {
		if text = o.among(".Text", text, spec, "true", "false"); text == "" {
			return
		}
	}
	o.w.Element("podcast:txt", text, attr("purpose", purpose))
}
