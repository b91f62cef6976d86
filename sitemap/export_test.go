package sitemap

import "testing"

// NewsLanguage is exported for the tests.
var NewsLanguage = newsLanguage

// SmallFiles makes files of 100 articles, and parts of 200, until the test ends.
func SmallFiles(t *testing.T) {
	file, part := fileArticles, partArticles
	t.Cleanup(func() { fileArticles, partArticles = file, part })
	fileArticles, partArticles = 100, 200
}
