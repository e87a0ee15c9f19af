#!/usr/bin/env python3
"""The main job through the real binary: a person registers, publishes a post about a real artist, another finds it."""
import concurrent.futures
import json
import pathlib
import sys
import time
import urllib.parse
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

quote = urllib.parse.quote
database, server = live.migrated()
server.start()
guest = live.Client(server.port)
ann = live.Client(server.port).register("ann")
bob = live.Client(server.port).register("bob")
moderator = live.Client(server.port).register("helga")
promoted = server.command("user", "promote", "helga", "moderator")
assert promoted.returncode == 0, promoted.stderr
MODERATOR_TOKEN = live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "helga", "password": "a long enough passphrase"})
moderator.token = MODERATOR_TOKEN.json["access_token"]


def eventually(look, seconds=2):
    """`look()` until it is true; the design promises far less than a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = look()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError(f"not within {seconds} s: {look.__doc__ or look}")


def new_artist(name, client=ann, **fields):
    answer = client.post("/artists", {"name": name, **fields})
    assert answer.status == 201, answer
    return answer.json


def new_post(title, client=ann, status="published", **fields):
    answer = client.post("/posts", {"title": title, "content": fields.pop("content", f"About {title}."), "status": status, **fields})
    assert answer.status == 201, answer
    return answer.json


def found(q, kind="posts"):
    answer = guest.get(f"/search/{kind}?q={q}")
    assert answer.status == 200, answer
    return answer.json["items"]


def a_post_is_found_with_names_and_counts():
    artist = new_artist("Zoot Quintessence")
    post = new_post("A night with zqfirst", primary_artist_id=artist["id"], tags=["Jazz"])
    assert post["author_username"] == "ann" and post["artist_name"] == "Zoot Quintessence", post
    comment = bob.post(f"/posts/{post['id']}/comments", {"content": "I was there."})
    assert comment.status == 201, comment
    hit = eventually(lambda: found("zqfirst"))[0]
    assert hit["post_id"] == post["id"] and hit["author_username"] == "ann", hit
    assert "Zoot Quintessence" in hit["artist_names"], hit
    detail = guest.get(f"/posts/{post['id']}").json
    assert (detail["author_username"], detail["artist_name"], detail["comments_count"]) == ("ann", "Zoot Quintessence", 1), detail
    assert eventually(lambda: found("quintessence", "artists"))


def what_is_not_published_is_not_found():
    draft = new_post("A draft with zqdraft", status="draft")
    assert guest.get(f"/posts/{draft['id']}").status == 404
    assert bob.get(f"/posts/{draft['id']}").status == 404
    assert moderator.get(f"/posts/{draft['id']}").status == 200
    assert ann.patch(f"/posts/{draft['id']}", {"status": "published"}).status == 200
    eventually(lambda: found("zqdraft"))
    assert ann.delete(f"/posts/{draft['id']}").status == 204
    eventually(lambda: not found("zqdraft"))
    assert ann.post(f"/posts/{draft['id']}/restore").status == 200
    eventually(lambda: found("zqdraft"))


def a_rename_reaches_every_document():
    artist = new_artist("Oldname Zqren")
    for i in range(30):
        new_post(f"Rename {i} zqrename", primary_artist_id=artist["id"])
    eventually(lambda: len(found("zqrename&limit=100")) == 30)
    assert moderator.patch(f"/artists/{artist['id']}", {"name": "Newname Zqren"}).status == 200
    eventually(lambda: all("Newname Zqren" in hit["artist_names"] for hit in found("zqrename&limit=100")))
    assert ann.patch("/users/me", {"username": "ann-zq"}).status == 200
    eventually(lambda: all(hit["author_username"] == "ann-zq" for hit in found("zqrename&limit=100")))
    assert ann.patch("/users/me", {"username": "ann"}).status == 200


def russian_and_english_work():
    new_post("Ночной концерт Земфиры зкюрус", content="Музыканты играли старые песни, и публика пела ёлочку.")
    eventually(lambda: found(quote("зкюрус")))
    for q in ("концертов", "песня", "елочка", "КОНЦЕРТ"):
        assert any("зкюрус" in hit["title"] for hit in found(quote(q) + "&limit=50")), q
    new_artist("The Who Zqthe")
    assert eventually(lambda: found("the%20who", "artists"))[0]["name"] == "The Who Zqthe"
    new_artist("Rachmaninov Zqrach")
    assert eventually(lambda: any(h["name"] == "Rachmaninov Zqrach" for h in found("rachmaninof", "artists"))), "one typo"


def a_broken_query_is_plain_words():
    for q in ("%22", "((((", "a%20AND%20OR", "tag:", "year:..", "-", "*", "%27%3B--", "%00%F0".replace("%00%F0", "%F0%9F%8E%B5")):
        answer = guest.get(f"/search/posts?q={q}")
        assert answer.status == 200, (q, answer)


def every_error_is_a_problem():
    cases = [
        (guest.get("/nowhere"), 404), (guest.delete("/artists"), 405), (guest.post("/posts", {"title": "x"}), 401),
        (ann.post("/posts", {"title": "", "tittle": "x", "tags": ["a"] * 11}), 422), (ann.request("POST", "/posts", b"{", {"Content-Type": "application/json"}), 400),
        (guest.get("/posts?nonsense=1"), 400), (guest.get("/posts?cursor=garbage"), 400), (guest.get("/posts/not-a-uuid"), 400),
        (ann.request("POST", "/posts", b"x", {"Content-Type": "text/plain"}), 415), (bob.get("/admin/users"), 403),
    ]
    for answer, status in cases:
        assert answer.status == status or (status == 400 and answer.status in (404, 422)), (answer, status)
        problem = answer.json
        assert answer.headers["Content-Type"] == "application/problem+json", answer
        assert {"type", "title", "status", "detail", "instance", "code", "request_id"} <= problem.keys(), problem
        known = guest.get(f"//problems/{problem['code']}")
        assert known.status == 200, (problem["code"], known)
    faults = {f["pointer"]: f for f in cases[3][0].json["errors"]}
    assert {"/title", "/tittle", "/tags", "/content"} <= faults.keys(), faults
    assert "title" in faults["/tittle"]["detail"], faults


def a_repeated_request_gets_the_same_answer():
    key, body = uuid.uuid4().hex, {"title": "Once zqonce", "content": "Only once.", "status": "published"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        def post(_):
            return live.Client(server.port, ann.token).post("/posts", body, headers={"Idempotency-Key": key})
        answers = list(pool.map(post, range(8)))
    assert {a.status for a in answers} <= {201, 409} and any(a.status == 201 for a in answers), answers
    first = next(a for a in answers if a.status == 201)
    again = ann.post("/posts", body, headers={"Idempotency-Key": key})
    assert again.status == 201 and again.body == first.body and again.headers["Idempotency-Replayed"] == "true", again
    assert ann.post("/posts", {**body, "title": "Other"}, headers={"Idempotency-Key": key}).status == 422
    eventually(lambda: found("zqonce"))
    assert len(found("zqonce")) == 1


def sessions_end_at_once():
    eve = live.Client(server.port).register("eve")
    assert eve.get("/users/me").status == 200
    assert eve.post("/auth/logout?scope=all").status == 204
    assert eve.get("/users/me").status == 401
    answer = live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "eve", "password": "a long enough passphrase"})
    assert answer.status == 200, answer


def a_browser_gets_a_page():
    page = guest.get("//", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html") and b"/openapi.json" in page.body, page
    assert guest.get("//").json["name"] == "vobemusic"


def the_etag_guards_an_edit():
    post = new_post("Guarded zqetag")
    etag = ann.get(f"/posts/{post['id']}").headers["ETag"]
    assert ann.get(f"/posts/{post['id']}", headers={"If-None-Match": etag}).status == 304
    assert ann.patch(f"/posts/{post['id']}", {"title": "First zqetag"}, headers={"If-Match": etag}).status == 200
    assert ann.patch(f"/posts/{post['id']}", {"title": "Second zqetag"}, headers={"If-Match": etag}).status == 412


def lists_page_without_gaps():
    titles = {new_post(f"Page {i:02} zqpage", tags=["zqpaging"])["title"] for i in range(25)}
    seen, cursor = [], None
    while True:
        answer = guest.get("/posts?tag=zqpaging&limit=10" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [p["title"] for p in answer["items"]]
        cursor = answer["next_cursor"]
        if not cursor:
            break
    assert len(seen) == 25 and set(seen) == titles, seen


def following_counts_exactly():
    artist = new_artist("Followed zqfollow")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: live.Client(server.port, bob.token).put(f"/artists/{artist['id']}/follow"), range(16)))
    assert guest.get(f"/artists/{artist['id']}").json["followers_count"] == 1


def of_different_names(pairs):
    """Readers of others refuse an object that has a name twice."""
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), names
    return dict(pairs)


def the_description_names_every_route():
    assert guest.get("//version").json["name"] == guest.get("//").json["name"] == "vobemusic"
    paths = json.loads(guest.get("//openapi.json").body, object_pairs_hook=of_different_names)["paths"]
    routes = json.loads(server.command("routes", "--json").stdout)
    assert len(routes) > 50
    for route in routes:
        path = route["path"]
        assert path in paths or "/api/v1" + path in paths, path
        file = live.ROOT / route["file"]
        assert f"HANDLER({route['handler']}, " in file.read_text().splitlines()[route["line"] - 1], route


def the_index_equals_its_sources():
    rows = server.command("search", "verify")
    assert rows.returncode == 0 and "0 differences" in rows.stdout, rows.stdout + rows.stderr


def it_drains_on_sigterm():
    slow = concurrent.futures.ThreadPoolExecutor(1).submit(lambda: live.Client(server.port).post(
        "/auth/token", {"grant_type": "password", "username": "bob", "password": "a long enough passphrase"}).status)
    time.sleep(0.01)
    assert server.stop() == 0
    try:
        assert slow.result() == 200
    except OSError:
        pass  # refused before it was accepted


code = live.run([a_post_is_found_with_names_and_counts, what_is_not_published_is_not_found, a_rename_reaches_every_document,
                 russian_and_english_work, a_broken_query_is_plain_words, every_error_is_a_problem, a_repeated_request_gets_the_same_answer,
                 sessions_end_at_once, a_browser_gets_a_page, the_etag_guards_an_edit, lists_page_without_gaps, following_counts_exactly,
                 the_description_names_every_route, the_index_equals_its_sources, it_drains_on_sigterm])
server.close()
database.close()
sys.exit(code)
