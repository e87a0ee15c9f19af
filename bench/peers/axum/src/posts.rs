//! Reading posts: one, and the feed.
use std::collections::HashMap;

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{App, Shared, page::{self, Id, List, Page, cursor_write}, problem::Problem};

const POST: &str = include_str!("../../sql/post.sql");
const FEED: &str = include_str!("../../sql/feed.sql");
const ARTISTS: &str = include_str!("../../sql/artists.sql");

#[derive(Serialize)]
struct Credit {
    id: Uuid,
    name: Option<String>,
    slug: Option<String>,
    role: &'static str,
}

#[derive(Serialize)]
pub struct Post {
    id: Uuid,
    title: String,
    slug: String,
    description: Option<String>,
    status: String,
    author_id: Uuid,
    author_username: Option<String>,
    primary_artist_id: Option<Uuid>,
    artist_name: Option<String>,
    artists: Vec<Credit>,
    tags: Vec<String>,
    cover_image_url: Option<String>,
    views_count: i64,
    comments_count: i64,
    comments_enabled: bool,
    #[serde(serialize_with = "page::time")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "page::time")]
    updated_at: DateTime<Utc>,
    #[serde(serialize_with = "page::time_or_null")]
    published_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

impl Post {
    /// Columns stand in the order of the statements; only post.sql has the content.
    fn of(row: &Row) -> Self {
        let primary_artist_id: Option<Uuid> = row.get(7);
        let artist_name: Option<String> = row.get(8);
        let featured: Vec<Uuid> = row.get(10);
        let primary = primary_artist_id.map(|id| Credit { id, name: artist_name.clone(), slug: row.get(9), role: "primary" });
        let featured = featured.into_iter().map(|id| Credit { id, name: None, slug: None, role: "featured" });
        Post {
            id: row.get(0),
            title: row.get(1),
            slug: row.get(2),
            description: row.get(3),
            status: row.get(4),
            author_id: row.get(5),
            author_username: row.get(6),
            primary_artist_id,
            artist_name,
            artists: primary.into_iter().chain(featured).collect(),
            tags: row.get(11),
            cover_image_url: row.get(12),
            views_count: row.get(13),
            comments_count: row.get(14),
            comments_enabled: row.get(15),
            created_at: row.get(16),
            updated_at: row.get(17),
            published_at: row.get(18),
            content: if row.len() > 19 { row.get(19) } else { None },
        }
    }
}

/// Most posts feature nobody, so this is another statement and not a join.
async fn name_featured(app: &App, posts: &mut [Post]) -> Result<(), Problem> {
    let featured = || posts.iter().flat_map(|post| &post.artists).filter(|credit| credit.role == "featured");
    let ids: Vec<Uuid> = featured().map(|credit| credit.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = app.query(ARTISTS, &[&ids]).await?;
    let names: HashMap<Uuid, (String, String)> = rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    for credit in posts.iter_mut().flat_map(|post| &mut post.artists).filter(|credit| credit.role == "featured") {
        (credit.name, credit.slug) = names.get(&credit.id).cloned().unzip();
    }
    Ok(())
}

pub async fn show(State(app): State<Shared>, Id(id): Id) -> Result<Json<Post>, Problem> {
    let row = app.query_opt(POST, &[&id]).await?.ok_or(Problem::NotFound)?;
    let mut post = [Post::of(&row)];
    name_featured(&app, &mut post).await?;
    let [post] = post;
    Ok(Json(post))
}

pub async fn list(State(app): State<Shared>, page: Page) -> Result<Json<List<Post>>, Problem> {
    let (at, id) = page.after.unwrap_or((DateTime::from_timestamp_nanos(i64::MAX), Uuid::max()));
    let rows = app.query(FEED, &[&at, &id, &(page.limit + 1)]).await?;
    let posts = rows.iter().map(Post::of).collect();
    let mut list = List::cut(posts, page.limit, |post: &Post| cursor_write(post.published_at.unwrap_or_default(), post.id));
    name_featured(&app, &mut list.items).await?;
    Ok(Json(list))
}
