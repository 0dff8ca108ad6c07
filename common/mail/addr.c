/* Mailbox lists; see addr.h. */
#include "mail/addr.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/cur.h"
#include "base/vec.h"
#include "mail/lex.h"

enum { MAILBOXES_MAX = 1000, PART_MAX = 64 * 1024 };

static void
add(struct mailboxes *out, struct buf *local, struct buf *domain,
    struct buf *display)
{
	struct mailbox *m = VEC_PUSH(out);

	m->local = buf_take_str(local);
	m->domain = buf_take_str(domain);
	m->display = buf_take_str(display);
}

static bool
atom(struct cur *c, struct buf *out)
{
	struct span s = lex_atom(c);

	buf_span(out, s);
	return s.n > 0;
}

/* One word: atom or quoted-string, unquoted into *out; false if neither. */
static bool
word(struct cur *c, struct buf *out)
{
	struct span quoted = lex_quoted(c);

	if (quoted.n == 0)
		return atom(c, out);
	lex_unquote(out, quoted);
	return true;
}

/*
 * one *("." one), CFWS allowed around the dots: obs-local-part of words,
 * obs-domain of atoms.
 */
static bool
dotted(struct cur *c, bool (*one)(struct cur *, struct buf *),
    struct buf *out)
{
	do {
		lex_cfws(c, NULL);
		if (!one(c, out))
			return false;
		lex_cfws(c, NULL);
		if (cur_peek(c) == '.')
			buf_byte(out, '.');
	} while (cur_accept(c, '.'));
	/* what was cut is another name */
	return !c->bad && !out->over;
}

static bool
domain_literal(struct cur *c, struct buf *out)
{
	struct span left = cur_left(c);
	size_t end = span_chr(left, ']');

	if (end == left.n)
		return false;
	/* dtext has no bracket and no control (RFC 5322 section 3.4.1), and a
	 * NUL would end the copy that others see */
	for (size_t i = 0; i <= end; i++) {
		if (ascii_is_fws(left.p[i]))
			continue;
		if (left.p[i] == '\\' || (left.p[i] == '[' && i > 0) ||
		    (left.p[i] < 0x80 && !ascii_is_print(left.p[i])))
			return false;
		buf_byte(out, left.p[i]);
	}
	cur_take(c, end + 1);
	lex_cfws(c, NULL);
	return true;
}

static bool
addr_spec(struct cur *c, struct buf *local, struct buf *domain)
{
	if (!dotted(c, word, local) || !cur_accept(c, '@'))
		return false;
	lex_cfws(c, NULL);
	return cur_peek(c) == '[' ? domain_literal(c, domain) :
	    dotted(c, atom, domain);
}

/* obs-route = *"," "@" domain *("," ["@" domain]) ":" (section 4.4) */
static void
skip_route(struct cur *c)
{
	struct cur trial = *c;
	struct buf sink = BUF(PART_MAX);
	bool ok = false;

	while (cur_accept(&trial, ','))
		lex_cfws(&trial, NULL);
	ok = cur_peek(&trial) == '@';
	while (ok) {
		ok = !cur_accept(&trial, '@') || dotted(&trial, atom, &sink);
		lex_cfws(&trial, NULL);
		if (!cur_accept(&trial, ','))
			break;
		lex_cfws(&trial, NULL);
	}
	if (ok && cur_accept(&trial, ':'))
		*c = trial;
	buf_free(&sink);
}

static bool
angle_addr(struct cur *c, struct buf *local, struct buf *domain)
{
	if (!cur_accept(c, '<'))
		return false;
	lex_cfws(c, NULL);
	skip_route(c);
	if (!addr_spec(c, local, domain))
		return false;
	lex_cfws(c, NULL);
	return cur_accept(c, '>');
}

/* phrase, with the dots of obs-phrase behind its first word; may be empty. */
static void
phrase(struct cur *c, struct buf *out)
{
	for (bool begun = false;; begun = true) {
		struct span gap = cur_left(c);

		lex_cfws(c, NULL);
		if (out->n > 0 && cur_left(c).n < gap.n)
			buf_byte(out, ' ');
		if (begun && cur_accept(c, '.'))
			buf_byte(out, '.');
		else if (!word(c, out))
			return;
	}
}

