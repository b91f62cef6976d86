// Prints what a reader of npm reads in podcast feeds:
//
//   PODCAST_JUDGES=folder-of-node_modules node .ci/readers/podcasts.mjs partytime <feeds >accounts
//
// Each line of the input is a feed in JSON, whose "body" is in base64. The line with the same
// number of the output has what the reader returns: lists of records by their keys, for the channel
// and for each item. A key that a reader cannot hold is missing. podcast/judges_test.go has the
// order of the values in a record; a record may end early.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { resolve } from "node:path";

const require = createRequire(resolve(process.env.PODCAST_JUDGES, "package.json"));

const text = (value) => (value === undefined || value === null ? "" : String(value));
const record = (...values) => values.map(text);
const unix = (date) => (date ? String(Math.floor(new Date(date).getTime() / 1000)) : "");
const list = (values, make) => (values ?? []).map(make);
const one = (value, ...values) => (value === undefined || value === null ? [] : [record(...values)]);
const lower = (value) => text(value).toLowerCase();

// partytime has roles in title case and renames the type of SubRip. It reads only licenses of its
// list, with other addresses. It reads neither updateFrequency, podping, image nor the relation and
// country of a location, copies the value of the channel into items, and reads the text "true" of a
// txt as "". These are not compared.
function partytime() {
  const { parseFeed } = require("podcast-partytime");
  const person = (p) => record(p.name, lower(p.role), lower(p.group), p.img, p.href);
  const remote = (r) => record(r.feedGuid, r.feedUrl, r.itemGuid, r.medium ?? "podcast", r.title);
  const chat = (c) => one(c, c?.server, c?.protocol, c?.accountId, c?.space);
  return (xml) => {
    const feed = parseFeed(xml);
    return {
      channel: {
        title: [[feed.title]],
        description: [[feed.description]],
        link: [[feed.link]],
        language: [[feed.language]],
        author: [[[].concat(feed.author).join(", ")]],
        image: [[feed.itunesImage]],
        explicit: [record(feed.explicit)],
        block: [record(feed.itunesBlock)],
        complete: [record(feed.itunesComplete)],
        newFeedURL: one(feed.itunesNewFeedUrl, feed.itunesNewFeedUrl),
        category: list(feed.itunesCategory, (c) => [...c.split(" > "), ""].slice(0, 2)),
        guid: [[feed.guid]],
        medium: [[feed.medium ?? "podcast"]],
        person: list(feed.podcastPeople, person),
        funding: list(feed.podcastFunding, (f) => record(f.url, f.message)),
        trailer: list(feed.trailers, (t) => record(t.title, t.url, unix(t.pubdate), t.length, t.type, t.season)),
        podroll: list(feed.podroll, remote),
        remoteItem: list(feed.podcastRemoteItems, remote),
        chat: chat(feed.chat),
        liveItem: list(feed.podcastLiveItems, (l) => record(l.title, l.link, l.guid, l.enclosure.url)),
      },
      items: feed.items.map((item) => ({
        guid: [[item.guid]],
        title: [[item.title]],
        link: [[item.link]],
        published: [[unix(item.pubDate)]],
        enclosure: one(item.enclosure, item.enclosure?.url, item.enclosure?.type, item.enclosure?.length),
        duration: [record(item.duration)],
        season: one(item.itunesSeason, item.itunesSeason),
        episode: one(item.itunesEpisode, item.itunesEpisode),
        image: one(item.itunesImage, item.itunesImage),
        person: list(item.podcastPeople, person),
        soundbite: list(item.podcastSoundbites, (s) => record(s.startTime, s.duration)),
        chapters: one(item.podcastChapters, item.podcastChapters?.url, item.podcastChapters?.type),
        alternate: list(item.alternativeEnclosures, (a) => record(a.type, a.length, a.bitrate, a.height, a.lang, a.title, a.rel, a.codecs, a.default)),
        chat: chat(item.chat),
      })),
    };
  };
}

