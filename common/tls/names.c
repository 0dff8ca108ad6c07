/* The tables and look-ups of names.h. */
#include "tls/names.h"

#include <stdio.h>
#include <string.h>

const struct tls_suite tls_suites[] = {
#define SUITE(code, name, kx, auth, cipher, mac, era) \
	{ code, #name, TLS_KX_##kx, TLS_AUTH_##auth, #cipher, #mac, \
	    TLS_ERA_##era },
#include "tls/suites.def"
#undef SUITE
};
const size_t tls_suites_n = sizeof(tls_suites) / sizeof(tls_suites[0]);

const struct tls_group tls_groups[] = {
#define GROUP(code, name, id, kind, bits) \
	{ code, name, TLS_GROUP_##kind, bits },
#include "tls/groups.def"
#undef GROUP
};
const size_t tls_groups_n = sizeof(tls_groups) / sizeof(tls_groups[0]);

const struct tls_scheme tls_schemes[] = {
#define SCHEME(code, name, key, hash, in13) \
	{ code, #name, TLS_KEY_##key, TLS_HASH_##hash, in13 },
#include "tls/schemes.def"
#undef SCHEME
};
const size_t tls_schemes_n = sizeof(tls_schemes) / sizeof(tls_schemes[0]);

static const struct {
	uint16_t code;
	const char *name;
} versions[TLS_VERSIONS] = {
	{ TLS_SSL2, "SSLv2" },
	{ TLS_SSL3, "SSLv3" },
	{ TLS_1_0, "TLSv1.0" },
	{ TLS_1_1, "TLSv1.1" },
	{ TLS_1_2, "TLSv1.2" },
	{ TLS_1_3, "TLSv1.3" },
};

size_t
tls_version_index(uint16_t version)
{
	size_t i = 0;

	while (i < TLS_VERSIONS && versions[i].code != version)
		i++;
	return i;
}

uint16_t
tls_version_at(size_t index)
{
	return versions[index].code;
}

/* The tables are in the order of their codes, which a test holds them to. */
const struct tls_suite *
tls_suite(uint32_t code)
{
	size_t low = 0, high = tls_suites_n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (tls_suites[mid].code < code)
			low = mid + 1;
		else
			high = mid;
	}
	return low < tls_suites_n && tls_suites[low].code == code ?
	    &tls_suites[low] : NULL;
}

bool
tls_suite_fits(const struct tls_suite *s, uint16_t version)
{
	switch (s->era) {
	case TLS_ERA_SSL2:
		return version == TLS_SSL2;
	case TLS_ERA_OLD:
		return version >= TLS_SSL3 && version <= TLS_1_2;
	case TLS_ERA_1_2:
		return version == TLS_1_2;
	default:
		return version == TLS_1_3;
	}
}

const struct tls_group *
tls_group(uint16_t code)
{
	for (size_t i = 0; i < tls_groups_n; i++)
		if (tls_groups[i].code == code)
			return &tls_groups[i];
	return NULL;
}

const struct tls_scheme *
tls_scheme(uint16_t code)
{
	for (size_t i = 0; i < tls_schemes_n; i++)
		if (tls_schemes[i].code == code)
			return &tls_schemes[i];
	return NULL;
}

/* The name, or the number's digits where there is none. */
static const char *
name_or_digits(char room[TLS_NAME_SIZE], const char *name, uint32_t code)
{
	if (name != NULL)
		return name;
	snprintf(room, TLS_NAME_SIZE, code > 0xffff ? "0x%06x" : "0x%04x",
	    (unsigned)code & 0xffffff);
	return room;
}

const char *
tls_version_name(char room[TLS_NAME_SIZE], uint16_t version)
{
	size_t i = tls_version_index(version);

	return name_or_digits(room, i < TLS_VERSIONS ? versions[i].name : NULL,
	    version);
}

const char *
tls_suite_name(char room[TLS_NAME_SIZE], uint32_t code)
{
	const struct tls_suite *s = tls_suite(code);

	return name_or_digits(room, s != NULL ? s->name : NULL, code);
}

const char *
tls_group_name(char room[TLS_NAME_SIZE], uint16_t code)
{
	const struct tls_group *g = tls_group(code);

	return name_or_digits(room, g != NULL ? g->name : NULL, code);
}

const char *
tls_scheme_name(char room[TLS_NAME_SIZE], uint16_t code)
{
	const struct tls_scheme *s = tls_scheme(code);

	return name_or_digits(room, s != NULL ? s->name : NULL, code);
}

/* RFC 8446 section 6, with those of RFC 5246 and 2246 that it dropped. */
const char *
tls_alert_name(char room[TLS_NAME_SIZE], uint8_t description)
{
	static const char *const names[] = {
		[0] = "close_notify",
		[10] = "unexpected_message",
		[20] = "bad_record_mac",
		[21] = "decryption_failed",
		[22] = "record_overflow",
		[30] = "decompression_failure",
		[40] = "handshake_failure",
		[41] = "no_certificate",
		[42] = "bad_certificate",
		[43] = "unsupported_certificate",
		[44] = "certificate_revoked",
		[45] = "certificate_expired",
		[46] = "certificate_unknown",
		[47] = "illegal_parameter",
		[48] = "unknown_ca",
		[49] = "access_denied",
		[50] = "decode_error",
		[51] = "decrypt_error",
		[60] = "export_restriction",
		[70] = "protocol_version",
		[71] = "insufficient_security",
		[80] = "internal_error",
		[86] = "inappropriate_fallback",
		[90] = "user_canceled",
		[100] = "no_renegotiation",
		[109] = "missing_extension",
		[110] = "unsupported_extension",
		[111] = "certificate_unobtainable",
		[112] = "unrecognized_name",
		[113] = "bad_certificate_status_response",
		[114] = "bad_certificate_hash_value",
		[115] = "unknown_psk_identity",
		[116] = "certificate_required",
		[120] = "no_application_protocol",
	};
	const char *name = NULL;

	if (description < sizeof(names) / sizeof(names[0]))
		name = names[description];
	return name_or_digits(room, name, description);
}

const char *
tls_key_name(enum tls_key key)
{
	static const char *const names[] = {
		[TLS_KEY_NONE] = "none", [TLS_KEY_RSA] = "rsa",
		[TLS_KEY_RSA_PSS] = "rsa-pss", [TLS_KEY_DSA] = "dsa",
		[TLS_KEY_EC] = "ec", [TLS_KEY_ED25519] = "ed25519",
		[TLS_KEY_ED448] = "ed448", [TLS_KEY_ML_DSA] = "ml-dsa",
		[TLS_KEY_OTHER] = "other",
	};

	return names[key];
}
