/*
 * Conversations and what is to be said of each message in them: research,
 * section 5 item 21.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "seal/audit.h"

#define ANNA "u00000000000000000000000000000001"
#define BERT "u00000000000000000000000000000002"
#define CLUB "c00000000000000000000000000000003"

/* Keys of Anna and Bert, and what the two share. */
static struct letter_pair *shared;

static int
make_keys(void **state)
{
	static const unsigned char a[X25519_SIZE] = { 1 };
	static const unsigned char b[X25519_SIZE] = { 2 };
	unsigned char public[X25519_SIZE];
	struct x25519 *anna = x25519_of(a), *bert = x25519_of(b);

	(void)state;
	x25519_public(bert, public);
	shared = letter_pair_new(anna, public);
	x25519_free(anna);
	x25519_free(bert);
	return shared == NULL;
}

static int
free_keys(void **state)
{
	(void)state;
	letter_pair_free(shared);
	return 0;
}

/* One message: how it is sealed, how it then appears. */
struct step {
	uint32_t version;
	const char *from, *to;
	uint64_t counter;
	uint8_t salt;			/* each octet of it */
	const char *seen_from, *seen_to;	/* NULL: as sealed */
	uint32_t seen_type;
	bool damaged;
	uint64_t findings;		/* bits: 1 << (code - first) */
};

#define BIT(code) ((uint64_t)1 << (F_SEAL_##code - F_SEAL_MALFORMED))

static void
seal(const struct step *s, struct chunks *c)
{
	struct letter_fresh fresh = { .counter = s->counter };

	chunks_init(c);
	c->letter = (struct letter){
		.version = s->version, .from = span_str(s->from),
		.to = span_str(s->to), .sender_key = 1, .receiver_key = 2,
	};
	memset(fresh.salt, s->salt, sizeof(fresh.salt));
	memset(fresh.nonce_end, s->salt, sizeof(fresh.nonce_end));
	assert_true(letter_seal(shared, &c->letter, &fresh,
	    s->damaged ? SPAN("{\"text\":\"ho\"}") : SPAN("{\"text\":\"hi\"}"),
	    &c->octets));
	if (s->damaged)
		c->octets.p[LETTER_V2_SALT_SIZE] ^= 1;
	if (s->seen_from != NULL)
		c->letter.from = span_str(s->seen_from);
	if (s->seen_to != NULL)
		c->letter.to = span_str(s->seen_to);
	c->letter.content_type = s->seen_type;
}

static uint64_t
bits(const struct findings *fs)
{
	uint64_t v = 0;

	for (size_t i = 0; i < fs->n; i++)
		v |= (uint64_t)1 << (fs->v[i].code - F_SEAL_MALFORMED);
	return v;
}

/* Each step in turn; with "keys", each is opened first. */
static void
follow(const char *name, const struct step *steps, size_t n, bool keys)
{
	struct audit *a = audit_new(1);
	struct buf plain = BUF(1024);

	for (size_t i = 0; i < n; i++) {
		struct findings fs = { 0 };
		struct chunks c;
		enum audit_auth auth = AUDIT_NOT_ASKED;

		seal(&steps[i], &c);
		buf_reset(&plain);
		if (keys)
			auth = audit_open(shared, &c.letter, &plain);
		audit_auth(&c.letter, auth, buf_get0(&plain), &fs);
		audit_form(&c, &fs);
		audit_beside(a, &c, auth, i + 1, &fs);
		if (bits(&fs) != steps[i].findings)
			fail_msg("%s, step %zu: %#llx, not %#llx", name, i,
			    (unsigned long long)bits(&fs),
			    (unsigned long long)steps[i].findings);
		findings_free(&fs);
		chunks_free(&c);
	}
	buf_free(&plain);
	audit_free(a);
}

#define FOLLOW(name, keys, ...) do { \
	const struct step steps_[] = { __VA_ARGS__ }; \
	follow(name, steps_, ROWS(steps_), keys); \
} while (0)

static void
good_ones(void **state)
{
	(void)state;
	for (int keys = 0; keys < 2; keys++)
		FOLLOW("both directions count for themselves", keys,
		    { 2, ANNA, BERT, 1, 1, .findings = 0 },
		    { 2, BERT, ANNA, 1, 2, .findings = 0 },
		    { 2, ANNA, BERT, 2, 3, .findings = 0 },
		    { 2, BERT, ANNA, 2, 4, .findings = 0 });
}

