"""A small world on a live server: people of every role, credentials that are no longer any, and things of one of them in every
state. For tests that try all routes (tests/api/matrix_test.py, tests/api/canary_test.py)."""
import base64
import ctypes
import ctypes.util
import itertools
import json
import time

import live

PASSWORD = "a long enough passphrase"
SEED = "5eed" * 16  # the server signs with it, so that a token may be made that has expired
ABSENT = "0190aaaa-0000-7000-8000-0000000000ff"

# The states that things of each kind can be in; a line of the policy has one answer for each.
STATES = {
    "-": ["any"],
    "post": ["published", "draft", "archived", "deleted", "absent"],
    "comment": ["live", "under_draft", "deleted", "absent"],
    "artist": ["live", "deleted", "absent"],
    "album": ["live", "deleted", "absent"],
    "track": ["live", "deleted", "absent"],
    "user": ["live", "suspended", "deleted", "absent"],
    "session": ["live", "absent"],
    "ticket": ["open", "absent"],
    "chat": ["live", "absent"],
    "chat_message": ["live", "absent"],
    "tag": ["live", "absent"],
    "problem": ["live", "absent"],
    "dead_letter": ["live", "absent"],
    "mail": ["live", "absent"],
    "reindex": ["live", "absent"],
}

numbers = itertools.count(1)


