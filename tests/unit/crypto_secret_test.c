/* Where private keys lie: in the secure heap, and nowhere else (lib.h). */
#include "unit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/lib.h"
#include "crypto/pk.h"
#include "crypto/x25519.h"

enum { SECRET = 32, LINE = 512, MANY = 800 };

static bool locked;

/* Octets that nothing else holds, where no search finds them. */
static const unsigned char secret[SECRET] = "p secret that stands here alone@";

struct copies {
	size_t inside, outside;		/* of the secure heap */
};

/* Count them in one mapping. A copy of it: ASan's heap has forbidden parts. */
static void
look(int mem, uintptr_t from, size_t n, const unsigned char *what,
    struct copies *c)
{
	unsigned char *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *at = p;

	assert_true(p != MAP_FAILED);
	assert_int_equal(pread(mem, p, n, (off_t)from), n);
	while ((at = memmem(at, n - (size_t)(at - p), what, SECRET)) != NULL) {
		bool in = CRYPTO_secure_allocated((void *)(from +
		    (uintptr_t)(at++ - p))) == 1;

		c->inside += in;
		c->outside += !in;
	}
	munmap(p, n);
}

/* Where it is in what malloc(3) gives and in the secure heap. */
static struct copies
copies_of(const unsigned char what[static SECRET])
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY);
	struct copies c = { 0, 0 };
	uintptr_t from = 0, to = 0;
	char line[LINE], mode[5];

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		assert_int_equal(sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s",
		    &from, &to, mode), 3);
		if (strstr(line, "[heap]") != NULL ||
		    CRYPTO_secure_allocated((void *)from))
			look(mem, from, to - from, what, &c);
	}
	fclose(maps);
	close(mem);
	return c;
}

static void
only_inside(const unsigned char what[static SECRET], const char *name)
{
	struct copies c = copies_of(what);

	if (c.inside == 0 || c.outside > 0)
		fail_msg("%s: %zu inside, %zu outside", name, c.inside,
		    c.outside);
}

/* The flags that the kernel shows: in no core file; locked, or it says so. */
static void
the_heap_is_kept(void **state)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	void *p = OPENSSL_secure_malloc(SECRET);
	uintptr_t from = 0, to = 0;
	char line[LINE] = "";
	bool here = false, seen = false;

	(void)state;
	assert_non_null(maps);
	assert_int_equal(CRYPTO_secure_allocated(p), 1);
	while (!seen && fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from,
		    &to) == 2)
			here = (uintptr_t)p >= from && (uintptr_t)p < to;
		seen = here && strncmp(line, "VmFlags:", 8) == 0;
	}
	assert_true(seen);
	assert_non_null(strstr(line, " dd"));
	assert_int_equal(strstr(line, " lo") != NULL, locked);
	OPENSSL_secure_free(p);
	fclose(maps);
}

static void
keys_of_octets(void **state)
{
	struct pk *k = pk_raw_secret(PK_ED25519, span_of(secret, SECRET));
	struct x25519 *x = NULL;
	struct buf sig = BUF(64);

	(void)state;
	assert_non_null(k);
	assert_true(pk_sign(k, DIGEST_SHA256, span_of(secret, 8), &sig));
	only_inside(secret, "Ed25519");
	pk_free(k);
	assert_int_equal(copies_of(secret).inside, 0);
	/* which X25519 takes as it stands (RFC 7748 section 5) */
	x = x25519_of(secret);
	only_inside(secret, "X25519");
	x25519_free(x);
	buf_free(&sig);
}

/* The low octets of a number as it lies in memory. */
static void
lowest(unsigned char to[static SECRET], struct span number)
{
	for (size_t i = 0; i < SECRET; i++)
		to[i] = number.p[number.n - 1 - i];
}

/* With what RSA keeps of p and q once it has signed. */
static void
keys_of_numbers(void **state)
{
	static const char *const names[] = { NULL, NULL, "d", "p", "q", "u" };
	static unsigned char low[6][SECRET];
	struct pk *k = pk_generate(PK_RSA, 2048);
	struct buf v[6], sig = BUF(256);

	(void)state;
	for (size_t i = 0; i < 6; i++)
		v[i] = BUF(256);
	pk_rsa_parts(k, v);
	pk_free(k);
	k = pk_rsa(buf_get0(&v[0]), buf_get0(&v[1]), &(struct pk_rsa){
	    buf_get0(&v[2]), buf_get0(&v[3]), buf_get0(&v[4]),
	    buf_get0(&v[5]) });
	assert_non_null(k);
	assert_true(pk_sign(k, DIGEST_SHA256, span_of(secret, SECRET), &sig));
	for (size_t i = 0; i < 6; i++) {
		if (names[i] != NULL)
			lowest(low[i], buf_get0(&v[i]));
		buf_free_wipe(&v[i]);
	}
	for (size_t i = 0; i < 6; i++)
		if (names[i] != NULL)
			only_inside(low[i], names[i]);
	pk_free(k);
	buf_free(&sig);
}

/* More than it has room for are good keys all the same, and none is lost. */
static void
more_than_fit(void **state)
{
	static struct x25519 *v[MANY];
	unsigned char other[X25519_SIZE], shared[X25519_SIZE];
	size_t before = CRYPTO_secure_used();

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		v[i] = x25519_of(secret);
	x25519_public(v[0], other);
	assert_true(x25519_shared(v[MANY - 1], other, shared));
	assert_true(copies_of(secret).inside < MANY);
	for (size_t i = 0; i < MANY; i++)
		x25519_free(v[i]);
	assert_int_equal(CRYPTO_secure_used(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_heap_is_kept),
		cmocka_unit_test(keys_of_octets),
		cmocka_unit_test(keys_of_numbers),
		cmocka_unit_test(more_than_fit),
	};

	locked = crypto_secrets();
	return cmocka_run_group_tests_name("crypto_secret", tests, NULL,
	    NULL);
}
