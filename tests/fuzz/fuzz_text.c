/* Base 64, UTF-8 and numbers: there and back, and nothing that could fool. */
#include "fuzz.h"

#include <stdio.h>

#include "base/b64.h"
#include "base/cur.h"
#include "base/ip.h"
#include "base/utf8.h"

static void
base64(struct span in)
{
	struct buf text = BUF(1 << 24), back = BUF(1 << 24);

	b64_encode(&text, in);
	must(text.n == (in.n + 2) / 3 * 4);
	must(b64_decode(&back, buf_get0(&text)));
	must(span_eq(buf_get0(&back), in));
	buf_reset(&back);
	buf_str(&back, "kept");
	if (!b64_decode(&back, in))
		must(span_eq(buf_get0(&back), SPAN("kept")));
	else
		must(back.n <= 4 + in.n);
	buf_free(&text);
	buf_free(&back);
}

static void
utf8(struct span in)
{
	struct buf out = BUF(1 << 24), twice = BUF(1 << 24);
	struct span rest = { NULL, 0 };
	uint32_t cp = 0;

	utf8_clean(&out, in);
	must(utf8_valid(buf_get0(&out)));
	for (rest = buf_get0(&out); rest.n > 0;
	    rest = span_from(rest, utf8_next(rest, &cp))) {
		must(utf8_next(rest, &cp) > 0);
		must(cp >= 0x20 && (cp < 0x7f || cp > 0x9f));
		must(cp < 0x202a || cp > 0x202e);
		must(cp < 0x2066 || cp > 0x2069);
	}
	utf8_clean(&twice, buf_get0(&out));
	must(span_eq(buf_get0(&out), buf_get0(&twice)));
	buf_free(&out);
	buf_free(&twice);
}

static void
number(struct span in)
{
	uint64_t v = 0;
	struct ip_addr ip, again;
	struct ip_net net;
	char text[IP_TEXT_SIZE];

	if (span_dec(in, UINT64_MAX / 2, &v))
		must(in.n >= 1 && in.n <= 19 && v <= UINT64_MAX / 2);
	if (ip_parse(in, &ip))
		must(ip_parse(span_str(ip_text(text, &ip)), &again) &&
		    ip_eq(&ip, &again));
	if (ip_net_parse(in, &net))
		must(net.bits <= 8 * ip_octets(&net.addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);

	base64(in);
	utf8(in);
	number(in);
	return 0;
}
