/*
 * A hostile record of a sealed message: what is read is written again as a
 * record that reads the same, and under keys that its author does not have
 * it does not open.
 */
#include "fuzz.h"
#include "letter_pair.h"

#include "seal/audit.h"

static void
same_again(const struct letter *l)
{
	struct buf out = BUF(4 << 20);
	struct chunks again;
	const char *why = NULL;

	chunks_init(&again);
	chunks_write(l, &out);
	must(chunks_read(&again, buf_get0(&out), SPAN("t"), &why));
	must(!again.ids_differ && !again.ids_odd && again.extra.n == 0);
	must(span_eq(again.letter.from, l->from));
	must(span_eq(again.letter.to, l->to));
	must(span_eq(again.letter.salt, l->salt));
	must(span_eq(again.letter.body, l->body));
	must(span_eq(again.letter.tail, l->tail));
	must(again.letter.sender_key == l->sender_key);
	must(again.letter.receiver_key == l->receiver_key);
	must(again.letter.content_type == l->content_type);
	chunks_free(&again);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct audit *a = audit_new(7);
	struct findings fs = { 0 };
	struct buf plain = BUF(LETTER_PLAIN_MAX + 64);
	struct chunks c;
	const char *why = NULL;

	chunks_init(&c);
	if (!chunks_read(&c, span_of(data, n), SPAN("t"), &why)) {
		must(why != NULL);
	} else if (letter_flaw(&c.letter) == NULL) {
		must(c.missing == 0 || c.missing == CHUNKS_TYPE);
		same_again(&c.letter);
		must(audit_open(fuzz_pair(), &c.letter, &plain) == AUDIT_FORGED);
		must(plain.n == 0);
		audit_form(&c, &fs);
		audit_beside(a, &c, AUDIT_NOT_ASKED, 1, &fs);
		must(!finding_has(&fs, F_SEAL_REPLAY));
		audit_beside(a, &c, AUDIT_NOT_ASKED, 2, &fs);
		must(finding_has(&fs, F_SEAL_REPLAY));
	}
	findings_free(&fs);
	chunks_free(&c);
	buf_free(&plain);
	audit_free(a);
	return 0;
}
