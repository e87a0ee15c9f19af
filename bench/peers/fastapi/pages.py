"""Pages by keyset: behind the time and id of the last row."""
from datetime import datetime, timedelta, timezone
from typing import Annotated
from uuid import UUID

from fastapi import Query

from problems import BAD_REQUEST

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
Limit = Annotated[int, Query(ge=1, le=100)]


def cursor_of(at, row_id):
    return f"{(at - EPOCH) // timedelta(microseconds=1)}_{row_id}"


def start_of(cursor, at, row_id):
    if cursor is None:
        return at, row_id
    micros, _, last = cursor.partition("_")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), UUID(last)
    except (ValueError, OverflowError):
        raise BAD_REQUEST


def cut(rows, limit, time_column):
    """`limit` of the rows, and where the next page begins; one row more says that there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_of(rows[limit - 1][time_column], rows[limit - 1]["id"])
