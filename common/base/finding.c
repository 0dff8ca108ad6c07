/* Findings and the verdict that follows from them; see finding.h. */
#include "base/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { TEXT_MAX = 512, SAME_CODE_MAX = 100 };

static const struct finding_info table[] = {
#define FINDING(id, code, sev, clause, text, fix) \
	[F_##id] = { code, SEV_##sev, clause, text, fix },
#include "base/findings.def"
#undef FINDING
};

const struct finding_info *
finding_info(enum finding_code code)
{
	return &table[code];
}

const char *
severity_name(enum severity sev)
{
	static const char *const names[] = {
		"info", "warn", "unknown", "fail"
	};

	return names[sev];
}

enum finding_code
finding_named(struct span code)
{
	for (size_t i = 0; i < FINDING_CODES; i++)
		if (span_eq(code, span_str(table[i].code)))
			return (enum finding_code)i;
	return FINDING_CODES;
}

static char *
cleaned(const char *s)
{
	struct buf b = BUF(4 * TEXT_MAX);

	utf8_clean(&b, span_first(span_str(s), TEXT_MAX));
	return buf_take_str(&b);
}

static bool
is_at_same_place(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && strcmp(a->where, b->where) == 0;
}

/* One more detail of a place that the list has before it; or NULL. */
static struct finding *
spare(const struct findings *fs, enum finding_code code)
{
	for (size_t i = fs->n; i-- > 1;)
		for (size_t k = 0; fs->v[i].code == code && k < i; k++)
			if (is_at_same_place(&fs->v[i], &fs->v[k]))
				return &fs->v[i];
	return NULL;
}

static void
release(struct finding *f)
{
	free(f->where);
	free(f->detail);
}

/*
 * Where the finding goes, or NULL. What is said of one place may be ignored,
 * so many details of it must not keep out what is said of another.
 */
static struct finding *
room(struct findings *fs, const struct finding *f)
{
	struct finding *at = NULL;
	bool has_place = false;
	size_t same = 0;

	for (size_t i = 0; i < fs->n; i++) {
		bool here = is_at_same_place(&fs->v[i], f);

		if (here && strcmp(fs->v[i].detail, f->detail) == 0)
			return NULL;
		has_place = has_place || here;
		same += fs->v[i].code == f->code;
	}
	if (same < SAME_CODE_MAX)
		return VEC_PUSH(fs);
	if (!has_place)
		at = spare(fs, f->code);
	if (at != NULL)
		release(at);
	return at;
}

void
finding_add(struct findings *fs, enum finding_code code, const char *where,
    const char *fmt, ...)
{
	char detail[4 * TEXT_MAX] = "";
	struct finding f = { .code = code }, *at = NULL;
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		vsnprintf(detail, sizeof(detail), fmt, ap);
		va_end(ap);
	}
	f.where = cleaned(where ? where : "");
	f.detail = cleaned(detail);
	at = room(fs, &f);
	if (at != NULL)
		*at = f;
	else
		release(&f);
}

bool
finding_has(const struct findings *fs, enum finding_code code)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->v[i].code == code)
			return true;
	return false;
}

static bool
ignores(struct span item, const struct finding *f)
{
	size_t at = span_chr(item, '@');

	return span_eq(span_first(item, at), span_str(table[f->code].code)) &&
	    (at == item.n ||
	    span_eq(span_from(item, at + 1), span_str(f->where)));
}

void
findings_ignore(struct findings *fs, struct span list)
{
	struct span item = { NULL, 0 };

	while (span_split(&list, ',', &item))
		for (size_t i = 0; i < fs->n; i++)
			if (ignores(item, &fs->v[i]))
				fs->v[i].ignored = true;
}

bool
findings_ignore_ok(struct span list, struct span *bad)
{
	struct span item = { NULL, 0 };

	while (span_split(&list, ',', &item)) {
		struct span code = span_first(item, span_chr(item, '@'));

		if (finding_named(code) == FINDING_CODES) {
			*bad = code;
			return false;
		}
	}
	return true;
}

enum severity
findings_worst(const struct findings *fs)
{
	enum severity worst = SEV_INFO;

	for (size_t i = 0; i < fs->n; i++)
		if (!fs->v[i].ignored && table[fs->v[i].code].sev > worst)
			worst = table[fs->v[i].code].sev;
	return worst;
}

const char *
severity_verdict(enum severity worst)
{
	return worst == SEV_INFO ? "pass" : severity_name(worst);
}

const char *
findings_verdict(const struct findings *fs)
{
	return severity_verdict(findings_worst(fs));
}

void
findings_free(struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		release(&fs->v[i]);
	free(fs->v);
	*fs = (struct findings){ 0 };
}
