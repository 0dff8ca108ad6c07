/* Fetching by RFC 8461 section 3.3, from a TLS server that each row forks. */
#include "unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "net/fetch.h"

enum { NOW = 1900000000, DAY = 86400, LIMIT = 65536, PATIENCE_MS = 1500 };

#define HOST "mta-sts.example.org"

/* --- certificates */

struct identity {
	X509 *cert;
	EVP_PKEY *key;
};

static struct identity ca, other_ca;

static void
add_names(X509 *cert, const char *names)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL,
	    NID_subject_alt_name, names);

	assert_non_null(e);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

static struct identity
make(const char *cn, const char *names, int days, const struct identity *by)
{
	struct identity id = { X509_new(), EVP_EC_gen("P-256") };
	X509_NAME *name = X509_get_subject_name(id.cert);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL,
	    NID_basic_constraints, by ? "CA:FALSE" : "critical,CA:TRUE");

	X509_set_version(id.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(id.cert), 7);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(id.cert, by ? X509_get_subject_name(by->cert) :
	    name);
	ASN1_TIME_set(X509_getm_notBefore(id.cert), NOW - 30 * DAY);
	ASN1_TIME_set(X509_getm_notAfter(id.cert), NOW + days * DAY);
	X509_set_pubkey(id.cert, id.key);
	X509_add_ext(id.cert, e, -1);
	X509_EXTENSION_free(e);
	if (names != NULL)
		add_names(id.cert, names);
	assert_true(X509_sign(id.cert, by ? by->key : id.key, EVP_sha256()));
	return id;
}

static void
unmake(struct identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
}

/* --- a server for one connection */

/* What it does, and how it ends. */
struct server {
	const struct identity *id;	/* NULL: no TLS */
	const char *answer;
	size_t pad;		/* octets of "x" behind the answer */
	bool hang;
	bool no_close;		/* TCP ends, and TLS was not ended before */
	bool reset;		/* without TLS */
	int max_version;	/* 0: any */
};

static void
send_all(SSL *ssl, const struct server *s)
{
	char block[1024];
	size_t left = s->pad;

	memset(block, 'x', sizeof(block));
	SSL_write(ssl, s->answer, (int)strlen(s->answer));
	for (; left > 0; left -= left < sizeof(block) ? left : sizeof(block))
		if (SSL_write(ssl, block, left < sizeof(block) ? (int)left :
		    (int)sizeof(block)) <= 0)
			break;
}

static void
serve(int fd, const struct server *s)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL *ssl = NULL;
	char request[4096];

	SSL_CTX_use_certificate(ctx, s->id->cert);
	SSL_CTX_use_PrivateKey(ctx, s->id->key);
	if (s->max_version != 0) {
		SSL_CTX_set_security_level(ctx, 0);
		SSL_CTX_set_max_proto_version(ctx, s->max_version);
	}
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 &&
	    strcmp(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
	    HOST) == 0 && SSL_read(ssl, request, sizeof(request)) > 0) {
		send_all(ssl, s);
		if (s->hang)
			sleep(30);
		if (!s->no_close)
			SSL_shutdown(ssl);
	}
	_exit(0);
}

/* No TLS: some octets, and the end, or a reset, that any middle can make. */
static void
break_off(int fd, const struct server *s)
{
	const struct linger reset = { .l_onoff = 1 };
	char hello[4096];

	if (read(fd, hello, sizeof(hello)) < 0 ||
	    write(fd, s->answer, strlen(s->answer)) < 0)
		_exit(1);
	if (s->reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	_exit(0);
}

/* A child that serves one connection at the socket. */
static pid_t
start(int listening, const struct server *s)
{
	pid_t child = fork();
	int fd = -1;

	if (child != 0)
		return child;
	fd = accept(listening, NULL, NULL);
	if (s->id != NULL)
		serve(fd, s);
	break_off(fd, s);
	return child;
}

static struct env env;
static struct fetcher *https;
static X509_STORE *roots;
static int listening = -1;

static void
get(const struct server *s, struct fetch_answer *out)
{
	/* nobody listens at the first one */
	static const struct ip_addr to[] = {
		{ 4, { 127, 0, 0, 2 } }, { 4, { 127, 0, 0, 1 } },
	};
	struct fetch_request want = {
		.host = HOST, .path = "/.well-known/mta-sts.txt",
		.to = to, .n = 2, .max = LIMIT,
		.deadline = env_monotonic_ms() + PATIENCE_MS,
	};
	pid_t child = start(listening, s);

	fetch_get(https, &want, out);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* A port of 127.0.0.1, listened at or not. */
static uint16_t
take_port(int *fd, bool hear)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001),
	};
	socklen_t n = sizeof(at);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&at, n), 0);
	if (hear)
		assert_int_equal(listen(*fd, 4), 0);
	getsockname(*fd, (struct sockaddr *)&at, &n);
	return ntohs(at.sin_port);
}

