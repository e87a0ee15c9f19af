#!/usr/bin/env python3
"""What is private never shows to who may not see it: not by any route, in no search, suggestion, feed or list, in no header, no refusal, and
nothing of it in the log. Each private place holds a text of two words: one to look for it by, and a canary that nobody ever sends.
An answer that holds a canary has been read from where it was planted."""
import itertools
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import asking
import world

EVERYBODY = {"guest", "other", "owner", "moderator", "superuser"}
STAFF, OWNER_AND_STAFF = {"moderator", "superuser"}, {"owner", "moderator", "superuser"}


class Place:
    def __init__(self, name, seen_by, logged):
        self.bait, self.canary = f"zqbait{name}", f"zqcanary{name}xq"
        self.text, self.seen_by, self.logged = f"{self.bait} {self.canary}", seen_by, logged


places = {}
things = []  # what paths may name: (kind, {"id": ..., "slug": ...})


def plant(name, seen_by, logged=False):
    """A text for a new private place. Nothing of it may be logged unless it says so."""
    places[name] = Place(name, seen_by, logged)
    return places[name].text


def keep(kind, it):
    things.append((kind, {k: v for k, v in it.items() if k != "slug"}))  # a slug is made of the text: who asks by it knows it
    return it


def plant_posts():
    draft = w.made("/posts", {"title": plant("drafttitle", OWNER_AND_STAFF), "content": plant("draftcontent", OWNER_AND_STAFF), "status": "draft",
                              "description": plant("draftdescription", OWNER_AND_STAFF), "tags": [plant("drafttag", OWNER_AND_STAFF)]})
    keep("post", draft)
    shown = keep("post", w.made("/posts", {"title": plant("deletedtitle", OWNER_AND_STAFF), "content": plant("deletedcontent", OWNER_AND_STAFF),
                                           "status": "published"}))
    keep("comment", w.made(f"/posts/{shown['id']}/comments", {"content": plant("commentunderdeleted", set())}))
    w.done("DELETE", f"/posts/{shown['id']}")
    hidden = keep("post", w.make("post", "published"))
    keep("comment", w.made(f"/posts/{hidden['id']}/comments", {"content": plant("commentunderdraft", OWNER_AND_STAFF)}))
    w.done("PATCH", f"/posts/{hidden['id']}", {"status": "draft"})


def plant_comments():
    post = keep("post", w.make("post", "published"))
    gone = keep("comment", w.made(f"/posts/{post['id']}/comments", {"content": plant("deletedcomment", OWNER_AND_STAFF)}))
    w.made(f"/posts/{post['id']}/comments", {"content": "Words", "parent_id": gone["id"]}, w.other)
    w.done("DELETE", f"/comments/{gone['id']}")


def plant_artists():
    artist = keep("artist", w.made("/artists", {"name": plant("artistname", OWNER_AND_STAFF), "bio": plant("artistbio", OWNER_AND_STAFF)}))
    album = keep("album", w.made("/albums", {"artist_id": artist["id"], "title": plant("albumtitle", STAFF)}))
    keep("track", w.made(f"/albums/{album['id']}/tracks", {"title": plant("tracktitle", STAFF)}))
    w.made("/posts", {"title": "About one who is gone", "content": "Words", "status": "published", "primary_artist_id": artist["id"]})
    w.done("DELETE", f"/artists/{artist['id']}")


def plant_tickets():
    ticket = keep("ticket", w.made("/feedback/tickets", {"subject": plant("subject", OWNER_AND_STAFF), "message": plant("message", OWNER_AND_STAFF)}))
    path = f"/feedback/tickets/{ticket['id']}"
    w.made(f"{path}/messages", {"content": plant("reply", OWNER_AND_STAFF)})
    w.made(f"{path}/messages", {"content": plant("note", STAFF), "is_internal": True}, w.moderator)
    w.done("PATCH", path, {"admin_notes": plant("adminnotes", STAFF), "assignee_id": w.moderator.user_id}, w.moderator)


def plant_accounts():
    """An address is one word: its domain is looked for, its name is the canary."""
    place = places["address"] = Place("address", {"superuser"}, False)
    one = {"email": f"{place.canary}@{place.bait}.example.org", "username": world.unique("addressee"), "password": world.PASSWORD}
    account = w.guest.post("/auth/register", one)
    assert account.status == 201, account
    keep("user", account.json["user"])
    keep("user", {"id": w.owner.user_id, "username": w.owner.name})


def plant_chats():
    """Chats are their owner's alone."""
    if ("POST", "/chat/sessions") not in routes:
        return
    chat = keep("chat", w.made("/chat/sessions", {"title": plant("chattitle", {"owner"})}))
    said = w.made(f"/chat/sessions/{chat['id']}/messages", {"content": plant("chatmessage", {"owner"})})
    keep("chat_message", said)


def sees(name, client, path):
    """Who asked, and all that came back."""
    answer = client.get(path)
    return f"GET {path} as {name}", "\n".join([*map(": ".join, answer.headers.items()), answer.body.decode(errors="replace")])


def typo(word):
    return word[:-2] + "qx"


