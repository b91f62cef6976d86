// Package pagebuilder has the names of the shortcodes of WordPress's page builders.
package pagebuilder

import "strings"

// prefixes begin the shortcodes of each page builder. A builder has hundreds of them.
var prefixes = []string{
	"vc_",     // WPBakery
	"et_pb_",  // Divi
	"fusion_", // Avada
	"su_",     // Shortcodes Ultimate
	"av_",     // Enfold
	"tm_",     // themes of Themify and TemplateMonster
}

// Owns reports whether a shortcode with this name is one of a page builder.
func Owns(name string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
