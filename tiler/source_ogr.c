/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/source_ogr.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <dirent.h>
#include <errno.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tiler/buf.h"
#include "tiler/fgb.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/secret.h"
#include "tiler/source.h"

/* GDAL keeps what it says for whoever asks (ogr_reason); only its last word before it ends the
 * program goes to the terminal. */
static void CPL_STDCALL stay_quiet(CPLErr class, CPLErrorNum number, const char *text)
{
	(void)number;
	if (class == CE_Fatal)
		fprintf(stderr, "tuilerie: GDAL: %s\n", text);
}

void source_init(void)
{
	CPLSetErrorHandler(stay_quiet);
	GDALAllRegister();
}

/* One line of a text that may be cut, within a letter or before its last words. */
static void tidy(char *line)
{
	size_t length = strlen(line);

	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	while (length && !CPLIsUTF8(line, -1))
		line[--length] = '\0';
	while (length && (line[length - 1] == ' ' || line[length - 1] == '.'))
		line[--length] = '\0';
}

const char *ogr_reason(void)
{
	char *line = (char *)CPLSPrintf("%s", CPLGetLastErrorMsg());

	hide_secrets(line);
	line[strnlen(line, 240)] = '\0';
	tidy(line);
	return *line ? line : "GDAL does not say why";
}

static void CPL_STDCALL note_fault(CPLErr class, CPLErrorNum number, const char *text)
{
	struct ogr_fault *fault = CPLGetErrorHandlerUserData();

	if (class == CE_Failure && !*fault->text) {
		snprintf(fault->text, sizeof(fault->text), "%s", text);
		tidy(fault->text);
	}
	stay_quiet(class, number, text);
}

void ogr_watch(struct ogr_fault *fault)
{
	*fault->text = '\0';
	CPLPushErrorHandlerEx(note_fault, fault);
}

void ogr_unwatch(void)
{
	CPLPopErrorHandler();
}

char *ogr_utf8(const char *text)
{
	char *recoded, *copy;

	if (!text || CPLIsUTF8(text, -1))
		return memory_text(text);
	recoded = CPLRecode(text, "CP1252", CPL_ENC_UTF8);
	if (!CPLIsUTF8(recoded, -1) || (*text && !*recoded)) {
		CPLFree(recoded);
		recoded = CPLRecode(text, CPL_ENC_ISO8859_1, CPL_ENC_UTF8);
	}
	copy = memory_text(recoded);
	CPLFree(recoded);
	return copy;
}

GDALDatasetH ogr_open(const char *dataset)
{
	struct ogr_fault fault;
	GDALDatasetH handle;

	CPLErrorReset();
	ogr_watch(&fault);
	handle = GDALOpenEx(dataset, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
			    NULL, NULL, NULL);
	ogr_unwatch();
	if (!handle)
		CPLError(CE_Failure, CPLE_OpenFailed, "%s", fault.text);
	return handle;
}

/* The braces let GDAL take any file name for a zip. */
static const char ZIP_PREFIX[] = "/vsizip/{";

char *ogr_zip_of(const char *dataset)
{
	const char *end = strstr(dataset, "}/");

	if (strncmp(dataset, ZIP_PREFIX, strlen(ZIP_PREFIX)) != 0)
		return NULL;
	dataset += strlen(ZIP_PREFIX);
	for (const char *next = end; next; next = strstr(next + 1, "}/"))
		end = next;
	return end ? memory_print("%.*s", (int)(end - dataset), dataset) : NULL;
}

char *ogr_zip_path(const char *zip, const char *member)
{
	return memory_print("%s%s}%s%s", ZIP_PREFIX, zip, member ? "/" : "", member ? member : "");
}

char *source_place(const char *dataset)
{
	char *zip = ogr_zip_of(dataset), *path, *place;

	path = zip ? memory_print("%s%s", zip, dataset + strlen(ZIP_PREFIX) + strlen(zip) + 1)
		   : memory_text(dataset);
	place = ogr_utf8(path);
	hide_secrets(place);
	free(path);
	free(zip);
	return place;
}

/* What a stamp is made of, and the youngest of the files it is made of. */
struct stamping {
	struct buf text;
	struct data_facts facts;
};

static bool stamp_file(struct stamping *stamp, const char *path, bool may_miss)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return may_miss;
	if (may_miss && facts.st_size == 0)
		return true;
	if (facts.st_mtim.tv_sec > stamp->facts.changed_at)
		stamp->facts.changed_at = facts.st_mtim.tv_sec;
	stamp->facts.device = (uint64_t)facts.st_dev;
	buf_print(&stamp->text, "%s\n%lld %lld.%09ld\n", path, (long long)facts.st_size,
		  (long long)facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
	return true;
}