/* mailbox = name-addr / addr-spec */
static bool
mailbox(struct cur *c, struct mailboxes *out)
{
	struct cur start = *c;
	struct buf local = BUF(PART_MAX), domain = BUF(PART_MAX);
	struct buf display = BUF(PART_MAX);
	bool ok = false;

	phrase(c, &display);
	if (cur_peek(c) == '<') {
		ok = angle_addr(c, &local, &domain);
	} else {
		*c = start;
		buf_reset(&display);
		ok = addr_spec(c, &local, &domain);
	}
	lex_cfws(c, NULL);
	if (ok && !c->bad) {
		while (display.n > 0 && display.p[display.n - 1] == ' ')
			display.n--;
		add(out, &local, &domain, &display);
	}
	buf_free(&local);
	buf_free(&domain);
	buf_free(&display);
	return ok && !c->bad;
}

/* Whether a group's "name:" comes next; it is taken then. */
static bool
group_start(struct cur *c)
{
	struct cur trial = *c;
	struct buf name = BUF(PART_MAX);
	bool is = false;

	phrase(&trial, &name);
	is = name.n > 0 && cur_accept(&trial, ':');
	if (is)
		*c = trial;
	buf_free(&name);
	return is;
}

/* mailbox-list inside a group up to its ";"; empty elements are obsolete. */
static bool
group_rest(struct cur *c, struct mailboxes *out)
{
	for (;;) {
		lex_cfws(c, NULL);
		if (cur_accept(c, ';'))
			return true;
		if (cur_accept(c, ','))
			continue;
		if (out->n >= MAILBOXES_MAX || !mailbox(c, out))
			return false;
		if (cur_peek(c) != ';' && cur_peek(c) != ',')
			return false;
	}
}

static bool
by_grammar(struct span value, struct mailboxes *out)
{
	struct cur c = cur_of(value);

	for (;;) {
		lex_cfws(&c, NULL);
		if (cur_done(&c))
			return out->n > 0 || out->has_group;
		if (cur_accept(&c, ','))
			continue;
		if (group_start(&c)) {
			out->has_group = true;
			if (!group_rest(&c, out))
				return false;
		} else if (out->n >= MAILBOXES_MAX || !mailbox(&c, out)) {
			return false;
		}
		lex_cfws(&c, NULL);
		if (!cur_done(&c) && cur_peek(&c) != ',')
			return false;
	}
}

/*
 * What stands in angle brackets, quotes and comments passed over. Something
 * with an "@" in brackets that is no addr-spec makes it uncertain: false.
 */
static bool
by_brackets(struct span value, struct mailboxes *out)
{
	struct cur c = cur_of(value);

	while (!c.bad && cur_left(&c).n > 0) {
		struct buf local = BUF(PART_MAX), domain = BUF(PART_MAX);
		struct buf display = BUF(PART_MAX);
		bool ok = true;

		lex_cfws(&c, NULL);
		if (cur_peek(&c) == '<') {
			ok = out->n < MAILBOXES_MAX &&
			    angle_addr(&c, &local, &domain);
			if (ok)
				add(out, &local, &domain, &display);
		} else if (lex_quoted(&c).n == 0 && cur_left(&c).n > 0) {
			ok = cur_peek(&c) != '@';
			cur_take(&c, 1);
		}
		buf_free(&local);
		buf_free(&domain);
		if (!ok)
			return false;
	}
	return !c.bad && out->n > 0;
}

enum addr_status
addr_parse(struct span value, struct mailboxes *out)
{
	*out = (struct mailboxes){ 0 };
	if (by_grammar(value, out))
		return ADDR_OK;
	mailboxes_free(out);
	if (by_brackets(value, out))
		return ADDR_LOOSE;
	mailboxes_free(out);
	return ADDR_BAD;
}

bool
addr_path(struct span value, struct span *out)
{
	struct span s = span_trim(value);

	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = span_trim(span_of(s.p + 1, s.n - 2));
	else if (s.n == 0 || span_chr(s, '<') < s.n || span_chr(s, '>') < s.n)
		return false;
	if (s.n > 0 && s.p[0] == '@' && span_chr(s, ':') < s.n)
		s = span_from(s, span_chr(s, ':') + 1);
	if (s.n > 0 && (span_rchr(s, '@') == s.n || span_rchr(s, '@') == 0))
		return false;
	*out = s;
	return true;
}

void
mailboxes_free(struct mailboxes *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].local);
		free(m->v[i].domain);
		free(m->v[i].display);
	}
	free(m->v);
	*m = (struct mailboxes){ 0 };
}