static int
set_up(void **state)
{
	struct fetch_https with = { .env = &env, .allow_private = true };

	(void)state;
	crypto_start_x509();
	signal(SIGPIPE, SIG_IGN);
	/* not the machine's clock: ours is what counts */
	env_fixed(&env, NOW);
	ca = make("Test Root", NULL, 1000, NULL);
	other_ca = make("Other Root", NULL, 1000, NULL);
	with.roots = roots = X509_STORE_new();
	X509_STORE_add_cert(roots, ca.cert);
	with.port = take_port(&listening, true);
	https = fetch_https_open(&with);
	return https == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	fetch_free(https);
	X509_STORE_free(roots);
	close(listening);
	unmake(&ca);
	unmake(&other_ca);
	return 0;
}

/* --- the tests */

static void
answers_are_told_apart(void **state)
{
	static const struct {
		const char *row;
		struct server server;	/* id: filled in */
		enum fetch_result want;
		unsigned status;
		const char *type;
		size_t body;
	} rows[] = {
		{ "plain", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Length: 5\r\n\r\nhello" }, FETCH_OK, 200,
		    "text/plain; charset=utf-8", 5 },
		{ "no length", { .answer = "HTTP/1.1 200 OK\r\n\r\nhi" },
		    FETCH_OK, 200, NULL, 2 },
		{ "chunked", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n"
		    "2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n" }, FETCH_OK, 200, NULL,
		    3 },
		{ "redirect", { .answer = "HTTP/1.1 301 Moved\r\n"
		    "Location: https://" HOST "/x\r\n"
		    "Content-Length: 0\r\n\r\n" }, FETCH_OK, 301, NULL, 0 },
		{ "not found", { .answer = "HTTP/1.1 404 No\r\n"
		    "Content-Length: 5\r\n\r\nhello" }, FETCH_OK, 404, NULL,
		    0 },
		{ "other 2xx", { .answer = "HTTP/1.1 203 Odd\r\n"
		    "Content-Length: 5\r\n\r\nhello" }, FETCH_OK, 203, NULL,
		    0 },
		{ "at the limit", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 65536\r\n\r\n", .pad = LIMIT },
		    FETCH_OK, 200, NULL, LIMIT },
		{ "over it", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 65537\r\n\r\n", .pad = LIMIT + 1 },
		    FETCH_TOO_BIG, 200, NULL, LIMIT },
		{ "over it, no length", { .answer = "HTTP/1.1 200 OK\r\n\r\n",
		    .pad = 1 << 20 }, FETCH_TOO_BIG, 200, NULL, LIMIT },
		{ "endless header", { .answer = "HTTP/1.1 200 OK\r\nX: ",
		    .pad = 1 << 20 }, FETCH_HTTP, 200, NULL, 0 },
		{ "cut short", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 50\r\n\r\nhello" }, FETCH_CUT, 200,
		    NULL, 5 },
		/* RFC 9112 section 9.8: who ended it? */
		{ "no length, no end", { .answer = "HTTP/1.1 200 OK\r\n"
		    "\r\nhi", .no_close = true }, FETCH_CUT, 200, NULL, 2 },
		{ "no end, but a length", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 2\r\n\r\nhi", .no_close = true },
		    FETCH_OK, 200, NULL, 2 },
		{ "no end, but a last chunk", { .answer = "HTTP/1.1 200 OK"
		    "\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "2\r\nhi\r\n0\r\n\r\n", .no_close = true },
		    FETCH_OK, 200, NULL, 2 },
		{ "no last chunk", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
		    .no_close = true }, FETCH_CUT, 200, NULL, 2 },
		{ "not found, no end", { .answer = "HTTP/1.1 404 No\r\n"
		    "\r\nhello", .no_close = true }, FETCH_OK, 404, NULL, 0 },
		{ "nothing, no end", { .answer = "", .no_close = true },
		    FETCH_CUT, 0, NULL, 0 },
		{ "nothing", { .answer = "" }, FETCH_CUT, 0, NULL, 0 },
		{ "no HTTP", { .answer = "220 mail.example.org ESMTP\r\n" },
		    FETCH_HTTP, 0, NULL, 0 },
		{ "hangs", { .answer = "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 50\r\n\r\nhello", .hang = true },
		    FETCH_TIMEOUT, 200, NULL, 5 },
	};
	struct identity id = make("x", "DNS:" HOST, 30, &ca);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct server s = rows[i].server;
		struct fetch_answer a;

		s.id = &id;
		get(&s, &a);
		if (a.result != rows[i].want || a.status != rows[i].status ||
		    (a.result == FETCH_OK && a.body.n != rows[i].body))
			fail_msg("%s: %s, %u, %zu octets, %s", rows[i].row,
			    fetch_result_name(a.result), a.status, a.body.n,
			    a.error ? a.error : "");
		if (rows[i].type != NULL)
			assert_string_equal(a.type, rows[i].type);
		assert_true(a.body.n <= LIMIT);
		assert_true(a.has_cert);
		assert_int_equal(a.not_after, NOW + 30 * DAY);
		fetch_answer_free(&a);
	}
	unmake(&id);
}

