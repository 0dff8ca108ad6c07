/*
 * [content type] and what stands inside a message, from both sides: what is
 * wrapped comes out again; what comes out of a hostile object can be wrapped.
 */
#include "fuzz.h"

#include "base/cur.h"
#include "seal/content.h"
#include "seal/letter.h"

enum { MAX = 1 << 20 };

static void
wraps(uint32_t type, struct span given)
{
	struct buf object = BUF(8 * MAX), back = BUF(8 * MAX);
	const char *why = NULL;

	if (content_wrap(type, given, &object, &why)) {
		must(content_unwrap(type, buf_get0(&object), &back, &why));
		must(span_eq(buf_get0(&back), type == LETTER_TEXT ? given :
		    span_trim(given)));
	} else {
		must(why != NULL);
	}
	buf_free(&object);
	buf_free(&back);
}

static void
unwraps(uint32_t type, struct span object)
{
	struct buf inside = BUF(8 * MAX), again = BUF(8 * MAX);
	const char *why = NULL;

	if (content_unwrap(type, object, &inside, &why))
		must(content_wrap(type, buf_get0(&inside), &again, &why));
	else
		must(why != NULL);
	buf_free(&inside);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	unsigned char material[MEDIA_MATERIAL_SIZE];
	struct cur c = cur_of(span_of(data, n));
	uint32_t type = cur_u8(&c) % 20;

	if (n > MAX)
		return 0;
	wraps(type, cur_left(&c));
	unwraps(type, cur_left(&c));
	content_material(cur_left(&c), material);
	return 0;
}
