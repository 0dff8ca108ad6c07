/*
 * An encrypted message, opened; see smime-lite.h. Nothing is released before
 * the tag of AES-GCM held. What AES-CBC gave is released only if it is one
 * whole that somebody trusted has signed: an attacker who changed the
 * ciphertext cannot have that (EFAIL).
 */
#include "smime-lite.h"

#include <string.h>

#include "cms/decrypt.h"
#include "sys/say.h"

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
read_outer(const struct opening *by, struct opened *o)
{
	struct cms_source within = { each_of_entity, &o->around.content };

	if (!read_layer(&o->outer, by->header, &by->body, false, by->env))
		return false;
	if (!layer_is_signed(&o->outer))
		return is_encrypted(&o->outer);
	o->around = o->outer;
	return read_layer(&o->outer, &o->around.content.header, &within,
	    false, by->env) && is_encrypted(&o->outer) &&
	    judge_around(&o->around, by->judging, env_now(by->env),
	    &o->verdict);
}

static bool
decrypt_outer(const struct opening *by, struct opened *o)
{
	o->verdict.cipher = cms_cipher_name(&o->outer.parts);
	entity_start(&o->plain, by->env, false);
	switch (cms_decrypt(&o->outer.parts, by->ids->v, by->ids->n,
	    entity_add, &o->plain)) {
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
	return o->plain.octets.state == SPOOL_OK ||
	    say_spool(&o->plain.octets);
}

/* What is inside, and who signed it. */
static bool
read_inner(const struct opening *by, struct opened *o)
{
	struct cms_source body = { each_of_entity, &o->plain };
	struct layer *l = &o->inner;

	if (!entity_split(&o->plain))
		return say_stdin("it cannot be decrypted: it was changed, or "
		    "is malformed");
	if (!read_layer(l, &o->plain.header, &body, true, by->env))
		return false;
	o->verdict.is_protected = protect_covers(&o->plain.header,
	    SPAN("From"));
	if (l->kind == LAYER_NONE || (l->why == NULL &&
	    l->parts.type != CMS_SIGNED))
		return true;
	if (l->why != NULL) {
		finding_add(&o->verdict.findings, F_SMIME_MALFORMED, NULL,
		    "%s", l->why);
		return true;
	}
	return judge_layer(l, by->header, by->judging, env_now(by->env),
	    &o->verdict);
}

static bool
is_authentic(const struct opening *by, struct opened *o)
{
	struct verdict *v = &o->verdict;

	if (o->outer.parts.type == CMS_AUTH_ENVELOPED || verdict_is_whole(v))
		return true;
	finding_add(&v->findings, F_SMIME_UNAUTHENTICATED, NULL, "%s",
	    v->cipher);
	if (by->unauthenticated) {
		say_warn("nothing shows that the message was not changed on "
		    "its way (--unauthenticated)");
		return true;
	}
	say_error("stdin: it is encrypted with %s, which anybody can change, "
	    "and %s", v->cipher, v->is_signed ?
	    "its signature is not valid and trusted" : "it is not signed");
	say_hint("%s--unauthenticated releases it all the same",
	    v->is_signed ? "name the signer's authority with --ca-file; " :
	    "");
	return false;
}

bool
open_message(const struct opening *by, struct opened *o)
{
	return read_outer(by, o) && decrypt_outer(by, o) &&
	    read_inner(by, o) && is_authentic(by, o);
}

/* Only what was signed, if it was. */
bool
opened_write(struct opened *o, const struct header *outer, const char *eol,
    struct vault *out)
{
	const struct verdict *v = &o->verdict;
	struct entity *e = v->is_signed ? &o->inner.content : &o->plain;
	struct to_eol lines = { into_vault, out, eol, false };
	struct buf head = BUF(4 * ENTITY_HEAD_MAX);
	bool ok = true;

	protect_merge(outer, &e->header, verdict_is_whole(v) &&
	    strcmp(v->from, "match") == 0, "\r\n", &head);
	buf_str(&head, "\r\n");
	ok = header_fits(&head);
	into_eol(&lines, buf_get0(&head));
	buf_free_wipe(&head);
	ok = entity_body(e, into_eol, &lines) && ok;
	to_eol_end(&lines);
	return ok && out->state == SPOOL_OK;
}

void
opened_free(struct opened *o)
{
	layer_free(&o->around);
	layer_free(&o->outer);
	layer_free(&o->inner);
	entity_free(&o->plain);
	verdict_free(&o->verdict);
}
