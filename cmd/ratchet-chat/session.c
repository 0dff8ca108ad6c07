/* Handing sessions over, as libsignal stores them. */
#include "ratchet-chat.h"

#include <string.h>

#include "ratchet/record.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { RECORD_MAX = 32 << 20 };

static int
export_session(struct job *j, const char *peer)
{
	struct buf out = BUF(RECORD_MAX);
	int status = chat_begin(j, true);

	/* on the disk as exported before it leaves: it is never used twice */
	if (status == EXIT_HOLDS)
		status = chat_end(j, party_export(&j->talk, span_str(peer),
		    &out), peer);
	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&out));
	buf_free_wipe(&out);
	return status;
}

static int
import_session(struct job *j, const char *peer)
{
	struct buf in = BUF(RECORD_MAX);
	enum party_result r = PARTY_OK;
	int status = run_stdin(RECORD_MAX, &in);

	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS) {
		r = party_import(&j->talk, span_str(peer), buf_get0(&in));
		if (r == PARTY_MALFORMED) {
			store_abandon(j->store);
			say_error("stdin: no record of sessions with our "
			    "identity");
			status = EXIT_MALFORMED;
		} else {
			status = chat_end(j, r, peer);
		}
		if (r == PARTY_REPLAYED)
			say_hint("the record was imported before; export one "
			    "anew, or start a session");
	}
	buf_free_wipe(&in);
	return status;
}

int
session_run(struct job *j)
{
	const char *what = j->operands[0], *peer = j->operands[1];
	bool out = strcmp(what, "export") == 0;
	int status = chat_name(peer);

	if (!out && strcmp(what, "import") != 0) {
		say_error("session: \"%s\" is neither export nor import",
		    what);
		return EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	return out ? export_session(j, peer) : import_session(j, peer);
}
