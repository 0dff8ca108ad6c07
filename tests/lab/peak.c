/*
 * peak COMMAND ARG...: the most memory, in kilobytes, that any process of the
 * command had at once. What starts it is small, since a child begins with
 * its parent's size.
 */
#include <err.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct rusage children = { 0 };
	int status = 0;
	pid_t pid = argc > 1 ? fork() : -1;

	if (pid == 0) {
		/* stdout is for the number alone */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    getrusage(RUSAGE_CHILDREN, &children) != 0)
		err(1, "peak");
	printf("%ld\n", children.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
