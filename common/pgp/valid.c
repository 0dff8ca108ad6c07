/* What holds of a certificate at a time; see valid.h. */
#include "pgp/valid.h"

#include "base/mem.h"

/* Certificates are flooded with signatures that claim to be the owner's. */
enum { TRIES_MAX = 32 };

/* Revocation reasons (section 5.2.3.31) after which the key is still sound. */
enum { REASON_SUPERSEDED = 1, REASON_RETIRED = 3, REASON_USER_ID = 32 };

/* What is hashed for a component (section 5.2.4). */
static void
hash_component(struct digest *d, struct cert *c, size_t i)
{
	const struct component *v = &c->v[i];

	sig_hash_key(d, cert_primary(c));
	if (v->kind == COMPONENT_SUBKEY)
		sig_hash_key(d, &v->key);
	else if (v->kind != COMPONENT_PRIMARY)
		sig_hash_user(d, v->kind == COMPONENT_ATTRIBUTE, v->id);
}

/* Whether "by" made the signature over component i. */
static bool
holds(struct cert *c, size_t i, const struct sig *s, struct pgp_key *by,
    bool weak)
{
	struct digest *d = sig_digest(s);
	bool ok = false;

	if (d == NULL)
		return false;
	hash_component(d, c, i);
	ok = weak ? sig_check_weak(s, by, d) : sig_check(s, by, d);
	digest_free(d);
	return ok;
}

static bool
is_binding(enum component_kind kind, unsigned type)
{
	switch (kind) {
	case COMPONENT_PRIMARY:
		return type == SIG_DIRECT_KEY;
	case COMPONENT_SUBKEY:
		return type == SIG_SUBKEY;
	default:
		return type >= SIG_CERT_GENERIC && type <= SIG_CERT_POSITIVE;
	}
}

static bool
is_revocation(enum component_kind kind, unsigned type)
{
	switch (kind) {
	case COMPONENT_PRIMARY:
		return type == SIG_KEY_REVOCATION;
	case COMPONENT_SUBKEY:
		return type == SIG_SUBKEY_REVOCATION;
	default:
		return type == SIG_CERT_REVOCATION;
	}
}

/*
 * Whether the primary key made signature j of component i, which is asked for
 * many times over in a run, and costs more than all the rest of it. A weak
 * hash does not save a key from its own revocation.
 */
static bool
own_holds(struct cert *c, size_t i, size_t j, const struct sig *s)
{
	enum { UNKNOWN, HOLDS, FAILS };
	struct component *v = &c->v[i];

	if (v->seen_n < v->sigs.n) {
		v->seen = xreallocarray(v->seen, v->sigs.n, 1);
		memset(v->seen + v->seen_n, UNKNOWN, v->sigs.n - v->seen_n);
		v->seen_n = v->sigs.n;
	}
	if (v->seen[j] == UNKNOWN)
		v->seen[j] = holds(c, i, s, cert_primary(c),
		    is_revocation(v->kind, s->type)) ? HOLDS : FAILS;
	return v->seen[j] == HOLDS;
}

/* In force at the time, as far as its own words go. */
static bool
in_force(const struct sig *s, const struct pgp_key *primary, int64_t at)
{
	return s->has_created && s->created <= at &&
	    s->created >= primary->created &&
	    (s->expires == 0 || at < s->created + s->expires);
}

/* Read signature j of the component; false if it is not the owner's. */
static bool
own_sig(struct cert *c, size_t i, size_t j, struct sig *out)
{
	return sig_read(c->v[i].sigs.v[j], out) == PGP_OK &&
	    out->refused == NULL && sig_names(out, cert_primary(c));
}

/* Not at any time, but whenever: even if it has expired. */
#define EVER INT64_MAX

/* One of the self-signatures that bind a component, from the newest on. */
struct candidate {
	struct sig sig;
	size_t place;
};

#define BEFORE_FIRST ((struct candidate){ .sig = { .created = INT64_MAX } })

