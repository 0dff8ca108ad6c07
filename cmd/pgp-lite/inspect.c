/*
 * inspect: the packets of any OpenPGP data, one line each, and what is to be
 * seen of a mail. Nothing is decrypted or verified, so nothing of it is to be
 * believed.
 */
#include "inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/utf8.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"
#include "pgp/packet.h"
#include "pgp/session.h"

/* An octet of text is seven of JSON at most: the line keeps within 1 MiB. */
enum { BODY_MAX = 65536, TEXT_MAX = 131072, LINE_MAX_OUT = 1 << 20 };

static const char *
tag_name(unsigned tag)
{
	static const char *const names[] = {
		[TAG_PKESK] = "encrypted session key of a key",
		[TAG_SIGNATURE] = "signature",
		[TAG_SKESK] = "encrypted session key of a passphrase",
		[TAG_ONE_PASS] = "one-pass signature",
		[TAG_SECRET_KEY] = "secret key",
		[TAG_PUBLIC_KEY] = "public key",
		[TAG_SECRET_SUBKEY] = "secret subkey",
		[TAG_COMPRESSED] = "compressed data",
		[TAG_SED] = "encrypted data without integrity",
		[TAG_MARKER] = "marker",
		[TAG_LITERAL] = "literal data",
		[TAG_TRUST] = "trust",
		[TAG_USER_ID] = "user ID",
		[TAG_PUBLIC_SUBKEY] = "public subkey",
		[TAG_USER_ATTRIBUTE] = "user attribute",
		[TAG_SEIPD] = "encrypted data",
		[TAG_MDC] = "modification detection code",
		[TAG_AEAD] = "encrypted data of LibrePGP",
		[TAG_PADDING] = "padding",
	};
	const char *name = tag < sizeof(names) / sizeof(names[0]) ?
	    names[tag] : NULL;

	return name != NULL ? name : "unknown";
}

void
inspect_begin(struct inspect *i, const char *key, struct span name)
{
	buf_reset(&i->line);
	i->j = JW(&i->line);
	if (i->text) {
		buf_printf(&i->line, "%s ", key);
		utf8_clean(&i->line, name);
	} else {
		jw_object(&i->j, NULL);
		jw_text(&i->j, key, name);
	}
}

void
inspect_end(struct inspect *i)
{
	if (!i->text)
		jw_end(&i->j);
	buf_byte(&i->line, '\n');
	sink_write(&i->out.sink, buf_get0(&i->line));
}

static void
fact_str(struct inspect *i, const char *key, const char *v)
{
	if (i->text)
		buf_printf(&i->line, ", %s %s", key, v);
	else
		jw_str(&i->j, key, v);
}

void
fact_bool(struct inspect *i, const char *key, bool v)
{
	if (i->text)
		buf_printf(&i->line, ", %s %s", key, v ? "yes" : "no");
	else
		jw_bool(&i->j, key, v);
}

static void
fact_int(struct inspect *i, const char *key, int64_t v)
{
	if (i->text)
		buf_printf(&i->line, ", %s %lld", key, (long long)v);
	else
		jw_int(&i->j, key, v);
}

void
fact_text(struct inspect *i, const char *key, struct span v)
{
	struct span shown = span_first(v, TEXT_MAX);

	if (i->text) {
		buf_printf(&i->line, ", %s ", key);
		utf8_clean(&i->line, shown);
	} else {
		jw_text(&i->j, key, shown);
	}
	if (shown.n < v.n)
		fact_bool(i, "truncated", true);
}

static void
fact_hex(struct inspect *i, const char *key, struct span v)
{
	struct buf hex = BUF(2 * UINT8_MAX + 1);

	for (size_t n = 0; n < v.n; n++)
		buf_printf(&hex, "%02X", v.p[n]);
	buf_byte(&hex, '\0');
	fact_str(i, key, (const char *)hex.p);
	buf_free(&hex);
}

static void
fact_time(struct inspect *i, const char *key, int64_t t)
{
	char date[DATE_RFC3339_SIZE];

	fact_str(i, key, date_rfc3339(date, t));
}

static void
about_version(struct inspect *i, struct span body)
{
	if (body.n > 0)
		fact_int(i, "version", body.p[0]);
}

static void
about_key(struct inspect *i, struct span body, bool secret, bool subkey)
{
	struct pgp_key k;
	char hex[KEY_HEX];

	about_version(i, body);
	if (key_read(body, secret, subkey, &k) != PGP_OK)
		return;
	fact_str(i, "fingerprint", key_hex(&k, hex));
	fact_str(i, "algorithm", algo_pk_name(k.algo));
	fact_time(i, "created", k.created);
	if (secret)
		fact_str(i, "locked", key_is_locked(&k) ? "yes" : "no");
	key_close(&k);
}

