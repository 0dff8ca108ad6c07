/* Headers redacted; see redact.h. */
#include "report/redact.h"

#include <string.h>

#include "base/ascii.h"
#include "base/ip.h"
#include "crypto/hmac.h"
#include "mail/header.h"
#include "mail/lex.h"
#include "report/parcel.h"

/* A code of 80 bits: two local parts in a report never have the same one. */
enum { CODE_OCTETS = 10, FIELDS_MAX = 1000 };

enum how { HIDE, SHOW, TRACE, LIST, RESULTS, SIGNATURE, ADDRESSES };

static enum how
how_of(struct span name)
{
	static const struct { const char *name; enum how how; } shown[] = {
		{ "From", ADDRESSES }, { "Sender", ADDRESSES },
		{ "Return-Path", ADDRESSES },
		{ "Date", SHOW }, { "Message-ID", SHOW },
		{ "MIME-Version", SHOW }, { "Received", TRACE },
		{ "List-Id", LIST }, { "DKIM-Signature", SIGNATURE },
		{ "ARC-Seal", SIGNATURE },
		{ "ARC-Message-Signature", SIGNATURE },
		{ "ARC-Authentication-Results", RESULTS },
		{ "Authentication-Results", RESULTS },
		{ "Received-SPF", RESULTS },
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
 * The octets in front of the value of a property that names a person, be it
 * an address or not (RFC 8601 section 2.7.4, RFC 7293 section 9); 0: there is
 * none.
 */
static size_t
person_at(struct span s)
{
	static const char *const names[] = { "smtp.auth", "smtp.rcptto" };

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		size_t i = strlen(names[k]);

		if (!span_istarts(s, span_str(names[k])))
			continue;
		while (i < s.n && ascii_is_fws(s.p[i]))
			i++;
		if (i++ == s.n || s.p[i - 1] != '=')
			return 0;
		while (i < s.n && ascii_is_fws(s.p[i]))
			i++;
		return i;
	}
	return 0;
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
		size_t person = tags && n > 0 ? person_at(text) : 0;

		if (person > 0) {
			n = person + word_of(span_from(text, person));
			put_clean(span_first(text, person), out);
			put_code(r, span_from(span_first(text, n), person),
			    out);
		} else if (is_address(text, n)) {
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

/* --- what of a field may be shown ----------------------------------------- */

/* The end of the comment that begins with s, which need not be closed. */
static size_t
comment_end(struct span s)
{
	size_t n = lex_comment_length(s);

	return n > 0 ? n : s.n;
}

static bool
is_in_comment(unsigned char c)
{
	return !ascii_is_fws(c) && c != '(' && c != ')';
}

/* "[192.0.2.1]", as RFC 5321 section 4.1.3 has it. */
static bool
is_literal(struct span s)
{
	struct ip_addr addr;

	if (s.n < 2 || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	s = span_from(span_first(s, s.n - 1), 1);
	return ip_parse(span_from(s, span_istarts(s, SPAN("IPv6:")) ? 5 : 0),
	    &addr);
}

/*
 * A comment is free text, with names of people in it: shown is an address in
 * brackets, and the name of the host in front of it (RFC 5321 section 4.4,
 * TCP-info).
 */
static void
put_comment(struct span s, struct buf *out)
{
	struct span host = { NULL, 0 };
	const char *before = "(";

	while (s.n > 0) {
		struct span word = s;

		word.n = 0;
		while (word.n < s.n && is_in_comment(s.p[word.n]))
			word.n++;
		s = span_from(s, word.n > 0 ? word.n : 1);
		if (is_literal(word)) {
			buf_str(out, before);
			before = " ";
			buf_span(out, host);
			buf_str(out, host.n > 0 ? before : "");
			buf_span(out, word);
		}
		if (word.n > 0)
			host = span_first(word,
			    parcel_is_domain(word) ? word.n : 0);
	}
	if (*before == ' ')
		buf_byte(out, ')');
}

static void
put_uncommented(struct span s, struct buf *out)
{
	while (s.n > 0) {
		size_t n = 1;

		if (s.p[0] == '(') {
			n = comment_end(s);
			put_comment(span_first(s, n), out);
		} else {
			n = s.p[0] == '"' ? quoted_end(s) : 1;
			buf_span(out, span_first(s, n));
		}
		s = span_from(s, n);
	}
}

/* The octets up to what "for" names, if that is a word and no address. */
static size_t
recipient_at(struct span s)
{
	size_t i = 3;
	struct span word = { NULL, 0 };

	if (!span_istarts(s, SPAN("for")))
		return 0;
	while (i < s.n && (ascii_is_fws(s.p[i]) || s.p[i] == '<'))
		i++;
	word = span_from(s, i);
	return i == 3 || is_address(word, word_of(word)) ? 0 : i;
}

/* Behind "for" stands a recipient, and maybe no address (RFC 5321 4.4). */
static void
put_trace(struct span s, struct buf *out)
{
	struct buf plain = BUF(s.n + 1);
	bool blank = true;

	put_uncommented(s, &plain);
	s = buf_get0(&plain);
	while (s.n > 0) {
		size_t n = blank ? recipient_at(s) : 0;

		blank = ascii_is_fws(s.p[0]);
		buf_span(out, span_first(s, n > 0 ? n : 1));
		s = span_from(s, n > 0 ? n + word_of(span_from(s, n)) : 1);
	}
	buf_free(&plain);
}

/* The list's name without the phrase in front of it (RFC 2919 section 2). */
static void
put_list(struct span s, struct buf *out)
{
	s = span_from(s, span_rchr(s, '<'));
	buf_byte(out, ' ');
	buf_span(out, span_first(s, span_chr(s, '>') + 1));
}

/*
 * The tags that say who signed what. Others may hold anything: z= has copies
 * of fields (RFC 6376 section 3.5).
 */
static void
put_tags(struct span s, struct buf *out)
{
	static const char known[] = "v,a,b,bh,c,cv,d,h,i,l,q,s,t,x";
	struct span tag = { NULL, 0 };
	const char *before = "";

	while (s.n > 0 && span_split(&s, ';', &tag)) {
		size_t is = span_chr(tag, '=');
		struct span name = span_trim(span_first(tag, is));

		if (is == tag.n || !span_list_ihas(span_str(known), ',', name))
			continue;
		buf_str(out, before);
		before = ";";
		/* blanks inside an identity would cut its local part */
		for (size_t i = 0; i < tag.n; i++)
			if (i < is || !span_ieq(name, SPAN("i")) ||
			    !ascii_is_fws(tag.p[i]))
				buf_byte(out, tag.p[i]);
	}
}

static void
put_shown(enum how how, struct span value, struct buf *out)
{
	if (how == LIST)
		put_list(value, out);
	else if (how == SIGNATURE)
		put_tags(value, out);
	else if (how == TRACE)
		put_trace(value, out);
	else
		put_uncommented(value, out);
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
	struct buf shown = BUF(f->value.n + 2);

	if (f->name.n == 0 || how == HIDE)
		return;
	if (r->off) {
		buf_span(&value, f->value);
	} else if (how == ADDRESSES) {
		put_addresses(r, f->value, &value);
	} else {
		put_shown(how, f->value, &shown);
		redact_text(r, buf_get0(&shown), how == RESULTS ||
		    how == SIGNATURE, &value);
	}
	if (!value.over) {
		buf_span(out, f->name);
		buf_byte(out, ':');
		put_lines(buf_get0(&value), !r->off, out);
	}
	buf_free(&shown);
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
