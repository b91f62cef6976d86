// Writes feeds with the npm packages feed and feedsmith, for the benchmarks of W.
//
//   node rivals.mjs FEEDS
//
// FEEDS is a file with an array of JSON Feeds. On standard input come commands, one a line, of a library ("npm-feed" or
// "npm-feedsmith") and a format ("rss", "atom" or "json"):
//
//   LIBRARY FORMAT COUNT   writes so many feeds, in turn, and answers with the number of bytes
//   LIBRARY FORMAT         answers with the first feed's document, as a JSON string
//
// The libraries' own models are filled beforehand, as gorilla's are.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Feed } from 'feed'
import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith'

const self = (f, name) => new URL(name, f.feed_url).href
const date = (text) => new Date(text)
const updated = (f) => new Date(Math.max(...f.items.map((a) => date(a.date_modified))))

// forFeed has no images, because feed makes enclosures of them, which no other library here writes.
function forFeed(f) {
  const model = new Feed({
    id: f.home_page_url,
    title: f.title,
    description: f.description,
    link: f.home_page_url,
    language: f.language,
    updated: updated(f),
    author: f.authors[0],
    feedLinks: { rss: self(f, 'rss.xml'), atom: self(f, 'atom.xml'), json: f.feed_url },
  })
  for (const a of f.items) {
    model.addItem({
      id: a.id,
      link: a.url,
      title: a.title,
      description: a.summary,
      content: a.content_html,
      published: date(a.date_published),
      date: date(a.date_modified),
      author: a.authors,
      category: a.tags.map((name) => ({ name, term: name })),
    })
  }
  return model
}

const forFeedsmith = {
  rss: (f) => ({
    title: f.title,
    link: f.home_page_url,
    description: f.description,
    language: f.language,
    lastBuildDate: updated(f),
    atom: { links: [{ rel: 'self', type: 'application/rss+xml', href: self(f, 'rss.xml') }] },
    items: f.items.map((a) => ({
      guid: { value: a.id, isPermaLink: false },
      link: a.url,
      title: a.title,
      description: a.summary,
      content: { encoded: a.content_html },
      pubDate: date(a.date_published),
      dc: { creators: a.authors.map((author) => author.name) },
      categories: a.tags.map((name) => ({ name })),
    })),
  }),
  atom: (f) => ({
    id: f.home_page_url,
    title: { value: f.title },
    subtitle: { value: f.description },
    updated: updated(f),
    links: [
      { rel: 'self', type: 'application/atom+xml', href: self(f, 'atom.xml') },
      { rel: 'alternate', type: 'text/html', href: f.home_page_url },
    ],
    authors: f.authors.map((author) => ({ name: author.name })),
    entries: f.items.map((a) => ({
      id: a.id,
      title: { value: a.title },
      summary: { value: a.summary },
      content: { value: a.content_html, type: 'html' },
      published: date(a.date_published),
      updated: date(a.date_modified),
      links: [{ rel: 'alternate', type: 'text/html', href: a.url }],
      authors: a.authors.map((author) => ({ name: author.name })),
      categories: a.tags.map((term) => ({ term, label: term })),
    })),
  }),
  json: (f) => ({
    ...f,
    items: f.items.map((a) => ({
      ...a,
      date_published: date(a.date_published),
      date_modified: date(a.date_modified),
    })),
  }),
}

const feeds = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const models = feeds.map(forFeed)
const inputs = Object.fromEntries(Object.entries(forFeedsmith).map(([format, fill]) => [format, feeds.map(fill)]))

const write = {
  'npm-feed': {
    rss: (i) => models[i].rss2(),
    atom: (i) => models[i].atom1(),
    json: (i) => models[i].json1(),
  },
  'npm-feedsmith': {
    rss: (i) => generateRssFeed(inputs.rss[i]),
    atom: (i) => generateAtomFeed(inputs.atom[i]),
    json: (i) => JSON.stringify(generateJsonFeed(inputs.json[i])),
  },
}

// Documents are bytes in a buffer, as they are in Go: a string may still be in pieces.
const buffer = Buffer.allocUnsafe(8 << 20)
const next = {}

function writeInTurn(library, format, count) {
  const key = `${library}/${format}`
  let bytes = 0
  for (; count > 0; count--) {
    const i = next[key] ?? 0
    bytes += buffer.write(write[library][format](i))
    next[key] = (i + 1) % feeds.length
  }
  return bytes
}

for await (const line of createInterface({ input: process.stdin })) {
  const [library, format, count] = line.split(' ')
  const answer = count ? writeInTurn(library, format, Number(count)) : write[library][format](0)
  process.stdout.write(JSON.stringify(answer) + '\n')
}
