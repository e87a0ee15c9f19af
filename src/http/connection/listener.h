/* The listening socket; http_listen and http_port are in server.h. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

void listener_drain(void);
void listener_close(void);

#endif
