/* msgsec's own sessions in the jobs of ratchet.h. */
#include <stdlib.h>
#include <string.h>

#include "crypto/lib.h"
#include "ratchet.h"
#include "ratchet/x3dh.h"

static struct env env;
static struct identity who[2];
static struct ratchet sessions[2];
static struct buf wire = BUF(65536), plain = BUF(65536);
static unsigned char text[MESSAGE];

static void
must(int holds)
{
	if (!holds)
		abort();
}

static void
start(struct ratchet *a, struct ratchet *b)
{
	struct x3dh_offer o = { .registration_id = 2, .signed_id = 1,
	    .has_prekey = true, .prekey_id = 1 };
	struct curve_pair spk, opk;
	struct session_info info;
	struct wire_prekey p;

	curve_pair_new(&env, &who[0].keys);
	curve_pair_new(&env, &who[1].keys);
	curve_pair_new(&env, &spk);
	curve_pair_new(&env, &opk);
	memcpy(o.identity, who[1].keys.pub, CURVE_PUBLIC);
	memcpy(o.signed_key, spk.pub, CURVE_PUBLIC);
	memcpy(o.prekey, opk.pub, CURVE_PUBLIC);
	curve_sign(&env, who[1].keys.priv, span_of(spk.pub, CURVE_PUBLIC),
	    o.signature);
	must(x3dh_start(&env, &who[0], &o, NULL, a));
	buf_reset(&wire);
	buf_reset(&plain);
	must(ratchet_encrypt(a, &env, span_of(text, MESSAGE), &wire) ==
	    SESSION_OK);
	must(wire_prekey_read(buf_get0(&wire), &p) == WIRE_OK);
	must(x3dh_answer(&who[1], &spk, &opk, NULL, &p, b));
	must(ratchet_decrypt(b, &env, &p.message, &plain, &info) ==
	    SESSION_OK);
}

void
side_message(int from)
{
	struct session_info info;
	struct wire_message m;

	buf_reset(&wire);
	buf_reset(&plain);
	must(ratchet_encrypt(&sessions[from], &env, span_of(text, MESSAGE),
	    &wire) == SESSION_OK);
	must(wire_message_read(buf_get0(&wire), &m) == WIRE_OK);
	must(ratchet_decrypt(&sessions[!from], &env, &m, &plain, &info) ==
	    SESSION_OK && plain.n == MESSAGE);
}

void
side_set_up(void)
{
	crypto_secrets();
	curve_start();
	env_system(&env);
	start(&sessions[0], &sessions[1]);
	side_message(1);
	side_message(0);
}

void
side_session(void)
{
	struct ratchet a, b;

	start(&a, &b);
	ratchet_free(&a);
	ratchet_free(&b);
}

int
main(void)
{
	measure_all("msgsec");
	return 0;
}
