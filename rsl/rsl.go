// Package rsl states under which terms machines may use articles, in the vocabulary of Really
// Simple Licensing 1.0 (https://rslstandard.org/rsl): in RSS feeds, in a license file, in HTTP
// headers, in HTML pages and in robots.txt.
//
//	license := rsl.Site{URL: "https://example.com/", Terms: rsl.Terms{Licenses: []rsl.License{{
//		Prohibits: rsl.Rights{Usage: []rsl.Usage{rsl.AITrain}},
//		Payment:   rsl.Payment{Type: rsl.PayAttribution},
//	}}}}
//	site.Extensions = append(site.Extensions, license) // rsl:content in every item
//
//	handler.Files = append(handler.Files, license)     // license.xml
//	handler.Links = []string{license.Link()}           // Link: <…>; rel="license"
//	robots := license.Robots()                         // License: …
//	head := license.HTML()                             // <link rel="license">
//
// Clients combine what they find in all of these places, and the most restrictive terms win. One
// value of [Site] says the same everywhere. An article with other terms has a [Terms] among its
// Extensions, which replaces those of the site in its item; put [Terms.HTML] into its page.
//
// Values outside of the vocabulary are refused: [syndicate.Site.Check] returns an error that lists
// the known ones. The format has no terms for Atom and JSON Feed, which carry none.
package rsl

