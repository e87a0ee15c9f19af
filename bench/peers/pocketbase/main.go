// Command peer is PocketBase with the compared rows in its own SQLite, and a hook for what its rules cannot say.
package main

import (
	"log"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
)

// durable is PocketBase's own connection, but with every commit on the disk.
func durable(path string) (*dbx.DB, error) {
	const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)" +
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)"
	return dbx.Open("sqlite", path+pragmas)
}

// createComment writes the comment, the post's counter and what is told of it in one transaction.
func createComment(e *core.RecordRequestEvent) error {
	e.Record.Set("user", e.Auth.Id)
	app := e.App
	return app.RunInTransaction(func(tx core.App) error {
		e.App = tx
		defer func() { e.App = app }()
		if err := e.Next(); err != nil {
			return err
		}
		post := e.Record.GetString("post")
		count := tx.DB().NewQuery("UPDATE posts SET comments_count = comments_count + 1 WHERE id = {:id}")
		if _, err := count.Bind(dbx.Params{"id": post}).Execute(); err != nil {
			return err
		}
		outbox, err := tx.FindCachedCollectionByNameOrId("outbox")
		if err != nil {
			return err
		}
		event := core.NewRecord(outbox)
		event.Set("topic", "comment.created")
		event.Set("aggregate", post)
		event.Set("payload", map[string]string{"comment_id": e.Record.Id, "post_id": post, "user_id": e.Auth.Id})
		return tx.Save(event)
	})
}

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{HideStartBanner: true, DBConnect: durable})
	app.RootCmd.AddCommand(fillCommand(app))
	app.OnRecordCreateRequest("comments").BindFunc(createComment)
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}
