/* Dialling on loopback, and streams over real sockets. */
#include "unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/line.h"
#include "net/stream.h"
#include "sys/env.h"

static struct ip_addr
address(const char *text)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(span_str(text), &a));
	return a;
}

/* A listening socket on 127.0.0.1 (not listening for backlog < 0). */
static int
listener(int backlog, uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static int64_t
in_ms(int64_t ms)
{
	return env_monotonic_ms() + ms;
}

static void
results_are_told_apart(void **state)
{
	struct ip_addr lo = address("127.0.0.1"), lo2 = address("127.0.0.2");
	struct dialer *d = dial_live(NULL, true), *none = dial_none();
	struct dialer *from = dial_live(&lo2, true);
	struct sockaddr_in me = { 0 };
	socklen_t n = sizeof(me);
	uint16_t open_port = 0, shut_port = 0;
	int open_fd = listener(1, &open_port);
	int shut_fd = listener(-1, &shut_port), fd = -1;

	(void)state;
	assert_int_equal(dial(d, &lo, open_port, in_ms(2000), &fd), DIAL_OK);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	fd = -1;
	assert_int_equal(dial(d, &lo, shut_port, in_ms(2000), &fd),
	    DIAL_REFUSED);
	assert_int_equal(dial(none, &lo, open_port, in_ms(2000), &fd),
	    DIAL_OFFLINE);
	assert_int_equal(fd, -1);
	assert_int_equal(dial(from, &lo, open_port, in_ms(2000), &fd),
	    DIAL_OK);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&me, &n), 0);
	assert_int_equal(me.sin_addr.s_addr, htonl(0x7f000002));
	close(fd);
	close(open_fd);
	close(shut_fd);
	dial_free(d);
	dial_free(from);
	dial_free(none);
	dial_free(NULL);
}

/* A full backlog takes no more: nobody answers until the deadline. */
static void
silence_is_a_timeout(void **state)
{
	struct ip_addr lo = address("127.0.0.1");
	struct dialer *d = dial_live(NULL, true);
	enum dial_result r = DIAL_OK;
	uint16_t port = 0;
	int fd = listener(0, &port), held[8], n = 0;
	int64_t start = 0;

	(void)state;
	while (n < 8 && r == DIAL_OK) {
		start = env_monotonic_ms();
		r = dial(d, &lo, port, in_ms(200), &held[n]);
		if (r == DIAL_OK)
			n++;
	}
	assert_int_equal(r, DIAL_TIMEOUT);
	assert_in_range(env_monotonic_ms() - start, 190, 2000);
	while (n > 0)
		close(held[--n]);
	close(fd);
	dial_free(d);
}

static void
only_public_addresses(void **state)
{
	static const char *const banned[] = {
		"127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.0.1",
		"100.64.0.1", "224.0.0.1", "0.0.0.0", "::1", "fe80::1",
		"fd00::1", "::", "ff02::1", "::ffff:127.0.0.1",
	};
	struct dialer *d = dial_live(NULL, false);

	(void)state;
	for (size_t i = 0; i < ROWS(banned); i++) {
		struct ip_addr a = { 0 };
		int fd = -1;

		assert_true(ip_parse6(span_str(banned[i]), &a) ||
		    ip_parse4(span_str(banned[i]), &a));
		if (dial(d, &a, 25, in_ms(100), &fd) != DIAL_NOT_PUBLIC)
			fail_msg("%s", banned[i]);
	}
	dial_free(d);
}

/* A stream over one end of a socket pair; the other end in *peer. */
static struct stream *
pair(int *peer)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fd), 0);
	*peer = fd[1];
	return stream_plain(fd[0]);
}

static void
say(int peer, const char *text)
{
	assert_int_equal(write(peer, text, strlen(text)), strlen(text));
}

