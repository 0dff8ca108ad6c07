/* The tests of --active, against scripted servers; TLS is played. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/script.h"
#include "base/mem.h"
#include "probe/active.h"

enum { VISITS = 6, ENTRIES = 20 };

/* A server's visits; the first without entries is refused to the client. */
struct server {
	const char *(*visit)[ENTRIES];
	size_t n;		/* visits that may be made */
	size_t made;
	struct script script[VISITS];
};

static enum dial_result
connect_next(void *arg, struct stream **out, int64_t deadline)
{
	struct server *s = arg;
	const char *first = NULL;

	assert_true(deadline > 0);
	if (s->made == s->n || s->visit[s->made][0] == NULL)
		return DIAL_OFFLINE;
	first = s->visit[s->made][0];
	if (*first == '!') {
		s->made = s->n;
		return first[1] == 'r' ? DIAL_REFUSED : DIAL_TIMEOUT;
	}
	script_start(&s->script[s->made], s->visit[s->made], 0);
	*out = script_stream(&s->script[s->made++]);
	return DIAL_OK;
}

static enum session_result
secure(void *arg, struct stream **s, int64_t deadline)
{
	static const struct {
		const char *end;
		enum session_result result;
	} ends[] = {
		{ "", SESSION_OK }, { "alert", SESSION_ALERT },
		{ "timeout", SESSION_TIMEOUT },
	};
	struct server *server = arg;
	const char *end = script_handshake(&server->script[server->made - 1]);

	(void)deadline;
	assert_true((*s)->limit == SIZE_MAX);
	for (size_t i = 0; end != NULL && i < ROWS(ends); i++)
		if (strcmp(end, ends[i].end) == 0)
			return ends[i].result;
	return SESSION_FAILED;
}

/* Each visit was played to its end, and none was left out. */
static void
played(struct server *s, const char *name)
{
	bool refused = s->n > 0 && s->made < s->n &&
	    s->visit[s->made][0] == NULL;

	for (size_t i = 0; i < s->made && s->script[i].entry != NULL; i++) {
		char *wrong = script_end(&s->script[i]);

		if (wrong != NULL)
			fail_msg("%s, visit %zu: %s", name, i, wrong);
	}
	if (s->made < s->n && !refused)
		fail_msg("%s: %zu visits of %zu", name, s->made, s->n);
}

static struct active_ask
ask_of(enum service service, struct server *server)
{
	return (struct active_ask){
		.service = service, .helo = "me.test", .timeout = 1000,
		.until = INT64_MAX,
		.quiet = 10, .connect = connect_next, .secure = secure,
		.seed = 0x1111111122222222, .arg = server,
	};
}

#define GREET "S220 mx.test ESMTP\r\n"
#define EHLO "CEHLO me.test\r\n"
#define LIST "S250-mx.test\r\n250 STARTTLS\r\n"
#define OPEN GREET, EHLO, LIST
#define GO "S220 go\r\n"
#define PLAIN OPEN, "CSTARTTLS\r\n", GO, "H", "CQ3333333\r\n"
#define HIDDEN OPEN, "CSTARTTLS\r\nEHLO me.test\r\n", GO, "H"
#define ATONCE { HIDDEN, "U250 mx.test\r\n", "CQ3333333\r\n", \
	"S500 what?\r\n", "T" }
#define FORGETS { HIDDEN, "CQ3333333\r\n", "S500 what?\r\n", "T" }
#define MUTE { HIDDEN, "CQ3333333\r\n", "T" }
#define SANE { PLAIN, "S500 what?\r\n", "T" }

