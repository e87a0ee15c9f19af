/* A process that dies of a signal says so in one line, also when a task's stack is what ran over. */
#include "core/log/logging.h"
#include "core/memory/sanitizer.h"
#include "core/scene.h"
#include "core/task/crash.h"
#include "core/task/task.h"
#include "support/test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sanitizers report it themselves; stacks of threads are their library's. */
#if defined(WITH_ASAN) || defined(WITH_TSAN) || defined(VOBE_TASKS_threads)
enum { OTHERS_SAY_IT = 1 };
#else
enum { OTHERS_SAY_IT = 0 };
#endif

static int depth_limit = 1000000; /* no compiler may see that it is for ever */

static int dig(volatile char *above, int depth)
{
	volatile char block[4096];

	block[17] = *above;
	return depth < depth_limit ? dig(block + 17, depth + 1) + block[17] : 0;
}

static err dig_for_ever(struct ctx *cx, void *arg)
{
	volatile char ground = 0;

	(void)arg;
	(void)cx;
	log_context("request-7");
	return dig(&ground, 0) ? NULL : CONFLICT;
}

static void die(int fd, enum log_format format)
{
	struct probe p = {0};

	log_open(fd, LOG_INFO_, format);
	crash_watch();
	probe_start(&p, dig_for_ever);
	_exit(0);
}

/* What a child said, and how it ended. */
static int last_words(enum log_format format, char *words, size_t room)
{
	int ends[2], status;
	ssize_t got;
	size_t len = 0;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0)
		die(ends[1], format);
	close(ends[1]);
	while (len + 1 < room && (got = read(ends[0], words + len, room - 1 - len)) > 0)
		len += (size_t)got;
	words[len] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

SCENE(open_scene, close_scene);

TEST(a_crash_is_one_line_of_the_log)
{
	char words[1024];
	int status;

	if (OTHERS_SAY_IT)
		return;
	status = last_words(LOG_JSON, words, sizeof words);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	ck_assert_ptr_eq(strchr(words, '\n'), words + strlen(words) - 1);
	ck_assert_ptr_nonnull(strstr(words, "\"event\":\"crashed\",\"msg\":\"SIGSEGV at address 0x"));
	ck_assert_ptr_nonnull(strstr(words, "\"request_id\":\"request-7\""));
	last_words(LOG_TEXT, words, sizeof words);
	ck_assert_int_eq(strncmp(words, "error crashed: SIGSEGV at address 0x", 36), 0);
}
