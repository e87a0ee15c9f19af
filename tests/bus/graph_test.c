/* The graph of modules: every fault planted and named, the order of starting. No database. */
#include "bus/bus.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#define THING_FIELDS(F, T) F(T, UUID, thing_id, 0, "The thing")
STRUCT(thing, THING_FIELDS);
SCHEMA(thing, THING_FIELDS, "A thing");

#define OTHER_FIELDS(F, T) F(T, TEXT, name, 0, "Another shape")
STRUCT(other, OTHER_FIELDS);
SCHEMA(other, OTHER_FIELDS, "Another shape");

#define EVENT_OF(NAME, topic_, T, version_)                                                        \
	static const struct event NAME = {.topic = topic_, .payload = &T##_schema, .version = version_}
EVENT_OF(thing_made, "thing.made", thing, 1);
EVENT_OF(thing_made_again, "thing.made", thing, 1);
EVENT_OF(thing_made_newer, "thing.made", thing, 2);
EVENT_OF(thing_made_otherwise, "thing.made", other, 1);
EVENT_OF(thing_lost, "thing.lost", thing, 1);
EVENT_OF(no_version, "thing.kept", thing, 0);

static err apply(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx, (void)ch, (void)batch, (void)count;
	return NULL;
}

static const int a_service; /* what it does is nothing to the graph */
static const struct event *const made[] = {&thing_made, NULL};
static const struct event *const made_again[] = {&thing_made_again, NULL};
static const struct event *const made_newer[] = {&thing_made_newer, NULL};
static const struct event *const made_otherwise[] = {&thing_made_otherwise, NULL};
static const struct event *const made_twice[] = {&thing_made, &thing_made_again, NULL};
static const struct event *const lost[] = {&thing_lost, NULL};
static const struct event *const unversioned[] = {&no_version, NULL};
static const struct event *const none[] = {NULL};

#define HEARINGS(...) (const struct subscription[]){__VA_ARGS__, {0}}
#define NEEDS(...)   (const char *const[]){__VA_ARGS__, NULL}
#define OFFERS(name) (const struct service[]){{name, &a_service}, {0}}
#define MODULES(...) (const struct module *const[]){__VA_ARGS__, NULL}

/* The fault of these modules must hold each of the words (NULL-terminated). */
static void expect_fault(const struct module *const *modules, const char *const *words)
{
	char *fault = bus_graph_fault(modules);

	ck_assert_ptr_nonnull(fault);
	for (; *words; words++)
		ck_assert_msg(strstr(fault, *words), "\"%s\" does not name %s", fault, *words);
	free(fault);
}
#define FAULT(modules, ...) expect_fault(modules, (const char *const[]){__VA_ARGS__, NULL})

static const struct module teller = {.name = "teller", .tells = made, .services = OFFERS("teller.it")};

TEST(sound_graph)
{
	const struct module hearer = {
		.name = "hearer",
		.needs = NEEDS("teller.it"),
		.hears = HEARINGS(
			{.name = "hearer.things", .source = "teller", .events = made_again, .apply = apply}),
	};

	ck_assert_ptr_null(bus_graph_fault(MODULES(&hearer, &teller)));
	ck_assert_ptr_null(bus_graph_fault(MODULES(&teller)));
	ck_assert_ptr_null(bus_graph_fault((const struct module *const[]){NULL}));
}

TEST(names)
{
	const struct module nameless = {.name = ""}, twin = {.name = "teller"};

	FAULT(MODULES(&teller, &nameless), "module 1", "no name");
	FAULT(MODULES(&teller, &twin), "teller", "twice");
}

TEST(needs)
{
	const struct module a = {.name = "a", .needs = NEEDS("nowhere.it")};
	const struct module b = {.name = "b", .needs = NEEDS("c.it")}, c = {.name = "c"};

	FAULT(MODULES(&a), "a needs", "nowhere", "of no module");
	FAULT(MODULES(&b, &c), "b needs c.it", "not offer");
}

TEST(services)
{
	const struct module foreign = {.name = "a", .services = OFFERS("teller.it")};
	const struct module bare = {.name = "a", .services = OFFERS("a")};
	const struct module twice = {
		.name = "a",
		.services = (const struct service[]){{"a.it", &a_service}, {"a.it", &a_service}, {0}}};

	FAULT(MODULES(&teller, &foreign), "a offers", "teller.it", "a.cards");
	FAULT(MODULES(&bare), "a offers", "one word");
	FAULT(MODULES(&twice), "a offers a.it twice");
}

TEST(cycles)
{
	const struct module self = {.name = "self", .needs = NEEDS("self.it"), .services = OFFERS("self.it")};
	const struct module a = {.name = "a", .needs = NEEDS("b.it"), .services = OFFERS("a.it")};
	const struct module b = {.name = "b", .needs = NEEDS("c.it"), .services = OFFERS("b.it")};
	const struct module c = {.name = "c", .needs = NEEDS("b.it"), .services = OFFERS("c.it")};

	FAULT(MODULES(&self), "self needs self", "cycle");
	FAULT(MODULES(&a, &b, &c), "b needs c needs b", "cycle");
}

TEST(topics)
{
	static const char *const bad[] = {
		"", "thing", "Thing.made", "thing.made.twice", ".made", "thing.", "_x.y", "x.y_", "a b.c"};
	static const char *const good[] = {"thing.made", "session.reuse_detected", "some_thing.made"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct event e = {.topic = bad[i], .payload = &thing_schema, .version = 1};
		const struct module m = {.name = "m", .tells = (const struct event *const[]){&e, NULL}};

		FAULT(MODULES(&m), "m tells", "noun.past_tense");
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const struct event e = {.topic = good[i], .payload = &thing_schema, .version = 1};
		const struct module m = {.name = "m", .tells = (const struct event *const[]){&e, NULL}};

		ck_assert_ptr_null(bus_graph_fault(MODULES(&m)));
	}
}

TEST(tellers)
{
	const struct module second = {.name = "second", .tells = made_again};
	const struct module twice = {.name = "twice", .tells = made_twice};
	const struct module old = {.name = "old", .tells = unversioned};

	FAULT(MODULES(&teller, &second), "teller and second", "thing.made", "one teller");
	FAULT(MODULES(&twice), "twice", "thing.made");
	FAULT(MODULES(&old), "old", "thing.kept", "version");
}

static void hearing_fault(struct subscription s, const char *word)
{
	const struct module hearer = {.name = "hearer", .hears = HEARINGS(s)};

	FAULT(MODULES(&teller, &hearer), s.name, word);
}

TEST(subscriptions)
{
	const struct subscription fine = {
		.name = "hearer.things", .source = "teller", .events = made, .apply = apply};
	struct subscription s = fine;

	s.source = "nowhere";
	hearing_fault(s, "nowhere");
	s = fine, s.events = lost;
	hearing_fault(s, "thing.lost");
	s = fine, s.events = made_otherwise;
	hearing_fault(s, "contracts/teller.h");
	s = fine, s.events = made_newer;
	hearing_fault(s, "version 2");
	s = fine, s.apply = NULL;
	hearing_fault(s, "apply");
	s = fine, s.events = none;
	hearing_fault(s, "events");
	s = fine, s.hearing = IN_MEMORY, s.supersedes = true;
	hearing_fault(s, "supersedes");
}

TEST(subscription_names)
{
	const struct subscription s = {.name = "things", .source = "teller", .events = made, .apply = apply};
	const struct module a = {.name = "a", .hears = HEARINGS(s)}, b = {.name = "b", .hears = HEARINGS(s)};

	FAULT(MODULES(&teller, &a, &b), "a and b", "things", "unique");
}

TEST(order)
{
	const struct module d = {.name = "d", .services = OFFERS("d.it")};
	const struct module c = {.name = "c", .services = OFFERS("c.it"), .needs = NEEDS("d.it")};
	const struct module b = {.name = "b", .services = OFFERS("b.it"), .needs = NEEDS("d.it")};
	const struct module a = {.name = "a", .needs = NEEDS("b.it", "c.it")};
	const struct module *ordered[5];

	bus_order(MODULES(&a, &c, &b, &d), ordered);
	ck_assert_ptr_eq(ordered[0], &d);
	ck_assert_ptr_eq(ordered[1], &b);
	ck_assert_ptr_eq(ordered[2], &c);
	ck_assert_ptr_eq(ordered[3], &a);
	ck_assert_ptr_null(ordered[4]);
}
