/* lint: certificates judged, a record for each. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/finding.h"
#include "base/utf8.h"
#include "pgp-lite.h"
#include "pgp/valid.h"
#include "sys/jw.h"

enum { SOON = 90 * 86400, FEATURE_LIBREPGP = 0x06 };

/*
 * A record is a line of 1 MiB at most: user IDs, and then keys, are listed up
 * to here, and of one kind of finding so many, which changes no verdict.
 */
enum { USERS_END = 512 << 10, KEYS_END = 800 << 10, OF_A_KIND = 100 };

/* Text for people has no such ceiling: 1024 user IDs, whatever is in them. */
enum { TEXT_MAX = 64 << 20 };

struct lint {
	struct run *r;
	struct cert *c;
	struct findings findings;
	bool unknown;		/* a key that cannot be looked into here */
	bool truncated;		/* the record does not list all */
};

/* Whether any key of it may do that now. */
static bool
can(struct lint *l, unsigned flags)
{
	for (size_t i = 0; i < l->c->n; i++)
		if (component_is_key(&l->c->v[i]) &&
		    ((flags & KEY_SIGN) != 0 ||
		    algo_pk_encrypts(l->c->v[i].key.algo)) &&
		    valid_key(l->c, i, l->r->now, flags) == NULL)
			return true;
	return false;
}

static void
tell_key(struct lint *l, enum finding_code code, const char *hex,
    const char *detail)
{
	size_t n = 0;

	for (size_t i = 0; i < l->findings.n; i++)
		n += l->findings.v[i].code == code;
	if (n < OF_A_KIND)
		finding_add(&l->findings, code, hex, "%s", detail);
}

/* Whether this libcrypto can use the key, and whether one should. */
static void
lint_algorithm(struct lint *l, struct pgp_key *k, const char *hex)
{
	if (key_needs_library(k)) {
		l->unknown = true;
		tell_key(l, F_PGP_CERT_NEEDS_LIBRARY, hex,
		    algo_pk_name(k->algo));
	} else if (key_pk(k) == NULL || key_is_weak(k)) {
		tell_key(l, F_PGP_CERT_WEAK_KEY, hex, algo_pk_name(k->algo));
	}
}

static void
lint_keys(struct lint *l)
{
	char hex[KEY_HEX];

	for (size_t i = 0; i < l->c->n; i++) {
		struct component *v = &l->c->v[i];
		int64_t expires = 0;

		/* nobody uses a subkey that is revoked, whatever it is */
		if (!component_is_key(v) ||
		    (i > 0 && valid_revoked(l->c, i, l->r->now)))
			continue;
		key_hex(&v->key, hex);
		expires = valid_key_expires(l->c, i, l->r->now);
		lint_algorithm(l, &v->key, hex);
		if (expires > l->r->now && expires < l->r->now + SOON)
			tell_key(l, F_PGP_CERT_EXPIRES, hex, "");
		if (i == 0 && expires == 0)
			finding_add(&l->findings, F_PGP_CERT_NO_EXPIRY, NULL,
			    NULL);
	}
}

/* Self-signatures over SHA-1 and the like, wherever they stand; each once. */
static void
lint_signatures(struct lint *l)
{
	bool told[UINT8_MAX + 1] = { false };

	for (size_t i = 0; i < l->c->n; i++)
		for (size_t j = 0; j < l->c->v[i].sigs.n; j++) {
			struct sig s;

			if (sig_read(l->c->v[i].sigs.v[j], &s) == PGP_OK &&
			    sig_names(&s, cert_primary(l->c)) &&
			    !algo_hash_strong(s.hash) && !told[s.hash]) {
				finding_add(&l->findings,
				    F_PGP_CERT_WEAK_SIGNATURE, NULL, "%s",
				    algo_hash_name(s.hash));
				told[s.hash] = true;
			}
		}
}

static void
lint_cert(struct lint *l)
{
	struct sig self;
	const char *why = valid_cert(l->c, l->r->now, &self);
	bool user = false;

	lint_keys(l);
	lint_signatures(l);
	/* nothing that such a key said can be checked */
	if (why != NULL && l->unknown && key_pk(cert_primary(l->c)) == NULL)
		return;
	if (why != NULL) {
		finding_add(&l->findings, F_PGP_CERT_INVALID, NULL, "%s",
		    why);
		return;
	}
	for (size_t i = 1; i < l->c->n; i++)
		user |= valid_user(l->c, i, l->r->now);
	if (!user)
		finding_add(&l->findings, F_PGP_CERT_NO_USER, NULL, NULL);
	if (!can(l, KEY_SIGN) && !l->unknown)
		finding_add(&l->findings, F_PGP_CERT_NO_SIGNING, NULL, NULL);
	if (!can(l, KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE) && !l->unknown)
		finding_add(&l->findings, F_PGP_CERT_NO_ENCRYPTION, NULL,
		    NULL);
	if ((self.features & FEATURE_SEIPD2) == 0)
		finding_add(&l->findings, F_PGP_CERT_SEIPD2, NULL, NULL);
	if ((self.features & FEATURE_LIBREPGP) != 0)
		finding_add(&l->findings, F_PGP_CERT_LIBREPGP, NULL, NULL);
}