static void
smtp_injection(void **state)
{
	static struct {
		const char *name;
		const char *visit[3][ENTRIES];
		enum inject want;
		const char *seen;
		enum inject_lack lack;
	} rows[] = {
		{ "safe", { SANE, FORGETS }, INJECT_SAFE, "",
		    LACK_NOTHING },
		{ "answered at once", { SANE, { HIDDEN,
		    "U250-mx.test\r\n250 DSN\r\n", "CQ3333333\r\n",
		    "S500 what?\r\n", "T" } },
		    INJECT_VULNERABLE, "250-mx.test",
		    LACK_NOTHING },
		{ "refused in TLS, but carried out", { SANE, { HIDDEN,
		    "U503 no\r\n", "CQ3333333\r\n", "S500 what?\r\n",
		    "T" } }, INJECT_VULNERABLE, "503 no",
		    LACK_NOTHING },
		{ "answered in turn", { SANE, { HIDDEN, "CQ3333333\r\n",
		    "S250 mx.test\r\n", "T" } },
		    INJECT_DELAYED, "250 mx.test",
		    LACK_NOTHING },
		{ "both answered late", { SANE, { HIDDEN, "CQ3333333\r\n",
		    "S503 no\r\n500 what?\r\n", "T" } },
		    INJECT_DELAYED, "503 no",
		    LACK_NOTHING },
		{ "twice", { SANE, ATONCE, ATONCE },
		    INJECT_VULNERABLE, "250 mx.test",
		    LACK_NOTHING },
		{ "once, and then is busy", { SANE, ATONCE,
		    { "S421 busy\r\n" } },
		    INJECT_VULNERABLE, "250 mx.test",
		    LACK_NOTHING },
		{ "once, and not twice", { SANE, ATONCE, FORGETS },
		    INJECT_SUSPECT, "250 mx.test",
		    LACK_NOTHING },
		{ "babble inside", { SANE, { HIDDEN, "U25x\r\n",
		    "CQ3333333\r\n", "S500 what?\r\n", "T" } },
		    INJECT_UNKNOWN, "",
		    LACK_REPLY },
		{ "hangs", { SANE, MUTE }, INJECT_SUSPECT, "",
		    LACK_NOTHING },
		{ "hangs twice", { SANE, MUTE, MUTE }, INJECT_SUSPECT, "",
		    LACK_NOTHING },
		{ "hangs, and then does not", { SANE, MUTE, FORGETS },
		    INJECT_SAFE, "",
		    LACK_NOTHING },
		{ "hangs, and then is busy", { SANE, MUTE,
		    { "S421 busy\r\n" } }, INJECT_UNKNOWN, "",
		    LACK_SECOND },
		{ "hangs, and then answers", { SANE, MUTE, ATONCE },
		    INJECT_SUSPECT, "250 mx.test",
		    LACK_NOTHING },
		{ "hangs in the handshake", { SANE, { OPEN,
		    "CSTARTTLS\r\nEHLO me.test\r\n", GO, "Htimeout" } },
		    INJECT_UNKNOWN, "",
		    LACK_SECOND_TLS },
		{ "hangs before it", { SANE, { OPEN,
		    "CSTARTTLS\r\nEHLO me.test\r\n", "T" } },
		    INJECT_UNKNOWN, "",
		    LACK_SECOND_TLS },
		{ "ends behind the handshake", { SANE, { HIDDEN,
		    "CQ3333333\r\n" } }, INJECT_REFUSED, "",
		    LACK_NOTHING },
		{ "refuses the pipelined STARTTLS", { SANE, { OPEN,
		    "CSTARTTLS\r\nEHLO me.test\r\n", "S554 no\r\n" } },
		    INJECT_REFUSED, "",
		    LACK_NOTHING },
		{ "takes it for TLS's", { SANE, { OPEN,
		    "CSTARTTLS\r\nEHLO me.test\r\n", GO, "Halert" } },
		    INJECT_REFUSED, "",
		    LACK_NOTHING },
		{ "answers it in clear", { SANE, { OPEN,
		    "CSTARTTLS\r\nEHLO me.test\r\n", GO,
		    "S250 mx.test\r\n", "H", "CQ3333333\r\n",
		    "S500 what?\r\n", "T" } }, INJECT_SAFE, "",
		    LACK_NOTHING },
		{ "greets anew, hidden or not", { { OPEN, "CSTARTTLS\r\n",
		    GO, "H", "U220 again\r\n", "CQ3333333\r\n",
		    "S500 what?\r\n", "T" }, { HIDDEN, "U220 again\r\n",
		    "CQ3333333\r\n", "S500 what?\r\n", "T" } },
		    INJECT_SAFE, "",
		    LACK_NOTHING },
		{ "greets anew, and answers", { { OPEN, "CSTARTTLS\r\n",
		    GO, "H", "U220 again\r\n", "CQ3333333\r\n",
		    "S500 what?\r\n", "T" }, { HIDDEN,
		    "U220 again\r\n250 mx.test\r\n", "CQ3333333\r\n",
		    "S500 what?\r\n", "T" } },
		    INJECT_VULNERABLE, "250 mx.test",
		    LACK_NOTHING },
		{ "nothing to compare with: silence",
		    { { PLAIN, "T" } }, INJECT_UNKNOWN, "",
		    LACK_REFUSAL },
		{ "nothing to compare with: yes to all",
		    { { PLAIN, "S250 fine\r\n", "T" } }, INJECT_UNKNOWN, "",
		    LACK_REFUSAL },
		{ "no STARTTLS", { { GREET, EHLO, "S250 mx.test\r\n" } },
		    INJECT_NOT_ASKED, "",
		    LACK_NOTHING },
		{ "STARTTLS refused", { { OPEN, "CSTARTTLS\r\n",
		    "S454 later\r\n" } }, INJECT_UNKNOWN, "",
		    LACK_DIALOGUE },
		{ "421", { { "S421 busy\r\n" } }, INJECT_UNKNOWN, "",
		    LACK_DIALOGUE },
		{ "one connection only", { SANE }, INJECT_NOT_ASKED, "",
		    LACK_NOTHING },
		{ "421 the second time", { SANE, { "S421 busy\r\n" } },
		    INJECT_UNKNOWN, "",
		    LACK_SECOND },
		{ "no connection", { { NULL } }, INJECT_NOT_ASKED, "",
		    LACK_NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct server server = { .visit = rows[i].visit, .n = 3 };
		struct active_ask ask = ask_of(SERVICE_SMTP, &server);
		struct active a;

		active_init(&a);
		active_inject(&a, &ask);
		if (a.inject != rows[i].want)
			fail_msg("%s: %s", rows[i].name,
			    inject_name(a.inject));
		if (!span_eq(buf_get0(&a.seen), span_str(rows[i].seen)))
			fail_msg("%s: saw %.*s", rows[i].name,
			    (int)a.seen.n, (char *)a.seen.p);
		if (a.lack != rows[i].lack)
			fail_msg("%s: lacks \"%s\"", rows[i].name,
			    inject_lack_text(a.lack));
		assert_int_equal(a.connections, server.made);
		played(&server, rows[i].name);
		active_free(&a);
	}
}

#define IMAP_OPEN "S* OK\r\n", "Ca1 CAPABILITY\r\n", \
	"S* CAPABILITY STARTTLS\r\na1 OK\r\n"
#define IMAP_SANE { IMAP_OPEN, "Cs22222222 STARTTLS\r\n", \
	"Ss22222222 OK go\r\n", "H", "Cb33333333 Q3333333\r\n", \
	"Sb33333333 BAD\r\n", "T" }
