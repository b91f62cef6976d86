# Prints what feedparser reads in the feeds at some addresses, one line for each item, as the program gofeed does.
import sys
import time

import feedparser

for address in sys.argv[1:]:
    feed = feedparser.parse(address)
    if feed.bozo or feed.status != 200:
        sys.exit(f"{address}: {feed.status} {feed.get('bozo_exception')}")
    print(f"{address}\t{feed.feed.title}")
    for item in feed.entries:
        published = time.strftime("%Y-%m-%dT%H:%M:%SZ", item.published_parsed)
        print(f"{item.id}\t{item.link}\t{item.title}\t{published}")
    again = feedparser.parse(address, etag=feed.etag)
    if again.status != 304 or again.entries:
        sys.exit(f"{address}: {again.status} for its own ETag, not 304")