static void
json_key(struct lint *l, struct jw *j, size_t i)
{
	struct pgp_key *k = &l->c->v[i].key;
	int64_t expires = valid_key_expires(l->c, i, l->r->now);
	char hex[KEY_HEX];

	jw_object(j, NULL);
	jw_str(j, "fingerprint", key_hex(k, hex));
	jw_int(j, "version", k->version);
	jw_str(j, "algorithm", algo_pk_name(k->algo));
	jw_int(j, "algorithm_id", k->algo);
	if (key_pk(k) != NULL)
		jw_int(j, "bits", pk_bits(key_pk(k)));
	else
		jw_null(j, "bits");
	jw_time(j, "created", k->created);
	if (expires > 0)
		jw_time(j, "expires", expires);
	else
		jw_null(j, "expires");
	/* null: it may; else why it may not */
	jw_str(j, "no_certify", valid_key(l->c, i, l->r->now, KEY_CERTIFY));
	jw_str(j, "no_sign", valid_key(l->c, i, l->r->now, KEY_SIGN));
	jw_str(j, "no_encrypt", algo_pk_signs_only(k->algo) ?
	    "its algorithm does not encrypt" : valid_key(l->c, i, l->r->now,
	    KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE));
	jw_end(j);
}

static bool
goes_on(struct lint *l, const struct buf *out, size_t end)
{
	if (out->n >= end)
		l->truncated = true;
	return out->n < end;
}

static void
lint_json(struct lint *l, struct buf *out)
{
	struct jw j = JW(out);
	char hex[KEY_HEX];

	jw_object(&j, NULL);
	jw_str(&j, "certificate", key_hex(cert_primary(l->c), hex));
	jw_object(&j, "pgp-lite");
	jw_str(&j, "schema", "pgp-lite-lint/1");
	jw_str(&j, "version", MSGSEC_VERSION);
	jw_time(&j, "time", l->r->now);
	jw_str(&j, "verdict", findings_verdict(&l->findings));
	jw_array(&j, "user_ids");
	for (size_t i = 1; i < l->c->n && goes_on(l, out, USERS_END); i++) {
		if (l->c->v[i].kind != COMPONENT_USER_ID)
			continue;
		jw_object(&j, NULL);
		jw_text(&j, "text", l->c->v[i].id);
		jw_bool(&j, "valid", valid_user(l->c, i, l->r->now));
		jw_end(&j);
	}
	jw_end(&j);
	jw_array(&j, "keys");
	for (size_t i = 0; i < l->c->n && goes_on(l, out, KEYS_END); i++)
		if (component_is_key(&l->c->v[i]))
			json_key(l, &j, i);
	jw_end(&j);
	if (l->truncated) {
		jw_bool(&j, "truncated", true);
		finding_add(&l->findings, F_RECORD_TRUNCATED, NULL, NULL);
	}
	jw_findings(&j, "findings", &l->findings);
	jw_end(&j);
	jw_end(&j);
	buf_byte(out, '\n');
}

static void
text_key(struct lint *l, struct buf *out, size_t i)
{
	static const struct {
		unsigned flags;
		const char *word;
	} uses[] = { { KEY_CERTIFY, "certify" }, { KEY_SIGN, "sign" },
	    { KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE, "encrypt" } };
	struct pgp_key *k = &l->c->v[i].key;
	int64_t expires = valid_key_expires(l->c, i, l->r->now);
	char hex[KEY_HEX], date[DATE_RFC3339_SIZE];

	buf_printf(out, "  %s %s v%u", key_hex(k, hex),
	    algo_pk_name(k->algo), k->version);
	for (size_t u = 0; u < sizeof(uses) / sizeof(uses[0]); u++)
		if ((u < 2 || algo_pk_encrypts(k->algo)) &&
		    valid_key(l->c, i, l->r->now, uses[u].flags) == NULL)
			buf_printf(out, " %s", uses[u].word);
	if (expires > 0)
		buf_printf(out, " until %s", date_rfc3339(date, expires));
	buf_byte(out, '\n');
}

static void
lint_text(struct lint *l, struct buf *out)
{
	char hex[KEY_HEX];

	buf_printf(out, "%s\n", key_hex(cert_primary(l->c), hex));
	for (size_t i = 1; i < l->c->n; i++)
		if (l->c->v[i].kind == COMPONENT_USER_ID) {
			buf_str(out, valid_user(l->c, i, l->r->now) ?
			    "  " : "  (not valid) ");
			utf8_clean(out, l->c->v[i].id);
			buf_byte(out, '\n');
		}
	for (size_t i = 0; i < l->c->n; i++)
		if (component_is_key(&l->c->v[i]))
			text_key(l, out, i);
	for (size_t i = 0; i < l->findings.n; i++) {
		const struct finding *f = &l->findings.v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(out, "  %s: %s%s%s\n", severity_name(info->sev),
		    info->text, f->detail[0] ? ": " : "", f->detail);
	}
	buf_printf(out, "  verdict: %s\n", findings_verdict(&l->findings));
}

static bool
lint(struct run *r)
{
	struct certs c = CERTS;
	bool ok = run_close_in(r) && run_parse_stdin(r, false, &c);
	enum severity worst = SEV_INFO;

	for (size_t i = 0; ok && i < c.n; i++) {
		struct lint l = { .r = r, .c = &c.v[i] };
		struct buf out = BUF(TEXT_MAX);

		lint_cert(&l);
		if (wants_text(r))
			lint_text(&l, &out);
		else
			lint_json(&l, &out);
		if (findings_worst(&l.findings) > worst)
			worst = findings_worst(&l.findings);
		if (!file_write_all(STDOUT_FILENO, buf_get0(&out)))
			ok = run_fail_stdout(r);
		buf_free(&out);
		findings_free(&l.findings);
	}
	certs_free(&c);
	if (ok)
		run_verdict(r, worst);
	return ok;
}

int
lint_main(int argc, char **argv)
{
	struct run r;

	house_start(false);
	if (run_start(&r, SPEC_LINT, argc, argv, 0, 0))
		lint(&r);
	return house_end(&r, false);
}
