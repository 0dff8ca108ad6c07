/* Command lines in the making; see words.h. */
#include "sys/words.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"

void
words_own(struct words *w, char *word)
{
	*VEC_PUSH(w) = word;
}

void
words_add(struct words *w, const char *word)
{
	words_own(w, xstrdup(word));
}

void
words_option(struct words *w, const char *name, const char *value)
{
	if (value != NULL)
		words_own(w, xasprintf("--%s=%s", name, value));
}

void
words_number(struct words *w, const char *name, int value)
{
	if (value > 0)
		words_own(w, xasprintf("--%s=%d", name, value));
}

void
words_flag(struct words *w, const char *name, bool set)
{
	if (set)
		words_own(w, xasprintf("--%s", name));
}

void
words_end(struct words *w)
{
	VEC_PUSH(w);
}

void
words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct words){ NULL, 0, 0 };
}
