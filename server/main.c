/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <malloc.h>
#include <signal.h>

#include "server/preparation.h"
#include "tiler/mbtiles.h"

/* The C library keeps an arena for each thread and what was freed in it, and raises the size above
 * which memory goes straight back to the system with each large block it sees. A server of many
 * threads that prepares a large theme now and then would keep what that took for ever. */
static void return_memory(void)
{
	enum {
		RETURNED_AT_ONCE = 128 * 1024
	};

	mallopt(M_ARENA_MAX, (int)processor_count());
	mallopt(M_MMAP_THRESHOLD, RETURNED_AT_ONCE);
	mallopt(M_TRIM_THRESHOLD, RETURNED_AT_ONCE);
}

int main(int argc, char **argv)
{
	return_memory();
	mbtiles_setup();
	/* a file that may not grow any more is told like a full disk, and ends nothing */
	signal(SIGXFSZ, SIG_IGN);
	return command_main(argc, argv);
}
