/* What `serve` tells people and the service manager. */
#ifndef COMMANDS_SERVE_H
#define COMMANDS_SERVE_H

/* Sends `state` ("READY=1") to the service manager named by NOTIFY_SOCKET (sd_notify(3)); nothing when there
 * is none. */
void service_manager_tell(const char *state);

#endif
