// No value of a public field stops the program.
package feeddir

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extremes"
)

// DISC-7. A run publishes the feeds, or reports why it cannot, whatever is in a field of a Folder.
func TestFolderTakesEveryValueOfAField(t *testing.T) {
	archive := open(t, courier(), articles(1, 4)...)
	fields := reflect.TypeFor[Folder]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		for _, value := range extremes.Of(field.Type, "..") {
			t.Chdir(t.TempDir()) // the parent of which is a folder of this test too
			folder := Folder{Source: archive, Dir: "public", Extra: []File{{Path: "a.txt"}}}
			reflect.ValueOf(&folder).Elem().Field(i).Set(value)
			_, err := folder.Publish(t.Context())
			switch {
			case field.Name == "Source", field.Name == "Dir" && (value.String() == "" || value.String()[0] == 0 || value.Len() > 255):
				assert.Error(t, err, "%s: %.20q", field.Name, value)
			case field.Name == "Timeout" && value.Int() == 1 && err != nil: // a run may be that fast
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			default:
				assert.NoError(t, err, "%s: %v", field.Name, value)
			}
		}
	}
}

// The fields of an additional file are those that a program computes.
func TestFileTakesEveryValueOfAField(t *testing.T) {
	archive := open(t, courier(), numbered(1))
	fields := reflect.TypeFor[File]()
	for i := range fields.NumField() {
		for _, value := range extremes.Of(fields.Field(i).Type, "..") {
			file := File{Path: "a.txt"}
			reflect.ValueOf(&file).Elem().Field(i).Set(value)
			dir := t.TempDir()
			_, err := Folder{Source: archive, Dir: dir, Extra: []File{file}}.Publish(t.Context())
			if fields.Field(i).Name == "Path" && value.String() != "\xff" && value.String() != " " {
				assert.ErrorIs(t, err, ErrPath, "%.20q", value)
				assert.NoFileExists(t, filepath.Join(dir, "rss.xml"), "%.20q", value)
			} else if fields.Field(i).Name != "Path" {
				assert.NoError(t, err)
			}
		}
	}
}

// Errors have a text even if a program makes them.
func TestErrorTakesEveryValueOfAField(t *testing.T) {
	fields := reflect.TypeFor[Error]()
	for i := range fields.NumField() {
		for _, value := range extremes.Of(fields.Field(i).Type, "..") {
			failure := &Error{Scope: syndicate.WithTag("a"), Path: "a", Err: errors.New("b")}
			reflect.ValueOf(failure).Elem().Field(i).Set(value)
			assert.NotEmpty(t, failure.Error())
			_ = failure.Unwrap()
		}
	}
}

// withoutPublication is a Source without a Publication.
type withoutPublication struct{ syndicate.Source }

func (withoutPublication) Publication() *syndicate.Publication { return nil }

func TestSourcesThatCannotBeUsedAreReported(t *testing.T) {
	for name, source := range map[string]syndicate.Source{
		"none":                  nil,
		"a nil archive":         (*syndicate.Archive)(nil),
		"without a publication": withoutPublication{open(t, courier())},
		"without everything":    struct{ syndicate.Source }{},
	} {
		assert.ErrorContains(t, Publish(t.Context(), t.TempDir(), source), "feeddir: ", name)
	}
}
