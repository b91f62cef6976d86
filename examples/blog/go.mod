module github.com/syndicate-go/syndicate/examples/blog

go 1.26.0

require (
	github.com/syndicate-go/syndicate v0.1.0
	github.com/yuin/goldmark v1.8.7
)

require (
	github.com/gorilla/feeds v1.2.0 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace github.com/syndicate-go/syndicate => ../../
