/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tiler/mbtiles_handle.h"

/* SQLite reads files by a table of system calls that may be exchanged. Its read is one here that,
 * where its thread has asked for that, takes what the system has in memory and fails where it would
 * wait for the disk; all others read as ever. Where file system, kernel or library do not know how,
 * nothing can be read so, which is the same as that all would have to be waited for. */

static _Thread_local bool never_waits;
static pthread_once_t exchanged = PTHREAD_ONCE_INIT;
static bool works;

/* At the end of a file, too, it fails: Linux 5.9 and 5.10 tell of one where they would wait
 * (preadv2(2), BUGS), and SQLite would read zeros from there on. */
static ssize_t read_now(int file, void *bytes, size_t length, off_t at)
{
	struct iovec to = {bytes, length};
	ssize_t count = preadv2(file, &to, 1, at, RWF_NOWAIT);

	if (count == 0)
		errno = EAGAIN;
	return count ? count : -1;
}

static ssize_t read_at(int file, void *bytes, size_t length, off_t at)
{
	return never_waits ? read_now(file, bytes, length, at) : pread(file, bytes, length, at);
}

static void exchange(void)
{
	static const char *const names[] = {"pread", "pread64"};
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (!vfs || vfs->iVersion < 3 || !vfs->xSetSystemCall ||
	    sizeof(off_t) != sizeof(sqlite3_int64))
		return;
	for (unsigned i = 0; i < 2; i++)
		if (vfs->xGetSystemCall(vfs, names[i]) &&
		    vfs->xSetSystemCall(vfs, names[i], (sqlite3_syscall_ptr)read_at) == SQLITE_OK)
			works = true;
}

enum error_code mbtiles_now_begin(const struct mbtiles *mbtiles, struct error *error)
{
	if (mbtiles->use != MBTILES_READ_NOW)
		return ERROR_NONE;
	pthread_once(&exchanged, exchange);
	if (!works)
		return error_set(error, ERROR_UNSUPPORTED,
				 "this SQLite cannot be kept from waiting for the disk");
	never_waits = true;
	return ERROR_NONE;
}

void mbtiles_now_end(void)
{
	never_waits = false;
}
