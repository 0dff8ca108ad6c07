/* Subjects and records; see subject.h. */
#include "run/subject.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "base/ip.h"
#include "dns/idn.h"
#include "sys/rec.h"
#include "sys/scan.h"

/* The string under the key, appended; false when there is none. */
static bool
string_under(const struct scan_object *o, struct span key, struct buf *out)
{
	const struct scan_member *m = scan_find0(o, key);

	return m != NULL && scan_string(m->value, out);
}

/* The strings under several of them, a line each; the first one is needed. */
static bool
strings_under(const struct scan_object *o, const char *keys, struct buf *out)
{
	struct span left = span_str(keys), key = left;
	bool ok = span_split(&left, ' ', &key) && string_under(o, key, out);

	while (ok && span_split(&left, ' ', &key)) {
		buf_byte(out, '\n');
		string_under(o, key, out);
	}
	return ok;
}

bool
subject_key(struct span record, const char *key, struct buf *out)
{
	struct scan_object o = { 0 };
	struct buf name = BUF(REC_MAX);
	const struct scan_member *n = NULL;
	const char *why = NULL;
	size_t at = 0;
	bool ok = false;

	if (!scan_object(record, &o, &why, &at))
		return false;
	ok = strings_under(&o, key, &name) ||
	    string_under(&o, SPAN("endpoint"), &name);
	if (ok && (strchr(key, ' ') != NULL ||
	    !idn_to_ascii(buf_get0(&name), out)))
		buf_span(out, buf_get0(&name));
	n = scan_find0(&o, SPAN("n"));
	if (ok && n != NULL && !span_eq(n->value, SPAN("1"))) {
		buf_byte(out, '\n');
		buf_span(out, n->value);
	}
	buf_free(&name);
	free(o.v);
	return ok;
}

/* Whether a tool has said it: its schema has the same name. */
static bool
is_answer(const struct scan_member *m)
{
	struct scan_object o = { 0 };
	const struct scan_member *schema = NULL;
	const char *why = NULL;
	struct span name = { NULL, 0 };
	size_t at = 0;

	if (scan_object(m->value, &o, &why, &at))
		schema = scan_find0(&o, SPAN("schema"));
	if (schema != NULL)
		name = span_from(schema->value, 1);
	free(o.v);
	return span_starts(name, m->key) && name.n > m->key.n &&
	    (name.p[m->key.n] == '/' || name.p[m->key.n] == '-');
}

void
subject_line_key(struct span line, const char *key, const char *tool,
    struct buf *out)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (subject_key(line, key, out))
		return;
	buf_reset(out);
	/* no subject begins so */
	buf_byte(out, '\n');
	if (!scan_object(line, &o, &why, &at))
		buf_span(out, line);
	for (size_t i = 0; i < o.n; i++)
		if (!scan_spells(o.v[i].key, span_str(tool)) &&
		    !is_answer(&o.v[i])) {
			buf_span(out, o.v[i].key);
			buf_byte(out, '\n');
			buf_span(out, o.v[i].value);
			buf_byte(out, '\n');
		}
	free(o.v);
}

static const char one_line[] = "a record is one line, as jq -c writes it";

/* Of JSON that was spread over lines. */
static bool
is_piece(struct span text)
{
	return text.n > 0 && (text.p[0] == '"' || text.p[0] == '}' ||
	    (text.n == 1 && memchr("{[]", text.p[0], 3) != NULL));
}

static const char *
hint(struct span text)
{
	struct ip_addr ip;

	if (ip_parse(text, &ip))
		return "it is an address: give a domain";
	if (is_piece(text))
		return one_line;
	if (span_chr(text, '@') < text.n)
		return "it looks like a mail address: give what follows @";
	if (span_chr(text, '/') < text.n)
		return "it looks like a URL: give the host alone";
	if (span_chr(text, ',') < text.n || span_chr(text, '\t') < text.n)
		return "it looks like a table: cut the column out";
	return "";
}

static bool
not_a_domain(const struct subject *s, struct span text, const char *why,
    struct findings *fs)
{
	char where[32] = "";

