package rsl

import (
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
	"github.com/syndicate-go/syndicate/xmltext"
)

// spec is where the rules are written down. A problem names it, with the section behind it.
const spec = "RSL 1.0, section "

// element is what the terms are written to: a feed, with prefixes, or a license file.
type element interface {
	start(name string, attrs ...string)
	text(name, text string, attrs ...string)
	end()
}

// prefixed writes the elements into a feed, where each of them has a prefix (section 4.7).
type prefixed struct{ w *xmltext.Writer }

func (p prefixed) start(name string, attrs ...string) {
	p.w.Start("rsl:"+name, attributes[xmltext.Attr](attrs)...)
}

func (p prefixed) text(name, text string, attrs ...string) {
	p.w.Markup("rsl:"+name, text, attributes[xmltext.Attr](attrs)...)
}

func (p prefixed) end() { p.w.End() }

// plain writes the elements into a license file, where none has a prefix (section 2.2).
type plain struct{ w *xmlwriter.Writer }

func (p plain) start(name string, attrs ...string) {
	p.w.Break()
	p.w.Start(name, attributes[xmlwriter.Attr](attrs)...)
}

func (p plain) text(name, text string, attrs ...string) {
	p.w.Break()
	p.w.Markup(name, text, attributes[xmlwriter.Attr](attrs)...)
}

func (p plain) end() { p.w.Break(); p.w.End() }

// attributes returns attributes, given their names and values in turn.
func attributes[A ~struct{ Name, Value string }](pairs []string) (attrs []A) {
	for i := 0; i < len(pairs); i += 2 {
		attrs = append(attrs, A{pairs[i], pairs[i+1]})
	}
	return attrs
}

// write writes the terms of the content at an address, with the elements in the order of the
// specification. Values that a check refuses are left out, so that an item that is written by hand
// is valid too; terms without a license are not written.
func (t Terms) write(w element, address, lastmod string) {
	if len(t.Licenses) == 0 || address == "" {
		return
	}
	w.start("content", "url", address, "server", uri.Web(t.Server), "encrypted", yes(t.Encrypted), "lastmod", lastmod)
	for _, l := range t.Licenses {
		l.write(w)
	}
	for _, a := range t.Alternates {
		w.text("alternate", uri.Web(a.URL), "type", typeOf(a.Type))
	}
	w.text("schema", uri.Web(t.Schema))
	if t.Copyright.Name != "" {
		w.text("copyright", t.Copyright.Name, "type", one(t.Copyright.Type, holders),
			"contactEmail", t.Copyright.Email, "contactUrl", uri.Web(t.Copyright.URL))
	}
	w.text("terms", uri.Web(t.Page))
	w.end()
}

// write writes a license. A license that says nothing is written as free, because an element
// without children would be none.
func (l License) write(w element) {
	w.start("license")
	l.Permits.write(w, "permits")
	l.Prohibits.write(w, "prohibits")
	p := l.Payment
	amount, standard, custom := "", uri.Web(p.Standard), uri.Web(p.Custom)
	if p.Amount > 0 {
		amount = strconv.FormatFloat(p.Amount, 'f', -1, 64)
	}
	if kind := one(p.Type, payments); kind == "" && standard+custom+amount+typeOf(p.Accepts.Type) == "" {
		w.text("payment", "", "type", string(PayFree))
	} else {
		w.start("payment", "type", string(kind))
		w.text("standard", standard)
		w.text("custom", custom)
		if amount != "" && isCurrency(p.Currency) {
			w.text("amount", amount, "currency", p.Currency)
		}
		if kind := typeOf(p.Accepts.Type); kind != "" {
			w.text("accepts", p.Accepts.Text, "type", kind)
		}
		w.end()
	}
	for _, r := range l.Reporting {
		if kind := one(r.Type, reportings); kind != "" && r.Profile != "" {
			w.text("reporting", "", "type", kind, "profile", uri.Web(r.Profile), "endpoint", uri.Web(r.Endpoint))
		}
	}
	// An empty list leaves no trace, although the element has an attribute.
	legal := func(kind, text string) {
		if text != "" {
			w.text("legal", text, "type", kind)
		}
	}
	legal("warranty", among(l.Warranties, warranties))
	legal("disclaimer", among(l.Disclaimers, disclaimers))
	legal("attestation", yes(l.Attested))
	legal("contact", strings.TrimSpace(l.Contact))
	legal("proof", strings.Join(l.Proof, " "))
	w.end()
}

