/*
 * --prepend: the message goes on with our Authentication-Results on top.
 * Fields that claim to be ours already are forged and are left out (RFC 8601
 * section 5).
 */
#include "dmarc-verify.h"

#include <stdlib.h>
#include <sysexits.h>

#include "base/mem.h"
#include "mail/authres.h"
#include "sys/file.h"
#include "sys/say.h"

struct passing {
	struct onward mail;
	struct verdict v;
};

static void
see_piece(void *arg, struct span piece)
{
	struct passing *p = arg;

	judge_body(&p->v, piece);
}

static void
drop_forged(struct onward *o, const char *id)
{
	const struct header *h = &o->msg.header;
	size_t of[] = { [AUTHRES_HIDDEN] = 0 };

	o->drop = xcalloc(h->n, sizeof(*o->drop));
	for (size_t i = 0; i < h->n; i++) {
		enum authres_forgery is = authres_forged(&h->v[i],
		    span_str(id));

		o->drop[i] = is != AUTHRES_OTHER;
		of[is]++;
	}
	if (of[AUTHRES_FORGED] > 0)
		say_detail("%zu forged fields of %s left out",
		    of[AUTHRES_FORGED], id);
	if (of[AUTHRES_HIDDEN] > 0)
		say_warn("%zu fields left out that hide "
		    "Authentication-Results behind a CR", of[AUTHRES_HIDDEN]);
}

/* Judge what onward has read; its header serves both. */
static bool
judge_passing(struct passing *p, struct judge *j, const char *id)
{
	bool ok = false;

	judge_header(j, &p->mail.msg.header, "-", 1, &p->v);
	ok = onward_body(&p->mail, see_piece, p);
	if (!ok)
		return false;
	judge_end(j, &p->v);
	if (p->v.dmarc.result == DMARC_R_TEMPERROR)
		say_warn("DMARC could not be found out: temperror");
	drop_forged(&p->mail, id);
	render_field(&p->v, id, onward_eol(&p->mail), &p->mail.top);
	return !p->mail.top.over;
}

int
prepend_message(const struct args *a, struct run *run, char **command)
{
	const char *write[] = { file_temp_dir(), NULL };
	const struct sandbox want = { .write = write,
	    .network = run_is_live(&a->run) };
	struct passing *p = xcalloc(1, sizeof(*p));
	struct judge j;
	bool ok = false;

	if (!onward_start(&p->mail, &a->onward, command))
		return EX_TEMPFAIL;
	judge_open(&j, a, &run->env);
	ok = run_enter_sandbox(&want, a->run.sandbox);
	return onward_finish(&p->mail, onward_header(&p->mail) && ok &&
	    judge_passing(p, &j, a->authserv_id));
}
