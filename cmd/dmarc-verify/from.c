/* Whom the message says that it is from, and whom it shows beside that. */
#include "verdict.h"

#include "base/ascii.h"
#include "base/vec.h"
#include "dns/idn.h"
#include "mail/addr.h"
#include "mail/words.h"

enum {
	SHOWN_MAX = 1 << 20,
	ADDRESSES_MAX = 100,	/* looked at in one text: who needs more? */
};

/*
 * The From domains as A-labels, each once, and no more than it takes to know
 * that they are too many.
 */
static void
add_domain(struct verdict *v, const char *domain)
{
	struct buf ascii = BUF(DNS_NAME_MAX + 1);

	if (v->from.n > DMARC_FROM_MAX)
		return;
	if (!idn_to_ascii(span_str(domain), &ascii)) {
		finding_add(&v->findings, F_FROM_NO_DOMAIN, "From", "%s",
		    domain);
		buf_free(&ascii);
		return;
	}
	for (size_t i = 0; i < v->from.n; i++) {
		if (span_eq(span_str(v->from.v[i]), buf_get0(&ascii))) {
			buf_free(&ascii);
			return;
		}
	}
	*VEC_PUSH(&v->from) = buf_take_str(&ascii);
}

/*
 * What a reader sees of a text with quotes and comments: without their
 * backslashes, and with encoded words decoded there too, where by RFC 2047
 * section 5 they stand for themselves or touch a bracket.
 */
static void
shown(struct span text, struct buf *out)
{
	struct buf apart = BUF(3 * SHOWN_MAX);

	text = span_first(text, SHOWN_MAX);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];

		if (c == '\\')
			continue;
		if (span_chr(SPAN("()\"<>,"), c) < 6)
			buf_printf(&apart, " %c ", c);
		else
			buf_byte(&apart, c);
	}
	words_show(buf_get0(&apart), out);
	buf_free(&apart);
}

/* Cut the first domain behind an "@" from *text; "" when there is none. */
static struct span
next_domain(struct span *text)
{
	struct span domain = { NULL, 0 };
	size_t n = 0;

	*text = span_from(*text, span_chr(*text, '@'));
	*text = span_from(*text, 1);
	while (n < text->n && (text->p[n] >= 0x80 || text->p[n] == '.' ||
	    text->p[n] == '-' || text->p[n] == '_' ||
	    ascii_is_alnum(text->p[n])))
		n++;
	domain = span_first(*text, n);
	*text = span_from(*text, n);
	while (domain.n > 0 && domain.p[domain.n - 1] == '.')
		domain.n--;
	return domain;
}

static bool
is_kin(struct span domain, struct span own)
{
	return span_ieq(domain, own) || idn_is_below(domain, own) ||
	    idn_is_below(own, domain);
}

/*
 * An address that is not the author's fools who sees only it: in the display
 * name, and beside a lone author in comments, which some readers show.
 */
static void
check_shown(struct verdict *v, struct span text, const struct mailbox *m)
{
	struct buf seen = BUF(6 * SHOWN_MAX);
	struct span rest = { NULL, 0 };

	shown(text, &seen);
	rest = buf_get0(&seen);
	for (int i = 0; i < ADDRESSES_MAX && rest.n > 0; i++) {
		struct span domain = next_domain(&rest);

		if (span_chr(domain, '.') == domain.n ||
		    is_kin(domain, span_str(m->domain)))
			continue;
		finding_add(&v->findings, F_FROM_DISPLAY, "From", "%.*s",
		    (int)(domain.n < 128 ? domain.n : 128),
		    (const char *)domain.p);
		break;
	}
	buf_free(&seen);
}

static void
from_field(struct verdict *v, struct span value)
{
	struct mailboxes m = { 0 };
	enum addr_status status = addr_parse(value, &m);

	if (status != ADDR_OK)
		finding_add(&v->findings, status == ADDR_LOOSE ?
		    F_FROM_LOOSE : F_FROM_SYNTAX, "From", NULL);
	for (size_t i = 0; i < m.n; i++) {
		add_domain(v, m.v[i].domain);
		check_shown(v, m.n == 1 ? value : span_str(m.v[i].display),
		    &m.v[i]);
	}
	mailboxes_free(&m);
}

void
from_find(struct verdict *v)
{
	const struct header *h = v->header;
	size_t fields = header_count(h, SPAN("From"));

	if (fields > 1)
		finding_add(&v->findings, F_FROM_SEVERAL_FIELDS, "From",
		    "%zu fields", fields);
	for (size_t i = header_find(h, SPAN("From"), 0); i < h->n;
	    i = header_find(h, SPAN("From"), i + 1))
		from_field(v, h->v[i].value);
}
