/*
 * A hostile zone file: it is refused with a reason, or it answers; and what
 * a recording of its answers says is the same again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cur.h"
#include "dns/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { QUESTIONS_MAX = 64 };

static const enum dns_type types[] = {
	DNS_A, DNS_TXT, DNS_MX, DNS_PTR, DNS_TLSA, (enum dns_type)999
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Every word of the file that could be a name. */
static size_t
names_in(struct span text, struct dns_name *names)
{
	struct cur c = cur_of(text);
	size_t n = 0;

	while (n < QUESTIONS_MAX && !cur_done(&c)) {
		struct span word = { NULL, 0 };

		cur_skip_fws(&c);
		word = span_first(cur_left(&c), span_chr(cur_left(&c), ' '));
		word = span_first(word, span_chr(word, '\n'));
		cur_take(&c, word.n);
		if (word.n > 0 && dns_name_parse_escaped(word, &names[n]))
			n++;
	}
	return n;
}

static void
same(const struct dns_answer *a, const struct dns_answer *b)
{
	must(a->status == b->status && a->n == b->n);
	must(dns_name_eq(&a->canonical, &b->canonical));
	for (size_t i = 0; i < a->n; i++)
		must(span_eq(a->rdata[i], b->rdata[i]));
}

static struct dns *
replay_of(struct dns *zone, const struct dns_name *names, size_t n)
{
	int fd = memfd_create("record", MFD_CLOEXEC);
	struct dns *record = dns_record_open(dns_none_open(), fd, 0);
	struct dns *replay = NULL;
	char *why = NULL;
	char path[64];

	must(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (size_t i = 0; i < n * TYPES; i++) {
		const struct dns_name *name = &names[i / TYPES];
		enum dns_type type = types[i % TYPES];
		struct dns_answer *a = dns_query_name(zone, name, type);

		dns_record_note(record, name, type, a);
		dns_answer_free(a);
	}
	must(dns_record_errno(record) == 0);
	dns_free(record);
	replay = dns_zone_open(path, &why);
	must(replay != NULL);
	close(fd);
	return replay;
}

/* The alias at "at" itself, in *at; false when there is none. */
static bool
alias(struct dns *zone, struct dns_name *at)
{
	struct dns_answer *a = dns_query_name(zone, at, DNS_CNAME);
	bool ok = a->status == DNS_OK && dns_rr_name(a->rdata[0], at);

	dns_answer_free(a);
	return ok;
}

/*
 * Whether no alias on the name's chain has other data (RFC 1034 section
 * 3.6.2): of those a recorder cannot tell the way.
 */
static bool
lawful(struct dns *zone, struct dns_name at)
{
	struct dns_name owner = at;
	bool ok = true;

	for (size_t hops = 0; ok && hops < 20 && alias(zone, &at); hops++) {
		for (size_t i = 0; i < TYPES; i++) {
			struct dns_answer *a = dns_query_name(zone, &owner,
			    types[i]);

			if (dns_name_eq(&a->canonical, &owner))
				ok = false;
			dns_answer_free(a);
		}
		owner = at;
	}
	return ok;
}

static void
compare(struct dns *zone, struct dns *replay, const struct dns_name *names,
    size_t n)
{
	for (size_t i = 0; i < n * TYPES; i++) {
		struct dns_answer *a = dns_query_name(zone,
		    &names[i / TYPES], types[i % TYPES]);
		struct dns_answer *b = dns_query_name(replay,
		    &names[i / TYPES], types[i % TYPES]);

		same(a, b);
		dns_answer_free(a);
		dns_answer_free(b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct dns_name names[QUESTIONS_MAX];
	struct span text = span_of(data, n);
	char *why = NULL;
	struct dns *zone = dns_zone_read(text, "z", &why), *replay = NULL;
	size_t asked = names_in(text, names);

	must((zone == NULL) == (why != NULL));
	free(why);
	if (zone == NULL)
		return 0;
	for (size_t i = 0; i < asked; i++)
		if (!lawful(zone, names[i]))
			asked = 0;
	replay = replay_of(zone, names, asked);
	compare(zone, replay, names, asked);
	dns_free(zone);
	dns_free(replay);
	return 0;
}
