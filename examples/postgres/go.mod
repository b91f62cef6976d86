module github.com/syndicate-go/syndicate/examples/postgres

go 1.26.0

require (
	github.com/jackc/pgx/v5 v5.13.0
	github.com/stretchr/testify v1.12.1
	github.com/syndicate-go/syndicate v0.1.0
	github.com/syndicate-go/syndicate/sqlstore/postgres v0.1.0
)

require (
	github.com/andybalholm/brotli v1.3.0 // indirect
	github.com/gorilla/feeds v1.2.0 // indirect
	github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.25.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace (
	github.com/syndicate-go/syndicate => ../../
	github.com/syndicate-go/syndicate/sqlstore/postgres => ../../sqlstore/postgres
)
