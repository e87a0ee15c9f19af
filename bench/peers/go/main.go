// Command peer answers the compared endpoints with net/http and pgx.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"
)

// server is what handlers share.
type server struct {
	db      *pgxpool.Pool
	secret  []byte
	hashing chan struct{} // as many at once as there are processors
}

// statement reads one that all peers share.
func statement(name string) string {
	text, err := os.ReadFile(filepath.Join(setting("PEER_SQL"), name+".sql"))
	if err != nil {
		log.Fatal(err)
	}
	return string(text)
}

func setting(name string) string {
	value, ok := os.LookupEnv(name)
	if !ok {
		log.Fatalf("%s is not set", name)
	}
	return value
}

// connect takes PGHOST, PGUSER and PGDATABASE from the environment; pgx prepares each statement once on each connection.
func connect(ctx context.Context) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	connections, err := strconv.Atoi(setting("PEER_CONNECTIONS"))
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(connections)
	return pgxpool.NewWithConfig(ctx, config)
}

func reply(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		log.Print(err)
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

func main() {
	db, err := connect(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := &server{db: db, secret: []byte(setting("PEER_SECRET")), hashing: make(chan struct{}, runtime.GOMAXPROCS(0))}
	mux := http.NewServeMux()
	mux.Handle("GET /api/v1/posts", handler(s.listPosts))
	mux.Handle("GET /api/v1/posts/{id}", handler(s.showPost))
	mux.Handle("GET /api/v1/posts/{id}/comments", handler(s.listComments))
	mux.Handle("POST /api/v1/posts/{id}/comments", handler(s.createComment))
	mux.Handle("POST /api/v1/auth/token", handler(s.giveToken))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+setting("PORT"), mux))
}