// write writes rights as elements of a name, one for each kind that has values. Values are
// separated by spaces.
func (r Rights) write(w element, name string) {
	for _, kind := range []struct{ name, values string }{
		{"usage", among(r.Usage, usages)}, {"user", among(r.Users, users)}, {"geo", join(r.Countries, isCountry)},
	} {
		if kind.values != "" {
			w.text(name, kind.values, "type", kind.name)
		}
	}
}

// among returns the known values of a list, with spaces between them.
func among[S ~string](values, known []S) string {
	return join(values, func(v S) bool { return slices.Contains(known, v) })
}

// join returns the values that are right, with spaces between them.
func join[S ~string](values []S, right func(S) bool) string {
	var texts []string
	for _, v := range values {
		if right(v) {
			texts = append(texts, string(v))
		}
	}
	return strings.Join(texts, " ")
}

// one returns a value if it is known, or "".
func one[S ~string](value S, known []S) S {
	if slices.Contains(known, value) {
		return value
	}
	return ""
}

// typeOf returns a media type without its parameters, "" for a text that is none.
func typeOf(text string) string {
	kind, _, err := mime.ParseMediaType(text)
	if err != nil || !strings.Contains(kind, "/") {
		return ""
	}
	return kind
}

// yes returns "true", or "" for false, which is the default.
func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// The forms of codes: ISO 3166-1 alpha-2, and ISO 4217.
var (
	isCountry  = regexp.MustCompile(`^[A-Z]{2}$`).MatchString
	isCurrency = regexp.MustCompile(`^[A-Z]{3}$`).MatchString
)

// report collects the problems of terms.
type report struct{ found []*syndicate.Problem }

// refuse adds a problem that refuses the site or article.
func (r *report) refuse(field, value string, rule syndicate.Rule, section string) {
	r.found = append(r.found, &syndicate.Problem{Field: field, Value: findings.Shorten(value), Rule: rule, Spec: spec + section})
}

// check reports what is wrong with terms. The field is the name of the value that they are in.
func (t Terms) check(r *report, field string) {
	if len(t.Licenses) == 0 {
		r.refuse(field+".Licenses", "", syndicate.RuleMissing, "3.3")
	}
	r.url(field+".Server", t.Server, "3.3")
	if t.Encrypted && t.Server == "" {
		r.refuse(field+".Server", "", syndicate.RuleMissing, "3.3; encrypted content has a server")
	}
	for i, a := range t.Alternates {
		at := field + ".Alternates[" + strconv.Itoa(i) + "]"
		if a.URL == "" {
			r.refuse(at+".URL", "", syndicate.RuleMissing, "3.14")
		}
		r.url(at+".URL", a.URL, "3.14")
		r.mediaType(at+".Type", a.Type, "3.14")
	}
	r.url(field+".Schema", t.Schema, "3.15")
	r.url(field+".Page", t.Page, "3.17")
	if c := t.Copyright; c != (Copyright{}) {
		if c.Name == "" {
			r.refuse(field+".Copyright.Name", "", syndicate.RuleMissing, "3.16")
		}
		if c.Type != "" {
			known(r, field+".Copyright.Type", []string{c.Type}, holders, "3.16")
		}
		if _, err := mail.ParseAddress(c.Email); c.Email != "" && err != nil {
			r.refuse(field+".Copyright.Email", c.Email, syndicate.RuleBadMail, "3.16")
		}
		r.url(field+".Copyright.URL", c.URL, "3.16")
	}
	for i, l := range t.Licenses {
		l.check(r, field+".Licenses["+strconv.Itoa(i)+"]")
	}
}

