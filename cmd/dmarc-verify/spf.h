/* The verb `dmarc-verify spf`. */
#ifndef SPF_VERB_H
#define SPF_VERB_H

/* As main(); argv[0] is the verb. */
int spf_main(int argc, char **argv);

#endif
