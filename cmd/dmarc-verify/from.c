/* Whom the message says that it is from, and whom it shows beside that. */
#include "verdict.h"

#include "base/vec.h"
#include "dns/idn.h"
#include "mail/addr.h"
#include "mail/shown.h"

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

static bool
is_kin(struct span domain, struct span own)
{
	return span_ieq(domain, own) || idn_is_below(domain, own) ||
	    idn_is_below(own, domain);
}

/* DMARC knows domains alone. */
static bool
is_own(void *arg, struct span local, struct span domain)
{
	const struct mailbox *m = arg;

	(void)local;
	return is_kin(domain, span_str(m->domain));
}

/*
 * An address that is not the author's fools who sees only it: in the display
 * name, and beside a lone author in comments, which some readers show.
 */
static void
check_shown(struct verdict *v, struct span text, struct mailbox *m)
{
	struct buf other = BUF(text.n * SHOWN_GROWTH);
	struct span domain = { NULL, 0 };

	if (shown_other(text, is_own, m, &other)) {
		domain = buf_get0(&other);
		domain = span_from(domain, span_rchr(domain, '@') + 1);
		finding_add(&v->findings, F_FROM_DISPLAY, "From", "%.*s",
		    (int)(domain.n < 128 ? domain.n : 128),
		    (const char *)domain.p);
	}
	buf_free(&other);
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
