/* Trust anchors, and servers that pass signatures on; see anchor.h. */
#include "anchor.h"

#include <stdio.h>
#include <unistd.h>

#include "dns/exchange.h"
#include "dns/master.h"
#include "sys/env.h"

enum {
	ANCHOR_MAX = 1 << 16,	/* octets of a file of anchors */
	TRIES = 2,		/* a failure may pass */
	TRY_MS = 1500,
};

const char *
anchor_find0(void)
{
	/* Debian's dns-root-data; what unbound keeps up to date by RFC 5011 */
	static const char *const paths[] = {
		"/usr/share/dns/root.key", "/var/lib/unbound/root.key",
		"/usr/share/dns/root.ds", "/etc/unbound/root.key",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], R_OK) == 0)
			return paths[i];
	return NULL;
}

/* OWNER [TTL] [CLASS] DS|DNSKEY ... */
static bool
read_entry(struct span entry, struct dns_name *owner)
{
	struct cur c = cur_of(entry);
	struct span name = master_token(&c), word = name;

	while (word.n > 0 && !span_ieq(word, SPAN("DS")) &&
	    !span_ieq(word, SPAN("DNSKEY")))
		word = master_token(&c);
	return word.n > 0 && word.p != name.p &&
	    dns_name_parse_escaped(name, owner);
}

bool
anchor_zone(const char *file, struct dns_name *zone)
{
	char text[ANCHOR_MAX];
	FILE *f = fopen(file, "re");
	size_t n = f != NULL ? fread(text, 1, sizeof(text), f) : 0;
	struct master m;
	bool found = false;

	if (f != NULL)
		fclose(f);
	master_open(&m, span_of(text, n));
	while (!found && master_next(&m))
		found = !m.directive && read_entry(buf_get0(&m.text), zone);
	master_close(&m);
	return found;
}

enum signatures { SIGNED, UNSIGNED, SILENT };

static enum signatures
ask(const struct dns_server *server, const struct dns_name *zone)
{
	struct dns_question q = {
		.type = DNS_DNSKEY, .edns = true, .dnssec = true,
		.name = *zone,
	};
	enum signatures result = SILENT;
	struct env env;

	env_system(&env);
	for (size_t i = 0; i < TRIES && result != SIGNED; i++) {
		struct dns_reading r = { .answer = NULL };
		enum dns_reply reply = REPLY_FAILED;

		env.random(env.arg, &q.id, sizeof(q.id));
		if (dns_exchange(server, &q, env_monotonic_ms() + TRY_MS,
		    &reply, &r) != EXCHANGE_DONE)
			continue;
		result = reply == REPLY_ANSWER && r.is_signed ? SIGNED :
		    UNSIGNED;
		dns_answer_free(r.answer);
	}
	return result;
}

bool
anchor_servers(const struct dns_name *zone, struct dns_servers *servers)
{
	struct dns_servers kept = *servers;
	size_t count[SILENT + 1] = { 0 };

	kept.n = 0;
	for (size_t i = 0; i < servers->n; i++) {
		enum signatures s = ask(&servers->v[i], zone);

		count[s]++;
		if (s != UNSIGNED)
			kept.v[kept.n++] = servers->v[i];
	}
	if (count[UNSIGNED] > 0 && count[SIGNED] == 0)
		return false;
	*servers = kept;
	return true;
}
