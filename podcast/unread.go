package podcast

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// unread is a list of the names in the JSON of an article's columns that no field has. It is an
// extension of the article, so that its check returns a warning for each of them. It writes
// nothing.
type unread []unreadName

// unreadName is a name that no field has.
type unreadName struct {
	at, name string // the place of the object, and its name that was not read
	nearest  string // name of a field, "" if no field has a similar name
}

// unreadNames is the number of names that are reported for an article.
const unreadNames = 20

var _ syndicate.Checker = unread(nil)

// look adds the names in a decoded JSON value that the fields of a type do not have. A type that
// reads its JSON itself is not looked into.
func (u *unread) look(at string, value any, of reflect.Type) {
	switch v := value.(type) {
	case []any:
		for i, element := range v {
			if of.Kind() == reflect.Slice {
				u.look(at+"["+strconv.Itoa(i)+"]", element, of.Elem())
			}
		}
	case map[string]any:
		if of.Kind() != reflect.Struct || reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()) {
			return
		}
		var fields []string
		for _, field := range reflect.VisibleFields(of) {
			if field.IsExported() {
				fields = append(fields, field.Name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := at + "." + name
			i := slices.IndexFunc(fields, func(field string) bool { return strings.EqualFold(field, name) })
			if i >= 0 {
				field, _ := of.FieldByName(fields[i])
				u.look(at, v[name], field.Type)
			} else if len(*u) < unreadNames {
				*u = append(*u, unreadName{at, name, nearest(name, fields)})
			}
		}
	}
}

// Namespaces returns none.
func (unread) Namespaces() []xmltext.Namespace { return nil }

// WriteFeed writes nothing.
func (unread) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

// WriteArticle writes nothing.
func (unread) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// CheckFeed returns nothing.
func (unread) CheckFeed(*syndicate.Feed) []*syndicate.Problem { return nil }

// CheckArticle returns a warning for each name.
func (u unread) CheckArticle(*syndicate.Article) (problems []*syndicate.Problem) {
	for _, n := range u {
		var known []string
		if n.nearest != "" {
			known = []string{strings.ToLower(n.nearest)}
		}
		problems = append(problems, &syndicate.Problem{
			Warning: true, Field: n.at, Value: cut(n.name, nameText), Rule: RuleUnknown,
			Spec: "left out; " + perhaps(n.name, known) + "the names of the fields of package podcast",
		})
	}
	return problems
}
