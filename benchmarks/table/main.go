// Table reads the output of go test -bench and writes it as tables in Markdown: first the goals
// with the results, then all figures.
//
//	table <out >RESULTS.md
//	table -quote RESULTS.md ../README.md                 copies the quotation into the README
//	table -quote PROGRAM.md -mark program ../README.md   copies another one
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	quote := flag.String("quote", "", "copy the quotation from this `file` to the file in the argument")
	mark := flag.String("mark", resultsMark, "the `name` in the comments around the quotation")
	flag.Parse()
	if err := run(*quote, *mark, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(quote, mark string, files []string) error {
	if quote != "" && len(files) == 1 {
		return copyQuotation(files[0], quote, mark)
	}
	r, err := read(os.Stdin)
	if err != nil {
		return err
	}
	r.write(os.Stdout)
	return nil
}
