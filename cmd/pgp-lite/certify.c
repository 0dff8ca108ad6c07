/* revoke-key, merge-certs, certify-userid, validate-userid. */
#include <stdlib.h>

#include "base/vec.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/packet.h"
#include "pgp/selfsig.h"
#include "pgp/valid.h"

/* Section 5.2.3.31: no reason given, which counts for all times. */
enum { REASON_NONE = 0 };

static bool
revoke_one(struct run *r, struct cert *c, struct buf *out)
{
	struct pgp_key *k = cert_primary(c);
	enum key_unlock u = keys_unlock(r, c, k);

	if (u == KEY_LOCKED)
		return false;
	packet_write(out, TAG_PUBLIC_KEY, k->pub);
	if (u == KEY_UNLOCKED && selfsig_revocation(k, NULL, REASON_NONE,
	    r->now, &r->env, out))
		return true;
	return run_fail(r, SOP_PRIMARY_KEY_BAD, "%s: its primary key cannot "
	    "sign: %s", c->file, key_unsupported(k) != NULL ?
	    key_unsupported(k) : keys_no_secret(u));
}

static bool
revoke(struct run *r)
{
	struct certs c = CERTS;
	struct buf out = BUF(CERT_FILE_MAX);
	bool ok = run_passwords(r) && run_close_in(r) &&
	    run_parse_stdin(r, true, &c);

	for (size_t i = 0; ok && i < c.n; i++)
		ok = revoke_one(r, &c.v[i], &out);
	ok = ok && stage_packets(r, ARMOR_PUBLIC_KEY, &out);
	buf_free(&out);
	certs_free(&c);
	return ok;
}

int
revoke_key_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_REVOKE_KEY, argc, argv, 0, 0))
		revoke(&r);
	return run_end(&r);
}

static bool
merge(struct run *r)
{
	struct certs c = CERTS;
	struct files f = { .n = 0 };
	struct buf out = BUF(2 * CERT_FILE_MAX);
	bool ok = run_read_files(r, r->res.operands.v, r->res.operands.n,
	    &f) && run_close_in(r) && run_parse_files(r, false, &f) &&
	    run_parse_stdin(r, false, &c) && run_unite(r, &c, &f);

	for (size_t i = 0; ok && i < c.n; i++)
		cert_write_public(&c.v[i], &out);
	ok = ok && stage_packets(r, ARMOR_PUBLIC_KEY, &out);
	buf_free(&out);
	certs_free(&c);
	run_free_files(&f);
	return ok;
}

int
merge_certs_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_MERGE_CERTS, argc, argv, 0, SIZE_MAX))
		merge(&r);
	return run_end(&r);
}

/* The certifying keys, each a primary key that may and can. */
static bool
authorities(struct run *r, struct files *f)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->v[i].n; j++) {
			struct cert *c = &f->v[i].v[j];
			const char *why = valid_key(c, 0, r->now,
			    KEY_CERTIFY);
			enum key_unlock u = KEY_CANNOT;

			if (why != NULL)
				return run_fail(r, SOP_KEY_CANNOT_CERTIFY,
				    "%s: %s", c->file, why);
			u = keys_unlock(r, c, cert_primary(c));
			if (u == KEY_LOCKED)
				return false;
			if (u != KEY_UNLOCKED)
				return run_fail(r, SOP_KEY_CANNOT_CERTIFY,
				    "%s: no usable secret key", c->file);
		}
	return true;
}

/* The place of the user ID, which is added if it need not be there. */
static bool
find_user(struct run *r, struct cert *c, const char *user, size_t *at)
{
	size_t i = 0;

	while (i < c->n && (c->v[i].kind != COMPONENT_USER_ID ||
	    !span_eq(c->v[i].id, span_str(user))))
		i++;
	if (r->a.no_self_sig) {
		if (i == c->n)
			*VEC_PUSH(c) = (struct component){
			    .kind = COMPONENT_USER_ID,
			    .id = span_str(user) };
	} else if (i == c->n || !valid_user(c, i, r->now)) {
		return run_fail(r, SOP_CERT_USERID_NO_MATCH,
		    "stdin: a certificate without the valid user ID \"%s\"",
		    user);
	}
	*at = i;
	return true;
}

static struct span
body_of(struct span one_packet)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct in in;
	struct packet p;

	in_of_span(&in, one_packet, &e);
	return packet_next(&in, &p) ? packet_piece(&p, SIZE_MAX) :
	    (struct span){ NULL, 0 };
}

