/* JSON text (RFC 8259) into a buffer; see jw.h. */
#include "sys/jw.h"

#include <string.h>

#include "base/b64.h"
#include "base/date.h"
#include "base/utf8.h"

static void
before(struct jw *j, const char *key)
{
	if (j->comma)
		buf_byte(j->out, ',');
	j->comma = true;
	if (key == NULL)
		return;
	buf_byte(j->out, '"');
	buf_str(j->out, key);
	buf_add(j->out, "\":", 2);
}

/* A level that would not fit is the caller's mistake: it stays unwritten. */
static void
open_level(struct jw *j, const char *key, char open, char close)
{
	before(j, key);
	buf_byte(j->out, (unsigned char)open);
	if (j->depth < JW_DEPTH_MAX)
		j->close[j->depth++] = close;
	else
		j->out->over = true;
	j->comma = false;
}

void
jw_object(struct jw *j, const char *key)
{
	open_level(j, key, '{', '}');
}

void
jw_array(struct jw *j, const char *key)
{
	open_level(j, key, '[', ']');
}

void
jw_end(struct jw *j)
{
	if (j->depth > 0)
		buf_byte(j->out, (unsigned char)j->close[--j->depth]);
	j->comma = true;
}

void
jw_null(struct jw *j, const char *key)
{
	jw_raw(j, key, SPAN("null"));
}

void
jw_bool(struct jw *j, const char *key, bool v)
{
	jw_raw(j, key, v ? SPAN("true") : SPAN("false"));
}

void
jw_int(struct jw *j, const char *key, int64_t v)
{
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (unsigned char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (v < 0)
		digits[--at] = '-';
	jw_raw(j, key, span_of(digits + at, sizeof(digits) - at));
}

/* The octets from the start of s that stand for themselves in a string. */
static size_t
plain(struct span s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x80 &&
	    s.p[i] != '"' && s.p[i] != '\\')
		i++;
	return i;
}

static void
escaped(struct buf *out, unsigned char c)
{
	static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\";
	const char *letter = c ? strchr(from, c) : NULL;

	if (letter == NULL) {
		buf_printf(out, "\\u%04x", c);
		return;
	}
	buf_byte(out, '\\');
	buf_byte(out, (unsigned char)to[letter - from]);
}

static void
content(struct buf *out, struct span s)
{
	uint32_t cp = 0;

	while (s.n > 0) {
		size_t n = plain(s);

		buf_add(out, s.p, n);
		s = span_from(s, n);
		if (s.n == 0)
			return;
		if (s.p[0] < 0x80) {
			escaped(out, s.p[0]);
			n = 1;
		} else if ((n = utf8_next(s, &cp)) > 0) {
			buf_add(out, s.p, n);
		} else {
			buf_str(out, "\xef\xbf\xbd");
			n = 1;
		}
		s = span_from(s, n);
	}
}

void
jw_span(struct jw *j, const char *key, struct span v)
{
	if (v.p == NULL) {
		jw_null(j, key);
		return;
	}
	before(j, key);
	buf_byte(j->out, '"');
	content(j->out, v);
	buf_byte(j->out, '"');
}

void
jw_str(struct jw *j, const char *key, const char *v)
{
	jw_span(j, key, span_str(v));
}

void
jw_b64(struct jw *j, const char *key, struct span v)
{
	before(j, key);
	buf_byte(j->out, '"');
	b64_encode(j->out, v);
	buf_byte(j->out, '"');
}

void
jw_hex(struct jw *j, const char *key, struct span v)
{
	before(j, key);
	buf_byte(j->out, '"');
	buf_hex(j->out, v);
	buf_byte(j->out, '"');
}

void
jw_time(struct jw *j, const char *key, int64_t t)
{
	char text[DATE_RFC3339_SIZE] = "";

	jw_str(j, key, date_rfc3339(text, t));
}

void
jw_raw(struct jw *j, const char *key, struct span json)
{
	before(j, key);
	buf_span(j->out, json);
}

void
jw_text(struct jw *j, const char *key, struct span v)
{
	jw_span(j, key, v);
	if (v.p == NULL || utf8_valid(v))
		return;
	buf_str(j->out, ",\"");
	buf_str(j->out, key);
	buf_str(j->out, "_b64\":\"");
	b64_encode(j->out, v);
	buf_byte(j->out, '"');
}

void
jw_some(struct jw *j, const char *key, struct span v)
{
	if (v.n == 0)
		jw_null(j, key);
	else
		jw_text(j, key, v);
}

static void
one_finding(struct jw *j, const struct finding *f)
{
	const struct finding_info *info = finding_info(f->code);

	jw_object(j, NULL);
	jw_str(j, "code", info->code);
	jw_str(j, "severity", severity_name(info->sev));
	jw_str(j, "clause", info->clause);
	jw_str(j, "where", f->where);
	before(j, "text");
	buf_byte(j->out, '"');
	content(j->out, span_str(info->text));
	if (f->detail[0] != '\0')
		buf_add(j->out, ": ", 2);
	content(j->out, span_str(f->detail));
	buf_byte(j->out, '"');
	jw_str(j, "fix", info->fix);
	if (f->ignored)
		jw_bool(j, "ignored", true);
	jw_end(j);
}

void
jw_findings(struct jw *j, const char *key, const struct findings *fs)
{
	jw_array(j, key);
	for (size_t i = 0; i < fs->n; i++)
		one_finding(j, &fs->v[i]);
	jw_end(j);
}
