/* What the relay knows of a mailbox; see knows.h. */
#include "knows.h"

#include <stdlib.h>

#include "ratchet/bundle.h"
#include "sys/jw.h"

static const char *const kept[] = {
	"The SHA-256 of the owner's token.",
	"The messages, in envelopes whose key the relay does not have.",
	"The size class of each message, its id, and the hour in which it "
	    "expires; with a ttl below a day, the second.",
	"The bundles that were uploaded, with the name and identity key that "
	    "stand in them, and the SHA-256 of those that were handed out, "
	    "until they expire.",
	"How many bundles were handed out.",
	"The day on which the mailbox was made and last fetched.",
};

static const char *const not_kept[] = {
	"Addresses: they are looked at while a connection is open, and "
	    "counted in memory against floods.",
	"Who sent a message, or took a bundle: a sender shows the mailbox's "
	    "id and nothing else.",
	"Any record of a request, a connection, or a message that was "
	    "acknowledged.",
};

static void
write_list(struct jw *j, const char *key, const char *const *v, size_t n)
{
	jw_array(j, key);
	for (size_t i = 0; i < n; i++)
		jw_str(j, NULL, v[i]);
	jw_end(j);
}

static enum relay_error
write_messages(struct server *s, const struct depot_box *box, struct jw *j)
{
	struct depot_items items = { .v = NULL };
	enum relay_error e = depot_items(s->depot, box, &items);

	jw_array(j, "messages");
	for (size_t i = 0; i < items.n; i++) {
		jw_object(j, NULL);
		jw_hex(j, "id", span_of(items.v[i].id, RELAY_ID));
		jw_int(j, "size", items.v[i].size);
		jw_time(j, "expires", items.v[i].expires);
		jw_end(j);
	}
	jw_end(j);
	free(items.v);
	return e;
}

static enum relay_error
write_owner(struct server *s, const struct depot_box *box, struct jw *j)
{
	struct buf line = BUF(BUNDLE_MAX);
	enum relay_error e = depot_bundle(s->depot, box, &line);
	const char *bad = NULL;
	struct bundle b;

	if (bundle_read(buf_get0(&line), &b, &bad)) {
		jw_object(j, "bundles");
		jw_str(j, "name", b.name);
		jw_b64(j, "identity_key", span_of(b.offer.identity,
		    CURVE_PUBLIC));
		jw_end(j);
	} else {
		jw_null(j, "bundles");
	}
	buf_free(&line);
	return e;
}

enum relay_error
knows_write(struct server *s, const unsigned char id[static RELAY_ID],
    const struct depot_box *box, struct buf *out)
{
	struct jw j = JW(out);
	uint32_t stocked = 0;
	enum relay_error e = depot_stocked(s->depot, box, &stocked);

	jw_object(&j, NULL);
	jw_hex(&j, "mailbox", span_of(id, RELAY_ID));
	jw_time(&j, "created", box->created);
	jw_time(&j, "seen", box->seen);
	if (e == RELAY_FINE)
		e = write_messages(s, box, &j);
	jw_int(&j, "one_time", stocked);
	jw_bool(&j, "last_resort", box->has_last);
	jw_int(&j, "taken", box->taken);
	jw_int(&j, "last_resort_taken", box->last_taken);
	if (e == RELAY_FINE)
		e = write_owner(s, box, &j);
	write_list(&j, "kept", kept, sizeof(kept) / sizeof(kept[0]));
	write_list(&j, "not_kept", not_kept,
	    sizeof(not_kept) / sizeof(not_kept[0]));
	jw_end(&j);
	buf_byte(out, '\n');
	return e == RELAY_FINE && out->over ? RELAY_TRY_AGAIN : e;
}
