/*
 * Handshakes with servers of every kind that OpenSSL can be, and with some
 * that are none: each in a process of its own behind a socketpair.
 */
#include "unit.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/stream.h"
#include "tls/session.h"
#include "tls/version.h"
#include "../support/mint.h"

static struct mint *ca, *rsa, *ec;
static struct session_ctx *ctx;

/* How a server is; NULL and 0 are OpenSSL's usual. */
struct server {
	const char *ciphers, *groups, *sigalgs;
	int min, max;
	bool anonymous, no_ticket, renegotiates, asks_cert, staple, early;
	struct span says;	/* instead of a handshake, and then closes */
	bool hangs, lingers;	/* reads to the end before it closes */
	unsigned times;		/* connections it serves; 0: one */
};

static int
give_staple(SSL *ssl, void *arg)
{
	unsigned char *p = OPENSSL_malloc(4);

	(void)arg;
	memcpy(p, "ocsp", 4);
	SSL_set_tlsext_status_ocsp_resp(ssl, p, 4);
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *
server_ctx(const struct server *sv)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());

	SSL_CTX_set_security_level(c, 0);
	SSL_CTX_set_min_proto_version(c, sv->min ? sv->min : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(c, sv->max);
	if (!sv->anonymous) {
		SSL_CTX_use_certificate(c, rsa->x509);
		SSL_CTX_use_PrivateKey(c, rsa->key);
		SSL_CTX_add1_chain_cert(c, ca->x509);
		SSL_CTX_use_certificate(c, ec->x509);
		SSL_CTX_use_PrivateKey(c, ec->key);
		SSL_CTX_add1_chain_cert(c, ca->x509);
	}
	SSL_CTX_set_dh_auto(c, 1);
	SSL_CTX_set_session_id_context(c, (const unsigned char *)"t", 1);
	if (sv->ciphers != NULL && SSL_CTX_set_cipher_list(c, sv->ciphers) !=
	    1)
		_exit(3);
	/* as libssl's macros, whose casts some compilers mind */
	if (sv->groups != NULL)
		SSL_CTX_ctrl(c, SSL_CTRL_SET_GROUPS_LIST, 0,
		    (void *)(uintptr_t)sv->groups);
	if (sv->sigalgs != NULL)
		SSL_CTX_ctrl(c, SSL_CTRL_SET_SIGALGS_LIST, 0,
		    (void *)(uintptr_t)sv->sigalgs);
	if (sv->no_ticket) {
		SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
		SSL_CTX_set_num_tickets(c, 0);
		SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	}
	SSL_CTX_set_options(c, SSL_OP_CIPHER_SERVER_PREFERENCE |
	    (sv->renegotiates ? SSL_OP_ALLOW_CLIENT_RENEGOTIATION : 0));
	if (sv->asks_cert)
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	if (sv->early)
		SSL_CTX_set_max_early_data(c, 16384);
	if (sv->staple)
		SSL_CTX_set_tlsext_status_cb(c, give_staple);
	return c;
}

/* Echo what comes; a first line "name" is answered with the SNI. */
static void
echo(SSL *ssl)
{
	char line[256];
	int n = 0;

	while ((n = SSL_read(ssl, line, sizeof(line))) > 0) {
		const char *sni = SSL_get_servername(ssl,
		    TLSEXT_NAMETYPE_host_name);

		if (n == 6 && memcmp(line, "name\r\n", 6) == 0) {
			n = snprintf(line, sizeof(line), "%s\r\n",
			    sni ? sni : "-");
		}
		SSL_write(ssl, line, n);
	}
	SSL_shutdown(ssl);
}

static _Noreturn void
serve(const struct server *sv, const int *fds, unsigned n)
{
	SSL_CTX *c = server_ctx(sv);

	signal(SIGPIPE, SIG_IGN);
	for (unsigned i = 0; i < n; i++) {
		SSL *ssl = SSL_new(c);

		SSL_set_fd(ssl, fds[i]);
		if (SSL_accept(ssl) == 1)
			echo(ssl);
		SSL_free(ssl);
		close(fds[i]);
	}
	_exit(0);
}

/* No TLS at all. */
static _Noreturn void
babble(const struct server *sv, int fd)
{
	char octets[4096];
	ssize_t n = recv(fd, octets, sizeof(octets), 0);

	if (sv->hangs)
		pause();
	if (n > 0)
		(void)!write(fd, sv->says.p, sv->says.n);
	while (sv->lingers && recv(fd, octets, sizeof(octets), 0) > 0)
		;
	_exit(0);
}

