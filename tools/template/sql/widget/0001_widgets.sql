-- Widgets.

CREATE TABLE widgets (
	id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
	title      text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	created_by uuid        NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	version    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX idx_widgets_created_at ON widgets (created_at DESC, id DESC);