static void
replays(void **state)
{
	(void)state;
	FOLLOW("the same again", true,
	    { 2, ANNA, BERT, 1, 1, .findings = 0 },
	    { 2, ANNA, BERT, 2, 2, .findings = 0 },
	    { 2, ANNA, BERT, 1, 1, .findings = BIT(REPLAY) },
	    { 2, ANNA, BERT, 3, 3, .findings = 0 });
	FOLLOW("version 1", true,
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) },
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) | BIT(REPLAY) });
}

static void
counters(void **state)
{
	(void)state;
	FOLLOW("back, the same, and a gap", false,
	    { 2, ANNA, BERT, 5, 1, .findings = 0 },
	    { 2, ANNA, BERT, 4, 2, .findings = BIT(COUNTER) },
	    { 2, ANNA, BERT, 5, 3, .findings = BIT(COUNTER) },
	    { 2, ANNA, BERT, 6, 4, .findings = 0 },
	    { 2, ANNA, BERT, 8, 5, .findings = BIT(COUNTER_GAP) });
	FOLLOW("chance is no counter", false,
	    { 2, ANNA, BERT, 1ull << 63, 1, .findings = BIT(NONCE_RANDOM) },
	    { 2, ANNA, BERT, 1ull << 60, 2, .findings = BIT(NONCE_RANDOM) },
	    { 2, ANNA, BERT, 1, 3, .findings = 0 });
	FOLLOW("a forged one does not spoil it", true,
	    { 2, ANNA, BERT, 1, 1, .findings = 0 },
	    { 2, ANNA, BERT, 1000, 2, .damaged = true,
	      .findings = BIT(NOT_AUTHENTIC) },
	    { 2, ANNA, BERT, 2, 3, .findings = 0 });
}

static void
directions(void **state)
{
	(void)state;
	FOLLOW("version 1 comes back as an answer", true,
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) },
	    { 1, ANNA, BERT, 1, 1, BERT, ANNA,
	      .findings = BIT(V1) | BIT(REFLECTED) });
	FOLLOW("version 2 does not", true,
	    { 2, ANNA, BERT, 1, 1, .findings = 0 },
	    { 2, ANNA, BERT, 1, 1, BERT, ANNA,
	      .findings = BIT(DIRECTION) | BIT(REFLECTED) });
	FOLLOW("the first one already", true,
	    { 2, ANNA, BERT, 1, 1, BERT, ANNA, .findings = BIT(DIRECTION) });
	FOLLOW("another type", true,
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) },
	    { 1, ANNA, BERT, 1, 1, .seen_type = 15,
	      .findings = BIT(V1) | BIT(RELABELLED) | BIT(CONTENT) });
	FOLLOW("another chat", false,
	    { 2, ANNA, BERT, 1, 1, .findings = 0 },
	    { 2, ANNA, BERT, 1, 1, .seen_to = CLUB,
	      .findings = BIT(RELABELLED) | BIT(GROUP) });
}

static void
versions(void **state)
{
	(void)state;
	FOLLOW("back to 1, in either direction", true,
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) },
	    { 2, ANNA, BERT, 1, 2, .findings = 0 },
	    { 1, ANNA, BERT, 1, 3, .findings = BIT(V1) | BIT(DOWNGRADE) },
	    { 1, BERT, ANNA, 1, 4, .findings = BIT(V1) | BIT(DOWNGRADE) });
	FOLLOW("in a group each for himself", false,
	    { 2, ANNA, CLUB, 1, 1, .findings = BIT(GROUP) },
	    { 1, BERT, CLUB, 1, 2, .findings = BIT(V1) | BIT(GROUP) },
	    { 1, ANNA, CLUB, 1, 3,
	      .findings = BIT(V1) | BIT(GROUP) | BIT(DOWNGRADE) });
	FOLLOW("a forged version 2 does not make it one", true,
	    { 2, ANNA, BERT, 1, 1, .damaged = true,
	      .findings = BIT(NOT_AUTHENTIC) },
	    { 1, ANNA, BERT, 1, 2, .findings = BIT(V1) });
}

