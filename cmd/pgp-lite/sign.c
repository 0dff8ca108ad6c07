/* sign and inline-sign. */
#include <stdlib.h>

#include "base/mem.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"

/* A job's parts that are too large for the stack of a small machine. */
struct job {
	struct run r;
	struct files keys;
	struct signers signers;
	struct stage out;
};

/* Everything up to the moment that data is read. */
static bool
prepare(struct job *j, unsigned type)
{
	struct run *r = &j->r;

	return run_passwords(r) && run_read_files(r, r->res.operands.v,
	    r->res.operands.n, &j->keys) && run_close_in(r) &&
	    run_parse_files(r, true, &j->keys) &&
	    keys_signers(r, &j->keys, type, &j->signers);
}

static int
end(struct job *j)
{
	int status = 0;

	signers_free(&j->signers);
	run_free_files(&j->keys);
	status = run_end(&j->r);
	free(j);
	return status;
}

static bool
sign(struct job *j)
{
	struct run *r = &j->r;
	struct buf *micalg = NULL, out = BUF(SIGS_MAX);
	bool text = r->a.as == AS_TEXT;
	bool ok = run_output(r, r->a.micalg_out, &micalg) &&
	    prepare(j, text ? SIG_TEXT : SIG_BINARY) &&
	    signed_stdin(r, text, &j->signers, NULL);

	if (ok && micalg != NULL)
		signers_micalg(&j->signers, micalg);
	ok = ok && signed_end(r, &j->signers, &out) &&
	    stage_packets(r, ARMOR_SIGNATURE, &out);
	buf_free(&out);
	return ok;
}

int
sign_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));

	if (run_start(&j->r, SPEC_SIGN, argc, argv, 1, SIZE_MAX))
		sign(j);
	return end(j);
}

static bool
feed(void *arg, struct sink *to)
{
	struct job *j = arg;

	return signed_stdin(&j->r, j->r.a.as == AS_TEXT, &j->signers, to);
}

static bool
message(struct job *j, struct sink *to)
{
	return signed_message(&j->r, &j->signers, feed, j, to);
}

static bool
all_version_4(const struct job *j)
{
	for (size_t i = 0; i < j->signers.n; i++)
		if (j->signers.v[i].key->version != 4)
			return false;
	return true;
}

static bool
packets(struct job *j)
{
	struct armor_out a;
	struct sink armored;
	bool ok = false;

	if (j->r.a.no_armor)
		return message(j, &j->out.sink);
	armor_start(&a, ARMOR_MESSAGE, all_version_4(j), &j->out.sink,
	    &armored);
	ok = message(j, &armored);
	sink_end(&armored);
	return ok;
}

/* What is shown is what is signed: both get the trimmed text. */
struct clear {
	struct job *j;
	struct escape escape;
	struct trim trim;
};

static void
trimmed(void *arg, struct span s)
{
	struct clear *c = arg;

	signers_data(&c->j->signers, s);
	escape_add(&c->escape, s);
}

static void
to_trim(void *arg, struct span s)
{
	trim_add(arg, s);
}

/* Only readers of version 4 signatures look at the header (section 7.1). */
static void
clear_head(struct job *j)
{
	static const char *const names[] = { [HASH_SHA256] = "SHA256",
	    [HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512" };
	struct buf head = BUF(4096);

	buf_str(&head, "-----BEGIN PGP SIGNED MESSAGE-----\n");
	for (size_t i = 0; i < j->signers.n; i++)
		if (j->signers.v[i].sig.version == 4)
			buf_printf(&head, "Hash: %s\n",
			    names[j->signers.v[i].sig.hash]);
	buf_byte(&head, '\n');
	sink_write(&j->out.sink, buf_get0(&head));
	buf_free(&head);
}

static bool
cleartext(struct job *j)
{
	struct clear c = { .j = j, .escape = { .to = &j->out.sink } };
	struct sink text = { to_trim, NULL, &c.trim };
	struct signers no_signers = { .n = 0 };
	struct buf sigs = BUF(SIGS_MAX), tail = BUF(2 * SIGS_MAX);
	bool ok = false;

	clear_head(j);
	trim_start(&c.trim, trimmed, &c);
	ok = signed_stdin(&j->r, true, &no_signers, &text);
	if (!trim_end(&c.trim))
		ok = run_fail(&j->r, SOP_UNSPECIFIED_FAILURE,
		    "stdin: a line has too many blanks");
	/* this line end is the frame's, and not signed (section 7.1) */
	buf_byte(&tail, '\n');
	ok = ok && signed_end(&j->r, &j->signers, &sigs);
	armor_write(&tail, ARMOR_SIGNATURE, buf_get0(&sigs));
	sink_write(&j->out.sink, buf_get0(&tail));
	buf_free(&sigs);
	buf_free(&tail);
	return ok;
}

static bool
inline_sign(struct job *j)
{
	struct run *r = &j->r;
	bool clear = r->a.as == AS_CLEARSIGNED;

	if (clear && r->a.no_armor)
		return run_fail(r, SOP_INCOMPATIBLE_OPTIONS,
		    "a clear-signed text is always ASCII");
	return prepare(j, r->a.as == AS_BINARY ? SIG_BINARY : SIG_TEXT) &&
	    (clear ? cleartext(j) : packets(j)) && stage_finish(&j->out, r);
}

int
inline_sign_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));

	stage_start(&j->out, &j->r.env, false);
	if (run_start(&j->r, SPEC_INLINE_SIGN, argc, argv, 1, SIZE_MAX))
		inline_sign(j);
	stage_free(&j->out);
	return end(j);
}
