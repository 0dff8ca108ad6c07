/* A judged target for people; see render.h. */
#include "render.h"

#include "base/utf8.h"
#include "dns/idn.h"

enum { TEXT_ROOM = 4096 };

static void
text_certificate(const struct shown *s, struct buf *out)
{
	const struct cert *c = &s->chain.v[0];

	buf_printf(out, "        %s %u, chain %s, name %s: ",
	    tls_key_name(c->key), c->key_bits,
	    chain_result_name(s->verdict.result),
	    s->name_match ? "matches" : "does not match");
	utf8_clean(out, span_str(c->subject));
	buf_byte(out, '\n');
}

static void
text_negotiated(const struct probe *p, struct buf *out)
{
	const struct session *s = &p->session;
	char room[TLS_NAME_SIZE];

	buf_str(out, tls_version_name(room, s->version));
	buf_byte(out, ' ');
	buf_str(out, tls_suite_name(room, s->cipher));
	if (s->group != 0)
		buf_printf(out, " %s", tls_group_name(room, s->group));
}

static void
text_versions(const struct probe *p, struct buf *out)
{
	struct tls_codes suites = { 0 }, groups = { 0 };
	char room[TLS_NAME_SIZE];

	if (!p->enumerated)
		return;
	offered_suites(p, &suites);
	offered_groups(p, &groups);
	buf_str(out, "        offers");
	for (size_t i = 0; i < TLS_VERSIONS; i++)
		if (p->offer.version[i] == TLS_YES)
			buf_printf(out, " %s", tls_version_name(room,
			    tls_version_at(i)));
	buf_printf(out, "; %zu suites, %zu groups; %u connections\n",
	    suites.n, groups.n, p->connections);
}

static void
text_address(const struct server *s, const struct address *a, struct buf *out)
{
	struct buf error = BUF(TEXT_ROOM);
	char at[PLACE_TEXT_SIZE];

	buf_printf(out, "      %s  ", place_text(at, &a->place));
	if (error_text(a, &error)) {
		buf_printf(out, "STARTTLS %s; ",
		    starttls_name(a->probe.hail.starttls));
		utf8_clean(out, buf_get0(&error));
	} else {
		text_negotiated(&a->probe, out);
	}
	buf_printf(out, "; DANE %s\n", dane_word(s, a));
	if (a->seen)
		text_versions(&a->probe, out);
	for (size_t i = 0; i < a->shown_n; i++)
		text_certificate(&a->shown[i], out);
	buf_free(&error);
}

static void
text_server(const struct server *s, struct buf *out)
{
	if (s->source == SOURCE_MX)
		buf_printf(out, "  MX  %u %s\n", s->preference, s->name);
	else
		buf_printf(out, "  %s at %s\n", service_info(s->service)->name,
		    s->name);
	for (size_t i = 0; i < s->n; i++)
		text_address(s, &s->v[i], out);
	if (s->source != SOURCE_MX)
		return;
	buf_str(out, "      senders: ");
	for (int who = 0; who < SENDERS; who++) {
		buf_printf(out, "%s%s ", who > 0 ? "; " : "",
		    sender_name((enum sender)who));
		sender_row_text(&s->rows[who], out);
	}
	buf_byte(out, '\n');
}

/* Where there are both. */
static void
text_families(const struct target *t, struct buf *out)
{
	const struct family *v4 = &t->family[0], *v6 = &t->family[1];

	if (v4->addresses == 0 || v6->addresses == 0)
		return;
	buf_printf(out, "  by IPv4 alone %s, by IPv6 alone %s\n",
	    family_verdict(v4), family_verdict(v6));
}

void
render_text(const struct job *job, const struct target *t, struct buf *out)
{
	run_banner(&job->run, out);
	idn_to_unicode(buf_get0(&t->name), out);
	if (t->is_endpoint)
		buf_printf(out, ":%u", t->port);
	buf_printf(out, ": %s\n", target_verdict(t));
	for (size_t i = 0; i < t->servers.n; i++)
		text_server(&t->servers.v[i], out);
	text_families(t, out);
	run_text_findings(&t->findings, out);
}
