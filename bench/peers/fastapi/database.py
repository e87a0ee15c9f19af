"""The pool, and the statements that all peers share; asyncpg prepares each once on each connection."""
import os
import pathlib

import asyncpg
from fastapi import Request

CONNECTIONS = max(1, int(os.environ["PEER_CONNECTIONS"]) // int(os.environ["PEER_PROCESSES"]))


def connected():
    """PGHOST, PGUSER and PGDATABASE are in the environment."""
    return asyncpg.create_pool(min_size=0, max_size=CONNECTIONS)


def pool_of(request: Request) -> asyncpg.Pool:
    return request.app.state.pool


def statement(name):
    return pathlib.Path(os.environ["PEER_SQL"], f"{name}.sql").read_text()
