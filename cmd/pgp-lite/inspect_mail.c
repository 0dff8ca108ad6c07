/*
 * inspect of a mail: what of it every server on the way can read. Encryption
 * hides the part that it was applied to, and never the header outside.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "inspect.h"
#include "mail/mime_walk.h"
#include "mail/msg.h"
#include "pgp/armor.h"
#include "pgp/packet.h"

enum { LOOK = 1024 };

struct inspect_mail {
	struct inspect *i;
	/* the part that is being read */
	struct buf name, start;
	enum { PART_NONE, PART_BEGUN, PART_KEPT, PART_OTHER } state;
	int fd;			/* what was kept: an unnamed file, or -1 */
	int error;
};

/* "Name:", as long as a field's name may be (RFC 5322 section 2.2). */
bool
inspect_is_mail(struct in *in)
{
	struct span s = in_peek(in, LOOK);
	size_t colon = span_chr(s, ':');

	if (header_is_envelope(span_first(s, span_chr(s, '\n'))))
		return true;
	for (size_t i = 0; i < colon && i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return colon > 0 && colon < s.n && !span_starts(s, SPAN("-----"));
}

static ssize_t
read_in(void *arg, void *p, size_t n)
{
	struct span s = in_peek(arg, 1);

	if (s.n > n)
		s.n = n;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	in_skip(arg, s.n);
	return (ssize_t)s.n;
}

static void
tell_fields(struct inspect *i, const struct header *h)
{
	for (size_t k = 0; k < h->n; k++) {
		if (h->v[k].name.n == 0)
			continue;
		inspect_begin(i, "field", h->v[k].name);
		fact_bool(i, "readable", true);
		fact_text(i, "text", span_trim(h->v[k].value));
		inspect_end(i);
	}
}

static void
tell_part(struct inspect_mail *m, bool readable)
{
	inspect_begin(m->i, "part", buf_get0(&m->name));
	fact_bool(m->i, "readable", readable);
	inspect_end(m->i);
}

static void
begin_part(struct inspect_mail *m, const struct mime_type *t)
{
	buf_reset(&m->name);
	buf_reset(&m->start);
	m->state = PART_BEGUN;
	if (t == NULL) {
		buf_str(&m->name, "text/plain");
		return;
	}
	buf_span(&m->name, t->type);
	buf_byte(&m->name, '/');
	buf_span(&m->name, t->subtype);
}

static void
keep(struct inspect_mail *m, struct span s)
{
	if (m->error == 0 && !file_write_all(m->fd, s))
		m->error = errno;
}

/* Is it OpenPGP? Its first octets say it, blanks aside. */
static void
decide(struct inspect_mail *m)
{
	static const struct span mark = { (const unsigned char *)
	    "-----BEGIN PGP ", 15 };
	struct span s = span_trim(buf_get0(&m->start));

	if (s.n < mark.n && m->start.n < LOOK / 2)
		return;
	m->state = PART_OTHER;
	if (!span_starts(s, mark))
		return;
	m->fd = file_unnamed();
	if (m->fd < 0)
		m->error = errno;
	m->state = PART_KEPT;
	keep(m, s);
}

static void
read_part(struct inspect_mail *m, struct span s)
{
	size_t n = 0;

	if (m->state == PART_BEGUN) {
		n = s.n < LOOK / 2 ? s.n : LOOK / 2;
		buf_span(&m->start, span_first(s, n));
		decide(m);
	}
	if (m->state == PART_KEPT)
		keep(m, span_from(s, n));
}

/* Whether its first packet is one that only keys open. */
static bool
is_encrypted(struct inspect_mail *m)
{
	struct pgp_error error = { .result = PGP_OK };
	struct armor a;
	struct in in, plain;
	struct packet p;
	bool encrypted = false;

	in_of_fd(&in, m->fd, &error);
	armor_open(&a, &in, true, &plain);
	if (packet_next(&plain, &p))
		encrypted = p.tag == TAG_PKESK || p.tag == TAG_SKESK ||
		    p.tag == TAG_SED || p.tag == TAG_SEIPD ||
		    p.tag == TAG_AEAD;
	in_free(&plain);
	in_free(&in);
	return encrypted;
}

static void
inspect_part(struct inspect_mail *m)
{
	struct in in;

	tell_part(m, lseek(m->fd, 0, SEEK_SET) != 0 || !is_encrypted(m));
	if (lseek(m->fd, 0, SEEK_SET) == 0) {
		in_of_fd(&in, m->fd, &m->i->r->error);
		inspect_packets(m->i, &in);
		in_free(&in);
	}
	close(m->fd);
}

static void
end_part(struct inspect_mail *m)
{
	if (m->error != 0)
		run_fail(m->i->r, SOP_UNSPECIFIED_FAILURE,
		    "a part cannot be kept: %s", strerror(m->error));
	else if (m->state == PART_KEPT)
		inspect_part(m);
	else if (m->state != PART_NONE)
		tell_part(m, true);
	m->state = PART_NONE;
}

static void
see(void *arg, enum mime_event e, struct span s,
    const struct mime_part *part)
{
	struct inspect_mail *m = arg;

	if (e == MIME_HEADER && part->leaf)
		begin_part(m, part->type);
	else if (e == MIME_BODY)
		read_part(m, s);
	else if (e == MIME_BODY_END)
		end_part(m);
}

static bool
walk_body(struct inspect_mail *m, struct msg *msg)
{
	struct mime_walk w;
	struct mime_type t;
	struct span piece = { NULL, 0 };
	size_t at = header_find(&msg->header, SPAN("Content-Type"), 0);
	const char *why = NULL;

	/* of one part alone the header is the message's */
	begin_part(m, at < msg->header.n &&
	    mime_type_parse(msg->header.v[at].value, &t) ? &t : NULL);
	mime_walk_start(&w, &msg->header, see, m);
	while (msg_next(msg, &piece))
		mime_walk_add(&w, piece);
	why = mime_walk_end(&w);
	return why == NULL || run_fail(m->i->r, SOP_BAD_DATA, "stdin: %s",
	    why);
}

bool
inspect_mail(struct inspect *i, struct in *in)
{
	struct inspect_mail m = { .i = i, .fd = -1, .name = BUF(LOOK),
	    .start = BUF(LOOK) };
	struct msg msg;
	bool ok = msg_open(&msg, (struct msg_source){ read_in, in },
	    &msg_limits_default) == MSG_OK;

	if (ok) {
		tell_fields(i, &msg.header);
		ok = walk_body(&m, &msg);
	} else {
		run_fail(i->r, SOP_BAD_DATA,
		    "stdin: its header section is too long");
	}
	msg_free(&msg);
	buf_free(&m.name);
	buf_free(&m.start);
	if (m.state == PART_KEPT && m.fd >= 0)
		close(m.fd);
	return ok;
}
