"""What goes wrong, as application/problem+json (RFC 9457)."""
from answer import Json


class Problem(Exception):
    def __init__(self, status, code, detail):
        super().__init__(detail)
        self.status, self.media_type = status, "application/problem+json"
        self.body = {"type": f"/problems/{code}", "title": code, "status": status, "code": code, "detail": detail}

    def response(self):
        return Json(self.body, self.status, media_type=self.media_type)


NOT_FOUND = Problem(404, "not_found", "The post does not exist, or you may not see it.")
COMMENTS_CLOSED = Problem(409, "comments_closed", "Comments are closed.")
UNAUTHENTICATED = Problem(401, "unauthenticated", "Send an access token.")
TOKEN_INVALID = Problem(401, "token_invalid", "The access token is not valid.")
CONTENT_INVALID = Problem(422, "validation_failed", "content must have 1 to 10,000 characters.")
BAD_REQUEST = Problem(400, "bad_request", "A parameter is not valid.")

INVALID_GRANT = Problem(400, "invalid_grant", "The username or password is wrong.")  # as RFC 6749 tells it
INVALID_GRANT.media_type = "application/json"
INVALID_GRANT.body = {"error": "invalid_grant", "error_description": str(INVALID_GRANT)}
