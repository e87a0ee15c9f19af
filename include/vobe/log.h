/*
 * Logging: one JSON object a line, or text on a terminal. Control characters are escaped; never log a
 * password, token, e-mail address or message text.
 */
#ifndef VOBE_LOG_H
#define VOBE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

/*
 * `event` is a stable snake_case word ("pool_lost"); `fmt` the sentence for people.
 * A repeated event at one place is limited to 10 a second, then counted ("suppressed":N).
 */
#define log_debug(event, ...) LOG_AT(LOG_DEBUG_, event, __VA_ARGS__)
#define log_info(event, ...) LOG_AT(LOG_INFO_, event, __VA_ARGS__)
#define log_warn(event, ...) LOG_AT(LOG_WARN_, event, __VA_ARGS__)
#define log_error(event, ...) LOG_AT(LOG_ERROR_, event, __VA_ARGS__)

struct log_site {
	int64_t window_s;
	unsigned count, suppressed;
};

#define LOG_AT(level, event, ...)                                                                  \
	do {                                                                                       \
		static struct log_site log_site_;                                                  \
		if (log_wants(level))                                                              \
			log_write(&log_site_, level, event, __VA_ARGS__);                          \
	} while (0)

/* What a record says for machines: members of the JSON object, or " name=value" behind the sentence. */
struct log_fact {
	const char *name; /* snake_case; NULL ends the table */
	const char *text; /* NULL: the number counts */
	int64_t number;
};

/*
 * A line that is one of many of its kind, and each counts (an access log): never held back. `facts` ends with
 * {0} or is NULL. Values may come from strangers.
 */
void log_record(enum log_level level, const char *event, const struct log_fact *facts, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same, held back as log_write is. */
void log_record_some(struct log_site *site, enum log_level level, const char *event,
		     const struct log_fact *facts, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

bool log_wants(enum log_level level);
void log_write(struct log_site *site, enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The request id that lines written from now on carry; NULL for none. The task switch keeps it per task. */
void log_context(const char *request_id);

#endif
