/*
 * Files of any size. Sealing streams; opening holds the ciphertext in an
 * unnamed file until its code has been checked, and only then writes.
 */
#include "letter-seal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "seal/content.h"
#include "sys/env.h"
#include "sys/say.h"
#include "sys/spool.h"

enum { PIECE = 64 << 10, MATERIAL_MAX = 64 << 10, SPOOL_LIMIT = 256 << 10 };

static int
read_failed(void)
{
	say_error("stdin: %s", strerror(errno));
	return EXIT_IO;
}

/* --- sealing -------------------------------------------------------------- */

static int
seal_stream(struct media *m)
{
	unsigned char piece[PIECE], mac[MEDIA_MAC_SIZE];
	struct buf out = BUF(PIECE);
	uint64_t total = 0;
	ssize_t got = 0;
	int status = EXIT_HOLDS;

	while (status == EXIT_HOLDS &&
	    (got = file_read(STDIN_FILENO, piece, sizeof(piece))) > 0) {
		total += (size_t)got;
		if (total > MEDIA_MAX) {
			say_error("stdin: longer than 64 GiB, where the "
			    "counter would begin anew");
			status = EXIT_MALFORMED;
			break;
		}
		buf_reset(&out);
		media_seal(m, span_of(piece, (size_t)got), &out);
		status = run_stdout(buf_get0(&out));
	}
	if (got < 0)
		status = read_failed();
	media_seal_end(m, mac);
	if (status == EXIT_HOLDS)
		status = run_stdout(span_of(mac, sizeof(mac)));
	if (status == EXIT_HOLDS && !file_close_stdout())
		status = EXIT_IO;
	explicit_bzero(piece, sizeof(piece));
	buf_free(&out);
	return status;
}

/* New material for each file: CTR under one key begins at one place. */
static int
seal_media(const struct args *a)
{
	unsigned char material[MEDIA_MATERIAL_SIZE];
	struct buf object = BUF(MATERIAL_MAX);
	struct media *m = NULL;
	struct output out;
	struct env env;
	int status = output_open(&out, a->material, true);

	if (status != EXIT_HOLDS)
		return status;
	env_system(&env);
	env.random(env.arg, material, sizeof(material));
	m = media_new(material);
	buf_room(&object, MATERIAL_MAX);
	content_media(material, span_str(a->name), &object);
	buf_byte(&object, '\n');
	status = give_up_power(a, out.folder, NULL) ? seal_stream(m) :
	    EXIT_INTERNAL;
	if (status == EXIT_HOLDS)
		status = output_end(&out, buf_get0(&object), a->force);
	else
		output_abort(&out);
	explicit_bzero(material, sizeof(material));
	buf_free_wipe(&object);
	media_free(m);
	return status;
}

/* --- opening -------------------------------------------------------------- */

struct pass {
	struct media *m;
	uint64_t left;		/* octets before the code */
	unsigned char mac[MEDIA_MAC_SIZE];
	size_t mac_n;
	struct buf plain;
	int status;
};

/* What of the piece is ciphertext. */
static struct span
ciphertext_of(struct pass *p, struct span piece)
{
	struct span s = p->left < piece.n ?
	    span_first(piece, (size_t)p->left) : piece;

	p->left -= s.n;
	return s;
}

static bool
check_piece(void *arg, struct span piece)
{
	struct pass *p = arg;
	struct span s = ciphertext_of(p, piece);
	struct span rest = span_from(piece, s.n);

	media_check(p->m, s);
	memcpy(p->mac + p->mac_n, rest.p, rest.n);
	p->mac_n += rest.n;
	return true;
}

static bool
open_piece(void *arg, struct span piece)
{
	struct pass *p = arg;
	struct span s = ciphertext_of(p, piece);

	for (; s.n > 0 && p->status == EXIT_HOLDS; s = span_from(s, PIECE)) {
		buf_reset(&p->plain);
		media_open(p->m, span_first(s, PIECE), &p->plain);
		p->status = run_stdout(buf_get0(&p->plain));
	}
	return p->status == EXIT_HOLDS;
}

static int
spool_failed(const struct spool *s)
{
	say_error("stdin: %s", spool_why(s));
	return s->state == SPOOL_NO_SPACE ? EXIT_UNKNOWN : EXIT_IO;
}

static int
open_spooled(struct spool *s, struct media *m)
{
	struct pass p = { .m = m, .plain = BUF(PIECE) };

	if (spool_fill(s, STDIN_FILENO) != SPOOL_OK)
		return spool_failed(s);
	if (s->n < MEDIA_MAC_SIZE || s->n - MEDIA_MAC_SIZE > MEDIA_MAX) {
		say_error("stdin: no sealed file: it is too %s",
		    s->n < MEDIA_MAC_SIZE ? "short" : "long");
		return EXIT_MALFORMED;
	}
	p.left = s->n - MEDIA_MAC_SIZE;
	if (spool_each(s, check_piece, &p) != SPOOL_OK)
		return spool_failed(s);
	if (!media_authentic(m, p.mac)) {
		say_error("not authentic under this key material");
		return EXIT_HOLDS_NOT;
	}
	p.left = s->n - MEDIA_MAC_SIZE;
	if (spool_each(s, open_piece, &p) != SPOOL_OK)
		p.status = spool_failed(s);
	if (p.status == EXIT_HOLDS && !file_close_stdout())
		p.status = EXIT_IO;
	buf_free_wipe(&p.plain);
	return p.status;
}

static int
read_material(const char *path, struct media **out)
{
	unsigned char material[MEDIA_MATERIAL_SIZE];
	struct buf file = BUF(MATERIAL_MAX);
	enum file_result r = file_slurp_key(path, MATERIAL_MAX, &file);
	int status = file_status(r);

	if (r != FILE_OK) {
		say_error("%s: %s", path, file_why(r));
	} else if (!content_material(buf_get0(&file), material)) {
		say_error("%s: no \"keyMaterial\" of 32 octets in base64",
		    path);
		status = EXIT_MALFORMED;
	} else {
		*out = media_new(material);
	}
	explicit_bzero(material, sizeof(material));
	buf_free_wipe(&file);
	return status;
}

static int
open_media(const struct args *a)
{
	struct media *m = NULL;
	struct spool s;
	int status = read_material(a->material, &m);

	if (status != EXIT_HOLDS)
		return status;
	spool_init(&s, SPOOL_LIMIT);
	status = give_up_power(a, NULL, file_temp_dir()) ?
	    open_spooled(&s, m) : EXIT_INTERNAL;
	spool_free(&s);
	media_free(m);
	return status;
}

int
media_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	struct opt_result res;
	const char *what = NULL;
	bool seals = false;
	int status = EXIT_HOLDS;

	if (!begin(&media_spec, argc, argv, &a, &res, &status))
		return status;
	if (res.operands.n == 1)
		seals = strcmp(res.operands.v[0], "seal") == 0;
	if (res.operands.n != 1 ||
	    (!seals && strcmp(res.operands.v[0], "open") != 0))
		what = "give one verb: seal or open";
	else if (a.material == NULL)
		what = "give -m FILE for the key material";
	else if (!seals && (a.name != NULL || a.force))
		what = "--name and --force are seal's";
	else
		what = nothing_given();
	opt_result_free(&res);
	if (what != NULL)
		return wrong(&media_spec, what);
	return seals ? seal_media(&a) : open_media(&a);
}
