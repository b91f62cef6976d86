// Package mariadb tests package sqlquery with MariaDB and github.com/go-sql-driver/mysql. It is a
// separate module, because nothing else needs a driver of MySQL. The tests need a server:
//
//	bash .ci/mariadb go test ./internal/mariadb/
package mariadb