static void
lines_wait_and_go_on(void **state)
{
	struct span line = { NULL, 0 };
	bool bare_lf = false;
	int peer = -1;
	struct stream *s = pair(&peer);
	int64_t start = env_monotonic_ms();

	(void)state;
	say(peer, "one\r\ntw");
	assert_int_equal(line_read(s, in_ms(1000), &line, &bare_lf), STREAM_OK);
	assert_true(span_eq(line, SPAN("one")) && !bare_lf);
	assert_int_equal(line_read(s, in_ms(100), &line, &bare_lf), STREAM_TIMEOUT);
	assert_in_range(env_monotonic_ms() - start, 90, 900);
	say(peer, "o\n\r\nthree\r\r\nx");
	/* what has come needs no time */
	assert_int_equal(line_read(s, 0, &line, &bare_lf), STREAM_OK);
	assert_true(span_eq(line, SPAN("two")) && bare_lf);
	assert_int_equal(line_read(s, 0, &line, &bare_lf), STREAM_OK);
	assert_true(line.n == 0 && !bare_lf);
	assert_int_equal(line_read(s, 0, &line, &bare_lf), STREAM_OK);
	assert_true(span_eq(line, SPAN("three\r")));
	close(peer);
	assert_int_equal(line_read(s, 0, &line, &bare_lf), STREAM_CLOSED);
	assert_int_equal(stream_write(s, SPAN("x"), in_ms(100)),
	    STREAM_CLOSED);
	stream_free(s);
}

static void
what_arrived_is_seen_and_dropped(void **state)
{
	unsigned char octet = 0;
	int peer = -1;
	size_t got = 0;
	struct stream *s = pair(&peer);

	(void)state;
	assert_int_equal(stream_arrived(s).n, 0);
	say(peer, "clear");
	assert_true(span_eq(stream_arrived(s), SPAN("clear")));
	say(peer, " text");
	assert_true(span_eq(stream_arrived(s), SPAN("clear text")));
	stream_drop(s, 5);
	assert_int_equal(stream_read(s, &octet, 1, 0, &got), STREAM_OK);
	assert_int_equal(octet, ' ');
	stream_drop(s, 100);
	assert_int_equal(stream_arrived(s).n, 0);
	assert_int_equal(stream_read(s, &octet, 1, in_ms(20), &got),
	    STREAM_TIMEOUT);
	stream_limit(s, 3);
	say(peer, "abcd");
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(stream_read(s, &octet, 1, 0, &got),
		    STREAM_OK);
	assert_int_equal(octet, 'c');
	assert_int_equal(stream_read(s, &octet, 1, 0, &got), STREAM_TOO_LONG);
	close(peer);
	stream_free(s);
}

/* Nobody reads: the write ends at its deadline, not never. */
/* Segments sent that the other side has not acknowledged. */
static unsigned
unacknowledged(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t n = sizeof(info);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n), 0);
	return info.tcpi_unacked;
}

/* Nagle's algorithm on the other side holds more back until then. */
static void
who_waits_for_more_acknowledges(void **state)
{
	struct ip_addr lo = address("127.0.0.1");
	struct dialer *d = dial_live(NULL, true);
	uint16_t port = 0;
	int open_fd = listener(1, &port), fd = -1, peer = -1, off = 0;
	struct stream *s = NULL;
	unsigned char octet = 0;
	size_t got = 0;

	(void)state;
	assert_int_equal(dial(d, &lo, port, in_ms(2000), &fd), DIAL_OK);
	peer = accept(open_fd, NULL, NULL);
	assert_true(peer >= 0);
	s = stream_plain(fd);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off,
	    sizeof(off)), 0);
	say(peer, "x");
	assert_int_equal(stream_read(s, &octet, 1, in_ms(1000), &got),
	    STREAM_OK);
	assert_int_equal(stream_read(s, &octet, 1, 0, &got), STREAM_TIMEOUT);
	assert_int_equal(unacknowledged(peer), 0);
	stream_free(s);
	close(peer);
	close(open_fd);
	dial_free(d);
}

static void
writes_end(void **state)
{
	static unsigned char much[1 << 22];
	int peer = -1;
	struct stream *s = pair(&peer);
	int64_t start = env_monotonic_ms();

	(void)state;
	assert_int_equal(stream_write(s, span_of(much, sizeof(much)),
	    in_ms(100)), STREAM_TIMEOUT);
	assert_in_range(env_monotonic_ms() - start, 90, 2000);
	close(peer);
	assert_int_equal(stream_write(s, SPAN("x"), in_ms(100)),
	    STREAM_RESET);
	stream_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_told_apart),
		cmocka_unit_test(silence_is_a_timeout),
		cmocka_unit_test(only_public_addresses),
		cmocka_unit_test(lines_wait_and_go_on),
		cmocka_unit_test(what_arrived_is_seen_and_dropped),
		cmocka_unit_test(who_waits_for_more_acknowledges),
		cmocka_unit_test(writes_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