// feedsmith reads nearly all of the podcast namespace. It lacks the elements of RSS in a live item,
// funding and contentLink of an item, and socialInteract of a channel.
function feedsmith() {
  const { parseRssFeed } = require("feedsmith");
  const person = (p) => record(p.display, p.role ?? "host", p.group ?? "cast", p.img, p.href);
  const location = (l) => record(l.display, l.rel, l.geo, l.osm, l.country);
  const funding = (f) => record(f.url, f.display);
  const remote = (r) => record(r.feedGuid, r.feedUrl, r.itemGuid, r.medium ?? "podcast", r.title);
  const recipient = (r) => record(r.name, r.type, r.address, r.split, r.customKey, r.customValue, r.fee ?? false);
  const shared = (p) => ({
    person: list(p.persons, person),
    location: list(p.locations, location),
    funding: list(p.fundings, funding),
    license: one(p.license, p.license?.display, p.license?.url),
    value: list(p.values, (v) => record(v.type, v.method, v.suggested)),
    recipient: list(p.values?.flatMap((v) => v.valueRecipients ?? []), recipient),
    timeSplit: list(p.values?.flatMap((v) => v.valueTimeSplits ?? []), (s) =>
      record(s.startTime, s.duration, s.remoteStartTime, s.remotePercentage, s.remoteItem?.feedGuid, s.remoteItem?.itemGuid)),
    splitRecipient: list(p.values?.flatMap((v) => v.valueTimeSplits ?? []).flatMap((s) => s.valueRecipients ?? []), recipient),
    social: list(p.socialInteracts, (s) => record(s.protocol, s.uri, s.accountId, s.accountUrl, s.priority)),
    txt: list(p.txts, (t) => record(t.purpose, t.display)),
    chat: one(p.chat, p.chat?.server, p.chat?.protocol, p.chat?.accountId, p.chat?.space),
    podcastImage: list(p.images, (i) => record(i.href, i.alt, i.aspectRatio, i.width, i.height, i.type, i.purpose)),
  });
  return (xml) => {
    const feed = parseRssFeed(xml);
    const { itunes = {}, podcast = {} } = feed;
    return {
      channel: {
        title: [[feed.title]],
        description: [[feed.description]],
        link: [[feed.link]],
        language: [[feed.language]],
        author: [[itunes.author]],
        image: [[itunes.image]],
        explicit: [record(itunes.explicit)],
        type: [[itunes.type ?? "episodic"]],
        block: [record(itunes.block ?? false)],
        complete: [record(itunes.complete ?? false)],
        newFeedURL: one(itunes.newFeedUrl, itunes.newFeedUrl),
        category: list(itunes.categories, (c) => record(c.text, c.categories?.[0]?.text)),
        owner: one(itunes.owner, itunes.owner?.name, itunes.owner?.email),
        guid: [[podcast.guid]],
        locked: one(podcast.locked, podcast.locked?.value ? "yes" : "no", podcast.locked?.owner),
        medium: [[podcast.medium ?? "podcast"]],
        podcastBlock: list(podcast.blocks, (b) => record(b.id, b.value ? "yes" : "no")),
        trailer: list(podcast.trailers, (t) => record(t.display, t.url, unix(t.pubDate), t.length, t.type, t.season)),
        updateFrequency: one(podcast.updateFrequency, podcast.updateFrequency?.display, podcast.updateFrequency?.rrule, unix(podcast.updateFrequency?.dtstart)),
        podping: one(podcast.podping, podcast.podping?.usesPodping),
        podroll: list(podcast.podroll?.remoteItems, remote),
        remoteItem: list(podcast.remoteItems, remote),
        publisher: list(podcast.publisher?.remoteItem ? [podcast.publisher.remoteItem] : [], remote),
        live: list(podcast.liveItems, (l) => record(l.status, unix(l.start), unix(l.end))),
        ...shared(podcast),
        social: undefined,
      },
      items: feed.items.map((item) => {
        const { itunes = {}, podcast = {} } = item;
        return {
          guid: [[item.guid.value]],
          title: [[item.title]],
          link: [[item.link]],
          published: [[unix(item.pubDate)]],
          enclosure: list(item.enclosures, (e) => record(e.url, e.type, e.length)),
          duration: [record(itunes.duration)],
          itunesTitle: [[itunes.title]],
          episodeType: [[itunes.episodeType ?? "full"]],
          season: one(itunes.season, itunes.season),
          episode: one(itunes.episode, itunes.episode),
          image: one(itunes.image, itunes.image),
          explicit: one(itunes.explicit, itunes.explicit),
          block: [record(itunes.block ?? false)],
          podcastSeason: one(podcast.season, podcast.season?.number, podcast.season?.name),
          podcastEpisode: one(podcast.episode, podcast.episode?.number, podcast.episode?.display),
          transcript: list(podcast.transcripts, (t) => record(t.url, t.type, t.language, t.rel)),
          chapters: one(podcast.chapters, podcast.chapters?.url, podcast.chapters?.type),
          soundbite: list(podcast.soundbites, (s) => record(s.startTime, s.duration, s.display)),
          alternate: list(podcast.alternateEnclosures, (a) =>
            record(a.type, a.length, a.bitrate, a.height, a.lang, a.title, a.rel, a.codecs, a.default ?? false)),
          source: list(podcast.alternateEnclosures?.flatMap((a) => a.sources.map((s) => [s, a.type])), ([s, type]) => record(s.uri, s.contentType ?? type)),
          integrity: list(podcast.alternateEnclosures?.flatMap((a) => a.integrity ?? []), (i) => record(i.type, i.value)),
          ...shared(podcast),
          funding: undefined,
        };
      }),
    };
  };
}

// @rowanmanning/feed-parser reads what all formats have in common.
function feedParser() {
  const { parseFeed } = require("@rowanmanning/feed-parser");
  return (xml) => {
    const feed = parseFeed(xml);
    return {
      channel: {
        title: [[feed.title]],
        description: [[feed.description]],
        link: [[feed.url]],
        language: [[feed.language]],
        author: feed.authors.map((a) => [a.name]).slice(0, 1),
        image: [[feed.image.url]],
        category: feed.categories.map((c) => [...c.label.split("/"), ""].slice(0, 2)),
      },
      items: feed.items.map((item) => ({
        guid: [[item.id]],
        title: [[item.title]],
        link: [[text(item.url).replaceAll("&#x26;", "&")]],
        published: [[unix(item.published)]],
        enclosure: item.media.map((m) => record(m.url, m.mimeType, m.length)).slice(0, 1),
        image: one(item.image, item.image?.url),
      })),
    };
  };
}

const read = { partytime, feedsmith, "feed-parser": feedParser }[process.argv[2]]();
console.warn = console.info = console.log; // of partytime, whose notes are no answers
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const account = read(Buffer.from(JSON.parse(line).body, "base64").toString());
  if (!write(JSON.stringify(account) + "\n")) {
    await once(process.stdout, "drain");
  }
}
