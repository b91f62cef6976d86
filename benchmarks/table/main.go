// Table reads the output of go test -bench and writes it as tables in Markdown: first the goals
// with the results, then all figures.
//
//	table <out >RESULTS.md
//	table -quote RESULTS.md ../README.md   copies the quotation into the README
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	quote := flag.String("quote", "", "copy the quotation from this `file` to the file in the argument")
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