#define IMAP_HIDDEN IMAP_OPEN, \
	"Cs22222222 STARTTLS\r\nhbbbbbbbb NOOP\r\n", \
	"Ss22222222 OK go\r\n", "H"
#define POP_OPEN "S+OK\r\n", "CCAPA\r\n", "S+OK\r\nSTLS\r\n.\r\n"
#define POP_SANE { POP_OPEN, "CSTLS\r\n", "S+OK\r\n", "H", \
	"CQ3333333\r\n", "S-ERR\r\n", "T" }
#define POP_HIDDEN POP_OPEN, "CSTLS\r\ncapa\r\n", "S+OK\r\n", "H"

static void
imap_and_pop3_injection(void **state)
{
	static struct {
		const char *name;
		enum service service;
		const char *visit[3][ENTRIES];
		enum inject want;
	} rows[] = {
		{ "IMAP safe", SERVICE_IMAP, { IMAP_SANE, { IMAP_HIDDEN,
		    "Cb33333333 Q3333333\r\n", "Sb33333333 BAD\r\n", "T" } },
		    INJECT_SAFE },
		{ "IMAP at once", SERVICE_IMAP, { IMAP_SANE, { IMAP_HIDDEN,
		    "Uhbbbbbbbb OK\r\n", "Cb33333333 Q3333333\r\n",
		    "Sb33333333 BAD\r\n", "T" } }, INJECT_VULNERABLE },
		{ "IMAP babbles", SERVICE_IMAP, { IMAP_SANE, { IMAP_HIDDEN,
		    "Uh OK\r\n", "Cb33333333 Q3333333\r\n",
		    "Sb33333333 BAD\r\n", "T" } }, INJECT_UNKNOWN },
		{ "IMAP in turn", SERVICE_IMAP, { IMAP_SANE, { IMAP_HIDDEN,
		    "Cb33333333 Q3333333\r\n", "Shbbbbbbbb OK\r\n", "T" } },
		    INJECT_DELAYED },
		{ "IMAP hangs", SERVICE_IMAP, { IMAP_SANE, { IMAP_HIDDEN,
		    "Cb33333333 Q3333333\r\n", "T" } }, INJECT_SUSPECT },
		{ "POP3 safe", SERVICE_POP3, { POP_SANE, { POP_HIDDEN,
		    "CQ3333333\r\n", "S-ERR\r\n", "T" } }, INJECT_SAFE },
		{ "POP3 at once", SERVICE_POP3, { POP_SANE, { POP_HIDDEN,
		    "U+OK\r\nUSER\r\n.\r\n", "CQ3333333\r\n", "S-ERR\r\n",
		    "T" } }, INJECT_VULNERABLE },
		{ "POP3 babbles", SERVICE_POP3, { POP_SANE, { POP_HIDDEN,
		    "UOK\r\n", "CQ3333333\r\n", "S-ERR\r\n", "T" } },
		    INJECT_UNKNOWN },
		{ "POP3 in turn", SERVICE_POP3, { POP_SANE, { POP_HIDDEN,
		    "CQ3333333\r\n", "S+OK\r\n", "T" } }, INJECT_DELAYED },
		{ "POP3 without CAPA", SERVICE_POP3, { { "S+OK\r\n",
		    "CCAPA\r\n", "S-ERR\r\n", "CSTLS\r\n", "S+OK\r\n", "H",
		    "CQ3333333\r\n", "S-ERR\r\n", "T" }, { "S+OK\r\n",
		    "CCAPA\r\n", "S-ERR\r\n", "CSTLS\r\ncapa\r\n",
		    "S+OK\r\n", "H", "U-ERR\r\n", "CQ3333333\r\n",
		    "S-ERR\r\n", "T" } }, INJECT_VULNERABLE },
		{ "implicit TLS", SERVICE_IMAPS, { { NULL } },
		    INJECT_NOT_ASKED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct server server = { .visit = rows[i].visit, .n = 3 };
		struct active_ask ask = ask_of(rows[i].service, &server);
		struct active a;

		active_init(&a);
		active_inject(&a, &ask);
		if (a.inject != rows[i].want)
			fail_msg("%s: %s", rows[i].name,
			    inject_name(a.inject));
		played(&server, rows[i].name);
		active_free(&a);
	}
}

/* How a server takes what no client sends. */
enum manner {
	STRICT,		/* CRLF alone ends a line; 5xx */
	TRIMS,		/* CRLF alone, but the rest is taken as LENIENT does */
	LENIENT,	/* CR or LF do too, NUL is nothing, length no matter */
	CLOSER,		/* ends the connection */
	PARTS,		/* says no, and then ends it */
	HANGS,		/* says nothing more */
	DIES,		/* ends, and is not there again */
};

struct live {
	enum service service;
	enum manner manner;
	unsigned left;		/* connections that may be had */
	bool dead;
	int watch;		/* the end of the last child, as DIES tells */
};

static bool
is_misuse(struct span line)
{
	return line.n > 512 || span_chr(line, '\0') < line.n ||
	    span_chr(line, '\r') < line.n || span_chr(line, '\n') < line.n;
}

static void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		_exit(0);
}

