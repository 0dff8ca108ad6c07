/*
 * The stub resolver against a server that misbehaves as its question's first
 * label says: forged, truncated, broken and missing answers.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cur.h"
#include "dns/dns.h"
#include "dns/servers.h"

enum { NXDOMAIN = 3, FORMERR = 1, SERVFAIL = 2, REFUSED = 5 };
enum { QR = 0x80, AA = 4, TC = 2, RA = 0x80, AD = 0x20 };

/* A message in the making; its header is patched as it grows. */
struct reply {
	struct buf b;
	struct span question;	/* name, type, class */
};

static void
count(struct reply *r, size_t at)
{
	r->b.p[at + 1]++;
}

/* Name as plain text, or NULL for the question's own by a pointer. */
static void
add_rr(struct reply *r, size_t section, const char *owner, unsigned type,
    struct span rdata)
{
	struct dns_name name = { 2, { 0xc0, 12 } };
	unsigned char fixed[] = {
		0, (unsigned char)type, 0, 1, 0, 0, 0, 60,
		(unsigned char)(rdata.n >> 8), (unsigned char)rdata.n
	};

	if (owner != NULL)
		assert_true(dns_name_parse(span_str(owner), &name));
	buf_span(&r->b, dns_name_span(&name));
	buf_add(&r->b, fixed, sizeof(fixed));
	buf_span(&r->b, rdata);
	count(r, section);
}

enum { ANSWER = 6, AUTHORITY = 8 };

static void
add_alias(struct reply *r, const char *owner, const char *target)
{
	struct dns_name name;

	assert_true(dns_name_parse(span_str(target), &name));
	add_rr(r, ANSWER, owner, DNS_CNAME, dns_name_span(&name));
}

static void
add_soa(struct reply *r)
{
	static const unsigned char soa[22] = { [21] = 30 };

	add_rr(r, AUTHORITY, "test", DNS_SOA, span_of(soa, sizeof(soa)));
}

static const struct span one = { (const unsigned char *)"\300\0\2\1", 4 };

static void
flags(struct reply *r, unsigned more, unsigned rcode)
{
	r->b.p[2] |= (unsigned char)more;
	r->b.p[3] |= (unsigned char)rcode;
}

/* Fill 3000 octets of TXT. */
static void
add_big(struct reply *r)
{
	unsigned char string[201] = { 200 };
	struct buf rdata = BUF(4096);

	for (unsigned i = 0; i < 15; i++)
		buf_add(&rdata, string, sizeof(string));
	add_rr(r, ANSWER, NULL, DNS_TXT, buf_get0(&rdata));
	buf_free(&rdata);
}

static bool
label_is(const struct reply *r, const char *label)
{
	size_t n = strlen(label);

	return r->question.p[0] == n &&
	    memcmp(r->question.p + 1, label, n) == 0;
}

/* False: say nothing. */
static bool
make_reply(struct reply *r, bool edns, bool tcp)
{
	if (label_is(r, "silent"))
		return false;
	if (label_is(r, "ok") || label_is(r, "forged") ||
	    label_is(r, "stranger") || (label_is(r, "plain") && !edns)) {
		add_rr(r, ANSWER, NULL, DNS_A, one);
	} else if (label_is(r, "plain")) {
		flags(r, 0, FORMERR);
	} else if (label_is(r, "signed")) {
		flags(r, 0, AD);
		add_rr(r, ANSWER, NULL, DNS_A, one);
	} else if (label_is(r, "servfail")) {
		flags(r, 0, SERVFAIL);
	} else if (label_is(r, "refused")) {
		flags(r, 0, REFUSED);
	} else if (label_is(r, "big") && !tcp) {
		flags(r, TC, 0);
	} else if (label_is(r, "big")) {
		add_big(r);
	} else if (label_is(r, "nodata")) {
		add_soa(r);
	} else if (label_is(r, "none")) {
		flags(r, 0, NXDOMAIN);
		add_soa(r);
	} else if (label_is(r, "lame")) {
		add_rr(r, AUTHORITY, "test", DNS_NS, SPAN("\1a\0"));
	} else if (label_is(r, "alias")) {
		add_alias(r, NULL, "middle.test");
		add_alias(r, "middle.test", "end.test");
		add_rr(r, ANSWER, "end.test", DNS_A, one);
	} else if (label_is(r, "half")) {
		add_alias(r, NULL, "ok.test");
	} else if (label_is(r, "deadend")) {
		add_alias(r, NULL, "gone.test");
		flags(r, 0, NXDOMAIN);
		add_soa(r);
	} else if (label_is(r, "empty")) {
		add_alias(r, NULL, "hollow.test");
		add_soa(r);
	} else if (label_is(r, "ring")) {
		add_alias(r, NULL, "ring.test");
	} else if (label_is(r, "ping")) {
		add_alias(r, NULL, "pong.test");
	} else if (label_is(r, "pong")) {
		add_alias(r, NULL, "ping.test");
	} else if (label_is(r, "odd")) {
		add_rr(r, ANSWER, "evil.test", DNS_A, one);
	} else if (label_is(r, "broken")) {
		add_rr(r, ANSWER, NULL, DNS_A, one);
		r->b.n -= 2;
	}
	return true;
}