/* Whoever delivers messages sends a changed copy of the true one first. */
static void
copies_in_front(void **state)
{
	(void)state;
	for (int keys = 0; keys < 2; keys++)
		FOLLOW("in another chat", keys,
		    { 2, ANNA, BERT, 1, 1, .findings = 0 },
		    { 1, ANNA, BERT, 1, 2, .seen_to = CLUB,
		      .findings = BIT(V1) | BIT(GROUP) },
		    { 1, ANNA, BERT, 1, 2,
		      .findings = BIT(V1) | BIT(RELABELLED) | BIT(DOWNGRADE) },
		    { 1, ANNA, BERT, 1, 2,
		      .findings = BIT(V1) | BIT(REPLAY) });
	FOLLOW("the other way: the counter is looked at", true,
	    { 2, ANNA, BERT, 5, 1, .findings = 0 },
	    { 2, ANNA, BERT, 3, 2, BERT, ANNA, .findings = BIT(DIRECTION) },
	    { 2, ANNA, BERT, 3, 2,
	      .findings = BIT(REFLECTED) | BIT(COUNTER) },
	    { 2, ANNA, BERT, 3, 2, .findings = BIT(REPLAY) });
	FOLLOW("a forged one, then its nonce again", true,
	    { 2, ANNA, BERT, 1, 1, .seen_type = 7,
	      .findings = BIT(NOT_AUTHENTIC) },
	    { 2, ANNA, BERT, 1, 1, .seen_type = 8,
	      .findings = BIT(NOT_AUTHENTIC) | BIT(RELABELLED) },
	    { 2, ANNA, BERT, 1, 1, .findings = BIT(RELABELLED) },
	    { 2, ANNA, BERT, 1, 1, .findings = BIT(REPLAY) });
}

/* With key ids that nobody has, nothing can be said of the copy. */
static void
copy_without_key(void **state)
{
	struct step steps[] = {
		{ 2, ANNA, BERT, 5, 1, .findings = 0 },
		{ 2, ANNA, BERT, 3, 2, .findings = 0 },
	};
	struct audit *a = audit_new(1);
	struct findings fs = { 0 };
	struct chunks first, second;

	(void)state;
	seal(&steps[0], &first);
	seal(&steps[1], &second);
	audit_beside(a, &first, AUDIT_AUTHENTIC, 1, &fs);
	second.letter.sender_key = 77;
	audit_beside(a, &second, AUDIT_NO_KEY, 2, &fs);
	assert_int_equal(bits(&fs), 0);
	second.letter.sender_key = 1;
	audit_beside(a, &second, AUDIT_AUTHENTIC, 3, &fs);
	assert_int_equal(bits(&fs), BIT(RELABELLED) | BIT(COUNTER));
	findings_free(&fs);
	chunks_free(&first);
	chunks_free(&second);
	audit_free(a);
}

/* Other octets under the same salt and nonce. */
static void
nonces(void **state)
{
	(void)state;
	FOLLOW("version 2", false,
	    { 2, ANNA, BERT, 1, 1, .findings = 0 },
	    { 2, ANNA, BERT, 1, 1, .damaged = true,
	      .findings = BIT(NONCE_REUSED) | BIT(COUNTER) });
	FOLLOW("in the other direction too", false,
	    { 1, ANNA, BERT, 1, 1, .findings = BIT(V1) },
	    { 1, BERT, ANNA, 1, 1, .damaged = true,
	      .findings = BIT(V1) | BIT(NONCE_REUSED) });
	FOLLOW("with another peer it is another key", false,
	    { 2, ANNA, CLUB, 1, 1, .findings = BIT(GROUP) },
	    { 2, BERT, CLUB, 1, 1, .damaged = true,
	      .findings = BIT(GROUP) });
}

/* A place is told where it lies. */
static void
earlier_files(void **state)
{
	struct audit *a = audit_new(1);
	struct step s = { 2, ANNA, BERT, 1, 1, .findings = 0 };
	struct findings fs = { 0 };
	struct chunks c;

	(void)state;
	seal(&s, &c);
	audit_beside(a, &c, AUDIT_NOT_ASKED, AUDIT_EARLIER + 3, &fs);
	assert_int_equal(fs.n, 0);
	audit_beside(a, &c, AUDIT_NOT_ASKED, 1, &fs);
	assert_int_equal(fs.n, 1);
	assert_string_equal(fs.v[0].where, "line 3 of an earlier file");
	findings_free(&fs);
	chunks_free(&c);
	audit_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(replays),
		cmocka_unit_test(counters),
		cmocka_unit_test(directions),
		cmocka_unit_test(versions),
		cmocka_unit_test(copies_in_front),
		cmocka_unit_test(copy_without_key),
		cmocka_unit_test(nonces),
		cmocka_unit_test(earlier_files),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
