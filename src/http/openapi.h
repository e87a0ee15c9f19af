/* The description of the API; http_openapi is in server.h. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

void openapi_close(void);

#endif
