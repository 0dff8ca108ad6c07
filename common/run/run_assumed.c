/* What makes a run not the plain truth, in JSON and for people. */
#include "base/date.h"
#include "base/utf8.h"
#include "dns/dns.h"
#include "run/run.h"

struct assumption {
	const char *name;
	const char *value;	/* NULL: not assumed */
};

enum { ASSUMPTIONS = 7 };

static void
list(const struct run_opts *o, char now[static DATE_RFC3339_SIZE],
    struct assumption out[static ASSUMPTIONS])
{
	if (o->now.given)
		date_rfc3339(now, o->now.at);
	out[0] = (struct assumption){ "now", o->now.given ? now : NULL };
	out[1] = (struct assumption){ "zone", o->zone };
	out[2] = (struct assumption){ "resolver", o->resolver };
	out[3] = (struct assumption){ "trust-anchor", o->trust_anchor };
	out[4] = (struct assumption){ "trust-ad", o->trust_ad ? "" : NULL };
	out[5] = (struct assumption){ "ca-file", o->ca_file };
	out[6] = (struct assumption){
		"allow-private", o->allow_private ? "" : NULL
	};
}

bool
run_assumes(const struct run_opts *o)
{
	struct assumption a[ASSUMPTIONS] = { { NULL, NULL } };
	char now[DATE_RFC3339_SIZE] = "";

	list(o, now, a);
	for (size_t i = 0; i < ASSUMPTIONS; i++)
		if (a[i].value != NULL)
			return true;
	return false;
}

void
run_assumed(const struct run_opts *o, struct jw *j)
{
	struct assumption a[ASSUMPTIONS] = { { NULL, NULL } };
	char now[DATE_RFC3339_SIZE] = "";
	bool any = false;

	list(o, now, a);
	for (size_t i = 0; i < ASSUMPTIONS; i++) {
		if (a[i].value == NULL)
			continue;
		if (!any)
			jw_object(j, "assumed");
		any = true;
		if (a[i].value[0] == '\0')
			jw_bool(j, a[i].name, true);
		else
			jw_text(j, a[i].name, span_str(a[i].value));
	}
	if (any)
		jw_end(j);
}

void
run_member(const struct run *r, struct jw *j, const char *schema,
    const char *verdict)
{
	jw_object(j, NULL);
	jw_str(j, "schema", schema);
	jw_str(j, "version", MSGSEC_VERSION);
	jw_time(j, "time", env_now(&r->env));
	jw_str(j, "verdict", verdict);
	run_assumed(r->opts, j);
}

void
run_assumed_text(const struct run_opts *o, struct buf *out)
{
	struct assumption a[ASSUMPTIONS] = { { NULL, NULL } };
	char now[DATE_RFC3339_SIZE] = "";
	const char *before = "assumed: ";

	list(o, now, a);
	for (size_t i = 0; i < ASSUMPTIONS; i++) {
		if (a[i].value == NULL)
			continue;
		buf_str(out, before);
		buf_str(out, a[i].name);
		if (a[i].value[0] != '\0')
			buf_byte(out, ' ');
		utf8_clean(out, span_str(a[i].value));
		before = ", ";
	}
	if (before[0] == ',')
		buf_byte(out, '\n');
}

void
run_banner(const struct run *r, struct buf *out)
{
	run_assumed_text(r->opts, out);
}
