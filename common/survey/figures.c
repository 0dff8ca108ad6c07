/* Totals; see figures.h. */
#include "survey/figures.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/jget.h"

/* Octets of what a record says of a code, and of what was assumed. */
enum { TEXT_MAX = 200, CODE_MAX = 64 };

struct figures *
figures_new(uint64_t seed)
{
	struct figures *f = xcalloc(1, sizeof(*f));

	f->by_code = map_new(seed);
	return f;
}

void
figures_free(struct figures *f)
{
	if (f == NULL)
		return;
	map_free(f->by_code, NULL);
	for (size_t i = 0; i < f->n; i++) {
		free(f->codes[i]->code);
		free(f->codes[i]->clause);
		free(f->codes[i]->text);
		free(f->codes[i]->fix);
		free(f->codes[i]);
	}
	for (size_t i = 0; i < f->n_assumed; i++)
		free(f->assumed[i]);
	free(f);
}

/* --- findings ------------------------------------------------------------- */

/* What this version says of the code, else what the record does. */
static struct figures_code *
new_code(const struct survey_finding *seen)
{
	struct figures_code *c = xcalloc(1, sizeof(*c));
	enum finding_code known = finding_named(seen->code);
	const struct finding_info *info =
	    known < FINDING_CODES ? finding_info(known) : NULL;

	c->code = span_dup(seen->code);
	c->clause = info ? xstrdup(info->clause) :
	    span_dup(span_first(seen->clause, TEXT_MAX));
	c->text = info ? xstrdup(info->text) :
	    span_dup(span_first(seen->text, TEXT_MAX));
	c->fix = info ? xstrdup(info->fix) :
	    span_dup(span_first(seen->fix, TEXT_MAX));
	return c;
}

static void
add_finding(struct figures *f, const struct survey_finding *seen)
{
	struct figures_code *c = map_get0(f->by_code, seen->code);

	if (c == NULL && (f->n == FIGURES_CODES_MAX ||
	    seen->code.n > CODE_MAX)) {
		f->codes_passed_over++;
		return;
	}
	if (c == NULL) {
		c = f->codes[f->n++] = new_code(seen);
		map_put(f->by_code, seen->code, c);
	}
	if (seen->severity > c->severity)
		c->severity = seen->severity;
	if (c->seen != f->domains)
		c->domains++;
	c->seen = f->domains;
}

/* --- what was assumed ----------------------------------------------------- */

static void
put_assumed(const char *key, const json_t *value, struct buf *out)
{
	buf_span(out, span_first(span_str(key), TEXT_MAX));
	if (json_is_string(value)) {
		buf_byte(out, ' ');
		buf_span(out, span_first(jget_text(value), TEXT_MAX));
	} else if (json_is_integer(value)) {
		buf_printf(out, " %" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	}
}

static void
keep_assumed(struct figures *f, struct span text)
{
	for (size_t i = 0; i < f->n_assumed; i++)
		if (span_eq(span_str(f->assumed[i]), text))
			return;
	if (f->n_assumed == FIGURES_ASSUMED_MAX)
		f->more_assumed = true;
	else
		f->assumed[f->n_assumed++] = span_dup(text);
}

static void
add_assumed(struct figures *f, json_t *assumed)
{
	struct buf text = BUF(2 * TEXT_MAX + 32);
	const char *key = NULL;
	json_t *value = NULL;

	json_object_foreach(assumed, key, value) {
		buf_reset(&text);
		put_assumed(key, value, &text);
		keep_assumed(f, buf_get0(&text));
	}
	buf_free(&text);
}

/* --- all of it ------------------------------------------------------------ */

static void
add_time(struct figures *f, const struct survey_row *row)
{
	if (!row->timed)
		return;
	if (!f->timed || row->first < f->first)
		f->first = row->first;
	if (!f->timed || row->last > f->last)
		f->last = row->last;
	f->timed = true;
}

void
figures_add(struct figures *f, const struct survey_row *row)
{
	struct survey_walk w = { 0 };
	struct survey_finding seen;

	f->domains++;
	f->verdicts[row->verdict]++;
	for (int c = 0; c < CHECKS; c++) {
		f->answers[c][row->cells[c].answer]++;
		f->standings[c][row->cells[c].standing]++;
	}
	add_time(f, row);
	while (survey_next_finding(row, &w, &seen))
		if (!seen.ignored)
			add_finding(f, &seen);
	for (size_t i = 0; i < SURVEY_TOOLS; i++)
		add_assumed(f, json_object_get(row->members[i], "assumed"));
}

static int
by_weight(const void *a, const void *b)
{
	const struct figures_code *x = *(struct figures_code *const *)a;
	const struct figures_code *y = *(struct figures_code *const *)b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	if (x->domains != y->domains)
		return x->domains < y->domains ? 1 : -1;
	return span_cmp(span_str(x->code), span_str(y->code));
}

void
figures_sort(struct figures *f)
{
	qsort(f->codes, f->n, sizeof(struct figures_code *), by_weight);
}

uint64_t
figures_answered(const struct figures *f, enum survey_check check)
{
	uint64_t n = 0;

	for (int a = ANSWER_OWN; a < ANSWERS_MAX; a++)
		n += f->answers[check][a];
	return n;
}

unsigned
figures_share(uint64_t part, uint64_t of)
{
	return of == 0 ? 0 : (unsigned)((part * 2000 + of) / (2 * of));
}