struct play {
	pid_t pid;
	int fd[4];
	unsigned n;
};

static struct play
start(const struct server *sv)
{
	struct play p = { .n = sv->times ? sv->times : 1 };
	int theirs[4] = { -1, -1, -1, -1 };

	for (unsigned i = 0; i < p.n; i++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair),
		    0);
		p.fd[i] = pair[0];
		theirs[i] = pair[1];
	}
	p.pid = fork();
	if (p.pid == 0) {
		alarm(20);
		for (unsigned i = 0; i < p.n; i++)
			close(p.fd[i]);
		if (sv->says.p != NULL || sv->hangs)
			babble(sv, theirs[0]);
		serve(sv, theirs, p.n);
	}
	for (unsigned i = 0; i < p.n; i++)
		close(theirs[i]);
	return p;
}

static void
stop(const struct play *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
}

/* stream_plain wants what dial gives: a descriptor that does not block. */
static struct stream *
over(int fd)
{
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return stream_plain(fd);
}

static int64_t
soon(void)
{
	return env_monotonic_ms() + 10000;
}

static const struct {
	const char *what;
	struct server server;
	struct session_want want;
	enum session_result result;
	uint16_t version, cipher, group, sigalg;
	uint8_t alert;
} rows[] = {
	{ "TLS 1.3", { .min = TLS1_3_VERSION }, { .sni = "a.test",
	    .groups = "X25519" }, SESSION_OK, 0x0304, 0x1302, 0x001d, 0x0403, 0 },
	{ "1.3, RSA", { .min = TLS1_3_VERSION, .groups = "P-384" },
	    { .sigalgs = "rsa_pss_rsae_sha384" }, SESSION_OK, 0x0304, 0x1302,
	    0x0018, 0x0805, 0 },
	{ "1.3, a suite of our choice", { .min = TLS1_3_VERSION },
	    { .suites = "TLS_AES_128_GCM_SHA256", .groups = "P-256" },
	    SESSION_OK, 0x0304, 0x1301, 0x0017, 0x0403, 0 },
	{ "1.2, ECDHE", { .max = TLS1_2_VERSION,
	    .ciphers = "ECDHE-RSA-AES128-GCM-SHA256", .groups = "P-521",
	    .sigalgs = "RSA+SHA256" }, { .sni = "a.test" }, SESSION_OK,
	    0x0303, 0xc02f, 0x0019, 0x0401, 0 },
	{ "1.2, ECDSA", { .max = TLS1_2_VERSION,
	    .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305" }, { .min = 0x0303 },
	    SESSION_OK, 0x0303, 0xcca9, 0x001d, 0x0403, 0 },
	{ "1.2, DHE", { .max = TLS1_2_VERSION,
	    .ciphers = "DHE-RSA-AES256-GCM-SHA384",
	    .sigalgs = "RSA+SHA1" }, { .sni = NULL }, SESSION_OK, 0x0303,
	    0x009f, 0, 0x0201, 0 },
	{ "1.2, RSA", { .max = TLS1_2_VERSION, .ciphers = "AES128-SHA" },
	    { .sni = NULL }, SESSION_OK, 0x0303, 0x002f, 0, 0, 0 },
	{ "1.2, anonymous", { .max = TLS1_2_VERSION, .anonymous = true,
	    .ciphers = "AECDH-AES128-SHA" }, { .ciphers = "aNULL"
	    }, SESSION_OK,
	    0x0303, 0xc018, 0x001d, 0, 0 },
	{ "1.2, nothing hidden", { .max = TLS1_2_VERSION,
	    .ciphers = "NULL-SHA256" }, { .ciphers = "eNULL" },
	    SESSION_OK, 0x0303, 0x003b, 0, 0, 0 },
	{ "1.2, anonymous before others", { .max = TLS1_2_VERSION, .ciphers =
	    "AECDH-AES128-SHA:AES128-SHA" }, { .sni = NULL }, SESSION_OK,
	    0x0303, 0x002f, 0, 0, 0 },
	{ "1.1", { .max = TLS1_1_VERSION, .ciphers = "ECDHE-RSA-AES128-SHA",
	    .groups = "X25519" }, { .sni = NULL }, SESSION_OK, 0x0302,
	    0xc013, 0x001d, 0, 0 },
	{ "1.0", { .max = TLS1_VERSION, .ciphers = "AES256-SHA" },
	    { .sni = NULL }, SESSION_OK, 0x0301, 0x0035, 0, 0, 0 },
	{ "our ceiling", { .min = 0 }, { .max = 0x0303,
	    .ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384" }, SESSION_OK, 0x0303,
	    0xc02c, 0x001d, 0x0403, 0 },
	{ "no version in common", { .max = TLS1_2_VERSION }, { .min = 0x0304 },
	    SESSION_ALERT, 0, 0, 0, 0, 70 },
	{ "no suite in common", { .max = TLS1_2_VERSION, .ciphers =
	    "AES128-SHA" }, { .max = 0x0303, .ciphers = "AES256-SHA" },
	    SESSION_ALERT, 0, 0, 0, 0, 40 },
	{ "a line of SMTP", { .says = SPAN("454 4.7.0 TLS not available\r\n")
	    }, { .sni = NULL }, SESSION_GARBAGE, 0, 0, 0, 0, 0 },
	{ "noise", { .says = SPAN("\x16\x09\x01\x01\x01") }, { .sni = NULL },
	    SESSION_GARBAGE, 0, 0, 0, 0, 0 },
	{ "closes", { .says = SPAN("") }, { .sni = NULL }, SESSION_CLOSED, 0, 0, 0,
	    0, 0 },
	{ "half a record", { .says = SPAN("\x16\x03\x03\x01\xff\x02") },
	    { .sni = NULL }, SESSION_CLOSED, 0, 0, 0, 0, 0 },
	{ "a record that is no handshake", { .lingers = true, .says =
	    SPAN("\x16\x03\x03\0\4\xff\0\0\0") }, { .sni = NULL },
	    SESSION_REFUSED, 0, 0, 0, 0, 10 },
	{ "data before any handshake", { .lingers = true, .says =
	    SPAN("\x17\x03\x03\0\1x") }, { .sni = NULL },
	    SESSION_REFUSED, 0, 0, 0, 0, 10 },
	{ "an alert", { .says = SPAN("\x15\x03\x01\0\2\2\x28") },
	    { .sni = NULL }, SESSION_ALERT, 0, 0, 0, 0, 40 },
	{ "half an alert", { .lingers = true, .says =
	    SPAN("\x15\x03\x01\0\1\2") }, { .sni = NULL }, SESSION_REFUSED, 0, 0, 0, 0, 10 },
	{ "a farewell", { .says = SPAN("\x15\x03\x01\0\2\1\0") },
	    { .sni = NULL }, SESSION_CLOSED, 0, 0, 0, 0, 0 },
	{ "a warning, then nothing", { .says =
	    SPAN("\x15\x03\x01\0\2\1\x70") }, { .sni = NULL },
	    SESSION_CLOSED, 0, 0, 0, 0, 0 },
	{ "a list that OpenSSL has not", { .min = 0 }, { .sigalgs =
	    "NOPE+SHA256" }, SESSION_FAILED, 0, 0, 0, 0, 0 },
};

static void
handshakes_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct play p = start(&rows[i].server);
		struct stream *s = over(p.fd[0]);
		struct session got;

		session_start(ctx, &s, &rows[i].want, soon(), &got);
		if (got.result != rows[i].result ||
		    got.alert != rows[i].alert)
			fail_msg("%s: %s, alert %u, %s", rows[i].what,
			    session_result_name(got.result), got.alert,
			    got.why);
		if (got.result == SESSION_OK && (
		    got.version != rows[i].version ||
		    got.cipher != rows[i].cipher ||
		    got.group != rows[i].group ||
		    got.sigalg != rows[i].sigalg))
			fail_msg("%s: %04x %04x %04x %04x", rows[i].what,
			    got.version, got.cipher, got.group, got.sigalg);
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

static void
a_silent_server_costs_its_time(void **state)
{
	struct play p = start(&(struct server){ .hangs = true });
	struct stream *s = over(p.fd[0]);
	int64_t before = env_monotonic_ms();
	struct session got;

	(void)state;
	assert_int_equal(session_start(ctx, &s, &(struct session_want){
	    .sni = NULL }, before + 300, &got), SESSION_TIMEOUT);
	assert_in_range(env_monotonic_ms() - before, 299, 3000);
	session_free(&got);
	stream_free(s);
	stop(&p);
}

/* What the server is, in both worlds of certificates. */
static void
chains_are_taken(void **state)
{
	static const struct {
		int max;
		const char *sigalgs;
		bool is_rsa;
	} want[] = {
		{ TLS1_3_VERSION, "rsa_pss_rsae_sha256", true },
		{ TLS1_3_VERSION, "ecdsa_secp256r1_sha256", false },
		{ TLS1_2_VERSION, "RSA+SHA256", true },
		{ TLS1_2_VERSION, "ECDSA+SHA256", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct play p = start(&(struct server){ .max = want[i].max });
		struct stream *s = over(p.fd[0]);
		struct session_want w = { .sigalgs = want[i].sigalgs };
		const struct mint *leaf = want[i].is_rsa ? rsa : ec;
		struct session got;

		assert_int_equal(session_start(ctx, &s, &w, soon(), &got),
		    SESSION_OK);
		assert_int_equal(got.chain.n, 2);
		assert_true(span_eq(got.chain.v[0].der, leaf->der));
		assert_true(span_eq(got.chain.v[1].der, ca->der));
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

static void
facts_are_told(void **state)
{
	static const struct {
		const char *what;
		struct server server;
		bool ems, secure, ticket, stapled, asks;
	} want[] = {
		{ "1.2", { .max = TLS1_2_VERSION }, true, true, true, false,
		    false },
		{ "1.2 without tickets", { .max = TLS1_2_VERSION,
		    .no_ticket = true }, true, true, false, false, false },
		{ "1.2 stapled", { .max = TLS1_2_VERSION, .staple = true },
		    true, true, true, true, false },
		{ "1.2 asks", { .max = TLS1_2_VERSION, .asks_cert = true },
		    true, true, true, false, true },
		{ "1.3", { .min = TLS1_3_VERSION }, true, true, false, false,
		    false },
		{ "1.3 stapled, asks", { .min = TLS1_3_VERSION, .staple = true,
		    .asks_cert = true }, true, true, false, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct play p = start(&want[i].server);
		struct stream *s = over(p.fd[0]);
		struct session got;

		session_start(ctx, &s, &(struct session_want){ .sni = NULL },
		    soon(), &got);
		if (got.result != SESSION_OK || got.ems != want[i].ems ||
		    got.secure_renegotiation != want[i].secure ||
		    got.ticket != want[i].ticket ||
		    got.stapled != want[i].stapled ||
		    got.asks_client_cert != want[i].asks || got.resumed)
			fail_msg("%s: %d%d%d%d%d", want[i].what, got.ems,
			    got.secure_renegotiation, got.ticket,
			    got.stapled, got.asks_client_cert);
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

/* Say a line, expect one. */
static void
say(struct stream *s, struct span line, struct span want)
{
	unsigned char back[256];
	size_t n = 0;

	assert_int_equal(stream_write(s, line, soon()), STREAM_OK);
	while (n < want.n) {
		size_t got = 0;

		assert_int_equal(stream_read(s, back + n, sizeof(back) - n,
		    soon(), &got), STREAM_OK);
		n += got;
	}
	assert_true(span_eq(span_of(back, n), want));
}

static void
the_dialogue_goes_on(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t i = 0; i < ROWS(versions); i++) {
		struct play p = start(&(struct server){
		    .max = versions[i] });
		struct stream *s = over(p.fd[0]);
		struct session_want w = { .sni = "mx.a.test" };
		struct session got;
		size_t n = 0;
		char octet = 0;

		session_start(ctx, &s, &w, soon(), &got);
		assert_int_equal(got.result, SESSION_OK);
		say(s, SPAN("name\r\n"), SPAN("mx.a.test\r\n"));
		/* a pause is no end */
		assert_int_equal(stream_read(s, &octet, 1,
		    env_monotonic_ms() + 50, &n), STREAM_TIMEOUT);
		say(s, SPAN("EHLO x\r\n"), SPAN("EHLO x\r\n"));
		kill(p.pid, SIGKILL);
		assert_int_equal(stream_read(s, &octet, 1, soon(), &n),
		    STREAM_CLOSED);
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

static void
sessions_are_resumed(void **state)
{
	static const struct {
		const char *what;
		struct server server;
		bool resumed, early;
	} want[] = {
		{ "1.2", { .max = TLS1_2_VERSION, .times = 2 }, true, false },
		{ "1.3", { .min = TLS1_3_VERSION, .times = 2 }, true, false },
		{ "1.3 with early data", { .min = TLS1_3_VERSION, .times = 2,
		    .early = true }, true, true },
		{ "1.2 without", { .max = TLS1_2_VERSION, .no_ticket = true,
		    .times = 2 }, false, false },
		{ "1.3 without", { .min = TLS1_3_VERSION, .no_ticket = true,
		    .times = 2 }, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct play p = start(&want[i].server);
		struct stream *s = over(p.fd[0]);
		struct session_ticket *ticket = NULL;
		struct session_want w = { .sni = "a.test" };
		struct session got;

		session_start(ctx, &s, &w, soon(), &got);
		assert_int_equal(got.result, SESSION_OK);
		say(s, SPAN("x\r\n"), SPAN("x\r\n"));
		ticket = session_ticket_of(s);
		session_free(&got);
		stream_free(s);
		if ((ticket != NULL) != want[i].resumed)
			fail_msg("%s: ticket %p", want[i].what,
			    (void *)ticket);
		assert_int_equal(ticket != NULL &&
		    session_ticket_early_data(ticket), want[i].early);
		s = over(p.fd[1]);
		w.resume = ticket;
		session_start(ctx, &s, &w, soon(), &got);
		assert_int_equal(got.result, SESSION_OK);
		if (got.resumed != want[i].resumed)
			fail_msg("%s: %d", want[i].what, got.resumed);
		assert_int_equal(got.chain.n, want[i].resumed ? 0 : 2);
		session_ticket_free(ticket);
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

static void
renegotiation_is_counted(void **state)
{
	static const struct {
		const char *what;
		struct server server;
		unsigned done;
	} want[] = {
		{ "1.2", { .max = TLS1_2_VERSION, .renegotiates = true }, 3 },
		{ "1.0", { .max = TLS1_VERSION, .renegotiates = true }, 3 },
		{ "refused", { .max = TLS1_2_VERSION }, 0 },
		{ "1.3", { .min = TLS1_3_VERSION }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct play p = start(&want[i].server);
		struct stream *s = over(p.fd[0]);
		struct session got;
		unsigned done = 0;

		session_start(ctx, &s, &(struct session_want){ .sni = NULL },
		    soon(), &got);
		assert_int_equal(got.result, SESSION_OK);
		say(s, SPAN("x\r\n"), SPAN("x\r\n"));
		done = session_renegotiate(s, 3,
		    env_monotonic_ms() + 2000);
		if (done != want[i].done)
			fail_msg("%s: %u", want[i].what, done);
		session_free(&got);
		stream_free(s);
		stop(&p);
	}
}

static void
what_is_missing_is_named(void **state)
{
	struct buf out = BUF(4096);
	bool has = OpenSSL_version_num() >= 0x30500000L;

	(void)state;
	tls_version(&out);
	assert_true(span_starts(buf_get0(&out), SPAN("OpenSSL 3.")));
	assert_int_equal(memmem(out.p, out.n, "X25519MLKEM768: needs OpenSSL "
	    "3.5\n", 34) == NULL, has);
	assert_int_equal(memmem(out.p, out.n, "ML-DSA-65: needs OpenSSL 3.5\n",
	    29) == NULL, has);
	buf_free(&out);
}

static int
set_up(void **state)
{
	(void)state;
	ctx = session_ctx_new();
	ca = mint(&(struct mint_want){ .cn = "ca", .ca = true }, NULL);
	rsa = mint(&(struct mint_want){ .names = "DNS:a.test",
	    .key = "RSA:2048" }, ca);
	ec = mint(&(struct mint_want){ .names = "DNS:a.test" }, ca);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	session_ctx_free(ctx);
	mint_free(ca);
	mint_free(rsa);
	mint_free(ec);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshakes_are_told),
		cmocka_unit_test(a_silent_server_costs_its_time),
		cmocka_unit_test(chains_are_taken),
		cmocka_unit_test(facts_are_told),
		cmocka_unit_test(the_dialogue_goes_on),
		cmocka_unit_test(sessions_are_resumed),
		cmocka_unit_test(renegotiation_is_counted),
		cmocka_unit_test(what_is_missing_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
