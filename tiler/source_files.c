/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/source_files.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <dirent.h>
#include <errno.h>
#include <gdal.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/file_path.h"
#include "tiler/memory.h"
#include "tiler/secret.h"
#include "tiler/source_names.h"
#include "tiler/source_ogr.h"

/* Extensions of vector data: such a file is a problem when GDAL does not know it, others are passed
 * over. */
static const char *const VECTOR_EXTENSIONS[] = {
	"dxf", "fgb", "geojson", "geojsonl", "geojsons", "gml",	   "gpkg",     "gpx", "kml",
	"kmz", "mif", "parquet", "shp",	     "shz",	 "sqlite", "topojson", "tab",
};
/* These and the above are cut off the names of groups ("communes.gpkg.zip", "pays.osm.pbf"). */
static const char *const OTHER_EXTENSIONS[] = {
	"csv", "gdb", "json", "ods", "osm", "pbf", "xlsx", "zip",
};
/* Of files that only accompany others. */
static const char *const COMPANION_EXTENSIONS[] = {
	"ain", "aih", "atx", "aux", "cpg", "csvt", "fbn", "fbx", "gfs", "idx", "ixs",
	"mxs", "prj", "qix", "qmd", "qml", "qpj",  "sbn", "sbx", "shx", "sld", "xsd",
};
/* Of files that accompany the one of the same name and the second extension, where it exists. */
static const char *const PAIRED_EXTENSIONS[][2] = {
	{"dbf", "shp"}, {"dat", "tab"}, {"map", "tab"},
	{"id", "tab"},	{"ind", "tab"}, {"mid", "mif"},
};
/* Ends of files that databases keep beside theirs. */
static const char *const COMPANION_ENDS[] = {"-wal", "-shm", "-journal", ".aux.xml", ".shp.xml"};
/* Ends of files put aside, or not whole yet: who renames data that way takes them out of service.
 */
static const char *const ASIDE_ENDS[] = {
	"~",	 ".away", ".bak",     ".crdownload", ".filepart", ".old",
	".orig", ".part", ".partial", ".sav",	     ".swp",	  ".tmp",
};

/* A folder on the way down, to see a link that leads back up. */
struct ancestor {
	const struct ancestor *parent;
	dev_t device;
	ino_t inode;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "" for none. */
static const char *extension_of(const char *path)
{
	const char *dot = strrchr(base_name(path), '.');

	return dot && dot != base_name(path) ? dot + 1 : "";
}

static bool is_among(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(text, list[i]) == 0)
			return true;
	return false;
}

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static bool is_vector_name(const char *path)
{
	return is_among(extension_of(path), VECTOR_EXTENSIONS, COUNT_OF(VECTOR_EXTENSIONS));
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

static bool ends_with_any(const char *text, const char *const *ends, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ends_with(text, ends[i]))
			return true;
	return false;
}

/* "a/b.dbf" and "shp" -> is "a/b.shp" among NAMES? */
static bool has_partner(const char *path, const char *extension, char *const *names)
{
	size_t stem = strlen(path) - strlen(extension_of(path));

	for (; *names; names++)
		if (strncmp(*names, path, stem) == 0 && strcasecmp(*names + stem, extension) == 0)
			return true;
	return false;
}

/* NAMES: of all files beside it, as PATH is written; NULL at the end. */
static bool is_companion(const char *path, char *const *names)
{
	const char *extension = extension_of(path);

	if (is_among(extension, COMPANION_EXTENSIONS, COUNT_OF(COMPANION_EXTENSIONS)))
		return true;
	if (ends_with_any(path, COMPANION_ENDS, COUNT_OF(COMPANION_ENDS)))
		return true;
	for (size_t i = 0; i < COUNT_OF(PAIRED_EXTENSIONS); i++)
		if (strcasecmp(extension, PAIRED_EXTENSIONS[i][0]) == 0 &&
		    has_partner(path, PAIRED_EXTENSIONS[i][1], names))
			return true;
	return false;
}

