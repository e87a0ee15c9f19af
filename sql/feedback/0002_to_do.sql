-- What is to be done is little beside what was done: the queue reads it alone, whatever else it asks for.

CREATE INDEX idx_feedback_tickets_to_do ON feedback_tickets (created_at, id) WHERE status IN ('open', 'in_progress');
DROP INDEX idx_feedback_tickets_unassigned;
