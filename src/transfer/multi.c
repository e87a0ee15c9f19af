/* The sockets and the timer of libcurl as events of the loop (curl: libcurl-multi(3), "multi_socket"). */
#include "transfer/multi.h"

#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "transfer/transfers.h"

#include <event2/event.h>
#include <stdlib.h>

static CURLM *multi; /* NULL until the first transfer */
static struct event *timer;
static TAILQ_HEAD(touched_list, transfer) touched = TAILQ_HEAD_INITIALIZER(touched);
static TAILQ_HEAD(socket_list, watched) sockets = TAILQ_HEAD_INITIALIZER(sockets);

/* A socket of libcurl's that is waited for. */
struct watched {
	TAILQ_ENTRY(watched) link;
	struct event *event;
};

static void note_result(const CURLMsg *message)
{
	struct transfer *t;

	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
	t->is_done = true;
	t->result = message->data.result;
	if (t->reader)
		task_wake(t->reader);
}

static void act(curl_socket_t socket, int what)
{
	int running, left;

	curl_multi_socket_action(multi, socket, what, &running);
	for (const CURLMsg *message; (message = curl_multi_info_read(multi, &left));)
		if (message->msg == CURLMSG_DONE)
			note_result(message);
}

static void on_socket(evutil_socket_t socket, short what, void *arg)
{
	(void)arg;
	act(socket, (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(evutil_socket_t socket, short what, void *arg)
{
	(void)socket, (void)what, (void)arg;
	act(CURL_SOCKET_TIMEOUT, 0);
}

static void unwatch(struct watched *w)
{
	if (!w)
		return;
	TAILQ_REMOVE(&sockets, w, link);
	event_free(w->event);
	free(w);
}

static void watch(curl_socket_t socket, int what, struct watched *w)
{
	short wanted = (short)(EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) |
			       (what & CURL_POLL_OUT ? EV_WRITE : 0));

	if (!w) {
		w = memory_take(sizeof *w);
		TAILQ_INSERT_TAIL(&sockets, w, link);
		curl_multi_assign(multi, socket, w);
	} else {
		event_free(w->event);
	}
	w->event = event_new(loop_base(), socket, wanted, on_socket, NULL);
	if (!w->event || event_add(w->event, NULL) != 0)
		memory_exhausted(sizeof *w);
}

/* CURLMOPT_SOCKETFUNCTION */
static int socket_changes(CURL *easy, curl_socket_t socket, int what, void *arg, void *of_socket)
{
	(void)easy, (void)arg;
	if (what == CURL_POLL_REMOVE) {
		unwatch(of_socket);
		curl_multi_assign(multi, socket, NULL);
	} else {
		watch(socket, what, of_socket);
	}
	return 0;
}

/* CURLMOPT_TIMERFUNCTION */
static int timer_changes(CURLM *of, long ms, void *arg)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	(void)of, (void)arg;
	if (ms < 0)
		evtimer_del(timer);
	else
		evtimer_add(timer, &tv);
	return 0;
}

static void open_multi(void)
{
	easy_open();
	multi = curl_multi_init();
	if (!multi)
		memory_exhausted(0);
	timer = evtimer_new(loop_base(), on_timer, NULL);
	if (!timer)
		memory_exhausted(0);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_changes);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_changes);
}

/* --- what tasks want --- */

static void begin(struct transfer *t)
{
	if (!multi)
		open_multi();
	t->is_added = true;
	curl_multi_add_handle(multi, t->easy);
}

/* The socket is closed, whatever was under way on it. */
static void leave(struct transfer *t)
{
	if (t->is_added)
		curl_multi_remove_handle(multi, t->easy);
	t->is_added = false;
}

static void free_transfer(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->lines);
	buf_free(&t->head);
	buf_free(&t->coming);
	buf_free(&t->given);
	free(t);
}

static void settle(struct transfer *t)
{
	if (t->is_closed || t->is_over) {
		leave(t);
	} else if (!t->is_added) {
		begin(t);
	} else if (t->is_paused) {
		t->is_paused = false;
		curl_easy_pause(t->easy, CURLPAUSE_CONT);
	}
	if (t->is_over)
		free_transfer(t);
}

static bool settle_touched(void)
{
	bool any = false;

	for (struct transfer *t; (t = TAILQ_FIRST(&touched)); any = true) {
		TAILQ_REMOVE(&touched, t, touched);
		t->is_touched = false;
		settle(t);
	}
	return any;
}

void multi_touch(struct transfer *t)
{
	if (t->is_touched)
		return;
	t->is_touched = true;
	TAILQ_INSERT_TAIL(&touched, t, touched);
}

void transfers_open(void)
{
	loop_at_turn_end(settle_touched);
}

/* What is still under way belongs to arenas that are never freed: the process is about to end. */
void transfers_close(void)
{
	settle_touched();
	if (multi) {
		curl_multi_cleanup(multi);
		event_free(timer);
	}
	for (struct watched *w = TAILQ_FIRST(&sockets), *next; w; w = next) {
		next = TAILQ_NEXT(w, link);
		unwatch(w);
	}
	multi = NULL;
	easy_close();
}