/*
 * Go on to the next older one that is in force at the time, as far as its own
 * words go; of the same second, to the next in place. False: there is none.
 */
static bool
next_older(struct cert *c, size_t i, int64_t at, struct candidate *v)
{
	struct candidate best = { .sig = { .created = -1 } };

	for (size_t j = 0; j < c->v[i].sigs.n; j++) {
		struct sig s;

		if (!own_sig(c, i, j, &s) ||
		    !is_binding(c->v[i].kind, s.type) ||
		    !(at == EVER ? s.has_created :
		    in_force(&s, cert_primary(c), at)) ||
		    s.created > v->sig.created ||
		    (s.created == v->sig.created && j <= v->place))
			continue;
		if (s.created > best.sig.created)
			best = (struct candidate){ s, j };
	}
	if (best.sig.created < 0)
		return false;
	*v = best;
	return true;
}

/* Not that it is revoked; but nobody knows that it is not. */
static const char too_many[] = "too many revocations to look at";

/*
 * Why the component is revoked at the time, or NULL. A hard reason counts
 * for all times, a soft one until a newer self-signature takes it back.
 */
static const char *
revoked(struct cert *c, size_t i, int64_t at, int64_t bound_at)
{
	size_t tries = 0;

	for (size_t j = 0; j < c->v[i].sigs.n; j++) {
		struct sig s;
		bool soft = false;

		if (!own_sig(c, i, j, &s) ||
		    !is_revocation(c->v[i].kind, s.type) || !s.has_created)
			continue;
		soft = s.reason == REASON_SUPERSEDED ||
		    s.reason == REASON_RETIRED || s.reason == REASON_USER_ID;
		if (soft && (s.created > at || s.created < bound_at))
			continue;
		if (tries++ >= TRIES_MAX)
			return too_many;
		if (own_holds(c, i, j, &s))
			return "it is revoked";
	}
	return NULL;
}

/*
 * A subkey that signs must say itself that it belongs to the primary key
 * (section 5.2.1.10), by a signature that embeds no other.
 */
static bool
back_signed(struct cert *c, size_t i, const struct sig *binding, int64_t at)
{
	struct sig s;

	return binding->embedded.n > 0 &&
	    sig_read(binding->embedded, &s) == PGP_OK &&
	    s.refused == NULL && s.type == SIG_PRIMARY_BINDING &&
	    s.embedded.n == 0 && in_force(&s, &c->v[i].key, at) &&
	    holds(c, i, &s, &c->v[i].key, false);
}

/* NULL, or why there is none; that it may be revoked is not looked at. */
static const char *
newest_binding(struct cert *c, size_t i, int64_t at, struct sig *out)
{
	struct candidate v = BEFORE_FIRST;

	for (size_t tries = 0; tries < TRIES_MAX; tries++) {
		if (!next_older(c, i, at, &v))
			return "no self-signature in force holds";
		if (!own_holds(c, i, v.place, &v.sig))
			continue;
		*out = v.sig;
		return NULL;
	}
	return "too many self-signatures that do not hold";
}

const char *
valid_binding(struct cert *c, size_t i, int64_t at, struct sig *out)
{
	struct sig s;
	const char *why = newest_binding(c, i, at, &s);

	if (why == NULL)
		why = revoked(c, i, at, s.created);
	if (why == NULL)
		*out = s;
	return why;
}

/* Which self-signatures speak for the primary key. */
struct when {
	int64_t at;
	/* those that ever did, of parts that are not revoked at that time */
	bool once;
	size_t own;		/* weak ones of the first parts, too */
};

static bool
speaks(struct cert *c, size_t i, const struct when *w, struct sig *out)
{
	return w->once ? valid_bound_once(c, i, i < w->own, out) &&
	    revoked(c, i, w->at, out->created) == NULL :
	    valid_binding(c, i, w->at, out) == NULL;
}

