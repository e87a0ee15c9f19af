-- Which event a cursor stands at. Where the publisher's outbox has another one there, or none so far, the log was replaced
-- (its module restored from an older state), and the subscription starts again. Null: not known yet.
ALTER TABLE inbox_cursor ADD event_id uuid;

-- Since when the partition does not get on, and why: written by the instance that tries, read by whoever asks.
ALTER TABLE inbox_cursor ADD stands_since timestamptz, ADD fault text;
