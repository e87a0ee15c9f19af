"""Every route of the binary, asked so that nothing but who asks can be in the way. A new route that takes a body needs a line here."""
import json
import re

from world import ABSENT, PASSWORD, unique


def account():
    name = unique("fresh")
    return {"email": f"{name}@example.org", "username": name, "password": PASSWORD}


# What has to be sent so that nothing but who asks can be in the way; `it` is the thing that the path names.
QUERIES = {
    ("GET", "/users"): lambda w, it: f"?ids={ABSENT}",
    ("GET", "/search"): lambda w, it: "?q=words",
    ("GET", "/search/posts"): lambda w, it: "?q=words",
    ("GET", "/search/artists"): lambda w, it: "?q=words",
    ("GET", "/search/albums"): lambda w, it: "?q=words",
    ("GET", "/search/tracks"): lambda w, it: "?q=words",
    ("GET", "/search/users"): lambda w, it: "?q=words",
    ("GET", "/search/suggest"): lambda w, it: "?q=wo",
}
BODIES = {
    ("POST", "/auth/register"): lambda w, it: account(),
    ("POST", "/auth/token"): lambda w, it: {"grant_type": "password", "username": w.other.name, "password": PASSWORD},
    ("POST", "/auth/revoke"): lambda w, it: {"token": "whatever"},
    ("POST", "/auth/password/forgot"): lambda w, it: {"email": "nobody-here@example.org"},
    ("POST", "/auth/password/reset"): lambda w, it: {"token": "no-such-token", "new_password": "another long passphrase"},
    ("POST", "/auth/email/verify"): lambda w, it: {"token": "no-such-token"},
    ("POST", "/auth/password/change"): lambda w, it: {"current_password": PASSWORD, "new_password": "another long passphrase"},
    ("PATCH", "/users/me"): lambda w, it: {},
    ("DELETE", "/users/me"): lambda w, it: {"current_password": PASSWORD},
    ("PATCH", "/admin/users/{id}"): lambda w, it: {"is_moderator": True},
    ("POST", "/admin/events/replay"): lambda w, it: {"subscription": "search.posts", "since": "2040-01-01T00:00:00Z"},
    ("POST", "/artists"): lambda w, it: {"name": unique("Artist ")},
    ("PATCH", "/artists/{id}"): lambda w, it: {"bio": unique("Words ")},
    ("POST", "/albums"): lambda w, it: {"artist_id": w.artist["id"], "title": unique("Album ")},
    ("PATCH", "/albums/{id}"): lambda w, it: {"title": unique("Album ")},
    ("PUT", "/albums/{id}/tracks/order"): lambda w, it: {"track_ids": [it.get("track_id", ABSENT)]},
    ("POST", "/albums/{id}/tracks"): lambda w, it: {"title": unique("Track ")},
    ("POST", "/albums/{id}/tracks/bulk"): lambda w, it: {"tracks": [{"title": unique("Track ")}]},
    ("PATCH", "/tracks/{id}"): lambda w, it: {"title": unique("Track ")},
    ("POST", "/posts"): lambda w, it: {"title": unique("Post "), "content": "Words"},
    ("PATCH", "/posts/{id}"): lambda w, it: {"title": unique("Post ")},
    ("POST", "/posts/{post_id}/comments"): lambda w, it: {"content": "Words"},
    ("PATCH", "/comments/{id}"): lambda w, it: {"content": unique("Words ")},
    ("POST", "/feedback/tickets"): lambda w, it: {"subject": unique("Ticket "), "message": "Words"},
    ("PATCH", "/feedback/tickets/{id}"): lambda w, it: {"category": "bug"},
    ("POST", "/feedback/tickets/bulk"): lambda w, it: {"ids": [ABSENT], "status": "closed"},
    ("POST", "/feedback/tickets/{id}/messages"): lambda w, it: {"content": "Words"},
    ("POST", "/chat/sessions"): lambda w, it: {},
    ("PATCH", "/chat/sessions/{id}"): lambda w, it: {"title": unique("Chat ")},
    ("POST", "/chat/sessions/{id}/messages"): lambda w, it: {"content": "Words?"},
}

# What ends the account or session of whoever asks, or all that is theirs: each such request is made by somebody new.
ENDS_THE_ASKER = {("DELETE", "/users/me"), ("POST", "/auth/logout"), ("POST", "/auth/password/change"), ("DELETE", "/chat/sessions")}


def routes(w):
    """{(method, path): who}; paths below /api/v1 without it, others with another slash before them."""
    found = {}
    for route in json.loads(w.server.command("routes", "--json").stdout):
        base, _, below = route["path"].partition("/api/v1")
        found[route["method"], below if not base else "/" + route["path"]] = route["who"]
    return found


def filled(path, it):
    """The path with what the thing is called by in place of its parameters."""
    return re.sub(r"\{(?:\w+_)?(\w+)\}", lambda name: str(it.get(name[1], "")), path)


def ask(w, route, client, it):
    method, path = route
    query = QUERIES.get(route, lambda *_: "")(w, it)
    body = BODIES[route](w, it) if route in BODIES else None
    return client.request(method, filled(path, it) + query, body)
