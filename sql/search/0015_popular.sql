-- Those with the most works are looked at wherever more names begin as typed than are gone through.
CREATE INDEX idx_works_count ON works (count DESC);
