package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
)

// problem is what a client did wrong, as application/problem+json (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (p *problem) Error() string { return p.Detail }

func newProblem(status int, code, detail string) *problem {
	return &problem{"/problems/" + code, http.StatusText(status), status, code, detail}
}

var (
	errNotFound        = newProblem(http.StatusNotFound, "not_found", "The post does not exist, or you may not see it.")
	errCommentsClosed  = newProblem(http.StatusConflict, "comments_closed", "Comments are closed.")
	errUnauthenticated = newProblem(http.StatusUnauthorized, "unauthenticated", "Send an access token.")
	errTokenInvalid    = newProblem(http.StatusUnauthorized, "token_invalid", "The access token is not valid.")
	errContent         = newProblem(http.StatusUnprocessableEntity, "validation_failed", "content must have 1 to 10,000 characters.")
	errBadRequest      = newProblem(http.StatusBadRequest, "bad_request", "A parameter is not valid.")
	errInternal        = newProblem(http.StatusInternalServerError, "internal", "Something went wrong.")
	errInvalidGrant    = errors.New("invalid grant") // told as RFC 6749 says
)

// handler answers with what went wrong, if anything did.
type handler func(http.ResponseWriter, *http.Request) error

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h(w, r)
	if err == nil {
		return
	}
	if errors.Is(err, errInvalidGrant) {
		reply(w, http.StatusBadRequest, map[string]string{
			"error": "invalid_grant", "error_description": "The username or password is wrong."})
		return
	}
	var p *problem
	if !errors.As(err, &p) {
		log.Print(err)
		p = errInternal
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
