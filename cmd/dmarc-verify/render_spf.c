/* SPF results in JSON and for people; see render_spf.h. */
#include "render_spf.h"

#include "base/utf8.h"
#include "dns/dns.h"

static const char *
kind_name(enum spf_node_kind kind)
{
	static const char *const names[] = { "record", "term", "query" };

	return names[kind];
}

/* The preorder of the tree; "depth" says whose child a node is. */
static void
put_trace(struct jw *j, const struct spf_trace *t)
{
	if (t->n == 0)
		return;
	jw_array(j, "trace");
	for (size_t i = 0; i < t->n; i++) {
		const struct spf_node *n = &t->v[i];

		jw_object(j, NULL);
		jw_int(j, "depth", n->depth);
		jw_str(j, kind_name(n->kind), n->text);
		if (n->kind == SPF_NODE_QUERY) {
			jw_str(j, "type", dns_type_name(n->type));
			jw_int(j, "answers", (int64_t)n->answers);
		} else if (n->domain[0] != '\0') {
			jw_str(j, "domain", n->domain);
		}
		jw_str(j, "outcome", n->outcome);
		jw_int(j, "lookups", n->lookups);
		jw_int(j, "void_lookups", n->voids);
		jw_end(j);
	}
	jw_end(j);
	if (t->cut)
		jw_bool(j, "trace_cut", true);
}

void
render_spf_json(struct jw *j, const char *key, const struct spf_verdict *v)
{
	jw_object(j, key);
	jw_str(j, "result", spf_result_name(v->result));
	jw_str(j, "scope", spf_scope_name(v->scope));
	jw_some(j, "domain", v->domain);
	jw_some(j, "mechanism", v->mechanism);
	jw_some(j, "explanation", v->explanation);
	jw_int(j, "lookups", v->lookups);
	jw_int(j, "void_lookups", v->void_lookups);
	jw_some(j, "problem", v->problem);
	put_trace(j, &v->trace);
	jw_end(j);
}

static void
trace_line(const struct spf_node *n, struct buf *out)
{
	utf8_clean(out, span_str(n->text));
	if (n->kind == SPF_NODE_QUERY)
		buf_printf(out, " %s", dns_type_name(n->type));
	if (n->domain[0] != '\0') {
		buf_str(out, " at ");
		utf8_clean(out, span_str(n->domain));
	}
	buf_printf(out, ": %s", n->outcome);
	if (n->kind == SPF_NODE_QUERY && n->answers > 0)
		buf_printf(out, " (%zu)", n->answers);
	if (n->kind != SPF_NODE_QUERY)
		buf_printf(out, " [%u lookups, %u void]", n->lookups,
		    n->voids);
	buf_byte(out, '\n');
}

void
render_spf_trace(const struct spf_trace *t, const char *indent,
    struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		buf_str(out, indent);
		for (unsigned d = 0; d < t->v[i].depth; d++)
			buf_str(out, "  ");
		trace_line(&t->v[i], out);
	}
	if (t->cut)
		buf_printf(out, "%s(cut here)\n", indent);
}
