/* Buffers of one size for what connections read and write, recycled. */
#ifndef HTTP_BLOCKS_H
#define HTTP_BLOCKS_H

enum { BLOCK = 16384 };

char *block_take(void);
void block_give(char *block); /* NULL is fine */
void blocks_close(void);

#endif
