/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/memory.h"

/* The kernel tells of a missing page by a signal, which knows an address and nothing else: so all
 * mapped files stand in a list, the one global of this room. The handler must not take a lock and
 * must not see a file half added: files are put in front by one exchange of a pointer, and are
 * never taken out but used again. */
struct mapped_file {
	struct mapped_file *next; /* set before the file is in the list, and never after */
	atomic_bool in_use;
	_Atomic(uint8_t *) bytes; /* NULL: nothing is mapped */
	size_t size;
	atomic_bool struck; /* a page was gone */
	char *path;
	struct stat facts; /* when it was opened */
};

static _Atomic(struct mapped_file *) files;
static struct sigaction before; /* what SIGBUS did */
static uintptr_t page_size;
static pthread_once_t ready = PTHREAD_ONCE_INIT;

static struct mapped_file *file_at(const uint8_t *address)
{
	struct mapped_file *file = atomic_load(&files);

	for (; file; file = file->next) {
		const uint8_t *bytes = atomic_load(&file->bytes);

		if (bytes && address >= bytes && address < bytes + file->size)
			return file;
	}
	return NULL;
}

/* Puts an empty page where the reader stumbled, who then goes on. A fault elsewhere is not ours: it
 * comes again, to whoever had the signal before. */
static void fill_page(int number, siginfo_t *facts, void *context)
{
	struct mapped_file *file = file_at(facts->si_addr);
	uintptr_t page = (uintptr_t)facts->si_addr & ~(page_size - 1);
	int error = errno;

	(void)number;
	(void)context;
	if (file) {
		/* Before the page is there: who reads zeros finds the file struck. */
		atomic_store(&file->struck, true);
		if (mmap((void *)page, page_size, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			file = NULL;
	}
	if (!file)
		sigaction(SIGBUS, &before, NULL);
	errno = error;
}

static void get_ready(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	action.sa_sigaction = fill_page;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, &before);
}

/* A file out of use, or a new one in the list; in use by the caller. */
static struct mapped_file *claim(void)
{
	struct mapped_file *file = atomic_load(&files);

	for (; file; file = file->next)
		if (!atomic_exchange(&file->in_use, true))
			return file;
	file = memory_zeroed(1, sizeof(*file));
	atomic_init(&file->in_use, true);
	file->next = atomic_load(&files);
	while (!atomic_compare_exchange_weak(&files, &file->next, file))
		;
	return file;
}

enum error_code mapped_file_open(const char *path, struct mapped_file **result, struct error *error)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC), why = errno;
	void *bytes = MAP_FAILED;
	struct mapped_file *file;
	struct stat facts;

	pthread_once(&ready, get_ready);
	if (descriptor >= 0 && fstat(descriptor, &facts) == 0 && facts.st_size > 0)
		bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
	if (descriptor >= 0)
		close(descriptor);
	if (bytes == MAP_FAILED)
		return error_set(
			error, descriptor < 0 && why != ENOENT ? ERROR_IO : ERROR_NOT_FOUND,
			"cannot open %s: %s", path,
			descriptor < 0 ? strerror(why) : "it is empty or cannot be mapped");
	file = claim();
	file->size = (size_t)facts.st_size;
	file->facts = facts;
	file->path = memory_text(path);
	atomic_store(&file->struck, false);
	atomic_store(&file->bytes, bytes);
	*result = file;
	return ERROR_NONE;
}

void mapped_file_close(struct mapped_file *file)
{
	uint8_t *bytes;

	if (!file)
		return;
	bytes = atomic_exchange(&file->bytes, NULL);
	munmap(bytes, file->size);
	free(file->path);
	file->path = NULL;
	atomic_store(&file->in_use, false);
}

const uint8_t *mapped_file_bytes(const struct mapped_file *file)
{
	return atomic_load(&file->bytes);
}

size_t mapped_file_size(const struct mapped_file *file)
{
	return file->size;
}

void mapped_file_rest(const struct mapped_file *file)
{
	madvise(atomic_load(&file->bytes), file->size, MADV_DONTNEED);
}

bool mapped_file_is_whole(const struct mapped_file *file)
{
	return !atomic_load(&file->struck);
}

bool mapped_file_is_unchanged(const struct mapped_file *file)
{
	const struct stat *then = &file->facts;
	struct stat now;

	if (!mapped_file_is_whole(file))
		return false;
	if (stat(file->path, &now) != 0 || now.st_ino != then->st_ino || now.st_dev != then->st_dev)
		return true;
	return now.st_size == then->st_size && now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}
