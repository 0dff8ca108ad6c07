/* Numbers and errors of the relay's protocol; see relay.h. */
#include "relay/relay.h"

#include "base/ascii.h"
#include "sys/json_in.h"
#include "sys/jw.h"

const uint32_t relay_sizes[RELAY_SIZES] = {
	1024, 4096, 16384, 65536, RELAY_MESSAGE_MAX,
};

bool
relay_size_ok(size_t n)
{
	for (size_t i = 0; i < RELAY_SIZES; i++)
		if (n == relay_sizes[i])
			return true;
	return false;
}

static const struct {
	int status;
	const char *name, *text;
} errors[RELAY_ERRORS] = {
	[RELAY_FINE] = { 200, "", "" },
	[RELAY_REQUEST] = { 400, "request",
	    "The path, the header or the body is not as the protocol says." },
	[RELAY_SIZE] = { 400, "size",
	    "A message has the size of one of the classes, exactly." },
	[RELAY_BUNDLE] = { 400, "bundle",
	    "A line is no bundle, or its signature does not hold." },
	[RELAY_NO_TOKEN] = { 401, "no-token",
	    "Only the mailbox's owner may do this: the token is missing." },
	[RELAY_NOT_OWNER] = { 403, "not-owner",
	    "The token is not that of the mailbox's owner." },
	[RELAY_NO_MAILBOX] = { 404, "no-mailbox",
	    "There is no such mailbox." },
	[RELAY_NO_BUNDLE] = { 404, "no-bundle",
	    "The mailbox has no bundle to give." },
	[RELAY_NO_PATH] = { 404, "no-path",
	    "There is nothing of this name." },
	[RELAY_METHOD] = { 405, "method",
	    "This cannot be asked with this method." },
	[RELAY_TAKEN] = { 409, "taken",
	    "The id is in use, with another token or other octets." },
	[RELAY_TOO_BIG] = { 413, "too-big", "The body is too long." },
	[RELAY_RATE] = { 429, "rate", "Too often; ask again later." },
	[RELAY_TRY_AGAIN] = { 503, "try-again",
	    "The relay cannot do this at the moment." },
	[RELAY_MAILBOX_FULL] = { 507, "mailbox-full",
	    "The mailbox holds all that it may." },
	[RELAY_STOCK_FULL] = { 507, "stock-full",
	    "The mailbox holds all the bundles that it may." },
	[RELAY_RELAY_FULL] = { 507, "relay-full",
	    "The relay holds all that it can." },
};

int
relay_error_status(enum relay_error e)
{
	return errors[e].status;
}

const char *
relay_error_name(enum relay_error e)
{
	return errors[e].name;
}

const char *
relay_error_text(enum relay_error e)
{
	return errors[e].text;
}

void
relay_error_write(enum relay_error e, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_str(&j, "error", errors[e].name);
	jw_str(&j, "text", errors[e].text);
	jw_end(&j);
	buf_byte(out, '\n');
}

enum relay_error
relay_error_read(struct span body)
{
	struct buf name = BUF(64);
	struct json_in in;
	size_t e = RELAY_ERRORS;

	if (!json_in_open(body, &in))
		return RELAY_ERRORS;
	json_in_text(&in, "error", &name);
	for (e = RELAY_FINE + 1; e < RELAY_ERRORS; e++)
		if (in.bad == NULL && span_eq(buf_get0(&name),
		    span_str(errors[e].name)))
			break;
	json_in_close(&in);
	buf_free(&name);
	return (enum relay_error)e;
}

bool
relay_hex_read(struct span text, unsigned char *out, size_t n)
{
	if (text.n != 2 * n)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (ascii_hex(text.p[i]) < 0 || ascii_is_upper(text.p[i]))
			return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)(ascii_hex(text.p[2 * i]) << 4 |
		    ascii_hex(text.p[2 * i + 1]));
	return true;
}

void
relay_token_write(const unsigned char token[static RELAY_TOKEN],
    struct buf *out)
{
	buf_str(out, "Bearer ");
	buf_hex(out, span_of(token, RELAY_TOKEN));
}

bool
relay_token_read(struct span value, unsigned char token[static RELAY_TOKEN])
{
	/* RFC 9110 section 11.1: the scheme's letters are of either case */
	return span_istarts(value, SPAN("Bearer ")) &&
	    relay_hex_read(span_from(value, 7), token, RELAY_TOKEN);
}
