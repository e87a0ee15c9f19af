"""What is measured: workloads, requests a second, latency, time on processors, memory."""
import json
import pathlib
import re
import resource
import select
import socket
import subprocess
import time
from collections import namedtuple

import data
import live

LOAD = live.ROOT / live.BUILD / "bench/load"
IDLE, QUIET = 10_000, 0.05  # QUIET: of a processor
OPEN_S = 5  # an open loop at least: 300/s give fifteen answers above p99

# Seconds before what is measured. Readers' caches fill. Writers touch pages: the first time after a checkpoint, which each turn begins with, a
# page goes into the log as a whole, at M 2.5 for each comment of the first seconds (README.md).
SHORT_S, READS_S, WRITES_S = 0.5, 1.5, 8

# `says` is what the table calls it; `paths` which of Files it asks for, `options` are the generator's.
Workload = namedtuple("Workload", "name says paths options warm_s")
WORKLOADS = [
    Workload("W1", "post detail, uniform keys", "posts", ["-c", "64"], READS_S),
    Workload("W2", "post detail, Zipf keys (0.99)", "posts", ["-c", "64", "-z", "0.99"], READS_S),
    Workload("W3", "feed page, any of the first 50", "feed", ["-c", "64"], READS_S),
    Workload("W4", "thread page, uniform keys", "threads", ["-c", "64"], READS_S),
    Workload("W1 open", "post detail, 2,000/s open loop", "posts", ["-c", "256", "-r", "2000"], SHORT_S),
    Workload("W5", "create a comment, 64 clients", "said", ["-c", "64"], WRITES_S),
    Workload("W5 alone", "create a comment, one client", "said", ["-c", "1"], SHORT_S),
    Workload("W5 open", "create a comment, 300/s open loop", "said", ["-c", "256", "-r", "300"], SHORT_S),
    Workload("W8", "login, 8 clients", "token", ["-c", "8"], SHORT_S),
]
NAMES = [workload.name for workload in WORKLOADS]


def is_open(workload):
    return "-r" in workload.options


class Files:
    """What the generator reads: paths, bodies, tokens."""

    def __init__(self, directory, posts, api, port):
        self.directory = pathlib.Path(directory)
        numbers = range(1, posts + 1, max(1, posts // data.KEYS))
        comment_paths, comments = api.comments(numbers)
        for name, lines in {"posts": map(api.post, numbers), "threads": map(api.thread, numbers), "feed": api.feed(port), "said": comment_paths,
                            "comments": comments, "token": [api.token_path], "logins": api.logins(), "tokens": api.tokens(port)}.items():
            (self.directory / name).write_text("".join(f"{line}\n" for line in lines))

    def options(self, workload):
        if workload.paths == "token":
            return ["-b", self.directory / "logins"]
        return ["-b", self.directory / "comments", "-a", self.directory / "tokens"] if workload.paths == "said" else []


def load(port, options, paths):
    out = subprocess.run([LOAD, *map(str, options), str(port), paths], capture_output=True, text=True)
    if out.returncode > 1 or not out.stdout:
        raise RuntimeError(f"load: {out.stdout}{out.stderr}")
    result = json.loads(out.stdout)
    if result["failed"]:
        raise RuntimeError(f"{result['failed']} of {result['requests']} answers are no success; {out.stderr}")
    return result


def process_s(pid):
    """Seconds on a processor, by the scheduler's own nanoseconds, of all its threads, those that have ended too: its clock, as
    clock_getcpuclockid(3) makes it."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:  # it has just ended
        return 0


def buried_s(pid):
    """Of children that have ended, in ticks of 10 ms: what autovacuum and connections of the past have used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / 100


def cpu_s(pids):
    return sum(map(process_s, pids)) + buried_s(pids[0])


def memory_mib(pids):
    """Resident, what processes share divided among them (Pss)."""
    kib = sum(int(re.search(r"^Pss: +(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1]) for pid in pids)
    return kib / 1024


def is_quiet(postgres, most_s=600):
    """Waits until PostgreSQL has nothing to do: views are written, events applied, tables vacuumed."""
    until, before = time.monotonic() + most_s, cpu_s(postgres())
    while time.monotonic() < until:
        time.sleep(2)
        now = cpu_s(postgres())
        if now - before < QUIET * 2:
            return True
        before = now
    return False


def measured(running, postgres, workload, files, seconds):
    """One result of the generator, with microseconds of processor a request: of the server, and of PostgreSQL."""
    options, paths = [*workload.options, *files.options(workload)], files.directory / workload.paths
    seconds = max(seconds, OPEN_S) if is_open(workload) else seconds
    seed = 2 * WORKLOADS.index(workload) + 1  # nobody is asked again what a cache has just seen, in the same order
    load(running.port, ["-t", workload.warm_s, "-s", seed, *options], paths)
    before = cpu_s(running.pids()), cpu_s(postgres())
    result = load(running.port, ["-t", seconds, "-s", seed + 1, *options], paths)
    after = cpu_s(running.pids()), cpu_s(postgres())
    if not result["requests"]:
        raise RuntimeError("nothing was answered")
    result["server_us"], result["postgres_us"] = ((b - a) * 1e6 / result["requests"] for a, b in zip(before, after))
    return result


def raise_descriptors(count=IDLE + 1000):
    """So many may be open, here and in the servers that are started."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(hard, count), max(hard, count)))


def memory_with_idle(running, path):
    """With so many connections on each of which one request was answered; all must still be open."""
    clients, poll = [], select.poll()
    try:
        for _ in range(IDLE):
            client = socket.create_connection(("127.0.0.1", running.port))
            clients.append(client)
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            client.recv(65536)
            poll.register(client, select.POLLIN)
        readable = {fd for fd, _ in poll.poll(0)}
        closed = sum(client.fileno() in readable and not client.recv(65536) for client in clients)
        mib = memory_mib(running.pids())
        if closed:
            raise RuntimeError(f"{closed} of the idle connections were closed")
        return mib
    finally:
        for client in clients:
            client.close()
