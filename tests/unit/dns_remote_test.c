/* The DNS process, over its sockets: answers, late answers, its end. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dns/dns.h"
#include "dns/process.h"
#include "dns/remote.h"

static const char zone_text[] =
    "a.test 60 A 192.0.2.1\n"
    "a.test 60 A 192.0.2.2\n"
    "b.test CNAME a.test\n"
    ";! servfail c.test\n"
    ";! secure a.test\n"
    ";! secure b.test\n";

static char program[4096];	/* build/libexec/msgsec-dns */
static char zone_path[] = "/tmp/dns_remote_test.XXXXXX";
static char zone_option[64];

static int
find_program(void **state)
{
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int fd = mkstemp(zone_path);
	char *slash = NULL;

	(void)state;
	if (n < 0 || fd < 0 || write(fd, zone_text, sizeof(zone_text) - 1) <
	    0)
		return -1;
	close(fd);
	snprintf(zone_option, sizeof(zone_option), "--zone=%s", zone_path);
	for (unsigned i = 0; i < 2; i++)
		if ((slash = strrchr(program, '/')) != NULL)
			*slash = '\0';
	strncat(program, "/libexec/msgsec-dns", sizeof(program) - 1 -
	    strlen(program));
	return 0;
}

static int
remove_zone(void **state)
{
	(void)state;
	return unlink(zone_path);
}

static struct dns_process
start(size_t n)
{
	const char *options[] = { zone_option, NULL };
	struct dns_process p;
	int status = 0;

	if (!dns_process_start(&p, program, options, n, &status))
		fail_msg("%s: status %d, errno %d", program, status, errno);
	return p;
}

static void
packets_come_back(void **state)
{
	struct span rdata[] = { SPAN("\1x"), SPAN(""), SPAN("abc") };
	struct dns_answer *a = dns_answer_new(rdata, 3, 77), *b = NULL;
	struct buf out = BUF(REMOTE_MAX);
	struct remote_question q = { 0 };
	uint32_t id = 0;

	(void)state;
	a->security = DNS_SECURE;
	assert_true(dns_name_parse(SPAN("x.y"), &a->canonical));
	remote_put_answer(&out, 0xfffefdfc, a);
	b = remote_get_answer(buf_get0(&out), &id);
	assert_non_null(b);
	assert_int_equal(id, 0xfffefdfc);
	assert_int_equal(b->n, 3);
	assert_int_equal(b->ttl, 77);
	assert_int_equal(b->security, DNS_SECURE);
	assert_true(dns_name_eq(&a->canonical, &b->canonical));
	for (size_t i = 0; i < 3; i++)
		assert_true(span_eq(a->rdata[i], b->rdata[i]));
	dns_answer_free(b);
	for (size_t cut = 0; cut < out.n; cut++)
		assert_null(remote_get_answer(span_of(out.p, cut), &id));
	buf_byte(&out, 0);
	assert_null(remote_get_answer(buf_get0(&out), &id));
	dns_answer_free(a);

	assert_false(remote_get_question(SPAN("\0\0\0\1\0\1"), &q));
	assert_false(remote_get_question(SPAN("\0\0\0\1\0\1\0x"), &q));
	assert_true(remote_get_question(SPAN("\0\0\0\1\0\17\1A\0"), &q));
	assert_int_equal(q.type, DNS_MX);
	buf_free(&out);
}

static void
too_much_is_a_failure(void **state)
{
	unsigned char *octets = calloc(65535, 1);
	struct span rdata[3] = {
		{ octets, 65535 }, { octets, 65535 }, { octets, 65535 }
	};
	struct dns_answer *a = dns_answer_new(rdata, 3, 77), *b = NULL;
	struct buf out = BUF(REMOTE_MAX);
	uint32_t id = 0;

	(void)state;
	remote_put_answer(&out, 1, a);
	b = remote_get_answer(buf_get0(&out), &id);
	assert_non_null(b);
	assert_int_equal(b->status, DNS_SERVFAIL);
	dns_answer_free(a);
	dns_answer_free(b);
	buf_free(&out);
	free(octets);
}