/* What the service says to a good command or to another. */
static void
answer(int fd, enum service service, struct span line, bool good)
{
	struct buf out = BUF(1024);
	size_t tag = span_chr(line, ' ');

	switch (service_info(service)->protocol) {
	case PROTOCOL_SMTP:
		buf_str(&out, good ? "250 ok\r\n" : "500 what?\r\n");
		break;
	case PROTOCOL_POP3:
		buf_str(&out, good ? "+OK\r\nSTLS\r\n.\r\n" : "-ERR\r\n");
		break;
	case PROTOCOL_IMAP:
		if (tag + 1 < line.n && line.p[tag + 1] == 'C')
			buf_str(&out, "* CAPABILITY STARTTLS\r\n");
		buf_span(&out, span_first(line, tag < 16 ? tag : 16));
		buf_str(&out, good ? " OK\r\n" : " BAD\r\n");
		break;
	}
	buf_byte(&out, '\0');
	say(fd, (const char *)out.p);
	/* a child that leaks would not end with its own status in valgrind */
	buf_free(&out);
}

static bool
is_known(struct span line)
{
	static const char *const verbs[] = {
		"EHLO", "NOOP", "CAPA", "a1 CAPABILITY", "m1 NOOP", "m2 NOOP",
		"m3 NOOP", "NOO", "m1 NOO", "CAP",
	};

	for (size_t i = 0; i < ROWS(verbs); i++)
		if (span_starts(line, span_str(verbs[i])))
			return true;
	return false;
}

