-- Index names follow one pattern: idx_<table>_<what>. Renames only.
ALTER TABLE dead_letter RENAME CONSTRAINT dead_letter_subscription_part_off_key TO idx_dead_letter_subscription;
ALTER INDEX dead_letter_aggregate RENAME TO idx_dead_letter_aggregate;
ALTER INDEX parked_aggregate RENAME TO idx_parked_aggregate;
ALTER TABLE idempotency_keys RENAME CONSTRAINT idempotency_keys_once TO idx_idempotency_keys_once;
ALTER INDEX idempotency_keys_created_at RENAME TO idx_idempotency_keys_created_at;
