/* Whose word on the address of a client is taken: proxies that stand in front of the server. */
#ifndef HTTP_PROXIES_H
#define HTTP_PROXIES_H

#include "http/wire/peers.h"

/*
 * Takes addresses and networks ("10.0.0.0/8, ::1"), separated by commas; NULL or empty: nobody. False: what
 * cannot be read is said on stderr.
 */
bool proxies_open(const char *list);

bool peer_is_proxy(const struct peer *p);

#endif