/* The reply to a question message; false when there shall be none. */
static bool
answer(struct span message, struct reply *r, bool tcp)
{
	struct cur c = cur_of(message);
	struct span header = cur_take(&c, 12);
	size_t from = c.at;

	while (cur_peek(&c) > 0)
		cur_take(&c, cur_u8(&c));
	cur_take(&c, 5);
	assert_false(c.bad);
	r->question = span_of(message.p + from, c.at - from);
	buf_span(&r->b, span_first(header, 6));
	buf_add(&r->b, "\0\0\0\0\0\0", 6);
	buf_span(&r->b, r->question);
	r->b.p[2] |= QR;
	return make_reply(r, header.p[11] > 0, tcp);
}

static void
serve_udp(int fd)
{
	unsigned char in[2048];
	struct sockaddr_in from;
	socklen_t n_from = sizeof(from);
	ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from,
	    &n_from);
	struct reply r = { .b = BUF(65535) };

	if (n > 0 && answer(span_of(in, (size_t)n), &r, false)) {
		if (label_is(&r, "forged")) {
			/* another number, another name, and a query first */
			r.b.p[0] ^= 1;
			r.b.p[r.b.n - 1] ^= 9;
			sendto(fd, r.b.p, r.b.n, 0, (struct sockaddr *)&from,
			    n_from);
			r.b.p[0] ^= 1;
			r.b.p[14] ^= 3;
			sendto(fd, r.b.p, r.b.n, 0, (struct sockaddr *)&from,
			    n_from);
			r.b.p[14] ^= 3;
			r.b.p[2] ^= QR;
			sendto(fd, r.b.p, r.b.n, 0, (struct sockaddr *)&from,
			    n_from);
			r.b.p[2] ^= QR;
			r.b.p[r.b.n - 1] ^= 9;
		}
		sendto(fd, r.b.p, r.b.n, 0, (struct sockaddr *)&from, n_from);
	}
	buf_free(&r.b);
}

static void
serve_tcp(int listening)
{
	unsigned char in[2048], size[2];
	int fd = accept(listening, NULL, NULL);
	struct reply r = { .b = BUF(65535) };
	ssize_t n = recv(fd, size, 2, MSG_WAITALL);

	if (n == 2 && (n = recv(fd, in, (size_t)size[0] << 8 | size[1],
	    MSG_WAITALL)) > 0 && answer(span_of(in, (size_t)n), &r, true)) {
		size[0] = (unsigned char)(r.b.n >> 8);
		size[1] = (unsigned char)r.b.n;
		send(fd, size, 1, MSG_NOSIGNAL);
		send(fd, size + 1, 1, MSG_NOSIGNAL);
		send(fd, r.b.p, 100, MSG_NOSIGNAL);
		send(fd, r.b.p + 100, r.b.n - 100, MSG_NOSIGNAL);
	}
	buf_free(&r.b);
	close(fd);
}

static char server[64];
static pid_t server_pid;

static int
start_server(void **state)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = { htonl(0x7f000001) }
	};
	socklen_t n = sizeof(at);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	int tcp = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	if (bind(udp, (struct sockaddr *)&at, n) < 0 ||
	    getsockname(udp, (struct sockaddr *)&at, &n) < 0 ||
	    bind(tcp, (struct sockaddr *)&at, n) < 0 || listen(tcp, 5) < 0)
		return -1;
	snprintf(server, sizeof(server), "127.0.0.1@%u", ntohs(at.sin_port));
	server_pid = fork();
	if (server_pid != 0) {
		close(udp);
		close(tcp);
		return server_pid < 0;
	}
	for (;;) {
		struct pollfd p[2] = { { udp, POLLIN, 0 }, { tcp, POLLIN, 0 } };

		poll(p, 2, -1);
		if (p[0].revents != 0)
			serve_udp(udp);
		if (p[1].revents != 0)
			serve_tcp(tcp);
	}
}

static int
stop_server(void **state)
{
	(void)state;
	kill(server_pid, SIGKILL);
	return waitpid(server_pid, NULL, 0) != server_pid;
}

static struct dns *
open_live(bool trust_ad)
{
	const char *why = NULL;
	struct dns *dns = dns_live_open(server, trust_ad, &why);

	assert_non_null(dns);
	dns_set_timeout(dns, 2);
	return dns;
}

