/* Memory for a library that maps its own, again and again. */
#ifndef VOBE_LENT_H
#define VOBE_LENT_H

/*
 * Between the two, on this thread, one anonymous mapping at a time that a library makes with mmap and gives
 * back with munmap is lent to it: a region of huge pages, which the next one gets again. Meant for work that
 * is offloaded (ctx.h); an idle worker gives its region back to the kernel a second later.
 *
 * The library has to write before it reads: what is lent again holds what the one before left there, not
 * zeros. libsodium's Argon2 does (RFC 9106, section 3.2: every block is computed); nothing else here is lent
 * anything.
 */
void lent_begin(void);
void lent_end(void);

#endif