static void
take_line(int fd, const struct live *l, struct span line)
{
	bool misuse = is_misuse(line);

	if (misuse && (l->manner == CLOSER || l->manner == DIES))
		_exit(1);
	if (misuse && l->manner == HANGS)
		for (;;)
			if (read(fd, (char[64]){ 0 }, 64) <= 0)
				_exit(0);
	answer(fd, l->service, line, is_known(line) &&
	    (!misuse || l->manner == LENIENT || l->manner == TRIMS));
	if (misuse && l->manner == PARTS)
		_exit(0);
}

/* Whether a line ends in front of "at", and where its text does. */
static bool
line_ends(const struct buf *in, const struct live *l, size_t *end)
{
	unsigned char last = in->p[in->n - 1];

	*end = in->n - 1;
	if (l->manner == LENIENT)
		return last == '\n' || last == '\r';
	if (last != '\n' || in->n < 2 || in->p[in->n - 2] != '\r')
		return false;
	*end = in->n - 2;
	return true;
}

static void
serve(int fd, const struct live *l)
{
	struct buf in = BUF(1 << 16);
	unsigned char c = 0;
	size_t end = 0;

	say(fd, l->service == SERVICE_IMAP ? "* OK\r\n" :
	    l->service == SERVICE_POP3 ? "+OK\r\n" : "220 mx\r\n");
	while (read(fd, &c, 1) == 1) {
		buf_byte(&in, c);
		if (!line_ends(&in, l, &end))
			continue;
		/* the LF behind a CR that was taken for a line's end */
		if (end > 0 || l->manner != LENIENT)
			take_line(fd, l, span_of(in.p, end));
		buf_reset(&in);
	}
	_exit(0);
}

static enum dial_result
connect_live(void *arg, struct stream **out, int64_t deadline)
{
	struct live *l = arg;
	int fd[2], status = 0;
	pid_t pid = 0;

	(void)deadline;
	/* a server that died did so before the client comes again */
	if (l->watch > 0 && waitpid(l->watch, &status, 0) == l->watch &&
	    l->manner == DIES && WEXITSTATUS(status) == 1)
		l->dead = true;
	l->watch = 0;
	if (l->dead)
		return DIAL_REFUSED;
	if (l->left-- == 0)
		return DIAL_OFFLINE;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fd[0]);
		alarm(20);
		serve(fd[1], l);
	}
	close(fd[1]);
	l->watch = pid;
	*out = stream_plain(fd[0]);
	return DIAL_OK;
}