static void
clients_are_answered(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status status;
		size_t n;
	} rows[] = {
		{ "a.test", DNS_A, DNS_OK, 2 },
		{ "B.test.", DNS_A, DNS_OK, 2 },
		{ "a.test", DNS_MX, DNS_NODATA, 0 },
		{ "c.test", DNS_MX, DNS_SERVFAIL, 0 },
		{ "d.test", DNS_MX, DNS_NXDOMAIN, 0 },
		{ "d..test", DNS_MX, DNS_NXDOMAIN, 0 },
	};
	struct dns_process p = start(3);

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 3; i++) {
		struct dns *dns = dns_process_client(&p, i % 3);
		struct dns_answer *a = dns_query(dns,
		    span_str(rows[i / 3].name), rows[i / 3].type);

		if (a->status != rows[i / 3].status || a->n != rows[i / 3].n)
			fail_msg("%s: %s", rows[i / 3].name,
			    dns_status_name(a->status));
		if (a->n > 0) {
			assert_true(span_eq(a->rdata[1], SPAN("\300\0\2\2")));
			assert_int_equal(a->security, DNS_SECURE);
			assert_true(span_eq(dns_name_span(&a->canonical),
			    SPAN("\1a\4test\0")));
		}
		dns_answer_free(a);
		dns_free(dns);
	}
	assert_int_equal(dns_process_stop(&p), 0);
}

/* A worker asks and dies; its successor must not take that answer for its. */
static void
sockets_are_inherited(void **state)
{
	struct dns_process p = start(1);

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct dns *dns = NULL;
		struct dns_answer *a = NULL;
		pid_t pid = fork();

		if (pid == 0) {
			struct remote_question q = { .id = i, .type = DNS_MX,
				.name = { 3, { 1, 'x' } } };
			struct buf out = BUF(512);

			remote_put_question(&out, &q);
			send(p.client[0], out.p, out.n, 0);
			send(p.client[0], "junk", 4, 0);
			raise(SIGKILL);
		}
		assert_true(pid > 0);
		waitpid(pid, NULL, 0);
		dns = dns_process_client(&p, 0);
		a = dns_query(dns, SPAN("a.test"), DNS_A);
		assert_int_equal(a->status, DNS_OK);
		dns_answer_free(a);
		dns_free(dns);
	}
	assert_int_equal(dns_process_stop(&p), 0);
}

static void
a_dead_process_answers_nothing(void **state)
{
	struct dns_process p = start(1);
	struct dns *dns = dns_process_client(&p, 0);
	struct dns_answer *a = NULL;

	(void)state;
	dns_set_timeout(dns, 5);
	kill(p.pid, SIGKILL);
	for (unsigned i = 0; i < 2; i++) {
		a = dns_query(dns, SPAN("a.test"), DNS_A);
		assert_int_equal(a->status, DNS_TIMEOUT);
		dns_answer_free(a);
	}
	dns_free(dns);
	assert_int_equal(dns_process_stop(&p), 70);
}

static void
a_bad_start_is_told(void **state)
{
	static const struct {
		const char *options[3];
		int status;
	} rows[] = {
		{ { "--zone=/nonexistent/zone" }, 66 },
		{ { "--zone=/proc/self/cmdline" }, 65 },
		{ { "--resolver=nowhere" }, 64 },
		{ { "--frobnicate" }, 64 },
		{ { "--trust-anchor=/nonexistent/anchor" }, 66 },
		{ { "--trust-anchor=/proc/self/cmdline" }, 65 },
		{ { "--record=/nonexistent/out" }, 73 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_process p;
		int status = -1, err = dup(STDERR_FILENO);
		bool ok = false;

		assert_non_null(freopen("/dev/null", "w", stderr));
		ok = dns_process_start(&p, program, rows[i].options, 2,
		    &status);
		dup2(err, STDERR_FILENO);
		close(err);
		if (ok || errno != 0 || status != rows[i].status)
			fail_msg("%s: status %d", rows[i].options[0], status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_back),
		cmocka_unit_test(too_much_is_a_failure),
		cmocka_unit_test(clients_are_answered),
		cmocka_unit_test(sockets_are_inherited),
		cmocka_unit_test(a_dead_process_answers_nothing),
		cmocka_unit_test(a_bad_start_is_told),
	};

	return cmocka_run_group_tests(tests, find_program, remove_zone);
}
