/* A check from outside: identities (RFC 7208 section 2), and the verdict. */
#include <stdarg.h>
#include <stdio.h>

#include "auth/spf_int.h"
#include "base/utf8.h"
#include "dns/idn.h"

void
spf_problem(struct spf_eval *ev, const char *clause, const char *fmt, ...)
{
	struct buf *text = &ev->out->own[SPF_OWN_PROBLEM];
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_reset(text);
	utf8_clean(text, span_str(line));
	ev->out->clause = clause;
}

/* "include:a.example > redirect=b.example > mx" */
static void
write_path(struct buf *out, const struct spf_path *path)
{
	for (size_t i = 0; i < path->n; i++) {
		if (i > 0)
			buf_str(out, " > ");
		buf_span(out, path->v[i]);
	}
}

static void
reset(struct spf_verdict *v)
{
	static const size_t max[] = {
		[SPF_OWN_DOMAIN] = 1024,
		[SPF_OWN_MECHANISM] = SPF_PATH_MAX * (SPF_RECORD_MAX + 3),
		[SPF_OWN_EXPLANATION] = SPF_EXPLANATION_MAX,
		[SPF_OWN_PROBLEM] = 2048,
	};

	for (size_t i = 0; i < sizeof(max) / sizeof(max[0]); i++) {
		buf_reset(&v->own[i]);
		v->own[i].max = max[i];
	}
	spf_trace_free(&v->trace);
	v->clause = NULL;
}

static void
finish(struct spf_eval *ev, enum spf_result r)
{
	struct spf_verdict *v = ev->out;

	v->result = r;
	v->lookups = ev->lookups;
	v->void_lookups = ev->voids;
	if (r != SPF_TEMPERROR && r != SPF_PERMERROR)
		write_path(&v->own[SPF_OWN_MECHANISM], &ev->matched);
	if (r == SPF_TEMPERROR || r == SPF_PERMERROR || r == SPF_NONE)
		v->problem = buf_get0(&v->own[SPF_OWN_PROBLEM]);
	else
		v->problem = SPAN("");
	v->domain = buf_get0(&v->own[SPF_OWN_DOMAIN]);
	v->mechanism = buf_get0(&v->own[SPF_OWN_MECHANISM]);
	v->explanation = buf_get0(&v->own[SPF_OWN_EXPLANATION]);
	buf_free(&ev->p_name);
}

/* Everything about the check that does not change while it runs. */
static void
run(struct spf_ctx *ctx, const struct spf_identity *id, struct span local,
    struct span domain, struct spf_verdict *out)
{
	struct spf_eval ev = {
		.ctx = ctx, .out = out,
		.vars = {
			.ip = ip_unmapped(id->ip), .local = local,
			.sender_domain = domain, .domain = domain,
			.helo = id->helo, .receiver = id->receiver,
			.now = env_now(ctx->env),
			.validated = spf_validated_name,
		},
		.deadline = spf_clock(ctx) + ctx->limits.seconds,
		.p_name = BUF(512),
	};

	ev.vars.arg = &ev;
	buf_reset(&ctx->sender);
	buf_span(&ctx->sender, local);
	buf_byte(&ctx->sender, '@');
	buf_span(&ctx->sender, domain);
	ev.vars.sender = buf_get0(&ctx->sender);
	spf_forget_records(ctx);
	finish(&ev, spf_check_host(&ev, domain));
}

/*
 * Write the domain into the verdict, where it lasts as long as the result:
 * U-labels as A-labels (section 4.3), no final dot, all else octet by octet,
 * since %{d} has to be what was sent. What is longer than any domain is cut,
 * and is none.
 */
static struct span
keep_domain(struct spf_verdict *out, struct span domain)
{
	struct buf *own = &out->own[SPF_OWN_DOMAIN];

	if (domain.n > 0 && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (span_is_ascii(domain) || !idn_to_ascii(domain, own))
		buf_span(own, span_first(domain, own->max));
	return buf_get0(own);
}

void
spf_check(struct spf_ctx *ctx, const struct spf_identity *id,
    struct spf_verdict *out)
{
	size_t at = span_rchr(id->mail_from, '@');
	struct span local = span_first(id->mail_from, at);
	struct span domain = span_from(id->mail_from, at + 1);

	reset(out);
	out->scope = SPF_SCOPE_MFROM;
	if (id->mail_from.n == 0) {
		domain = id->helo;
		out->scope = SPF_SCOPE_HELO;
	} else if (at == id->mail_from.n) {
		domain = id->mail_from;
		local.n = 0;
	}
	if (local.n == 0)
		local = SPAN("postmaster");
	run(ctx, id, local, keep_domain(out, domain), out);
}

void
spf_check_helo(struct spf_ctx *ctx, const struct spf_identity *id,
    struct spf_verdict *out)
{
	reset(out);
	out->scope = SPF_SCOPE_HELO;
	run(ctx, id, SPAN("postmaster"), keep_domain(out, id->helo), out);
}
