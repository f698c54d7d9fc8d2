/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <signal.h>

int main(int argc, char **argv)
{
	/* a file that may not grow any more is told like a full disk, and ends nothing */
	signal(SIGXFSZ, SIG_IGN);
	return command_main(argc, argv);
}
