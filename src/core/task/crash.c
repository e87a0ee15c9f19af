/* Last words: one line of the log when the process dies of a signal, so that a lost server says why. */
#include "core/task/crash.h"

#include "core/log/logging.h"
#include "core/memory/sanitizer.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024, LINE_BYTES = 512, ADDRESS_DIGITS = 16 };

#if defined(WITH_ASAN) || defined(WITH_TSAN)
enum { SANITIZER_SAYS_MORE = 1 };
#else
enum { SANITIZER_SAYS_MORE = 0 };
#endif

static const struct {
	int number;
	const char *name;
} deadly[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}};

/* The line under construction; what does not fit is left out. Nothing here allocates or locks. */
struct line {
	char at[LINE_BYTES];
	size_t len;
};

static void put(struct line *l, const char *s)
{
	size_t len = strlen(s);

	if (l->len + len > sizeof l->at)
		return;
	memcpy(l->at + l->len, s, len);
	l->len += len;
}

static void put_address(struct line *l, uintptr_t address)
{
	char digits[ADDRESS_DIGITS + 1] = {0};

	for (int i = ADDRESS_DIGITS; i-- > 0; address >>= 4)
		digits[i] = "0123456789abcdef"[address & 15];
	put(l, digits);
}

static const char *name_of(int number)
{
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		if (deadly[i].number == number)
			return deadly[i].name;
	return "a signal";
}

/* The handler is gone after its first call: what it returns to fails again, and the process dies of that. */
static void say_why(int number, siginfo_t *info, void *machine)
{
	struct line l = {.len = 0};
	const char *request = log_context_now();
	int fd;
	bool json;

	(void)machine;
	log_target(&fd, &json);
	put(&l, json ? "{\"level\":\"error\",\"event\":\"crashed\",\"msg\":\"" : "error crashed: ");
	put(&l, name_of(number));
	put(&l, " at address 0x");
	put_address(&l, (uintptr_t)info->si_addr);
	put(&l, json ? "\",\"request_id\":\"" : " [");
	put(&l, request ? request : "");
	put(&l, json ? "\"}\n" : "]\n");
	if (write(fd, l.at, l.len) < 0)
		return; /* it dies without a word */
}

void crash_watch(void)
{
	static char stack[STACK_BYTES]; /* the one that ran over has no room */
	struct sigaction act = {.sa_sigaction = say_why, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};

	if (SANITIZER_SAYS_MORE)
		return;
	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		sigaction(deadly[i].number, &act, NULL);
}
