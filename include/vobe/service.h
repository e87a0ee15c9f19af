/*
 * Services: what a module does for others who call it. A contract declares each as a struct of functions:
 *
 *	struct content_cards { err (*post_cards)(struct ctx *cx, ...); };
 *	SERVICE(content_cards, "content.cards");
 *
 * Its module offers it, in a table; who has "content.cards" among its `needs` takes it in start():
 *
 *	const struct service content_services[] = {OFFER(content_cards, cards), {0}};
 *	content = content_cards_service();
 *
 * To offer or to take another struct under that name does not compile.
 */
#ifndef VOBE_SERVICE_H
#define VOBE_SERVICE_H

struct service {
	const char *name; /* its module, a dot and one word; NULL ends a table */
	const void *functions;
};

/* After the struct NAME. Declares its getter, for start() of modules that need the service. Never NULL. */
#define SERVICE(NAME, name_)                                                                       \
	__attribute__((unused)) static inline const struct NAME *NAME##_service(void)              \
	{                                                                                          \
		return service_named(name_);                                                       \
	}                                                                                          \
	__attribute__((unused)) static const char NAME##_service_name[] = name_

/* A row of `services`. The variable must be a struct NAME. */
#define OFFER(NAME, variable) {NAME##_service_name, _Generic(&(variable), const struct NAME *: &(variable))}

/* For SERVICE. While a module starts, a name that is not among its needs ends the process. */
const void *service_named(const char *name);

#endif
