#!/usr/bin/env python3
"""What an operator meets: wrong settings, a taken port, a database that is away, comes back, is behind or ahead."""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated(own=True)


def faults_of(*settings):
    arguments = [live.BINARY]
    for setting in settings:
        arguments += ["--set", setting]
    return subprocess.run([*arguments, "config", "check"], env=server.environment(), capture_output=True, text=True, cwd=live.ROOT)


def a_typo_names_the_nearest_setting():
    done = faults_of("http.prot=1")
    assert done.returncode == 78 and "port" in done.stderr, done
    done = faults_of("http.port=70000")
    assert done.returncode == 78 and "65535" in done.stderr, done
    environment = dict(server.environment(), VOBE_HTTP_PROT="1")
    done = subprocess.run([live.BINARY, "config", "check"], env=environment, capture_output=True, text=True, cwd=live.ROOT)
    assert done.returncode == 78 and "VOBE_HTTP_PORT" in done.stderr, done


def the_example_is_a_valid_file():
    example = server.command("config", "example").stdout
    path = pathlib.Path(server.log.name + ".conf")
    path.write_text(example)
    done = server.command("-c", str(path), "config", "check")
    path.unlink()
    assert done.returncode == 0, done.stderr


def a_taken_port_says_so():
    server.start()
    second = live.Server(database, port=server.port)
    done = subprocess.run([live.BINARY, "serve"], env=second.environment(), capture_output=True, text=True, cwd=live.ROOT, timeout=20)
    second.close()
    assert done.returncode == 69 and str(server.port) in done.stderr, done


def a_database_that_goes_away_comes_back():
    client = live.Client(server.port, timeout=8)
    assert client.get("/posts").status == 200
    database.stop()
    try:
        asked = time.monotonic()
        answer = client.get("/posts")
        assert answer.status == 503 and "Retry-After" in answer.headers, answer
        took = time.monotonic() - asked
        assert took < live.crowded(2.5), f"503 within 2 s, not {took:.1f}"
        assert client.get("//livez").status == 200
        assert client.get("//readyz").status == 503
    finally:
        database.start()
    back = time.monotonic()
    while client.get("/posts").status != 200:
        assert time.monotonic() - back < live.crowded(3), "recovered within 3 s"
        time.sleep(0.02)
    assert server.process.poll() is None


def a_server_started_before_its_database_waits():
    server.stop()
    database.stop()
    server.start(wait=False)
    time.sleep(0.7)
    client = live.Client(server.port, timeout=8)
    assert client.get("//livez").status == 200
    assert client.get("//readyz").status == 503
    assert client.get("/posts").status == 503
    database.start()
    server.wait_ready(10)
    assert client.get("/posts").status == 200


def a_server_started_beside_a_lock_waits_and_says_so():
    """What takes no statement yet is not broken: only time can tell, so it is no exit 78."""
    server.stop()
    holder = subprocess.Popen(["psql", "-qAt", database.conninfo, "-c",
                               "BEGIN; LOCK TABLE content.posts IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(7); COMMIT"], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while not database.sql("SELECT 1 FROM pg_locks WHERE relation = 'content.posts'::regclass AND mode = 'AccessExclusiveLock' AND granted"):
        assert time.monotonic() < until
        time.sleep(0.02)
    server.start(wait=False)
    time.sleep(1)
    client = live.Client(server.port, timeout=8)
    assert client.get("//livez").status == 200
    assert client.get("//readyz").status == 503
    assert holder.poll() is None, "the lock went too early to show anything"
    holder.wait(20)
    server.wait_ready(20)
    assert client.get("/posts").status == 200
    told = [line for line in server.log_text().splitlines() if '"pool_away"' in line]
    assert any("content" in line and "lock" in line for line in told), told


def a_command_without_database_exits_69():
    server.stop()
    database.stop()
    try:
        done = server.command("user", "list")
        assert done.returncode == 69 and done.stderr.strip(), done
    finally:
        database.start()


def a_schema_ahead_or_altered_is_refused():
    database.sql("INSERT INTO vobe_meta.migrations (schema, folder, number, name, checksum) VALUES ('content', 'content', 9999, '9999_future.sql', 'x')")
    done = server.command("user", "list")
    assert done.returncode == 78 and "newer" in done.stderr, done
    database.sql("DELETE FROM vobe_meta.migrations WHERE number = 9999")
    database.sql("UPDATE vobe_meta.migrations SET checksum = repeat('0', 64) WHERE schema = 'content' AND number = 1")
    done = server.command("user", "list")
    assert done.returncode == 78, done


code = live.run([a_typo_names_the_nearest_setting, the_example_is_a_valid_file, a_taken_port_says_so, a_database_that_goes_away_comes_back,
                 a_server_started_before_its_database_waits, a_server_started_beside_a_lock_waits_and_says_so, a_command_without_database_exits_69,
                 a_schema_ahead_or_altered_is_refused])
server.close()
database.close()
sys.exit(code)
