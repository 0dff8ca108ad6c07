/* Destinations of reports; see whom.h. */
#include "whom.h"

#include "report/parcel.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { ADDRESS_MAX = 512 };

struct whom
whom_new(const struct env *env)
{
	return (struct whom){ dmarc_ctx_new(env->dns, env_seed(env)),
	    env->dns, EXIT_HOLDS };
}

void
whom_free(struct whom *w)
{
	dmarc_ctx_free(w->ctx);
	w->ctx = NULL;
}

static bool
may_have(struct whom *w, struct span domain, struct span host)
{
	struct dns_name name;
	enum dmarc_destination d = DMARC_DEST_NO_NAME;

	if (dns_name_parse(domain, &name))
		d = dmarc_destination(w->ctx, w->dns, &name, host);
	if (d == DMARC_DEST_OWN || d == DMARC_DEST_AUTHORIZED)
		return true;
	say_warn("%.*s: no report to %.*s: %s", (int)domain.n,
	    (const char *)domain.p, (int)host.n, (const char *)host.p,
	    d == DMARC_DEST_UNKNOWN ? "its DNS could not be asked" :
	    d == DMARC_DEST_ELSEWHERE ? "it names another host for them" :
	    "it has not agreed to get them (RFC 9990 section 4)");
	if (d == DMARC_DEST_UNKNOWN)
		w->status = exit_worse(w->status, EXIT_UNKNOWN);
	return false;
}

void
whom_add(struct whom *w, struct span domain, struct span uri, struct buf *to)
{
	struct buf address = BUF(ADDRESS_MAX);
	struct span host = { NULL, 0 };
	bool known = parcel_mailto(uri, &address);

	if (!known)
		say_warn("%.*s: no report to %.*s: no address of the kind "
		    "that gets mails", (int)domain.n, (const char *)domain.p,
		    (int)uri.n, (const char *)uri.p);
	host = span_from(buf_get0(&address),
	    span_rchr(buf_get0(&address), '@') + 1);
	if (known && may_have(w, domain, host)) {
		if (to->n > 0)
			buf_str(to, ",\r\n\t");
		buf_span(to, buf_get0(&address));
	}
	buf_free(&address);
}
