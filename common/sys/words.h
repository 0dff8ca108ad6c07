/*
 * The command line of a program that is to be run, word by word. A list is
 * ended by words_end, which makes w->v what execv(3) wants.
 */
#ifndef SYS_WORDS_H
#define SYS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **v;		/* each owned */
	size_t n, cap;
};

/* Take a word over. */
void words_own(struct words *w, char *word);
/* A copy of one. */
void words_add(struct words *w, const char *word);

/* "--name=value", unless the value is NULL, or no number above 0. */
void words_option(struct words *w, const char *name, const char *value);
void words_number(struct words *w, const char *name, int value);
/* "--name", if it is set. */
void words_flag(struct words *w, const char *name, bool set);

/* The NULL behind the last. */
void words_end(struct words *w);

void words_free(struct words *w);

#endif
