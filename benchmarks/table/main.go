// Command table reads what `go test -bench` prints and writes tables of it as Markdown: first the one of what is to
// be reached, then all of the figures.
//
//	table <out >RESULTS.md
//	table -quote RESULTS.md ../README.md   copies the part that the README quotes
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	quote := flag.String("quote", "", "copy the quotation from this `file` to the one that is named after it")
	flag.Parse()
	if err := run(*quote, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(quote string, files []string) error {
	if quote != "" && len(files) == 1 {
		return copyQuotation(files[0], quote)
	}
	r, err := read(os.Stdin)
	if err != nil {
		return err
	}
	r.write(os.Stdout)
	return nil
}
