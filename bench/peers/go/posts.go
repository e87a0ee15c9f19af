package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var (
	postSQL    = statement("post")
	feedSQL    = statement("feed")
	artistsSQL = statement("artists")
)

type credit struct {
	ID   uuid.UUID `json:"id"`
	Name *string   `json:"name"`
	Slug *string   `json:"slug"`
	Role string    `json:"role"`
}

type post struct {
	ID              uuid.UUID  `json:"id"`
	Title           string     `json:"title"`
	Slug            string     `json:"slug"`
	Description     *string    `json:"description"`
	Status          string     `json:"status"`
	AuthorID        uuid.UUID  `json:"author_id"`
	AuthorUsername  *string    `json:"author_username"`
	PrimaryArtistID *uuid.UUID `json:"primary_artist_id"`
	ArtistName      *string    `json:"artist_name"`
	Artists         []credit   `json:"artists"`
	Tags            []string   `json:"tags"`
	CoverImageURL   *string    `json:"cover_image_url"`
	ViewsCount      int64      `json:"views_count"`
	CommentsCount   int64      `json:"comments_count"`
	CommentsEnabled bool       `json:"comments_enabled"`
	CreatedAt       instant    `json:"created_at"`
	UpdatedAt       instant    `json:"updated_at"`
	PublishedAt     *instant   `json:"published_at"`
	Content         string     `json:"content,omitempty"`
}

// scanPost takes the columns in the order of the statements; only post.sql has more of them.
func scanPost(row pgx.CollectableRow, more ...any) (post, error) {
	var (
		p           post
		artistSlug  *string
		featured    []uuid.UUID
		publishedAt *time.Time
	)
	err := row.Scan(append([]any{&p.ID, &p.Title, &p.Slug, &p.Description, &p.Status, &p.AuthorID, &p.AuthorUsername,
		&p.PrimaryArtistID, &p.ArtistName, &artistSlug, &featured, &p.Tags, &p.CoverImageURL, &p.ViewsCount, &p.CommentsCount,
		&p.CommentsEnabled, &p.CreatedAt.Time, &p.UpdatedAt.Time, &publishedAt}, more...)...)
	if publishedAt != nil {
		p.PublishedAt = &instant{*publishedAt}
	}
	p.Artists = make([]credit, 0, 1+len(featured))
	if p.PrimaryArtistID != nil {
		p.Artists = append(p.Artists, credit{*p.PrimaryArtistID, p.ArtistName, artistSlug, "primary"})
	}
	for _, id := range featured {
		p.Artists = append(p.Artists, credit{ID: id, Role: "featured"})
	}
	return p, err
}

// nameFeatured is another statement and not a join, since most posts feature nobody.
func (s *server) nameFeatured(ctx context.Context, posts []post) error {
	var ids []uuid.UUID
	credits := map[uuid.UUID][]*credit{}
	for i := range posts {
		for j := range posts[i].Artists {
			if c := &posts[i].Artists[j]; c.Role == "featured" {
				ids = append(ids, c.ID)
				credits[c.ID] = append(credits[c.ID], c)
			}
		}
	}
	if ids == nil {
		return nil
	}
	rows, _ := s.db.Query(ctx, artistsSQL, ids)
	var (
		id         uuid.UUID
		name, slug string
	)
	_, err := pgx.ForEachRow(rows, []any{&id, &name, &slug}, func() error {
		for _, c := range credits[id] {
			ownName, ownSlug := name, slug
			c.Name, c.Slug = &ownName, &ownSlug
		}
		return nil
	})
	return err
}

func (s *server) showPost(w http.ResponseWriter, r *http.Request) error {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return errBadRequest
	}
	rows, _ := s.db.Query(r.Context(), postSQL, id)
	posts := make([]post, 1)
	posts[0], err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (post, error) {
		var content string
		p, err := scanPost(row, &content)
		p.Content = content
		return p, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return errNotFound
	} else if err != nil {
		return err
	}
	if err := s.nameFeatured(r.Context(), posts); err != nil {
		return err
	}
	reply(w, http.StatusOK, &posts[0])
	return nil
}

func (s *server) listPosts(w http.ResponseWriter, r *http.Request) error {
	page, err := pageOf(r, page{at: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), id: uuid.Max})
	if err != nil {
		return err
	}
	rows, _ := s.db.Query(r.Context(), feedSQL, page.at, page.id, page.limit+1)
	posts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (post, error) { return scanPost(row) })
	if err != nil {
		return err
	}
	found := cut(posts, page.limit, func(p *post) *string { return cursor(p.PublishedAt.Time, p.ID) })
	if err := s.nameFeatured(r.Context(), found.Items); err != nil {
		return err
	}
	reply(w, http.StatusOK, found)
	return nil
}
