package main

import (
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"
)

func relation(name, to string) *core.RelationField {
	return &core.RelationField{Name: name, CollectionId: to, MaxSelect: 1}
}

func text(name string, most int) *core.TextField {
	return &core.TextField{Name: name, Max: most}
}

// collection saves one whose ids are UUIDs.
func collection(app core.App, c *core.Collection, fields ...core.Field) (string, error) {
	id := c.Fields.GetByName("id").(*core.TextField)
	id.Max, id.Pattern = 36, `^[a-z0-9-]+$`
	c.Fields.Add(fields...)
	if c.Fields.GetByName("created") == nil {
		c.Fields.Add(&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	}
	return c.Id, app.Save(c)
}

func makeCollections(app core.App) error {
	everybody := types.Pointer("")
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	users.ViewRule, users.AuthAlert.Enabled = everybody, false
	userID, err := collection(app, users)
	if err != nil {
		return err
	}
	artists := core.NewBaseCollection("artists")
	artists.ListRule, artists.ViewRule = everybody, everybody
	artistID, err := collection(app, artists, text("name", 255), text("slug", 255))
	if err != nil {
		return err
	}
	posts := core.NewBaseCollection("posts")
	posts.ListRule, posts.ViewRule = types.Pointer("status = 'published'"), types.Pointer("status != 'draft'")
	posts.AddIndex("idx_posts_published", false, "published DESC, id DESC", "status = 'published'")
	postID, err := collection(app, posts, text("title", 255), text("slug", 255), text("description", 2000), text("status", 20), relation("author", userID),
		relation("artist", artistID), &core.JSONField{Name: "tags"}, text("cover_image_url", 500), &core.NumberField{Name: "views_count"},
		&core.NumberField{Name: "comments_count"}, &core.BoolField{Name: "comments_enabled"}, &core.DateField{Name: "published"}, text("content", 200_000))
	if err != nil {
		return err
	}
	comments := core.NewBaseCollection("comments")
	comments.ListRule, comments.ViewRule = everybody, everybody
	comments.CreateRule = types.Pointer("@request.auth.id != '' && post.comments_enabled = true && post.status = 'published'")
	comments.AddIndex("idx_comments_post", false, "post, created, id", "")
	if _, err = collection(app, comments, relation("post", postID), relation("user", userID), &core.TextField{Name: "content", Required: true, Max: 10_000},
		&core.BoolField{Name: "is_edited"}); err != nil {
		return err
	}
	_, err = collection(app, core.NewBaseCollection("outbox"), text("topic", 100), text("aggregate", 36), &core.JSONField{Name: "payload"})
	return err
}

const (
	id  = `printf('00000000-0000-4000-8000-%012d', 100000000000 + `
	now = `strftime('%Y-%m-%d %H:%M:%fZ', 'now', '-1 day')`
)

// numbers are 1 to most, in a table and column of that name.
func numbers(name, most string) string {
	return "WITH RECURSIVE " + name + " (" + name + ") AS (SELECT 1 UNION ALL SELECT " + name + " + 1 FROM " + name + " WHERE " + name + " < " + most + ") "
}

// fill writes the rows that data.py writes, with the same ids.
func fill(app core.App, counts dbx.Params) error {
	hash, err := bcrypt.GenerateFromPassword([]byte("a long enough passphrase"), 10) // PocketBase's own cost
	if err != nil {
		return err
	}
	counts["hash"] = string(hash)
	for _, sql := range []string{
		`INSERT INTO users (id, email, emailVisibility, verified, password, tokenKey, name, created, updated) ` + numbers("i", "{:users}") +
			`SELECT ` + id + `i), 'u' || i || '@example.org', false, true, {:hash}, hex(randomblob(25)), 'listener' || i, ` + now + `, ` + now + ` FROM i`,
		`INSERT INTO artists (id, name, slug, created, updated) ` + numbers("i", "{:artists}") +
			`SELECT ` + id + `i), 'Artist ' || i, 'artist-' || i, ` + now + `, ` + now + ` FROM i`,
		`INSERT INTO posts (id, title, slug, description, status, author, artist, tags, comments_count, comments_enabled, published, content, created, updated) ` +
			numbers("i", "{:posts}") +
			`SELECT ` + id + `i), 'Post number ' || i, 'post-number-' || i, 'What post ' || i || ' is about', 'published', ` + id + `1 + i % {:users}), ` +
			id + `1 + i % {:artists}), '[]', {:comments}, true, strftime('%Y-%m-%d %H:%M:%fZ', 'now', '-1 day', '-' || i || ' seconds'),
			replace(hex(zeroblob(45)), '00', 'Words about music, '), ` + now + `, ` + now + ` FROM i`,
		`INSERT INTO comments (id, post, user, content, created, updated) ` + strings.TrimSuffix(numbers("i", "{:posts}"), " ") + `, j (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM j WHERE j < {:comments}) ` +
			`SELECT ` + id + `i * {:comments} + j), ` + id + `i), ` + id + `1 + (i * 7919 + j * 31) % {:users}), 'What listener thinks of post ' || i || ': ' ||
			replace(hex(zeroblob(6)), '00', 'heard it live, '), strftime('%Y-%m-%d %H:%M:%fZ', 'now', '-1 day', '+' || j || ' seconds'), ` + now + ` FROM i, j`,
		`ANALYZE`,
	} {
		if _, err := app.NonconcurrentDB().NewQuery(sql).Bind(counts).Execute(); err != nil {
			return err
		}
	}
	return nil
}

// fillCommand makes the collections and their rows: fill USERS ARTISTS POSTS COMMENTS.
func fillCommand(app *pocketbase.PocketBase) *cobra.Command {
	return &cobra.Command{Use: "fill", Args: cobra.ExactArgs(4), RunE: func(_ *cobra.Command, args []string) error {
		counts := dbx.Params{}
		for i, name := range []string{"users", "artists", "posts", "comments"} {
			count, err := strconv.Atoi(args[i])
			if err != nil {
				return err
			}
			counts[name] = count
		}
		app.Settings().Logs.MaxDays = 0 // no peer writes a log of requests
		if err := app.Save(app.Settings()); err != nil {
			return err
		}
		if err := makeCollections(app); err != nil {
			return err
		}
		return fill(app, counts)
	}}
}
