/*
 * Two people with a store each: first contact, replays, changed identities,
 * both starting at once, sessions that come and go.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/kdf.h"
#include "ratchet/curve.h"
#include "ratchet/inbox.h"
#include "ratchet/sessions.h"
#include "ratchet/party.h"
#include "ratchet/pb.h"
#include "ratchet/sealed.h"

enum { NOW = 1790000000, LIFE = 86400, MAX = 1 << 20 };

#define SECRET SPAN("01234567890123456789012345678901")

struct person {
	const char *name;
	char *folder;
	struct store *store;
	struct party talk;
};

static int64_t now = NOW;
static struct env env;
static char *base;
static struct person alice, bob, carol;
static int people;
static size_t unsent;	/* what accept and reset said of it */

/*
 * The work that was asked of the layers below, counted on its way there: the
 * Makefile links these in between. A clock would measure the machine, too.
 */
struct work {
	unsigned macs, hkdfs, agreements;
};

static struct work work;

void __real_hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE]);
void __wrap_hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE]);
void __real_kdf_hkdf(enum digest_alg alg, struct span secret,
    struct span salt, struct span info, unsigned char *out, size_t n);
void __wrap_kdf_hkdf(enum digest_alg alg, struct span secret,
    struct span salt, struct span info, unsigned char *out, size_t n);
bool __real_curve_dh(const unsigned char priv[static CURVE_PRIVATE],
    const unsigned char pub[static CURVE_PUBLIC],
    unsigned char out[static CURVE_SHARED]);
bool __wrap_curve_dh(const unsigned char priv[static CURVE_PRIVATE],
    const unsigned char pub[static CURVE_PUBLIC],
    unsigned char out[static CURVE_SHARED]);

void
__wrap_hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE])
{
	work.macs++;
	__real_hmac_sha256(key, parts, n, out);
}

void
__wrap_kdf_hkdf(enum digest_alg alg, struct span secret, struct span salt,
    struct span info, unsigned char *out, size_t n)
{
	work.hkdfs++;
	__real_kdf_hkdf(alg, secret, salt, info, out, n);
}

bool
__wrap_curve_dh(const unsigned char priv[static CURVE_PRIVATE],
    const unsigned char pub[static CURVE_PUBLIC],
    unsigned char out[static CURVE_SHARED])
{
	work.agreements++;
	return __real_curve_dh(priv, pub, out);
}

static int64_t
clock_now(void *arg)
{
	(void)arg;
	return now;
}

static void
begin(struct person *p)
{
	assert_int_equal(store_begin(p->store, true, false), STORE_OK);
	assert_int_equal(party_open(&p->talk, p->store, &env), PARTY_OK);
}

/* End the transaction as its user does. */
static enum party_result
end(struct person *p, enum party_result r)
{
	if (r == PARTY_OK || r == PARTY_CHANGED)
		assert_int_equal(store_commit(p->store), STORE_OK);
	else
		store_abandon(p->store);
	return r;
}

static void
person_new(struct person *p, const char *name)
{
	struct store_place place;
	struct self self;
	enum store_secret how = STORE_PASSPHRASE;
	char *anchors = xasprintf("%s/anchors", base);

	*p = (struct person){ .name = name,
	    .folder = xasprintf("%s/%s%d", base, name, people++) };
	place = (struct store_place){ p->folder, anchors, 0 };
	assert_int_equal(store_make(&place, &env, STORE_KEY_FILE,
	    SECRET, &p->store), STORE_OK);
	assert_int_equal(store_begin(p->store, true, false), STORE_OK);
	self_new(&env, span_str(name), &self);
	self_put(p->store, &self);
	assert_int_equal(store_commit(p->store), STORE_OK);
	assert_int_equal(store_publish(p->store), STORE_OK);
	assert_int_equal(store_open(&place, &env, &p->store, &how), STORE_OK);
	assert_int_equal(store_unlock(p->store, SECRET), STORE_OK);
	free(anchors);
}

static void
person_free(struct person *p)
{
	store_close(p->store);
	free(p->folder);
}

static int
setup(void **state)
{
	char name[] = "/tmp/msgsec-talk.XXXXXX";

	(void)state;
	base = xstrdup(mkdtemp(name));
	now = NOW;
	person_new(&alice, "alice");
	person_new(&bob, "bob");
	person_new(&carol, "carol");
	return 0;
}

static int
teardown(void **state)
{
	char *command = xasprintf("rm -rf '%s'", base);

	(void)state;
	person_free(&alice);
	person_free(&bob);
	person_free(&carol);
	assert_int_equal(system(command), 0);
	free(command);
	free(base);
	return 0;
}

static void
bundle_of(struct person *p, bool without, struct bundle *out)
{
	struct buf line = BUF(BUNDLE_MAX);
	const char *bad = NULL;

	begin(p);
	assert_int_equal(end(p, party_bundles(&p->talk, 1, without, LIFE,
	    &line)), PARTY_OK);
	assert_true(bundle_read(buf_get0(&line), out, &bad));
	assert_true(bundle_holds(out));
	buf_free(&line);
}

static enum party_result
start(struct person *p, const char *peer, const struct bundle *b,
    bool foreign)
{
	begin(p);
	return end(p, party_start(&p->talk, span_str(peer), b, foreign));
}

static enum party_result
send_to(struct person *p, const char *peer, const char *text,
    struct buf *body)
{
	buf_reset(body);
	begin(p);
	return end(p, party_send(&p->talk, span_str(peer), span_str(text),
	    body));
}

