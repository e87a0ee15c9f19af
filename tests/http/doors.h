/* A server that is judged by what it spends on strangers: routes, users, and clients behind a proxy. */
#ifndef HTTP_DOORS_H
#define HTTP_DOORS_H

#include "http/scene.h"

#include <stdio.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, DOCUMENT_LEN = 20000 };

extern const struct route door_routes[];
extern const struct http_hooks door_hooks;
extern int tokens_read; /* beside handler_runs, from 0 with each opening */

/* Two mebibytes of bodies for each address, a trusted proxy, and 300 ms for a body to come. */
void with_room(struct http_config *cfg);
void open_doors(void);

#define H "Host: x\r\n"
#define AS(user) "Authorization: Bearer " user "\r\n"
#define FROM(address) "X-Forwarded-For: " address "\r\n"

struct got post(const char *path, const char *headers, const char *body);
struct got get(const char *path, const char *headers);

/* A connection that has sent the head of a large body and so many bytes of it. */
int begin_post(const char *path, const char *headers, size_t length, size_t sent);

#endif
