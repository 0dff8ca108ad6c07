/* Making keys, locking them anew, and extracting their certificates. */
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/keygen.h"
#include "pgp/packet.h"

static bool
check_users(struct run *r)
{
	for (size_t i = 0; i < r->res.operands.n; i++) {
		struct span s = span_str(r->res.operands.v[i]);

		if (!utf8_valid(s))
			return run_fail(r, SOP_EXPECTED_TEXT,
			    "a user ID is not UTF-8");
		if (s.n > USER_ID_MAX)
			return run_fail(r, SOP_UNSPECIFIED_FAILURE,
			    "a user ID is too long");
	}
	return true;
}

static bool
generate(struct run *r)
{
	struct span name = r->a.profile ? span_str(r->a.profile) :
	    SPAN("default");
	struct span pw = { NULL, 0 };
	struct keygen g = { .profile = keygen_profile(name),
	    .users = r->res.operands.v, .users_n = r->res.operands.n,
	    .signing_only = r->a.signing_only, .now = r->now,
	    .env = &r->env };
	struct buf out = BUF(CERT_FILE_MAX);
	bool ok = false;

	if (g.profile == NULL)
		return run_fail(r, SOP_UNSUPPORTED_PROFILE,
		    "%s: no such profile", r->a.profile);
	if (!keygen_available(g.profile))
		return run_fail(r, SOP_UNSUPPORTED_PROFILE,
		    "%s: needs OpenSSL 3.5", r->a.profile);
	if (r->a.key_password_new != NULL) {
		if (!run_new_password(r, r->a.key_password_new, &pw))
			return false;
		g.passphrase = &pw;
	}
	if (!check_users(r) || !run_close_in(r))
		return false;
	buf_room(&out, 1 << 20);
	ok = keygen_make(&g, &out) || run_fail(r, SOP_UNSPECIFIED_FAILURE,
	    "the key cannot be made");
	ok = ok && stage_packets(r, ARMOR_PRIVATE_KEY, &out);
	buf_free_wipe(&out);
	return ok;
}

int
generate_key_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_GENERATE_KEY, argc, argv, 0, SIZE_MAX))
		generate(&r);
	return run_end(&r);
}

static bool
extract(struct run *r)
{
	struct certs c = CERTS;
	struct buf out = BUF(CERT_FILE_MAX);
	bool ok = run_close_in(r) && run_parse_stdin(r, true, &c);

	for (size_t i = 0; ok && i < c.n; i++)
		cert_write_public(&c.v[i], &out);
	ok = ok && stage_packets(r, ARMOR_PUBLIC_KEY, &out);
	buf_free(&out);
	certs_free(&c);
	return ok;
}

int
extract_cert_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_EXTRACT_CERT, argc, argv, 0, 0))
		extract(&r);
	return run_end(&r);
}

/* A key without a secret (a stub) stays what it is. */
static bool
relock_key(struct run *r, struct cert *c, struct pgp_key *k,
    const struct span *pw, struct buf *out)
{
	enum key_unlock u = keys_unlock(r, c, k);

	if (u == KEY_UNLOCKED) {
		keygen_packet(k, pw, &r->env, out);
		return true;
	}
	if (u == KEY_LOCKED)
		return false;
	if (u == KEY_CANNOT)
		return run_fail(r, SOP_BAD_DATA, "%s: a key cannot be "
		    "unlocked: %s", c->file, key_unsupported(k) != NULL ?
		    key_unsupported(k) : keys_no_secret(u));
	key_packet(k, out);
	return true;
}

static bool
relock_cert(struct run *r, struct cert *c, const struct span *pw,
    struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		struct component *v = &c->v[i];

		if (v->kind == COMPONENT_USER_ID)
			packet_write(out, TAG_USER_ID, v->id);
		else if (v->kind == COMPONENT_ATTRIBUTE)
			packet_write(out, TAG_USER_ATTRIBUTE, v->id);
		else if (!relock_key(r, c, &v->key, pw, out))
			return false;
		for (size_t j = 0; j < v->sigs.n; j++)
			packet_write(out, TAG_SIGNATURE, v->sigs.v[j]);
	}
	return true;
}

static bool
change_password(struct run *r)
{
	struct certs c = CERTS;
	struct buf out = BUF(CERT_FILE_MAX);
	struct span pw = { NULL, 0 };
	const char *arg = r->a.key_password_new;
	bool ok = run_passwords(r) && (arg == NULL ||
	    run_new_password(r, arg, &pw)) && run_close_in(r) &&
	    run_parse_stdin(r, true, &c);

	if (ok)
		buf_room(&out, 2 * c.raw.n + (1 << 20));
	for (size_t i = 0; ok && i < c.n; i++)
		ok = relock_cert(r, &c.v[i], arg ? &pw : NULL, &out);
	ok = ok && stage_packets(r, ARMOR_PRIVATE_KEY, &out);
	buf_free_wipe(&out);
	certs_free(&c);
	return ok;
}

int
change_key_password_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_CHANGE_KEY_PASSWORD, argc, argv, 0, 0))
		change_password(&r);
	return run_end(&r);
}
