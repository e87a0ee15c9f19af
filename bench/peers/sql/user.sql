-- Whoever signs in with $1, an address or a name in small letters.
SELECT id, hashed_password, is_active FROM auth.users WHERE (email_fold = $1 OR username_fold = $1) AND deleted_at IS NULL
