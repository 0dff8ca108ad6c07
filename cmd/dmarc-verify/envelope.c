/*
 * The connection that brought a saved message: from the options, else from
 * the boundary hop of its Received fields. Only a host of ours wrote what
 * stands on top, so the walk goes down from there and stops where it would
 * have to guess.
 */
#include "verdict.h"

#include "dns/name.h"
#include "mail/addr.h"
#include "mail/received.h"

const char *
origin_name(enum origin o)
{
	static const char *const names[] = {
		NULL, "option", "received", "return-path"
	};

	return names[o];
}

/* Hops inside our own network tell nothing about the sender. */
static bool
is_ours(const struct connection *c, const struct ip_addr *ip)
{
	switch (ip_scope(ip)) {
	case IP_LOOPBACK:
	case IP_PRIVATE:
	case IP_LINK_LOCAL:
		return true;
	default:
		break;
	}
	for (size_t i = 0; i < c->trusted_hops.n; i++)
		if (ip_in_net(ip, &c->trusted_hops.v[i]))
			return true;
	return false;
}

static bool
is_by_us(const struct connection *c, struct span by)
{
	for (size_t i = 0; i < c->trusted_by.n; i++)
		if (dns_text_is_below(by, span_str(c->trusted_by.v[i])))
			return true;
	return false;
}

static void
walk_received(const struct connection *c, const struct header *header,
    struct envelope *out, struct findings *fs)
{
	size_t i = header_find(header, SPAN("Received"), 0);

	if (i == header->n)
		finding_add(fs, F_RECEIVED_ABSENT, "Received", NULL);
	for (; i < header->n; i = header_find(header, SPAN("Received"),
	    i + 1)) {
		struct received r;

		received_parse(header->v[i].value, &r);
		if (out->received_at < 0)
			out->received_at = r.date;
		if (!r.has_ip) {
			finding_add(fs, F_RECEIVED_AMBIGUOUS, "Received",
			    "%s", r.ambiguous ? "several addresses" :
			    "no address");
			return;
		}
		if (is_ours(c, &r.ip))
			continue;
		if (c->trusted_by.n > 0 && !is_by_us(c, r.by))
			finding_add(fs, F_RECEIVED_NOT_OURS, "Received",
			    "by %.*s", (int)(r.by.n < 255 ? r.by.n : 255),
			    (const char *)r.by.p);
		out->ip = r.ip;
		out->ip_origin = ORIGIN_RECEIVED;
		out->received_at = r.date;
		if (out->helo.n == 0)
			out->helo = r.helo;
		return;
	}
}

/*
 * RFC 5321 section 4.4: the final delivery puts Return-Path on top. One that
 * stands below a Received field came with the message.
 */
static void
find_return_path(const struct header *header, struct envelope *out)
{
	size_t at = header_find(header, SPAN("Return-Path"), 0);

	if (at == header->n ||
	    at > header_find(header, SPAN("Received"), 0) ||
	    !addr_path(header->v[at].value, &out->mail_from))
		return;
	out->mail_from_origin = ORIGIN_RETURN_PATH;
}

void
envelope_find(const struct connection *c, const struct header *header,
    struct envelope *out, struct findings *fs)
{
	*out = (struct envelope){ .received_at = -1 };
	if (c->helo != NULL)
		out->helo = span_str(c->helo);
	if (c->ip != NULL) {
		struct findings unused = { 0 };
		struct envelope dates = *out;

		out->ip = c->addr;
		out->ip_origin = ORIGIN_OPTION;
		walk_received(c, header, &dates, &unused);
		out->received_at = dates.received_at;
		findings_free(&unused);
	} else {
		walk_received(c, header, out, fs);
	}
	if (c->mail_from != NULL) {
		if (!addr_path(span_str(c->mail_from), &out->mail_from))
			out->mail_from = span_str(c->mail_from);
		out->mail_from_origin = ORIGIN_OPTION;
	} else {
		find_return_path(header, out);
	}
}
