/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cache_disk_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/folder.h"
#include "tiler/theme.h"
#include "tiler/thread.h"

enum {
	OPEN_FILES_MOST = 32,
	QUIET_MS = 30000, /* how long a file is left alone that the system would not take */
	COMPLAINTS_MS = 60000,
};

void disk_log(struct cache_disk *disk, const char *format, ...)
{
	char text[700];
	va_list arguments;

	if (!disk->settings.log)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	disk->settings.log(text, disk->settings.log_context);
}

int64_t disk_hour(const struct cache_disk *disk)
{
	return disk->settings.hour ? disk->settings.hour() : (int64_t)time(NULL) / 3600;
}

void disk_version(const struct cache_disk *disk, const char *grid, const char *version,
		  char text[DISK_VERSION_SIZE])
{
	const struct cache_disk_settings *settings = &disk->settings;
	const char *drawn_by = grid && settings->drawn_by
				       ? settings->drawn_by(grid, settings->tiles_context)
				       : NULL;

	snprintf(text, DISK_VERSION_SIZE, drawn_by ? "%s %s" : "%s", version, drawn_by);
}

char *disk_file_path(const struct cache_disk *disk, const char *theme, const char *grid)
{
	char *theme_name = theme_folder_name(theme), *grid_name = theme_folder_name(grid);
	char *path = memory_print("%s/%s/%s.mbtiles", disk->folder, theme_name, grid_name);

	free(theme_name);
	free(grid_name);
	return path;
}

struct disk_file *disk_file_at(struct cache_disk *disk, const char *path)
{
	struct disk_file *file;

	HASH_FIND_STR(disk->files, path, file);
	if (!file) {
		file = memory_zeroed(1, sizeof(*file));
		file->path = memory_text(path);
		HASH_ADD_KEYPTR(hh, disk->files, file->path, strlen(file->path), file);
	}
	return file;
}

const char *disk_fault(const struct error *error)
{
	return strstr(error->text, "another version") ? "is laid out by another version"
						      : "is damaged";
}

/* Several processes may find at once that a file is to be made anew: one at a time does so. */
static int lock_folder(const struct cache_disk *disk)
{
	char *path = memory_print("%s/.lock", disk->folder);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	free(path);
	while (lock >= 0 && flock(lock, LOCK_EX) && errno == EINTR)
		;
	return lock;
}

