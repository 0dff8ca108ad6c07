/*
 * Certificates of a mail's recipients inside of what is encrypted (Autocrypt
 * Level 1, section 3.6), so that each of them can answer all the others. They
 * are written and taken only where that is asked for.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "find.h"
#include "mail.h"
#include "mail/addr.h"
#include "mail/autocrypt.h"
#include "pgp/armor.h"
#include "sys/say.h"

/* Of a reader's ceiling for the header of what was encrypted, half. */
enum { ADDRESSES_MAX = 100, GOSSIP_MAX = 512 << 10 };

struct addresses {
	char **v;
	size_t n, cap;
};

static void
add_address(struct addresses *to, const struct mailbox *m)
{
	char *addr = xasprintf("%s@%s", m->local, m->domain);

	for (size_t i = 0; i < to->n; i++)
		if (span_ieq(span_str(to->v[i]), span_str(addr))) {
			free(addr);
			return;
		}
	if (to->n < ADDRESSES_MAX)
		*VEC_PUSH(to) = addr;
	else
		free(addr);
}

static void
add_field(struct addresses *to, const struct header *h, struct span name)
{
	for (size_t i = header_find(h, name, 0); i < h->n;
	    i = header_find(h, name, i + 1)) {
		struct mailboxes m = { .n = 0 };

		if (addr_parse(h->v[i].value, &m) != ADDR_BAD)
			for (size_t j = 0; j < m.n; j++)
				add_address(to, &m.v[j]);
		mailboxes_free(&m);
	}
}

static void
free_addresses(struct addresses *to)
{
	for (size_t i = 0; i < to->n; i++)
		free(to->v[i]);
	free(to->v);
}

/* Who is in Bcc shall stay unknown to the others. */
static size_t
write_fields(struct run *r, const struct header *h, struct files *certs,
    struct buf *out)
{
	struct addresses to = { .n = 0 };
	size_t written = 0;

	add_field(&to, h, SPAN("To"));
	add_field(&to, h, SPAN("Cc"));
	for (size_t i = 0; i < to.n; i++) {
		struct buf packets = BUF(AUTOCRYPT_KEY_MAX);
		struct span addr = span_str(to.v[i]);

		if (autocrypt_minimal(r, certs, addr, &packets)) {
			autocrypt_write("Autocrypt-Gossip", addr, false,
			    buf_get0(&packets), "\r\n", out);
			written++;
		}
		buf_free(&packets);
	}
	free_addresses(&to);
	return written;
}

void
mail_add_gossip(struct mail *m, struct files *certs, struct buf *out)
{
	struct buf fields = BUF(GOSSIP_MAX);

	if (!m->r.a.add_gossip)
		return;
	/* who is the only one needs nobody else's */
	if (write_fields(&m->r, &m->msg.header, certs, &fields) > 1 &&
	    !fields.over)
		buf_span(out, buf_get0(&fields));
	else
		say_warn("no Autocrypt-Gossip field is written: %s",
		    fields.over ? "they are too long together" :
		    "the message is encrypted to fewer than two addresses of "
		    "To and Cc");
	buf_free(&fields);
}

/* --- reading */

/* The certificate of one address as file f->n; it is kept if it may be used. */
static void
take_one(struct run *r, const struct header *inner, const char *addr,
    struct files *f)
{
	struct buf *packets = run_room(r, AUTOCRYPT_KEY_MAX);
	struct pgp_error error = { .result = PGP_OK };
	struct autocrypt a;
	const char *why = NULL;
	struct in in;
	size_t i = f->n;

	if (packets == NULL)
		return;
	why = autocrypt_gossip_of(inner, span_str(addr), &a, packets);
	if (why != NULL) {
		say_detail("%s: Autocrypt-Gossip: %s", addr, why);
		return;
	}
	f->v[i] = CERTS;
	f->v[i].file = "Autocrypt-Gossip";
	f->raw[i] = buf_get0(packets);
	f->from[i] = (struct origin){ .address = addr,
	    .way = "Autocrypt-Gossip", .of_message = true };
	f->n++;
	in_of_span(&in, f->raw[i], &error);
	if (certs_read(&in, false, &f->v[i], &why) == PGP_OK)
		why = find_trim(r, f, i);
	in_free(&in);
	if (why != NULL)
		say_warn("%s: the certificate from Autocrypt-Gossip is not "
		    "used: %s", addr, why);
}

static void
write_certs(struct files *f, struct buf *out)
{
	struct buf packets = BUF(CERT_FILE_MAX);

	run_write_certs(f, &packets);
	if (packets.n > 0)
		armor_write(out, ARMOR_PUBLIC_KEY, buf_get0(&packets));
	buf_free(&packets);
}

void
mail_take_gossip(struct mail *m, const struct header *inner, bool believed,
    struct buf *out)
{
	const struct header *h = protect_is_claimed(inner) ? inner :
	    &m->msg.header;
	struct addresses to = { .n = 0 };
	struct files f;

	if (!believed) {
		say_warn("Autocrypt-Gossip is not taken: no signature says "
		    "that the message is its author's");
		return;
	}
	add_field(&to, h, SPAN("To"));
	add_field(&to, h, SPAN("Cc"));
	add_field(&to, h, SPAN("Reply-To"));
	run_new_files(to.n, &f);
	for (size_t i = 0; i < to.n; i++)
		take_one(&m->r, inner, to.v[i], &f);
	write_certs(&f, out);
	run_free_files(&f);
	free_addresses(&to);
}
