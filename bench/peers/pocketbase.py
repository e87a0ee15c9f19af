"""PocketBase has a REST API of its own and keeps its rows in SQLite, in its own process. Here is what is asked of it instead, and what of its answers
is compared: members that both have, by the names of ours."""
import json
import shutil
import subprocess
import urllib.parse

import live
import same_answers
from api import CONTENT, FEED_PAGES, Api
from contestants import BUILT, Peer
from data import COMMENTS_A_POST, PASSWORD, post_id

RECORDS = "/api/collections/{}/records"
POSTS, COMMENTS = RECORDS.format("posts"), RECORDS.format("comments")


class OwnApi(Api):
    probe = f"/{POSTS}?perPage=1&skipTotal=1"
    refused = "/api/collections/none/records"
    token_path = "/api/collections/users/auth-with-password"

    def post(self, i):
        return f"{POSTS}/{post_id(i)}?expand=author,artist"

    def thread(self, i):
        query = {"filter": f"post='{post_id(i)}'", "sort": "created,id", "perPage": 20, "skipTotal": 1, "expand": "user"}
        return f"{COMMENTS}?{urllib.parse.urlencode(query)}"

    def comments(self, posts):
        return [COMMENTS], (json.dumps({"post": post_id(i), "content": CONTENT}) for i in posts)

    def feed(self, port):
        query = "perPage=20&skipTotal=1&sort=-published,-id&expand=author,artist&fields=*,content:excerpt(1)"
        return (f"{POSTS}?page={number}&{query}" for number in range(1, FEED_PAGES + 1))

    def login(self, i):
        return {"identity": f"u{i}@example.org", "password": PASSWORD}


def post_of(record):
    author, artist = record["expand"]["author"], record["expand"]["artist"]
    same = {name: record[name] for name in ("id", "title", "slug", "description", "status", "tags", "comments_count", "comments_enabled")}
    return {**same, "author_id": author["id"], "author_username": author["name"], "primary_artist_id": artist["id"], "artist_name": artist["name"],
            "artists": [{"id": artist["id"], "name": artist["name"], "slug": artist["slug"], "role": "primary"}]}


def comment_of(record):
    return {"id": record["id"], "post_id": record["post"], "user_id": record["user"], "username": record["expand"]["user"]["name"],
            "content": record["content"], "is_edited": record["is_edited"]}


class PocketBase(Peer):
    api, filled = OwnApi(), {}  # folders of rows, by the conninfo of the database with the same
    what_differs = "its own API, SQLite in its process, bcrypt"

    def prepare(self, rows):
        """Fills a data folder with the same rows; each start begins with a copy of it."""
        filled = self.filled[rows.database.conninfo] = BUILT / self.name / f"data.{rows.size}"
        shutil.rmtree(filled, ignore_errors=True)
        counts = map(str, (rows.users, rows.artists, rows.posts, COMMENTS_A_POST))
        subprocess.run([BUILT / self.name / "peer", "fill", *counts, "--dir", filled], check=True, capture_output=True)

    def start(self, database):
        data = BUILT / self.name / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.filled[database.conninfo], data)
        return super().start(database)

    def answers(self, port):
        client, found = live.Client(port, timeout=30), []

        def add(name, body, status=200):
            found.append((name, {"status": status, "content_type": "application/json", "body": body}, status == 201))

        for i in (1, 2, 77, 4321, 9_999):
            record = client.get("/" + self.api.post(i)).json
            add(f"/posts/{post_id(i)}", {**post_of(record), "content": record["content"]})
        for i in (1, 77, 4321):
            records = client.get("/" + self.api.thread(i)).json["items"]
            add(f"/posts/{post_id(i)}/comments", {"items": [comment_of(record) for record in records]})
        for number, path in zip(range(3), self.api.feed(port)):
            add(f"/posts page {number + 1}", {"items": [post_of(record) for record in client.get("/" + path).json["items"]]})
        client.token = client.post("/" + self.api.token_path, self.api.login(7)).json["token"]
        said = "Said by \"listener\" 7, \u2603 \U0001f3b8"
        record = client.post(f"/{COMMENTS}?expand=user", {"post": post_id(5_000), "content": said}).json
        add("a comment", comment_of(record), 201)
        add("its post", post_of(client.get("/" + self.api.post(5_000)).json))
        return found

    def faults(self, wanted, got):
        """Of what it has, by name; of ours only the members that it has."""
        known = {name: answer for name, answer, _ in wanted}
        return same_answers.faults([(name, pruned(known[name], answer), written) for name, answer, written in got], got)


def pruned(wanted, got):
    if isinstance(wanted, dict) and isinstance(got, dict):
        return {name: pruned(value, got[name]) for name, value in wanted.items() if name in got}
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [pruned(one, other) for one, other in zip(wanted, got)]
    return wanted
