/* The worst domains; see worst.h. */
#include "survey/worst.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

enum {
	FINDINGS_MAX = 64,		/* of one domain */
	SUBJECT_MAX = 300,		/* octets; a name has 253, an endpoint
					   some more */
	TEXT_MAX = 512,			/* octets of each text */
	PACKED_MAX = 16 << 10,
};

/* --- one domain ----------------------------------------------------------- */

static void
pack_text(struct buf *b, struct span text)
{
	buf_counted(b, span_first(text, TEXT_MAX));
}

/* False, with nothing packed, when there is no room. */
static bool
pack(struct detail *d, const struct survey_finding *f)
{
	size_t before = d->findings.n;

	buf_byte(&d->findings, (unsigned char)f->severity);
	buf_byte(&d->findings, f->ignored);
	pack_text(&d->findings, f->tool);
	pack_text(&d->findings, f->code);
	pack_text(&d->findings, f->clause);
	pack_text(&d->findings, f->where);
	pack_text(&d->findings, f->text);
	pack_text(&d->findings, f->fix);
	if (!d->findings.over)
		return true;
	d->findings.n = before;
	d->findings.over = false;
	return false;
}

bool
detail_next(struct cur *c, struct survey_finding *out)
{
	if (cur_peek(c) < 0)
		return false;
	out->severity = cur_u8(c);
	out->ignored = cur_u8(c) != 0;
	out->tool = cur_counted(c);
	out->code = cur_counted(c);
	out->clause = cur_counted(c);
	out->where = cur_counted(c);
	out->text = cur_counted(c);
	out->fix = cur_counted(c);
	return !c->bad;
}

/* Several tools may say the same. */
static bool
is_packed(const struct detail *d, const struct survey_finding *f)
{
	struct cur c = cur_of(buf_get0(&d->findings));
	struct survey_finding had;

	while (detail_next(&c, &had))
		if (span_eq(had.code, span_first(f->code, TEXT_MAX)) &&
		    span_eq(had.where, span_first(f->where, TEXT_MAX)) &&
		    span_eq(had.text, span_first(f->text, TEXT_MAX)))
			return true;
	return false;
}

struct detail *
detail_new(const struct survey_row *row, uint64_t n)
{
	struct detail *d = xcalloc(1, sizeof(*d));
	struct buf subject = BUF(3 * SUBJECT_MAX + 1);
	size_t kept = 0;

	d->n = n;
	/* a NUL in it would end the string */
	utf8_clean(&subject, span_first(row->subject, SUBJECT_MAX));
	d->subject = buf_take_str(&subject);
	d->verdict = row->verdict;
	d->truncated = row->truncated;
	memcpy(d->cells, row->cells, sizeof(d->cells));
	memcpy(d->found, row->found, sizeof(d->found));
	d->findings = BUF(PACKED_MAX);
	for (int s = SEV_FAIL; s >= SEV_INFO; s--) {
		struct survey_walk w = { 0 };
		struct survey_finding f;

		while (survey_next_finding(row, &w, &f)) {
			if ((int)f.severity != s || is_packed(d, &f))
				continue;
			if (kept < FINDINGS_MAX && pack(d, &f))
				kept++;
			else
				d->left_out++;
		}
	}
	return d;
}

void
detail_free(struct detail *d)
{
	if (d == NULL)
		return;
	free(d->subject);
	buf_free(&d->findings);
	free(d);
}

/* --- many ----------------------------------------------------------------- */

/* <0: a is worse. What came earlier is, if all else is the same. */
static int
compare(const unsigned *a, uint64_t a_n, const unsigned *b, uint64_t b_n)
{
	static const enum severity order[] = { SEV_FAIL, SEV_WARN,
	    SEV_UNKNOWN };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a[order[i]] != b[order[i]])
			return a[order[i]] > b[order[i]] ? -1 : 1;
	return a_n < b_n ? -1 : a_n > b_n;
}

static int
worse(const void *a, const void *b)
{
	const struct detail *x = *(struct detail *const *)a;
	const struct detail *y = *(struct detail *const *)b;

	return compare(x->found, x->n, y->found, y->n);
}

static void
swap(struct worst *w, size_t a, size_t b)
{
	struct detail *d = w->v[a];

	w->v[a] = w->v[b];
	w->v[b] = d;
}

/* The mildest is at the top. */
static void
sift_up(struct worst *w, size_t i)
{
	while (i > 0 && worse(&w->v[i], &w->v[(i - 1) / 2]) > 0) {
		swap(w, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void
sift_down(struct worst *w, size_t i)
{
	for (;;) {
		size_t mild = i, left = 2 * i + 1;

		for (size_t k = left; k < left + 2 && k < w->n; k++)
			if (worse(&w->v[k], &w->v[mild]) > 0)
				mild = k;
		if (mild == i)
			return;
		swap(w, i, mild);
		i = mild;
	}
}

void
worst_init(struct worst *w, size_t max)
{
	*w = (struct worst){ .max = max,
	    .v = xcalloc(max + 1, sizeof(struct detail *)) };
}

void
worst_free(struct worst *w)
{
	for (size_t i = 0; i < w->n; i++)
		detail_free(w->v[i]);
	free(w->v);
	*w = (struct worst){ 0 };
}

void
worst_add(struct worst *w, const struct survey_row *row, uint64_t n)
{
	if (w->max == 0)
		return;
	if (w->n < w->max) {
		w->v[w->n] = detail_new(row, n);
		sift_up(w, w->n++);
	} else if (compare(row->found, n, w->v[0]->found, w->v[0]->n) < 0) {
		detail_free(w->v[0]);
		w->v[0] = detail_new(row, n);
		sift_down(w, 0);
	}
}

void
worst_sort(struct worst *w)
{
	if (w->n > 0)
		qsort(w->v, w->n, sizeof(struct detail *), worse);
}