static enum party_result
recv_of(struct person *p, const char *peer, struct span body,
    struct buf *plain, struct receipt *receipt)
{
	buf_reset(plain);
	begin(p);
	return end(p, party_recv(&p->talk, span_str(peer), body, plain,
	    receipt));
}

/* One message from one to the other that arrives. */
static void
says(struct person *from, struct person *to, const char *text,
    struct receipt *receipt)
{
	struct buf body = BUF(MAX), plain = BUF(MAX);

	assert_int_equal(send_to(from, to->name, text, &body), PARTY_OK);
	assert_int_equal(recv_of(to, from->name, buf_get0(&body), &plain,
	    receipt), PARTY_OK);
	assert_true(span_eq(buf_get0(&plain), span_str(text)));
	buf_free(&body);
	buf_free(&plain);
}

static size_t
count(struct person *p, enum store_kind kind)
{
	size_t n = 0;

	assert_int_equal(store_begin(p->store, false, false), STORE_OK);
	assert_int_equal(prekey_count(p->store, kind, &n), STORE_OK);
	store_abandon(p->store);
	return n;
}

static void
meet(struct person *p, struct person *q, bool without)
{
	struct bundle b;

	bundle_of(q, without, &b);
	assert_int_equal(start(p, q->name, &b, false), PARTY_OK);
}

static enum party_result
accepts(struct person *p, const char *peer)
{
	begin(p);
	return end(p, party_accept(&p->talk, span_str(peer), &unsent));
}

/* One peer, or all for NULL. */
static enum party_result
resets(struct person *p, const char *peer)
{
	begin(p);
	return end(p, peer == NULL ? party_reset_all(&p->talk, &unsent) :
	    party_reset(&p->talk, span_str(peer), &unsent));
}

static void
test_conversation(void **state)
{
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	assert_int_equal(count(&bob, STORE_PREKEY), 1);
	says(&alice, &bob, "hello", &r);
	assert_int_equal(count(&bob, STORE_PREKEY), 0);
	assert_true(r.first_contact && r.new_session && r.one_time);
	assert_int_equal(r.type, ENVELOPE_PREKEY);
	says(&alice, &bob, "again", &r);
	assert_int_equal(r.type, ENVELOPE_PREKEY);
	assert_false(r.first_contact || r.new_session);
	for (int i = 0; i < 5; i++) {
		says(&bob, &alice, "yes", &r);
		assert_int_equal(r.type, ENVELOPE_MESSAGE);
		says(&alice, &bob, "", &r);
		assert_int_equal(r.type, ENVELOPE_MESSAGE);
	}
	assert_int_equal(r.info.previous, 0);
}

/* Section 5 item 1: read once, and reading it again disturbs nothing. */
static void
test_replay_in_session(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	assert_int_equal(send_to(&alice, "bob", "1", &m), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_REPLAYED);
	assert_int_equal(plain.n, 0);
	says(&bob, &alice, "2", &r);
	assert_int_equal(send_to(&alice, "bob", "3", &m), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_REPLAYED);
	says(&alice, &bob, "4", &r);
	buf_free(&m);
	buf_free(&plain);
}

/* Section 5 item 2: a first message stays used when its session is lost. */
static void
test_replay_of_first_message(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	for (int without = 0; without < 2; without++) {
		meet(&alice, &bob, without);
		assert_int_equal(send_to(&alice, "bob", "1", &m), PARTY_OK);
		assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain,
		    &r), PARTY_OK);
		assert_int_equal(r.one_time, !without);
		assert_int_equal(resets(&bob, "alice"), PARTY_OK);
		assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain,
		    &r), PARTY_REPLAYED);
	}
	/* when its signed prekey is gone, the log of it goes, too */
	assert_int_equal(count(&bob, STORE_SEEN), 2);
	now += PARTY_SIGNED_USED + PARTY_BUNDLE_LIFE + PARTY_GRACE + 1;
	meet(&carol, &bob, false);
	assert_int_equal(count(&bob, STORE_SEEN), 0);
	assert_int_equal(count(&bob, STORE_SIGNED_PREKEY), 1);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_NO_PREKEY);
	buf_free(&m);
	buf_free(&plain);
}

/* The costliest of the post-quantum ratchet: as far ahead as it may be. */
static struct span
far_header(struct buf *b)
{
	buf_reset(b);
	buf_byte(b, 1);
	buf_byte(b, 1);
	pb_put_varint(b, PQ_JUMP);
	buf_byte(b, 0);
	return buf_get0(b);
}

/*
 * Section 5 items 3 and 4: refused messages change nothing, and cost little.
 *
 * A ratchet key that nobody knows, as far ahead as may be, is tried with
 * PARTY_TRIES of the SESSIONS_MAX sessions that are there, never with all. Each
 * of these costs one agreement; a MAC for each of SESSION_JUMP steps of the
 * chain, one for the seed and one for the code; an HKDF for the root, one for
 * the message's keys, and in version 4 one for each of PQ_JUMP steps.
 */
