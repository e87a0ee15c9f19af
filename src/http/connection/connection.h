/* Connections of clients: bytes in, requests one after the other, bytes out. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http/wire/peers.h"

/* A connection lives from here; the socket is non-blocking and becomes the connection's. */
void conn_open(int fd, const struct peer *peer);

/* All of them. */
void conns_open(void);
void conns_drain(void);
void conns_close(void);

#endif