static char *
misused(const struct active *a)
{
	static const char *const alive[] = { "unknown", "alive", "dead" };
	struct buf out = BUF(512);

	for (unsigned m = 0; m < MISUSES; m++)
		buf_printf(&out, "%s %s, ", misuse_name(m),
		    misuse_result_name(a->misuse[m]));
	buf_printf(&out, "%s, %u", alive[a->alive], a->connections);
	return buf_take_str(&out);
}

static void
misuse_is_survived_or_not(void **state)
{
	static const struct {
		enum service service;
		enum manner manner;
		unsigned connections;
		const char *want;
	} rows[] = {
		{ SERVICE_SMTP, STRICT, 9, "long rejected, nul rejected, "
		    "bare-lf rejected, bare-cr rejected, alive, 1" },
		{ SERVICE_SMTP, TRIMS, 9, "long accepted, nul accepted, "
		    "bare-lf rejected, bare-cr accepted, alive, 1" },
		{ SERVICE_SMTP, LENIENT, 9, "long accepted, nul accepted, "
		    "bare-lf accepted, bare-cr accepted, alive, 1" },
		{ SERVICE_SMTP, CLOSER, 9, "long closed, nul closed, "
		    "bare-lf closed, bare-cr closed, alive, 5" },
		{ SERVICE_SMTP, CLOSER, 2, "long closed, nul closed, "
		    "bare-lf not-asked, bare-cr not-asked, unknown, 2" },
		{ SERVICE_SMTP, PARTS, 9, "long rejected, nul rejected, "
		    "bare-lf rejected, bare-cr rejected, alive, 5" },
		{ SERVICE_SMTP, PARTS, 1, "long rejected, nul not-asked, "
		    "bare-lf not-asked, bare-cr not-asked, unknown, 1" },
		{ SERVICE_SMTP, HANGS, 9, "long silent, nul silent, "
		    "bare-lf silent, bare-cr silent, alive, 5" },
		{ SERVICE_SMTP, DIES, 9, "long closed, nul unknown, "
		    "bare-lf not-asked, bare-cr not-asked, dead, 2" },
		{ SERVICE_SMTP, STRICT, 0, "long not-asked, nul not-asked, "
		    "bare-lf not-asked, bare-cr not-asked, unknown, 0" },
		{ SERVICE_IMAP, STRICT, 9, "long rejected, nul rejected, "
		    "bare-lf rejected, bare-cr rejected, alive, 1" },
		{ SERVICE_IMAP, LENIENT, 9, "long accepted, nul accepted, "
		    "bare-lf accepted, bare-cr accepted, alive, 1" },
		{ SERVICE_IMAP, PARTS, 9, "long rejected, nul rejected, "
		    "bare-lf rejected, bare-cr rejected, alive, 5" },
		{ SERVICE_POP3, STRICT, 9, "long rejected, nul rejected, "
		    "bare-lf rejected, bare-cr rejected, alive, 1" },
		{ SERVICE_POP3, CLOSER, 9, "long closed, nul closed, "
		    "bare-lf closed, bare-cr closed, alive, 5" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct live live = { .service = rows[i].service,
			.manner = rows[i].manner,
			.left = rows[i].connections };
		struct active_ask ask = ask_of(rows[i].service, NULL);
		struct active a;
		char *got = NULL;

		ask.arg = &live;
		ask.connect = connect_live;
		/* a busy machine's answers are not silence */
		ask.timeout = 1000;
		ask.quiet = 120;
		active_init(&a);
		active_misuse(&a, &ask);
		got = misused(&a);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: %s", i, got);
		if (live.watch > 0)
			waitpid(live.watch, NULL, 0);
		free(got);
		active_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtp_injection),
		cmocka_unit_test(imap_and_pop3_injection),
		cmocka_unit_test(misuse_is_survived_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
