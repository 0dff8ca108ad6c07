/* What was fetched and is not read yet, in the state; see post.h. */
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "ratchet/pb.h"

enum { MAIL_SINCE = 1, MAIL_N, MAIL_CONTENT };

void
mail_id(const struct job *j, struct span content,
    unsigned char id[static INBOX_ID])
{
	inbox_id(&j->talk, span_trim(span_first(content, span_chr(content,
	    '\n'))), id);
}

bool
mail_ok(struct span content)
{
	size_t n = span_chr(content, '\n');
	struct span line = span_first(content, n);
	struct buf body = BUF(WIRE_MAX), clean = BUF(POST_CONTENT_MAX);
	struct envelope e;
	const char *bad = NULL;
	bool ok = n + 1 == content.n && envelope_read(line, &e, &body, &bad);

	if (ok)
		utf8_clean(&clean, line);
	ok = ok && span_eq(line, buf_get0(&clean));
	buf_free(&body);
	buf_free(&clean);
	return ok;
}

bool
mail_put(struct job *j, struct span content, uint32_t n)
{
	struct buf b = BUF(POST_CONTENT_MAX + 64);
	unsigned char id[INBOX_ID];

	mail_id(j, content, id);
	if (store_has(j->store, STORE_MAIL, span_of(id, INBOX_ID)))
		return false;
	pb_put_uint(&b, MAIL_SINCE, (uint64_t)env_now(&j->env));
	pb_put_uint(&b, MAIL_N, n);
	pb_put_bytes(&b, MAIL_CONTENT, content);
	store_put(j->store, STORE_MAIL, span_of(id, INBOX_ID), buf_get0(&b));
	buf_free(&b);
	return true;
}

static bool
mail_read(struct span id, struct span value, struct mail *out)
{
	struct cur c = cur_of(value);
	struct pb_field f;

	out->content = BUF(POST_CONTENT_MAX);
	if (id.n != INBOX_ID)
		return false;
	memcpy(out->id, id.p, INBOX_ID);
	while (pb_next(&c, &f))
		switch (f.number) {
		case MAIL_SINCE:
			out->since = (int64_t)pb_get_u64(&c, &f);
			break;
		case MAIL_N:
			out->n = pb_get_u32(&c, &f);
			break;
		case MAIL_CONTENT:
			buf_span(&out->content, pb_get_bytes(&c, &f,
			    POST_CONTENT_MAX));
			break;
		}
	return cur_done(&c);
}

/* Those before "then", or the others. */
struct walk {
	struct mails *all;
	int64_t then;
	bool old, bad;
};

static bool
see(void *arg, struct span id, struct span value)
{
	struct walk *w = arg;
	struct mail m = { .n = 0 };

	w->bad = !mail_read(id, value, &m);
	if (w->bad || w->old == (m.since >= w->then))
		buf_free(&m.content);
	else
		*VEC_PUSH(w->all) = m;
	return !w->bad;
}

static int
by_time(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static int
collect(struct job *j, bool old, struct mails *out)
{
	struct mails all = { .n = 0 };
	struct walk w = { &all, env_now(&j->env) - MAIL_LIFE, old, false };
	enum store_result r = store_each(j->store, STORE_MAIL, SPAN(""), see,
	    &w);

	if (r == STORE_OK && w.bad)
		r = STORE_DAMAGED;
	if (r == STORE_OK)
		*out = all;
	else
		mails_free(&all);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

int
mails_get(struct job *j, struct mails *out)
{
	int status = collect(j, false, out);

	if (status == EXIT_HOLDS && out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), by_time);
	return status;
}

int
mail_expire(struct job *j)
{
	struct mails old;
	int status = collect(j, true, &old);

	if (status != EXIT_HOLDS)
		return status;
	for (size_t i = 0; i < old.n; i++)
		store_drop(j->store, STORE_MAIL, span_of(old.v[i].id,
		    INBOX_ID));
	mails_free(&old);
	return EXIT_HOLDS;
}

void
mails_free(struct mails *all)
{
	for (size_t i = 0; i < all->n; i++)
		buf_free(&all->v[i].content);
	free(all->v);
	*all = (struct mails){ .n = 0 };
}
