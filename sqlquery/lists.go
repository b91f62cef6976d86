package sqlquery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// Lists of terms and enclosures, in a column or in rows of separate tables.

// itemList is a list of one article. Only the field of its kind is used.
type itemList struct {
	authors    []syndicate.Author // for "authors" and "contributors"
	tags       []syndicate.Tag    // for "tags"
	categories []syndicate.Category
	enclosures []syndicate.Enclosure // for "enclosures"
	err        error                 // the first error in its rows; then the list is incomplete
	digest     uint64                // of its rows
}

// field is a field of an element: its name and value.
type field struct {
	name  string
	value any
}

type article = syndicate.Article

// listKind describes the lists of one column.
type listKind struct {
	fields []string // of an element; an element that is only a name is the first field
	add    func(*itemList, []field) error
	set    func(*article, *itemList)
}

// listKinds has the kind of each column that is a list.
var listKinds = map[string]*listKind{
	"authors":      {authorFields, addAuthor, func(a *article, l *itemList) { a.Authors = l.authors }},
	"contributors": {authorFields, addAuthor, func(a *article, l *itemList) { a.Contributors = l.authors }},
	"tags":         {tagFields, addTag, func(a *article, l *itemList) { a.Tags = l.tags }},
	"categories":   {categoryFields, addCategory, func(a *article, l *itemList) { a.Categories = l.categories }},
	"enclosures":   {enclosureFields, addEnclosure, func(a *article, l *itemList) { a.Enclosures = l.enclosures }},
}

// The fields of elements. An element that is only a name sets the first field.
var (
	authorFields    = []string{"name", "slug", "url", "avatar", "email"}
	tagFields       = []string{"name", "slug", "description", "url"}
	categoryFields  = []string{"path", "name", "slug", "description", "url", "parent"}
	enclosureFields = []string{"url", "type", "size", "duration", "title"}
)

// addAuthor adds an author or contributor, unless all fields are empty.
func addAuthor(l *itemList, fields []field) error {
	var a syndicate.Author
	err := assignFields(fields, authorFields, &a.Name, &a.Slug, &a.URL, &a.Avatar, &a.Email)
	if err == nil && a != (syndicate.Author{}) {
		l.authors = append(l.authors, a)
	}
	return err
}

// addTag adds a tag, unless all fields are empty.
func addTag(l *itemList, fields []field) error {
	var t syndicate.Tag
	err := assignFields(fields, tagFields, &t.Name, &t.Slug, &t.Description, &t.URL)
	if err == nil && t != (syndicate.Tag{}) {
		l.tags = append(l.tags, t)
	}
	return err
}

// addCategory adds a category, unless all fields are empty.
func addCategory(l *itemList, fields []field) error {
	c, err := newCategory(fields)
	if c != nil {
		l.categories = append(l.categories, *c)
	}
	return err
}

// addEnclosure adds an enclosure, unless all fields are empty.
func addEnclosure(l *itemList, fields []field) error {
	var e syndicate.Enclosure
	err := assignFields(fields, enclosureFields, &e.URL, &e.Type, &e.Size, &e.Duration, &e.Title)
	if err == nil && e != (syndicate.Enclosure{}) {
		l.enclosures = append(l.enclosures, e)
	}
	return err
}

// newCategory returns the category that fields describe, or nil if all of them are empty.
func newCategory(fields []field) (*syndicate.Category, error) {
	var path string
	c := new(syndicate.Category)
	var parent parentField
	if err := assignFields(fields, categoryFields, &path, &c.Name, &c.Slug, &c.Description, &c.URL, &parent); err != nil {
		return nil, err
	}
	// The last name of a path is the category's own; the others are those of its parents.
	if path != "" {
		if c.Name != "" || parent.category != nil {
			return nil, errors.New(`"path" cannot be used with "name" or "parent"`)
		}
		last, err := categoryAt(path)
		if err != nil {
			return nil, err
		}
		c.Name, parent.category = last.Name, last.Parent
	}
	// A join without a match returns a row of NULLs, which is no category.
	if c.Parent = parent.category; *c == (syndicate.Category{}) {
		return nil, nil
	}
	return c, nil
}

// parentField reads the parent of a category from a path of names or an object.
type parentField struct{ category *syndicate.Category }

// assign sets the parent from a value.
func (p *parentField) assign(v any) (err error) {
	// In JSON the parent may be an object, which may have a parent too.
	if object, ok := v.(map[string]any); ok {
		p.category, err = newCategory(fieldsOf(object))
		return err
	}
	path, err := textOf(v)
	// The rows of Query.Lists have an object as the text of its JSON.
	if strings.HasPrefix(path, "{") {
		var object map[string]any
		decoder := json.NewDecoder(strings.NewReader(path))
		decoder.UseNumber()
		if err := decoder.Decode(&object); err != nil {
			return fmt.Errorf("%s begins like a JSON object but is not one: %w", quoted(path), err)
		}
		return p.assign(object)
	}
	if err == nil && path != "" {
		p.category, err = categoryAt(path)
	}
	return err
}

// categoryAt returns the category at a path of names, with its parents.
func categoryAt(path string) (c *syndicate.Category, err error) {
	for name := range strings.SplitSeq(path, "/") {
		if name = strings.TrimSpace(name); name == "" {
			return nil, fmt.Errorf("%s: the path of a category has an empty name", quoted(path))
		}
		c = &syndicate.Category{Name: name, Parent: c}
	}
	return c, nil
}