/* Is it passed over where a folder, a pattern or a zip is looked through? */
static bool is_passed_over(const char *path, char *const *names)
{
	return ends_with_any(path, ASIDE_ENDS, COUNT_OF(ASIDE_ENDS)) || is_companion(path, names);
}

/* "some/communes.gpkg.zip" -> "communes". */
static char *group_of(const char *path)
{
	char *name = ogr_utf8(base_name(path));

	while (is_vector_name(name) ||
	       is_among(extension_of(name), OTHER_EXTENSIONS, COUNT_OF(OTHER_EXTENSIONS)))
		*strrchr(name, '.') = '\0';
	if (*extension_of(name))
		*strrchr(name, '.') = '\0';
	return name;
}

/* Steals DATASET. */
static void add(struct source_files *files, char *dataset, const char *place, bool doubtful)
{
	if (files->count == files->capacity) {
		files->capacity = files->capacity ? 2 * files->capacity : 16;
		files->files = memory_resize(files->files, files->capacity, sizeof(*files->files));
	}
	files->files[files->count++] = (struct source_file){
		.dataset = dataset,
		.place = ogr_utf8(place),
		.group = group_of(place),
		.doubtful = doubtful,
	};
}

static void add_connection(struct source_files *files, const char *connection)
{
	struct source_file *file;

	add(files, memory_text(connection), connection, false);
	file = &files->files[files->count - 1];
	hide_secrets(file->place);
	file->database = source_is_connection(connection);
	if (file->database) {
		free(file->group);
		file->group = source_database(connection);
	}
}

void source_files_release(struct source_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->files[i].dataset);
		free(files->files[i].place);
		free(files->files[i].group);
	}
	free(files->files);
	*files = (struct source_files){0};
}

static bool is_known(const char *dataset)
{
	return GDALIdentifyDriverEx(dataset, GDAL_OF_VECTOR, NULL, NULL) != NULL;
}

/* A folder that is one data set, as a whole. */
static bool is_dataset_folder(const char *path)
{
	static const char *const drivers[] = {"OpenFileGDB", "AVCBin", NULL};

	return GDALIdentifyDriverEx(path, GDAL_OF_VECTOR, drivers, NULL) != NULL;
}

static void add_if_vector(struct source_files *files, char *dataset, const char *place)
{
	bool known = is_known(dataset);

	if (known || is_vector_name(place))
		add(files, dataset, place, !known);
	else
		free(dataset);
}

static bool is_hidden_member(const char *member)
{
	for (const char *name = member; name; name = strchr(name, '/')) {
		name += *name == '/';
		if (*name == '.' || strncmp(name, "__MACOSX", 8) == 0)
			return true;
	}
	return false;
}

