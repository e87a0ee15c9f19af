package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var (
	threadSQL    = statement("thread")
	repliesSQL   = statement("replies")
	commentSQL   = statement("comment")
	postStateSQL = statement("post_state")
)

const (
	levels       = 3
	repliesShown = 5
	contentMost  = 10_000
)

type comment struct {
	ID           uuid.UUID  `json:"id"`
	PostID       uuid.UUID  `json:"post_id"`
	UserID       *uuid.UUID `json:"user_id"`
	Username     *string    `json:"username"`
	ParentID     *uuid.UUID `json:"parent_id"`
	Content      *string    `json:"content"`
	Depth        int64      `json:"depth"`
	RepliesCount int64      `json:"replies_count"`
	IsEdited     bool       `json:"is_edited"`
	IsDeleted    bool       `json:"is_deleted"`
	CreatedAt    instant    `json:"created_at"`
	UpdatedAt    instant    `json:"updated_at"`
}

// node is a comment in its tree.
type node struct {
	comment
	Replies           []*node `json:"replies"`
	RepliesNextCursor *string `json:"replies_next_cursor"`
}

func scanComment(row pgx.CollectableRow) (comment, error) {
	var c comment
	err := row.Scan(&c.ID, &c.PostID, &c.UserID, &c.Username, &c.ParentID, &c.Content, &c.Depth, &c.RepliesCount, &c.IsEdited,
		&c.IsDeleted, &c.CreatedAt.Time, &c.UpdatedAt.Time)
	return c, err
}

func scanNode(row pgx.CollectableRow) (*node, error) {
	c, err := scanComment(row)
	return &node{comment: c, Replies: []*node{}}, err
}

// growLevel hangs the first replies on those of nodes that have some, and returns these replies.
func (s *server) growLevel(ctx context.Context, postID uuid.UUID, nodes []*node) ([]*node, error) {
	parents := map[uuid.UUID]*node{}
	var ids []uuid.UUID
	for _, n := range nodes {
		if n.RepliesCount > 0 {
			parents[n.ID] = n
			ids = append(ids, n.ID)
		}
	}
	if ids == nil {
		return nil, nil
	}
	rows, _ := s.db.Query(ctx, repliesSQL, postID, ids, repliesShown+1)
	replies, err := pgx.CollectRows(rows, scanNode)
	shown := replies[:0]
	for _, reply := range replies {
		parent := parents[*reply.ParentID]
		if len(parent.Replies) < repliesShown {
			parent.Replies = append(parent.Replies, reply)
			shown = append(shown, reply)
		} else {
			last := parent.Replies[repliesShown-1]
			parent.RepliesNextCursor = cursor(last.CreatedAt.Time, last.ID)
		}
	}
	return shown, err
}

// growTree reads one statement a level, and none where nobody has answered.
func (s *server) growTree(ctx context.Context, postID uuid.UUID, nodes []*node) (err error) {
	for level := 1; level < levels && len(nodes) > 0; level++ {
		if nodes, err = s.growLevel(ctx, postID, nodes); err != nil {
			return err
		}
	}
	for _, n := range nodes {
		if n.RepliesCount > 0 {
			n.RepliesNextCursor = cursor(time.Unix(0, 0), n.ID)
		}
	}
	return nil
}

// postState tells why nothing was found or written: no such post, or its comments are closed.
func (s *server) postState(ctx context.Context, postID uuid.UUID) error {
	var isOpen bool
	err := s.db.QueryRow(ctx, postStateSQL, postID).Scan(&isOpen)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNotFound
	}
	return err
}

func (s *server) listComments(w http.ResponseWriter, r *http.Request) error {
	postID, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return errBadRequest
	}
	page, err := pageOf(r, page{at: time.Unix(0, 0)})
	if err != nil {
		return err
	}
	rows, _ := s.db.Query(r.Context(), threadSQL, postID, page.at, page.id, page.limit+1)
	roots, err := pgx.CollectRows(rows, scanNode)
	if err != nil {
		return err
	}
	if len(roots) == 0 {
		if err := s.postState(r.Context(), postID); err != nil {
			return err
		}
	}
	found := cut(roots, page.limit, func(n **node) *string { return cursor((*n).CreatedAt.Time, (*n).ID) })
	if err := s.growTree(r.Context(), postID, found.Items); err != nil {
		return err
	}
	reply(w, http.StatusOK, found)
	return nil
}

func (s *server) createComment(w http.ResponseWriter, r *http.Request) error {
	userID, err := s.authenticate(r)
	if err != nil {
		return err
	}
	postID, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return errBadRequest
	}
	var sent struct {
		Content string `json:"content"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&sent); err != nil {
		return errBadRequest
	}
	if strings.TrimSpace(sent.Content) == "" || utf8.RuneCountInString(sent.Content) > contentMost {
		return errContent
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	rows, _ := s.db.Query(r.Context(), commentSQL, postID, userID, sent.Content, id)
	written, err := pgx.CollectExactlyOneRow(rows, scanComment)
	if errors.Is(err, pgx.ErrNoRows) {
		if err := s.postState(r.Context(), postID); err != nil {
			return err
		}
		return errCommentsClosed
	} else if err != nil {
		return err
	}
	reply(w, http.StatusCreated, &written)
	return nil
}