static void
test_forged_bounded(void **state)
{
	struct buf m = BUF(MAX), far = BUF(MAX), plain = BUF(MAX),
	    header = BUF(64);
	struct curve_pair stranger;
	struct wire_message w;
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	says(&bob, &alice, "2", &r);
	/* forty archived sessions, the worst case */
	for (int i = 0; i < RECORD_ARCHIVED + 3; i++)
		meet(&bob, &alice, true);
	assert_int_equal(count(&bob, STORE_SESSION), SESSIONS_MAX);
	assert_int_equal(send_to(&alice, "bob", "3", &m), PARTY_OK);
	assert_int_equal(wire_message_read(buf_get0(&m), &w), WIRE_OK);
	curve_pair_new(&env, &stranger);
	w.ratchet_key = span_of(stranger.pub, CURVE_PUBLIC);
	w.counter = SESSION_JUMP;
	if (w.version == 4)
		w.pq_ratchet = far_header(&header);
	wire_message_write(&far, &w);
	buf_str(&far, "12345678");
	begin(&bob);
	work = (struct work){ 0 };
	assert_int_equal(end(&bob, party_recv(&bob.talk, SPAN("alice"),
	    buf_get0(&far), &plain, &r)), PARTY_FORGED);
	print_message("# a forged message costs %u agreements, %u MACs, "
	    "%u HKDFs\n", work.agreements, work.macs, work.hkdfs);
	/* no less either: else this is not the worst one any more */
	assert_int_equal(work.agreements, PARTY_TRIES);
	assert_int_equal(work.macs, PARTY_TRIES * (SESSION_JUMP + 2));
	assert_int_equal(work.hkdfs, PARTY_TRIES * (2 + (w.version == 4 ?
	    PQ_JUMP : 0)));
	assert_int_equal(plain.n, 0);
	assert_int_equal(count(&bob, STORE_SESSION), SESSIONS_MAX);
	buf_free(&m);
	buf_free(&far);
	buf_free(&plain);
	buf_free(&header);
}

/* Section 5 item 5: another identity waits until it is accepted. */
static void
test_changed_identity(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct bundle b;
	struct receipt r;
	struct peer p;

	(void)state;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	says(&bob, &alice, "2", &r);
	assert_int_equal(accepts(&alice, "bob"), PARTY_SAME);
	begin(&alice);
	assert_int_equal(end(&alice, party_verified(&alice.talk, SPAN("bob"),
	    true)), PARTY_OK);
	/* somebody who says that he is bob */
	person_free(&bob);
	person_new(&bob, "bob");
	bundle_of(&bob, false, &b);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_CHANGED);
	assert_int_equal(send_to(&alice, "bob", "3", &m), PARTY_CHANGED);
	assert_int_equal(store_begin(alice.store, false, false), STORE_OK);
	assert_int_equal(peer_get(alice.store, SPAN("bob"), &p), STORE_OK);
	store_abandon(alice.store);
	assert_true(p.changed && p.verified);
	assert_memory_not_equal(p.identity, p.changed_to, CURVE_PUBLIC);
	/* a message of his is not shown either, and not used up */
	meet(&bob, &alice, false);
	assert_int_equal(send_to(&bob, "alice", "hi", &m), PARTY_OK);
	assert_int_equal(recv_of(&alice, "bob", buf_get0(&m), &plain, &r),
	    PARTY_CHANGED);
	assert_int_equal(plain.n, 0);
	assert_int_equal(accepts(&alice, "bob"), PARTY_OK);
	assert_int_equal(recv_of(&alice, "bob", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	assert_false(r.verified);
	assert_int_equal(store_begin(alice.store, false, false), STORE_OK);
	assert_int_equal(peer_get(alice.store, SPAN("bob"), &p), STORE_OK);
	store_abandon(alice.store);
	assert_int_equal(p.n_past, 1);
	assert_false(p.changed || p.verified);
	buf_free(&m);
	buf_free(&plain);
}

/* What was made for a peer's sessions, and is not read by then. */
static void
makes(struct person *p, const char *peer)
{
	static const enum store_kind kinds[] = { STORE_OUTBOX, STORE_TOLD,
	    STORE_ADDRESS, STORE_UNSENT };
	unsigned char id[PEER_ID + 8] = { 0 };

	begin(p);
	store_name(p->store, span_str(peer), id);
	for (size_t i = 0; i < ROWS(kinds); i++)
		store_put(p->store, kinds[i], span_of(id, kinds[i] ==
		    STORE_UNSENT ? sizeof(id) : PEER_ID), SPAN("made"));
	assert_int_equal(store_commit(p->store), STORE_OK);
}

/*
 * What was made for a session goes with it, and so does that the peer knows
 * where we are: the message that said it may be one of these. Where the peer
 * is stays known while it is the same one.
 */
static void
test_made(void **state)
{
	struct bundle b;

	(void)state;
	meet(&alice, &bob, false);
	for (int all = 0; all < 2; all++) {
		makes(&alice, "bob");
		assert_int_equal(resets(&alice, all ? NULL : "bob"),
		    PARTY_OK);
		assert_int_equal(unsent, 1);
		assert_int_equal(count(&alice, STORE_UNSENT), 0);
		assert_int_equal(count(&alice, STORE_OUTBOX), 0);
		assert_int_equal(count(&alice, STORE_TOLD), 0);
		assert_int_equal(count(&alice, STORE_ADDRESS), 1);
		assert_int_equal(resets(&alice, all ? NULL : "bob"),
		    PARTY_OK);
		assert_int_equal(unsent, 0);
	}
	/* a new session: who has a backup of before has forgotten it */
	makes(&alice, "bob");
	meet(&alice, &bob, false);
	assert_int_equal(count(&alice, STORE_TOLD), 0);
	assert_int_equal(count(&alice, STORE_UNSENT), 1);
	makes(&alice, "bob");
	person_free(&bob);
	person_new(&bob, "bob");
	bundle_of(&bob, false, &b);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_CHANGED);
	assert_int_equal(count(&alice, STORE_UNSENT), 1);
	assert_int_equal(accepts(&alice, "bob"), PARTY_OK);
	assert_int_equal(unsent, 1);
	assert_int_equal(count(&alice, STORE_UNSENT), 0);
	assert_int_equal(count(&alice, STORE_OUTBOX), 0);
	assert_int_equal(count(&alice, STORE_TOLD), 0);
	assert_int_equal(count(&alice, STORE_ADDRESS), 0);
}