def questions():
    """Every GET, about every thing there is, and every search for every bait, whole and with a slip."""
    for (method, path), _ in routes.items():
        if method != "GET":
            continue
        query = asking.QUERIES.get((method, path), lambda *_: "")(w, {})
        for _, it in things if "{" in path else [("-", {})]:
            yield asking.filled(path, it) + query
    words = [word for place in places.values() for word in (place.bait, typo(place.bait), typo(place.canary))]
    looks = ["/search?q=", "/search/posts?q=", "/search/artists?q=", "/search/suggest?q=", "/feedback/tickets?include_total=true&q="]
    yield from (look + word for look, word in itertools.product(looks, words))
    ids = ",".join(it["id"] for _, it in things)
    yield from (f"/{kind}?ids={ids}" for kind in ("posts", "artists", "albums", "tracks", "users", "feedback/tickets"))
    yield from ("/posts?status=draft", "/posts?status=archived", "/artists?sort=-created_at&limit=100", "/posts?sort=-created_at&limit=100",
                f"/users/{w.owner.user_id}/posts?limit=100", f"/users/{w.owner.user_id}/comments?limit=100", "/users/me/trash?limit=100")


def acts(name):
    """Every other route about every thing, by those who may do nothing to it."""
    for route in routes:
        if route[0] == "GET" or route in asking.ENDS_THE_ASKER:
            continue
        for _, it in things if "{" in route[1] else [("-", {})]:
            yield route, it


def leaks(name, told):
    where, text = told
    return [f"{where} shows {what}" for what, place in places.items() if name not in place.seen_by and place.canary in text]


def clients():
    return {name: getattr(w, name) for name in sorted(EVERYBODY)}


def fail_for(found):
    assert not found, f"{len(found)} leaks:\n  " + "\n  ".join(found[:50])


def nothing_is_read_by_who_may_not():
    asked = list(questions())
    fail_for([leak for name, client in clients().items() for path in asked for leak in leaks(name, sees(name, client, path))])
    print(f"{len(places)} places, {len(asked)} questions of each of {len(EVERYBODY)}")


def everything_is_read_by_who_may():
    """A canary that nobody meets would prove nothing."""
    asked = list(questions())
    for name, client in clients().items():
        mine = {what for what, place in places.items() if name in place.seen_by}
        for path in asked if mine else []:
            _, text = sees(name, client, path)
            mine -= {what for what in mine if places[what].canary in text}
        assert not mine, f"{name} never met {sorted(mine)}"


def refusals_tell_nothing():
    for name in ("guest", "other"):
        found = []
        for route, it in acts(name):
            answer = asking.ask(w, route, getattr(w, name), it)
            text = "\n".join([*map(": ".join, answer.headers.items()), answer.body.decode(errors="replace")])
            found += leaks(name, (f"{' '.join(route)} as {name}", text))
        fail_for(found)


def the_assistant_knows_none_of_it():
    """Who asks it by the very word is told what is published, which shows that it looks, and nothing else."""
    w.made("/posts", {"title": "Known zqpublished", "content": "zqpublished is known to all", "status": "published"})
    words = [place.bait for place in places.values()] + [typo(place.bait) for place in places.values()]
    for name in ("other", "moderator"):
        client, found = getattr(w, name), []
        chat = f"/chat/sessions/{w.made('/chat/sessions', {}, client)['id']}/messages"
        known = lambda: "known to all" in w.made(chat, {"content": "What is zqpublished?"}, client)["content"]
        until = time.monotonic() + 20
        while not known():
            assert time.monotonic() < until
        for word in words:
            answer = client.post(chat, {"content": f"What is {word}?"})
            assert answer.status == 201, answer
            found += leaks("other", (f"{name} asks for {word}", answer.body.decode()))
        fail_for(found)


def the_owner_acts_and_is_told_nothing_of_the_staffs():
    ticket = next(it for kind, it in things if kind == "ticket")
    path, found = f"/feedback/tickets/{ticket['id']}", []
    for method, where, body in [("PATCH", path, {"priority": "low"}), ("PATCH", path, {"status": "resolved"}), ("PATCH", path, {"admin_notes": None}),
                                ("POST", f"{path}/messages", {"content": "Hello?"}), ("PATCH", path, {"status": "closed"}),
                                ("PATCH", path, {"status": "open"})]:
        answer = w.owner.request(method, where, body)
        found += leaks("owner", (f"{method} {where} {body}", answer.body.decode()))
    fail_for(found)


def the_log_holds_none_of_it():
    """At its most talkative. Last: it looks at what all others have made it say."""
    log = w.server.log_text()
    assert "/feedback/tickets" in log, "the log does not even name requests"
    secrets = {what: place.canary for what, place in places.items()}
    secrets |= {"password": world.PASSWORD, "access token": w.owner.token, "refresh token": w.owner.refresh_token, "seed": world.SEED}
    found = [what for what, secret in secrets.items() if secret in log or json.dumps(secret)[1:-1] in log]
    assert not found, f"in the log: {found}"


w = world.World(["log.level=debug", "log.access=all"])
routes = asking.routes(w)
for planting in (plant_posts, plant_comments, plant_artists, plant_tickets, plant_accounts, plant_chats):
    planting()
code = world.live.run([nothing_is_read_by_who_may_not, everything_is_read_by_who_may, refusals_tell_nothing, the_assistant_knows_none_of_it,
                       the_owner_acts_and_is_told_nothing_of_the_staffs, the_log_holds_none_of_it])
w.close()
sys.exit(code)
