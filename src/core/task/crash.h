/* Last words of a process that dies of a signal. */
#ifndef CORE_CRASH_H
#define CORE_CRASH_H

/* From now on SIGSEGV and its like write one line to the log (event "crashed": signal, address, request)
 * before they end the process as they always do. For the thread that calls, on a stack of its own. */
void crash_watch(void);

#endif
