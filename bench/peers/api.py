"""How each workload is asked for: paths and bodies, the same for VobeMusic and all peers but PocketBase."""
import json

import live
from data import PASSWORD, post_id

FEED_PAGES, SIGNED_IN, SIGN_IN = 50, 64, 900
# As long as those that are there (data.py): shorter ones would go into what is left on old pages, a page for each.
CONTENT = "Heard them live last year, and the second encore was better than the record: nobody had told us that they would play the whole of it."


class Api:
    probe = "/posts?limit=1"  # a path that is answered with 200 when the server is ready
    refused = "/api/v1/posts?limit=0"  # with a small answer, without asking the database
    token_path = "/api/v1/auth/token"

    def post(self, i):
        return f"/api/v1/posts/{post_id(i)}"

    def thread(self, i):
        return f"/api/v1/posts/{post_id(i)}/comments"

    def comments(self, posts):
        """Paths and bodies of what is said about any of the posts."""
        return map(self.thread, posts), [json.dumps({"content": CONTENT})]

    def feed(self, port):
        """The first pages, by the server's own cursors."""
        client, path = live.Client(port), "/api/v1/posts"
        for _ in range(FEED_PAGES):
            yield path
            path = f"/api/v1/posts?cursor={client.get('/' + path).json['next_cursor']}"

    def login(self, i):
        return {"grant_type": "password", "username": f"listener{i}", "password": PASSWORD}

    def logins(self):
        return (json.dumps(self.login(i)) for i in range(1, SIGN_IN + 1))

    def tokens(self, port):
        client = live.Client(port, timeout=30)
        for i in range(1, SIGNED_IN + 1):
            answer = client.post("/" + self.token_path, self.login(SIGN_IN + i)).json
            yield answer.get("access_token") or answer["token"]
