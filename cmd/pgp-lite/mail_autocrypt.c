/*
 * Certificates that travel in the mail itself (Autocrypt Level 1): the
 * author's is written where that is asked for, and one that came is taken
 * only where that is asked for, since it is as good as the mail.
 */
#include "mail/autocrypt.h"

#include <stdlib.h>

#include "find.h"
#include "mail.h"
#include "mail/author.h"
#include "sys/say.h"

/* An address that is one attribute's value as it stands. */
static bool
is_plain(struct span addr)
{
	for (size_t i = 0; i < addr.n; i++)
		if (addr.p[i] <= ' ' || addr.p[i] == ';' ||
		    addr.p[i] == '"' || addr.p[i] == 0x7f)
			return false;
	return true;
}

/* From's one address; false when it has not exactly one. */
static bool
author(const struct header *h, struct buf *addr)
{
	struct mailboxes m = { .n = 0 };
	bool one = author_of(h, &m) == AUTHOR_ONE;

	if (one)
		buf_printf(addr, "%s@%s", m.v[0].local, m.v[0].domain);
	mailboxes_free(&m);
	return one && !addr->over;
}

bool
autocrypt_minimal(struct run *r, struct files *keys, struct span addr,
    struct buf *packets)
{
	if (!is_plain(addr))
		return false;
	for (size_t i = 0; i < keys->n; i++)
		for (size_t j = 0; j < keys->v[i].n; j++)
			if (cert_write_minimal(&keys->v[i].v[j], addr,
			    r->now, packets))
				return !packets->over;
	return false;
}

/* What was handed out before counts for nothing beside another. */
static void
drop_old(struct header *h, struct span name)
{
	for (size_t i = 0; i < h->n; i++)
		if (span_ieq(h->v[i].name, name))
			h->v[i].name = SPAN("");
}

void
mail_drop_gossip(struct mail *m)
{
	drop_old(&m->msg.header, SPAN("Autocrypt-Gossip"));
}

void
mail_add_autocrypt(struct mail *m, struct files *keys, const char *eol,
    struct buf *out)
{
	struct buf addr = BUF(1024), packets = BUF(AUTOCRYPT_KEY_MAX);
	int preference = m->r.a.add_autocrypt;

	if (preference == AUTOCRYPT_NOT)
		return;
	drop_old(&m->msg.header, SPAN("Autocrypt"));
	if (author(&m->msg.header, &addr) &&
	    autocrypt_minimal(&m->r, keys, buf_get0(&addr), &packets))
		autocrypt_write("Autocrypt", buf_get0(&addr),
		    preference == AUTOCRYPT_MUTUAL, buf_get0(&packets), eol,
		    out);
	else
		say_warn("no Autocrypt field is written: no key that signs "
		    "has a user ID of From's address and can be encrypted "
		    "to");
	buf_free(&addr);
	buf_free(&packets);
}

bool
find_autocrypt(struct run *r, const struct header *h, struct files *f)
{
	struct buf *packets = run_room(r, AUTOCRYPT_KEY_MAX);
	struct buf *addr = run_room(r, AUTOCRYPT_KEY_MAX);
	struct autocrypt a;
	const char *why = NULL;
	size_t i = f->n;

	if (packets == NULL || addr == NULL)
		return false;
	why = autocrypt_of(h, &a, packets);
	if (why != NULL && f->n > 0) {
		say_warn("stdin: %s", why);
		return true;
	}
	if (why != NULL)
		return run_fail(r, SOP_MISSING_INPUT, "stdin: %s", why);
	buf_span(addr, a.addr);
	buf_byte(addr, '\0');
	f->v[i] = CERTS;
	f->v[i].file = "Autocrypt";
	f->raw[i] = buf_get0(packets);
	f->from[i] = (struct origin){ .address = (const char *)addr->p,
	    .way = "Autocrypt", .of_message = true };
	f->n++;
	return run_parse_file(r, false, f, i) && find_keep(r, f, i);
}
