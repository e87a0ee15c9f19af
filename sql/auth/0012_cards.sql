-- Names stand beside most of what is shown. Here they are found with the id: a page less for each, of memory that mostly lies far away.
CREATE UNIQUE INDEX idx_users_cards ON users (id) INCLUDE (username, created_at, is_active, version) WHERE deleted_at IS NULL;

-- It is read alone where all of a page is known to be visible, which every sign-in undoes and vacuuming restores.
ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.02);
