//! The compared endpoints in Rust: axum, tokio-postgres with a pool of deadpool and prepared statements.
mod auth;
mod comments;
mod page;
mod posts;
mod problem;

use std::{env, sync::Arc};

use axum::{Router, routing::{get, post}, serve::ListenerExt};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_postgres::{NoTls, Row, types::ToSql};

use crate::problem::Problem;

// Hashing a password takes 19 MiB each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub struct App {
    pool: Pool,
    keys: auth::Keys,
    hashing: Semaphore, // as many at once as there are processors
}

pub type Shared = Arc<App>;
pub type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

impl App {
    pub async fn connection(&self) -> Result<Object, Problem> {
        Ok(self.pool.get().await?)
    }

    /// Runs one statement, prepared once on each connection.
    pub async fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Problem> {
        let connection = self.connection().await?;
        let statement = connection.prepare_cached(sql).await?;
        Ok(connection.query(&statement, params).await?)
    }

    pub async fn query_opt(&self, sql: &str, params: Params<'_>) -> Result<Option<Row>, Problem> {
        let connection = self.connection().await?;
        let statement = connection.prepare_cached(sql).await?;
        Ok(connection.query_opt(&statement, params).await?)
    }
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn pool() -> Pool {
    let mut config = tokio_postgres::Config::new();
    config.host_path(setting("PGHOST")).user(setting("PGUSER")).dbname(setting("PGDATABASE"));
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let size = setting("PEER_CONNECTIONS").parse().expect("PEER_CONNECTIONS is no number");
    Pool::builder(manager).max_size(size).build().expect("the pool needs nothing else")
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let processors = std::thread::available_parallelism()?.get();
    let app = Arc::new(App {
        pool: pool(),
        keys: auth::Keys::new(setting("PEER_SECRET").as_bytes()),
        hashing: Semaphore::new(processors),
    });
    let routes = Router::new()
        .route("/posts", get(posts::list))
        .route("/posts/{id}", get(posts::show))
        .route("/posts/{id}/comments", get(comments::list).post(comments::create))
        .route("/auth/token", post(auth::token))
        .with_state(app);
    let listener = TcpListener::bind(("127.0.0.1", setting("PORT").parse().expect("PORT is no number"))).await?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().nest("/api/v1", routes)).await
}