static void unlock_folder(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* What SQLite keeps beside a file must not meet a new one of the same name. */
static void remove_beside(const struct disk_file *file)
{
	static const char *const endings[] = {"-wal", "-shm", "-journal"};

	for (unsigned i = 0; i < 3; i++) {
		char *path = memory_print("%s%s", file->path, endings[i]);

		unlink(path);
		free(path);
	}
}

static bool is_in_place(const struct disk_file *file)
{
	struct stat status;

	return stat(file->path, &status) == 0 && status.st_dev == file->device &&
	       status.st_ino == file->inode;
}

static void set_bytes(struct cache_disk *disk, struct disk_file *file, uint64_t bytes)
{
	atomic_fetch_add(&disk->spent.bytes, bytes - file->bytes);
	file->bytes = bytes;
}

void disk_file_close(struct cache_disk *disk, struct disk_file *file)
{
	if (!file->mbtiles)
		return;
	mbtiles_close(file->mbtiles);
	file->mbtiles = NULL;
	DL_DELETE2(disk->open_files, file, prev_open, next_open);
	disk->open_count--;
}

void disk_file_remove(struct cache_disk *disk, struct disk_file *file, const char *reason)
{
	bool known = file->mbtiles != NULL;
	int lock = lock_folder(disk);

	if (!known || is_in_place(file)) {
		unlink(file->path);
		remove_beside(file);
	}
	disk_file_close(disk, file);
	unlock_folder(lock);
	set_bytes(disk, file, 0);
	disk_readers_renew(disk);
	if (!reason)
		return;
	atomic_fetch_add(&disk->spent.remade, 1);
	disk_log(disk, "disk cache: %s %s; it is made anew", file->path, reason);
}

static enum error_code make_folder_of(const struct disk_file *file, struct error *error)
{
	char *folder = memory_text(file->path);
	enum error_code code;

	*strrchr(folder, '/') = '\0';
	code = folder_make(folder, error);
	free(folder);
	return code;
}

static enum error_code make(struct cache_disk *disk, struct disk_file *file, struct error *error)
{
	enum error_code code = make_folder_of(file, error);
	int lock;

	if (code)
		return code;
	lock = lock_folder(disk);
	if (access(file->path, F_OK) != 0)
		remove_beside(file);
	code = mbtiles_open(file->path, MBTILES_CACHE, &file->mbtiles, error);
	unlock_folder(lock);
	return code;
}

static void note_open(struct cache_disk *disk, struct disk_file *file)
{
	struct stat status = {0};

	stat(file->path, &status);
	file->device = status.st_dev;
	file->inode = status.st_ino;
	DL_PREPEND2(disk->open_files, file, prev_open, next_open);
	if (++disk->open_count > OPEN_FILES_MOST)
		disk_file_close(disk, disk->open_files->prev_open);
}

enum error_code disk_file_open(struct cache_disk *disk, struct disk_file *file, bool may_make,
			       struct error *error)
{
	bool gone = file->mbtiles && !is_in_place(file);
	enum error_code code;

	if (file->mbtiles && !gone) {
		DL_DELETE2(disk->open_files, file, prev_open, next_open);
		DL_PREPEND2(disk->open_files, file, prev_open, next_open);
		return ERROR_NONE;
	}
	if (gone) {
		disk_file_close(disk, file);
		set_bytes(disk, file, 0);
		disk_readers_renew(disk);
		if (access(file->path, F_OK) != 0) {
			atomic_fetch_add(&disk->spent.remade, 1);
			disk_log(disk, "disk cache: %s was removed; it is made anew", file->path);
		}
	}
	if (may_make)
		code = make(disk, file, error);
	else if (access(file->path, F_OK) != 0)
		code = error_set(error, ERROR_NOT_FOUND, "there is no file %s", file->path);
	else
		code = mbtiles_open(file->path, MBTILES_CACHE, &file->mbtiles, error);
	if (code == ERROR_INVALID && may_make) {
		disk_file_remove(disk, file, disk_fault(error));
		code = make(disk, file, error);
	}
	if (!code)
		note_open(disk, file);
	return code;
}

void disk_file_measure(struct cache_disk *disk, struct disk_file *file)
{
	struct error error;
	uint64_t bytes;

	if (!mbtiles_bytes(file->mbtiles, &bytes, &error))
		set_bytes(disk, file, bytes);
}

/* Text as it stands in JSON. */
static void add_json(struct buf *out, const char *text)
{
	buf_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_add_char(out, '\\');
		if ((unsigned char)*text < ' ')
			buf_print(out, "\\u%04x", (unsigned char)*text);
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '"');
}

/* What MBTiles asks for of vector tiles, and what of them is ours. */
static enum error_code describe(const struct disk_file *file, const char *version,
				struct error *error)
{
	static const char *const names[] = {"name", "format",  "type",
					    "json", DISK_GRID, MBTILES_VERSION};
	const char *colon = strchr(file->theme, ':');
	enum error_code code = ERROR_NONE;
	struct buf json;

	buf_init(&json, 0);
	buf_add_text(&json, "{\"vector_layers\":[{\"id\":");
	add_json(&json, colon ? colon + 1 : file->theme);
	buf_add_text(&json, ",\"fields\":{}}]}");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !code; i++) {
		const char *values[] = {file->theme, "pbf",	 "overlay",
					json.bytes,  file->grid, version};

		code = mbtiles_set(file->mbtiles, names[i], values[i], error);
	}
	buf_release(&json);
	return code;
}