// assignFields stores the values of fields. Each place is a pointer to the field of the same index
// in names.
func assignFields(fields []field, names []string, places ...any) error {
	for _, f := range fields {
		// A misspelled name must not lose a field of every article.
		i := slices.Index(names, strings.ToLower(f.name))
		if i < 0 {
			return fmt.Errorf("there is no field %q; the fields are %s", f.name, strings.Join(names, ", "))
		}
		if err := assign(places[i], f.value, nil); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// fieldsOf returns the fields of a JSON object, sorted by name.
func fieldsOf(object map[string]any) (fields []field) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fields = append(fields, field{name, object[name]})
	}
	return fields
}

// parseList returns the list in a column: a JSON array, an array of PostgreSQL, or names with a
// separator.
func parseList(kind *listKind, v any, separator string) (*itemList, error) {
	list := new(itemList)
	// An array of PostgreSQL: see typed.
	if elements, ok := v.([]any); ok {
		return list, addElements(kind, list, elements)
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	var elements []any
	switch text = strings.TrimSpace(text); {
	case strings.HasPrefix(text, "["):
		decoder := json.NewDecoder(strings.NewReader(text))
		// A name such as 2024 stays as it is written.
		decoder.UseNumber()
		if err := decoder.Decode(&elements); err != nil {
			return nil, fmt.Errorf("%s begins like a JSON array but is not one: %w", quoted(text), err)
		}
		// Half of a list that was cut off or joined wrongly.
		if decoder.More() {
			return nil, fmt.Errorf("%s has text after the JSON array", quoted(text))
		}
	// A single object, or an array of a type that the driver does not name. Neither is a name
	// that anybody would give.
	case strings.HasPrefix(text, "{"):
		return nil, fmt.Errorf("%s is neither a JSON array nor names; "+
			"use to_json for an array and json_build_array for an object", quoted(text))
	default:
		for name := range strings.SplitSeq(text, cmp.Or(separator, "\n")) {
			elements = append(elements, name)
		}
	}
	return list, addElements(kind, list, elements)
}

// addElements adds each element of an array to a list.
func addElements(kind *listKind, list *itemList, elements []any) error {
	for i, element := range elements {
		if err := addElement(kind, list, element); err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
	}
	return nil
}

// addElement adds an object or a name to a list.
func addElement(kind *listKind, list *itemList, element any) error {
	switch element := element.(type) {
	case map[string]any:
		return kind.add(list, fieldsOf(element))
	case []any:
		return errors.New("an array in an array")
	}
	name, err := textOf(element)
	if name = strings.TrimSpace(name); err != nil || name == "" {
		return err
	}
	return kind.add(list, []field{{kind.fields[0], name}})
}

// listTable has the lists of one column that are kept in a separate table, by the articles' keys.
type listTable struct {
	column string // the key of Query.Lists
	lists  map[string]*itemList
	used   bool // an article has one of them
}

// mismatch returns the error of a table that has no list of any article.
func (t *listTable) mismatch() error {
	key := slices.Min(slices.Collect(maps.Keys(t.lists)))
	return fmt.Errorf("sqlquery: field Lists: %s: no article has the key of any row, such as %s; "+
		"select the same value in the column key", t.column, quoted(key))
}

// readTable reads the lists of one column. In each row the first value is the article's key and the
// others are the fields of an element. With a batch, only the lists of its articles are read.
func (q *Query) readTable(ctx context.Context, db querier, column string, keys *batch) (listTable, error) {
	kind, table := listKinds[column], listTable{column: column, lists: map[string]*itemList{}}
	var names []string
	var fields []field
	head := func(columns []string) error {
		if len(columns) < 2 {
			return errors.New("fewer than two columns; the first is the article's key")
		}
		names = columns[1:]
		fields = make([]field, len(names))
		for i, name := range names {
			if !slices.Contains(kind.fields, name) {
				return fmt.Errorf("there is no field %q; the fields are %s", name, strings.Join(kind.fields, ", "))
			} else if slices.Contains(names[:i], name) {
				return fmt.Errorf("field %q occurs twice", name)
			}
		}
		return nil
	}
	count := 0
	hash := rowHash{seed: q.seed}
	query, args := keys.query(q.Lists[column])
	err := q.eachRow(ctx, db, query, args, head, func(values []any, digest uint64) error {
		count++
		key, err := keyOf(values[0])
		// A list without its key would be lost, and its article published without it.
		if err != nil {
			return fmt.Errorf("row %d: %w", count, err)
		}
		if key == "" {
			return nil // an outer join returns rows of no article
		}
		if keys != nil && keys.marks[key] == nil {
			return fmt.Errorf("row %d: %w", count, keys.unknown(key))
		}
		list := table.lists[key]
		if list == nil {
			list = new(itemList)
			table.lists[key] = list
		}
		hash.begin(list.digest)
		hash.add(int64(digest))
		list.digest = hash.sum()
		for i, name := range names {
			fields[i] = field{name, values[i+1]}
		}
		// The first error is reported with the article. The other rows are read all the same.
		if err := kind.add(list, fields); err != nil && list.err == nil {
			list.err = err
		}
		return nil
	})
	return table, err
}
