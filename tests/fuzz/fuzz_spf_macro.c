/*
 * SPF macro strings: the first line is the local part, the second the
 * macro-string. What has no fault expands, within the ceiling; without a
 * percent sign it stays as it is; upper-case letters give URL characters
 * only; and reversing twice changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct span
nobody(void *arg)
{
	(void)arg;
	return SPAN("unknown");
}

static struct spf_vars
vars_of(struct span local)
{
	return (struct spf_vars){
		.ip = { .family = 6, .b = { 0x20, 0x01, 0x0d, 0xb8 } },
		.sender = local, .local = local, .sender_domain = local,
		.domain = local, .helo = local, .receiver = local,
		.now = -1, .validated = nobody,
	};
}

static void
expanded(struct buf *out, struct span s, const struct spf_vars *vars)
{
	buf_reset(out);
	spf_expand(out, s, vars);
	must(out->n <= out->max);
}

static void
reverse_twice(struct span local)
{
	struct buf once = BUF(1 << 20), twice = BUF(1 << 20);
	struct spf_vars vars = vars_of(local);

	expanded(&once, SPAN("%{lr}"), &vars);
	vars.local = buf_get0(&once);
	expanded(&twice, SPAN("%{lr}"), &vars);
	must(span_eq(buf_get0(&twice), local));
	buf_free(&once);
	buf_free(&twice);
}

static void
capitals(struct span local)
{
	struct buf out = BUF(1 << 20);
	struct spf_vars vars = vars_of(local);

	expanded(&out, SPAN("%{L}%{S2R-+}%{H1}"), &vars);
	for (size_t i = 0; i < out.n; i++)
		must(ascii_is_alnum(out.p[i]) || out.p[i] == '-' ||
		    out.p[i] == '.' || out.p[i] == '_' || out.p[i] == '~' ||
		    out.p[i] == '%');
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span s = span_of(data, n), local = { NULL, 0 };
	struct buf out = BUF(SPF_EXPANDED_MAX);
	struct spf_vars vars;

	if (n == 0 || n > 65536)
		return 0;
	span_split(&s, '\n', &local);
	vars = vars_of(local);
	reverse_twice(local);
	capitals(local);
	if (spf_macro_fault(s, SPF_DOMAIN_SPEC) == NULL) {
		must(spf_macro_fault(s, SPF_MACRO_STRING) == NULL);
		must(s.n > 0);
	}
	if (spf_macro_fault(s, SPF_EXPLAIN_STRING) == NULL) {
		expanded(&out, s, &vars);
		must(span_chr(s, '%') != s.n || out.over ||
		    span_eq(buf_get0(&out), s));
		must(spf_fit_name(buf_get0(&out)).n <= out.n);
	}
	buf_free(&out);
	return 0;
}