/* The user ID that speaks for the key: marked primary, else the newest. */
static bool
primary_user(struct cert *c, const struct when *w, struct sig *out)
{
	bool have = false;

	for (size_t i = 1; i < c->n; i++) {
		struct sig s;

		if (c->v[i].kind != COMPONENT_USER_ID ||
		    !speaks(c, i, w, &s))
			continue;
		if (!have || s.primary_uid > out->primary_uid ||
		    (s.primary_uid == out->primary_uid &&
		    s.created > out->created))
			*out = s;
		have = true;
	}
	return have;
}

/* Key flags of a primary key that says nothing: what primary keys are for. */
static void
default_flags(struct sig *s)
{
	if (!s->has_flags)
		s->flags = KEY_CERTIFY | KEY_SIGN;
	s->flags |= KEY_CERTIFY;
}

/*
 * Whether a user ID's signature could say more than the direct-key signature,
 * by its own words: then it is worth looking at.
 */
static bool
user_may_say_more(struct cert *c, int64_t at, const struct sig *direct)
{
	struct sig s;

	if (!direct->has_flags || direct->key_expires == 0 ||
	    direct->features == 0 || direct->pref_sym.n == 0)
		return true;
	for (size_t i = 1; i < c->n; i++)
		for (size_t j = 0; c->v[i].kind == COMPONENT_USER_ID &&
		    j < c->v[i].sigs.n; j++)
			if (own_sig(c, i, j, &s) &&
			    is_binding(COMPONENT_USER_ID, s.type) &&
			    in_force(&s, cert_primary(c), at) &&
			    s.created > direct->created)
				return true;
	return false;
}

/* What the newer of two says nothing about, the older one still says. */
static void
complete(struct sig *s, const struct sig *older)
{
	if (!s->has_flags) {
		s->has_flags = older->has_flags;
		s->flags = older->flags;
	}
	if (s->key_expires == 0)
		s->key_expires = older->key_expires;
	if (s->features == 0)
		s->features = older->features;
	if (s->pref_sym.n == 0)
		s->pref_sym = older->pref_sym;
	if (s->pref_aead.n == 0)
		s->pref_aead = older->pref_aead;
}

/*
 * What speaks for the primary key, be it expired or revoked; or false. In
 * version 4 that may stand in either of two signatures, and programs that
 * change an expiry write it into one of them only: the newer one counts.
 */
static bool
self_signature(struct cert *c, const struct when *w, struct sig *out)
{
	struct sig direct, user;
	bool has_direct = speaks(c, 0, w, &direct);
	bool has_user = cert_primary(c)->version == 4 &&
	    (!has_direct || w->once ||
	    user_may_say_more(c, w->at, &direct)) &&
	    primary_user(c, w, &user);

	if (!has_direct && !has_user)
		return false;
	*out = !has_user || (has_direct && direct.created >= user.created) ?
	    direct : user;
	if (has_direct && has_user)
		complete(out, direct.created >= user.created ? &user :
		    &direct);
	default_flags(out);
	return true;
}

const char *
valid_cert(struct cert *c, int64_t at, struct sig *out)
{
	struct sig self;
	struct pgp_key *key = cert_primary(c);
	bool has_self = self_signature(c, &(struct when){ .at = at }, &self);
	const char *gone = revoked(c, 0, at, has_self ? self.created :
	    INT64_MIN);

	if (key->created > at)
		return "the key is from the future";
	if (gone != NULL)
		return gone == too_many ? gone : "the primary key is revoked";
	/* of a key that is refused, none holds */
	if (!has_self)
		return key_refusal(key) != NULL ? key_refusal(key) :
		    "no self-signature in force holds";
	if (self.key_expires > 0 && at >= key->created + self.key_expires)
		return "the primary key has expired";
	*out = self;
	return NULL;
}

