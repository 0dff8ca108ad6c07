/*
 * The two ends of an interactive chat: lines that are typed, and lines that
 * come. On a terminal with a prompt that stays below them; else as they are.
 */
#ifndef RATCHET_CHAT_SCREEN_H
#define RATCHET_CHAT_SCREEN_H

#include <stdbool.h>
#include <termios.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	SCREEN_LINE_MAX = 65536,	/* octets of a typed line */
	SCREEN_PROMPT_MAX = 160,
};

struct screen {
	bool terminal;
	struct termios before;
	char prompt[SCREEN_PROMPT_MAX];
	struct buf typed;	/* of the line that is not ended */
	struct buf lines;	/* ended ones, each with its line end */
	size_t taken;		/* of lines */
	int escape;		/* within a key's sequence: how far */
	bool ended;		/* there is no more to be typed */
};

/* Begin, with the peer's name in the prompt. */
void screen_open(struct screen *s, const char *name);
/* The terminal as it was before; after this or a signal's. */
void screen_close(struct screen *s);

/* Take the prompt away before something else speaks, and bring it back. */
void screen_hide(const struct screen *s);
void screen_show(const struct screen *s);

/*
 * Print a text that came, "who" before it on a terminal, where nothing in it
 * can steer. The prompt must be hidden. False when stdout fails.
 */
bool screen_print(const struct screen *s, const char *who, struct span text);

/* Read what was typed since; s->ended at the end. False on an error. */
bool screen_read(struct screen *s);
/* The next whole line, without its end; valid until the next screen_read. */
bool screen_line(struct screen *s, struct span *line);

#endif
