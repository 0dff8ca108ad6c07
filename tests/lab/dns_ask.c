/*
 * Ask the DNS as the tools do, for the lab's shell tests:
 *   dns_ask [-s] SOURCE NAME TYPE...
 * with SOURCE one of SERVER, ad:SERVER, zone:FILE, record:FILE:SERVER and
 * process:OPTION[,OPTION...]. Prints one line a question: name, type, status,
 * canonical name, RDATA. With -s its security stands behind the status, and
 * what the resolver knows of DNSSEC in a line before.
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
static bool with_security;

static struct dns *
open_process(char *list)
{
	const char *program = getenv("MSGSEC_DNS");
	const char *options[8] = { NULL };
	int status = 0;

	for (size_t n = 0; n < 7 && list != NULL; n++)
		options[n] = strsep(&list, ",");

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
	if (strncmp(source, "ad:", 3) == 0)
		return dns_live_open(source + 3, true, &why);
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
	static const char *const security[] = {
		"indeterminate", "insecure", "secure"
	};
	struct buf line = BUF(1 << 20);

	buf_printf(&line, "%s %s %s", name, dns_type_name(type),
	    dns_status_name(a->status));
	if (with_security)
		buf_printf(&line, " %s", security[a->security]);
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
	struct dns *dns = NULL;

	if (argc > 1 && strcmp(argv[1], "-s") == 0) {
		with_security = true;
		argv++;
		argc--;
	}
	if (argc < 2 || (dns = open_source(argv[1])) == NULL)
		return 1;
	if (with_security)
		printf("%s\n", dns_trust_name(dns_trust(dns)));
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
