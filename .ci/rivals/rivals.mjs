// Publishes a show with other generators of npm, as completely as each of them can:
//
//   PODCAST_JUDGES=folder with node_modules  node .ci/rivals/rivals.mjs folder
//
// The folder has show.json, which podcast/rivals_test.go writes: lists of records by their keys.
// The feeds are written beside it.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const require = createRequire(resolve(process.env.PODCAST_JUDGES, "package.json"));
const folder = process.argv[2];
const show = JSON.parse(readFileSync(join(folder, "show.json")));
const channel = show.channel;
const self = "https://example.com/rss.xml";

const first = (facts, key, index = 0) => facts[key]?.[0]?.[index] || undefined;
const date = (facts) => new Date(Number(first(facts, "published")) * 1000);
const number = (value) => (value === undefined || value === "" ? undefined : Number(value));
const all = (facts, key, make) => (facts[key] ?? []).map(make);

// npm feed: an option says that the feed is a podcast.
function feed() {
  const { Feed } = require("feed");
  const made = new Feed({
    podcast: true,
    id: first(channel, "link"),
    title: first(channel, "title"),
    description: first(channel, "description"),
    link: first(channel, "link"),
    language: first(channel, "language"),
    image: first(channel, "image"),
    copyright: "The Desk",
    generator: "",
    feedLinks: { rss: self },
    author: { name: first(channel, "author"), email: first(channel, "owner", 1), link: first(channel, "link") },
    category: first(channel, "category"),
  });
  for (const item of show.items) {
    made.addItem({
      id: first(item, "guid"),
      guid: first(item, "guid"),
      title: first(item, "title"),
      link: first(item, "link"),
      description: first(item, "content"),
      content: first(item, "content"),
      date: date(item),
      // An image would become a second enclosure, and an author without an e-mail address one that
      // RSS does not allow.
      audio: {
        url: first(item, "enclosure"),
        type: first(item, "enclosure", 1),
        length: number(first(item, "enclosure", 2)),
        duration: number(first(item, "duration")),
      },
    });
  }
  return made.rss2();
}

// npm podcast: Apple's elements.
function podcast() {
  const { Podcast } = require("podcast");
  const made = new Podcast({
    title: first(channel, "title"),
    description: first(channel, "description"),
    feedUrl: self,
    siteUrl: first(channel, "link"),
    author: first(channel, "author"),
    copyright: "The Desk",
    language: first(channel, "language"),
    itunesAuthor: first(channel, "author"),
    itunesOwner: { name: first(channel, "owner"), email: first(channel, "owner", 1) },
    itunesExplicit: first(channel, "explicit") === "true",
    itunesCategory: all(channel, "category", ([text, sub]) => ({ text, subcats: sub ? [{ text: sub }] : [] })),
    itunesImage: first(channel, "image"),
    itunesType: first(channel, "type"),
    itunesNewFeedUrl: first(channel, "newFeedURL"),
  });
  for (const item of show.items) {
    made.addItem({
      title: first(item, "title"),
      description: first(item, "content"),
      content: first(item, "content"),
      url: first(item, "link"),
      guid: first(item, "guid"),
      date: date(item),
      enclosure: { url: first(item, "enclosure"), size: number(first(item, "enclosure", 2)), type: first(item, "enclosure", 1) },
      itunesTitle: first(item, "itunesTitle"),
      itunesExplicit: first(item, "explicit") === "true",
      itunesDuration: number(first(item, "duration")),
      itunesImage: first(item, "image"),
      itunesSeason: number(first(item, "season")),
      itunesEpisode: number(first(item, "episode")),
      itunesEpisodeType: first(item, "episodeType"),
    });
  }
  return made.buildXml({ indent: "  " });
}

// feedsmith: what its parser returns can be generated.
function feedsmith() {
  const { generateRssFeed } = require("feedsmith");
  const person = ([display, role, group, img, href]) => ({ display, role, group, img: img || undefined, href: href || undefined });
  const location = ([display, rel, geo, osm, country]) => ({ display, rel, geo: geo || undefined, osm: osm || undefined, country: country || undefined });
  const funding = ([url, display]) => ({ url, display });
  return generateRssFeed({
    title: first(channel, "title"),
    description: first(channel, "description"),
    link: first(channel, "link"),
    language: first(channel, "language"),
    copyright: "The Desk",
    atom: { links: [{ href: self, rel: "self", type: "application/rss+xml" }] },
    itunes: {
      author: first(channel, "author"),
      image: first(channel, "image"),
      explicit: first(channel, "explicit") === "true",
      type: first(channel, "type"),
      newFeedUrl: first(channel, "newFeedURL"),
      owner: { name: first(channel, "owner"), email: first(channel, "owner", 1) },
      categories: all(channel, "category", ([text, sub]) => ({ text, categories: sub ? [{ text: sub }] : [] })),
    },
    podcast: {
      guid: first(channel, "guid"),
      locked: { value: first(channel, "locked") === "yes", owner: first(channel, "locked", 1) },
      persons: all(channel, "person", person),
      fundings: all(channel, "funding", funding),
      locations: all(channel, "location", location),
      license: { display: first(channel, "license") },
      trailers: all(channel, "trailer", ([display, url, unix, length, type, season]) => ({
        display, url, pubDate: new Date(Number(unix) * 1000), length: number(length), type, season: number(season),
      })),
    },
    items: show.items.map((item) => ({
      title: first(item, "title"),
      link: first(item, "link"),
      description: first(item, "content"),
      guid: { value: first(item, "guid"), isPermaLink: false },
      pubDate: date(item),
      enclosures: all(item, "enclosure", ([url, type, length]) => ({ url, type, length: Number(length) })),
      content: { encoded: first(item, "content") },
      itunes: {
        title: first(item, "itunesTitle"),
        duration: number(first(item, "duration")),
        image: first(item, "image"),
        explicit: item.explicit ? first(item, "explicit") === "true" : undefined,
        season: number(first(item, "season")),
        episode: number(first(item, "episode")),
        episodeType: first(item, "episodeType"),
      },
      podcast: {
        transcripts: all(item, "transcript", ([url, type, language, rel]) => ({ url, type, language: language || undefined, rel: rel || undefined })),
        chapters: item.chapters && { url: first(item, "chapters"), type: first(item, "chapters", 1) },
        soundbites: all(item, "soundbite", ([start, duration, display]) => ({ startTime: Number(start), duration: Number(duration), display })),
        persons: all(item, "person", person),
        locations: all(item, "location", location),
        season: item.podcastSeason && { number: number(first(item, "podcastSeason")), name: first(item, "podcastSeason", 1) },
        episode: item.podcastEpisode && { number: number(first(item, "podcastEpisode")), display: first(item, "podcastEpisode", 1) },
        alternateEnclosures: all(item, "alternate", ([type, length, bitrate, height, lang, title], n) => ({
          type, length: number(length), bitrate: number(bitrate), height: number(height), lang: lang || undefined, title: title || undefined,
          sources: [{ uri: item.source[n][0] }],
        })),
        contentLinks: all(item, "contentLink", ([href, display]) => ({ href, display })),
      },
    })),
  });
}

for (const [name, make] of Object.entries({ "npm feed 6": feed, "npm podcast 2": podcast, "feedsmith 3": feedsmith })) {
  writeFileSync(join(folder, name + ".xml"), make());
}
