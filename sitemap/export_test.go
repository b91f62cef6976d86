package sitemap

// NewsLanguage is exported for the tests.
var NewsLanguage = newsLanguage