const char *
valid_key(struct cert *c, size_t i, int64_t at, unsigned flags)
{
	struct sig self, binding;
	struct pgp_key *key = &c->v[i].key;
	const char *why = valid_cert(c, at, &self);

	if (why != NULL)
		return why;
	if (i == 0)
		return (self.flags & flags) != 0 ? NULL :
		    "the key is not meant for that";
	why = valid_binding(c, i, at, &binding);
	if (why != NULL)
		return why;
	if (key->created > at)
		return "the subkey is from the future";
	if (binding.key_expires > 0 &&
	    at >= key->created + binding.key_expires)
		return "the subkey has expired";
	if ((binding.flags & flags) == 0)
		return "the subkey is not meant for that";
	if (key_refusal(key) != NULL)
		return key_refusal(key);
	if ((flags & (KEY_SIGN | KEY_CERTIFY)) != 0 &&
	    !back_signed(c, i, &binding, at))
		return "the subkey does not say that it belongs to the key";
	return NULL;
}

bool
valid_revoked(struct cert *c, size_t i, int64_t at)
{
	struct sig s;
	bool bound = newest_binding(c, i, at, &s) == NULL;

	return revoked(c, i, at, bound ? s.created : INT64_MIN) != NULL;
}

bool
valid_bound_once(struct cert *c, size_t i, bool weak, struct sig *out)
{
	struct candidate v = BEFORE_FIRST;

	for (size_t tries = 0; tries < TRIES_MAX &&
	    next_older(c, i, EVER, &v); tries++) {
		if (!own_holds(c, i, v.place, &v.sig) &&
		    !(weak && holds(c, i, &v.sig, cert_primary(c), true)))
			continue;
		*out = v.sig;
		return true;
	}
	return false;
}

bool
valid_said_once(struct cert *c, int64_t at, size_t own, struct sig *out)
{
	return self_signature(c, &(struct when){ at, true, own }, out);
}

int64_t
valid_key_expires(struct cert *c, size_t i, int64_t at)
{
	struct sig s;
	bool bound = i == 0 ?
	    self_signature(c, &(struct when){ .at = at }, &s) :
	    valid_binding(c, i, at, &s) == NULL;

	return !bound || s.key_expires == 0 ? 0 :
	    c->v[i].key.created + s.key_expires;
}

bool
valid_user(struct cert *c, size_t i, int64_t at)
{
	struct sig s;

	return c->v[i].kind == COMPONENT_USER_ID &&
	    valid_binding(c, i, at, &s) == NULL;
}

/* A signature of another key over a user ID, which may be a revocation. */
static bool
foreign_sig(struct cert *c, size_t i, size_t j, struct cert *by, int64_t at,
    struct sig *out)
{
	return sig_read(c->v[i].sigs.v[j], out) == PGP_OK &&
	    out->refused == NULL && sig_names(out, cert_primary(by)) &&
	    in_force(out, cert_primary(by), at) &&
	    (is_binding(COMPONENT_USER_ID, out->type) ||
	    out->type == SIG_CERT_REVOCATION) &&
	    holds(c, i, out, cert_primary(by),
	    out->type == SIG_CERT_REVOCATION);
}

bool
valid_certified(struct cert *c, size_t i, struct cert *by, int64_t at)
{
	struct sig self, s;
	int64_t newest_at = -1;
	bool certified = false;
	size_t tries = 0;

	/* the authority must be one at that time */
	if (valid_cert(by, at, &self) != NULL ||
	    (self.flags & KEY_CERTIFY) == 0)
		return false;
	for (size_t j = 0; j < c->v[i].sigs.n && tries < TRIES_MAX; j++) {
		if (sig_read(c->v[i].sigs.v[j], &s) != PGP_OK ||
		    !sig_names(&s, cert_primary(by)))
			continue;
		tries++;
		if (!foreign_sig(c, i, j, by, at, &s) ||
		    s.created < newest_at)
			continue;
		/* of two of the same second, the revocation counts */
		certified = s.type != SIG_CERT_REVOCATION &&
		    (s.created > newest_at || certified || newest_at < 0);
		newest_at = s.created;
	}
	return certified;
}
