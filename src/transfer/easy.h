/* What all transfers have in common, of whatever protocol: guards that no plan can loosen, and what a result
 * of libcurl means. */
#ifndef TRANSFER_EASY_H
#define TRANSFER_EASY_H

#include "vobe/ctx.h"

#include <curl/curl.h>

/* Initialises libcurl, once: a server that asks nobody does not pay for it. */
void easy_open(void);

/* Undoes it, if it was done. */
void easy_close(void);

/* `protocols` as CURLOPT_PROTOCOLS_STR; `ca_file` and `proxy` may be NULL or empty. Never NULL. */
CURL *easy_new(const char *url, const char *protocols, const char *ca_file, const char *proxy);
void easy_limits(CURL *easy, int connect_ms, int total_ms);

/* The problem of a transfer that ended so; NULL: all went well. `fault` is libcurl's own word, for the log:
 * it may name addresses. */
err easy_fault(struct ctx *cx, CURL *easy, CURLcode result, const char *fault);

#endif
