/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "tiler/file_path.h"
#include "tiler/memory.h"
#include "tiler/thread.h"
#include "tiler/watch_files.h"

enum {
	GATHER_MS = 50, /* from the first notice to the look: they come in swarms */
	NOTICES = 64 * 1024,
};

/* Not that a file was closed: SQLite opens one in WAL mode for writing to read it. */
static const uint32_t NOTICED = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
				IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

struct folder {
	int number; /* the system's */
	char *path;
};

struct watch {
	struct watch_settings settings;
	char **roots;
	size_t root_count;
	struct watched_files files;
	struct folder *folders;
	size_t folder_count, folder_capacity;
	int notices; /* inotify */
	int bell[2]; /* a pipe: rung by others to wake the thread */
	bool complained;
	atomic_bool asked, stopping;
	bool started;
	pthread_t thread;
};

enum error_code watch_new(const struct watch_settings *settings, struct watch **result,
			  struct error *error)
{
	struct watch *watch = memory_zeroed(1, sizeof(*watch));

	watch->settings = *settings;
	watch->notices = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (pipe2(watch->bell, O_NONBLOCK | O_CLOEXEC) != 0) {
		watch->bell[0] = watch->bell[1] = -1;
		watch_free(watch);
		return error_set(error, ERROR_IO, "the data cannot be watched: %s",
				 strerror(errno));
	}
	*result = watch;
	return ERROR_NONE;
}

static void complain(struct watch *watch)
{
	char *text;

	if (watch->complained)
		return;
	watch->complained = true;
	text = memory_print("the system gives no more notices of changed files (%s): they are "
			    "looked at every %u s only; raise fs.inotify.max_user_watches",
			    strerror(errno), watch->settings.poll_ms / 1000);
	if (watch->settings.log)
		watch->settings.log(text, watch->settings.context);
	free(text);
}

static void watch_folder(const char *path, void *context)
{
	struct watch *watch = context;
	int number = inotify_add_watch(watch->notices, path, NOTICED);
	struct folder *folder = watch->folders;
	struct folder *end = folder ? folder + watch->folder_count : folder;

	if (number < 0) {
		if (errno == ENOSPC || errno == EBADF)
			complain(watch);
		return;
	}
	while (folder != end && folder->number != number)
		folder++;
	if (folder != end) {
		if (strcmp(folder->path, path) != 0) {
			free(folder->path);
			folder->path = memory_text(path);
		}
		return;
	}
	if (watch->folder_count == watch->folder_capacity) {
		watch->folder_capacity = watch->folder_capacity ? 2 * watch->folder_capacity : 16;
		watch->folders = memory_resize(watch->folders, watch->folder_capacity,
					       sizeof(*watch->folders));
	}
	watch->folders[watch->folder_count++] = (struct folder){number, memory_text(path)};
}

/* The nearest folder above ROOT that exists, so that its coming is noticed. */
static void watch_above(struct watch *watch, const char *root)
{
	char *path = memory_text(root), *slash;

	while ((slash = strrchr(path, '/'))) {
		*slash = '\0';
		if (access(*path ? path : "/", F_OK) == 0) {
			watch_folder(*path ? path : "/", watch);
			break;
		}
	}
	free(path);
}

static struct watched_files look(struct watch *watch)
{
	struct watched_files files = {0};

	for (size_t i = 0; i < watch->root_count; i++) {
		watch_above(watch, watch->roots[i]);
		watched_files_look(&files, watch->roots[i], watch_folder, watch);
	}
	watched_files_sort(&files);
	return files;
}

static void free_roots(struct watch *watch)
{
	for (size_t i = 0; i < watch->root_count; i++)
		free(watch->roots[i]);
	free(watch->roots);
	watch->roots = NULL;
	watch->root_count = 0;
}

/* "a/b*.gpkg" is looked for in "a". */
static void cut_pattern(char *path)
{
	char *wild = strpbrk(path, "*?["), *slash;

	if (!wild || access(path, F_OK) == 0)
		return;
	*wild = '\0';
	slash = strrchr(path, '/');
	if (slash)
		slash[slash == path] = '\0';
}

void watch_set(struct watch *watch, const char *const *paths, size_t count)
{
	struct watched_files before = watch->files;

	free_roots(watch);
	watch->roots = memory_zeroed(count, sizeof(*watch->roots));
	for (size_t i = 0; i < count; i++) {
		bool is_path = strncmp(paths[i], "/vsi", 4) != 0 &&
			       (!strchr(paths[i], ':') || access(paths[i], F_OK) == 0);
		char *root = is_path ? file_path_absolute(paths[i]) : NULL;

		if (!root)
			continue;
		cut_pattern(root);
		watch->roots[watch->root_count++] = root;
	}
	watch->files = look(watch);
	for (size_t i = 0; i < watch->files.count; i++) {
		struct watched_file *file = &watch->files.files[i];
		struct watched_file *known = watched_files_find(&before, file->path);

		if (known && (known->changed || known->look != file->look)) {
			file->changed = true;
			file->changed_at = known->changed_at;
		}
	}
	watched_files_release(&before);
}

