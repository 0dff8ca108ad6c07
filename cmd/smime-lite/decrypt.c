/*
 * smime-lite decrypt: the message on stdin, if it is encrypted as a whole.
 * Nothing is released before the tag of AES-GCM held. What AES-CBC gave is
 * released only if it is one whole that somebody trusted has signed: an
 * attacker who changed the ciphertext cannot have that (EFAIL).
 */
#include "smime-lite.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cms/decrypt.h"
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
	struct layer around, outer, inner;
	struct entity plain;
	struct verdict verdict;
	struct file_out result;
	bool has_result;
};

static bool
say_stdin(const char *why)
{
	say_error("stdin: %s", why);
	return false;
}

static bool
each_of_entity(void *arg, void (*fn)(void *arg, struct span s), void *to)
{
	return entity_body(arg, fn, to);
}

/* Whether the layer is one of encryption; false after having said why not. */
static bool
is_encrypted(const struct layer *l)
{
	if (l->kind != LAYER_NONE && l->why != NULL)
		return say_stdin(l->why);
	return (l->kind != LAYER_NONE && l->parts.type != CMS_SIGNED) ||
	    say_stdin("it is not encrypted as a whole");
}

/* The encryption, and what is signed around it. */
static bool
read_outer(struct job *j)
{
	struct cms_source body = source_of_message(&j->mail);
	struct cms_source within = { each_of_entity, &j->around.content };

	if (!read_layer(&j->outer, &j->mail.msg.header, &body, false,
	    &j->run.env))
		return false;
	if (!layer_is_signed(&j->outer))
		return is_encrypted(&j->outer);
	j->around = j->outer;
	return read_layer(&j->outer, &j->around.content.header, &within,
	    false, &j->run.env) && is_encrypted(&j->outer) &&
	    judge_around(&j->around, &j->judging, env_now(&j->run.env),
	    &j->verdict);
}

static bool
decrypt_outer(struct job *j)
{
	j->verdict.cipher = cms_cipher_name(&j->outer.parts);
	entity_start(&j->plain, &j->run.env, false);
	switch (cms_decrypt(&j->outer.parts, j->ids.v, j->ids.n, entity_add,
	    &j->plain)) {
	case CMS_DECRYPTED:
		break;
	case CMS_NOT_OURS:
		return say_stdin("it is encrypted to none of the keys");
	case CMS_NOT_READ:
		return say_stdin("it is encrypted with a cipher or key wrap "
		    "that is not read, or without a content");
	case CMS_NOT_DECRYPTED:
		return say_stdin("it cannot be decrypted: it was changed, or "
		    "is malformed");
	}
	if (j->plain.octets.state != SPOOL_OK) {
		say_error("spool: %s", strerror(j->plain.octets.error));
		return false;
	}
	return true;
}

/* What is inside, and who signed it. */
static bool
read_inner(struct job *j)
{
	struct cms_source body = { each_of_entity, &j->plain };
	struct layer *l = &j->inner;

	if (!entity_split(&j->plain))
		return say_stdin("it cannot be decrypted: it was changed, or "
		    "is malformed");
	if (!read_layer(l, &j->plain.header, &body, true, &j->run.env))
		return false;
	j->verdict.is_protected = protect_covers(&j->plain.header,
	    SPAN("From"));
	if (l->kind == LAYER_NONE || (l->why == NULL &&
	    l->parts.type != CMS_SIGNED))
		return true;
	if (l->why != NULL) {
		finding_add(&j->verdict.findings, F_SMIME_MALFORMED, NULL,
		    "%s", l->why);
		return true;
	}
	return judge_layer(l, &j->mail.msg.header, &j->judging,
	    env_now(&j->run.env), &j->verdict);
}

static bool
is_authentic(struct job *j)
{
	if (j->outer.parts.type == CMS_AUTH_ENVELOPED ||
	    verdict_is_whole(&j->verdict))
		return true;
	finding_add(&j->verdict.findings, F_SMIME_UNAUTHENTICATED, NULL,
	    "%s", j->verdict.cipher);
	if (j->a.unauthenticated) {
		say_warn("nothing shows that the message was not changed on "
		    "its way (--unauthenticated)");
		return true;
	}
	say_error("stdin: it is encrypted with %s, which anybody can change, "
	    "and %s", j->verdict.cipher, j->verdict.is_signed ?
	    "its signature is not valid and trusted" : "it is not signed");
	say_hint("%s--unauthenticated releases it all the same",
	    j->verdict.is_signed ? "name the signer's authority with "
	    "--ca-file; " : "");
	return false;
}

/* The message that a reader should see: only what was signed, if it was. */
static bool
write_message(struct job *j)
{
	struct entity *e = j->verdict.is_signed ? &j->inner.content :
	    &j->plain;
	struct to_eol eol = { into_vault, &j->out, onward_eol(&j->mail),
	    false };
	struct buf head = BUF(4 * ENTITY_HEAD_MAX);
	bool ok = true;

	protect_merge(&j->mail.msg.header, &e->header,
	    verdict_is_whole(&j->verdict) &&
	    strcmp(j->verdict.from, "match") == 0, "\r\n", &head);
	buf_str(&head, "\r\n");
	ok = header_fits(&head);
	into_eol(&eol, buf_get0(&head));
	buf_free_wipe(&head);
	ok = entity_body(e, into_eol, &eol) && ok;
	to_eol_end(&eol);
	return ok && j->out.state == SPOOL_OK;
}

static bool
write_result(struct job *j)
{
	struct buf out = BUF(RECORD_MAX);
	enum file_result r = FILE_IO;

	if (j->verdict.is_signed && !verdict_is_whole(&j->verdict))
		say_warn("a signature in it is not valid and trusted");
	if (!j->has_result)
		return true;
	if (!j->verdict.is_signed)
		finding_add(&j->verdict.findings, F_SMIME_NOT_SIGNED, NULL,
		    NULL);
	run_grade(&j->a.run, &j->verdict.findings);
	render_json(&j->run, &j->verdict, &out);
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
	return read_outer(j) && decrypt_outer(j) && read_inner(j) &&
	    is_authentic(j) && write_message(j) && write_result(j);
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
	layer_free(&j->around);
	layer_free(&j->outer);
	layer_free(&j->inner);
	entity_free(&j->plain);
	verdict_free(&j->verdict);
	judging_free(&j->judging);
	idents_free(&j->ids);
	vault_free(&j->out);
}

int
decrypt_main(int argc, char **argv)
{
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT },
	    .around = LAYER,
	    .outer = LAYER,
	    .inner = LAYER };
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