// check reports what is wrong with a license.
func (l License) check(r *report, field string) {
	l.Permits.check(r, field+".Permits", "3.5")
	l.Prohibits.check(r, field+".Prohibits", "3.6")
	// Clients take what is both for prohibited, which nobody means.
	for _, u := range l.Permits.Usage {
		if slices.Contains(l.Prohibits.Usage, u) {
			r.refuse(field+".Prohibits.Usage", string(u), RuleConflict, "3.1.1")
		}
	}
	if p := l.Payment; p != (Payment{}) {
		if p.Type != "" {
			known(r, field+".Payment.Type", []PaymentType{p.Type}, payments, "3.7")
		}
		r.url(field+".Payment.Standard", p.Standard, "3.8")
		r.url(field+".Payment.Custom", p.Custom, "3.9")
		if r.mediaType(field+".Payment.Accepts.Type", p.Accepts.Type, "3.11"); p.Accepts.Text != "" && p.Accepts.Type == "" {
			r.refuse(field+".Payment.Accepts.Type", "", syndicate.RuleMissing, "3.11")
		}
		switch {
		case p.Amount < 0 || p.Amount > 1e15 || p.Amount != p.Amount:
			r.refuse(field+".Payment.Amount", strconv.FormatFloat(p.Amount, 'g', -1, 64), RuleBadForm, "3.10")
		case p.Amount > 0 && !isCurrency(p.Currency), p.Currency != "" && !isCurrency(p.Currency):
			r.refuse(field+".Payment.Currency", p.Currency, RuleBadForm, "3.10: a code of ISO 4217")
		}
	}
	for i, report := range l.Reporting {
		at := field + ".Reporting[" + strconv.Itoa(i) + "]"
		known(r, at+".Type", []string{report.Type}, reportings, "3.12")
		if report.Profile == "" {
			r.refuse(at+".Profile", "", syndicate.RuleMissing, "3.12")
		}
		r.url(at+".Profile", report.Profile, "3.12")
		if r.url(at+".Endpoint", report.Endpoint, "3.12"); strings.HasPrefix(report.Endpoint, "http://") {
			r.refuse(at+".Endpoint", report.Endpoint, RuleBadForm, "3.12: an https URL")
		}
	}
	known(r, field+".Warranties", l.Warranties, warranties, "3.13")
	known(r, field+".Disclaimers", l.Disclaimers, disclaimers, "3.13")
	if _, err := mail.ParseAddress(l.Contact); l.Contact != "" && err != nil && !strings.HasPrefix(l.Contact, "mailto:") {
		r.url(field+".Contact", l.Contact, "3.13")
	}
	for i, proof := range l.Proof {
		r.url(field+".Proof["+strconv.Itoa(i)+"]", proof, "3.13")
	}
}

// check reports unknown values.
func (rights Rights) check(r *report, field, section string) {
	known(r, field+".Usage", rights.Usage, usages, section)
	known(r, field+".Users", rights.Users, users, section)
	for i, code := range rights.Countries {
		if !isCountry(code) {
			r.refuse(field+".Countries["+strconv.Itoa(i)+"]", code, RuleBadForm, section+": a code of ISO 3166-1 in upper case, or EU")
		}
	}
}

// known reports the values of a list that are not known, with those that are.
func known[S ~string](r *report, field string, values, known []S, section string) {
	for i, v := range values {
		if !slices.Contains(known, v) {
			all := strings.Join(strings.Fields(join(known, func(S) bool { return true })), ", ")
			r.refuse(field+"["+strconv.Itoa(i)+"]", string(v), RuleUnknown, section+": known are "+all)
		}
	}
}

// url reports a text that is neither empty nor an absolute URL.
func (r *report) url(field, address, section string) {
	if address != "" && uri.Web(address) == "" {
		r.refuse(field, address, syndicate.RuleNotAbsolute, section)
	}
}

// mediaType reports a text that is neither empty nor a media type.
func (r *report) mediaType(field, text, section string) {
	if text != "" && typeOf(text) == "" {
		r.refuse(field, text, RuleBadForm, section+": a media type")
	}
}
