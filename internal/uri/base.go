package uri

import (
	"net/url"
	"strings"
)

// HasUser is the [Fault] of the address of a site that contains a user name or password.
const HasUser Fault = "contains a user name or password, which every feed would publish"

// Base returns the canonical address of a site, and the folder that relative URLs are resolved
// against: without query and fragment, and with a slash at its end. If there is a Fault, the folder
// is usable but means nothing.
func Base(site string) (home string, folder *url.URL, fault Fault) {
	home, fault = Resolve(nil, site)
	folder, err := url.Parse(home)
	if err != nil {
		return home, &url.URL{Path: "/"}, Bad
	}
	if HasUserinfo(site) {
		fault = HasUser
	}
	folder.RawQuery, folder.Fragment, folder.ForceQuery = "", "", false
	if !strings.HasSuffix(folder.Path, "/") {
		folder = folder.JoinPath("/")
	}
	return home, folder, fault
}

// Moved returns the address that ref had before a site moved from one folder to another, "" if ref
// cannot be resolved. An address below the new folder is moved below the old one. A relative
// reference is resolved against the old folder, because it is the same reference as before; but if
// the new folder has a path, a reference that names this path is an address below it. All other
// addresses have not moved.
func Moved(ref string, now, before *url.URL) string {
	absolute, fault := Resolve(now, ref)
	if fault != "" {
		return ""
	}
	_, fault = Resolve(nil, ref)
	hasHost := fault == "" || strings.HasPrefix(strings.TrimSpace(ref), "//")
	below, isBelow := strings.CutPrefix(absolute, now.String())
	switch {
	case isBelow && (hasHost || now.Path != "/"):
		return before.String() + below
	case fault != "":
		absolute, _ = Resolve(before, ref)
	}
	return absolute
}