/* Section 5 item 6: carol's bundle under bob's name is not bob's. */
static void
test_misbinding(void **state)
{
	struct bundle b;

	(void)state;
	bundle_of(&carol, false, &b);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_OTHER_NAME);
	memcpy(b.name, "bob", 4);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_FORGED);
	bundle_of(&alice, false, &b);
	assert_int_equal(start(&alice, "alice", &b, false), PARTY_SELF);
}

/* Section 5 item 7: what who carries bundles can do. */
static void
test_bundle_games(void **state)
{
	struct bundle b, other;
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	bundle_of(&bob, false, &b);
	bundle_of(&bob, false, &other);
	/* mix two, withhold the one-time prekey, take the signature off */
	memcpy(&other.offer.signature, &b.offer.signature, 64);
	other.offer.prekey_id = b.offer.prekey_id;
	memcpy(other.offer.prekey, b.offer.prekey, CURVE_PUBLIC);
	assert_int_equal(start(&alice, "bob", &other, false), PARTY_FORGED);
	other = b;
	other.offer.has_prekey = false;
	assert_int_equal(start(&alice, "bob", &other, false), PARTY_FORGED);
	other.is_signed = false;
	assert_int_equal(start(&alice, "bob", &other, false), PARTY_UNSIGNED);
	other.offer.signature[0] ^= 1;
	assert_int_equal(start(&alice, "bob", &other, true), PARTY_FORGED);
	other = b;
	other.expires++;
	assert_int_equal(start(&alice, "bob", &other, false), PARTY_FORGED);
	/* serve one twice: the second gets no session, and is told so */
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_OK);
	assert_int_equal(start(&carol, "bob", &b, false), PARTY_OK);
	says(&alice, &bob, "1", &r);
	assert_int_equal(send_to(&carol, "bob", "2", &m), PARTY_OK);
	assert_int_equal(recv_of(&bob, "carol", buf_get0(&m), &plain, &r),
	    PARTY_NO_PREKEY);
	/* serve it for ever */
	now += LIFE + 1;
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_EXPIRED);
	buf_free(&m);
	buf_free(&plain);
}

/* Section 5 item 8: both start at once, messages cross, all are read. */
static void
test_simultaneous(void **state)
{
	struct buf a = BUF(MAX), b = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	for (int scenario = 0; scenario < 4; scenario++) {
		meet(&alice, &bob, scenario & 1);
		meet(&bob, &alice, scenario & 1);
		assert_int_equal(send_to(&alice, "bob", "a", &a), PARTY_OK);
		assert_int_equal(send_to(&bob, "alice", "b", &b), PARTY_OK);
		/* in the last scenarios alice's first message is lost */
		if (scenario < 2)
			assert_int_equal(recv_of(&bob, "alice", buf_get0(&a),
			    &plain, &r), PARTY_OK);
		assert_int_equal(recv_of(&alice, "bob", buf_get0(&b), &plain,
		    &r), PARTY_OK);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(send_to(&alice, "bob", "c", &a),
			    PARTY_OK);
			assert_int_equal(send_to(&bob, "alice", "d", &b),
			    PARTY_OK);
			assert_int_equal(recv_of(&bob, "alice", buf_get0(&a),
			    &plain, &r), PARTY_OK);
			assert_int_equal(recv_of(&alice, "bob", buf_get0(&b),
			    &plain, &r), PARTY_OK);
		}
		/* one after the other they come to share one session */
		says(&alice, &bob, "e", &r);
		says(&bob, &alice, "f", &r);
		says(&alice, &bob, "g", &r);
		assert_false(r.from_archive);
		says(&bob, &alice, "h", &r);
		assert_false(r.from_archive);
	}
	buf_free(&a);
	buf_free(&b);
	buf_free(&plain);
}

static void
test_who_is_there(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	assert_int_equal(send_to(&alice, "bob", "1", &m), PARTY_UNKNOWN);
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	says(&bob, &alice, "2", &r);
	assert_int_equal(send_to(&alice, "bob", "3", &m), PARTY_OK);
	assert_int_equal(recv_of(&carol, "alice", buf_get0(&m), &plain, &r),
	    PARTY_UNKNOWN);
	assert_int_equal(resets(&bob, "alice"), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_NO_SESSION);
	assert_int_equal(send_to(&bob, "alice", "4", &m), PARTY_NO_SESSION);
	assert_int_equal(recv_of(&bob, "alice", SPAN("\x23junk"), &plain, &r),
	    PARTY_MALFORMED);
	assert_int_equal(recv_of(&bob, "alice", SPAN("\x23junkjunk"), &plain,
	    &r), PARTY_OLD);
	assert_int_equal(recv_of(&bob, "alice", SPAN("\x55junkjunk"), &plain,
	    &r), PARTY_NEW);
	/* a new session heals it */
	meet(&bob, &alice, false);
	says(&bob, &alice, "5", &r);
	says(&alice, &bob, "6", &r);
	buf_free(&m);
	buf_free(&plain);
}

