/* The schemas of OpenAPI (JSON Schema 2020-12) from field lists. */
#ifndef HTTP_SCHEMAS_H
#define HTTP_SCHEMAS_H

/* Members of "schemas": every component referred to, and those they refer to. */
void schemas_write(void);

#endif