/* A file may have been written again within the grain of its times: the notice counts. */
static void note_event(struct watch *watch, const struct inotify_event *event)
{
	struct watched_file *file;
	char *path;

	if (!event->len || watched_name_is_noise(event->name))
		return;
	for (size_t i = 0; i < watch->folder_count; i++) {
		if (watch->folders[i].number != event->wd)
			continue;
		path = memory_print("%s/%s", watch->folders[i].path, event->name);
		file = watched_files_find(&watch->files, path);
		if (file) {
			file->changed = true;
			file->changed_at = clock_ms();
		}
		free(path);
	}
}

/* False: there was none. */
static bool read_notices(struct watch *watch)
{
	static const size_t header = sizeof(struct inotify_event);
	char *notices = memory_new(NOTICES);
	bool any = false;
	ssize_t length;

	while ((length = read(watch->notices, notices, NOTICES)) > 0) {
		struct inotify_event event;

		for (char *at = notices; at < notices + length; at += header + event.len) {
			memcpy(&event, at, header);
			note_event(watch, (const struct inotify_event *)(void *)at);
		}
		any = true;
	}
	free(notices);
	return any;
}

static void look_again(struct watch *watch)
{
	struct watched_files before = watch->files;

	watch->files = look(watch);
	watched_files_compare(&watch->files, &before, clock_ms());
}

/* When the next file that changed will have been left alone long enough; INT64_MAX: none has. */
static int64_t next_quiet(const struct watch *watch)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < watch->files.count; i++) {
		const struct watched_file *file = &watch->files.files[i];

		if (file->changed && file->changed_at + watch->settings.quiet_ms < next)
			next = file->changed_at + watch->settings.quiet_ms;
	}
	return next;
}

static bool is_quiet(const struct watch *watch, const struct watched_file *file, int64_t now)
{
	return file->changed_at + watch->settings.quiet_ms <= now;
}

/* What is still being written stays marked. The others are taken for told before they are, so that
 * a mark set while that lasts is kept. */
static void tell(struct watch *watch, bool asked)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < watch->files.count; i++) {
		struct watched_file *file = &watch->files.files[i];

		if (is_quiet(watch, file, now))
			file->changed = false;
	}
	watch->settings.changed(asked, watch->settings.context);
}

static void wait(struct watch *watch, int64_t until)
{
	struct pollfd sources[] = {{watch->bell[0], POLLIN, 0}, {watch->notices, POLLIN, 0}};
	int64_t left = until - clock_ms();
	char rings[64];

	if (poll(sources, 2, left > 0 ? (int)left : 0) <= 0)
		return;
	while (read(watch->bell[0], rings, sizeof(rings)) > 0)
		;
	/* without the notices: only the bell ends this */
	if (!atomic_load(&watch->asked) && !atomic_load(&watch->stopping))
		poll(sources, 1, GATHER_MS);
}

static void *run_watch(void *context)
{
	struct watch *watch = context;
	int64_t next_look = clock_ms() + watch->settings.poll_ms;

	while (!atomic_load(&watch->stopping)) {
		int64_t due = next_quiet(watch), now;
		bool asked;

		wait(watch, due < next_look ? due : next_look);
		now = clock_ms();
		asked = atomic_exchange(&watch->asked, false);
		if (read_notices(watch) || asked || now >= next_look || now >= due) {
			look_again(watch);
			next_look = clock_ms() + watch->settings.poll_ms;
		}
		if (!atomic_load(&watch->stopping) && (asked || next_quiet(watch) <= clock_ms()))
			tell(watch, asked);
	}
	return NULL;
}

enum error_code watch_start(struct watch *watch, struct error *error)
{
	enum error_code code = thread_start(&watch->thread, "watch", run_watch, watch, error);

	watch->started = !code;
	return code;
}

static void ring(struct watch *watch)
{
	ssize_t ignored = write(watch->bell[1], "", 1);

	(void)ignored; /* a full pipe wakes as well */
}

void watch_ask(struct watch *watch)
{
	atomic_store(&watch->asked, true);
	ring(watch);
}

bool watch_is_written(struct watch *watch, const char *path)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < watch->files.count; i++) {
		const struct watched_file *file = &watch->files.files[i];

		if (file->changed && !is_quiet(watch, file, now) && watched_file_is_of(file, path))
			return true;
	}
	return false;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	atomic_store(&watch->stopping, true);
	if (watch->started) {
		ring(watch);
		pthread_join(watch->thread, NULL);
	}
	for (size_t i = 0; i < watch->folder_count; i++)
		free(watch->folders[i].path);
	free(watch->folders);
	free_roots(watch);
	watched_files_release(&watch->files);
	if (watch->notices >= 0)
		close(watch->notices);
	if (watch->bell[0] >= 0) {
		close(watch->bell[0]);
		close(watch->bell[1]);
	}
	free(watch);
}