import (
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// ContentType is the media type of license files.
const ContentType = "application/rsl+xml"

// namespace is the namespace of RSL.
var namespace = xmltext.Namespace{Prefix: "rsl", URI: "https://rslstandard.org/rsl"}

// The rules of problems that this package reports. Test with errors.Is.
const (
	RuleUnknown   syndicate.Rule = "not one of the known values"
	RuleBadForm   syndicate.Rule = "not in the required form"
	RuleOtherHost syndicate.Rule = "not on the host of the site"
	RuleTwoSites  syndicate.Rule = "a feed has two licenses of a site"
	RuleConflict  syndicate.Rule = "permitted and prohibited"
)

// Usage is something that a machine does with content (section 3.4.1.1).
type Usage string

// The usages.
const (
	All     Usage = "all"      // any automated processing
	AIAll   Usage = "ai-all"   // any use by AI systems, those below included
	AITrain Usage = "ai-train" // training and fine-tuning of models
	AIInput Usage = "ai-input" // input of models: retrieval, grounding, generated answers
	AIIndex Usage = "ai-index" // an index or database of an AI system
	Search  Usage = "search"   // a search index whose results are links and short excerpts
)

// User is a class of those who are responsible for a use (section 3.4.1.2).
type User string

// The classes of users.
const (
	Commercial    User = "commercial"
	NonCommercial User = "non-commercial"
	Education     User = "education"
	Government    User = "government"
	Personal      User = "personal"
)

// PaymentType is a model of compensation (section 3.7).
type PaymentType string

// The models of compensation.
const (
	PayPurchase     PaymentType = "purchase"     // once
	PaySubscription PaymentType = "subscription" // again and again
	PayTraining     PaymentType = "training"     // for each use in training
	PayCrawl        PaymentType = "crawl"        // for each crawl
	PayUse          PaymentType = "use"          // each time the content contributes to an output
	PayContribution PaymentType = "contribution" // a contribution in good faith, of money or other
	PayAttribution  PaymentType = "attribution"  // a visible credit with a link
	PayFree         PaymentType = "free"         // nothing
)

// Warranty is something that the publisher guarantees (section 3.13).
type Warranty string

// The warranties.
const (
	Ownership      Warranty = "ownership"
	Authority      Warranty = "authority"
	NoInfringement Warranty = "no-infringement"
	PrivacyConsent Warranty = "privacy-consent"
	NoMalware      Warranty = "no-malware"
)

// Disclaimer is something that the publisher does not answer for (section 3.13).
type Disclaimer string

// The disclaimers.
const (
	AsIs        Disclaimer = "as-is"
	NoWarranty  Disclaimer = "no-warranty"
	NoLiability Disclaimer = "no-liability"
	NoIndemnity Disclaimer = "no-indemnity"
)

// The known values, as problems list them.
var (
	usages      = []Usage{All, AIAll, AITrain, AIInput, AIIndex, Search}
	users       = []User{Commercial, NonCommercial, Education, Government, Personal}
	payments    = []PaymentType{PayPurchase, PaySubscription, PayTraining, PayCrawl, PayUse, PayContribution, PayAttribution, PayFree}
	warranties  = []Warranty{Ownership, Authority, NoInfringement, PrivacyConsent, NoMalware}
	disclaimers = []Disclaimer{AsIs, NoWarranty, NoLiability, NoIndemnity}
	reportings  = []string{"telemetry", "provenance", "audit"}
	holders     = []string{"person", "organization"}
)

// Terms are the terms for some content (section 3.3). Add them to the Extensions of an article to
// replace those of the site.
type Terms struct {
	// Licenses are alternatives: a client may choose any of them. At least one is required.
	Licenses []License `json:",omitzero"`
	// Server is the URL of a license server, from which clients must obtain a license even if it is
	// free. Default: none.
	Server string `json:",omitzero"`
	// Encrypted means that the content is encrypted, with a key from the Server. Default: false.
	Encrypted bool `json:",omitzero"`
	// Schema is the URL of a description of the content in JSON-LD. Default: none.
	Schema string `json:",omitzero"`
	// Copyright names the holder of the rights. Default: none.
	Copyright Copyright `json:",omitzero"`
	// Page is the URL of terms for people (the element terms): [DefaultTerms], or a page of the
	// publisher. Default: none.
	Page string `json:",omitzero"`
	// Alternates are other representations of the content, under the same terms. Default: none.
	Alternates []Alternate `json:",omitzero"`
}

// DefaultTerms is the URL of the RSL Default Access Terms, for [Terms.Page] (section 3.17.1).
const DefaultTerms = "https://rslstandard.org/rsl/default-terms"

// Alternate is another representation of some content (section 3.14).
type Alternate struct {
	// URL of the representation. Required.
	URL string `json:",omitzero"`
	// Type is its media type: "text/markdown". Default: not written.
	Type string `json:",omitzero"`
}

// License is one set of terms (section 3.4). The zero License permits every use for free.
type License struct {
	// Permits lists what is allowed. Where it has values of a kind, no others are allowed.
	Permits Rights `json:",omitzero"`
	// Prohibits lists what is not allowed. It takes precedence over Permits.
	Prohibits Rights `json:",omitzero"`
	// Payment is what the publisher receives. Default: nothing.
	Payment Payment `json:",omitzero"`
	// Reporting is what clients must report. A client that cannot has no license. Default: nothing.
	Reporting []Reporting `json:",omitzero"`
	// Warranties and Disclaimers are the legal statements of the publisher. Default: none.
	Warranties  []Warranty   `json:",omitzero"`
	Disclaimers []Disclaimer `json:",omitzero"`
	// Attested means that the publisher attests that it may grant the license. Default: not stated.
	Attested bool `json:",omitzero"`
	// Contact is a URL or e-mail address for questions about the license. Default: none.
	Contact string `json:",omitzero"`
	// Proof lists the URIs of evidence that others can verify. Default: none.
	Proof []string `json:",omitzero"`
}

// Rights are uses, users and places (sections 3.5 and 3.6). An empty list says nothing.
type Rights struct {
	Usage []Usage `json:",omitzero"`
	Users []User  `json:",omitzero"`
	// Countries are codes of two letters (ISO 3166-1) in upper case, or "EU".
	Countries []string `json:",omitzero"`
}

// Payment is a compensation (section 3.7). The zero Payment is none.
type Payment struct {
	// Type is the model. Default: free.
	Type PaymentType `json:",omitzero"`
	// Standard is the URL of a license that many publishers use:
	// "https://creativecommons.org/licenses/by/4.0/". Default: none.
	Standard string `json:",omitzero"`
	// Custom is the URL at which a license is obtained from the publisher. Default: none.
	Custom string `json:",omitzero"`
	// Amount is the price, in units of Currency. Default: 0, not written.
	Amount float64 `json:",omitzero"`
	// Currency is a code of ISO 4217: "USD". Required with an Amount.
	Currency string `json:",omitzero"`
	// Accepts is a protocol for the payment itself. Default: none.
	Accepts Accepts `json:",omitzero"`
}

// Accepts is a protocol by which a client can pay (section 3.11).
type Accepts struct {
	// Type is the media type that names the protocol: "application/x402+json". Required with Text.
	Type string `json:",omitzero"`
	// Text is what the protocol states in advance, such as JSON. Default: none.
	Text string `json:",omitzero"`
}

// Reporting is something that clients must report (section 3.12).
type Reporting struct {
	// Type is "telemetry", "provenance" or "audit". Required.
	Type string `json:",omitzero"`
	// Profile is the URI of what is reported and how. Required.
	Profile string `json:",omitzero"`
	// Endpoint is the https URL that receives the reports. Default: that of the profile.
	Endpoint string `json:",omitzero"`
}

// Copyright is the holder of the rights (section 3.16).
type Copyright struct {
	// Name of the holder. Required.
	Name string `json:",omitzero"`
	// Type is "person" or "organization". Default: not written.
	Type string `json:",omitzero"`
	// Email and URL are the holder's contact. Default: none.
	Email string `json:",omitzero"`
	URL   string `json:",omitzero"`
}

// Site is the license of a publication. It implements [syndicate.Extension] for the Extensions of a
// Site, and derived.Files for the license file.
type Site struct {
	// URL is [syndicate.Site.URL]. Required.
	URL string
	// Terms are those of everything. Required.
	Terms Terms
	// Sections have terms that differ. Where several match an address, that with the longest
	// pattern holds (RFC 9309 section 2.2.2). Default: none.
	Sections []Section
	// Addresses are those of the [syndicate.Site]. They say where the pages of a category are.
	// Default: [syndicate.Files].
	Addresses syndicate.Addresses
	// Path is the path of the license file below URL. Default: "license.xml".
	Path string
	// MaxAge is how long clients may rely on the license file before they read it again, in whole
	// days. Default: 30 days.
	MaxAge time.Duration
}

// Section is a part of a site with other terms than the rest.
type Section struct {
	// Pattern is a path on the site's host, with "*" for any characters and "$" for the end:
	// "/premium/", "/*.pdf$" (RFC 9309 section 2.2.2 and 2.2.3). Required unless there is a
	// Category.
	Pattern string
	// Category is the scope of a category: the section is all that is below the category's page,
	// or below the folder of its feeds if the Addresses have no pages. It includes an article whose
	// URL is below it, as in WordPress's permalinks with "%category%". Ignored if there is a
	// Pattern. Default: none.
	Category syndicate.Scope
	// Terms of the section. Required.
	Terms Terms
}
