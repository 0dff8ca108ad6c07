/* Mails that carry reports; see parcel.h. */
#include "report/parcel.h"

#include <inttypes.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/percent.h"
#include "mail/mime.h"
#include "sys/zmem.h"

enum { GZIP_BITS = 16 + MAX_WBITS, MEMORY = 8, ADDRESS_MAX = 512 };

bool
parcel_is_domain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && (i == 0 ||
		    (s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.')))
			return false;
	return s.n > 0 && s.n < 254;
}

bool
parcel_is_address(struct span s)
{
	size_t at = span_chr(s, '@');

	for (size_t i = 0; i < at; i++)
		if (!ascii_is_alnum(s.p[i]) && (i == 0 || s.p[i] == '\0' ||
		    strchr("._+-=", s.p[i]) == NULL))
			return false;
	return at > 0 && at < 65 && parcel_is_domain(span_from(s, at + 1));
}

bool
parcel_mailto(struct span uri, struct buf *out)
{
	struct buf plain = BUF(ADDRESS_MAX);
	bool ok = span_istarts(uri, SPAN("mailto:"));

	uri = span_from(uri, 7);
	percent_undo(&plain, span_first(uri, span_chr(uri, '?')));
	ok = ok && !plain.over && parcel_is_address(buf_get0(&plain));
	if (ok)
		buf_span(out, buf_get0(&plain));
	buf_free(&plain);
	return ok;
}

void
parcel_gzip(struct span s, struct buf *out)
{
	z_stream z = ZMEM_STREAM;
	size_t room = 0;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_BITS,
	    MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		mem_exhausted();
	room = deflateBound(&z, s.n);
	zmem_feed(&z, s);
	z.next_out = buf_room(out, room);
	z.avail_out = (uInt)room;
	/* with all the room that it can want, it ends at once */
	deflate(&z, Z_FINISH);
	out->n += z.total_out;
	deflateEnd(&z);
}

static void
append(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
put_base64(struct buf *out, struct span s)
{
	struct mime_b64 b = { .to = append, .arg = out };

	mime_b64_encode(&b, s);
	mime_b64_encode_end(&b);
}

static void
put_field(struct buf *out, const char *name, struct span value)
{
	buf_str(out, name);
	buf_str(out, ": ");
	buf_span(out, value);
	buf_str(out, "\r\n");
}

static void
put_head(const struct parcel *p, const struct env *env, uint64_t seed,
    struct buf *out)
{
	char date[DATE_MAIL_SIZE];

	put_field(out, "From", p->from);
	put_field(out, "To", p->to);
	put_field(out, "Subject", p->subject);
	put_field(out, "Date", span_str(date_mail(date, env_now(env))));
	buf_str(out, "Message-ID: <");
	buf_span(out, p->id);
	buf_printf(out, ".%016" PRIx64 "@", seed);
	buf_span(out, p->submitter);
	buf_str(out, ">\r\n");
	buf_span(out, p->fields);
	buf_str(out, "MIME-Version: 1.0\r\n");
	if (p->kind != NULL)
		buf_printf(out, "Content-Type: multipart/report; "
		    "report-type=\"%s\";\r\n", p->kind);
	else
		buf_str(out, "Content-Type: multipart/mixed;\r\n");
	buf_printf(out, "\tboundary=\"%016" PRIx64 "\"\r\n\r\n", seed);
}

void
parcel_write(const struct parcel *p, const struct env *env, struct buf *out)
{
	uint64_t seed = env_seed(env);

	put_head(p, env, seed, out);
	buf_printf(out, "--%016" PRIx64 "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n", seed);
	buf_span(out, p->text);
	buf_printf(out, "\r\n--%016" PRIx64 "\r\nContent-Type: %s\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment;\r\n\tfilename=\"", seed,
	    p->type);
	buf_span(out, p->name);
	buf_str(out, "\"\r\n\r\n");
	put_base64(out, p->octets);
	buf_printf(out, "--%016" PRIx64 "--\r\n", seed);
}
