#!/usr/bin/env python3
"""Servers with a certificate of their own for 127.0.0.1: tls_server.py DIR https|smtps|starttls. Makes DIR/cert.pem, prints its port,
plays one connection after the other until its input ends. Signed-in mail is written to DIR/mail."""
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

directory, kind = pathlib.Path(sys.argv[1]), sys.argv[2]
subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory / "key.pem",
                "-out", directory / "cert.pem"], check=True, capture_output=True)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(directory / "cert.pem", directory / "key.pem")


def play_https(connection):
    stream = context.wrap_socket(connection, server_side=True)
    while not stream.recv(65536).endswith(b"\r\n\r\n"):
        pass
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
    stream.close()


def play_smtp(stream):
    signed_in = isinstance(stream, ssl.SSLSocket)
    lines = stream.makefile("rwb", buffering=0)
    said = lambda text: lines.write(text.encode() + b"\r\n")
    if kind == "smtps" or not signed_in:
        said("220 mail.example.org ready")
    while line := lines.readline().decode():
        word = line.split()[0].upper()
        if word == "EHLO":
            said("250-mail.example.org\r\n250 " + ("AUTH PLAIN" if signed_in else "STARTTLS"))
        elif word == "STARTTLS":
            said("220 go on")
            return play_smtp(context.wrap_socket(stream, server_side=True))
        elif word == "AUTH":  # AUTH PLAIN base64("\0site\0secret"), at once or after 334
            given = line.split()[2] if len(line.split()) > 2 else (said("334 "), lines.readline().decode().strip())[1]
            said("235 welcome" if given == "AHNpdGUAc2VjcmV0" else "535 5.7.8 wrong password")
        elif word == "DATA":
            said("354 go on")
            mail = b"".join(iter(lines.readline, b".\r\n"))
            (directory / "mail").write_bytes(mail)
            said("250 queued")
        elif word == "QUIT":
            said("221 bye")
            return stream.close()
        else:
            said("250 ok")


def play(connection):
    try:
        if kind == "https":
            play_https(connection)
        else:
            play_smtp(context.wrap_socket(connection, server_side=True) if kind == "smtps" else connection)
    except (ssl.SSLError, OSError):
        connection.close()  # a client that does not believe the certificate, or speaks no TLS


def accept(listening):
    while True:
        play(listening.accept()[0])


listening = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(listening,), daemon=True).start()
print(listening.getsockname()[1], flush=True)
sys.stdin.read()
