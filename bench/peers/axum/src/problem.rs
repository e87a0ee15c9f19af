//! What goes wrong, as application/problem+json (RFC 9457).
use axum::{Json, http::{StatusCode, header}, response::{IntoResponse, Response}};
use serde_json::json;

#[derive(Debug)]
pub enum Problem {
    NotFound,
    CommentsClosed,
    Unauthenticated,
    TokenInvalid,
    Invalid(&'static str),
    InvalidGrant,
    BadRequest,
    Internal,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, detail) = match self {
            Problem::NotFound => (StatusCode::NOT_FOUND, "not_found", "The post does not exist, or you may not see it."),
            Problem::CommentsClosed => (StatusCode::CONFLICT, "comments_closed", "Comments are closed."),
            Problem::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "Send an access token."),
            Problem::TokenInvalid => (StatusCode::UNAUTHORIZED, "token_invalid", "The access token is not valid."),
            Problem::Invalid(detail) => (StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", detail),
            Problem::BadRequest => (StatusCode::BAD_REQUEST, "bad_request", "A parameter is not valid."),
            Problem::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong."),
            Problem::InvalidGrant => {
                let body = json!({"error": "invalid_grant", "error_description": "The username or password is wrong."});
                return (StatusCode::BAD_REQUEST, Json(body)).into_response();
            }
        };
        let body = json!({"type": format!("/problems/{code}"), "title": code, "status": status.as_u16(), "code": code, "detail": detail});
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

impl From<tokio_postgres::Error> for Problem {
    fn from(fault: tokio_postgres::Error) -> Self {
        eprintln!("{fault:?}");
        Problem::Internal
    }
}

impl From<deadpool_postgres::PoolError> for Problem {
    fn from(fault: deadpool_postgres::PoolError) -> Self {
        eprintln!("{fault:?}");
        Problem::Internal
    }
}
