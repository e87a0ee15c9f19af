/* A person with a browser has come to an API: a small page says so and helps on. */
#ifndef HTTP_BROWSER_H
#define HTTP_BROWSER_H

#include "http/exchange/exchange.h"

/* Whether a page is what is asked for: a GET that accepts text/html. */
bool browser_asks(const struct exchange *ex);

/* Adds the page: where things are, and `fault`, if something is not there. */
void browser_page(struct buf *b, const struct exchange *ex, err fault);

#define BROWSER_TYPE "text/html; charset=utf-8"

#endif
