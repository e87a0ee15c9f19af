"""All who are compared, in the order of the table."""
from contestants import Peer, VobeMusic
from pocketbase import PocketBase

PEERS = [
    Peer("axum", "axum, tokio-postgres", "Rust", ["cargo"], [["cargo", "build", "--release", "--locked", "--quiet"]], ["{built}/release/peer"]),
    Peer("go", "net/http, pgx", "Go", ["go"], [["go", "build", "-o", "{built}/peer", "."]], ["{built}/peer"]),
    Peer("fastify", "Fastify, pg", "JavaScript", ["node", "npm"],
         [["cp", "-r", ".", "{built}"], ["npm", "ci", "--prefix", "{built}", "--no-audit", "--no-fund"]], ["node", "{built}/server.js"]),
    Peer("fastapi", "FastAPI, asyncpg", "Python", ["python3"],
         [["python3", "-m", "venv", "{built}/venv"], ["{built}/venv/bin/pip", "install", "--quiet", "--requirement", "requirements.txt"]],
         ["{built}/venv/bin/uvicorn", "app:app", "--app-dir", "{here}", "--port", "{port}", "--workers", "{processes}", "--timeout-keep-alive", "75", "--no-access-log",
          "--log-level", "warning"]),
    PocketBase("pocketbase", "PocketBase", "Go", ["go"], [["go", "build", "-o", "{built}/peer", "."]],
               ["{built}/peer", "serve", "--http=127.0.0.1:{port}", "--dir", "{built}/data"]),
]
CONTESTANTS = {contestant.name: contestant for contestant in [VobeMusic(caches=True), VobeMusic(caches=False), *PEERS]}
PEER_NAMES = [peer.name for peer in PEERS]
