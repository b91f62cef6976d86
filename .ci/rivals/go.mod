module github.com/syndicate-go/syndicate/.ci/rivals

go 1.26.0

require github.com/eduncan911/podcast v1.4.2

require github.com/pkg/errors v0.9.1 // indirect