static void
certificates_are_judged(void **state)
{
	const struct {
		const char *row, *cn, *names;
		int days;
		const struct identity *by;
		enum fetch_result want;
		unsigned faults;
	} rows[] = {
		{ "good", "x", "DNS:" HOST, 1, &ca, FETCH_OK, 0 },
		{ "wildcard", "x", "DNS:*.example.org", 1, &ca, FETCH_OK, 0 },
		{ "among others", "x", "DNS:a.test,DNS:MTA-STS.Example.ORG",
		    1, &ca, FETCH_OK, 0 },
		{ "expired", "x", "DNS:" HOST, -1, &ca, FETCH_CERT_EXPIRED,
		    1u << FETCH_CERT_EXPIRED },
		{ "provider's name", "x", "DNS:mta-sts.provider.test", 1, &ca,
		    FETCH_CERT_NAME, 1u << FETCH_CERT_NAME },
		{ "CN only", HOST, NULL, 1, &ca, FETCH_CERT_NAME,
		    1u << FETCH_CERT_NAME },
		{ "partial wildcard", "x", "DNS:mta*.example.org", 1, &ca,
		    FETCH_CERT_NAME, 1u << FETCH_CERT_NAME },
		{ "two labels", "x", "DNS:*.org", 1, &ca, FETCH_CERT_NAME,
		    1u << FETCH_CERT_NAME },
		{ "other CA", "x", "DNS:" HOST, 1, &other_ca,
		    FETCH_CERT_UNTRUSTED, 1u << FETCH_CERT_UNTRUSTED },
		{ "self-signed", "x", "DNS:" HOST, 1, NULL,
		    FETCH_CERT_UNTRUSTED, 1u << FETCH_CERT_UNTRUSTED },
		{ "all of it", "x", "DNS:a.test", -1, &other_ca,
		    FETCH_CERT_UNTRUSTED, 1u << FETCH_CERT_UNTRUSTED |
		    1u << FETCH_CERT_NAME | 1u << FETCH_CERT_EXPIRED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct identity id = make(rows[i].cn, rows[i].names,
		    rows[i].days, rows[i].by);
		struct server s = { .id = &id, .answer = "HTTP/1.1 200 OK"
		    "\r\nContent-Length: 2\r\n\r\nhi" };
		struct fetch_answer a;

		get(&s, &a);
		if (a.result != rows[i].want || a.faults != rows[i].faults)
			fail_msg("%s: %s, faults %x, %s", rows[i].row,
			    fetch_result_name(a.result), a.faults,
			    a.error ? a.error : "");
		/* nothing is taken from a host that is not who it says */
		assert_int_equal(a.status, a.result == FETCH_OK ? 200 : 0);
		assert_int_equal(a.body.n, a.result == FETCH_OK ? 2 : 0);
		assert_true(a.connected);
		assert_int_equal(a.address.b[3], 1);
		fetch_answer_free(&a);
		unmake(&id);
	}
}

static void
handshakes_can_fail(void **state)
{
	struct identity id = make("x", "DNS:" HOST, 1, &ca);
	const struct server no_tls = { .answer = "HTTP/1.1 200 OK\r\n\r\n" };
	const struct server old = { .id = &id, .answer = "",
	    .max_version = TLS1_1_VERSION };
	struct fetch_answer a;

	(void)state;
	get(&no_tls, &a);
	assert_int_equal(a.result, FETCH_TLS);
	fetch_answer_free(&a);
	get(&old, &a);
	assert_int_equal(a.result, FETCH_TLS);
	assert_false(a.has_cert);
	fetch_answer_free(&a);
	unmake(&id);
}

/* Cut by whoever, the server said nothing, or not all of what it began. */
static void
handshakes_can_be_cut(void **state)
{
	static const struct {
		const char *row;
		struct server server;
		enum fetch_result want;
	} rows[] = {
		{ "end", { .answer = "" }, FETCH_CUT },
		{ "reset", { .answer = "", .reset = true }, FETCH_CUT },
		{ "half a record", { .answer = "\x16\x03\x03\x01\x01\x02" },
		    FETCH_CUT },
		{ "half a record, reset", { .answer = "\x16\x03\x03\x01",
		    .reset = true }, FETCH_CUT },
		{ "other octets", { .answer = "220 mail ESMTP\r\n" },
		    FETCH_TLS },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct fetch_answer a;

		get(&rows[i].server, &a);
		if (a.result != rows[i].want)
			fail_msg("%s: %s, %s", rows[i].row,
			    fetch_result_name(a.result),
			    a.error ? a.error : "");
		assert_true(a.connected);
		fetch_answer_free(&a);
	}
}

static void
ways_that_lead_nowhere(void **state)
{
	static const struct ip_addr here = { 4, { 127, 0, 0, 1 } };
	int fd = -1;
	struct fetch_https with = {
		.roots = roots, .env = &env, .allow_private = true,
		.port = take_port(&fd, false),
	};
	struct fetch_request want = {
		.host = HOST, .path = "/", .to = &here, .n = 1, .max = LIMIT,
		.deadline = env_monotonic_ms() + PATIENCE_MS,
	};
	struct fetcher *f = fetch_https_open(&with);
	struct fetch_answer a;

	(void)state;
	fetch_get(f, &want, &a);
	assert_int_equal(a.result, FETCH_REFUSED);
	assert_false(a.connected);
	fetch_answer_free(&a);
	want.n = 0;
	fetch_get(f, &want, &a);
	assert_int_equal(a.result, FETCH_NO_HOST);
	fetch_answer_free(&a);
	fetch_free(f);
	want.n = 1;
	with.allow_private = false;
	f = fetch_https_open(&with);
	fetch_get(f, &want, &a);
	assert_int_equal(a.result, FETCH_NOT_PUBLIC);
	fetch_answer_free(&a);
	fetch_free(f);
	close(fd);
}

/* A server that takes the connection and says nothing costs its time only. */
static void
silence_ends(void **state)
{
	static const struct ip_addr here = { 4, { 127, 0, 0, 1 } };
	struct fetch_request want = {
		.host = HOST, .path = "/", .to = &here, .n = 1, .max = LIMIT,
		.deadline = env_monotonic_ms() + 300,
	};
	struct fetch_answer a;

	(void)state;
	fetch_get(https, &want, &a);
	assert_int_equal(a.result, FETCH_TIMEOUT);
	assert_true(a.connected);
	assert_true(env_monotonic_ms() < want.deadline + 1000);
	fetch_answer_free(&a);
	close(accept(listening, NULL, NULL));
}

static const char zone_text[] =
    ";! fetch https://a.test/x 200 text/plain;charset=utf-8 aGVsbG8=\n"
    ";! fetch https://a.test/x 404 - \n"
    ";! fetch https://b.test/x 404 - aGVsbG8=\n"
    ";! fetch https://c.test/x cert-expired\n"
    ";! fetch https://d.test/x timeout\n";

static void
describe(struct fetcher *f, const char *host, size_t n, struct buf *out)
{
	static const struct ip_addr to = { 4, { 192, 0, 2, 1 } };
	struct fetch_request want = {
		.host = host, .path = "/x", .to = &to, .n = n, .max = 4096,
	};
	struct fetch_answer a;

	fetch_get(f, &want, &a);
	buf_printf(out, "%s %u %s %.*s", fetch_result_name(a.result),
	    a.status, a.type ? a.type : "-", (int)a.body.n,
	    (const char *)a.body.p);
	fetch_answer_free(&a);
}

/* What a zone file says, and what a recording of it says in turn. */
static void
zone_files_answer(void **state)
{
	static const struct {
		const char *host;
		size_t n;
		const char *want, *recorded;
	} rows[] = {
		{ "a.test", 1, "ok 200 text/plain;charset=utf-8 hello", NULL },
		{ "b.test", 1, "ok 404 - ", NULL },
		{ "c.test", 1, "cert-expired 0 - ", NULL },
		{ "d.test", 1, "timeout 0 - ", NULL },
		{ "e.test", 0, "no-host 0 - ", NULL },
		{ "f.test", 1, "offline 0 - ", "timeout 0 - " },
	};
	char *why = NULL;
	struct dns *zone = dns_zone_read(span_str(zone_text), "z", &why);
	struct fetcher *f = fetch_zone_open(zone, 1, &why);
	int fd = memfd_create("record", 0);
	struct fetcher *record = fetch_record_open(f, fd);
	struct buf text = BUF(1 << 16);

	(void)state;
	buf_str(&text, ";! recorded\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(200);

		describe(record, rows[i].host, rows[i].n, &got);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].host, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
	assert_int_equal(fetch_record_errno(record), 0);
	fetch_free(record);
	dns_free(zone);
	text.n += (size_t)pread(fd, buf_room(&text, 4096), 4096, 0);
	close(fd);
	zone = dns_zone_read(buf_get0(&text), "z", &why);
	assert_non_null(zone);
	f = fetch_zone_open(zone, 1, &why);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(200);

		describe(f, rows[i].host, rows[i].n, &got);
		assert_true(span_eq(buf_get0(&got), span_str(rows[i].recorded
		    ? rows[i].recorded : rows[i].want)));
		buf_free(&got);
	}
	fetch_free(f);
	dns_free(zone);
	buf_free(&text);
}