/* What was exported is not used here until it comes back. */
static void
test_export(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX), record = BUF(MAX),
	    late = BUF(MAX);
	struct receipt r;

	(void)state;
	/* records of other programs are of version 3 */
	alice.talk.no_pq = true;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	assert_int_equal(send_to(&alice, "bob", "late", &late), PARTY_OK);
	says(&alice, &bob, "2", &r);
	says(&bob, &alice, "3", &r);
	begin(&bob);
	assert_int_equal(end(&bob, party_export(&bob.talk, SPAN("alice"),
	    &record)), PARTY_OK);
	assert_int_equal(send_to(&bob, "alice", "4", &m), PARTY_EXPORTED);
	assert_int_equal(send_to(&alice, "bob", "5", &m), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_EXPORTED);
	begin(&carol);
	assert_int_equal(end(&carol, party_import(&carol.talk, SPAN("alice"),
	    buf_get0(&record))), PARTY_MALFORMED);
	begin(&bob);
	/* one session under two names would use its keys twice */
	assert_int_equal(end(&bob, party_import(&bob.talk, SPAN("carol"),
	    buf_get0(&record))), PARTY_OTHER_NAME);
	begin(&bob);
	assert_int_equal(end(&bob, party_import(&bob.talk, SPAN("alice"),
	    buf_get0(&record))), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&late), &plain, &r),
	    PARTY_OK);
	assert_true(r.info.late);
	says(&bob, &alice, "6", &r);
	record.p[10] ^= 1;
	begin(&bob);
	assert_int_equal(end(&bob, party_import(&bob.talk, SPAN("alice"),
	    buf_get0(&record))), PARTY_MALFORMED);
	buf_free(&m);
	buf_free(&plain);
	buf_free(&record);
	buf_free(&late);
}

static enum party_result
import_of(struct person *p, const char *with, const struct buf *record)
{
	begin(p);
	return end(p, party_import(&p->talk, span_str(with),
	    buf_get0(record)));
}

/* A record that was used is not taken again: its keys would serve twice. */
static void
test_import_once(void **state)
{
	struct buf record = BUF(MAX), newer = BUF(MAX);
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	says(&bob, &alice, "2", &r);
	begin(&bob);
	assert_int_equal(end(&bob, party_export(&bob.talk, SPAN("alice"),
	    &record)), PARTY_OK);
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_OK);
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_IN_USE);
	/* it left and came back as it was: nothing was used */
	begin(&bob);
	assert_int_equal(end(&bob, party_export(&bob.talk, SPAN("alice"),
	    &newer)), PARTY_OK);
	assert_true(span_eq(buf_get0(&record), buf_get0(&newer)));
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_OK);
	says(&bob, &alice, "3", &r);
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_IN_USE);
	buf_reset(&newer);
	begin(&bob);
	assert_int_equal(end(&bob, party_export(&bob.talk, SPAN("alice"),
	    &newer)), PARTY_OK);
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_REPLAYED);
	assert_int_equal(import_of(&bob, "alice", &newer), PARTY_OK);
	assert_int_equal(resets(&bob, "alice"), PARTY_OK);
	assert_int_equal(import_of(&bob, "alice", &newer), PARTY_REPLAYED);
	assert_int_equal(resets(&bob, NULL), PARTY_OK);
	assert_int_equal(import_of(&bob, "alice", &record), PARTY_REPLAYED);
	buf_free(&record);
	buf_free(&newer);
}

/* Its sessions, exported and imported again. */
static void
hand_over(struct person *p, const char *with)
{
	struct buf record = BUF(MAX), again = BUF(MAX);

	begin(p);
	assert_int_equal(end(p, party_export(&p->talk, span_str(with),
	    &record)), PARTY_OK);
	begin(p);
	assert_int_equal(end(p, party_export(&p->talk, span_str(with),
	    &again)), PARTY_OK);
	assert_true(span_eq(buf_get0(&record), buf_get0(&again)));
	begin(p);
	assert_int_equal(end(p, party_import(&p->talk, span_str(with),
	    buf_get0(&record))), PARTY_OK);
	buf_free(&record);
	buf_free(&again);
}

/* Section 5 item 16: version 4 where both can, version 3 only if allowed. */
static void
test_version(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct bundle b;
	struct receipt r;

	(void)state;
	bundle_of(&bob, false, &b);
	assert_int_equal(b.has_kyber, kyber_available());
	if (!kyber_available()) {
		alice.talk.require_pq = true;
		assert_int_equal(start(&alice, "bob", &b, false), PARTY_NO_PQ);
		return;
	}
	/* who carries the bundle cannot take its Kyber prekey away */
	b.has_kyber = false;
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_FORGED);
	meet(&alice, &bob, false);
	/* two bundles were made, each with a prekey of its own */
	assert_int_equal(count(&bob, STORE_KYBER), 2);
	says(&alice, &bob, "1", &r);
	assert_int_equal(r.version, 4);
	assert_int_equal(count(&bob, STORE_KYBER), 1);
	says(&bob, &alice, "2", &r);
	says(&alice, &bob, "3", &r);
	assert_int_equal(r.version, 4);
	/* one that may be used by many stays */
	meet(&alice, &bob, true);
	says(&alice, &bob, "4", &r);
	assert_true(r.new_session && !r.one_time);
	assert_int_equal(count(&bob, STORE_KYBER_SHARED), 1);
	meet(&carol, &bob, true);
	assert_int_equal(count(&bob, STORE_KYBER_SHARED), 1);
	says(&carol, &bob, "5", &r);
	hand_over(&bob, "alice");
	says(&alice, &bob, "5a", &r);
	says(&bob, &alice, "5b", &r);
	assert_int_equal(r.version, 4);
	/* version 3 where it is wanted, not where it is refused */
	alice.talk.no_pq = true;
	meet(&alice, &bob, false);
	says(&alice, &bob, "6", &r);
	assert_int_equal(r.version, 3);
	meet(&alice, &bob, false);
	assert_int_equal(send_to(&alice, "bob", "7", &m), PARTY_OK);
	bob.talk.require_pq = true;
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_NO_PQ);
	bob.talk.require_pq = false;
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	/* nor in a session that is there */
	assert_int_equal(send_to(&alice, "bob", "8", &m), PARTY_OK);
	bob.talk.require_pq = true;
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_NO_PQ);
	assert_int_equal(send_to(&bob, "alice", "9", &m), PARTY_NO_PQ);
	bob.talk.require_pq = false;
	alice.talk.require_pq = true;
	bundle_of(&bob, false, &b);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_NO_PQ);
	buf_free(&m);
	buf_free(&plain);
}

