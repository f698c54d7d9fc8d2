/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a metadata record: what a theme has a place for, in sound UTF-8 and within bounds,
 * or one sentence that begins with the line. No entity is ever expanded. */
#include <stdlib.h>
#include <string.h>

#include "server/iso_record.h"
#include "server/utf8.h"
#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 20000;

static void check_texts(const struct text_list *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		FUZZ_CHECK(*texts->texts[i] && utf8_valid(texts->texts[i]));
		/* what the entities of the seeds would come to */
		FUZZ_CHECK(!strstr(texts->texts[i], "root:x:0"));
		FUZZ_CHECK(!strstr(texts->texts[i], "lollol"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct iso_record record;
	struct error error = {0};

	if (iso_record_read((const char *)bytes, size, &record, &error))
		FUZZ_CHECK(error.text[0] >= '0' && error.text[0] <= '9');
	FUZZ_CHECK(!record.id || (*record.id && utf8_valid(record.id)));
	check_texts(&record.names);
	for (size_t i = 0; i < record.names.count; i++)
		FUZZ_CHECK(strchr(record.names.texts[i], ':'));
	for (int i = 0; i <= THEME_RECORD; i++) {
		FUZZ_CHECK(i == THEME_KEYWORDS || record.said[i].count <= 1);
		check_texts(&record.said[i]);
	}
	iso_record_release(&record);
	return 0;
}

#define GMD                                                              \
	"<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' " \
	"xmlns:gco='http://www.isotc211.org/2005/gco' xmlns:x='http://www.w3.org/1999/xlink'>"
#define TEXT(name, text) \
	"<gmd:" name "><gco:CharacterString>" text "</gco:CharacterString></gmd:" name ">"
#define DATA "<gmd:identificationInfo><gmd:MD_DataIdentification>"
#define END "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const char *const seeds[] = {
		GMD TEXT("fileIdentifier", "0123-4567-89ab") DATA
		"<gmd:citation><gmd:CI_Citation>" TEXT("title", "&#201;coles &amp; co")
			TEXT("abstract", "x") "</gmd:CI_Citation></gmd:citation>" TEXT(
				"abstract", "<![CDATA[a<b]]>") END,
		GMD "<gmd:locale><gmd:PT_Locale id='EN'><gmd:languageCode><gmd:LanguageCode "
		    "codeListValue='eng'/></gmd:languageCode></gmd:PT_Locale></gmd:locale>" DATA
		    "<gmd:abstract><gco:CharacterString>f</gco:CharacterString><gmd:PT_FreeText>"
		    "<gmd:textGroup><gmd:LocalisedCharacterString locale='#EN'>e"
		    "</gmd:LocalisedCharacterString></gmd:textGroup></gmd:PT_FreeText>"
		    "</gmd:abstract>" END,
		GMD DATA
		"<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword><gmd:Anchor "
		"x:href='http://inspire.ec.europa.eu/theme/tn'>t</gmd:Anchor>"
		"</gmd:keyword>" TEXT("keyword", "route") "<gmd:thesaurusName><gmd:CI_Citation>" TEXT(
			"title",
			"INSPIRE themes") "</gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords>"
					  "</gmd:descriptiveKeywords><gmd:resourceConstraints>"
					  "<gmd:MD_LegalConstraints>" TEXT(
						  "useLimitation",
						  "Licence ODbL") "</gmd:MD_LegalConstraints></gmd:resourceConstraints>" END,
		"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" GMD TEXT(
			"fileIdentifier", "&x;") "</gmd:MD_Metadata>",
		"<!DOCTYPE r [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]>" GMD TEXT(
			"fileIdentifier", "&b;") "</gmd:MD_Metadata>",
		GMD
		"<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
		"<gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>"
		"<gmd:linkage><gmd:URL>https://h/wms?layers=a:b%2Cc%3Ad</gmd:URL></gmd:linkage>" TEXT(
			"name",
			"a.b") "</gmd:CI_OnlineResource></gmd:onLine>"
			       "</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
			       "</gmd:MD_Distribution></gmd:distributionInfo></gmd:MD_Metadata>",
		"<html/>",
		"",
	};

	if (index >= sizeof(seeds) / sizeof(*seeds))
		return false;
	buf_add_text(seed, seeds[index]);
	return true;
}
