package podcast

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/syndicate-go/syndicate"
)

// Person is someone who takes part in a show or an episode (podcast:person).
type Person struct {
	// Name is the full name or alias. Required.
	Name string `json:",omitzero"`
	// Role is one of the Podcast Taxonomy, in any case: "guest", "audio editor". Default: "host".
	Role string `json:",omitzero"`
	// Group is the role's group, "Writing". Default: the group that has the role.
	Group string `json:",omitzero"`
	// Image is the URL of a picture, URL that of a page about the person. Default: none.
	Image string `json:",omitzero"`
	URL   string `json:",omitzero"`
}

// roles are the groups and roles of the Podcast Taxonomy, in lower case: a group in each line, and
// its roles behind a colon. https://podcasttaxonomy.com
const roles = `cast: host, co-host, guest host, guest, voice actor, narrator, announcer, reporter
creative direction: director, assistant director, executive producer, senior producer, producer, associate producer, development producer, creative director
writing: author, editorial director, co-writer, writer, songwriter, guest writer, story editor, managing editor, script editor, script coordinator, researcher, editor, fact checker, translator, transcriber, logger
audio production: studio coordinator, technical director, technical manager, audio engineer, remote recording engineer, post production engineer
audio post-production: audio editor, sound designer, foley artist, composer, theme music, music production, music contributor
administration: production coordinator, booking coordinator, production assistant, content manager, marketing manager, sales representative, sales manager
visuals: graphic designer, cover art designer
community: social media manager
misc.: consultant, intern
video production: camera operator, lighting designer, camera grip, assistant camera
video post-production: editor, assistant editor`

// The groups, all roles, and the first group that has a role.
var (
	roleGroups, roleNames []string
	groupOfRole           = map[string]string{}
)

// init fills the tables from the taxonomy.
func init() {
	for line := range strings.Lines(roles) {
		group, list, _ := strings.Cut(strings.TrimSpace(line), ": ")
		roleGroups = append(roleGroups, group)
		for role := range strings.SplitSeq(list, ", ") {
			if roleNames = append(roleNames, role); groupOfRole[role] == "" {
				groupOfRole[role] = group
			}
		}
	}
}

// isHost reports whether apps show the person as a host.
func (p Person) isHost() bool {
	switch role := strings.ToLower(strings.TrimSpace(p.Role)); role {
	case "", "host", "co-host", "guest host":
		return true
	}
	return false
}

// write writes the person. A role that the taxonomy does not have is kept: without it, apps would
// show a host.
func (p Person) write(o *output) {
	const spec = podspec + "person"
	name := o.text(".Name", p.Name, nameText)
	if !o.has(".Name", name, spec) {
		return
	}
	role, group := o.text(".Role", p.Role, nameText), o.text(".Group", p.Group, nameText)
	if role != "" && !slices.Contains(roleNames, strings.ToLower(role)) {
		o.Warn(".Role", role, RuleUnknown, "kept; "+perhaps(role, roleNames)+spec)
	}
	if group == "" {
		group = groupOfRole[strings.ToLower(role)]
	} else if !slices.Contains(roleGroups, strings.ToLower(group)) {
		o.Warn(".Group", group, RuleUnknown, "kept; "+perhaps(group, roleGroups)+spec)
	}
	if strings.EqualFold(group, "cast") { // the default
		group = ""
	}
	o.w.Element("podcast:person", name, attr("role", role), attr("group", group),
		attr("img", o.link(".Image", p.Image)), attr("href", o.link(".URL", p.URL)))
}

// byline returns the authors of an article as hosts.
func byline(authors []syndicate.Author) []Person {
	var people []Person
	for _, author := range authors {
		if strings.TrimSpace(author.Name) != "" {
			people = append(people, Person{Name: author.Name, Image: author.Avatar, URL: author.URL})
		}
	}
	return people
}

// countryOf returns the code of a country in upper case (ISO 3166-1 alpha-2).
func (o *output) country(field, code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if code == "" {
		return ""
	}
	if code == "UK" { // which is reserved, and not the code of a country
		o.Warn(field, code, RuleBadForm, "mended to GB; ISO 3166-1")
		return "GB"
	}
	if region, err := language.ParseRegion(code); err != nil || !region.IsCountry() || len(code) != 2 {
		o.Warn(field, code, RuleBadForm, "left out; ISO 3166-1")
		return ""
	}
	return code
}
