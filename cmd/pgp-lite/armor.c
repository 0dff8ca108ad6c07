/* armor and dearmor: the octets stay what they are. */
#include <stdlib.h>
#include <unistd.h>

#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"
#include "pgp/packet.h"

enum { HEAD = 16 };	/* of a packet with its version */

/* The label that fits the first packet. */
static enum armor_label
label_of(struct span s)
{
	unsigned first = s.p[0];
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

/* Passed through if it is armored already, and that armor holds. */
static bool
check_armor(struct run *r, struct in *in, struct stage *out)
{
	struct pgp_error *e = &r->error;
	struct armor a;
	struct in copy, plain;
	struct buf text = BUF(INPUT_MAX);

	for (struct span s = in_peek(in, 1); s.n > 0; s = in_peek(in, 1)) {
		buf_span(&text, s);
		in_skip(in, s.n);
	}
	if (text.over)
		pgp_fail(e, PGP_LIMIT, "longer than allowed");
	in_of_span(&copy, buf_get0(&text), e);
	armor_open(&a, &copy, true, &plain);
	while (!in_ended(&plain))
		in_skip(&plain, plain.n);
	if (e->result == PGP_OK)
		sink_write(&out->sink, buf_get0(&text));
	in_free(&plain);
	buf_free(&text);
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
	if (ok)
		pump(&plain, &out.sink);
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
