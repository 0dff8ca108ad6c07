/* The table that names keys by From domain. */
#include "dkim-sign.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "dns/idn.h"
#include "dns/name.h"
#include "mail/addr.h"
#include "run/signing_key.h"
#include "sys/file.h"
#include "sys/say.h"

enum { TABLE_MAX = 64 << 20 };

static struct span
table_word(struct cur *c)
{
	struct span left = cur_left(c);
	size_t n = 0;

	while (n < left.n && !ascii_is_wsp(left.p[n]))
		n++;
	return cur_take(c, n);
}

/* In A-labels, behind a "*." that may be there; what cannot be stays. */
static char *
a_labels(struct span from)
{
	size_t n = span_starts(from, SPAN("*.")) ? 2 : 0;
	struct buf out = BUF(2 + DNS_NAME_MAX);

	buf_span(&out, span_first(from, n));
	if (!idn_to_ascii(span_from(from, n), &out)) {
		buf_free(&out);
		return span_dup(from);
	}
	return buf_take_str(&out);
}

/* False for a line that is neither empty, comment nor three or four words. */
static bool
table_line(struct span line, struct table *out)
{
	struct cur c = cur_of(span_trim(line));
	struct span word[4] = { { NULL, 0 } };
	struct table_line *t = NULL;

	if (cur_peek(&c) < 0 || cur_peek(&c) == '#')
		return true;
	for (size_t i = 0; i < 4; i++) {
		word[i] = table_word(&c);
		cur_skip_wsp(&c);
	}
	if (!cur_done(&c) || word[2].n == 0)
		return false;
	if (word[3].n == 0)
		word[3] = span_starts(word[0], SPAN("*.")) ?
		    span_from(word[0], 2) : word[0];
	if (span_eq(word[3], SPAN("*")))
		word[3] = (struct span){ NULL, 0 };
	t = VEC_PUSH(out);
	t->from = a_labels(word[0]);
	t->selector = span_dup(word[1]);
	t->path = span_dup(word[2]);
	t->domain = word[3].n > 0 ? span_dup(word[3]) : NULL;
	return true;
}

bool
table_read(const char *path, struct table *out)
{
	struct buf file = BUF(TABLE_MAX);
	enum file_result got = file_slurp(path, TABLE_MAX, &file);
	struct span rest = buf_get0(&file), line = { NULL, 0 };
	size_t n = 0;
	bool ok = got == FILE_OK;

	if (!ok)
		say_error("%s: %s", path, file_why(got));
	while (ok && span_split(&rest, '\n', &line)) {
		n++;
		if (!table_line(line, out)) {
			say_error("%s: line %zu: not FROM-DOMAIN SELECTOR "
			    "KEYFILE [SIGNING-DOMAIN]", path, n);
			ok = false;
		}
	}
	buf_free(&file);
	return ok;
}

/* How well a line fits: 0 not, 1 "*", then the longer the pattern. */
static size_t
fits(const struct table_line *t, struct span domain)
{
	struct span from = span_str(t->from);

	if (span_eq(from, SPAN("*")))
		return 1;
	if (span_starts(from, SPAN("*."))) {
		from = span_from(from, 2);
		return dns_text_is_below(domain, from) &&
		    domain.n > from.n ? 1 + from.n : 0;
	}
	/* the name itself beats every pattern above it */
	return span_ieq(domain, from) ? 2 + DNS_NAME_MAX : 0;
}

static bool
pick_for(const struct table *t, struct span domain, const struct args *a,
    struct wants *out)
{
	size_t best = 0;

	for (size_t i = 0; i < t->n; i++)
		if (fits(&t->v[i], domain) > best)
			best = fits(&t->v[i], domain);
	for (size_t i = 0; best > 0 && i < t->n; i++) {
		struct dkim_want *w = NULL;

		/* nobody could look up the key of an address literal */
		if (fits(&t->v[i], domain) != best ||
		    (t->v[i].domain == NULL &&
		    span_starts(domain, SPAN("["))))
			continue;
		w = VEC_PUSH(out);
		w->domain = t->v[i].domain ? t->v[i].domain :
		    span_dup(domain);
		w->selector = t->v[i].selector;
		w->key = run_signing_key(t->v[i].path, a->allow_weak);
		if (w->key == NULL)
			return false;
	}
	return true;
}

bool
table_pick(const struct table *t, const struct header *header,
    const struct args *a, struct wants *out)
{
	size_t at = header_find(header, SPAN("From"), 0);
	struct mailboxes from = { 0 };
	bool ok = true;

	if (at < header->n &&
	    addr_parse(header->v[at].value, &from) != ADDR_BAD &&
	    from.n > 0) {
		char *domain = a_labels(span_str(from.v[0].domain));

		ok = pick_for(t, span_str(domain), a, out);
		free(domain);
	}
	mailboxes_free(&from);
	return ok;
}
