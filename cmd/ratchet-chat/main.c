/* ratchet-chat: conversations with forward secrecy, in a pipeline. */
#include "ratchet-chat.h"

#include "base/mem.h"
#include "sys/exit.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "init", verb_main, "make an identity and its state" },
	{ "bundle", verb_main, "print prekeys that others start with" },
	{ "start", verb_main, "start a session from a bundle on stdin" },
	{ "send", verb_main, "encrypt stdin to a peer" },
	{ "recv", verb_main, "decrypt the message on stdin" },
	{ "safety", verb_main, "print the number to compare with a peer" },
	{ "verify", verb_main, "is this the number of the peer?" },
	{ "peers", verb_main, "list whom we know" },
	{ "accept", verb_main, "believe a peer's changed identity" },
	{ "reset", verb_main, "forget the sessions with a peer" },
	{ "nudge", verb_main, "an empty message, so that keys move on" },
	{ "inspect", verb_main, "show what anybody sees of a message" },
	{ "explain", verb_main, "why can this message not be read?" },
	{ "session", verb_main, "export or import libsignal's records" },
	{ "ca", verb_main, "certify senders, for sealed messages" },
	{ "mailbox", verb_main, "make, list or drop mailboxes at relays" },
	{ "address", verb_main, "say where a peer's mailbox is" },
	{ "push", verb_main, "leave messages and bundles at relays" },
	{ "fetch", verb_main, "fetch messages from our mailboxes" },
	{ "metadata", verb_main, "what does the relay know of us?" },
	{ "chat", verb_main, "talk with a peer, line by line" },
	{ "relay", relay_main, "be the server that messages wait at" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	struct args a = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res;
	const struct opt_verb *verb = NULL;

	say_as("ratchet-chat");
	mem_on_failure("ratchet-chat", EXIT_INTERNAL);
	argv = verb_first(argc, argv);
	verb = opt_verb_find(verbs, argc, argv);
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	opt_parse(&chat_spec, argc, argv, &a, &res);
	return opt_end(&res);
}
