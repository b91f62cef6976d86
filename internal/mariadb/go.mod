module github.com/syndicate-go/syndicate/internal/mariadb

go 1.26.0

require (
	github.com/go-sql-driver/mysql v1.10.1
	github.com/stretchr/testify v1.12.1
	github.com/syndicate-go/syndicate v0.1.0
)

require (
	filippo.io/edwards25519 v1.2.0 // indirect
	github.com/gorilla/feeds v1.2.0 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace github.com/syndicate-go/syndicate => ../../
