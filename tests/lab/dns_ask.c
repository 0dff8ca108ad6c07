/*
 * Ask the DNS as the tools do, for the lab's shell tests:
 *   dns_ask SERVER|zone:FILE|record:FILE:SERVER|process:OPTION NAME TYPE...
 * prints one line a question: name, type, status, canonical name, RDATA.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "dns/dns.h"
#include "dns/process.h"
#include "dns/rr_text.h"

static struct dns_process process;

static struct dns *
open_process(const char *option)
{
	const char *program = getenv("MSGSEC_DNS");
	const char *options[] = { option, NULL };
	int status = 0;

	if (program == NULL || !dns_process_start(&process, program, options,
	    1, &status))
		return NULL;
	return dns_process_client(&process, 0);
}

/* "FILE:SERVER" */
static struct dns *
open_record(char *file)
{
	char *colon = strchr(file, ':');
	const char *why = NULL;
	int fd = -1;

	if (colon == NULL)
		return NULL;
	*colon = '\0';
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return NULL;
	return dns_record_open(dns_live_open(colon + 1, false, &why), fd, 0);
}

static struct dns *
open_source(char *source)
{
	const char *why = NULL;
	char *text = NULL;
	struct dns *dns = NULL;

	if (strncmp(source, "process:", 8) == 0)
		return open_process(source + 8);
	if (strncmp(source, "record:", 7) == 0)
		return open_record(source + 7);
	if (strncmp(source, "zone:", 5) != 0)
		return dns_live_open(source, false, &why);
	dns = dns_zone_open(source + 5, &text);
	if (dns == NULL)
		fprintf(stderr, "%s\n", text);
	free(text);
	return dns;
}

static int
by_octets(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Servers may turn a set round, so it is shown in order. */
static void
show(const char *name, enum dns_type type, struct dns_answer *a)
{
	struct buf line = BUF(1 << 20);

	buf_printf(&line, "%s %s %s", name, dns_type_name(type),
	    dns_status_name(a->status));
	if (a->canonical.n > 0) {
		buf_byte(&line, ' ');
		dns_name_text(&line, &a->canonical, true);
	}
	qsort(a->rdata, a->n, sizeof(*a->rdata), by_octets);
	for (size_t i = 0; i < a->n; i++) {
		buf_byte(&line, ' ');
		dns_rr_text(&line, type, a->rdata[i]);
	}
	printf("%.*s\n", (int)line.n, line.p);
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	struct dns *dns = argc > 1 ? open_source(argv[1]) : NULL;

	if (dns == NULL)
		return 1;
	dns_set_timeout(dns, 3);
	for (int i = 2; i + 1 < argc; i += 2) {
		enum dns_type type = (enum dns_type)strtoul(argv[i + 1],
		    NULL, 10);
		struct dns_answer *a = dns_query(dns, span_str(argv[i]),
		    type);

		show(argv[i], type, a);
		dns_answer_free(a);
	}
	dns_free(dns);
	return process.pid != 0 ? dns_process_stop(&process) : 0;
}