def unique(word):
    return f"{word}{next(numbers)}"


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(text):
    """An Ed25519 signature by the server's key."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    public, secret, signature = (ctypes.create_string_buffer(n) for n in (32, 64, 64))
    assert sodium.crypto_sign_seed_keypair(public, secret, bytes.fromhex(SEED)) == 0
    assert sodium.crypto_sign_detached(signature, None, text, ctypes.c_ulonglong(len(text)), secret) == 0
    return signature.raw


def expired(token):
    """The same token, signed as well, of an hour ago."""
    head, claims, _ = token.split(".")
    fields = json.loads(base64.urlsafe_b64decode(claims + "=="))
    fields["iat"], fields["exp"] = int(time.time()) - 3600, int(time.time()) - 2700
    text = f"{head}.{unpadded(json.dumps(fields, separators=(',', ':')).encode())}"
    return f"{text}.{unpadded(signed(text.encode()))}"


class World:
    def __init__(self, settings=()):
        self.database, self.server = live.migrated([f"auth.signing_key={SEED}", "auth.login_attempts=1000000", *settings])
        self.server.start()
        self.guest = self.client()
        self.superuser = self.first_superuser()
        self.owner, self.other = self.person("keeper"), self.person("other")
        self.moderator = self.person("moder", "moderator")
        self.artist = self.make("artist", "live")

    def close(self):
        self.server.close()
        self.database.close()

    def client(self, token=None):
        return live.Client(self.server.port, token)

    # --- people ---

    def person(self, word, role="user"):
        """Somebody new of that role, who has signed in."""
        name = unique(word)
        one = self.client().register(name)
        one.name = name
        if role != "user":
            answer = self.superuser.patch(f"/admin/users/{one.user_id}", {f"is_{role}": True})
            assert answer.status == 200, answer
        return self.sign_in(one)

    def first_superuser(self):
        one = self.person("super")
        done = self.server.command("user", "promote", one.name, "superuser")
        assert done.returncode == 0, done.stderr
        return self.sign_in(one)

    def sign_in(self, one):
        return self.signed_in(one, self.ask_for_tokens(one))

    def ask_for_tokens(self, one):
        return self.client().post("/auth/token", {"grant_type": "password", "username": one.name, "password": PASSWORD})

    @staticmethod
    def signed_in(one, answer):
        assert answer.status == 200, answer
        one.token, one.refresh_token = answer.json["access_token"], answer.json["refresh_token"]
        return one

    def dead_credentials(self):
        """Of people who could do nearly everything: what they sent would be done, were it not for this."""
        suspended, revoked = self.person("suspended", "superuser"), self.person("revoked", "superuser")
        suspend = self.superuser.patch(f"/admin/users/{suspended.user_id}", {"is_active": False})
        assert suspend.status == 200, suspend
        left = self.client(revoked.token).post("/auth/logout?scope=all")
        assert left.status == 204, left
        return {"suspended": self.client(suspended.token), "expired": self.client(expired(self.superuser.token)),
                "revoked": self.client(revoked.token), "refresh": self.client(self.superuser.refresh_token)}

    # --- things, all of the owner's ---

    def made(self, path, body, who=None):
        answer = (who or self.owner).post(path, body)
        assert answer.status == 201, (path, answer)
        return answer.json

    def done(self, method, path, body=None, who=None):
        answer = (who or self.owner).request(method, path, body)
        assert answer.status < 300, (method, path, answer)
        return answer

    def make(self, kind, state):
        """A new thing of the owner's: a dict of what a path may name it by."""
        if state == "absent":
            return {"id": ABSENT, "slug": "there-is-none", "username": "nobody-is-called-so", "code": "no_such_problem", "module": "search"} | \
                ({"id": "999999999"} if kind == "dead_letter" else {})
        return getattr(self, f"make_{kind}")(state) if kind != "-" else {}

    def make_post(self, state):
        post = self.made("/posts", {"title": unique("Post "), "content": "Words", "status": "draft" if state == "draft" else "published"})
        if state == "archived":
            self.done("PATCH", f"/posts/{post['id']}", {"status": "archived"})
        if state == "deleted":
            self.done("DELETE", f"/posts/{post['id']}")
        return post

    def make_comment(self, state):
        post = self.make_post("published")
        comment = self.made(f"/posts/{post['id']}/comments", {"content": "Words"})
        if state == "deleted":
            self.done("DELETE", f"/comments/{comment['id']}")
        if state == "under_draft":
            self.done("PATCH", f"/posts/{post['id']}", {"status": "draft"})
        return comment

    def make_artist(self, state):
        artist = self.made("/artists", {"name": unique("Artist ")})
        if state == "deleted":
            self.done("DELETE", f"/artists/{artist['id']}")
        return artist

    def make_album(self, state):
        album = self.made("/albums", {"artist_id": self.make_artist("live")["id"], "title": unique("Album ")})
        album["track_id"] = self.made(f"/albums/{album['id']}/tracks", {"title": "One"})["id"]
        if state == "deleted":
            self.done("DELETE", f"/albums/{album['id']}")
        return album

    def make_track(self, state):
        album = self.make_album("live")
        if state == "deleted":
            self.done("DELETE", f"/tracks/{album['track_id']}")
        return {"id": album["track_id"]}

    def make_user(self, state):
        one = self.person("target")
        if state == "suspended":
            self.done("PATCH", f"/admin/users/{one.user_id}", {"is_active": False}, self.superuser)
        if state == "deleted":
            self.done("DELETE", f"/admin/users/{one.user_id}", None, self.superuser)
        return {"id": one.user_id, "username": one.name}

    def make_session(self, _):
        again = self.sign_in(self.client_of(self.owner))
        claims = again.token.split(".")[1]
        return {"id": json.loads(base64.urlsafe_b64decode(claims + "=="))["sid"]}

    def client_of(self, one):
        copy = self.client()
        copy.name, copy.user_id = one.name, one.user_id
        return copy

    def make_ticket(self, _):
        return self.made("/feedback/tickets", {"subject": unique("Ticket "), "message": "It does not work."})

    def make_chat(self, _):
        return self.made("/chat/sessions", {})

    def make_chat_message(self, _):
        """An answer, which has ended."""
        return self.made(f"/chat/sessions/{self.make_chat(_)['id']}/messages", {"content": "Words?"})

    def make_tag(self, _):
        name = unique("tag")
        self.made("/posts", {"title": "Tagged", "content": "Words", "status": "published", "tags": [name]})
        return {"slug": name}

    def make_dead_letter(self, _):
        """As a failing hearer leaves it."""
        made = self.database.sql("INSERT INTO search.dead_letter (subscription, source, part, off, event_id, topic, agg_id, agg_version,"
                                 " schema_version, payload, created_at, fault, tries, died_at)"
                                 f" VALUES ('search.posts', 'content', 0, {next(numbers)}, gen_random_uuid(), 'post.updated',"
                                 " gen_random_uuid(), 1, 1, '{}', now(), 'it does not fit', 8, now()) RETURNING id")
        return {"module": "search", "id": made[0][0]}

    def make_mail(self, _):
        """As it waits for a mail server."""
        made = self.database.sql("INSERT INTO mail.letters (id, kind, recipient, subject, body, next_at, expires_at, created_at) VALUES"
                                 " (gen_random_uuid(), 'verify', 'someone@example.org', 's', 'b', now(), now() + interval '1 h', now())"
                                 " RETURNING id")
        return {"id": made[0][0]}

    def make_reindex(self, _):
        answer = self.superuser.post("/admin/search/reindex")
        assert answer.status == 202, answer
        return {"id": answer.json["id"]}

    def make_problem(self, _):
        return {"code": "not_found"}
