/*
 * Strands as stacks: ucontext creates a stack once, then _setjmp and _longjmp switch, without the two system
 * calls for the signal mask that swapcontext makes each time. The struct lives at the top of its own stack's
 * mapping.
 */
#include "core/memory/sanitizer.h"
#include "core/task/strand.h"

#include <setjmp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0)
#define VALGRIND_STACK_DEREGISTER(id)      ((void)(id))
#endif

/* Below each stack. The compiler touches every page of a large frame (-fstack-clash-protection); libraries
 * need not be built so, and few of their frames are larger. */
enum { GUARD_BYTES = 64 * 1024 };

#ifdef WITH_TSAN
#error "ThreadSanitizer does not follow switched stacks: make TASKS=threads SANITIZE=thread"
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
enum { STACK_FACTOR = 4 }; /* instrumented frames are larger */
#else
#define __sanitizer_start_switch_fiber(save, low, size)  ((void)(save), (void)(low), (void)(size))
#define __sanitizer_finish_switch_fiber(save, low, size) ((void)(save), (void)(low), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(low, size)           ((void)(low), (void)(size))
enum { STACK_FACTOR = 1 };
#endif

/*
 * The compiler's own pair saves three registers and leaves the others to the function it is in; libc's saves
 * all and looks for cleanup handlers of pthreads on the way. clang has the pair for few processors.
 */
#ifdef __x86_64__
typedef void *place[5]; /* GCC manual, section 6.5, "Nonlocal Gotos" */
#define place_mark(p) __builtin_setjmp(p)
static __attribute__((noinline, noreturn)) void place_go(place p)
{
	__builtin_longjmp(p, 1); /* not in a function that marks a place */
}
#else
typedef jmp_buf place;
#define place_mark(p) _setjmp(p)
#define place_go(p)   _longjmp(p, 1)
#endif

struct strand {
	place inside, outside;
	ucontext_t birth; /* until it is first entered */
	void (*body)(void *arg);
	void *arg;
	enum { UNBORN, BORN } life;
	void *mapping;
	size_t mapped;   /* guard included */
	const void *low; /* of the usable stack */
	size_t size;
	unsigned valgrind_id;
	/* What AddressSanitizer wants to know of a switch. */
	void *inside_frames, *outside_frames;
	const void *outside_low;
	size_t outside_size;
};

/* makecontext passes ints only: the pointer comes in two halves. */
static void begin(unsigned high, unsigned low)
{
	struct strand *s = (struct strand *)((uintptr_t)high << 32 | low);

	__sanitizer_finish_switch_fiber(NULL, &s->outside_low, &s->outside_size);
	s->body(s->arg);
}

static size_t whole_pages(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

static void conceive(struct strand *s)
{
	getcontext(&s->birth);
	s->birth.uc_link = NULL;
	s->birth.uc_stack.ss_sp = (void *)s->low;
	s->birth.uc_stack.ss_size = s->size;
	makecontext(&s->birth, (void (*)(void))begin, 2, (unsigned)((uintptr_t)s >> 32),
		    (unsigned)(uintptr_t)s);
}

struct strand *strand_new(size_t stack_bytes, void (*body)(void *arg), void *arg)
{
	size_t guard = whole_pages(GUARD_BYTES), mapped = guard + whole_pages(stack_bytes * STACK_FACTOR);
	char *mapping = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	struct strand *s;

	if (mapping == MAP_FAILED)
		return NULL;
	if (mprotect(mapping, guard, PROT_NONE) != 0) {
		munmap(mapping, mapped);
		return NULL;
	}
	s = (struct strand *)((uintptr_t)(mapping + mapped - sizeof *s) & ~(uintptr_t)63);
	*s = (struct strand){
		.body = body, .arg = arg, .mapping = mapping, .mapped = mapped, .low = mapping + guard};
	s->size = (size_t)((char *)s - (char *)s->low);
	s->valgrind_id = VALGRIND_STACK_REGISTER(s->low, (char *)s->low + s->size);
	conceive(s);
	return s;
}

void strand_free(struct strand *s)
{
	VALGRIND_STACK_DEREGISTER(s->valgrind_id);
	ASAN_UNPOISON_MEMORY_REGION(s->low, s->size);
	munmap(s->mapping, s->mapped);
}

void strand_enter(struct strand *s)
{
	__sanitizer_start_switch_fiber(&s->outside_frames, s->low, s->size);
	if (place_mark(s->outside) == 0) {
		if (s->life == BORN)
			place_go(s->inside);
		s->life = BORN;
		setcontext(&s->birth);
	}
	__sanitizer_finish_switch_fiber(s->outside_frames, NULL, NULL);
}

void strand_leave(struct strand *s)
{
	__sanitizer_start_switch_fiber(&s->inside_frames, s->outside_low, s->outside_size);
	if (place_mark(s->inside) == 0)
		place_go(s->outside);
	__sanitizer_finish_switch_fiber(s->inside_frames, &s->outside_low, &s->outside_size);
}
