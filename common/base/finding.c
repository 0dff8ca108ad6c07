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
is_new(const struct findings *fs, const struct finding *f)
{
	size_t same = 0;

	for (size_t i = 0; i < fs->n; i++) {
		if (fs->v[i].code != f->code)
			continue;
		if (strcmp(fs->v[i].where, f->where) == 0 &&
		    strcmp(fs->v[i].detail, f->detail) == 0)
			return false;
		same++;
	}
	return same < SAME_CODE_MAX;
}

void
finding_add(struct findings *fs, enum finding_code code, const char *where,
    const char *fmt, ...)
{
	char detail[4 * TEXT_MAX] = "";
	struct finding f = { .code = code };
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		vsnprintf(detail, sizeof(detail), fmt, ap);
		va_end(ap);
	}
	f.where = cleaned(where ? where : "");
	f.detail = cleaned(detail);
	if (is_new(fs, &f)) {
		*VEC_PUSH(fs) = f;
		return;
	}
	free(f.where);
	free(f.detail);
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
	for (size_t i = 0; i < fs->n; i++) {
		free(fs->v[i].where);
		free(fs->v[i].detail);
	}
	free(fs->v);
	*fs = (struct findings){ 0 };
}
