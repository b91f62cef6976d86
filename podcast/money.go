package podcast

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Funding is a page where listeners can support the show (podcast:funding).
type Funding struct {
	// URL of the page. Required.
	URL string `json:",omitzero"`
	// Text of the link: "Support the show!". Recommended.
	Text string `json:",omitzero"`
}

// write writes the link. Apps show their default text for a link without Text.
func (f Funding) write(o *output) {
	if href := o.needLink(".URL", f.URL, podspec+"funding"); href != "" {
		o.w.Element("podcast:funding", o.text(".Text", f.Text, nameText), attr("url", href))
	}
}

// Value says how listeners can send money while they listen, and to whom (podcast:value).
type Value struct {
	// Type is the currency or payment layer: "lightning". Required.
	Type string `json:",omitzero"`
	// Method is the transport: "keysend", "lnaddress". Required.
	Method string `json:",omitzero"`
	// Suggested is the amount for each payment, in the currency. Default: none.
	Suggested float64 `json:",omitzero"`
	// Recipients share the payments. At least one is required.
	Recipients []Recipient `json:",omitzero"`
	// TimeSplits have other recipients for a part of the episode. Default: none.
	TimeSplits []TimeSplit `json:",omitzero"`
}

// Recipient receives a share of payments (podcast:valueRecipient).
type Recipient struct {
	// Name of the person or service. Recommended.
	Name string `json:",omitzero"`
	// Type of the address: "node", "lnaddress". Required.
	Type string `json:",omitzero"`
	// Address of the recipient. Required.
	Address string `json:",omitzero"`
	// Split is the number of shares, at least 1. Required.
	Split int `json:",omitzero"`
	// CustomKey and CustomValue are a record that is sent with the payment. Default: none.
	CustomKey   string `json:",omitzero"`
	CustomValue string `json:",omitzero"`
	// Fee means that the share is taken before all others. Default: false.
	Fee bool `json:",omitzero"`
}

// TimeSplit has other recipients for a part of an episode (podcast:valueTimeSplit): either
// Recipients or those of a Remote item.
type TimeSplit struct {
	// Start and Duration of the part. Duration is required.
	Start    time.Duration `json:",omitzero"`
	Duration time.Duration `json:",omitzero"`
	// Recipients share the payments. Required, unless there is a Remote.
	Recipients []Recipient `json:",omitzero"`
	// Remote is the item whose recipients share the payments. Default: none.
	Remote RemoteItem `json:",omitzero"`
	// RemoteStart is where the part begins in the remote item. Default: 0.
	RemoteStart time.Duration `json:",omitzero"`
	// RemotePercentage is the part of the payments that goes to the remote recipients. Default:
	// 100.
	RemotePercentage float64 `json:",omitzero"`
}

// write writes the value block, unless nobody would receive the payments.
func (v Value) write(o *output) {
	const spec = podspec + "value"
	kind, method := o.text(".Type", v.Type, nameText), o.text(".Method", v.Method, nameText)
	if !o.has(".Type", kind, spec) || !o.has(".Method", method, spec) || !o.receives(".Recipients", v.Recipients, spec) {
		return
	}
	// The amount is a hint, so that the block is written without it.
	o.w.Start("podcast:value", attr("type", kind), attr("method", method),
		attr("suggested", o.finite(".Suggested", v.Suggested, spec)))
	each(o, ".Recipients", v.Recipients)
	each(o, ".TimeSplits", v.TimeSplits)
	o.w.End()
}

// receives reports whether one of the recipients can receive something.
func (o *output) receives(field string, recipients []Recipient, spec string) bool {
	for _, r := range recipients {
		if strings.TrimSpace(r.Type) != "" && strings.TrimSpace(r.Address) != "" && r.Split > 0 {
			return true
		}
	}
	return o.has(field, "", spec)
}

// write writes the recipient, unless it cannot receive anything: without an address, or without a
// share.
func (r Recipient) write(o *output) {
	const spec = podspec + "valueRecipient"
	kind, address := o.text(".Type", r.Type, nameText), o.text(".Address", r.Address, appleText)
	if !o.has(".Type", kind, spec) || !o.has(".Address", address, spec) {
		return
	}
	if r.Split <= 0 {
		o.Warn(".Split", strconv.Itoa(r.Split), RuleNotPositive, "left out; "+spec)
		return
	}
	key, value := o.text(".CustomKey", r.CustomKey, nameText), o.text(".CustomValue", r.CustomValue, appleText)
	if value != "" && key == "" {
		o.Warn(".CustomValue", value, RuleConflict, "left out; it needs a CustomKey; "+spec)
		value = ""
	}
	o.w.Element("podcast:valueRecipient", "", attr("name", o.text(".Name", r.Name, nameText)), attr("type", kind),
		attr("address", address), attr("split", o.positive(".Split", int64(r.Split), spec)),
		attr("customKey", key), attr("customValue", value), attr("fee", yes(r.Fee, "true")))
}

// write writes the part. If it has both recipients and a remote item, it keeps the recipients, whom
// apps find without another feed.
func (t TimeSplit) write(o *output) {
	const spec = podspec + "valueTimeSplit"
	if !o.span(t.Start, t.Duration, spec) {
		return
	}
	remote := t.Remote
	switch {
	case len(t.Recipients) > 0 && remote != (RemoteItem{}):
		o.Warn(".Remote", remote.FeedGUID, RuleConflict, "left out; there are Recipients; "+spec)
		remote = RemoteItem{}
	case remote == (RemoteItem{}) && !o.receives(".Recipients", t.Recipients, spec):
		return
	case remote != (RemoteItem{}) && !isGUID(strings.TrimSpace(remote.FeedGUID)):
		o.Warn(".Remote.FeedGUID", remote.FeedGUID, RuleNotGUID, "left out; "+spec)
		return
	}
	// Attributes of a remote item say nothing without one.
	var begin, percentage string
	if remote != (RemoteItem{}) { // the only one that they are about
		percentage = o.percentage(t.RemotePercentage)
		if t.RemoteStart > 0 {
			begin = seconds(t.RemoteStart)
		}
	}
	o.w.Start("podcast:valueTimeSplit", attr("startTime", seconds(t.Start)), attr("duration", seconds(t.Duration)),
		attr("remoteStartTime", begin), attr("remotePercentage", percentage))
	each(o, ".Recipients", t.Recipients)
	one(o, ".Remote", remote)
	o.w.End()
}

// percentage returns a number from 0 to 100, "" for the default. Apps take a smaller number for 0
// and a larger one for 100, and so does this.
func (o *output) percentage(p float64) string {
	nearest := min(max(p, 0), 100)
	switch {
	case p == 0:
		return ""
	case math.IsNaN(p):
		nearest = 100
	case p == nearest:
		return decimal(p)
	}
	o.Warn(".RemotePercentage", decimal(p), RuleBadForm, "mended to "+decimal(nearest)+"; "+podspec+"valueTimeSplit")
	return decimal(nearest)
}
