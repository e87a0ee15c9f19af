#!/usr/bin/env python3
"""The signing keys at rest: sealed with a key that is not in the database; what was plain is sealed at the next start; a key that is
missing, another or malformed refuses the start and says what to do."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, plain = live.migrated()
folder = tempfile.TemporaryDirectory(prefix="vobe-seal.")
servers = [plain]


def key_file(name, text=None):
    path = pathlib.Path(folder.name, name)
    path.write_text(os.urandom(32).hex() + "\n" if text is None else text)
    path.chmod(0o600)
    return path


def server_with(path):
    servers.append(live.Server(database, [f"auth.seal_key_file={path}"]))
    return servers[-1]


RIGHT = key_file("right")
sealed = server_with(RIGHT)


def kept():
    """The secrets as the database has them, in hexadecimal, and how long each is."""
    rows = database.sql("SELECT encode(seed, 'hex') FROM auth.signing_keys UNION ALL SELECT encode(value, 'hex') FROM auth.secrets WHERE name = 'refresh'")
    return [text for text, in rows], {len(text) // 2 for text, in rows}


def kids():
    return database.sql("SELECT kid FROM auth.signing_keys ORDER BY 1")


def what_was_plain_is_sealed_and_still_good():
    plain.start()
    client = live.Client(plain.port).register("sealed")
    tokens = live.Client(plain.port).post("/auth/token", {"grant_type": "password", "username": "sealed", "password": "a long enough passphrase"}).json
    assert plain.stop() == 0 and "keys_unsealed" in plain.log_text()
    before, lengths = kept()
    assert lengths == {32} and len(before) >= 2, lengths
    kid = kids()
    sealed.start()
    assert kept()[1] == {72} and kids() == kid
    assert "keys_unsealed" not in sealed.log_text()
    assert live.Client(sealed.port, client.token).get("/users/me").status == 200, "a token of before"
    renewed = live.Client(sealed.port).post("/auth/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert renewed.status == 200, renewed
    dump = subprocess.run(["pg_dump", "-d", database.conninfo], capture_output=True, text=True, check=True).stdout
    assert kid[0][0] in dump and not [secret for secret in before if secret in dump], "a dump holds what signs"
    assert sealed.stop() == 0


def every_instance_with_the_key_reads_it():
    first, again = kept()[0], server_with(RIGHT).start()
    assert kept()[0] == first, "what is sealed is left as it is"
    assert live.Client(again.port).register("again").get("/users/me").status == 200
    assert again.stop() == 0


def a_new_key_is_sealed_from_the_first():
    database.sql("DELETE FROM auth.signing_keys; DELETE FROM auth.secrets WHERE name = 'refresh'")
    fresh = server_with(RIGHT).start()
    assert kept()[1] == {72} and fresh.stop() == 0


def refused(server, *words):
    for command in (("serve",), ("user", "list")):
        done = server.command(*command)
        assert done.returncode == 78 and all(word in done.stderr for word in words), (command, done)
        assert not RIGHT.read_text().strip() in done.stderr


def a_missing_wrong_or_malformed_key_says_what_to_do():
    before = kept()[0]
    refused(plain, "there is no key to open them", "auth.seal_key_file", "docs/operations.md")
    refused(server_with(key_file("wrong")), "sealed with another key", "auth.seal_key_file", "docs/operations.md")
    for text in ("00", "zz" * 32, "00" * 33):
        refused(server_with(key_file("malformed", text)), "openssl rand -hex 32", "auth.seal_key_file")
    refused(server_with(key_file("empty", "")), "auth.seal_key_file", "it is empty")
    refused(server_with("/no/such/file"), "auth.seal_key_file", "No such file")
    assert kept()[0] == before, "a refused start changes nothing"
    database.sql("UPDATE auth.signing_keys SET seed = set_byte(seed, 40, get_byte(seed, 40) # 1)")
    refused(server_with(RIGHT), "sealed with another key")
    database.sql("UPDATE auth.signing_keys SET seed = set_byte(seed, 40, get_byte(seed, 40) # 1)")
    assert server_with(RIGHT).start().stop() == 0


def migrating_needs_no_key():
    for command in (("migrate", "up"), ("migrate", "status")):
        assert plain.command(*command).returncode == 0


code = live.run([what_was_plain_is_sealed_and_still_good, every_instance_with_the_key_reads_it, a_new_key_is_sealed_from_the_first,
                 a_missing_wrong_or_malformed_key_says_what_to_do, migrating_needs_no_key])
for server in servers:
    server.close()
database.close()
folder.cleanup()
sys.exit(code)
