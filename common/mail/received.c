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

/* What stands in a comment, word by word. */
struct comment {
	struct received *r;
	bool helo_next;		/* qmail's "HELO" was the word before */
	bool clients;		/* from here on the client's own words */
	bool alone;		/* the word is all that there is */
};

/*
 * One word of a comment behind "from". Exim writes helo=NAME and ident=NAME
 * there, which are the client's own words; qmail writes "HELO NAME" as two
 * words. Behind such a name nothing is believed: it may hold blanks.
 */
static void
comment_word(struct comment *in, struct span word)
{
	struct ip_addr ip;

	if (in->helo_next) {
		in->r->helo = word;
		in->helo_next = false;
	} else if (in->clients) {
		return;
	} else if (span_istarts(word, SPAN("helo="))) {
		in->r->helo = span_from(word, 5);
		in->clients = true;
	} else if (span_ieq(word, SPAN("HELO")) ||
	    span_ieq(word, SPAN("EHLO"))) {
		in->helo_next = in->clients = true;
	} else if (span_chr(word, '=') == word.n) {
		/* qmail's IDENT@ADDRESS: the first half is the client's */
		if (in->alone && word.p[0] != '<')
			word = span_from(word, span_rchr(word, '@') <
			    word.n ? span_rchr(word, '@') + 1 : 0);
		/* "host:25" and "[192.0.2.1]:25" carry a port */
		if (parse_literal(word, &ip))
			take_address(in->r, &ip);
	}
}

/* Returns whether it tells what the client called itself. */
static bool
parse_comment(struct received *r, struct span inside)
{
	struct cur c = cur_of(inside);
	struct comment in = { .r = r };

	while (!c.bad && cur_left(&c).n > 0) {
		struct span word = { NULL, 0 };

		lex_cfws(&c, NULL);
		word = take_word(&c);
		in.alone = word.n == inside.n;
		if (word.n == 0)
			cur_take(&c, 1);
		else
			comment_word(&in, word);
	}
	return in.clients;
}

/* All comments behind "from NAME", up to the next word outside of them. */
static void
parse_from(struct received *r, struct cur *c)
{
	struct span name = { NULL, 0 };
	bool has_helo = false;
	struct ip_addr ip;

	lex_cfws(c, NULL);
	name = take_word(c);
	r->helo = name;
	cur_skip_fws(c);
	while (cur_peek(c) == '(') {
		has_helo |= parse_comment(r, lex_comment(c));
		cur_skip_fws(c);
	}
	/* where a comment has the HELO name, the server wrote the literal */
	if ((!r->has_ip || has_helo) && name.n > 0 && name.p[0] == '[' &&
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
