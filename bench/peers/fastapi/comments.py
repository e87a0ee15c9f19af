"""Threads: reading the first levels of one, and writing a comment."""
from typing import Annotated
from uuid import UUID

import uuid_utils.compat as uuids
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from answer import Json, time_text
from auth import user_of
from database import pool_of, statement
from pages import EPOCH, FIRST, Limit, cursor_of, cut, start_of
from problems import COMMENTS_CLOSED, NOT_FOUND

router = APIRouter()
THREAD, REPLIES, COMMENT, POST_STATE = map(statement, ("thread", "replies", "comment", "post_state"))
LEVELS, REPLIES_SHOWN = 3, 5


def comment_of(row):
    comment = dict(row)
    comment["created_at"], comment["updated_at"] = time_text(row["created_at"]), time_text(row["updated_at"])
    return comment


def node_of(row):
    return {**comment_of(row), "replies": [], "replies_next_cursor": None}


async def grow_level(pool, post_id, nodes):
    """Hangs the first replies on those of the nodes that have some; returns these replies."""
    parents = {node["id"]: node for node in nodes if node["replies_count"]}
    if not parents:
        return []
    grown, last = [], {}
    for row in await pool.fetch(REPLIES, post_id, list(parents), REPLIES_SHOWN + 1):
        parent = parents[row["parent_id"]]
        if len(parent["replies"]) < REPLIES_SHOWN:
            grown.append(node_of(row))
            parent["replies"].append(grown[-1])
            last[row["parent_id"]] = row
        else:
            parent["replies_next_cursor"] = cursor_of(last[row["parent_id"]]["created_at"], last[row["parent_id"]]["id"])
    return grown


async def grow_tree(pool, post_id, roots):
    """One statement a level, and none where nobody has answered."""
    nodes = roots
    for _ in range(1, LEVELS):
        nodes = await grow_level(pool, post_id, nodes)
    for node in nodes:
        if node["replies_count"]:
            node["replies_next_cursor"] = cursor_of(EPOCH, node["id"])


async def post_must_exist(pool, post_id):
    if not await pool.fetchrow(POST_STATE, post_id):
        raise NOT_FOUND


@router.get("/posts/{post_id}/comments")
async def list_comments(request: Request, post_id: UUID, limit: Limit = 20, cursor: str | None = None):
    pool = pool_of(request)
    rows = await pool.fetch(THREAD, post_id, *start_of(cursor, EPOCH, FIRST), limit + 1)
    if not rows:
        await post_must_exist(pool, post_id)
    rows, next_cursor = cut(rows, limit, "created_at")
    roots = [node_of(row) for row in rows]
    await grow_tree(pool, post_id, roots)
    return Json({"items": roots, "next_cursor": next_cursor})


class NewComment(BaseModel):
    content: str = Field(min_length=1, max_length=10_000)


@router.post("/posts/{post_id}/comments")
async def create_comment(request: Request, user: Annotated[UUID, Depends(user_of)], post_id: UUID, new: NewComment):
    pool = pool_of(request)
    row = await pool.fetchrow(COMMENT, post_id, user, new.content, uuids.uuid7())
    if not row:
        await post_must_exist(pool, post_id)
        raise COMMENTS_CLOSED
    return Json(comment_of(row), 201)
