"""Answers are written by orjson from rows; times have milliseconds."""
from datetime import timezone

import orjson
from fastapi.responses import Response


def time_text(at):
    return at and at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


class Json(Response):
    media_type = "application/json"

    def render(self, content):
        return orjson.dumps(content, default=str)  # asyncpg's UUIDs are of a class of its own
