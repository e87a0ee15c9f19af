"""Reading posts: one, and the feed."""
from datetime import datetime, timezone
from uuid import UUID

from fastapi import APIRouter, Request

from answer import Json, time_text
from database import pool_of, statement
from pages import LAST, Limit, cut, start_of
from problems import NOT_FOUND

router = APIRouter()
POST, FEED, ARTISTS = statement("post"), statement("feed"), statement("artists")
END_OF_TIME = datetime(9999, 1, 1, tzinfo=timezone.utc)


def credits_of(post):
    artists = [{"id": artist_id, "name": None, "slug": None, "role": "featured"} for artist_id in post.pop("featured_artist_ids")]
    slug = post.pop("artist_slug")
    if post["primary_artist_id"]:
        artists.insert(0, {"id": post["primary_artist_id"], "name": post["artist_name"], "slug": slug, "role": "primary"})
    return artists


async def completed(pool, rows):
    """Most posts feature nobody, so the names of those who are featured are another statement and not a join."""
    posts = [dict(row) for row in rows]
    for post in posts:
        post["artists"] = credits_of(post)
        for name in ("created_at", "updated_at", "published_at"):
            post[name] = time_text(post[name])
    featured = [credit for post in posts for credit in post["artists"] if credit["role"] == "featured"]
    if featured:
        names = {row["id"]: row for row in await pool.fetch(ARTISTS, [credit["id"] for credit in featured])}
        for credit in featured:
            if credit["id"] in names:
                credit.update(names[credit["id"]])
    return posts


@router.get("/posts/{post_id}")
async def show_post(request: Request, post_id: UUID):
    pool = pool_of(request)
    row = await pool.fetchrow(POST, post_id)
    if not row:
        raise NOT_FOUND
    [post] = await completed(pool, [row])
    return Json(post)


@router.get("/posts")
async def list_posts(request: Request, limit: Limit = 20, cursor: str | None = None):
    pool = pool_of(request)
    rows, next_cursor = cut(await pool.fetch(FEED, *start_of(cursor, END_OF_TIME, LAST), limit + 1), limit, "published_at")
    return Json({"items": await completed(pool, rows), "next_cursor": next_cursor})
