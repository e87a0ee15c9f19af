/* Whose the files of this folder are. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#define MODULE "auth"

#endif
