/*
 * A secret that a person types. It is asked for on the terminal itself, since
 * stdin is data.
 */
#ifndef RUN_ASK_H
#define RUN_ASK_H

#include "base/buf.h"

enum ask_result {
	ASK_TYPED,
	ASK_NOBODY,	/* no terminal, or not in its foreground */
	ASK_GIVEN_UP,	/* nothing was typed, or more than fits */
};

/*
 * Write "what" and ": ", and append the line that is typed, without its end,
 * which is not shown meanwhile. *out gets room for its ceiling at once, so
 * that no copy stays in freed memory; the caller ends with buf_free_wipe. A
 * signal that came meanwhile takes its way when the terminal is as it was.
 */
enum ask_result ask_secret(const char *what, struct buf *out);

#endif
