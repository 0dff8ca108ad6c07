/* Reading Received fields; see received.h. */
#include "mail/received.h"

#include "base/ascii.h"
#include "base/date.h"
#include "mail/lex.h"

/* The next word: up to blanks, a comment or the ";" of the date. */
static struct span
take_word(struct cur *c)
{
	struct span left = cur_left(c);
	size_t n = 0;

	while (n < left.n && !ascii_is_fws(left.p[n]) && left.p[n] != '(' &&
	    left.p[n] != ';')
		n++;
	return cur_take(c, n);
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]", with or without the brackets. */
static bool
parse_literal(struct span s, struct ip_addr *ip)
{
	if (s.n > 2 && s.p[0] == '[') {
		size_t end = span_chr(s, ']');

		s = span_from(span_first(s, end), 1);
	}
	if (span_istarts(s, SPAN("IPv6:")))
		s = span_from(s, 5);
	return ip_parse(s, ip);
}

static void
take_address(struct received *r, const struct ip_addr *ip)
{
	if (r->has_ip && !ip_eq(&r->ip, ip))
		r->ambiguous = true;
	r->ip = *ip;
	r->has_ip = true;
}

/*
 * One word of the comment behind "from". Exim writes helo=NAME and
 * ident=NAME there, which are the client's own words; qmail writes "HELO
 * NAME" as two words.
 */
static void
comment_word(struct received *r, struct span word, bool after_helo)
{
	struct ip_addr ip;

	if (span_istarts(word, SPAN("helo="))) {
		r->helo = span_from(word, 5);
		return;
	}
	if (after_helo) {
		r->helo = word;
		return;
	}
	/* qmail writes IDENT@ADDRESS, the first half being the client's */
	if (span_rchr(word, '@') < word.n)
		word = span_from(word, span_rchr(word, '@') + 1);
	/* "host:25" and "[192.0.2.1]:25" carry a port, other "k=v" nothing */
	if (span_chr(word, '=') == word.n && parse_literal(word, &ip))
		take_address(r, &ip);
}

static void
parse_comment(struct received *r, struct span inside)
{
	struct cur c = cur_of(inside);
	bool after_helo = false;

	while (!c.bad && cur_left(&c).n > 0) {
		struct span word = { NULL, 0 };

		lex_cfws(&c, NULL);
		word = take_word(&c);
		if (word.n == 0) {
			cur_take(&c, 1);
			continue;
		}
		comment_word(r, word, after_helo);
		after_helo = span_ieq(word, SPAN("HELO")) ||
		    span_ieq(word, SPAN("EHLO"));
	}
}

/* All comments behind "from NAME", up to the next word outside of them. */
static void
parse_from(struct received *r, struct cur *c)
{
	struct span name = { NULL, 0 };
	struct ip_addr ip;

	lex_cfws(c, NULL);
	name = take_word(c);
	r->helo = name;
	cur_skip_fws(c);
	while (cur_peek(c) == '(') {
		parse_comment(r, lex_comment(c));
		cur_skip_fws(c);
	}
	if (!r->has_ip && name.n > 0 && name.p[0] == '[' &&
	    parse_literal(name, &ip))
		take_address(r, &ip);
}

/* Everything up to ";", at the level outside of comments. */
static void
parse_clauses(struct received *r, struct cur *c)
{
	bool first = true;

	while (!c->bad && cur_left(c).n > 0) {
		struct span word = { NULL, 0 };

		lex_cfws(c, NULL);
		if (cur_peek(c) == ';')
			return;
		word = take_word(c);
		if (word.n == 0) {
			cur_take(c, 1);
		} else if (first && span_ieq(word, SPAN("from"))) {
			parse_from(r, c);
		} else if (span_ieq(word, SPAN("by")) && r->by.n == 0) {
			lex_cfws(c, NULL);
			r->by = take_word(c);
		}
		first = false;
	}
}

void
received_parse(struct span value, struct received *out)
{
	struct cur c = cur_of(value);
	struct received r = { .date = -1 };
	size_t semi = 0;

	parse_clauses(&r, &c);
	if (r.ambiguous)
		r.has_ip = false;
	/* the date stands behind the last ";", whatever came before it */
	semi = span_rchr(value, ';');
	if (semi < value.n)
		date_parse_mail(span_from(value, semi + 1), &r.date);
	*out = r;
}
