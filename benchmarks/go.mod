module github.com/syndicate-go/syndicate/benchmarks

go 1.25.0

require (
	github.com/gorilla/feeds v1.2.0
	github.com/stretchr/testify v1.12.1
	github.com/syndicate-go/syndicate v0.0.0
	golang.org/x/net v0.58.0
)

require (
	github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/syndicate-go/syndicate => ../
