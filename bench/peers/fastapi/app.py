"""The compared endpoints with FastAPI and asyncpg; uvicorn runs a process for each processor."""
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError

import auth
import comments
import posts
from database import connected
from problems import BAD_REQUEST, CONTENT_INVALID, Problem


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with connected() as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
for module in (posts, comments, auth):
    app.include_router(module.router, prefix="/api/v1")


@app.exception_handler(Problem)
async def answer_problem(request: Request, problem: Problem):
    return problem.response()


@app.exception_handler(RequestValidationError)
async def answer_invalid(request: Request, fault: RequestValidationError):
    """422 for what a comment says, 400 for anything else."""
    of_comment = any(tuple(error["loc"]) == ("body", "content") for error in fault.errors())
    return (CONTENT_INVALID if of_comment else BAD_REQUEST).response()
