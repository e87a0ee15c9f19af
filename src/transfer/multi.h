/*
 * libcurl on the loop. It runs on the loop's stack only, since a task's has 64 KiB and TLS likes more: what a
 * task wants of it is noted by multi_touch and done at the end of the turn.
 */
#ifndef TRANSFER_MULTI_H
#define TRANSFER_MULTI_H

#include "transfer/easy.h"
#include "vobe/buf.h"

#include <sys/queue.h>

enum { HEAD_MAX = 16 * 1024, AHEAD_MAX = 64 * 1024 };

struct transfer {
	CURL *easy;
	struct curl_slist *lines; /* of the request's head */
	struct arena *arena;
	struct buf head;          /* of the answer, as it came */
	struct buf coming, given; /* of the body: what has come, and the piece that the reader has */
	int status;
	int64_t begun_us,
		heard_us; /* monotonic: when it began; the last byte, or when the reader came for more */
	int64_t first_byte_us, gap_us;
	bool has_head, is_paused;
	bool is_done;   /* by libcurl, with `result` */
	bool is_closed; /* the reader wants no more; the socket goes with it */
	bool is_over;   /* its arena has gone: the struct goes, too */
	CURLcode result;
	char fault[CURL_ERROR_SIZE];
	struct task *reader; /* that waits for more, or NULL */

	bool is_added, is_touched; /* multi.c's */
	TAILQ_ENTRY(transfer) touched;
};

/* At the end of this turn it is begun, read on, closed or freed, as its flags say. */
void multi_touch(struct transfer *t);

#endif
