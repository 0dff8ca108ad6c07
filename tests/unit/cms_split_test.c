/*
 * CMS structures taken apart: what the grammar allows, in DER and in BER, and
 * that all else is refused.
 */
#include "unit.h"

#include "cms/split.h"

#define DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define SIGNED "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define ENVELOPED "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
#define AUTH "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
#define V1 "\x02\x01\x01"
#define END "\0\0"
#define CBC "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a"

/* a SignedData with one digest and one (empty) signer around the content */
#define SIGNED_OF(content) "\x30\x80" SIGNED "\xa0\x80\x30\x80" V1 \
    "\x31\x02\x30\x00" "\x30\x80" DATA content END "\x31\x02\x30\x00" \
    END END END
#define ENVELOPED_OF(content) "\x30\x80" ENVELOPED "\xa0\x80\x30\x80" V1 \
    "\x31\x04\x30\x00\x30\x00" "\x30\x80" DATA CBC content END END END END

static const struct {
	const char *name;
	struct span in;
	enum cms_split_result want;
	const char *content;	/* NULL: none */
} rows[] = {
#define IN(text) { (const unsigned char *)(text), sizeof(text) - 1 }
	{ "signed, primitive", IN(SIGNED_OF("\xa0\x05\x04\x03" "abc")),
	  CMS_SPLIT_OK, "abc" },
	{ "signed, in pieces", IN(SIGNED_OF("\xa0\x80\x24\x80\x04\x02" "ab"
	  "\x04\x01" "c" END END)), CMS_SPLIT_OK, "abc" },
	{ "pieces in pieces", IN(SIGNED_OF("\xa0\x80\x24\x80\x24\x80\x04\x02"
	  "ab" END "\x04\x01" "c" END END)), CMS_SPLIT_OK, "abc" },
	{ "an empty content is one", IN(SIGNED_OF("\xa0\x02\x04\x00")),
	  CMS_SPLIT_OK, "" },
	{ "no content", IN(SIGNED_OF("")), CMS_SPLIT_OK, NULL },
	{ "encrypted, primitive", IN(ENVELOPED_OF("\x80\x03" "abc")),
	  CMS_SPLIT_OK, "abc" },
	{ "encrypted, in pieces", IN(ENVELOPED_OF("\xa0\x80\x04\x01" "a"
	  "\x04\x02" "bc" END)), CMS_SPLIT_OK, "abc" },
	{ "encrypted octets may begin like a string",
	  IN(ENVELOPED_OF("\x80\x03\x04\x01" "a")), CMS_SPLIT_OK,
	  "\x04\x01" "a" },
	{ "two contents", IN(SIGNED_OF("\xa0\x03\x04\x01" "a"
	  "\xa0\x03\x04\x01" "b")), CMS_SPLIT_MALFORMED, NULL },
	{ "two strings", IN(SIGNED_OF("\xa0\x06\x04\x01" "a\x04\x01" "b")),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "a content that is no string", IN(SIGNED_OF("\xa0\x02\x30\x00")),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "a piece that is none", IN(SIGNED_OF("\xa0\x04\x24\x02\x30\x00")),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "something behind it", IN(SIGNED_OF("") "\0"),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "plain data", IN("\x30\x0f" DATA "\xa0\x02\x04\x00"),
	  CMS_SPLIT_OTHER, NULL },
	{ "nothing", IN(""), CMS_SPLIT_MALFORMED, NULL },
	{ "cut in the middle", IN("\x30\x80" SIGNED "\xa0\x80"),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "a length beyond the end", IN("\x30\x84\xff\xff\xff\xff" SIGNED),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "a length of nine octets", IN("\x30\x89\0\0\0\0\0\0\0\0\x01\x00"),
	  CMS_SPLIT_MALFORMED, NULL },
	{ "nine digests", IN("\x30\x80" SIGNED "\xa0\x80\x30\x80" V1
	  "\x31\x12\x30\0\x30\0\x30\0\x30\0\x30\0\x30\0\x30\0\x30\0\x30\0"
	  "\x30\x80" DATA END "\x31\x00" END END END), CMS_SPLIT_TOO_MUCH,
	  NULL },
};

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
the_grammar_and_no_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct cms_parts p = { .type = CMS_SIGNED };
		struct buf got = BUF(1024);
		enum cms_split_result r = cms_split(rows[i].in, &p);

		if (r != rows[i].want)
			fail_msg("%s: %d", rows[i].name, r);
		cms_content_each(&p, gather, &got);
		if (r == CMS_SPLIT_OK &&
		    (p.has_content != (rows[i].content != NULL) ||
		    !span_eq(buf_get0(&got), span_str(rows[i].content))))
			fail_msg("%s: another content", rows[i].name);
		buf_free(&got);
		cms_parts_free(&p);
	}
}

static void
parts_are_named(void **state)
{
	static const char in[] = "\x30\x80" AUTH "\xa0\x80\x30\x80" V1
	    "\x31\x02\x30\x00" "\x30\x80" DATA CBC "\x80\x01x" END
	    "\x04\x02mm" END END END;
	struct cms_parts p = { .type = CMS_SIGNED };

	(void)state;
	assert_int_equal(cms_split(span_of(in, sizeof(in) - 1), &p),
	    CMS_SPLIT_OK);
	assert_int_equal(p.type, CMS_AUTH_ENVELOPED);
	assert_int_equal(p.recipients, 1);
	assert_true(span_eq(p.mac, SPAN("mm")));
	assert_true(span_eq(p.cipher,
	    SPAN("\x60\x86\x48\x01\x65\x03\x04\x01\x2a")));
	cms_parts_free(&p);
}

/* Indefinite lengths, nested without end, cost no stack and no time. */
static void
depth_is_limited(void **state)
{
	static unsigned char deep[1 << 20];
	struct cms_parts p = { .type = CMS_SIGNED };

	(void)state;
	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = i % 2 ? 0x80 : 0x30;
	assert_int_equal(cms_split(span_of(deep, sizeof(deep)), &p),
	    CMS_SPLIT_MALFORMED);
	cms_parts_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_grammar_and_no_more),
		cmocka_unit_test(parts_are_named),
		cmocka_unit_test(depth_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
