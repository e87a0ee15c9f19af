package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// page is one of a list by keyset: behind the row of that time and id.
type page struct {
	limit int
	at    time.Time
	id    uuid.UUID
}

type list[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// pageOf reads limit and cursor; without a cursor the page begins at start.
func pageOf(r *http.Request, start page) (page, error) {
	query, p := r.URL.Query(), start
	p.limit = 20
	if text := query.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > 100 {
			return p, errBadRequest
		}
		p.limit = limit
	}
	if text := query.Get("cursor"); text != "" {
		micros, id, _ := strings.Cut(text, "_")
		number, err := strconv.ParseInt(micros, 10, 64)
		if err != nil {
			return p, errBadRequest
		}
		if p.id, err = uuid.Parse(id); err != nil {
			return p, errBadRequest
		}
		p.at = time.UnixMicro(number)
	}
	return p, nil
}

func cursor(at time.Time, id uuid.UUID) *string {
	text := fmt.Sprintf("%d_%s", at.UnixMicro(), id)
	return &text
}

// cut keeps limit of the rows; one more than that says that there is a next page.
func cut[T any](rows []T, limit int, cursorOf func(*T) *string) list[T] {
	if len(rows) <= limit {
		return list[T]{Items: rows}
	}
	return list[T]{rows[:limit], cursorOf(&rows[limit-1])}
}

// instant is a time as JSON has it: UTC, with milliseconds.
type instant struct{ time.Time }

func (t instant) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(make([]byte, 0, 26), `"2006-01-02T15:04:05.000Z"`), nil
}
