/* DKIM key records; see dkim_key.h. */
#include "auth/dkim_key.h"

#include <stdlib.h>

#include "base/b64.h"
#include "base/map.h"
#include "base/mem.h"
#include "dns/idn.h"
#include "tag/tag.h"

enum {
	RSA_BITS_MIN = 1024,	/* RFC 8301 section 3.2 */
	RSA_BITS_MAX = 8192,	/* a verification costs 0.3 ms there */
	KEY_DATA_MAX = 4096,
	KEYS_KEPT_MAX = 10000,
	KEYS_OCTETS_MAX = 16 << 20,	/* that many keys of RSA-2048 */
	KEY_COST = 4,	/* octets kept for one of the record: it, and the key */
};

struct dkim_keys {
	struct map *map;
	size_t octets;
};

/* Tags whose value is a colon-separated list compare with case. */
static bool
list_has(struct span list, struct span item)
{
	return span_list_has(list, ':', item);
}

static enum dkim_key_status
load_key(struct span p, struct dkim_key *out)
{
	struct buf data = BUF(KEY_DATA_MAX);
	enum dkim_key_status status = DKIM_KEY_OK;

	if (b64_decode(&data, p))
		out->key = out->type == KEY_RSA ?
		    key_rsa_public(buf_get0(&data)) :
		    key_ed25519_public(buf_get0(&data));
	buf_free(&data);
	if (out->key == NULL)
		return DKIM_KEY_DATA;
	out->bits = key_bits(out->key);
	if (out->type == KEY_RSA && out->bits < RSA_BITS_MIN)
		status = DKIM_KEY_WEAK;
	else if (out->type == KEY_RSA && out->bits > RSA_BITS_MAX)
		status = DKIM_KEY_HUGE;
	if (status != DKIM_KEY_OK) {
		key_free(out->key);
		out->key = NULL;
	}
	return status;
}

/* The checks of section 6.1.2 in their order. */
static enum dkim_key_status
check(const struct tags *tags, struct dkim_key *out)
{
	const struct tag *v = tags_get(tags, SPAN("v"));
	const struct tag *h = tags_get(tags, SPAN("h"));
	struct span k = tags_value(tags, SPAN("k"), SPAN("rsa"));
	struct span s = tags_value(tags, SPAN("s"), SPAN("*"));
	struct span t = tags_value(tags, SPAN("t"), SPAN(""));
	const struct tag *p = tags_get(tags, SPAN("p"));

	if (v != NULL && (v != tags->v || !span_eq(v->value, SPAN("DKIM1"))))
		return DKIM_KEY_VERSION;
	if (p == NULL)
		return DKIM_KEY_SYNTAX;
	out->testing = list_has(t, SPAN("y"));
	out->strict = list_has(t, SPAN("s"));
	out->type = span_eq(k, SPAN("ed25519")) ? KEY_ED25519 : KEY_RSA;
	if (!list_has(s, SPAN("*")) && !list_has(s, SPAN("email")))
		return DKIM_KEY_SERVICE;
	if (h != NULL && !list_has(h->value, SPAN("sha256"))) {
		out->sha1_only = list_has(h->value, SPAN("sha1"));
		return DKIM_KEY_HASH;
	}
	if (p->value.n == 0)
		return DKIM_KEY_REVOKED;
	if (out->type == KEY_RSA && !span_eq(k, SPAN("rsa")))
		return DKIM_KEY_TYPE;
	return load_key(p->value, out);
}

void
dkim_key_parse(struct span txt, struct dkim_key *out)
{
	struct tags tags;
	struct span bad = { NULL, 0 };

	*out = (struct dkim_key){ .status = DKIM_KEY_SYNTAX };
	if (tags_parse(txt, &tags, &bad) == TAG_OK)
		out->status = check(&tags, out);
}

const char *
dkim_key_problem(enum dkim_key_status status)
{
	static const char *const texts[] = {
		[DKIM_KEY_OK] = "",
		[DKIM_KEY_SYNTAX] = "key syntax error",
		[DKIM_KEY_VERSION] = "key version is not DKIM1",
		[DKIM_KEY_REVOKED] = "key revoked",
		[DKIM_KEY_TYPE] = "unknown key type",
		[DKIM_KEY_HASH] = "inappropriate hash algorithm for the key",
		[DKIM_KEY_SERVICE] = "key is not for email",
		[DKIM_KEY_DATA] = "key data is not a public key",
		[DKIM_KEY_WEAK] = "RSA key is shorter than 1024 bits",
		[DKIM_KEY_HUGE] = "RSA key is longer than 8192 bits",
	};

	return texts[status];
}

struct dkim_keys *
dkim_keys_new(uint64_t seed)
{
	struct dkim_keys *keys = xcalloc(1, sizeof(*keys));

	keys->map = map_new(seed);
	return keys;
}

static void
release(void *value)
{
	struct dkim_key *k = value;

	key_free(k->key);
	free(k);
}

const struct dkim_key *
dkim_keys_get0(struct dkim_keys *keys, struct span txt)
{
	struct dkim_key *k = map_get0(keys->map, txt);

	if (k != NULL)
		return k;
	k = xcalloc(1, sizeof(*k));
	dkim_key_parse(txt, k);
	map_put(keys->map, txt, k);
	keys->octets += KEY_COST * txt.n;
	return k;
}

bool
dkim_keys_trim(struct dkim_keys *keys)
{
	if (map_count(keys->map) <= KEYS_KEPT_MAX &&
	    keys->octets <= KEYS_OCTETS_MAX)
		return false;
	map_clear(keys->map, release);
	keys->octets = 0;
	return true;
}

void
dkim_keys_free(struct dkim_keys *keys)
{
	if (keys == NULL)
		return;
	map_free(keys->map, release);
	free(keys);
}

bool
dkim_key_name(struct buf *out, struct span selector, struct span domain)
{
	struct dns_name name;
	size_t from = out->n;

	if (!idn_to_ascii(selector, out))
		return false;
	buf_str(out, "._domainkey.");
	if (!idn_to_ascii(domain, out) || out->over)
		return false;
	return dns_name_parse(span_from(buf_get0(out), from), &name);
}