static void
answers_are_judged(void **state)
{
	static const struct {
		const char *label;
		enum dns_type type;
		enum dns_status status;
		const char *canonical;	/* NULL: none, it failed */
		uint32_t ttl;
	} rows[] = {
		{ "ok", DNS_A, DNS_OK, "ok.test", 60 },
		{ "OK", DNS_A, DNS_OK, "ok.test", 60 },
		{ "forged", DNS_A, DNS_OK, "forged.test", 60 },
		{ "plain", DNS_A, DNS_OK, "plain.test", 60 },
		{ "signed", DNS_A, DNS_OK, "signed.test", 60 },
		{ "servfail", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "refused", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "nodata", DNS_A, DNS_NODATA, "nodata.test", 30 },
		{ "none", DNS_A, DNS_NXDOMAIN, "none.test", 30 },
		{ "lame", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "alias", DNS_A, DNS_OK, "end.test", 60 },
		{ "alias", DNS_CNAME, DNS_OK, "alias.test", 60 },
		{ "half", DNS_A, DNS_OK, "ok.test", 60 },
		{ "deadend", DNS_A, DNS_NXDOMAIN, "gone.test", 30 },
		{ "empty", DNS_A, DNS_NODATA, "hollow.test", 30 },
		{ "ring", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "ping", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "odd", DNS_A, DNS_NODATA, "odd.test", 0 },
		{ "broken", DNS_A, DNS_SERVFAIL, NULL, 0 },
		{ "silent", DNS_A, DNS_TIMEOUT, NULL, 0 },
		{ "ok", DNS_A, DNS_OK, "ok.test", 60 },
	};
	struct dns *dns = open_live(false);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[64];
		struct dns_answer *a = NULL;
		struct dns_name want = { 0, { 0 } };

		snprintf(text, sizeof(text), "%s.test", rows[i].label);
		a = dns_query(dns, span_str(text), rows[i].type);
		if (rows[i].canonical != NULL)
			assert_true(dns_name_parse(
			    span_str(rows[i].canonical), &want));
		if (a->status != rows[i].status || a->ttl != rows[i].ttl ||
		    a->security != DNS_INDETERMINATE ||
		    !dns_name_eq(&a->canonical, &want))
			fail_msg("%s: %s, TTL %u", rows[i].label,
			    dns_status_name(a->status), a->ttl);
		if (a->status == DNS_OK && rows[i].type == DNS_A)
			assert_true(a->n == 1 && span_eq(a->rdata[0], one));
		dns_answer_free(a);
	}
	dns_free(dns);
}

static void
long_answers_come_by_tcp(void **state)
{
	struct dns *dns = open_live(false);
	struct dns_answer *a = dns_query(dns, SPAN("big.test"), DNS_TXT);

	(void)state;
	assert_int_equal(a->status, DNS_OK);
	assert_int_equal(a->rdata[0].n, 15 * 201);
	dns_answer_free(a);
	dns_free(dns);
}

static void
ad_is_believed_on_request_only(void **state)
{
	static const struct {
		const char *name;
		enum dns_security security;
	} rows[] = {
		{ "signed.test", DNS_SECURE },
		{ "ok.test", DNS_INSECURE },
	};
	struct dns *dns = open_live(true);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_answer *a = dns_query(dns, span_str(rows[i].name),
		    DNS_A);

		if (a->security != rows[i].security)
			fail_msg("%s", rows[i].name);
		dns_answer_free(a);
	}
	dns_free(dns);
}

static void
servers_are_named(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int family;
		unsigned port;
	} rows[] = {
		{ "192.0.2.1", true, AF_INET, 53 },
		{ "192.0.2.1@5353", true, AF_INET, 5353 },
		{ "2001:db8::1", true, AF_INET6, 53 },
		{ "2001:db8::1@1", true, AF_INET6, 1 },
		{ "fe80::1%lo@53", true, AF_INET6, 53 },
		{ "192.0.2.1@0", false, 0, 0 },
		{ "192.0.2.1@65536", false, 0, 0 },
		{ "192.0.2.1@", false, 0, 0 },
		{ "192.0.2", false, 0, 0 },
		{ "192.0.2.1%lo", false, 0, 0 },
		{ "fe80::1%nosuchif", false, 0, 0 },
		{ "localhost", false, 0, 0 },
		{ "", false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_server s;
		bool ok = dns_server_parse(span_str(rows[i].text), &s);

		if (ok != rows[i].ok || (ok &&
		    (s.addr.ss_family != rows[i].family || ntohs(
		    ((struct sockaddr_in *)(void *)&s.addr)->sin_port) !=
		    rows[i].port)))
			fail_msg("row \"%s\"", rows[i].text);
	}
}

static void
resolv_conf_is_read(void **state)
{
	struct dns_servers s;

	(void)state;
	dns_servers_conf(SPAN("# c\nnameserver 192.0.2.1 # x\r\n"
	    "search a b\nnameserver frob\n\tnameserver\t2001:db8::1\n"
	    "options ndots:1 timeout:3 attempts:9 trust-ad\n"
	    "nameserver 192.0.2.3\nnameserver 192.0.2.4"), &s);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.v[1].addr.ss_family, AF_INET6);
	assert_int_equal(s.timeout, 3);
	assert_int_equal(s.attempts, 5);
	assert_true(s.trust_ad);
	dns_servers_conf(SPAN(""), &s);
	assert_int_equal(s.n, 1);
	assert_false(s.trust_ad);
	assert_int_equal(s.attempts, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(long_answers_come_by_tcp),
		cmocka_unit_test(ad_is_believed_on_request_only),
		cmocka_unit_test(servers_are_named),
		cmocka_unit_test(resolv_conf_is_read),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
