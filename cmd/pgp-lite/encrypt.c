/* encrypt. */
#include <stdlib.h>

#include "base/mem.h"
#include "encrypting.h"
#include "session_key.h"

struct job {
	struct run r;
	struct encryption e;
	struct stage out;
};

static bool
feed_stdin(void *arg, struct sink *to)
{
	struct encryption *e = arg;

	return signed_stdin(e->r, e->r->a.as == AS_TEXT, &e->signers, to);
}

static bool
encrypt(struct job *j)
{
	struct run *r = &j->r;
	struct buf *session_out = NULL;

	if (r->res.operands.n == 0 && r->a.passwords.n == 0)
		return run_fail(r, SOP_MISSING_ARG,
		    "neither a certificate nor a passphrase to encrypt to");
	j->e = (struct encryption){ .r = r, .feed = feed_stdin,
	    .arg = &j->e };
	if (!run_output(r, r->a.session_key_out, &session_out) ||
	    !encryption_read(&j->e, &r->res.operands) ||
	    !run_close_in(r) || !encryption_choose(&j->e))
		return false;
	if (session_out != NULL)
		session_key_write(&j->e.session, session_out);
	return encryption_write(&j->e, !r->a.no_armor, &j->out.sink) &&
	    stage_finish(&j->out, r);
}

int
encrypt_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));
	int status = 0;

	stage_start(&j->out, &j->r.env, true);
	if (run_start(&j->r, SPEC_ENCRYPT, argc, argv, 0, SIZE_MAX))
		encrypt(j);
	stage_free(&j->out);
	encryption_free(&j->e);
	status = run_end(&j->r);
	free(j);
	return status;
}
