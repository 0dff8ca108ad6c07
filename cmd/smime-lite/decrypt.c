/*
 * smime-lite decrypt: the message on stdin, and what came of its signatures.
 */
#include "smime-lite.h"

#include <sysexits.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/say.h"

enum { RECORD_MAX = 4 << 20 };

struct job {
	struct args a;
	struct run run;
	struct idents ids;
	struct judging judging;
	struct onward mail;
	struct vault out;
	struct opened opened;
	struct file_out result;
	bool has_result;
};

static bool
write_result(struct job *j)
{
	struct verdict *v = &j->opened.verdict;
	struct buf out = BUF(RECORD_MAX);
	enum file_result r = FILE_IO;

	if (v->is_signed && !verdict_is_whole(v))
		say_warn("a signature in it is not valid and trusted");
	if (!j->has_result)
		return true;
	if (!v->is_signed)
		finding_add(&v->findings, F_SMIME_NOT_SIGNED, NULL, NULL);
	run_grade(&j->a.run, &v->findings);
	render_json(&j->run, v, &out);
	j->has_result = false;
	if (file_write_all(j->result.fd, buf_get0(&out)))
		r = file_out_commit(&j->result, false);
	else
		file_out_abort(&j->result);
	if (r != FILE_OK)
		say_error("%s: %s", j->a.result_out, file_why(r));
	buf_free(&out);
	return r == FILE_OK;
}

static bool
decrypt_message(struct job *j)
{
	const struct opening by = { .header = &j->mail.msg.header,
	    .body = source_of_message(&j->mail), .ids = &j->ids,
	    .judging = &j->judging, .env = &j->run.env,
	    .unauthenticated = j->a.unauthenticated };

	return open_message(&by, &j->opened) && opened_write(&j->opened,
	    by.header, onward_eol(&j->mail), &j->out) && write_result(j);
}

/* What came of another message is not replaced, as in pgp-lite. */
static bool
open_result(struct job *j)
{
	const char *path = j->a.result_out;
	enum file_result r = FILE_EXISTS;

	if (path == NULL)
		return true;
	if (access(path, F_OK) != 0)
		r = file_out_open(&j->result, path, 0600);
	if (r != FILE_OK)
		say_error("%s: %s", path, file_why(r));
	j->has_result = r == FILE_OK;
	return j->has_result;
}

static void
job_free(struct job *j)
{
	if (j->has_result)
		file_out_abort(&j->result);
	opened_free(&j->opened);
	judging_free(&j->judging);
	idents_free(&j->ids);
	vault_free(&j->out);
}

int
decrypt_main(int argc, char **argv)
{
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT },
	    .opened = OPENED };
	struct opt_result res;
	bool ready = false;
	int status = EX_TEMPFAIL;

	if (opt_parse(&decrypt_spec, argc, argv, &j.a, &res) == OPT_END ||
	    (j.a.key.n == 0 && opt_wrong(&decrypt_spec, &res,
	    "give --key") == OPT_END) ||
	    onward_check(&decrypt_spec, &res) == OPT_END)
		return opt_end(&res);
	if (!start(&j.a, res.command, false, &j.run, &j.mail, &j.out))
		return EX_TEMPFAIL;
	ready = open_result(&j) && idents_load(&j.a, &j.ids) &&
	    judging_load(&j.a, &j.judging) && give_up_power(&j.a, &j.judging);
	status = onward_finish(&j.mail, onward_header(&j.mail) && ready &&
	    decrypt_message(&j));
	job_free(&j);
	return status;
}
