/*
 * A list of subjects, as stdin may bring it: lines come in order and lie in
 * the input; what is answered is one line that begins as the line did, and
 * the set of what was answered before skips each line once, however they are
 * ordered.
 */
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ascii.h"
#include "run/resume.h"
#include "run/subject.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { ROOM = 4 << 20 };

static const struct resume_rule rule = { "domain", "fuzz", false };

static int
file_of(struct span in)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, in.p, in.n) == (ssize_t)in.n);
	must(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* Hosts are names of A-labels, in lower case and without blanks. */
static void
check_host(const struct buf *host)
{
	for (size_t i = 0; i < host->n; i++)
		must(ascii_is_graph(host->p[i]) &&
		    ascii_lower(host->p[i]) == host->p[i]);
}

static void
check_names(const struct subject *s)
{
	struct buf name = BUF(ROOM), host = BUF(ROOM);
	struct findings fs = { 0 };
	uint16_t port = 0;

	if (subject_domain(s, &name, &fs)) {
		must(fs.n == 0 && name.n > 0 && name.n <= 253);
		check_host(&name);
	} else {
		must(fs.n == 1);
	}
	if (subject_endpoint(s, &host, &port))
		must(host.n > 0 && port > 0);
	findings_free(&fs);
	buf_free(&name);
	buf_free(&host);
}

static void
answer(const struct subject *s, struct buf *out)
{
	struct buf base = BUF(ROOM);
	size_t before = out->n;
	int status = 0;

	subject_domain_base(s, true, &base);
	status = subject_answer(s, buf_get0(&base), "fuzz",
	    SPAN("{\"schema\":\"fuzz/1\",\"verdict\":\"pass\",\"findings\":[]}"),
	    out);
	must(status == 0 || status == 65);
	must(s->is_record || status == 0);
	must(out->n > before && out->p[out->n - 1] == '\n');
	must(span_chr(span_from(buf_get0(out), before), '\n') ==
	    out->n - before - 1);
	buf_free(&base);
}

/* As many as stand there may be skipped, and none more. */
static void
check_resume(const struct buf *answers, struct span keys)
{
	int fd = file_of(buf_get0(answers));
	struct span key = { NULL, 0 }, rest = keys;
	struct resume r;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	resume_init(&r, 1, 2);
	must(resume_read(&r, path, &rule) == RESUME_OK);
	while (span_split(&rest, '\0', &key))
		must(resume_skips(&r, key));
	for (rest = keys; span_split(&rest, '\0', &key);)
		must(!resume_skips(&r, key));
	resume_free(&r);
	close(fd);
}

/* The key of the last answer, for check_resume. */
static void
add_key(struct span line, struct buf *keys)
{
	struct buf key = BUF(ROOM);

	if (subject_key(line, "domain", &key) &&
	    span_chr(buf_get0(&key), '\0') == key.n) {
		buf_span(keys, buf_get0(&key));
		buf_byte(keys, '\0');
	}
	buf_free(&key);
}

static void
take(struct subject *s, struct buf *answers, struct buf *keys)
{
	size_t before = answers->n;

	must(span_chr(s->text, '\n') == s->text.n);
	must(!s->is_record || s->text.p[0] == '{');
	check_names(s);
	answer(s, answers);
	add_key(span_from(buf_get0(answers), before), keys);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf answers = BUF(ROOM), keys = BUF(ROOM);
	struct rec_reader r = { 0 };
	struct subject s = { .line = 0 };
	enum rec_kind kind = REC_MORE;
	uint64_t line = 0;
	int fd = 0;

	if (n > 1 << 14)
		return 0;
	fd = file_of(span_of(data, n));
	for (rec_open(&r, fd, '\n'); kind != REC_END;) {
		kind = rec_next(&r, &s.text);
		must(kind != REC_FAILED && kind != REC_LONG);
		if (kind == REC_MORE)
			rec_fill(&r);
		if (kind != REC_SUBJECT && kind != REC_RECORD)
			continue;
		must(r.line > line);
		line = s.line = r.line;
		s.is_record = kind == REC_RECORD;
		take(&s, &answers, &keys);
	}
	rec_close(&r);
	close(fd);
	check_resume(&answers, span_first(buf_get0(&keys), keys.n - (keys.n > 0)));
	buf_free(&answers);
	buf_free(&keys);
	return 0;
}