/* A fetcher that has one answer, of a media type that its server chose. */
struct typed {
	struct fetcher fetcher;
	const char *type;
};

static void
typed_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	(void)want;
	out->status = 200;
	out->type = xstrdup(((struct typed *)f)->type);
	buf_str(&out->body, "hello");
}

static void
typed_free(struct fetcher *f)
{
	(void)f;
}

/* What a server says must not make the whole recording unreadable. */
static void
any_type_is_recorded(void **state)
{
	static const char *const types[][2] = {
		{ "text/plain; a=b", "ok 200 text/plain;a=b hello" },
		{ ";x", "ok 200 - hello" }, { " ; x", "ok 200 - hello" },
		{ "\\;x", "ok 200 - hello" }, { "", "ok 200 - hello" },
		{ "\"a\" (b\nc", "ok 200 a(bc hello" },
		{ ")(", "ok 200 )( hello" },
		{ "-", "ok 200 - hello" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(types); i++) {
		struct typed typed = { { typed_get, typed_free },
		    types[i][0] };
		int fd = memfd_create("record", 0);
		struct fetcher *f = fetch_record_open(&typed.fetcher, fd);
		struct buf text = BUF(4096), got = BUF(200);
		struct dns *zone = NULL;
		char *why = NULL;

		describe(f, "a.test", 1, &got);
		fetch_free(f);
		buf_reset(&got);
		buf_str(&text, ";! recorded\n");
		text.n += (size_t)pread(fd, buf_room(&text, 1000), 1000, 0);
		close(fd);
		zone = dns_zone_read(buf_get0(&text), "z", &why);
		if (zone == NULL)
			fail_msg("%s: %s", types[i][0], why);
		f = fetch_zone_open(zone, 1, &why);
		describe(f, "a.test", 1, &got);
		if (!span_eq(buf_get0(&got), span_str(types[i][1])))
			fail_msg("%s: %.*s", types[i][0], (int)got.n, got.p);
		fetch_free(f);
		dns_free(zone);
		buf_free(&text);
		buf_free(&got);
	}
}

static void
unknown_reasons_are_refused(void **state)
{
	static const char *const texts[] = {
		";! fetch https://a.test/x sorry\n",
		";! fetch https://a.test/x ok\n",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		char *why = NULL;
		struct dns *zone = dns_zone_read(span_str(texts[i]), "z",
		    &why);

		assert_non_null(zone);
		assert_null(fetch_zone_open(zone, 1, &why));
		assert_non_null(strstr(why, "no such reason"));
		free(why);
		dns_free(zone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_told_apart),
		cmocka_unit_test(certificates_are_judged),
		cmocka_unit_test(handshakes_can_fail),
		cmocka_unit_test(handshakes_can_be_cut),
		cmocka_unit_test(ways_that_lead_nowhere),
		cmocka_unit_test(silence_ends),
		cmocka_unit_test(zone_files_answer),
		cmocka_unit_test(any_type_is_recorded),
		cmocka_unit_test(unknown_reasons_are_refused),
	};

	return cmocka_run_group_tests_name("net_fetch", tests, set_up,
	    tear_down);
}
