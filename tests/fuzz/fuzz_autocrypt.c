/*
 * Autocrypt fields: what is read lies in the field, and a certificate that
 * counts does so again when it is written.
 */
#include "fuzz.h"

#include "mail/autocrypt.h"

/* As gossip it says the same, and for nobody else. */
static void
check_gossip(const struct autocrypt *a, struct span packets)
{
	struct header h = { .n = 0 };
	struct buf text = BUF(1 << 20), got = BUF(AUTOCRYPT_KEY_MAX);
	struct autocrypt b;

	autocrypt_write("Autocrypt-Gossip", a->addr, false, packets, "\r\n",
	    &text);
	must(header_split(buf_get0(&text), 1000, &h) == HEADER_OK);
	must(autocrypt_gossip_of(&h, a->addr, &b, &got) == NULL);
	must(!b.mutual && span_eq(buf_get0(&got), packets));
	must(autocrypt_gossip_of(&h, SPAN(""), &b, &got) != NULL);
	header_free(&h);
	buf_free(&text);
	buf_free(&got);
}

static void
check_header(struct span in)
{
	struct header h = { .n = 0 }, again = { .n = 0 };
	struct buf packets = BUF(AUTOCRYPT_KEY_MAX), twice = packets;
	struct buf text = BUF(1 << 20);
	struct autocrypt a, b;
	size_t from = 0;

	if (header_split(in, 1000, &h) == HEADER_OK &&
	    autocrypt_of(&h, &a, &packets) == NULL) {
		from = header_find(&h, SPAN("From"), 0);
		must(packets.n > 0);
		buf_span(&text, h.v[from].raw);
		if (text.p[text.n - 1] != '\n')
			buf_byte(&text, '\n');
		autocrypt_write("Autocrypt", a.addr, a.mutual, buf_get0(&packets), "\n",
		    &text);
		must(header_split(buf_get0(&text), 1000, &again) ==
		    HEADER_OK);
		must(autocrypt_of(&again, &b, &twice) == NULL);
		must(b.mutual == a.mutual);
		must(span_eq(buf_get0(&packets), buf_get0(&twice)));
		check_gossip(&a, buf_get0(&packets));
	}
	header_free(&h);
	header_free(&again);
	buf_free(&packets);
	buf_free(&twice);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct autocrypt a;

	if (n > 1 << 16)
		return 0;
	if (autocrypt_parse(in, &a)) {
		inside(a.addr, in);
		inside(a.keydata, in);
		must(a.addr.n > 0 && a.keydata.n > 0);
	}
	check_header(in);
	return 0;
}