/* After a rolled-back state nothing of before may be used. */
static void
test_reset_all(void **state)
{
	struct receipt r;
	struct bundle old, fresh;

	(void)state;
	bundle_of(&bob, false, &old);
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	assert_int_equal(resets(&bob, NULL), PARTY_OK);
	assert_int_equal(count(&bob, STORE_SESSION), 0);
	assert_int_equal(count(&bob, STORE_SIGNED_PREKEY), 0);
	assert_int_equal(count(&bob, STORE_PREKEY), 0);
	assert_int_equal(count(&bob, STORE_PEER), 1);
	bundle_of(&bob, false, &fresh);
	assert_int_equal(start(&alice, "bob", &fresh, false), PARTY_OK);
	says(&alice, &bob, "2", &r);
	assert_false(r.first_contact);
}

/* A message for bob that says it is of whom the certificate names. */
static void
seal_as(const struct curve_pair *who, struct span cert,
    struct buf *out)
{
	struct sealed what = { .type = SEALED_MESSAGE, .certificate = cert,
	    .content = SPAN("text") };

	buf_reset(out);
	assert_true(sealed_write(&env, who, bob.talk.self.us.keys.pub, &what,
	    out));
}

/*
 * A certificate is public. Who uses another's will never be believed, so that
 * nothing needs to be kept of it; one that is not valid here may be, one day.
 */
static void
test_borrowed_certificate(void **state)
{
	struct buf ours = BUF(MAX), hers = BUF(MAX), m = BUF(MAX),
	    plain = BUF(MAX);
	unsigned char root[CURVE_PUBLIC], other[CURVE_PUBLIC];
	char from[NAME_MAX_OCTETS + 1] = "";
	struct curve_pair stranger;
	struct receipt r;

	(void)state;
	curve_pair_new(&env, &stranger);
	begin(&carol);
	assert_int_equal(party_ca_init(&carol.talk, root), PARTY_OK);
	assert_int_equal(party_ca_cert(&carol.talk, SPAN("carol"),
	    carol.talk.self.us.keys.pub, NOW + LIFE, &hers), PARTY_OK);
	begin(&bob);
	assert_int_equal(party_ca_cert(&carol.talk, SPAN("bob"),
	    bob.talk.self.us.keys.pub, NOW + LIFE, &ours), PARTY_OK);
	assert_int_equal(end(&carol, PARTY_OK), PARTY_OK);
	assert_int_equal(end(&bob, party_trust(&bob.talk, root,
	    buf_get0(&ours))), PARTY_OK);
	begin(&bob);
	seal_as(&stranger, buf_get0(&hers), &m);
	assert_int_equal(party_recv_sealed(&bob.talk, buf_get0(&m), from,
	    &plain, &r), PARTY_FORGED);
	seal_as(&carol.talk.self.us.keys, buf_get0(&hers), &m);
	now += 2 * LIFE;
	assert_int_equal(party_recv_sealed(&bob.talk, buf_get0(&m), from,
	    &plain, &r), PARTY_CERT);
	store_abandon(bob.store);
	/* and of another authority */
	begin(&alice);
	assert_int_equal(party_ca_init(&alice.talk, other), PARTY_OK);
	buf_reset(&hers);
	assert_int_equal(party_ca_cert(&alice.talk, SPAN("carol"),
	    carol.talk.self.us.keys.pub, NOW + LIFE, &hers), PARTY_OK);
	store_abandon(alice.store);
	now = NOW;
	begin(&bob);
	seal_as(&carol.talk.self.us.keys, buf_get0(&hers), &m);
	assert_int_equal(party_recv_sealed(&bob.talk, buf_get0(&m), from,
	    &plain, &r), PARTY_CERT);
	store_abandon(bob.store);
	buf_free(&ours);
	buf_free(&hers);
	buf_free(&m);
	buf_free(&plain);
}

/* A plaintext that nobody came for is there for 30 days. */
static void
test_inbox(void **state)
{
	struct kept k = { .from = "bob", .plain = BUF(MAX) },
	    got = { .plain = BUF(MAX) };
	unsigned char id[INBOX_ID], other[INBOX_ID];

	(void)state;
	begin(&alice);
	inbox_id(&alice.talk, SPAN("a message"), id);
	inbox_id(&alice.talk, SPAN("another"), other);
	k.receipt.version = 3;
	k.receipt.info.counter = 7;
	k.receipt.new_session = true;
	buf_str(&k.plain, "text");
	inbox_put(&alice.talk, id, &k);
	assert_int_equal(inbox_get(&alice.talk, id, &got), STORE_OK);
	assert_string_equal(got.from, "bob");
	assert_int_equal(got.receipt.info.counter, 7);
	assert_true(got.receipt.new_session && !got.receipt.verified);
	assert_true(span_eq(buf_get0(&got.plain), SPAN("text")));
	assert_int_equal(inbox_get(&alice.talk, other, &got), STORE_ABSENT);
	now += INBOX_LIFE;
	assert_int_equal(inbox_expire(&alice.talk), STORE_OK);
	assert_int_equal(inbox_get(&alice.talk, id, &got), STORE_OK);
	now++;
	assert_int_equal(inbox_expire(&alice.talk), STORE_OK);
	assert_int_equal(inbox_get(&alice.talk, id, &got), STORE_ABSENT);
	inbox_put(&alice.talk, id, &k);
	inbox_drop(&alice.talk, id);
	assert_int_equal(inbox_get(&alice.talk, id, &got), STORE_ABSENT);
	store_abandon(alice.store);
	buf_free(&k.plain);
	buf_free(&got.plain);
}

