/* The layer of outgoing transfers: libcurl's multi-socket interface on the loop. Opened lazily: a server that
 * asks nobody never initialises libcurl. */
#ifndef TRANSFER_TRANSFERS_H
#define TRANSFER_TRANSFERS_H

/* After loop_open and before loop_close. Closing ends what is under way. */
void transfers_open(void);
void transfers_close(void);

#endif
