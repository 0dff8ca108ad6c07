/* find: the certificates of mail addresses, for whatever else wants them. */
#include <stdlib.h>
#include <unistd.h>

#include "find.h"
#include "mail/msg.h"
#include "pgp/armor.h"

static bool
write_certs(struct run *r, const struct files *f)
{
	struct buf out = BUF(CERT_FILE_MAX);
	bool ok = false;

	run_write_certs(f, &out);
	ok = stage_packets(r, ARMOR_PUBLIC_KEY, &out);
	buf_free(&out);
	return ok;
}

/* Stdin is read for that alone. */
static bool
of_message(struct run *r, struct files *f)
{
	static int in = STDIN_FILENO;
	struct msg m;
	enum msg_status s = MSG_OK;
	bool ok = false;

	if (!r->a.from_autocrypt)
		return true;
	s = msg_open(&m, msg_source_fd(&in), &msg_limits_default);
	ok = s == MSG_OK ? find_autocrypt(r, &m.header, f) :
	    run_fail(r, s == MSG_IO ? SOP_UNSPECIFIED_FAILURE :
	    SOP_BAD_DATA, "stdin: no header section can be read");
	msg_free(&m);
	return ok;
}

int
find_main(int argc, char **argv)
{
	struct files f = { .n = 0 };
	struct run r;

	house_start(false);
	if (run_start(&r, SPEC_FIND, argc, argv, 0, SIZE_MAX) &&
	    (r.res.operands.n > 0 || r.a.from_autocrypt || run_fail(&r,
	    SOP_MISSING_ARG, "find: no address")) &&
	    find_read(&r, r.res.operands.v, r.res.operands.n, &f) &&
	    run_close_in(&r) && find_parse(&r, &f) && of_message(&r, &f))
		write_certs(&r, &f);
	run_free_files(&f);
	return house_end(&r, false);
}
