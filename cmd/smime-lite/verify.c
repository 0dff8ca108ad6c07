/*
 * smime-lite verify: who signed the message on stdin. The chain is judged as
 * of now (or --now): the time in the signature is the signer's own word, and
 * who stole a key that has expired since could write any.
 */
#include "smime-lite.h"

enum { RECORD_MAX = 4 << 20 };

struct job {
	struct args a;
	struct run run;
	struct judging judging;
	struct onward mail;	/* read only */
	struct vault nothing;	/* is written onward */
	struct layer layer;
	struct verdict verdict;
};

bool
verify_message(struct layer *l, const struct header *h,
    const struct cms_source *body, struct judging *j, const struct env *env,
    struct verdict *out)
{
	if (!read_layer(l, h, body, false, env))
		return false;
	if (l->kind != LAYER_NONE && l->why != NULL)
		finding_add(&out->findings, F_SMIME_MALFORMED, NULL, "%s",
		    l->why);
	else if (!layer_is_signed(l))
		finding_add(&out->findings, F_SMIME_NOT_SIGNED, NULL,
		    l->kind == LAYER_NONE ? NULL :
		    "it is encrypted: smime-lite decrypt judges what is in it");
	else
		return judge_layer(l, h, j, env_now(env), out);
	return true;
}

static bool
judge(struct job *j)
{
	struct cms_source body = source_of_message(&j->mail);

	return verify_message(&j->layer, &j->mail.msg.header, &body,
	    &j->judging, &j->run.env, &j->verdict);
}

static int
print(struct job *j)
{
	int status = run_grade(&j->a.run, &j->verdict.findings);
	struct buf out = BUF(RECORD_MAX);

	(j->run.text ? render_text : render_json)(&j->run, &j->verdict, &out);
	if (run_stdout_last(buf_get0(&out)) != EXIT_HOLDS)
		status = EXIT_IO;
	buf_free(&out);
	return status;
}

static int
verify(struct job *j)
{
	int status = EXIT_NO_INPUT;

	if (judging_load(&j->a, &j->judging) && judging_trust(&j->judging))
		status = !give_up_power(&j->a, NULL) ? EXIT_PERMISSION :
		    !onward_header(&j->mail) ? EXIT_MALFORMED :
		    judge(j) ? print(j) : EXIT_UNKNOWN;
	layer_free(&j->layer);
	verdict_free(&j->verdict);
	judging_free(&j->judging);
	vault_free(&j->nothing);
	return status;
}

int
verify_main(int argc, char **argv)
{
	static const char *const areas[] = { "smime", NULL };
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT },
	    .layer = LAYER };
	struct opt_result res;

	if (opt_parse(&verify_spec, argc, argv, &j.a, &res) == OPT_END)
		return opt_end(&res);
	if (j.a.run.list_codes)
		return run_print_codes(areas, &res);
	if (onward_check(&verify_spec, &res) == OPT_END)
		return opt_end(&res);
	start_reading(&j.a, &j.run, &j.mail, &j.nothing);
	return verify(&j);
}