static enum error_code write_tiles(struct cache_disk *disk, struct disk_file *file,
				   const struct pending *batch, uint64_t *written,
				   struct error *error)
{
	int64_t hour = disk_hour(disk);
	const struct pending *pending;
	enum error_code code = ERROR_NONE;

	LL_FOREACH (batch, pending) {
		if (pending->blob)
			code = mbtiles_put(file->mbtiles, pending->tile, pending->blob, hour,
					   error);
		else
			code = mbtiles_touch(file->mbtiles, pending->tile, hour, error);
		if (code)
			return code;
		*written += pending->blob != NULL;
	}
	return ERROR_NONE;
}

static bool has_tiles(const struct pending *batch)
{
	while (batch && !batch->blob)
		batch = batch->next;
	return batch;
}

/* May tiles of VERSION take the place of another version's? */
static bool may_replace(struct cache_disk *disk, const struct disk_file *file, const char *version)
{
	const struct cache_disk_settings *settings = &disk->settings;

	return !settings->in_service ||
	       settings->in_service(file->theme, version, settings->tiles_context);
}

/* Makes sure, in a transaction begun, that the file is of VERSION. False in *OURS: it is to stay of
 * another. */
static enum error_code settle_version(struct cache_disk *disk, struct disk_file *file,
				      const struct pending *batch, bool *ours, struct error *error)
{
	char *version = NULL, text[DISK_VERSION_SIZE];
	enum error_code code = mbtiles_value(file->mbtiles, MBTILES_VERSION, &version, error);

	disk_version(disk, file->grid, batch->version, text);
	*ours = !version || strcmp(version, text) == 0;
	if (!code && version && !*ours && has_tiles(batch) &&
	    may_replace(disk, file, batch->version)) {
		mbtiles_roll_back(file->mbtiles);
		disk_file_remove(disk, file, NULL);
		code = disk_file_open(disk, file, true, error);
		if (!code)
			code = mbtiles_begin(file->mbtiles, error);
		*ours = true;
		free(version);
		version = NULL;
	}
	if (!code && *ours && !version)
		code = describe(file, text, error);
	free(version);
	return code;
}

static enum error_code write_batch(struct cache_disk *disk, struct disk_file *file,
				   const struct pending *batch, struct error *error)
{
	uint64_t written = 0;
	bool ours = false;
	enum error_code code = disk_file_open(disk, file, has_tiles(batch), error);

	if (code)
		return code;
	code = mbtiles_begin(file->mbtiles, error);
	if (!code)
		code = settle_version(disk, file, batch, &ours, error);
	if (!code && ours)
		code = write_tiles(disk, file, batch, &written, error);
	if (!code)
		code = mbtiles_commit(file->mbtiles, error);
	if (code) {
		if (file->mbtiles)
			mbtiles_roll_back(file->mbtiles);
		return code;
	}
	atomic_fetch_add(&disk->spent.written, written);
	disk_file_measure(disk, file);
	return ERROR_NONE;
}

static void complain(struct cache_disk *disk, const struct error *error)
{
	int64_t now = clock_ms();

	atomic_fetch_add(&disk->spent.refused, 1);
	if (disk->complained_at && now < disk->complained_at + COMPLAINTS_MS)
		return;
	disk->complained_at = now;
	disk_log(disk, "disk cache: %s; tiles are served without it for a while", error->text);
}

void disk_file_write(struct cache_disk *disk, struct disk_file *file, struct pending *batch)
{
	struct error error;
	enum error_code code;

	if (clock_ms() < file->quiet_until || disk_is_outdated(disk, file->theme, batch->version))
		return;
	code = write_batch(disk, file, batch, &error);
	if (code == ERROR_INVALID) {
		disk_file_remove(disk, file, "is damaged");
		code = write_batch(disk, file, batch, &error);
	}
	if (!code || code == ERROR_NOT_FOUND)
		return;
	disk_file_close(disk, file);
	file->quiet_until = clock_ms() + QUIET_MS;
	complain(disk, &error);
}