/* A signed prekey serves for a week; bundles are read back as written. */
static void
test_rotation(void **state)
{
	struct bundle a, b;

	(void)state;
	bundle_of(&bob, true, &a);
	now += PARTY_SIGNED_USED - 1;
	bundle_of(&bob, true, &b);
	assert_int_equal(a.offer.signed_id, b.offer.signed_id);
	now += 1;
	bundle_of(&bob, false, &b);
	assert_int_equal(b.offer.signed_id, a.offer.signed_id + 1);
	assert_true(b.offer.has_prekey && !a.offer.has_prekey);
	assert_string_equal(b.name, "bob");
	assert_int_equal(b.expires, now + LIFE);
	/* a clock that was wrong does not pin one for ever */
	now -= 400 * 86400;
	bundle_of(&bob, false, &a);
	assert_int_equal(a.offer.signed_id, b.offer.signed_id + 1);
}

/*
 * Section 5 item 5: who claims to be bob cannot cut alice off from bob. The
 * number of the identity before, compared once more, ends the claim.
 */
static void
test_cries_wolf(void **state)
{
	struct person mallory;
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;
	struct peer p;

	(void)state;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	person_new(&mallory, "bob");
	meet(&mallory, &alice, false);
	assert_int_equal(send_to(&mallory, "alice", "hi", &m), PARTY_OK);
	assert_int_equal(recv_of(&alice, "bob", buf_get0(&m), &plain, &r),
	    PARTY_CHANGED);
	assert_int_equal(send_to(&alice, "bob", "2", &plain), PARTY_CHANGED);
	begin(&alice);
	assert_int_equal(end(&alice, party_verified(&alice.talk, SPAN("bob"),
	    true)), PARTY_OK);
	assert_int_equal(store_begin(alice.store, false, false), STORE_OK);
	assert_int_equal(peer_get(alice.store, SPAN("bob"), &p), STORE_OK);
	store_abandon(alice.store);
	assert_true(p.verified && !p.changed);
	/* nor does the same claim come up again */
	assert_int_equal(recv_of(&alice, "bob", buf_get0(&m), &plain, &r),
	    PARTY_FORGED);
	says(&alice, &bob, "2", &r);
	says(&bob, &alice, "3", &r);
	person_free(&mallory);
	buf_free(&m);
	buf_free(&plain);
}

/*
 * Section 5 item 6: one identity has one name. Who carries carol's first
 * message cannot make it dave's, nor bob's new identity of it.
 */
static void
test_two_names(void **state)
{
	struct person erin;
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct bundle b;
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	meet(&carol, &alice, false);
	says(&carol, &alice, "1", &r);
	meet(&carol, &alice, false);
	assert_int_equal(send_to(&carol, "alice", "2", &m), PARTY_OK);
	assert_int_equal(recv_of(&alice, "dave", buf_get0(&m), &plain, &r),
	    PARTY_OTHER_NAME);
	assert_int_equal(recv_of(&alice, "bob", buf_get0(&m), &plain, &r),
	    PARTY_OTHER_NAME);
	assert_int_equal(count(&alice, STORE_PEER), 2);
	assert_int_equal(recv_of(&alice, "carol", buf_get0(&m), &plain, &r),
	    PARTY_OK);
	bundle_of(&carol, false, &b);
	b.is_signed = false;
	assert_int_equal(start(&alice, "dave", &b, true), PARTY_OTHER_NAME);
	/* nor does what waits to be bob's, once it has a name */
	person_new(&erin, "bob");
	bundle_of(&erin, false, &b);
	assert_int_equal(start(&alice, "bob", &b, false), PARTY_CHANGED);
	b.is_signed = false;
	assert_int_equal(start(&alice, "erin", &b, true), PARTY_OK);
	assert_int_equal(accepts(&alice, "bob"), PARTY_OTHER_NAME);
	begin(&alice);
	assert_int_equal(end(&alice, party_verified(&alice.talk, SPAN("bob"),
	    true)), PARTY_OK);
	says(&alice, &bob, "3", &r);
	person_free(&erin);
	buf_free(&m);
	buf_free(&plain);
}

/*
 * Section 5 item 13: prekeys and the keys of missing messages go with time,
 * also of who only reads.
 */
