/* Addresses of mailboxes; see address.h. */
#include "relay/address.h"

#include "base/ascii.h"
#include "base/b64.h"
#include "base/cur.h"
#include "base/ip.h"
#include "relay/call.h"

enum { HTTPS = 443, TEXT32 = 43 };	/* digits of 32 octets, unpadded */

static bool
is_host(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* What stands in brackets, which is an IPv6 address. */
static bool
is_ip6(unsigned char c)
{
	return ascii_hex(c) >= 0 || c == ':' || c == '.';
}

static void
read_host(struct cur *c, struct relay_address *a)
{
	size_t from = c->at;
	struct span host;
	struct ip_addr ip;

	if (cur_accept(c, '[')) {
		host = cur_while(c, is_ip6, 2, IP_TEXT_SIZE);
		if (!ip_parse6(host, &ip))
			cur_fail(c);
		cur_expect(c, ']');
	} else {
		cur_while(c, is_host, 1, RELAY_HOST_MAX);
	}
	if (c->bad)
		return;
	host = span_of(c->in.p + from, c->at - from);
	for (size_t i = 0; i < host.n; i++)
		a->host[i] = (char)ascii_lower(host.p[i]);
	a->port = HTTPS;
	if (cur_accept(c, ':'))
		a->port = (uint16_t)cur_dec(c, UINT16_MAX);
	if (a->port == 0)
		cur_fail(c);
}

static void
read_relay(struct cur *c, struct relay_address *a)
{
	if (!cur_accept_ilit(c, SPAN("https://")))
		cur_fail(c);
	read_host(c, a);
}

static bool
is_url_digit(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_';
}

/* 32 octets as base64url (RFC 4648 section 5), in the one form they have. */
static void
read_32(struct cur *c, unsigned char out[static 32])
{
	struct span digits = cur_while(c, is_url_digit, TEXT32, TEXT32);
	struct buf plain = BUF(TEXT32 + 1), octets = BUF(32);

	for (size_t i = 0; i < digits.n; i++)
		buf_byte(&plain, digits.p[i] == '-' ? '+' :
		    digits.p[i] == '_' ? '/' : digits.p[i]);
	/* the last digit has two bits that are left over */
	if (digits.n != TEXT32 || !b64_decode(&octets, buf_get0(&plain)) ||
	    octets.n != 32 || (b64_sextets[plain.p[TEXT32 - 1]] & 3) != 0)
		cur_fail(c);
	else
		memcpy(out, octets.p, 32);
	buf_free_wipe(&plain);
	buf_free_wipe(&octets);
}

static void
write_32(const unsigned char in[static 32], struct buf *out)
{
	struct buf plain = BUF(TEXT32 + 1);

	b64_encode(&plain, span_of(in, 32));
	for (size_t i = 0; i < TEXT32; i++)
		buf_byte(out, plain.p[i] == '+' ? '-' :
		    plain.p[i] == '/' ? '_' : plain.p[i]);
	buf_free_wipe(&plain);
}

bool
relay_address_read(struct span text, struct relay_address *out)
{
	struct relay_address a = { .port = 0 };
	struct relay_call call = { .verb = RELAY_ABOUT };
	struct cur c = cur_of(span_first(text, RELAY_ADDRESS_MAX + 1));
	struct span target;

	read_relay(&c, &a);
	target = cur_left(&c);
	target = cur_take(&c, span_chr(target, '#'));
	if (relay_call_read(SPAN("PUT"), target, &call) != RELAY_FINE ||
	    call.verb != RELAY_MAKE)
		cur_fail(&c);
	memcpy(a.id, call.id, RELAY_ID);
	cur_expect(&c, '#');
	read_32(&c, a.key);
	a.has_pin = cur_accept(&c, '.');
	if (a.has_pin)
		read_32(&c, a.pin);
	if (!cur_done(&c) || text.n > RELAY_ADDRESS_MAX)
		return false;
	*out = a;
	return true;
}

void
relay_address_write(const struct relay_address *a, struct buf *out)
{
	struct relay_call call = { .verb = RELAY_MAKE };

	memcpy(call.id, a->id, RELAY_ID);
	relay_url_write(a, out);
	relay_call_write(&call, out);
	buf_byte(out, '#');
	write_32(a->key, out);
	if (a->has_pin) {
		buf_byte(out, '.');
		write_32(a->pin, out);
	}
}

bool
relay_url_read(struct span text, struct relay_address *out)
{
	struct relay_address a = { .port = 0 };
	struct cur c = cur_of(span_first(text, RELAY_ADDRESS_MAX + 1));

	read_relay(&c, &a);
	cur_accept(&c, '/');
	if (!cur_done(&c) || text.n > RELAY_ADDRESS_MAX)
		return false;
	*out = a;
	return true;
}

void
relay_url_write(const struct relay_address *a, struct buf *out)
{
	buf_printf(out, "https://%s", a->host);
	if (a->port != HTTPS)
		buf_printf(out, ":%u", (unsigned)a->port);
}

bool
relay_pin_read(struct span text, unsigned char pin[static RELAY_PIN])
{
	struct buf octets = BUF(RELAY_PIN);
	bool ok = span_starts(text, SPAN("sha256//")) &&
	    b64_decode(&octets, span_from(text, 8)) && octets.n == RELAY_PIN;

	if (ok)
		memcpy(pin, octets.p, RELAY_PIN);
	buf_free(&octets);
	return ok;
}

void
relay_pin_write(const unsigned char pin[static RELAY_PIN], struct buf *out)
{
	buf_str(out, "sha256//");
	b64_encode(out, span_of(pin, RELAY_PIN));
}
