// Gofeed prints what github.com/mmcdole/gofeed reads in the feeds at the given addresses, one line
// for each item.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/mmcdole/gofeed"
)

func main() {
	log.SetFlags(0)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, address := range os.Args[1:] {
		feed, err := gofeed.NewParser().ParseURLWithContext(address, ctx)
		if err != nil {
			log.Fatalf("%s: %v", address, err)
		}
		fmt.Printf("%s\t%s\n", address, feed.Title)
		for _, item := range feed.Items {
			fmt.Printf("%s\t%s\t%s\t%s\n", item.GUID, item.Link, item.Title, item.PublishedParsed.UTC().Format(time.RFC3339))
		}
	}
}