/* Is the member inside a folder that is a data set, "x.gdb/a0001.gdbtable"? */
static bool is_in_geodatabase(const char *member)
{
	const char *slash = strchr(member, '/');

	for (; slash; slash = strchr(slash + 1, '/'))
		if (slash - member >= 4 && strncasecmp(slash - 4, ".gdb", 4) == 0 && slash[1])
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_in_zip(struct source_files *files, const char *zip, const char *place)
{
	char *root = ogr_zip_path(zip, NULL);
	char **members = VSIReadDirRecursive(root);
	size_t first = files->count, count = 0;

	while (members && members[count])
		count++;
	if (count)
		qsort(members, count, sizeof(*members), by_name);
	for (size_t i = 0; i < count; i++) {
		char *member = members[i], *shown;
		size_t length = strlen(member);
		bool folder = length && member[length - 1] == '/';

		if (folder)
			member[length - 1] = '\0';
		if ((folder && !ends_with(member, ".gdb")) || is_hidden_member(member) ||
		    is_in_geodatabase(member) || is_passed_over(member, members))
			continue;
		shown = memory_print("%s/%s", place, member);
		add_if_vector(files, ogr_zip_path(zip, member), shown);
		free(shown);
	}
	/* A zip of one data set is that data set, packed. */
	if (files->count == first + 1) {
		free(files->files[first].group);
		files->files[first].group = group_of(place);
	}
	if (!members)
		add(files, memory_text(zip), place, true);
	CSLDestroy(members);
	free(root);
}

static void find_in_folder(struct source_files *files, const char *path, const char *place,
			   const struct ancestor *parent);

static void find_at(struct source_files *files, const char *path, const char *place,
		    const struct ancestor *parent, const struct stat *facts)
{
	if (S_ISDIR(facts->st_mode) && is_dataset_folder(path))
		add(files, memory_text(path), place, false);
	else if (S_ISDIR(facts->st_mode))
		find_in_folder(files, path, place, parent);
	else if (ends_with(path, ".zip"))
		find_in_zip(files, path, place);
	else if (S_ISREG(facts->st_mode))
		add_if_vector(files, memory_text(path), place);
}

static bool leads_back(const struct ancestor *folder)
{
	for (const struct ancestor *above = folder->parent; above; above = above->parent)
		if (above->device == folder->device && above->inode == folder->inode)
			return true;
	return false;
}

/* Names in FOLDER that are not hidden, sorted, NULL at the end; new (CSLDestroy). */
static char **sorted_names(const char *folder)
{
	char **names = VSIReadDir(folder), **kept = NULL;

	for (int i = 0; names && names[i]; i++)
		if (names[i][0] != '.')
			kept = CSLAddString(kept, names[i]);
	CSLDestroy(names);
	if (kept)
		qsort(kept, (size_t)CSLCount(kept), sizeof(*kept), by_name);
	return kept;
}

static void find_in_folder(struct source_files *files, const char *path, const char *place,
			   const struct ancestor *parent)
{
	struct ancestor here = {.parent = parent};
	struct stat facts;
	char **names;

	if (stat(path, &facts) != 0)
		return;
	here.device = facts.st_dev;
	here.inode = facts.st_ino;
	if (leads_back(&here))
		return;
	names = sorted_names(path);
	for (int i = 0; names && names[i]; i++) {
		char *below = memory_print("%s/%s", path, names[i]);
		char *shown = memory_print("%s/%s", place, names[i]);

		if (!is_passed_over(names[i], names) && stat(below, &facts) == 0)
			find_at(files, below, shown, &here, &facts);
		free(below);
		free(shown);
	}
	CSLDestroy(names);
}

static enum error_code find_one(struct source_files *files, const char *path, struct error *error)
{
	size_t first = files->count;
	struct stat facts;
	char *from;

	if (stat(path, &facts) != 0)
		return error_set(error, ERROR_NOT_FOUND, "%s: %s", path, strerror(errno));
	from = file_path_absolute(path);
	if (access(from, S_ISDIR(facts.st_mode) ? R_OK | X_OK : R_OK) != 0) {
		free(from);
		return error_set(error, ERROR_IO, "%s cannot be read: %s", path, strerror(errno));
	}
	find_at(files, from, path, NULL, &facts);
	/* What is named by its own name is meant to be vector data, whatever it looks like. */
	if (S_ISREG(facts.st_mode) && files->count == first && !ends_with(path, ".zip"))
		add(files, memory_text(from), path, true);
	free(from);
	return ERROR_NONE;
}

/* All that fit a pattern and are not companions of others. */
static enum error_code find_fitting(struct source_files *files, const char *pattern,
				    struct error *error)
{
	enum error_code code = ERROR_NONE;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return error_set(error, ERROR_NOT_FOUND, "nothing fits the pattern %s", pattern);
	for (size_t i = 0; i < found.gl_pathc && !code; i++)
		if (!is_passed_over(found.gl_pathv[i], found.gl_pathv))
			code = find_one(files, found.gl_pathv[i], error);
	globfree(&found);
	return code;
}

enum error_code source_files_find(struct source_files *files, const char *path, struct error *error)
{
	if (access(path, F_OK) == 0)
		return find_one(files, path, error);
	if (strncmp(path, "/vsi", 4) == 0 || source_is_connection(path)) {
		add_connection(files, path);
		return ERROR_NONE;
	}
	return is_pattern(path) ? find_fitting(files, path, error) : find_one(files, path, error);
}
