/* armor and dearmor: the octets stay what they are. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"
#include "pgp/packet.h"

enum { HEAD = 16 };	/* of a packet with its version */

/* The label that fits the first packet; of nothing it is a message. */
static enum armor_label
label_of(struct span s)
{
	unsigned first = s.n > 0 ? s.p[0] : 0;
	unsigned tag = first & 0x40 ? first & 0x3f : first >> 2 & 15;

	switch (tag) {
	case TAG_PUBLIC_KEY:
		return ARMOR_PUBLIC_KEY;
	case TAG_SECRET_KEY:
		return ARMOR_PRIVATE_KEY;
	case TAG_SIGNATURE:
		return ARMOR_SIGNATURE;
	default:
		return ARMOR_MESSAGE;
	}
}

static void
pump(struct in *in, struct sink *to)
{
	for (struct span s = in_peek(in, 1); s.n > 0; s = in_peek(in, 1)) {
		sink_write(to, s);
		in_skip(in, s.n);
	}
}

static void
drain(struct in *in)
{
	while (!in_ended(in))
		in_skip(in, in->n);
}

/* What is read goes out as it came, too. */
struct copied {
	struct in *from;
	struct sink *to;
};

static size_t
read_copied(void *arg, unsigned char *p, size_t room)
{
	struct copied *c = arg;
	struct span s = span_first(in_peek(c->from, 1), room);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	sink_write(c->to, s);
	in_skip(c->from, s.n);
	return s.n;
}

/* Passed through if it is armored already, and that armor holds. */
static bool
check_armor(struct run *r, struct in *in, struct stage *out)
{
	struct copied c = { in, &out->sink };
	struct armor a;
	struct in copy, plain;

	in_init(&copy, read_copied, &c, &r->error);
	armor_open(&a, &copy, true, &plain);
	out->keys = label_of(in_peek(&plain, 1)) == ARMOR_PRIVATE_KEY;
	drain(&plain);
	out->keys |= a.keys;
	in_free(&plain);
	in_free(&copy);
	return run_fail_error(r, "stdin", SOP_BAD_DATA);
}

static bool
armor(struct run *r)
{
	struct stage out;
	struct armor_out a;
	struct sink armored;
	struct in in;
	bool ok = run_close_in(r);

	stage_start(&out, &r->env, false);
	in_of_fd(&in, STDIN_FILENO, &r->error);
	if (ok && in_ended(&in)) {
		ok = run_fail(r, SOP_BAD_DATA, "stdin: it is empty");
	} else if (ok && armor_seen(&in)) {
		ok = check_armor(r, &in, &out);
	} else if (ok) {
		struct span head = in_peek(&in, HEAD);

		out.keys = label_of(head) == ARMOR_PRIVATE_KEY;
		armor_start(&a, label_of(head), armor_wants_checksum(head),
		    &out.sink, &armored);
		pump(&in, &armored);
		sink_end(&armored);
		ok = run_fail_error(r, "stdin", SOP_BAD_DATA);
	}
	ok = ok && stage_finish(&out, r);
	stage_free(&out);
	in_free(&in);
	return ok;
}

int
armor_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_ARMOR, argc, argv, 0, 0))
		armor(&r);
	return run_end(&r);
}

/* What is binary already passes; its first packet must be one. */
static bool
dearmor(struct run *r)
{
	struct stage out;
	struct armor a;
	struct in in, plain;
	bool ok = run_close_in(r);

	stage_start(&out, &r->env, false);
	in_of_fd(&in, STDIN_FILENO, &r->error);
	armor_open(&a, &in, true, &plain);
	if (ok && in_ended(&plain) && r->error.result == PGP_OK)
		ok = run_fail(r, SOP_BAD_DATA, "stdin: it is empty");
	else if (ok && r->error.result == PGP_OK && plain.p[0] < 0x80)
		ok = run_fail(r, SOP_BAD_DATA, "stdin: no OpenPGP data");
	if (ok) {
		out.keys = label_of(in_peek(&plain, 1)) == ARMOR_PRIVATE_KEY;
		pump(&plain, &out.sink);
		out.keys |= a.keys;
	}
	ok = ok && run_fail_error(r, "stdin", SOP_BAD_DATA) &&
	    stage_finish(&out, r);
	stage_free(&out);
	in_free(&plain);
	in_free(&in);
	return ok;
}

int
dearmor_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_DEARMOR, argc, argv, 0, 0))
		dearmor(&r);
	return run_end(&r);
}
