/*
 * DNS for unit tests: answers from zone text (msgsec-zone(5)), and a log of
 * the questions, so that a test can say what must not be asked.
 */
#ifndef TESTS_LOG_DNS_H
#define TESTS_LOG_DNS_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dns/dns.h"

struct log_dns {
	struct dns dns;
	struct dns *zone;
	struct buf log;		/* "TXT _dmarc.example.org\n" a question */
};

static struct dns_answer *
log_dns_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct log_dns *l = (struct log_dns *)dns;

	buf_printf(&l->log, "%s ", dns_type_name(type));
	dns_name_text(&l->log, name, true);
	buf_byte(&l->log, '\n');
	return dns_query_name(l->zone, name, type);
}

static void
log_dns_free(struct dns *dns)
{
	struct log_dns *l = (struct log_dns *)dns;

	dns_free(l->zone);
	buf_free(&l->log);
	free(l);
}

/* Free with dns_free(&l->dns). The text must be a sound zone. */
static inline struct log_dns *
log_dns_new(const char *zone)
{
	static const struct dns_ops ops = {
		.query = log_dns_query, .free = log_dns_free
	};
	struct log_dns *l = xcalloc(1, sizeof(*l));
	char *why = NULL;

	l->dns.ops = &ops;
	l->log = BUF(1 << 20);
	l->zone = dns_zone_read(span_str(zone), "test", &why);
	if (l->zone == NULL) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
	return l;
}

#endif