static void
test_time_takes_keys(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct bundle b;
	struct receipt r;
	struct sessions all;
	struct peer p;

	(void)state;
	bundle_of(&bob, true, &b);
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	assert_int_equal(send_to(&alice, "bob", "lost", &m), PARTY_OK);
	says(&alice, &bob, "2", &r);
	/* and a session that nothing comes in any more */
	meet(&alice, &bob, false);
	says(&alice, &bob, "3", &r);
	says(&bob, &alice, "answer", &r);
	assert_int_equal(start(&carol, "bob", &b, false), PARTY_OK);
	assert_int_equal(send_to(&carol, "bob", "late", &m), PARTY_OK);
	now += PARTY_SIGNED_USED + PARTY_BUNDLE_LIFE + PARTY_GRACE + 1;
	assert_int_equal(recv_of(&bob, "carol", buf_get0(&m), &plain, &r),
	    PARTY_NO_PREKEY);
	says(&alice, &bob, "4", &r);
	begin(&bob);
	assert_int_equal(end(&bob, party_tidy(&bob.talk)), PARTY_OK);
	assert_int_equal(count(&bob, STORE_SIGNED_PREKEY), 0);
	assert_int_equal(count(&bob, STORE_PREKEY), 0);
	assert_int_equal(count(&bob, STORE_SEEN), 0);
	assert_int_equal(store_begin(bob.store, false, false), STORE_OK);
	assert_int_equal(peer_get(bob.store, SPAN("alice"), &p), STORE_OK);
	assert_int_equal(sessions_get(bob.store, &p, SESSIONS_MAX, &all),
	    STORE_OK);
	store_abandon(bob.store);
	assert_int_equal(all.n, 2);
	assert_int_equal(ratchet_missing(&all.v[1].s), 0);
	sessions_free(&all);
	buf_free(&m);
	buf_free(&plain);
}

/* Strangers cannot fill the state: they wait until some are answered. */
static void
test_strangers(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct bundle b;
	struct receipt r;
	char name[16];

	(void)state;
	bundle_of(&alice, true, &b);
	for (int i = 0; i <= PARTY_STRANGERS; i++) {
		struct person one = carol;
		enum party_result want = i < PARTY_STRANGERS ? PARTY_OK :
		    PARTY_CROWDED;

		snprintf(name, sizeof(name), "s%d", i);
		begin(&one);
		self_new(&env, span_str(name), &one.talk.self);
		buf_reset(&m);
		assert_int_equal(party_start(&one.talk, SPAN("alice"), &b,
		    false), PARTY_OK);
		assert_int_equal(party_send(&one.talk, SPAN("alice"),
		    SPAN("hi"), &m), PARTY_OK);
		store_abandon(one.store);
		assert_int_equal(recv_of(&alice, name, buf_get0(&m), &plain,
		    &r), want);
	}
	assert_int_equal(count(&alice, STORE_PEER), PARTY_STRANGERS);
	/* one who is answered is none any more */
	assert_int_equal(send_to(&alice, "s0", "who?", &plain), PARTY_OK);
	assert_int_equal(recv_of(&alice, name, buf_get0(&m), &plain, &r),
	    PARTY_OK);
	/* or they are forgotten, all at once */
	begin(&alice);
	assert_int_equal(end(&alice, party_forget_strangers(&alice.talk)),
	    PARTY_OK);
	assert_int_equal(count(&alice, STORE_PEER), 1);
	buf_free(&m);
	buf_free(&plain);
}

/* A gap is told as one, whatever the sessions before say to its message. */
static void
test_gap_in_new_chain(void **state)
{
	struct buf m = BUF(MAX), plain = BUF(MAX);
	struct receipt r;

	(void)state;
	meet(&alice, &bob, false);
	says(&alice, &bob, "1", &r);
	meet(&bob, &alice, false);
	says(&bob, &alice, "2", &r);
	for (int i = 0; i < SESSION_JUMP + 2; i++)
		assert_int_equal(send_to(&alice, "bob", "lost", &m), PARTY_OK);
	assert_int_equal(recv_of(&bob, "alice", buf_get0(&m), &plain, &r),
	    PARTY_TOO_FAR);
	buf_free(&m);
	buf_free(&plain);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		struct span text;
		bool ok;
	} rows[] = {
		{ "plain", SPAN("bob@example.org"), true },
		{ "UTF-8", SPAN("J\xc3\xbcrgen"), true },
		{ "a blank inside", SPAN("Bob B"), true },
		{ "empty", SPAN(""), false },
		{ "a blank before", SPAN(" bob"), false },
		{ "a line end", SPAN("bob\n"), false },
		{ "a control", SPAN("b\x1b[1m"), false },
		{ "NUL", SPAN("b\0b"), false },
		{ "not UTF-8", SPAN("b\xff"), false },
		{ "turned around", SPAN("b\xe2\x80\xae"), false },
	};
	static char longest[NAME_MAX_OCTETS + 1];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (name_ok(rows[i].text) != rows[i].ok)
			fail_msg("%s", rows[i].name);
	memset(longest, 'a', sizeof(longest));
	assert_true(name_ok(span_of(longest, NAME_MAX_OCTETS)));
	assert_false(name_ok(span_of(longest, NAME_MAX_OCTETS + 1)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_conversation),
		TEST(test_replay_in_session),
		TEST(test_replay_of_first_message),
		TEST(test_forged_bounded),
		TEST(test_changed_identity),
		TEST(test_made),
		TEST(test_misbinding),
		TEST(test_bundle_games),
		TEST(test_simultaneous),
		TEST(test_who_is_there),
		TEST(test_export),
		TEST(test_import_once),
		TEST(test_version),
		TEST(test_reset_all),
		TEST(test_borrowed_certificate),
		TEST(test_inbox),
		TEST(test_rotation),
		TEST(test_cries_wolf),
		TEST(test_two_names),
		TEST(test_time_takes_keys),
		TEST(test_strangers),
		TEST(test_gap_in_new_chain),
		cmocka_unit_test(test_names),
	};

	env_system(&env);
	env.now = clock_now;
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
