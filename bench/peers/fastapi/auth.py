"""Signing in, and who a bearer is: JSON Web Tokens with HMAC-SHA256."""
import asyncio
import hashlib
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from uuid import UUID

import argon2
import jwt
import uuid_utils.compat as uuids
from fastapi import APIRouter, Request
from pydantic import BaseModel

from answer import Json
from database import pool_of, statement
from problems import INVALID_GRANT, TOKEN_INVALID, UNAUTHENTICATED

router = APIRouter()
USER, SESSION = statement("user"), statement("session")
SECRET = os.environ["PEER_SECRET"]
ACCESS_LIFE_S, REFRESH_LIFE_S = 900, 30 * 86400

hasher = argon2.PasswordHasher()
hashing = ThreadPoolExecutor(1)  # in each process, and there is one for each processor


async def user_of(request: Request) -> UUID:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise UNAUTHENTICATED
    try:
        return UUID(jwt.decode(token, SECRET, algorithms=["HS256"])["sub"])
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise TOKEN_INVALID


def password_is_right(stored, password):
    try:
        return hasher.verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


class TokenRequest(BaseModel):
    grant_type: Literal["password"]
    username: str
    password: str


@router.post("/auth/token")
async def give_token(request: Request, sent: TokenRequest):
    pool, loop = pool_of(request), asyncio.get_running_loop()
    user = await pool.fetchrow(USER, sent.username.lower())
    if not user or not await loop.run_in_executor(hashing, password_is_right, user["hashed_password"], sent.password) or not user["is_active"]:
        raise INVALID_GRANT
    refresh_token, session_id = secrets.token_urlsafe(32), uuids.uuid7()
    await pool.execute(SESSION, user["id"], session_id, hashlib.sha256(refresh_token.encode()).hexdigest(), float(REFRESH_LIFE_S))
    now = int(time.time())
    claims = {"sub": str(user["id"]), "sid": str(session_id), "iat": now, "exp": now + ACCESS_LIFE_S}
    return Json({"access_token": jwt.encode(claims, SECRET, "HS256"), "token_type": "Bearer", "expires_in": ACCESS_LIFE_S, "refresh_token": refresh_token})
