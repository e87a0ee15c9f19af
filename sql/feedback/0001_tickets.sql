-- Tickets, their conversation and their history. Ids of auth (user_id, assignee_id, closed_by, actor_id) have no foreign key.

CREATE TABLE feedback_tickets (
	id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id           uuid NOT NULL,
	subject           text NOT NULL CONSTRAINT feedback_tickets_subject_check CHECK (char_length(subject) BETWEEN 1 AND 255),
	message           text NOT NULL CONSTRAINT feedback_tickets_message_check CHECK (char_length(message) BETWEEN 1 AND 10000),
	category          text COLLATE "C" NOT NULL DEFAULT 'other' CONSTRAINT feedback_tickets_category_check
		CHECK (category IN ('bug', 'feature_request', 'question', 'other')),
	status            text COLLATE "C" NOT NULL DEFAULT 'open' CONSTRAINT feedback_tickets_status_check
		CHECK (status IN ('open', 'in_progress', 'resolved', 'closed')),
	priority          text COLLATE "C" NOT NULL DEFAULT 'medium' CONSTRAINT feedback_tickets_priority_check
		CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
	-- The most urgent is first, and of the same priority the oldest: ids grow with time.
	priority_rank     smallint NOT NULL GENERATED ALWAYS AS
		(CASE priority WHEN 'urgent' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END) STORED,
	assignee_id       uuid,
	admin_notes       text CONSTRAINT feedback_tickets_admin_notes_check CHECK (char_length(admin_notes) <= 10000),
	-- Messages that the owner sees.
	messages_count    bigint NOT NULL DEFAULT 0 CONSTRAINT feedback_tickets_messages_count_check CHECK (messages_count >= 0),
	created_at        timestamptz NOT NULL DEFAULT now(),
	-- Changes that the owner sees; what staff does among itself moves `version` alone.
	updated_at        timestamptz NOT NULL DEFAULT now(),
	first_response_at timestamptz,
	resolved_at       timestamptz,
	closed_at         timestamptz,
	closed_by         uuid,
	public_version    bigint NOT NULL DEFAULT 1,
	version           bigint NOT NULL DEFAULT 1,
	-- Words of both languages; Russian texts are often written without ё.
	words             tsvector NOT NULL GENERATED ALWAYS AS
		(to_tsvector('russian', translate(subject || ' ' || message, 'ёЁ', 'еЕ'))
		|| to_tsvector('english', translate(subject || ' ' || message, 'ёЁ', 'еЕ'))) STORED,
	note_words        tsvector GENERATED ALWAYS AS
		(to_tsvector('russian', translate(admin_notes, 'ёЁ', 'еЕ')) || to_tsvector('english', translate(admin_notes, 'ёЁ', 'еЕ'))) STORED,
	CONSTRAINT feedback_tickets_first_response_at_check CHECK (status <> 'in_progress' OR first_response_at IS NOT NULL),
	CONSTRAINT feedback_tickets_resolved_at_check CHECK
		(CASE status WHEN 'resolved' THEN resolved_at IS NOT NULL WHEN 'closed' THEN true ELSE resolved_at IS NULL END),
	CONSTRAINT feedback_tickets_closed_at_check CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
	CONSTRAINT feedback_tickets_closed_by_check CHECK (closed_by IS NULL OR closed_at IS NOT NULL)
);
CREATE INDEX idx_feedback_user_id    ON feedback_tickets (user_id, created_at DESC, id DESC);
CREATE INDEX idx_feedback_status     ON feedback_tickets (status, created_at DESC, id DESC);
CREATE INDEX idx_feedback_created_at ON feedback_tickets (created_at DESC, id DESC);
CREATE INDEX idx_feedback_tickets_updated_at  ON feedback_tickets (updated_at DESC, id DESC);
CREATE INDEX idx_feedback_tickets_priority    ON feedback_tickets (priority_rank, id);
CREATE INDEX idx_feedback_tickets_assignee_id ON feedback_tickets (assignee_id, created_at DESC, id DESC) WHERE assignee_id IS NOT NULL;
-- The queue: what nobody has taken, by age.
CREATE INDEX idx_feedback_tickets_unassigned  ON feedback_tickets (created_at, id) WHERE assignee_id IS NULL;
CREATE INDEX idx_feedback_tickets_words       ON feedback_tickets USING gin (words);
CREATE INDEX idx_feedback_tickets_note_words  ON feedback_tickets USING gin (note_words);

CREATE TABLE ticket_messages (
	id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	ticket_id   uuid NOT NULL REFERENCES feedback_tickets ON DELETE CASCADE,
	user_id     uuid NOT NULL,
	content     text NOT NULL CONSTRAINT ticket_messages_content_check CHECK (char_length(content) BETWEEN 1 AND 10000),
	is_staff    boolean NOT NULL,
	is_internal boolean NOT NULL DEFAULT false,
	created_at  timestamptz NOT NULL DEFAULT now(),
	words       tsvector NOT NULL GENERATED ALWAYS AS
		(to_tsvector('russian', translate(content, 'ёЁ', 'еЕ')) || to_tsvector('english', translate(content, 'ёЁ', 'еЕ'))) STORED,
	CONSTRAINT ticket_messages_is_internal_check CHECK (is_staff OR NOT is_internal)
);
CREATE INDEX idx_ticket_messages_ticket_id ON ticket_messages (ticket_id, created_at, id);
CREATE INDEX idx_ticket_messages_words     ON ticket_messages USING gin (words);

-- What happened to a ticket, a row for each change. Never updated.
CREATE TABLE ticket_events (
	id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	ticket_id   uuid NOT NULL REFERENCES feedback_tickets ON DELETE CASCADE,
	kind        text COLLATE "C" NOT NULL CONSTRAINT ticket_events_kind_check CHECK (kind IN ('created', 'subject_changed', 'message_changed',
		'category_changed', 'priority_changed', 'status_changed', 'assigned', 'notes_changed', 'message_added')),
	-- Null: the server itself.
	actor_id    uuid,
	-- Of texts longer than a line there is only the fact that they changed.
	old_value   text CONSTRAINT ticket_events_old_value_check CHECK (char_length(old_value) <= 255),
	new_value   text CONSTRAINT ticket_events_new_value_check CHECK (char_length(new_value) <= 255),
	message_id  uuid REFERENCES ticket_messages ON DELETE CASCADE,
	is_internal boolean NOT NULL DEFAULT false,
	created_at  timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT ticket_events_is_internal_check CHECK (is_internal OR kind NOT IN ('assigned', 'notes_changed'))
);
CREATE INDEX idx_ticket_events_ticket_id  ON ticket_events (ticket_id, created_at, id);
-- What the foreign key looks for when a message is purged.
CREATE INDEX idx_ticket_events_message_id ON ticket_events (message_id) WHERE message_id IS NOT NULL;
