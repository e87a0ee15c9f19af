/*
 * Two instances of the server on one database, both telling and both hearing, one of them killed with SIGKILL
 * at a random moment of each round. Whatever was acknowledged is there, and every event has its effect
 * exactly once.
 */
#include "bus/scene.h"
#include "support/test.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { ROUNDS = 6, ROUND_MS = 700, WRITERS = 4, ACKS_MAX = 100000, AGGREGATES = 40 };

/* Shared with the instances: what the database has confirmed to them. */
struct ledger {
	int count;
	int64_t acked[ACKS_MAX];
};

struct writer {
	struct ctx cx;
	struct ledger *ledger;
	int64_t next; /* number of the next event; unique in the test */
	bool stop, ended;
};

static err write_on(struct ctx *cx, void *arg)
{
	struct writer *w = arg;

	while (!w->stop) {
		cx->arena = arena_new();
		struct change *ch = change_begin(cx);

		for (int i = 0; i < 1 + (int)(w->next % 3); i++) {
			char name[16];
			snprintf(name, sizeof name, "%d", (int)(random() % AGGREGATES));
			const struct item item = {.item_id = uuid_of("instances", name), .n = w->next};

			tell_(ch, &item_added, item.item_id, 1, &item);
		}
		if (!change_commit(cx, ch) && w->ledger->count < ACKS_MAX)
			w->ledger->acked[w->ledger->count++] = w->next;
		w->next++;
		arena_free(cx->arena);
	}
	return NULL;
}

static void writer_ended(void *arg, err result)
{
	struct writer *w = arg;

	(void)result;
	w->ended = true;
}

/* One life of an instance. */
static _Noreturn void live(struct ledger *ledger, int64_t first)
{
	struct writer writers[WRITERS] = {0};

	srandom((unsigned)first);
	instance_open();
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.ledger = ledger, .next = first + i * 1000000};
		writers[i].cx.request_id = "instance";
		ck_assert(task_start(&writers[i].cx, write_on, &writers[i], writer_ended));
	}
	spin(ROUND_MS);
	for (int i = 0; i < WRITERS; i++) {
		writers[i].stop = true;
		ck_assert(loop_until(&writers[i].ended, PATIENCE_MS));
	}
	instance_close();
	_exit(0);
}

static pid_t instance_start(struct ledger *ledger, int number)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		live(ledger, (int64_t)(number + 1) * WRITERS * 1000000);
	return pid;
}

static void one_round(struct ledger *ledgers, int round)
{
	pid_t pids[2];
	int status, victim = round % 2;

	for (int i = 0; i < 2; i++)
		pids[i] = instance_start(&ledgers[i], round * 2 + i);
	usleep((useconds_t)(150 + random() % (ROUND_MS - 150)) * 1000);
	kill(pids[victim], SIGKILL);
	for (int i = 0; i < 2; i++) {
		waitpid(pids[i], &status, 0);
		ck_assert_msg(i == victim || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
			      "an instance failed");
	}
}

static void assert_acknowledged(const struct ledger *l)
{
	for (int i = 0; i < l->count; i += 500) {
		char query[16000];
		int len = snprintf(query, sizeof query, "SELECT count(*) FROM unnest(ARRAY[");
		int last = i + 500 < l->count ? i + 500 : l->count;

		for (int j = i; j < last; j++)
			len += snprintf(query + len, sizeof query - (size_t)len, "%s%lld", j > i ? "," : "",
					(long long)l->acked[j]);
		snprintf(query + len, sizeof query - (size_t)len,
			 "]::bigint[]) a (n) WHERE NOT EXISTS (SELECT FROM mirror.effect e WHERE e.n = a.n)");
		ASSERT_SQL(query, 0);
	}
}

SCENE(NULL, NULL, .seconds = 180);

TEST(two_instances)
{
	struct ledger *ledgers =
		mmap(NULL, 2 * sizeof *ledgers, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(ledgers, MAP_FAILED);
	conninfo = scene_database();
	srandom((unsigned)getpid());
	for (int round = 0; round < ROUNDS; round++)
		one_round(ledgers, round);

	instance_open(); /* what the dead left behind is found at the start */
	settle();
	ck_assert_int_gt(ledgers[0].count, ROUNDS * 10);
	ck_assert_int_gt(ledgers[1].count, ROUNDS * 10);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox o WHERE (SELECT count(*) FROM mirror.effect e WHERE "
		   "e.part = o.part"
		   " AND e.off = o.off AND e.event_id = o.event_id) <> 1",
		   0);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	assert_sound();
	assert_acknowledged(&ledgers[0]);
	assert_acknowledged(&ledgers[1]);
	ck_assert_uint_eq(stats_now().holes, 0);
	instance_close();
	munmap(ledgers, 2 * sizeof *ledgers);
}

/* What is kept in memory hears what another instance tells: here within a few sweeps of 50 ms. */
TEST(memory_hears_other_instance)
{
	struct ledger *ledger =
		mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	conninfo = scene_database();
	pid_t pid = instance_start(ledger, 0); /* a fork comes before the loop */
	instance_open();
	while (waitpid(pid, &status, WNOHANG) == 0)
		spin(10);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	int64_t told = sql_int("SELECT count(*) FROM shop.outbox");
	int64_t before =
		sql_int("SELECT count(*) FROM shop.outbox WHERE created_at < now() - interval '1 day'");
	for (int i = 0; memory.count < told && i < 40; i++)
		spin(10);
	ck_assert_int_eq(before, 0);
	ck_assert_int_gt(told, 100);
	/* It began at the head of its own start, which may have been after the first ones. */
	ck_assert_int_gt(memory.count, 100);
	int64_t last = sql_int("SELECT (payload->>'n')::bigint FROM shop.outbox"
			       " ORDER BY created_at DESC, part DESC, off DESC LIMIT 1");
	bool found = false;
	for (int i = 0; i < memory.count && i < MEMORY_MAX; i++)
		found |= memory.n[i] == last;
	ck_assert(found);
	instance_close();
	munmap(ledger, sizeof *ledger);
}
