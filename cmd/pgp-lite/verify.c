/* verify, inline-verify and inline-detach. */
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"
#include "pgp/msg.h"
#include "pgp/packet.h"

struct job {
	struct run r;
	struct files certs;
	struct stage out;
	struct pgp_msg msg;	/* signatures and digests of either form */
};

static int
end(struct job *j)
{
	int status = 0;

	pgp_msg_free(&j->msg);
	run_free_files(&j->certs);
	status = run_end(&j->r);
	free(j);
	return status;
}

static bool
no_signature(struct run *r)
{
	return run_fail(r, SOP_NO_SIGNATURE, "no signature counts");
}

static bool
read_signatures(struct job *j, struct span file)
{
	const char *why = NULL;
	struct in in;

	in_of_span(&in, file, &j->r.error);
	signatures_read(&in, &j->msg.hasher, &j->msg.sigs, &why);
	in_free(&in);
	return run_fail_error(&j->r, j->r.res.operands.v[0], SOP_BAD_DATA);
}

static bool
hash_stdin(struct job *j)
{
	struct in in;

	in_of_fd(&in, STDIN_FILENO, &j->r.error);
	for (struct span s = in_peek(&in, 1); s.n > 0; s = in_peek(&in, 1)) {
		hasher_add(&j->msg.hasher, s);
		in_skip(&in, s.n);
	}
	in_free(&in);
	return run_fail_error(&j->r, "stdin", SOP_UNSPECIFIED_FAILURE);
}

static bool
verify(struct job *j)
{
	struct run *r = &j->r;
	const struct opt_list *args = &r->res.operands;
	struct verifier v;
	struct buf lines = BUF(1 << 20);
	struct span sigs = { NULL, 0 };
	bool ok = run_input(r, args->v[0], &sigs) &&
	    run_read_files(r, args->v + 1, args->n - 1, &j->certs) &&
	    run_close_in(r) && run_parse_files(r, false, &j->certs) &&
	    run_unite(r, NULL, &j->certs) &&
	    read_signatures(j, sigs) && hash_stdin(j);

	if (!ok)
		return false;
	signed_bounds(r, &j->certs, &v);
	if (signed_judge(&j->msg.sigs, &j->msg.hasher, &v, &lines) == 0)
		ok = no_signature(r);
	else if (!file_write_all(STDOUT_FILENO, buf_get0(&lines)))
		ok = run_fail_stdout(r);
	buf_free(&lines);
	return ok;
}

int
verify_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));

	if (run_start(&j->r, SPEC_VERIFY, argc, argv, 2, SIZE_MAX))
		verify(j);
	return end(j);
}

static void
to_stage(void *arg, struct span s)
{
	struct job *j = arg;

	sink_write(&j->out.sink, s);
}

static bool
hash_piece(void *arg, struct span s)
{
	hasher_add(arg, s);
	return true;
}

/*
 * Signatures stand behind the text, and only they say how to hash it: it is
 * read once more from where it waits to be printed.
 */
static void
read_cleartext(struct job *j, struct in *in)
{
	struct signatures *s = &j->msg.sigs;
	const char *why = NULL;

	if (!cleartext_read(in, to_stage, j) ||
	    signatures_read(in, &j->msg.hasher, s, &why) != PGP_OK)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].why == NULL && s->v[i].sig.type != SIG_TEXT)
			s->v[i].why = "it is not made over text";
	if (vault_each(&j->out.vault, hash_piece, &j->msg.hasher) != SPOOL_OK)
		pgp_fail(&j->r.error, PGP_IO, "it cannot be kept");
}

static bool
read_signed(struct job *j)
{
	struct armor a;
	struct in in, plain;

	in_of_fd(&in, STDIN_FILENO, &j->r.error);
	if (cleartext_seen(&in)) {
		read_cleartext(j, &in);
	} else {
		armor_open(&a, &in, false, &plain);
		j->msg.data = to_stage;
		j->msg.arg = j;
		j->msg.inflate_max = run_inflate_max(&j->r);
		pgp_msg_read(&j->msg, &plain);
		in_free(&plain);
	}
	in_free(&in);
	return run_fail_error(&j->r, "stdin", SOP_BAD_DATA);
}

static bool
inline_verify(struct job *j)
{
	struct run *r = &j->r;
	struct verifier v;
	struct buf *out = NULL, lines = BUF(1 << 20);
	bool ok = run_output(r, r->a.verifications_out, &out) &&
	    run_read_files(r, r->res.operands.v, r->res.operands.n,
	    &j->certs) && run_close_in(r) &&
	    run_parse_files(r, false, &j->certs) &&
	    run_unite(r, NULL, &j->certs) && read_signed(j);

	if (!ok)
		return false;
	signed_bounds(r, &j->certs, &v);
	if (signed_judge(&j->msg.sigs, &j->msg.hasher, &v, &lines) == 0)
		ok = no_signature(r);
	if (ok && out != NULL)
		buf_span(out, buf_get0(&lines));
	buf_free(&lines);
	return ok && stage_finish(&j->out, r);
}

int
inline_verify_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));

	stage_start(&j->out, &j->r.env, false);
	if (run_start(&j->r, SPEC_INLINE_VERIFY, argc, argv, 1, SIZE_MAX))
		inline_verify(j);
	stage_free(&j->out);
	return end(j);
}

static bool
inline_detach(struct job *j)
{
	struct run *r = &j->r;
	struct buf *out = NULL, sigs = BUF(SIGS_MAX);
	bool ok = run_output(r, r->a.signatures_out, &out) &&
	    run_close_in(r) && read_signed(j);

	if (ok && j->msg.sigs.n == 0)
		ok = run_fail(r, SOP_BAD_DATA, "stdin: it is not signed");
	for (size_t i = 0; ok && i < j->msg.sigs.n; i++)
		packet_write(&sigs, TAG_SIGNATURE,
		    buf_get0(&j->msg.sigs.v[i].body));
	if (ok && r->a.no_armor)
		buf_span(out, buf_get0(&sigs));
	else if (ok)
		armor_write(out, ARMOR_SIGNATURE, buf_get0(&sigs));
	buf_free(&sigs);
	return ok && stage_finish(&j->out, r);
}

int
inline_detach_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));

	stage_start(&j->out, &j->r.env, false);
	if (run_start(&j->r, SPEC_INLINE_DETACH, argc, argv, 0, 0)) {
		if (j->r.a.signatures_out == NULL)
			run_fail(&j->r, SOP_MISSING_ARG,
			    "--signatures-out=FILE is needed");
		else
			inline_detach(j);
	}
	stage_free(&j->out);
	return end(j);
}
