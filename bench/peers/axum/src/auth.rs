//! Signing in, and who a bearer is: JSON Web Tokens with HMAC-SHA256.
use argon2::{Argon2, password_hash::{PasswordVerifier, phc::PasswordHash}};
use axum::{Json, extract::{FromRequestParts, State}, http::{header, request::Parts}};
use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Shared, problem::Problem};

const USER: &str = include_str!("../../sql/user.sql");
const SESSION: &str = include_str!("../../sql/session.sql");

const ACCESS_LIFE_S: i64 = 900;
const REFRESH_LIFE_S: f64 = 30.0 * 86400.0;

pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Keys {
    pub fn new(secret: &[u8]) -> Self {
        Keys {
            encoding: EncodingKey::from_secret(secret).expect("PEER_SECRET is no key"),
            decoding: DecodingKey::from_secret(secret).expect("PEER_SECRET is no key"),
            validation: Validation::new(Algorithm::HS256),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Who sent the request.
pub struct User {
    pub id: Uuid,
}

impl FromRequestParts<Shared> for User {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Problem::Unauthenticated)?;
        let data = decode::<Claims>(token, &app.keys.decoding, &app.keys.validation).map_err(|_| Problem::TokenInvalid)?;
        Ok(User { id: data.claims.sub })
    }
}

#[derive(Deserialize)]
pub struct TokenRequest {
    grant_type: String,
    username: String,
    password: String,
}

#[derive(Serialize)]
pub struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// On a thread for blocking work, since it takes some 10 ms.
async fn password_is_right(app: &Shared, password: String, stored: String) -> Result<bool, Problem> {
    let _turn = app.hashing.acquire().await.map_err(|_| Problem::Internal)?;
    let verify = move || PasswordHash::new(&stored).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    tokio::task::spawn_blocking(verify).await.map_err(|_| Problem::Internal)
}

pub async fn token(State(app): State<Shared>, Json(asked): Json<TokenRequest>) -> Result<Json<Tokens>, Problem> {
    if asked.grant_type != "password" {
        return Err(Problem::BadRequest);
    }
    let row = app.query_opt(USER, &[&asked.username.to_lowercase()]).await?.ok_or(Problem::InvalidGrant)?;
    let (user_id, is_active): (Uuid, bool) = (row.get(0), row.get(2));
    if !password_is_right(&app, asked.password, row.get(1)).await? || !is_active {
        return Err(Problem::InvalidGrant);
    }
    let (refresh_token, session_id) = (hex(&rand::random::<[u8; 32]>()), Uuid::now_v7());
    let stored = hex(&Sha256::digest(&refresh_token));
    app.query(SESSION, &[&user_id, &session_id, &stored, &REFRESH_LIFE_S]).await?;
    let now = Utc::now().timestamp();
    let claims = Claims { sub: user_id, sid: session_id, iat: now, exp: now + ACCESS_LIFE_S };
    let access_token = encode(&Header::default(), &claims, &app.keys.encoding).map_err(|_| Problem::Internal)?;
    Ok(Json(Tokens { access_token, token_type: "Bearer", expires_in: ACCESS_LIFE_S, refresh_token }))
}
