#!/usr/bin/python3
"""A real SMTP server (Debian's python3-aiosmtpd) that also refuses: run by tests as `mail_server.py PORT FILE [N]`, ends with its input.

Each message taken is one line of JSON in FILE: to, id, text and subject, and when it was. With N every Nth recipient is refused for now (451). What a recipient's name begins with says what becomes of it:
later: 451 at the first two tries; never: 550; drop: the connection goes after the message; stall: no answer for 60 s.
"""
import asyncio
import email
import email.policy
import json
import sys
import time

from aiosmtpd.smtp import SMTP

port, path = int(sys.argv[1]), sys.argv[2]
every = int(sys.argv[3]) if len(sys.argv) > 3 else 0
tries = {}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        tries[address] = tries.get(address, 0) + 1
        if address.startswith("never"):
            return "550 5.1.1 nobody of that name"
        if (address.startswith("later") and tries[address] <= 2) or (every and sum(tries.values()) % every == 0):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("drop") and tries[to] <= 1:
            server.transport.close()
            return "451 gone"
        if to.startswith("stall") and tries[to] <= 1:
            await asyncio.sleep(60)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with open(path, "a") as out:
            out.write(json.dumps({"to": to, "at": time.time(), "id": message["Message-ID"], "subject": str(message["Subject"]), "from": str(message["From"]),
                                  "text": message.get_content(), "lines": max(map(len, envelope.content.split(b"\r\n")))}) + "\n")
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: SMTP(Handler(), hostname="mail.example.org"), "127.0.0.1", port)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
