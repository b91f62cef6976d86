// Package wordpress reads WordPress exports (WXR), so that a publication that leaves WordPress keeps its feeds: the
// same addresses, the same guids, the same articles.
//
//	file, err := os.Open("export.xml")
//	export := wordpress.Export{Input: file}
//	archive, err := export.Archive()
//	http.Handle("/", &feedhttp.Handler{Source: archive})
package wordpress
