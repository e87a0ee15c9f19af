//! Threads: reading the first levels of one, and writing a comment.
use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{App, Shared, auth::User, page::{self, Id, List, Page, cursor_write}, problem::Problem};

const THREAD: &str = include_str!("../../sql/thread.sql");
const REPLIES: &str = include_str!("../../sql/replies.sql");
const COMMENT: &str = include_str!("../../sql/comment.sql");
const POST_STATE: &str = include_str!("../../sql/post_state.sql");

const LEVELS: usize = 3;
const REPLIES_SHOWN: usize = 5;
const CONTENT_MOST: usize = 10_000;

#[derive(Serialize)]
pub struct Comment {
    id: Uuid,
    post_id: Uuid,
    user_id: Option<Uuid>,
    username: Option<String>,
    parent_id: Option<Uuid>,
    content: Option<String>,
    depth: i64,
    replies_count: i64,
    is_edited: bool,
    is_deleted: bool,
    #[serde(serialize_with = "page::time")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "page::time")]
    updated_at: DateTime<Utc>,
}

/// A comment in its tree.
#[derive(Serialize)]
pub struct Node {
    #[serde(flatten)]
    comment: Comment,
    replies: Vec<Node>,
    replies_next_cursor: Option<String>,
}

impl Comment {
    fn of(row: &Row) -> Self {
        Comment {
            id: row.get(0),
            post_id: row.get(1),
            user_id: row.get(2),
            username: row.get(3),
            parent_id: row.get(4),
            content: row.get(5),
            depth: row.get(6),
            replies_count: row.get(7),
            is_edited: row.get(8),
            is_deleted: row.get(9),
            created_at: row.get(10),
            updated_at: row.get(11),
        }
    }
}

impl Node {
    fn of(comment: Comment, replies: &mut HashMap<Uuid, Vec<Comment>>) -> Self {
        let mut below = replies.remove(&comment.id).unwrap_or_default();
        let more = below.len() > REPLIES_SHOWN;
        below.truncate(REPLIES_SHOWN);
        let replies_next_cursor = match below.last() {
            Some(last) if more => Some(cursor_write(last.created_at, last.id)),
            None if comment.replies_count > 0 => Some(cursor_write(DateTime::UNIX_EPOCH, comment.id)),
            _ => None,
        };
        Node { comment, replies: below.into_iter().map(|reply| Node::of(reply, replies)).collect(), replies_next_cursor }
    }
}

/// One statement a level, and none where nobody has answered.
async fn replies_below(app: &App, post_id: Uuid, roots: &[Comment]) -> Result<HashMap<Uuid, Vec<Comment>>, Problem> {
    let answered = |comment: &Comment| (comment.replies_count > 0).then_some(comment.id);
    let mut replies: HashMap<Uuid, Vec<Comment>> = HashMap::new();
    let mut parents: Vec<Uuid> = roots.iter().filter_map(answered).collect();
    for _ in 1..LEVELS {
        if parents.is_empty() {
            break;
        }
        let rows = app.query(REPLIES, &[&post_id, &parents, &(REPLIES_SHOWN as i64 + 1)]).await?;
        parents.clear();
        for comment in rows.iter().map(Comment::of) {
            let siblings = replies.entry(comment.parent_id.unwrap_or_default()).or_default();
            if siblings.len() < REPLIES_SHOWN {
                parents.extend(answered(&comment));
            }
            siblings.push(comment);
        }
    }
    Ok(replies)
}

pub async fn list(State(app): State<Shared>, Id(post_id): Id, page: Page) -> Result<Json<List<Node>>, Problem> {
    let (at, id) = page.after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    let rows = app.query(THREAD, &[&post_id, &at, &id, &(page.limit + 1)]).await?;
    if rows.is_empty() {
        app.query_opt(POST_STATE, &[&post_id]).await?.ok_or(Problem::NotFound)?;
    }
    let roots = rows.iter().map(Comment::of).collect();
    let List { items, next_cursor } = List::cut(roots, page.limit, |last: &Comment| cursor_write(last.created_at, last.id));
    let mut replies = replies_below(&app, post_id, &items).await?;
    Ok(Json(List { items: items.into_iter().map(|root| Node::of(root, &mut replies)).collect(), next_cursor }))
}

#[derive(Deserialize)]
pub struct NewComment {
    content: Option<String>,
}

pub async fn create(State(app): State<Shared>, user: User, Id(post_id): Id, Json(new): Json<NewComment>)
    -> Result<(StatusCode, Json<Comment>), Problem> {
    let content = new.content.ok_or(Problem::Invalid("content is required."))?;
    if content.trim().is_empty() || content.chars().count() > CONTENT_MOST {
        return Err(Problem::Invalid("content must have 1 to 10,000 characters."));
    }
    match app.query_opt(COMMENT, &[&post_id, &user.id, &content, &Uuid::now_v7()]).await? {
        Some(row) => Ok((StatusCode::CREATED, Json(Comment::of(&row)))),
        None => match app.query_opt(POST_STATE, &[&post_id]).await? {
            Some(_) => Err(Problem::CommentsClosed),
            None => Err(Problem::NotFound),
        },
    }
}
