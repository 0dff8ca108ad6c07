/* A verdict as a record and for people; see smime-lite.h. */
#include "smime-lite.h"

#include "base/date.h"
#include "base/utf8.h"
#include "cms/cert.h"
#include "sys/jw.h"
#include "sys/rec.h"

/* What a line has beside the member; of a certificate's addresses the first. */
enum { NAME_MAX_64K = 64 * 1024, LINE_REST = 64, ADDRS_MAX = 100,
	ADDR_MAX = 1024 };

static void
put_with(struct jw *j, const char *key, const X509 *x,
    void (*what)(const X509 *, struct buf *))
{
	struct buf text = BUF(NAME_MAX_64K);

	if (x == NULL) {
		jw_null(j, key);
		return;
	}
	what(x, &text);
	jw_span(j, key, buf_get0(&text));
	buf_free(&text);
}

struct addrs {
	struct jw *j;
	size_t n;
};

static void
put_addr(void *arg, struct span addr)
{
	struct addrs *a = arg;

	if (a->n++ < ADDRS_MAX)
		jw_span(a->j, NULL, span_first(addr, ADDR_MAX));
}

static void
json_certificate(struct jw *j, const X509 *x)
{
	struct addrs addrs = { j, 0 };

	if (x == NULL) {
		jw_null(j, "certificate");
		return;
	}
	jw_object(j, "certificate");
	put_with(j, "subject", x, cms_cert_subject);
	put_with(j, "issuer", x, cms_cert_issuer);
	put_with(j, "serial", x, cms_cert_serial);
	put_with(j, "sha256", x, cms_cert_hash);
	put_with(j, "key", x, cms_cert_key);
	jw_array(j, "addresses");
	cms_cert_addrs(x, put_addr, &addrs);
	jw_end(j);
	jw_time(j, "not_before", cms_cert_not_before(x));
	jw_time(j, "not_after", cms_cert_not_after(x));
	jw_end(j);
}

static const char *
result_name(const struct cms_signature *s)
{
	return s->result == CMS_SIG_GOOD ? "pass" :
	    s->result == CMS_SIG_NO_CERT ||
	    s->result == CMS_SIG_NOT_READ ? "unknown" : "fail";
}

static void
json_signature(struct jw *j, const struct cms_signature *s)
{
	jw_object(j, NULL);
	jw_str(j, "result", result_name(s));
	jw_str(j, "reason", s->why);
	jw_str(j, "trust", s->result == CMS_SIG_GOOD ?
	    cms_trust_name(s->trust) : NULL);
	if (s->has_time)
		jw_time(j, "time", s->time);
	else
		jw_null(j, "time");
	jw_str(j, "algorithm", s->algorithm);
	jw_str(j, "digest", s->digest);
	json_certificate(j, s->cert);
	jw_end(j);
}

static void
json_signatures(struct jw *j, const char *key, const struct cms_signatures *s)
{
	jw_array(j, key);
	for (size_t i = 0; i < s->n; i++)
		json_signature(j, &s->v[i]);
	jw_end(j);
}

void
render_record(const struct buf *member, struct buf *out)
{
	struct buf fitted = BUF(REC_MAX);
	struct jw j = JW(out);

	rec_truncate(buf_get0(member), REC_MAX - LINE_REST, &fitted);
	jw_object(&j, NULL);
	jw_str(&j, "message", "-");
	jw_raw(&j, "smime-lite", buf_get0(&fitted));
	jw_end(&j);
	buf_byte(out, '\n');
	buf_free(&fitted);
}

void
render_json(const struct run *r, const struct verdict *v, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);

	run_member(r, &j, "smime-lite-verify/1",
	    findings_verdict(&v->findings));
	jw_str(&j, "encrypted", v->cipher);
	jw_bool(&j, "header_protected", v->is_protected);
	jw_str(&j, "from", v->from);
	json_signatures(&j, "signatures", &v->sigs);
	json_signatures(&j, "around", &v->around);
	jw_findings(&j, "findings", &v->findings);
	jw_end(&j);
	render_record(&member, out);
	buf_free(&member);
}

static void
text_signature(const char *what, const struct cms_signature *s,
    struct buf *out)
{
	char date[DATE_RFC3339_SIZE];

	buf_printf(out, "%s: %s", what, result_name(s));
	if (s->result == CMS_SIG_GOOD)
		buf_printf(out, ", %s", cms_trust_name(s->trust));
	if (s->has_time)
		buf_printf(out, ", %s", date_rfc3339(date, s->time));
	if (s->cert != NULL) {
		buf_str(out, "\n  ");
		cms_cert_subject(s->cert, out);
		buf_str(out, "\n  issued by ");
		cms_cert_issuer(s->cert, out);
		buf_str(out, "\n  sha256 ");
		cms_cert_hash(s->cert, out);
	}
	buf_byte(out, '\n');
}

void
render_text(const struct run *r, const struct verdict *v, struct buf *out)
{
	run_banner(r, out);
	if (v->cipher != NULL)
		buf_printf(out, "encrypted: %s\n", v->cipher);
	for (size_t i = 0; i < v->around.n; i++)
		text_signature("around", &v->around.v[i], out);
	for (size_t i = 0; i < v->sigs.n; i++)
		text_signature("signature", &v->sigs.v[i], out);
	if (v->from != NULL)
		buf_printf(out, "from: %s", v->from);
	if (v->author.n > 0) {
		buf_byte(out, ' ');
		utf8_clean(out, buf_get0(&v->author));
	}
	if (v->from != NULL)
		buf_byte(out, '\n');
	run_text_findings(&v->findings, out);
	buf_printf(out, "verdict: %s\n", findings_verdict(&v->findings));
}