	if (s->line > 0)
		snprintf(where, sizeof(where), "line %" PRIu64, s->line);
	finding_add(fs, F_INPUT_NOT_A_DOMAIN, where, "\"%.*s\"%s%s",
	    (int)(text.n < 100 ? text.n : 100), (const char *)text.p,
	    why[0] != '\0' ? " " : "", why);
	return false;
}

bool
subject_domain(const struct subject *s, struct buf *out, struct findings *fs)
{
	struct buf name = BUF(REC_MAX);
	struct scan_object o = { 0 };
	const char *why = NULL;
	struct ip_addr ip;
	size_t at = 0;
	bool ok = true;

	if (!s->is_record) {
		buf_span(&name, s->text);
	} else if (!scan_object(s->text, &o, &why, &at)) {
		ok = not_a_domain(s, SPAN(""), is_piece(s->text) ? one_line :
		    why, fs);
	} else if (!string_under(&o, SPAN("domain"), &name)) {
		ok = not_a_domain(s, SPAN(""),
		    "the record has no \"domain\"", fs);
	}
	/* four numbers have the form of a name, and are none */
	if (ok && (!idn_to_ascii(buf_get0(&name), out) ||
	    ip_parse4(buf_get0(out), &ip))) {
		buf_reset(out);
		ok = not_a_domain(s, buf_get0(&name),
		    hint(buf_get0(&name)), fs);
		buf_span(out, buf_get0(&name));
	}
	buf_free(&name);
	free(o.v);
	return ok;
}

/* "HOST:PORT" taken apart; brackets are for IPv6 and nothing else. */
static bool
split_endpoint(struct span text, struct buf *host, uint16_t *port)
{
	size_t colon = span_rchr(text, ':');
	struct span name = span_first(text, colon);
	struct ip_addr ip;
	uint64_t number = 0;

	if (colon == text.n || !span_dec(span_from(text, colon + 1), 65535,
	    &number) || number == 0)
		return false;
	if (span_starts(name, SPAN("[")) && span_ends(name, SPAN("]"))) {
		name = span_first(span_from(name, 1), name.n - 2);
		if (!ip_parse6(name, &ip))
			return false;
		buf_span(host, name);
	} else if (ip_parse4(name, &ip)) {
		buf_span(host, name);
	} else if (!idn_to_ascii(name, host)) {
		return false;
	}
	*port = (uint16_t)number;
	return true;
}

bool
subject_endpoint(const struct subject *s, struct buf *host, uint16_t *port)
{
	struct buf text = BUF(REC_MAX), domain = BUF(REC_MAX);
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = true;

	if (!s->is_record)
		buf_span(&text, s->text);
	else
		ok = scan_object(s->text, &o, &why, &at) &&
		    !string_under(&o, SPAN("domain"), &domain) &&
		    string_under(&o, SPAN("endpoint"), &text);
	ok = ok && split_endpoint(buf_get0(&text), host, port);
	buf_free(&text);
	buf_free(&domain);
	free(o.v);
	return ok;
}

void
subject_domain_base(const struct subject *s, bool endpoints, struct buf *out)
{
	struct buf name = BUF(REC_MAX), text = BUF(REC_MAX);
	struct findings unused = { 0 };
	struct subject named = *s;
	uint16_t port = 0;

	if (s->is_record) {
		subject_base(s, "domain", out);
	} else if (endpoints && subject_endpoint(s, &name, &port)) {
		bool v6 = span_chr(buf_get0(&name), ':') < name.n;

		buf_printf(&text, v6 ? "[%.*s]:%u" : "%.*s:%u", (int)name.n,
		    (const char *)name.p, port);
		named.text = buf_get0(&text);
		subject_base(&named, "endpoint", out);
	} else {
		if (subject_domain(s, &text, &unused))
			named.text = buf_get0(&text);
		subject_base(&named, "domain", out);
	}
	findings_free(&unused);
	buf_free(&name);
	buf_free(&text);
}
