/* Questions that the budget or the time did not reach; see render.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "render.h"

/* The record's list, and the address that it is about. */
struct gaps {
	struct jw *j;		/* NULL: they are only counted */
	size_t n;
	char at[PLACE_TEXT_SIZE];
};

static void
add(struct gaps *to, const char *what, const char *how)
{
	char *text = NULL;

	to->n++;
	if (to->j == NULL)
		return;
	text = xasprintf("%s: %s%s", to->at, what, how);
	jw_str(to->j, NULL, text);
	free(text);
}

static void
add_list(struct gaps *to, const char *what, const struct tls_list *list)
{
	if (list->extent == TLS_LIST_NOT_ASKED)
		add(to, what, "");
	else if (list->extent == TLS_LIST_PARTLY)
		add(to, what, ": only partly known");
}

static void
add_known(struct gaps *to, const char *what, enum tls_known k)
{
	if (k == TLS_NOT_ASKED)
		add(to, what, "");
}

/* --active: injection where there is a STARTTLS to hide something behind. */
static void
add_active(struct gaps *to, const struct probe *p)
{
	if (p->reach != PROBE_TLS)
		return;
	if (p->hail.starttls != STARTTLS_IMPLICIT &&
	    p->active.inject == INJECT_NOT_ASKED)
		add(to, "injection", "");
	add_known(to, "renegotiation by the client", p->renegotiates);
	for (unsigned i = 0; i < MISUSES; i++)
		if (p->active.misuse[i] == MISUSED_NOT_ASKED)
			add(to, "malformed input: ",
			    misuse_name((enum misuse)i));
}

static void
add_offer(struct gaps *to, const struct probe *p)
{
	const struct tls_offer *o = &p->offer;
	char room[TLS_NAME_SIZE];

	for (size_t i = 0; i < TLS_VERSIONS; i++) {
		const char *name = tls_version_name(room, tls_version_at(i));

		add_known(to, name, o->version[i]);
		if (o->version[i] == TLS_UNCLEAR)
			add(to, name, ": no clear answer");
		if (o->version[i] == TLS_YES)
			add_list(to, name, &o->suites[i]);
	}
	add_list(to, "groups of TLS 1.3", &o->groups13);
	add_list(to, "groups up to TLS 1.2", &o->groups12);
	add_list(to, "signatures of TLS 1.3", &o->schemes13);
	add_list(to, "signatures up to TLS 1.2", &o->schemes12);
	add_known(to, "secure renegotiation",
	    o->fact[TLS_FACT_SECURE_RENEGOTIATION]);
	add_known(to, "compression", o->fact[TLS_FACT_COMPRESSION]);
	add_known(to, "fallback SCSV", o->fact[TLS_FACT_FALLBACK_SCSV]);
	add_known(to, "resumption", p->resumes);
}

static void
add_address(struct gaps *to, const struct job *job, const struct address *a)
{
	if (a->seen && a->probe.enumerated)
		add_offer(to, &a->probe);
	if (a->seen && job->ask.active)
		add_active(to, &a->probe);
}

bool
has_gaps(const struct job *job, const struct address *a)
{
	struct gaps to = { .j = NULL };

	add_address(&to, job, a);
	return to.n > 0;
}

void
not_asked(struct jw *j, const struct job *job, const struct target *t)
{
	jw_array(j, "not_asked");
	for (size_t i = 0; i < t->servers.n; i++)
		for (size_t k = 0; k < t->servers.v[i].n; k++) {
			const struct address *a = &t->servers.v[i].v[k];
			struct gaps to = { .j = j };

			place_text(to.at, &a->place);
			add_address(&to, job, a);
		}
	jw_end(j);
}
