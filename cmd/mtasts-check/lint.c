#include "mtasts-check.h"
int lint_main(int argc, char **argv) { (void)argc; (void)argv; return 70; }
int serve_main(int argc, char **argv) { (void)argc; (void)argv; return 70; }
