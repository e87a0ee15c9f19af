package main

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/crypto/argon2"
)

var (
	userSQL    = statement("user")
	sessionSQL = statement("session")
)

const (
	accessLife  = 15 * time.Minute
	refreshLife = 30 * 24 * time.Hour
)

type claims struct {
	SessionID uuid.UUID `json:"sid"`
	jwt.RegisteredClaims
}

// authenticate tells who sent the request.
func (s *server) authenticate(r *http.Request) (uuid.UUID, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return uuid.Nil, errUnauthenticated
	}
	var c claims
	key := func(*jwt.Token) (any, error) { return s.secret, nil }
	if _, err := jwt.ParseWithClaims(token, &c, key, jwt.WithValidMethods([]string{"HS256"})); err != nil {
		return uuid.Nil, errTokenInvalid
	}
	id, err := uuid.Parse(c.Subject)
	if err != nil {
		return uuid.Nil, errTokenInvalid
	}
	return id, nil
}

// passwordIsRight takes some 20 ms and 19 MiB, so it waits for its turn.
func (s *server) passwordIsRight(password, stored string) bool {
	var (
		memory, passes uint32
		threads        uint8
		parts          = strings.Split(stored, "$")
	)
	if len(parts) != 6 {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	hash, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false
	}
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	made := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(hash)))
	return subtle.ConstantTimeCompare(made, hash) == 1
}

func (s *server) giveToken(w http.ResponseWriter, r *http.Request) error {
	var sent struct {
		GrantType string `json:"grant_type"`
		Username  string `json:"username"`
		Password  string `json:"password"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<10)).Decode(&sent); err != nil || sent.GrantType != "password" {
		return errBadRequest
	}
	var (
		userID   uuid.UUID
		stored   string
		isActive bool
	)
	err := s.db.QueryRow(r.Context(), userSQL, strings.ToLower(sent.Username)).Scan(&userID, &stored, &isActive)
	if errors.Is(err, pgx.ErrNoRows) {
		return errInvalidGrant
	} else if err != nil {
		return err
	}
	if !s.passwordIsRight(sent.Password, stored) || !isActive {
		return errInvalidGrant
	}
	sessionID, err := uuid.NewV7()
	if err != nil {
		return err
	}
	refreshToken := rand.Text() + rand.Text()
	digest := sha256.Sum256([]byte(refreshToken))
	if _, err := s.db.Exec(r.Context(), sessionSQL, userID, sessionID, hex.EncodeToString(digest[:]), refreshLife.Seconds()); err != nil {
		return err
	}
	now := time.Now()
	accessToken, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{sessionID, jwt.RegisteredClaims{
		Subject: userID.String(), IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessLife))}}).SignedString(s.secret)
	if err != nil {
		return err
	}
	reply(w, http.StatusOK, map[string]any{
		"access_token": accessToken, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()), "refresh_token": refreshToken})
	return nil
}
