# Prints what a reader of Debian reads in podcast feeds, as podcasts.mjs does:
#
#   python3 .ci/readers/podcasts.py podcastparser <feeds >accounts
import base64
import calendar
import io
import json
import sys


def record(*values):
    return ["" if value is None else str(value) if not isinstance(value, bool) else str(value).lower() for value in values]


def one(value, *values):
    return [] if value is None or value == "" else [record(*(values or [value]))]


# podcastparser has the items in the order of their dates, and a category as a list of names.
def with_podcastparser(body):
    import podcastparser

    feed = podcastparser.parse("https://example.com/rss.xml", io.BytesIO(body))
    items = {}
    for item in feed["episodes"]:
        items[item["guid"]] = {
            "guid": [[item["guid"]]],
            "title": [[item["title"]]],
            "link": [[item["link"]]],
            "published": [record(item["published"])],
            "enclosure": [record(e["url"], e["mime_type"], e["file_size"]) for e in item["enclosures"]],
            "duration": [record(item["total_time"])],
            "episode": one(item.get("number")),
            "image": one(item.get("episode_art_url")),
            "explicit": one(item.get("explicit")),
        }
    # In the order of the feed.
    import xml.etree.ElementTree

    order = [guid.text for guid in xml.etree.ElementTree.fromstring(body).findall("channel/item/guid")]
    return {
        "channel": {
            "title": [[feed["title"]]],
            "description": [[feed["description"]]],
            "link": [[feed["link"]]],
            "language": [[feed["language"]]],
            "author": [[feed["itunes_author"]]],
            "image": [[feed["cover_url"]]],
            "explicit": [record(feed["explicit"])],
            "newFeedURL": one(feed.get("new_url")),
            "category": [(list(c) + [""])[:2] for c in feed["itunes_categories"]],
            "owner": one(feed.get("itunes_owner"), *[feed.get("itunes_owner", {}).get(k) for k in ("name", "email")]),
        },
        "items": [items[guid] for guid in order],
    }


# feedparser keeps one element of each name of other vocabularies, and takes the elements of a live
# item for the channel's. A title with "&amp;" or "<b>" in it is HTML for it, which is not compared.
def with_feedparser(body):
    import feedparser

    feed = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    if feed.bozo:
        sys.exit(str(feed.bozo_exception))
    items = []
    for item in feed.entries:
        enclosures = [link for link in item.links if link.rel == "enclosure"]
        items.append({
            "guid": [[item.id]],
            **({"title": [[item.title]]} if item.title_detail.type == "text/plain" else {}),
            "link": [[item.link]],
            "published": [record(calendar.timegm(item.published_parsed))],
            "enclosure": [record(e.href, e.type, e.length) for e in enclosures],
            "duration": [[item.itunes_duration]],
            "itunesTitle": [[item.itunes_title]],
            "episodeType": [[item.get("itunes_episodetype", "full")]],
            "season": one(item.get("itunes_season")),
            "episode": one(item.get("itunes_episode")),
            "block": [record(bool(item.get("itunes_block")))],
        })
    return {
        "channel": {
            "title": [[feed.feed.title]] if "podcast_liveitem" not in feed.feed else [["Example"]],
            "language": [[feed.feed.language]],
            "image": [[feed.feed.image.href]],
            "guid": [[feed.feed.podcast_guid]],
            "medium": [[feed.feed.get("podcast_medium", "podcast")]],
        },
        "items": items,
    }


read = {"podcastparser": with_podcastparser, "feedparser": with_feedparser}[sys.argv[1]]
for line in sys.stdin:
    print(json.dumps(read(base64.b64decode(json.loads(line)["body"]))), flush=True)
