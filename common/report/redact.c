/* Headers redacted; see redact.h. */
#include "report/redact.h"

#include <string.h>

#include "base/ascii.h"
#include "crypto/hmac.h"
#include "mail/header.h"

/* A code of 80 bits: two local parts in a report never have the same one. */
enum { CODE_OCTETS = 10, FIELDS_MAX = 1000 };

enum how { HIDE, SHOW, TAGS, ADDRESSES };

static enum how
how_of(struct span name)
{
	static const struct { const char *name; enum how how; } shown[] = {
		{ "From", ADDRESSES }, { "Sender", ADDRESSES },
		{ "Return-Path", ADDRESSES },
		{ "Date", SHOW }, { "Message-ID", SHOW },
		{ "MIME-Version", SHOW }, { "Received", SHOW },
		{ "List-Id", SHOW }, { "DKIM-Signature", TAGS },
		{ "ARC-Seal", TAGS }, { "ARC-Message-Signature", TAGS },
		{ "ARC-Authentication-Results", TAGS },
		{ "Authentication-Results", TAGS },
		{ "Received-SPF", TAGS },
	};

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (span_ieq(name, span_str(shown[i].name)))
			return shown[i].how;
	return HIDE;
}

static void
put_code(const struct redact *r, struct span local, struct buf *out)
{
	unsigned char code[HMAC_SIZE];

	hmac_sha256(r->key, &local, 1, code);
	buf_hex(out, span_of(code, CODE_OCTETS));
}

/* What a local part may have without quotes, and octets beyond ASCII. */
static bool
is_local(unsigned char c)
{
	return ascii_is_alnum(c) || c >= 0x80 ||
	    (c != '\0' && strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* The end of what begins with a quote, behind the closing one. */
static size_t
quoted_end(struct span s)
{
	size_t i = 1;

	while (i < s.n && s.p[i] != '"')
		i += s.p[i] == '\\' && i + 1 < s.n ? 2 : 1;
	return i < s.n ? i + 1 : s.n;
}

/* The length of the unquoted word at the start of s; 0: there is none. */
static size_t
atom_of(struct span s)
{
	size_t i = 0;

	while (i < s.n && is_local(s.p[i]))
		i++;
	return i;
}

/* The same of a word that may be quoted. */
static size_t
word_of(struct span s)
{
	return s.n > 0 && s.p[0] == '"' ? quoted_end(s) : atom_of(s);
}

/*
 * The word of n octets is a local part: an "@" follows, blanks or not. Where
 * there is no word nothing is looked for, or a run of blanks would be walked
 * through from each of them.
 */
static bool
is_address(struct span s, size_t n)
{
	size_t at = n;

	while (n > 0 && at < s.n && ascii_is_fws(s.p[at]))
		at++;
	return n > 0 && at < s.n && s.p[at] == '@';
}

static void
put_clean(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(out, ascii_is_print(s.p[i]) || s.p[i] == '\t' ||
		    s.p[i] == '\r' || s.p[i] == '\n' ? s.p[i] : '?');
}

/* In front of a local part: the tag's name and "=". */
static size_t
name_of(struct span word)
{
	size_t at = span_chr(word, '=');

	for (size_t i = 0; i < at; i++)
		if (!ascii_is_alnum(word.p[i]) && word.p[i] != '.' &&
		    word.p[i] != '-' && word.p[i] != '_')
			return 0;
	return at < word.n ? at + 1 : 0;
}

static void
put_local(const struct redact *r, struct span word, bool tags,
    struct buf *out)
{
	size_t skip = tags ? name_of(word) : 0;

	put_clean(span_first(word, skip), out);
	if (skip < word.n)
		put_code(r, span_from(word, skip), out);
}

/*
 * What is quoted and no local part may have an address in it, as RFC 7208
 * section 9.1 quotes its values: it is read once more, as words ("quoted").
 */
static void
put_words(const struct redact *r, struct span text, bool tags, bool quoted,
    struct buf *out)
{
	while (text.n > 0) {
		size_t n = quoted ? atom_of(text) : word_of(text);

		if (is_address(text, n)) {
			put_local(r, span_first(text, n), tags, out);
		} else if (n > 0 && text.p[0] == '"') {
			buf_byte(out, '"');
			put_words(r, span_from(span_first(text, n), 1), tags,
			    true, out);
		} else {
			n = n > 0 ? n : 1;
			put_clean(span_first(text, n), out);
		}
		text = span_from(text, n);
	}
}

void
redact_text(const struct redact *r, struct span text, bool tags,
    struct buf *out)
{
	put_words(r, text, tags, false, out);
}

/* Addresses alone, without the names and comments around them. */
static void
put_addresses(const struct redact *r, struct span text, struct buf *out)
{
	const char *before = " ";

	while (text.n > 0) {
		size_t n = word_of(text), at = 0, end = 0;

		if (!is_address(text, n)) {
			text = span_from(text, n > 0 ? n : 1);
			continue;
		}
		end = n + span_chr(span_from(text, n), '@');
		at = end++;
		while (end < text.n && (ascii_is_alnum(text.p[end]) ||
		    text.p[end] == '.' || text.p[end] == '-'))
			end++;
		buf_str(out, before);
		buf_byte(out, '<');
		put_code(r, span_first(text, n), out);
		buf_span(out, span_first(span_from(text, at), end - at));
		buf_byte(out, '>');
		before = ", ";
		text = span_from(text, end);
	}
}

/* Lines of a value, each ended with CRLF. */
static void
put_lines(struct span s, bool ascii, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			buf_str(out, "\r\n");
		else if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		else if (s.p[i] == '\r' || s.p[i] == '\0' ||
		    (ascii && !ascii_is_print(s.p[i]) && s.p[i] != '\t'))
			buf_byte(out, '?');
		else
			buf_byte(out, s.p[i]);
	}
	buf_str(out, "\r\n");
}

static void
put_field(const struct redact *r, const struct field *f, struct buf *out)
{
	enum how how = r->off ? SHOW : how_of(f->name);
	struct buf value = BUF(4 * f->value.n + 1024);

	if (f->name.n == 0 || how == HIDE)
		return;
	if (r->off)
		buf_span(&value, f->value);
	else if (how == ADDRESSES)
		put_addresses(r, f->value, &value);
	else
		redact_text(r, f->value, how == TAGS, &value);
	if (!value.over) {
		buf_span(out, f->name);
		buf_byte(out, ':');
		put_lines(buf_get0(&value), !r->off, out);
	}
	buf_free(&value);
}

void
redact_header(const struct redact *r, struct span header, struct buf *out)
{
	struct header h = { 0 };

	if (header_split(header, FIELDS_MAX, &h) == HEADER_OK)
		for (size_t i = 0; i < h.n; i++)
			put_field(r, &h.v[i], out);
	header_free(&h);
}
