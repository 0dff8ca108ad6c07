/* Tag lists (RFC 6376 section 3.2); see tag.h. */
#include "tag/tag.h"

#include "base/ascii.h"

/* tag-name = ALPHA *(ALPHA / DIGIT / "_") */
static bool
is_name(struct span s)
{
	if (s.n == 0 || !ascii_is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

/*
 * tval = 1*VALCHAR, with FWS between them. Octets over 127 are let through:
 * RFC 8616 puts U-labels into d=, s= and i=.
 */
static bool
is_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_graph(s.p[i]) && !ascii_is_fws(s.p[i]) &&
		    s.p[i] < 0x80)
			return false;
	return true;
}

static bool
parse_one(struct span piece, struct tag *out)
{
	size_t eq = span_chr(piece, '=');
	struct tag t = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };

	if (eq == piece.n)
		return false;
	t.name = span_trim(span_first(piece, eq));
	t.raw = span_from(piece, eq + 1);
	t.value = span_trim(t.raw);
	if (!is_name(t.name) || !is_value(t.value))
		return false;
	*out = t;
	return true;
}

enum tag_error
tags_parse(struct span list, struct tags *out, struct span *bad)
{
	struct span piece = { NULL, 0 };
	struct tag t = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };

	out->n = 0;
	while (span_split(&list, ';', &piece)) {
		*bad = piece;
		if (list.p == NULL && out->n > 0 && span_trim(piece).n == 0)
			break;		/* behind the final ";" */
		if (!parse_one(piece, &t))
			return TAG_SYNTAX;
		if (tags_get(out, t.name) != NULL)
			return TAG_DUPLICATE;
		if (out->n == TAGS_MAX)
			return TAG_TOO_MANY;
		out->v[out->n++] = t;
	}
	return out->n > 0 ? TAG_OK : TAG_SYNTAX;
}

bool
tags_scan(struct span list, struct tags *out)
{
	struct span piece = { NULL, 0 };
	struct tag t = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	bool clean = true;

	out->n = 0;
	while (span_split(&list, ';', &piece)) {
		if (list.p == NULL && span_trim(piece).n == 0)
			break;
		if (parse_one(piece, &t) && out->n < TAGS_MAX &&
		    tags_get(out, t.name) == NULL)
			out->v[out->n++] = t;
		else
			clean = false;
	}
	return clean;
}

const struct tag *
tags_get(const struct tags *tags, struct span name)
{
	for (size_t i = 0; i < tags->n; i++)
		if (span_eq(tags->v[i].name, name))
			return &tags->v[i];
	return NULL;
}

struct span
tags_value(const struct tags *tags, struct span name, struct span absent)
{
	const struct tag *t = tags_get(tags, name);

	return t ? t->value : absent;
}
