/* Records, and what they are put together to; see flight.h. */
#include "tls/flight.h"

#include <string.h>

#include "tls/flight_int.h"
#include "tls/names.h"

enum {
	/* RFC 8446 section 5.1 */
	RECORD_CHANGE_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_HEAD = 5,
	FRAGMENT_MAX = 1 << 14,
	MESSAGE_HEAD = 4,
	/* RFC 8446 section 6 */
	ALERT_WARNING = 1,
	ALERT_CLOSE_NOTIFY = 0,
	ALERT_USER_CANCELED = 90,
};

void
flight_bad(struct tls_flight *f, const char *why)
{
	f->state = FLIGHT_BAD;
	f->why = why;
}

void
flight_alert(struct tls_flight *f, uint8_t level, uint8_t description)
{
	f->alert_level = level;
	f->alert = description;
	/* unrecognized_name, and the like, may warn in front of the hello */
	if (level != ALERT_WARNING || description == ALERT_CLOSE_NOTIFY ||
	    description == ALERT_USER_CANCELED)
		f->state = FLIGHT_ALERT;
}

uint32_t
flight_u24(struct cur *c)
{
	uint32_t high = cur_u8(c);

	return high << 16 | cur_u16(c);
}

void
tls_flight_init(struct tls_flight *f, uint16_t offered)
{
	memset(f, 0, sizeof(*f));
	f->offered = offered;
	f->dh.prime = -1;
	f->chain = BUF(FLIGHT_MESSAGE_MAX);
	f->record = BUF(FLIGHT_MAX);
	f->message = BUF(FLIGHT_MESSAGE_MAX);
}

void
tls_flight_free(struct tls_flight *f)
{
	buf_free(&f->chain);
	buf_free(&f->record);
	buf_free(&f->message);
}

/* Take n octets off the front. */
static void
drop(struct buf *b, size_t n)
{
	b->n -= n;
	if (b->n > 0)
		memmove(b->p, b->p + n, b->n);
}

/* The whole messages that are there; the beginning of another stays. */
static void
take_messages(struct tls_flight *f)
{
	size_t at = 0;

	while (f->state == FLIGHT_MORE) {
		struct cur c = cur_of(span_from(buf_get0(&f->message), at));
		uint8_t type = cur_u8(&c);
		uint32_t n = flight_u24(&c);
		struct span body = { NULL, 0 };

		if (c.bad)
			break;
		if (n > FLIGHT_MESSAGE_MAX - MESSAGE_HEAD) {
			flight_bad(f, "a handshake message is too long");
			break;
		}
		body = cur_take(&c, n);
		if (c.bad)
			break;
		flight_message(f, type, body);
		at += c.at;
	}
	drop(&f->message, at);
}

static void
take_fragment(struct tls_flight *f, uint8_t type, struct span fragment)
{
	switch (type) {
	case RECORD_ALERT:
		/* RFC 8446 section 5.1: an alert is one record of its own */
		if (fragment.n != 2)
			flight_bad(f, "an alert is not of two octets");
		else
			flight_alert(f, fragment.p[0], fragment.p[1]);
		break;
	case RECORD_HANDSHAKE:
		buf_span(&f->message, fragment);
		if (f->message.over)
			flight_bad(f, "a handshake message is too long");
		else
			take_messages(f);
		break;
	case RECORD_CHANGE_CIPHER:
		flight_bad(f, "ChangeCipherSpec in the first flight");
		break;
	default:
		flight_bad(f, "application data in the first flight");
		break;
	}
}

/* The record that the input begins with; its length, 0 if it is not whole. */
static size_t
take_record(struct tls_flight *f, struct span in)
{
	struct cur c = cur_of(in);
	uint8_t type = cur_u8(&c);
	uint8_t major = cur_u8(&c);
	uint8_t minor = cur_u8(&c);
	size_t n = cur_u16(&c);
	struct span fragment = { NULL, 0 };

	/* what is no TLS is known by its first octet: do not wait for five */
	if (in.n > 0 && (in.p[0] < RECORD_CHANGE_CIPHER ||
	    in.p[0] > RECORD_HANDSHAKE + 1)) {
		flight_bad(f, "no TLS record");
		return 0;
	}
	if (c.bad)
		return 0;
	if (major != 3 || minor > 4 || n > FRAGMENT_MAX) {
		flight_bad(f, "no TLS record");
		return 0;
	}
	fragment = cur_take(&c, n);
	if (c.bad)
		return 0;
	take_fragment(f, type, fragment);
	return c.at;
}

/* SSLv2's records have the highest bit set; else the server speaks TLS. */
static size_t
take_one(struct tls_flight *f, struct span in)
{
	if (f->offered == TLS_SSL2 && in.n > 0 && (in.p[0] & 0x80) != 0)
		return flight_ssl2(f, in);
	return take_record(f, in);
}

enum flight_state
tls_flight_feed(struct tls_flight *f, struct span octets)
{
	size_t at = 0, used = 0;

	if (f->state != FLIGHT_MORE)
		return f->state;
	buf_span(&f->record, span_first(octets, FLIGHT_MAX - f->fed));
	f->fed += span_first(octets, FLIGHT_MAX - f->fed).n;
	do {
		used = take_one(f, span_from(buf_get0(&f->record), at));
		at += used;
	} while (f->state == FLIGHT_MORE && used > 0);
	drop(&f->record, at);
	if (f->state == FLIGHT_MORE && f->fed == FLIGHT_MAX)
		flight_bad(f, "more octets than a flight has");
	return f->state;
}

bool
tls_chain_next(struct span *list, struct span *der)
{
	struct cur c = cur_of(*list);
	struct span one = cur_take(&c, flight_u24(&c));

	if (c.bad || one.n == 0)
		return false;
	*der = one;
	*list = cur_left(&c);
	return true;
}