static void
about_signature(struct inspect *i, struct span body)
{
	struct sig s;

	about_version(i, body);
	if (sig_read(body, &s) != PGP_OK)
		return;
	fact_int(i, "type", s.type);
	fact_str(i, "algorithm", algo_pk_name(s.pk));
	fact_str(i, "hash", algo_hash_name(s.hash));
	if (s.has_created)
		fact_time(i, "created", s.created);
	if (s.issuer_fpr.n > 0)
		fact_hex(i, "issuer", s.issuer_fpr);
	else if (s.issuer_id.n > 0)
		fact_hex(i, "issuer", s.issuer_id);
	if (s.refused != NULL)
		fact_str(i, "refused", s.refused);
}

static void
about_pkesk(struct inspect *i, struct span body)
{
	struct pkesk p;

	about_version(i, body);
	if (pkesk_read(body, &p) != PGP_OK)
		return;
	fact_str(i, "algorithm", algo_pk_name(p.algo));
	if (p.fpr.n > 0)
		fact_hex(i, "recipient", p.fpr);
	else if (p.id.n > 0)
		fact_hex(i, "recipient", p.id);
	else
		fact_str(i, "recipient", "hidden");
}

/* What can be said of a body that was read whole. */
static void
about(struct inspect *i, unsigned tag, struct span body)
{
	switch (tag) {
	case TAG_SECRET_KEY:
	case TAG_SECRET_SUBKEY:
	case TAG_PUBLIC_KEY:
	case TAG_PUBLIC_SUBKEY:
		about_key(i, body, tag == TAG_SECRET_KEY ||
		    tag == TAG_SECRET_SUBKEY, tag == TAG_SECRET_SUBKEY ||
		    tag == TAG_PUBLIC_SUBKEY);
		break;
	case TAG_SIGNATURE:
		about_signature(i, body);
		break;
	case TAG_PKESK:
		about_pkesk(i, body);
		break;
	case TAG_SKESK:
	case TAG_ONE_PASS:
		about_version(i, body);
		break;
	case TAG_USER_ID:
		fact_text(i, "text", body);
		break;
	}
}

/* Data passes by; only how much of it there is is told. */
static void
about_data(struct inspect *i, struct packet *p)
{
	uint64_t n = 0;
	bool first = true;

	for (struct span s = packet_piece(p, IN_WINDOW); s.n > 0;
	    s = packet_piece(p, IN_WINDOW)) {
		if (first && (p->tag == TAG_SEIPD || p->tag == TAG_AEAD))
			fact_int(i, "version", s.p[0]);
		first = false;
		n += s.n;
	}
	fact_int(i, "octets", (int64_t)n);
}

static void
one_packet(struct inspect *i, struct packet *p)
{
	struct buf body = BUF(BODY_MAX);

	buf_reset(&i->line);
	i->j = JW(&i->line);
	if (i->text) {
		buf_str(&i->line, tag_name(p->tag));
	} else {
		jw_object(&i->j, NULL);
		jw_str(&i->j, "packet", tag_name(p->tag));
		jw_int(&i->j, "packet_type", p->tag);
	}
	if (packet_is_data(p->tag) || p->tag == TAG_PADDING)
		about_data(i, p);
	else if (packet_body(p, BODY_MAX, &body))
		about(i, p->tag, buf_get0(&body));
	inspect_end(i);
	buf_free_wipe(&body);
}

static void
nothing(void *arg, struct span s)
{
	(void)arg;
	(void)s;
}

void
inspect_packets(struct inspect *i, struct in *in)
{
	struct armor a;
	struct packet p;
	struct in plain;

	/* of a clear-signed text its signatures */
	if (cleartext_seen(in))
		cleartext_read(in, nothing, NULL);
	armor_open(&a, in, true, &plain);
	if (in_ended(&plain) && i->r->error.result == PGP_OK)
		run_fail(i->r, SOP_BAD_DATA, "stdin: it is empty");
	while (packet_next(&plain, &p))
		one_packet(i, &p);
	in_free(&plain);
}

static bool
inspect(struct run *r)
{
	struct inspect i = { .r = r, .line = BUF(LINE_MAX_OUT),
	    .text = wants_text(r) };
	struct in in;
	bool ok = run_close_in(r);

	stage_start(&i.out, &r->env, false);
	in_of_fd(&in, STDIN_FILENO, &r->error);
	if (ok && inspect_is_mail(&in))
		ok = inspect_mail(&i, &in);
	else if (ok)
		inspect_packets(&i, &in);
	ok = ok && run_fail_error(r, "stdin", SOP_BAD_DATA) &&
	    stage_finish(&i.out, r);
	in_free(&in);
	buf_free(&i.line);
	stage_free(&i.out);
	return ok;
}

int
inspect_main(int argc, char **argv)
{
	struct run r;

	house_start(false);
	if (run_start(&r, SPEC_INSPECT, argc, argv, 0, 0))
		inspect(&r);
	return house_end(&r, false);
}