static bool stamp_folder(struct stamping *stamp, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	bool found = count >= 0;

	for (int i = 0; i < count; i++) {
		char *path = memory_print("%s/%s", folder, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.')
			found = stamp_file(stamp, path, false) && found;
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return found;
}

static bool stamp_path(struct stamping *stamp, const char *path)
{
	struct stat facts;
	char *log;
	bool found;

	if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
		return stamp_folder(stamp, path);
	found = stamp_file(stamp, path, false);
	/* What SQLite has written and not yet moved into the file; absent or empty otherwise. */
	log = memory_print("%s-wal", path);
	found = stamp_file(stamp, log, true) && found;
	free(log);
	return found;
}

static enum error_code unreachable(const char *dataset, const char *why, struct error *error)
{
	char *place = source_place(dataset);

	error_set(error, ERROR_NOT_FOUND, "%s cannot be opened: %s", place, why);
	free(place);
	return ERROR_NOT_FOUND;
}

enum error_code ogr_stamp(GDALDatasetH handle, const char *dataset, char stamp[33],
			  struct data_facts *facts, struct error *error)
{
	char *zip = ogr_zip_of(dataset);
	char **files = zip ? NULL : GDALGetFileList(handle);
	enum error_code code = ERROR_NONE;
	bool found = true;
	struct stamping stamping = {0};

	buf_init(&stamping.text, 0);
	buf_add_text(&stamping.text, "stamp 1\n");
	if (zip)
		found = stamp_file(&stamping, zip, false);
	for (char **file = files; file && *file; file++)
		found = stamp_path(&stamping, *file) && found;
	if (!found)
		code = unreachable(dataset, strerror(errno), error);
	hash_hex(stamping.text.bytes, stamping.text.length, stamp);
	if (facts)
		*facts = stamping.facts;
	buf_release(&stamping.text);
	CSLDestroy(files);
	free(zip);
	return code;
}

enum error_code source_stamp(const char *dataset, char stamp[33], struct error *error)
{
	GDALDatasetH handle = NULL;
	char *zip = ogr_zip_of(dataset);
	enum error_code code;

	if (!zip) {
		handle = ogr_open(dataset);
		if (!handle)
			return unreachable(dataset, ogr_reason(), error);
	}
	code = ogr_stamp(handle, dataset, stamp, NULL, error);
	if (handle)
		GDALClose(handle);
	free(zip);
	return code;
}

/* "EPSG:3948" if the register's CRS of that code is the one that SRS describes: files exist whose
 * code contradicts their parameters. */
static char *registered(OGRSpatialReferenceH srs)
{
	static const char *const criteria[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
					       "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS",
					       NULL};
	const char *authority = OSRGetAuthorityName(srs, NULL);
	const char *code = OSRGetAuthorityCode(srs, NULL);
	OGRSpatialReferenceH known;
	char *definition;

	if (!authority || !code)
		return NULL;
	known = OSRNewSpatialReference(NULL);
	definition = memory_print("%s:%s", authority, code);
	if (OSRSetFromUserInput(known, definition) != OGRERR_NONE ||
	    !OSRIsSameEx(srs, known, criteria)) {
		free(definition);
		definition = NULL;
	}
	OSRDestroySpatialReference(known);
	return definition;
}

char *ogr_crs_definition(OGRSpatialReferenceH srs)
{
	static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
	char *definition = registered(srs), *wkt = NULL;

	if (!definition) {
		OSRExportToWktEx(srs, &wkt, wkt2);
		definition = memory_text(wkt && *wkt ? wkt : OSRGetName(srs));
		CPLFree(wkt);
	}
	return definition ? definition : memory_text("unnamed");
}

enum geometry_kind ogr_kind(OGRwkbGeometryType type)
{
	switch (wkbFlatten(OGR_GT_GetLinear(type))) {
	case wkbPoint:
	case wkbMultiPoint:
		return GEOMETRY_POINT;
	case wkbLineString:
	case wkbMultiLineString:
	case wkbCurve:
		return GEOMETRY_LINE;
	case wkbPolygon:
	case wkbMultiPolygon:
	case wkbSurface:
	case wkbPolyhedralSurface:
	case wkbTIN:
	case wkbTriangle:
		return GEOMETRY_POLYGON;
	default:
		return GEOMETRY_MIXED;
	}
}

static enum value_type column_type(OGRFieldDefnH field)
{
	switch (OGR_Fld_GetType(field)) {
	case OFTInteger:
		return OGR_Fld_GetSubType(field) == OFSTBoolean ? VALUE_BOOLEAN : VALUE_INTEGER;
	case OFTInteger64:
		return VALUE_INTEGER;
	case OFTReal:
		return VALUE_REAL;
	case OFTBinary:
		return VALUE_NULL;
	default:
		return VALUE_TEXT;
	}
}

static char *source_type(OGRFieldDefnH field)
{
	OGRFieldSubType subtype = OGR_Fld_GetSubType(field);

	return memory_text(subtype != OFSTNone ? OGR_GetFieldSubTypeName(subtype)
					       : OGR_GetFieldTypeName(OGR_Fld_GetType(field)));
}

struct column *ogr_columns(OGRFeatureDefnH definition, uint32_t *count, int **fields)
{
	int field_count = OGR_FD_GetFieldCount(definition);
	struct column *columns = memory_zeroed((size_t)field_count, sizeof(*columns));
	int *numbers = memory_zeroed((size_t)field_count, sizeof(*numbers));

	*count = 0;
	for (int i = 0; i < field_count; i++) {
		OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
		enum value_type type = column_type(field);

		/* The number of a feature in one of our own levels, served as a source. */
		if (type == VALUE_NULL || strcmp(OGR_Fld_GetNameRef(field), FGB_ID_COLUMN) == 0)
			continue;
		columns[*count] = (struct column){.name = ogr_utf8(OGR_Fld_GetNameRef(field)),
						  .type = type,
						  .source_type = source_type(field)};
		numbers[(*count)++] = i;
	}
	if (fields)
		*fields = numbers;
	else
		free(numbers);
	return columns;
}

void ogr_columns_free(struct column *columns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		free(columns[i].name);
		free(columns[i].source_type);
	}
	free(columns);
}