/* The packets of signatures: each stays where it is. */
struct packets {
	struct buf *v;
	size_t n, cap;
};

static void
packets_free(struct packets *p)
{
	for (size_t i = 0; i < p->n; i++)
		buf_free(&p->v[i]);
	free(p->v);
}

static bool
certify_user(struct run *r, struct cert *c, const char *user,
    struct files *f, struct packets *made)
{
	size_t at = 0;

	if (!find_user(r, c, user, &at))
		return false;
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->v[i].n; j++) {
			struct buf *one = VEC_PUSH(made);

			*one = BUF(2 * SIG_BODY_MAX);
			if (!selfsig_certify(cert_primary(&f->v[i].v[j]),
			    cert_primary(c), c->v[at].id, r->now, &r->env,
			    one))
				return run_fail(r, SOP_KEY_CANNOT_CERTIFY,
				    "%s: it cannot sign", f->v[i].file);
			*VEC_PUSH(&c->v[at].sigs) = body_of(buf_get0(one));
		}
	return true;
}

static bool
certify(struct run *r)
{
	struct certs c = CERTS;
	struct files f = { .n = 0 };
	struct buf out = BUF(2 * CERT_FILE_MAX);
	struct packets made = { .n = 0 };
	bool ok = run_passwords(r) && run_read_files(r, r->res.operands.v,
	    r->res.operands.n, &f) && run_close_in(r) &&
	    run_parse_files(r, true, &f) && authorities(r, &f) &&
	    run_parse_stdin(r, false, &c);

	for (size_t i = 0; ok && i < c.n; i++) {
		for (size_t j = 0; ok && j < r->a.user_ids.n; j++)
			ok = certify_user(r, &c.v[i], r->a.user_ids.v[j], &f,
			    &made);
		cert_write_public(&c.v[i], &out);
	}
	ok = ok && stage_packets(r, ARMOR_PUBLIC_KEY, &out);
	buf_free(&out);
	packets_free(&made);
	certs_free(&c);
	run_free_files(&f);
	return ok;
}

int
certify_userid_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_CERTIFY_USERID, argc, argv, 1, SIZE_MAX)) {
		if (r.a.user_ids.n == 0)
			run_fail(&r, SOP_MISSING_ARG,
			    "--userid=USERID is needed");
		else
			certify(&r);
	}
	return run_end(&r);
}

static bool
fits(const struct run *r, struct span id)
{
	struct span want = span_str(r->res.operands.v[0]);

	return r->a.addr_spec_only ? user_id_has_addr(id, want) :
	    span_eq(id, want);
}

/* Bound by its owner, and one of the authorities vouches for it. */
static bool
validate_one(struct run *r, struct cert *c, struct files *f, int64_t at)
{
	for (size_t i = 1; i < c->n; i++) {
		if (c->v[i].kind != COMPONENT_USER_ID ||
		    !fits(r, c->v[i].id) || !valid_user(c, i, at))
			continue;
		for (size_t j = 0; j < f->n; j++)
			for (size_t k = 0; k < f->v[j].n; k++)
				if (valid_certified(c, i, &f->v[j].v[k], at))
					return true;
	}
	return run_fail(r, SOP_CERT_USERID_NO_MATCH, "stdin: a certificate "
	    "whose user ID nobody vouches for");
}

static bool
validate(struct run *r)
{
	struct certs c = CERTS;
	struct files f = { .n = 0 };
	int64_t at = r->a.not_after == DATE_NOW ? r->now : r->a.not_after;
	bool ok = run_read_files(r, r->res.operands.v + 1,
	    r->res.operands.n - 1, &f) && run_close_in(r) &&
	    run_parse_files(r, false, &f) &&
	    run_parse_stdin(r, false, &c) && run_unite(r, &c, &f);
	struct sig self;

	for (size_t i = 0; ok && i < c.n; i++) {
		if (valid_cert(&c.v[i], at, &self) != NULL)
			ok = run_fail(r, SOP_CERT_USERID_NO_MATCH,
			    "stdin: a certificate that is not valid");
		ok = ok && validate_one(r, &c.v[i], &f, at);
	}
	certs_free(&c);
	run_free_files(&f);
	return ok;
}

int
validate_userid_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_VALIDATE_USERID, argc, argv, 2, SIZE_MAX))
		validate(&r);
	return run_end(&r);
}
