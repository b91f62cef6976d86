module github.com/syndicate-go/syndicate/examples/wordpressdb

go 1.26.0

require (
	github.com/go-sql-driver/mysql v1.10.1
	github.com/syndicate-go/syndicate v0.1.0
)

require (
	filippo.io/edwards25519 v1.2.0 // indirect
	github.com/gorilla/feeds v1.2.0 // indirect
	github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.25.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace github.com/syndicate-go/syndicate => ../../
