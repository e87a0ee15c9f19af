-- Accounts. A deleted account keeps its row, without name, address and password, so that its id never means anybody else.

CREATE TABLE users (
	id                uuid         PRIMARY KEY,
	email             varchar(254) NOT NULL,
	username          varchar(50)  NOT NULL,
	hashed_password   text, -- Argon2id, libsodium's text form; null: nobody can sign in with a password
	is_active         boolean      NOT NULL DEFAULT true,
	is_superuser      boolean      NOT NULL DEFAULT false,
	is_moderator      boolean      NOT NULL DEFAULT false,
	created_at        timestamptz  NOT NULL,
	updated_at        timestamptz  NOT NULL,
	last_login        timestamptz,
	version           bigint       NOT NULL DEFAULT 1,
	email_fold        text         NOT NULL, -- without letter case; '#' and the id once deleted
	username_fold     text         NOT NULL,
	username_skeleton text         NOT NULL, -- UTS 39: names that look alike have the same one
	role_changed_at   timestamptz,
	deleted_at        timestamptz,
	CONSTRAINT users_email_key UNIQUE (email_fold),
	CONSTRAINT users_username_key UNIQUE (username_fold),
	CONSTRAINT users_skeleton_key UNIQUE (username_skeleton),
	CONSTRAINT users_deleted CHECK (deleted_at IS NULL OR NOT is_active AND hashed_password IS NULL)
);
CREATE INDEX users_created_at ON users (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX users_superusers ON users (id) WHERE is_superuser AND is_active;
CREATE INDEX users_role_changed_at ON users (role_changed_at) WHERE role_changed_at IS NOT NULL;
