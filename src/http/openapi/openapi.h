/*
 * The description of the API, OpenAPI 3.1, from route tables and field lists: what is documented is what
 * runs. http_openapi is in http/server.h.
 */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

void openapi_close(void);

#endif
