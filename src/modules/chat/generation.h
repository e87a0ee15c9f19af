/*
 * An answer under way. The server owns it: it goes on whoever watches, and viewers come and go without a task
 * of their own. It is in memory until its row says how it ended; after that the row is all there is.
 */
#ifndef CHAT_GENERATION_H
#define CHAT_GENERATION_H

#include "modules/chat/citations.h"
#include "modules/chat/prompt.h"
#include "vobe/stream.h"
#include "vobe/transfer.h"
#include "vobe/work.h"

#include <sys/queue.h>

PROBLEM(CHAT_BUSY, 503, "chat_busy", "Too many answers are under way",
	"The assistant answers others just now, and enough are waiting. Try again in a few seconds.");
PROBLEM(TOO_MANY_ANSWERS, 429, "too_many_answers", "Too many answers at once",
	"Your account has several answers under way. Wait for one of them to end.");

/* Why it is to end before it is done. */
enum stop { GO_ON, STOP_ASKED, STOP_UNWATCHED, STOP_TOO_LONG, STOP_SERVER, STOP_ERASED };

struct provider;
struct watcher;

struct generation {
	LIST_ENTRY(generation) link; /* all that are under way in this instance */
	struct arena *arena;
	int holders; /* the work itself, and handlers */
	const struct provider *provider;
	struct chat_message question, answer; /* the answer as its row will be; content when it ends */

	struct buf text; /* what viewers have been sent: the filter has passed it */
	struct citations citations;
	const char *sources;                   /* JSON, once they are known */
	size_t written;                        /* bytes of text in the row */
	int64_t written_us, begun_us, seen_us; /* monotonic; seen: when somebody watched last */
	int64_t prompt_tokens;                 /* estimated */
	bool has_started, has_ended;
	err fault; /* why it failed; a constant's kind, its detail in the arena */

	enum stop stop;
	struct transfer *transfer; /* the one to close when it is to stop */
	struct bell turn;          /* rung when it may go on, or is to stop */
	struct bell ended;
	bool has_slot;
	TAILQ_ENTRY(generation) queue;
	LIST_HEAD(watcher_list, watcher) watchers;
};

/* NULL, or why nobody may begin one more: CHAT_BUSY, TOO_MANY_ANSWERS. */
err generation_may_begin(struct uuid user_id);

/* For a question and an answer whose rows are written: begins the work, and holds it. NULL: too much is under
 * way.
 */
struct generation *generation_begin(const struct ctx *cx, const struct provider *provider,
				    const struct chat_message *question, const struct chat_message *answer);

/* The one that makes this answer in this instance, or NULL. */
struct generation *generation_of(struct uuid answer_id);

/* While somebody holds it, it stays in memory, and counts as watched. */
void generation_hold(struct generation *g);
void generation_leave(struct generation *g);

/* Suspends until it has ended. *answer is as the row. An answer that failed without a word is its problem. */
err generation_await(struct ctx *cx, struct generation *g, struct chat_message *answer);

/* Ends it soon: its socket is closed in this turn. Does not suspend. */
void generation_stop(struct generation *g, enum stop why);
void generations_stop_of_user(struct uuid user_id, enum stop why);
void generations_stop_of_session(struct uuid session_id, enum stop why);

/* A job: ends those that nobody watches or that last too long, and streams whose session was ended or may
 * have been. Suspends. */
err generations_watch(struct ctx *cx);

/* A job: says of all that are made here that their instance lives (answers_fail_abandoned). Suspends. */
err generations_renew(struct ctx *cx);

/* --- for providers --- */

/* So many bytes of its text, any cut: what is no whole code point is the caller's business. */
void generation_say(struct generation *g, const char *text, size_t len);

/* Writes the text down if two seconds or a kilobyte have come since the last time. Suspends. */
void generation_flush(struct ctx *cx, struct generation *g);

/* --- watching (watchers.c) --- */

/* Opens the stream and sends what there is from byte `from` of the text on; then it follows. */
void watch(struct req *rq, struct generation *g, size_t from);

/* The same for an answer that is not made here: all of it, then the end. */
void watch_row(struct req *rq, const struct chat_message *it, size_t from);

void watchers_tell_sources(struct generation *g);
void watchers_tell_text(struct generation *g, size_t from);
/* How it ended; the streams are closed. */
void watchers_tell_end(struct generation *g);
/* Closes those whose session has been ended, or of everybody when it was erased. */
void watchers_check(struct generation *g);
/* Closes all. The answer goes on. */
void watchers_close(struct generation *g);

#endif
