/* Sessions to and from other implementations; see party.h. */
#include "crypto/digest.h"
#include "ratchet/sessions.h"
#include "ratchet/party_int.h"

/* A session as it stands, whatever order its record's fields came in. */
static void
digest_session(const struct ratchet *s, unsigned char out[static SHA256_SIZE])
{
	struct buf b = BUF(RECORD_SESSION_MAX);

	record_session_export(s, &b);
	digest_of(DIGEST_SHA256, buf_get0(&b), out);
	buf_free_wipe(&b);
}

/*
 * It leaves as it came, so none of its keys was used here: it may come back
 * as it is.
 */
static void
forget_import(struct party *t, struct span exported)
{
	unsigned char digest[SHA256_SIZE];

	digest_of(DIGEST_SHA256, exported, digest);
	store_drop(t->store, STORE_IMPORTED, span_of(digest, SHA256_SIZE));
}

enum party_result
party_export(struct party *t, struct span name, struct buf *out)
{
	struct peer p;
	struct sessions all;
	enum party_result r = party_peer(t, name, &p);

	if (r == PARTY_OK)
		r = party_store(t, sessions_get(t->store, &p, SESSIONS_MAX,
		    &all));
	if (r != PARTY_OK)
		return r;
	if (all.n == 0)
		r = PARTY_NO_SESSION;
	for (size_t i = 0; i < all.n && r == PARTY_OK; i++) {
		struct buf b = BUF(RECORD_SESSION_MAX);

		/* once: a second export must say the same */
		if (!ratchet_ready(&all.v[i].s, t->env))
			r = PARTY_FORGED;
		sessions_put(t->store, &p, &all, i);
		record_session_export(&all.v[i].s, &b);
		forget_import(t, buf_get0(&b));
		record_join(out, buf_get0(&b), i == 0);
		buf_free_wipe(&b);
	}
	sessions_free(&all);
	p.exported = true;
	if (r == PARTY_OK)
		peer_put(t->store, &p);
	return r;
}

/* Ours, all with one identity, and with keys that fit. */
static bool
check_sessions(const struct party *t, const struct span *parts, size_t n,
    unsigned char theirs[static CURVE_PUBLIC])
{
	bool ok = n > 0;

	for (size_t i = 0; i < n && ok; i++) {
		struct ratchet s;

		if (!record_session_read(parts[i], &s))
			return false;
		if (i == 0)
			memcpy(theirs, s.theirs, CURVE_PUBLIC);
		ok = record_session_sound(&s) &&
		    memcmp(s.ours, t->self.us.keys.pub, CURVE_PUBLIC) == 0 &&
		    memcmp(s.theirs, theirs, CURVE_PUBLIC) == 0;
		ratchet_free(&s);
	}
	return ok;
}

/*
 * An older record of a session would use message keys and IVs a second time:
 * what is in use is not replaced, and each state of a session comes in once.
 */
static enum party_result
check_unused(struct party *t, const struct peer *p, const struct span *parts,
    size_t n)
{
	struct sessions all;
	enum party_result r = party_store(t, sessions_get(t->store, p, 1,
	    &all));

	if (r != PARTY_OK)
		return r;
	if (all.n > 0 && !p->exported)
		r = PARTY_IN_USE;
	sessions_free(&all);
	for (size_t i = 0; i < n && r == PARTY_OK; i++) {
		unsigned char digest[SHA256_SIZE];
		struct ratchet s;

		if (!record_session_read(parts[i], &s))
			return PARTY_MALFORMED;
		digest_session(&s, digest);
		ratchet_free(&s);
		if (store_has(t->store, STORE_IMPORTED, span_of(digest,
		    SHA256_SIZE)))
			r = PARTY_REPLAYED;
	}
	return r;
}

/* The oldest first, so that the current one comes to be the newest. */
static enum party_result
take_sessions(struct party *t, const struct peer *p,
    const struct span *parts, size_t n)
{
	enum party_result r = PARTY_OK;

	while (n-- > 0 && r == PARTY_OK) {
		unsigned char digest[SHA256_SIZE];
		struct sessions all;
		struct ratchet s;

		if (!record_session_read(parts[n], &s))
			return PARTY_MALFORMED;
		digest_session(&s, digest);
		store_put(t->store, STORE_IMPORTED, span_of(digest,
		    SHA256_SIZE), SPAN(""));
		ratchet_date(&s, env_now(t->env));
		r = party_store(t, sessions_get(t->store, p, 1, &all));
		if (r == PARTY_OK) {
			sessions_add(t->store, p, &all, &s);
			sessions_free(&all);
		}
		ratchet_free(&s);
	}
	return r;
}

enum party_result
party_import(struct party *t, struct span name, struct span record)
{
	struct span parts[SESSIONS_MAX];
	unsigned char theirs[CURVE_PUBLIC];
	struct peer p;
	bool current = false, unknown = false;
	size_t n = record_split(record, parts, SESSIONS_MAX, &current);
	enum party_result r = PARTY_OK;

	if (!check_sessions(t, parts, n, theirs))
		return PARTY_MALFORMED;
	r = party_peer(t, name, &p);
	unknown = r == PARTY_UNKNOWN;
	if (r != PARTY_OK && !unknown)
		return r;
	r = party_believe(t, &p, unknown, span_of(theirs, CURVE_PUBLIC));
	if (r == PARTY_OK)
		r = check_unused(t, &p, parts, n);
	if (r != PARTY_OK)
		return r;
	p.exported = false;
	peer_put(t->store, &p);
	/* what is here was handed over: older than what comes, or the same */
	sessions_drop_all(t->store, &p);
	return take_sessions(t, &p, parts, n);
}
