package feedhttp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// serveFile answers a request for a path at which neither a feed nor a page can be: that of a file
// of [Handler.Files], or of anything else.
func (x *exchange) serveFile(k key) bool {
	if len(x.h.Files) == 0 {
		return x.serveFallback()
	}
	found, err := x.h.findFile(x.r.Context(), x.path)
	if x.h.Allow != nil && errors.Is(err, syndicate.ErrNotFound) {
		found, err = x.h.findFile(x.r.Context(), placeholderFolder+x.path)
		found.served = strings.TrimPrefix(found.Path, placeholderFolder)
	}
	switch {
	case errors.Is(err, syndicate.ErrGone):
		x.event.File = x.path
		// The error names the feed that the file was made of.
		var absent *syndicate.ScopeError
		if !errors.As(err, &absent) {
			absent = new(syndicate.ScopeError)
		}
		return x.refuseSubject(subject{scope: absent.Scope, files: found.set}) || x.refuse(http.StatusGone)
	case absent.Is(err):
		return x.serveFallback()
	case err != nil:
		x.event.File = x.path
		return x.fail(x.path+": ", err)
	}
	k.path = cmp.Or(found.served, found.Path)
	x.event.File = k.path
	return x.serveSubject(target{k, subjectOf(found.File, found.set)})
}

// subjectOf returns the subject of a file that a set has. The set may be of a type whose values
// cannot be compared.
func subjectOf(file derived.File, set derived.Files) subject {
	return subject{
		scope: file.Scope, first: file.FirstPage, last: file.LastPage, files: set, file: file.Path, exact: file.Exact,
	}
}

// placeholderFolder begins the paths of files whose addresses contain the subscriber's token.
const placeholderFolder = privateFolder + TokenPlaceholder + "/"

// foundFile is a file with the set that has it.
type foundFile struct {
	derived.File
	set    derived.Files
	served string // the path after the token, if the set has the file at one with a placeholder
}

// findFile returns the file at a path from the first set that has one. The error is that of
// [derived.Files.Find]. Concurrent calls for one path share the search, which continues when the
// client that caused it disconnects.
func (h *Handler) findFile(ctx context.Context, path string) (foundFile, error) {
	flight := h.lookups.DoChan("file "+path, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		err := error(&syndicate.ScopeError{Err: syndicate.ErrNotFound})
		for _, set := range h.Files {
			file, fault := h.fileOf(ctx, set, path)
			if fault == nil || !errors.Is(fault, syndicate.ErrNotFound) {
				return foundFile{File: file, set: set}, fault
			}
		}
		return foundFile{}, err
	})
	return await[foundFile](ctx, h, flight)
}

// fileOf returns the file of a set, and an error if it cannot be served.
func (h *Handler) fileOf(ctx context.Context, set derived.Files, path string) (file derived.File, err error) {
	defer recovered(&err)
	if set == nil {
		return file, errors.New("a set in Files is nil")
	}
	if file, err = set.Find(ctx, h.Source, path); err != nil {
		return file, err
	}
	switch {
	case file.Append == nil:
		return file, errors.New("the file has no Append")
	case file.ContentType == "" || !httpguts.ValidHeaderFieldValue(file.ContentType):
		return file, fmt.Errorf("ContentType: %q cannot be a header", file.ContentType)
	}
	return file, nil
}

// makeFile renders a derived file. It finds the file again, so that the file is at least as new as
// the version. If the file is made of another feed by now, the version says nothing of it.
func (h *Handler) makeFile(ctx context.Context, t target, version version) (*representation, error) {
	file, err := h.fileOf(ctx, t.files, t.file)
	if err != nil {
		return nil, err
	}
	body, err := file.Append(ctx, nil)
	if err != nil {
		return nil, err
	}
	made := t.subject
	made.files = nil
	rep := &representation{
		subject:     t.subject,
		version:     version,
		transient:   subjectOf(file, nil) != made,
		tokens:      file.Tokens,
		next:        file.NextChange,
		contentType: []string{file.ContentType},
		link:        joinedLinks(h.Links),
		policy:      runsNothing,
		vary:        varies,
	}
	if file.Modified.Unix() > 0 {
		rep.modified = file.Modified.UTC().Truncate(time.Second)
		rep.lastModified = []string{rep.modified.Format(http.TimeFormat)}
	}
	rep.hold(body)
	return rep, nil
}
