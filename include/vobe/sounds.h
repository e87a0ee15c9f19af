/*
 * How a word sounds, by rough rules for English and Russian: a name that was written by ear, or in the other
 * script, meets the one that is meant ("битлз" and "Beatles", "металлика" and "Metallica").
 */
#ifndef VOBE_SOUNDS_H
#define VOBE_SOUNDS_H

#include "vobe/arena.h"

/* In ASCII letters, a sound a letter: "bitles". All sibilants are one sound, and w is v. */
char *text_sound(struct arena *a, const char *word);

/* Of a sound the consonants, behind an `a` where it begins with a vowel: what words are looked up by. */
char *sound_key(struct arena *a, const char *sound);

#endif
