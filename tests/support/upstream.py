"""An OpenAI-compatible upstream that plays a script: a real HTTP server on loopback, honest or not. A script is a list of steps, one list for
each connection to come; the last one is played again and again."""
import json
import socket
import struct
import threading
import time


def chunk(content=None, finish=None, usage=None, **more):
    """A data line of one chunk."""
    choice = {"index": 0, "delta": {} if content is None else {"content": content}, "finish_reason": finish}
    return "data: " + json.dumps({"object": "chat.completion.chunk", "choices": [choice], **({"usage": usage} if usage else {}), **more}, ensure_ascii=False) + "\n\n"


HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
DONE = "data: [DONE]\n\n"


def status(code, headers="", body='{"error":{"message":"scripted"}}'):
    return [f"HTTP/1.1 {code} Scripted\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n{body}"]


def words(text, size=7, pause=0.0):
    """An honest answer, in pieces."""
    steps = [HEAD]
    for at in range(0, len(text), size):
        steps += [chunk(text[at:at + size])] + ([pause] if pause else [])
    return steps + [chunk(finish="stop"), chunk(usage={"prompt_tokens": 11, "completion_tokens": 5}), DONE]


class Upstream:
    """Steps: text or bytes are sent, a number is a pause in seconds, "RESET" a reset, "HOLD" waits until the client leaves.
    An Event sends a comment a second until it is set."""

    def __init__(self, *scripts):
        self.scripts = list(scripts)
        self.requests = []  # bodies, as they came
        self.left_at = []   # monotonic times at which a held client left
        self.connections = 0
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/v1"
        threading.Thread(target=self.accept, daemon=True).start()

    def play(self, *scripts):
        self.scripts = list(scripts)

    def accept(self):
        while True:
            connection, _ = self.listening.accept()
            self.connections += 1
            script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
            threading.Thread(target=self.serve, args=(connection, script), daemon=True).start()

    def read(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536) or b"\r\n\r\n"
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
        while lengths and len(body) < lengths[0]:
            body += connection.recv(65536)
        self.requests.append((head.decode(), json.loads(body) if body else None))

    def hold(self, connection):
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass
        self.left_at.append(time.monotonic())

    def serve(self, connection, script):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.read(connection)
            for step in script:
                if step == "HOLD":
                    self.hold(connection)
                elif step == "RESET":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif isinstance(step, threading.Event):
                    while not step.wait(1):
                        connection.sendall(b": still here\n\n")
                elif isinstance(step, (int, float)):
                    time.sleep(step)
                else:
                    connection.sendall(step if isinstance(step, bytes) else step.encode())
        except OSError:
            self.left_at.append(time.monotonic())
        connection.close()
