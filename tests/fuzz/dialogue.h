/*
 * A server that says the input whatever it hears: whole and octet by octet it
 * must give the same facts, and none that the replies do not carry.
 */
#ifndef FUZZ_DIALOGUE_H
#define FUZZ_DIALOGUE_H

#include "../support/script.h"
#include "fuzz.h"
#include "net/hail.h"

static inline void
hear(struct hail *h, struct span said, size_t chunk, struct hail_ask *ask)
{
	struct stream *s = script_octets(said, chunk);

	hail_init(h);
	hail_clear(h, s, ask);
	if (hail_ready(h)) {
		stream_limit(s, STREAM_LIMIT);
		hail_inside(h, s, ask);
	}
	stream_free(s);
}

static inline void
same_text(const struct buf *a, const struct buf *b)
{
	must(span_eq(buf_get0(a), buf_get0(b)));
}

static inline void
same_caps(const struct caps *a, const struct caps *b)
{
	must(a->known == b->known && a->starttls == b->starttls &&
	    a->requiretls == b->requiretls && a->login == b->login &&
	    a->pipelining == b->pipelining && a->smtputf8 == b->smtputf8 &&
	    a->logindisabled == b->logindisabled &&
	    a->size_given == b->size_given && a->size == b->size);
	same_text(&a->auth, &b->auth);
	same_text(&a->mangled, &b->mangled);
}

static inline void
same_facts(const struct hail *a, const struct hail *b)
{
	must(a->starttls == b->starttls && a->signs == b->signs &&
	    a->at == b->at && a->step == b->step && a->code == b->code &&
	    a->esmtp == b->esmtp && a->preauth == b->preauth &&
	    a->second == b->second && a->notes == b->notes &&
	    a->leaked_n == b->leaked_n);
	same_text(&a->said, &b->said);
	same_text(&a->greeting, &b->greeting);
	same_text(&a->name, &b->name);
	same_text(&a->leaked, &b->leaked);
	same_caps(&a->clear, &b->clear);
	same_caps(&a->inside, &b->inside);
}

/* No state without what it follows from. */
static inline void
well_founded(const struct hail *h)
{
	bool answered = h->at == HAIL_STARTTLS &&
	    (h->step == STEP_DONE || h->step == STEP_REFUSED);

	switch (h->starttls) {
	case STARTTLS_IMPLICIT:
		must(false);
		break;
	case STARTTLS_UNKNOWN:
		must(!answered);
		break;
	case STARTTLS_OFFERED:
		must(hail_ready(h));
		break;
	case STARTTLS_ABSENT:
		must(!h->clear.starttls && !hail_ready(h) &&
		    (h->clear.known || answered));
		break;
	case STARTTLS_REFUSED:
		must(h->clear.starttls && h->step == STEP_REFUSED);
		break;
	case STARTTLS_STRIPPED:
		must(h->signs != 0);
		break;
	}
	must(h->signs == 0 || h->starttls == STARTTLS_STRIPPED);
	must(h->leaked_n <= STREAM_BUFFER && h->leaked.n <= h->leaked_n);
	must(!h->said.over && !h->greeting.over && !h->leaked.over);
	must(!h->name.over || h->name.n == 0);
}

static inline void
dialogue(enum service service, struct span said)
{
	struct transcript logs[2] = { TRANSCRIPT, TRANSCRIPT };
	struct hail_ask ask = {
		.service = service, .helo = "fuzz.test", .start = true
	};
	struct hail h[2];

	for (size_t i = 0; i < 2; i++) {
		ask.log = &logs[i];
		hear(&h[i], said, i, &ask);
		well_founded(&h[i]);
	}
	same_facts(&h[0], &h[1]);
	same_text(&logs[0].text, &logs[1].text);
	for (size_t i = 0; i < 2; i++) {
		hail_free(&h[i]);
		transcript_free(&logs[i]);
	}
}

#endif
