/*
 * Counts in Prometheus's text format, as a file for its node exporter's
 * textfile collector: nobody can ask for them over the network, and they
 * tell nothing of any one mailbox.
 */
#include "msgsec-relay.h"

#include <string.h>

#include "sys/file.h"
#include "sys/say.h"

enum { METRICS_MAX = 65536 };

static void
one(struct buf *out, const char *name, const char *kind, const char *help,
    uint64_t n)
{
	buf_printf(out, "# HELP msgsec_relay_%s %s\n"
	    "# TYPE msgsec_relay_%s %s\nmsgsec_relay_%s %llu\n", name, help,
	    name, kind, name, (unsigned long long)n);
}

static void
labelled(struct buf *out, const char *name, const char *label,
    const char *value, uint64_t n)
{
	buf_printf(out, "msgsec_relay_%s{%s=\"%s\"} %llu\n", name, label,
	    value, (unsigned long long)n);
}

static void
write_tables(const struct counts *c, struct buf *out)
{
	buf_str(out, "# HELP msgsec_relay_requests_total requests read\n"
	    "# TYPE msgsec_relay_requests_total counter\n");
	for (int v = 0; v < RELAY_VERBS; v++)
		labelled(out, "requests_total", "verb", relay_verb_name(v),
		    c->requests[v]);
	buf_str(out, "# HELP msgsec_relay_answers_total answers sent\n"
	    "# TYPE msgsec_relay_answers_total counter\n");
	for (int e = 0; e < RELAY_ERRORS; e++)
		labelled(out, "answers_total", "error", e == RELAY_FINE ?
		    "none" : relay_error_name(e), c->errors[e]);
}

static void
write_all(const struct server *s, const struct depot_totals *t,
    struct buf *out)
{
	const struct counts *c = &s->counts;

	one(out, "mailboxes", "gauge", "mailboxes there are", t->mailboxes);
	one(out, "messages", "gauge", "messages that wait", t->messages);
	one(out, "connections", "gauge", "connections open", s->n);
	one(out, "connections_total", "counter", "connections taken",
	    c->connections);
	one(out, "connections_refused_total", "counter",
	    "connections refused: too many, or too often, of one address",
	    c->refused);
	one(out, "connections_cut_total", "counter",
	    "connections ended: silent or slow", c->cut);
	one(out, "turns_total", "counter", "turns of the loop", c->turns);
	one(out, "messages_kept_total", "counter", "messages taken in",
	    c->kept);
	one(out, "messages_acked_total", "counter",
	    "messages acknowledged and deleted", c->acked);
	one(out, "bundles_taken_total", "counter",
	    "one-time bundles handed out", c->taken);
	one(out, "last_resorts_taken_total", "counter",
	    "bundles handed out that are no one-time ones", c->last_taken);
	write_tables(c, out);
}

void
metrics_write(struct server *s)
{
	struct depot_totals t = { .mailboxes = 0 };
	struct buf out = BUF(METRICS_MAX);
	struct file_out f;
	enum file_result r = FILE_OK;

	if (s->a->metrics == NULL)
		return;
	depot_begin(s->depot);
	depot_totals(s->depot, &t);
	write_all(s, &t, &out);
	r = file_out_open(&f, s->a->metrics, 0644);
	if (r == FILE_OK && !file_write_all(f.fd, buf_get0(&out))) {
		file_out_abort(&f);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&f, true);
	}
	if (r != FILE_OK)
		say_warn("--metrics: %s: %s", s->a->metrics, file_why(r));
	buf_free(&out);
}
