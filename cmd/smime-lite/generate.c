/*
 * smime-lite generate-key: the key goes into a file of its own, readable by
 * its owner alone from the first octet; the certificate, or the request for
 * one, to stdout.
 */
#include "smime-lite.h"

#include <unistd.h>

#include "cms/make.h"
#include "crypto/lib.h"
#include "sys/file.h"
#include "sys/say.h"

enum { PEM_MAX = 256 * 1024, DAY = 86400 };

static enum file_result
write_key(const struct args *a, const struct buf *key)
{
	struct file_out out;
	enum file_result r = file_out_open(&out, a->output, 0600);

	if (r != FILE_OK)
		return r;
	if (file_write_all(out.fd, buf_get0(key)))
		return file_out_commit(&out, a->force);
	file_out_abort(&out);
	return FILE_IO;
}

static int
make(const struct args *a, const struct cms_wish *w)
{
	struct buf key = BUF(PEM_MAX), cert = BUF(PEM_MAX);
	enum file_result r = FILE_OK;
	int status = EXIT_HOLDS;

	/* room at once: growing would leave copies in freed memory */
	buf_room(&key, PEM_MAX / 8);
	if (!cms_make(w, a->request, &key, &cert)) {
		say_error("the key cannot be made");
		status = EXIT_INTERNAL;
	} else if ((r = write_key(a, &key)) != FILE_OK) {
		say_error("%s: %s", a->output, file_why(r));
		if (r == FILE_EXISTS)
			say_hint("--force replaces it");
		status = file_status(r);
	} else {
		status = run_stdout_last(buf_get0(&cert));
	}
	buf_free_wipe(&key);
	buf_free(&cert);
	return status;
}

static enum opt_next
check_options(const struct args *a, const struct cms_wish *w,
    struct opt_result *res)
{
	const char *why = NULL;

	if (res->operands.n > 0)
		return opt_wrong(&generate_spec, res,
		    "%s: no operand is taken", res->operands.v[0]);
	if (a->output == NULL)
		return opt_wrong(&generate_spec, res,
		    "give -o FILE for the key");
	if (!cms_wish_ok(w, &why))
		return opt_wrong(&generate_spec, res, "--email, --name: %s",
		    why);
	return OPT_RUN;
}

int
generate_main(int argc, char **argv)
{
	struct args a = { .run = RUN_OPTS_DEFAULT, .bits = 3072,
	    .days = 730 };
	struct cms_wish w = { .kind = CMS_KEY_P256 };
	struct opt_result res;
	struct run run;

	if (opt_parse(&generate_spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	crypto_start_cms();
	run_open_plain(&run, &a.run);
	w.kind = (enum cms_key_kind)a.algorithm;
	w.bits = (unsigned)a.bits;
	w.name = a.name;
	w.addrs = a.email.v;
	w.n = a.email.n;
	w.from = env_now(&run.env);
	w.to = w.from + (int64_t)a.days * DAY;
	if (check_options(&a, &w, &res) == OPT_END)
		return opt_end(&res);
	run_speak("smime-lite", &a.run);
	run_keep_secrets();
	return make(&a, &w);
}
