/*
 * Distance for the benchmarks, where the kernel has no netem: a cable between
 * two network namespaces that holds each packet for half a round trip.
 *   distance NETNS MICROSECONDS
 * makes the interface far0 here and near0 in the namespace that the file NETNS
 * names, says "ready" when both are there, and carries packets until stdin
 * ends. Then it says what has passed: packets and octets in both directions,
 * TCP connections and DNS questions of the near side (IPv4).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
	MTU = 1500,
	ON_THE_WAY = 1 << 15,	/* packets; more are dropped */
	DNS_PORT = 53,
};

struct packet {
	int64_t due;		/* nanoseconds */
	ssize_t n;
	unsigned char octets[MTU];
};

/* One direction: first in, first out, since all are held for as long. */
struct way {
	int from, to;
	bool from_near;
	struct packet *ring;
	size_t first, n;
	uint64_t packets, octets, dropped;
};

static uint64_t connections, questions;

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int
open_tun(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0)
		die("/dev/net/tun");
	return fd;
}

static int
open_tun_in(const char *netns, const char *name)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there = open(netns, O_RDONLY | O_CLOEXEC), fd = -1;

	if (here < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0)
		die(netns);
	fd = open_tun(name);
	if (setns(here, CLONE_NEWNET) < 0)
		die("setns");
	close(here);
	close(there);
	return fd;
}

/* A SYN alone is a connection (RFC 9293), UDP to port 53 a question. */
static void
count(const unsigned char *p, size_t n)
{
	enum { TCP = 6, UDP = 17, SYN = 0x02, SYN_ACK = 0x12, FLAGS = 13 };
	size_t header = (size_t)(p[0] & 15) * 4;

	if (n < header + FLAGS + 1 || p[0] >> 4 != 4)
		return;
	connections += p[9] == TCP && (p[header + FLAGS] & SYN_ACK) == SYN;
	questions += p[9] == UDP &&
	    p[header + 2] * 256 + p[header + 3] == DNS_PORT;
}

/* All that has come. */
static void
take(struct way *w, int64_t hold)
{
	unsigned char lost[MTU];

	for (;;) {
		struct packet *p = &w->ring[(w->first + w->n) % ON_THE_WAY];
		bool full = w->n == ON_THE_WAY;
		ssize_t n = read(w->from, full ? lost : p->octets, MTU);

		if (n <= 0)
			return;
		w->dropped += full;
		if (full)
			continue;
		p->n = n;
		p->due = now() + hold;
		w->n++;
		w->packets++;
		w->octets += (size_t)n;
		if (w->from_near)
			count(p->octets, (size_t)n);
	}
}

/* All that is due; the time of the next one, or 0. */
static int64_t
give(struct way *w)
{
	while (w->n > 0 && w->ring[w->first].due <= now()) {
		struct packet *p = &w->ring[w->first];

		if (write(w->to, p->octets, (size_t)p->n) < 0 &&
		    errno != EINVAL && errno != EIO)
			w->dropped++;
		w->first = (w->first + 1) % ON_THE_WAY;
		w->n--;
	}
	return w->n > 0 ? w->ring[w->first].due : 0;
}

static void
carry(struct way *there, struct way *back, int64_t hold)
{
	struct pollfd fds[] = {
		{ .fd = there->from, .events = POLLIN },
		{ .fd = back->from, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};

	while ((fds[2].revents & (POLLIN | POLLHUP)) == 0) {
		int64_t a = give(there), b = give(back);
		int64_t due = a == 0 || (b != 0 && b < a) ? b : a;
		int64_t wait = due == 0 ? INT64_C(1000000000) : due - now();
		struct timespec t = { 0, 0 };

		if (wait > 0)
			t = (struct timespec){ wait / 1000000000,
			    wait % 1000000000 };
		if (ppoll(fds, 3, &t, NULL) < 0 && errno != EINTR)
			die("poll");
		take(there, hold);
		take(back, hold);
	}
}

int
main(int argc, char **argv)
{
	struct way there = { .from_near = true }, back = { 0 };
	int64_t hold = 0;

	if (argc != 3) {
		fputs("usage: distance NETNS MICROSECONDS\n", stderr);
		return 64;
	}
	hold = strtoll(argv[2], NULL, 10) * 1000 / 2;
	there.from = back.to = open_tun_in(argv[1], "near0");
	there.to = back.from = open_tun("far0");
	there.ring = calloc(ON_THE_WAY, sizeof(*there.ring));
	back.ring = calloc(ON_THE_WAY, sizeof(*back.ring));
	if (there.ring == NULL || back.ring == NULL)
		die("memory");
	puts("ready");
	fflush(stdout);
	carry(&there, &back, hold);
	printf("{\"packets\":[%ju,%ju],\"octets\":[%ju,%ju],\"dropped\":%ju,"
	    "\"connections\":%ju,\"questions\":%ju}\n",
	    (uintmax_t)there.packets, (uintmax_t)back.packets,
	    (uintmax_t)there.octets, (uintmax_t)back.octets,
	    (uintmax_t)(there.dropped + back.dropped),
	    (uintmax_t)connections, (uintmax_t)questions);
	free(there.ring);
	free(back.ring);
	return 0;
}
