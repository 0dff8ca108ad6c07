/*
 * libsignal-protocol-c (or with OMEMO libomemo-c) in the jobs of ratchet.h:
 * the peer of the interoperability tests, whose side is changed in between.
 */
#define main peer_main
#include "../interop/peer/signal.c"
#undef main

#include "ratchet.h"

struct side {
	signal_buffer *session;
	ratchet_identity_key_pair *identity;
	session_signed_pre_key *spk;
	session_pre_key *opk;
};

static struct side other;
static int now_side;
static uint8_t text[MESSAGE];

/* Change to the side. */
static void
be(int side)
{
	struct side s = { session, identity, spk, opk };

	if (side == now_side)
		return;
	session = other.session;
	identity = other.identity;
	spk = other.spk;
	opk = other.opk;
	other = s;
	now_side = side;
	has_opk = 1;
}

static void
read_message(ciphertext_message *m)
{
	signal_buffer *b = ciphertext_message_get_serialized(m), *out = NULL;
	pre_key_signal_message *first = NULL;
	signal_message *later = NULL;
	session_cipher *c = make_cipher();

	if (ciphertext_message_get_type(m) == CIPHERTEXT_PREKEY_TYPE) {
		must(pre_key_signal_message_deserialize(&first,
		    signal_buffer_data(b), signal_buffer_len(b), ctx), "read");
		must(session_cipher_decrypt_pre_key_signal_message(c, first,
		    NULL, &out), "decrypt");
		SIGNAL_UNREF(first);
	} else {
		must(signal_message_deserialize(&later, signal_buffer_data(b),
		    signal_buffer_len(b), ctx), "read");
		must(session_cipher_decrypt_signal_message(c, later, NULL,
		    &out), "decrypt");
		SIGNAL_UNREF(later);
	}
	signal_buffer_free(out);
	session_cipher_free(c);
}

void
side_message(int from)
{
	ciphertext_message *m = NULL;
	session_cipher *c = NULL;

	be(from);
	c = make_cipher();
	must(session_cipher_encrypt(c, text, MESSAGE, &m), "encrypt");
	session_cipher_free(c);
	be(!from);
	read_message(m);
	SIGNAL_UNREF(m);
}

static void
new_identity(void)
{
	SIGNAL_UNREF(identity);
	must(signal_protocol_key_helper_generate_identity_key_pair(&identity,
	    ctx), "identity");
}

void
side_session(void)
{
	signal_protocol_key_helper_pre_key_list_node *list = NULL;
	session_pre_key_bundle *b = NULL;
	session_builder *builder = NULL;
	ec_public_key *id = NULL;

	be(0);
	new_identity();
	be(1);
	new_identity();
	SIGNAL_UNREF(spk);
	must(signal_protocol_key_helper_generate_signed_pre_key(&spk, identity,
	    7, 1, ctx), "signed prekey");
	must(signal_protocol_key_helper_generate_pre_keys(&list, 20, 1, ctx),
	    "prekey");
	opk = signal_protocol_key_helper_key_list_element(list);
	has_opk = 1;
	id = ratchet_identity_key_pair_get_public(identity);
	must(session_pre_key_bundle_create(&b, 1, 1, 20,
	    ec_key_pair_get_public(session_pre_key_get_key_pair(opk)), 7,
	    ec_key_pair_get_public(session_signed_pre_key_get_key_pair(spk)),
	    session_signed_pre_key_get_signature(spk),
	    session_signed_pre_key_get_signature_len(spk), id), "bundle");
	signal_buffer_free(session);
	session = NULL;
	be(0);
	signal_buffer_free(session);
	session = NULL;
	must(session_builder_create(&builder, store, &address, ctx), "start");
#ifdef OMEMO
	session_builder_set_version(builder, 3);
#endif
	must(session_builder_process_pre_key_bundle(builder, b), "start");
	session_builder_free(builder);
	SIGNAL_UNREF(b);
	side_message(0);
}

void
side_set_up(void)
{
	set_up();
	other = (struct side){ session, identity, spk, opk };
	must(signal_protocol_key_helper_generate_identity_key_pair(&identity,
	    ctx), "identity");
	must(signal_protocol_key_helper_generate_signed_pre_key(&spk, identity,
	    7, 1, ctx), "signed prekey");
	side_session();
	side_message(1);
	side_message(0);
}

int
main(void)
{
#ifdef OMEMO
	measure_all("libomemo-c");
#else
	measure_all("libsignal-protocol-c");
#endif
	return 0;
}
