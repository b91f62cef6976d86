# Judges feeds with the W3C feed validator (https://github.com/w3c/feedvalidator), many of them in one process.
#
#   FEEDVALIDATOR=folder of a checkout  python3 .ci/feedvalidator.py <feeds >messages
#
# Each line of the input is a feed in JSON: "url" is the address that it would be published at, "type" the Content-Type of the
# response, "body" the bytes in base64. The line with the same number of the output is a list of what the validator reports at
# the levels error and warning: {"level", "name", "params"}. The order is that of the document.
#
# The validator takes the path of its web page, validateURL, with a response of HTTP that holds the feed. It opens no
# connection: an attempt is an error.
import base64
import email.message
import io
import json
import os
import socket
import ssl
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.environ["FEEDVALIDATOR"], "src"))
os.environ["LANGUAGE"] = "en"

import feedvalidator  # noqa: E402
from feedvalidator import logging  # noqa: E402


def refuse(*_args, **_options):
    raise OSError("the validator must not use the network")


def resolve(host):
    """Stands for a name server that has every name with a dot."""
    if "." not in host:
        raise socket.gaierror(host)
    return "192.0.2.1"


socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
socket.gethostbyname = resolve

# The validator loads the certificates of the system twice for each feed, which takes longer than to judge it.
CONTEXT = ssl.create_default_context()
ssl.create_default_context = lambda: CONTEXT


class Response:
    """The answer of a server that has the feed at the address."""

    def __init__(self, url, kind, body):
        self.url, self.body = url, io.BytesIO(body)
        self.headers = email.message.Message()
        self.headers["content-type"] = kind
        self.headers["content-encoding"] = "identity"

    def read(self, size=-1):
        return self.body.read(size)

    def geturl(self):
        return self.url

    def close(self):
        pass


def judge(url, kind, body):
    urllib.request.urlopen = lambda *_args, **_options: Response(url, kind, body)
    try:
        events = feedvalidator.validateURL(url, firstOccurrenceOnly=0)["loggedEvents"]
    except logging.ValidationFailure as failure:
        events = [failure.event]
    except Exception as fault:  # of the validator itself
        return [{"level": "crash", "name": type(fault).__name__, "params": {"message": str(fault)}}]
    messages = []
    for event in events:
        if not isinstance(event, (logging.Error, logging.Warning)):
            continue
        level = "error" if isinstance(event, logging.Error) else "warning"
        places = ("line", "column", "backupline", "backupcolumn", "msgcount")
        params = {name: str(value) for name, value in event.params.items() if name not in places}
        messages.append({"level": level, "name": type(event).__name__, "params": params})
    return messages


for line in sys.stdin:
    feed = json.loads(line)
    print(json.dumps(judge(feed["url"], feed["type"], base64.b64decode(feed["body"]))), flush=True)
