/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/iso_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/iso_words.h"
#include "tiler/buf.h"

#define GMD                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                     \
	"<gmd:MD_Metadata xmlns:gmd=\"http://www.isotc211.org/2005/gmd\" " \
	"xmlns:gco=\"http://www.isotc211.org/2005/gco\" "                  \
	"xmlns:gmx=\"http://www.isotc211.org/2005/gmx\" "                  \
	"xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n"
#define TEXT(name, text) \
	"<gmd:" name "><gco:CharacterString>" text "</gco:CharacterString></gmd:" name ">\n"
#define BOTH(name, french, english)                                                             \
	"<gmd:" name "><gco:CharacterString>" french "</gco:CharacterString>"                   \
	"<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString locale=\"#L2\">" english \
	"</gmd:LocalisedCharacterString></gmd:textGroup></gmd:PT_FreeText></gmd:" name ">\n"
#define CODE(name, list, value) \
	"<gmd:" name "><gmd:" list " codeListValue=\"" value "\"/></gmd:" name ">\n"
#define PARTY(role, name, mail)                                                                                                                               \
	"<gmd:pointOfContact><gmd:CI_ResponsibleParty>" TEXT("organisationName", name) "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>" TEXT( \
		"electronicMailAddress",                                                                                                                      \
		mail) "</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>" CODE("role",                                                       \
												"CI_RoleCode",                                                \
												role) "</gmd:CI_ResponsibleParty></gmd:pointOfContact>\n"
#define KEYWORDS(thesaurus, words)                         \
	"<gmd:descriptiveKeywords><gmd:MD_Keywords>" words \
	"<gmd:thesaurusName><gmd:CI_Citation>" TEXT(       \
		"title",                                   \
		thesaurus) "</gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>\n"
#define ONLINE(address, name)                                               \
	"<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>" address \
	"</gmd:URL></gmd:linkage>" TEXT("name", name) "</gmd:CI_OnlineResource></gmd:onLine>\n"

static const char whole[] =
	GMD TEXT("fileIdentifier", "3f2504e0-4f89-11d3-9a0c-0305e82c3301")
		CODE("language", "LanguageCode",
		     "fre") CODE("hierarchyLevel", "MD_ScopeCode", "dataset") "<gmd:locale><gmd:PT_Locale id=\"L2\"><gmd:languageCode>"
									      "<gmd:LanguageCode codeListValue=\"eng\"/></gmd:languageCode></gmd:PT_Locale></gmd:locale>"
									      "<gmd:contact><gmd:CI_ResponsibleParty>" TEXT("organisationName", "Not the data's") "</gmd:CI_ResponsibleParty></gmd:contact>"
																				  "<gmd:identificationInfo><gmd:MD_DataIdentification>"
																				  "<gmd:citation><gmd:CI_Citation>" BOTH("title",
																									 "\xc3\x89"
																									 "coles &amp; coll\xc3\xa8ges",
																									 "Schools") "<gmd:identifier><gmd:RS_Identifier>" TEXT("code", "https://geo.example/eq_educ:college") "</gmd:RS_Identifier></gmd:identifier></gmd:CI_Citation></gmd:citation>" BOTH("abstract",
																																															    "\n  Toutes les \xc3\xa9"
																																															    "coles.\n ",
																																															    "All schools.") TEXT("credit",
																																																		 "Ville de Test") PARTY("pointOfContact",
																																																					"Guichet", "sig@ville.example") PARTY("owner",
																																																									      "Direction", "direction@ville.example") "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>" CODE("maintenanceAndUpdateFrequency",
																																																																						      "MD_MaintenanceFrequencyCode",
																																																																						      "annually") "</gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>" KEYWORDS("GEMET - INSPIRE themes, version 1.0",
																																																																																	TEXT(
																																																																																		"keyword", "Services d\xe2\x80\x99utilit\xc3\xa9 publique")) KEYWORDS("libre", TEXT("keyword", "enfant, jeune") TEXT("keyword",
																																																																																																     "enseignement")) "<gmd:resourceConstraints><gmd:MD_LegalConstraints>" TEXT("useLimitation", "Utilisation libre sous r\xc3\xa9serve de mentionner la source") "<gmd:otherConstraints><gmx:Anchor xlink:href=\"https://www.etalab.gouv.fr/x\">Licence "
																																																																																																																				  "Ouverte / Open Licence Version 2.0</gmx:Anchor></gmd:otherConstraints>"
																																																																																																																				  "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
																																																																																																																				  "</gmd:MD_DataIdentification></gmd:identificationInfo>"
																																																																																																																				  "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
																																																																																																																				  "<gmd:MD_DigitalTransferOptions>" ONLINE("https://geo.example/wms?SERVICE=WMS&amp;LAYERS=eq_educ%3Aecole,eq_educ:lycee", "eq_educ.maternelle") "</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution>"
																																																																																																																																						 "</gmd:distributionInfo><gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage>"
																																																																																																																																						 "<gmd:LI_Lineage>" TEXT("statement",
																																																																																																																																									 "Lev\xc3\xa9 de 2024") "</gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>"
																																																																																																																																												"</gmd:MD_Metadata>";

static void read_sound(const char *text, struct iso_record *record)
{
	struct error error = {0};

	if (iso_record_read(text, strlen(text), record, &error))
		fail_msg("%s", error.text);
}

static void assert_said(const struct iso_record *record, enum theme_option_id id, const char *text)
{
	if (!text) {
		assert_int_equal(record->said[id].count, 0);
		return;
	}
	assert_int_equal(record->said[id].count, 1);
	assert_string_equal(record->said[id].texts[0], text);
}

static bool names(const struct iso_record *record, const char *name)
{
	for (size_t i = 0; i < record->names.count; i++)
		if (strcmp(record->names.texts[i], name) == 0)
			return true;
	return false;
}

static void a_record_of_iso_19139_is_read_whole(void **state)
{
	struct iso_record record;

	(void)state;
	read_sound(whole, &record);
	assert_false(record.foreign || record.of_service);
	assert_string_equal(record.id, "3f2504e0-4f89-11d3-9a0c-0305e82c3301");
	assert_said(&record, THEME_RECORD, record.id);
	assert_said(&record, THEME_TITLE,
		    "\xc3\x89"
		    "coles & coll\xc3\xa8ges");
	assert_said(&record, THEME_TITLE_EN, "Schools");
	assert_said(&record, THEME_ABSTRACT,
		    "Toutes les \xc3\xa9"
		    "coles.");
	assert_said(&record, THEME_ABSTRACT_EN, "All schools.");
	assert_said(&record, THEME_ATTRIBUTION, "Ville de Test");
	assert_said(&record, THEME_PRODUCER, "Direction");
	assert_said(&record, THEME_CONTACT, "sig@ville.example");
	assert_said(&record, THEME_FREQUENCY, "annually");
	assert_said(&record, THEME_LINEAGE, "Lev\xc3\xa9 de 2024");
	assert_said(&record, THEME_LICENCE, "etalab-2.0");
	assert_said(&record, THEME_INSPIRE, "us");
	assert_int_equal(record.said[THEME_KEYWORDS].count, 2);
	assert_string_equal(record.said[THEME_KEYWORDS].texts[0], "enfant, jeune");
	iso_record_release(&record);
}

static void layers_are_known_by_identifier_address_and_name(void **state)
{
	static const char *const all[] = {"eq_educ:college", "eq_educ:ecole", "eq_educ:lycee",
					  "eq_educ:maternelle"};
	struct iso_record record;

	(void)state;
	read_sound(whole, &record);
	for (size_t i = 0; i < 4; i++)
		assert_true(names(&record, all[i]));
	iso_record_release(&record);
}

static void iso_19115_3_and_national_profiles_are_read(void **state)
{
	static const char newer[] =
		"<mdb:MD_Metadata xmlns:mdb='http://standards.iso.org/iso/19115/-3/mdb/2.0' "
		"xmlns:mcc='m' xmlns:gco='g' xmlns:mri='i' xmlns:cit='c' xmlns:lan='l'>"
		"<mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code><gco:CharacterString>abcdefgh"
		"</gco:CharacterString></mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier>"
		"<mdb:defaultLocale><lan:PT_Locale id='EN'><lan:language><lan:LanguageCode "
		"codeListValue='eng'/></lan:language></lan:PT_Locale></mdb:defaultLocale>"
		"<mdb:identificationInfo><mri:MD_DataIdentification><mri:citation><cit:CI_Citation>"
		"<cit:title><gco:CharacterString>Trees</gco:CharacterString></cit:title>"
		"</cit:CI_Citation></mri:citation><mri:pointOfContact><cit:CI_Responsibility>"
		"<cit:role><cit:CI_RoleCode codeListValue='author'/></cit:role><cit:party>"
		"<cit:CI_Organisation><cit:name><gco:CharacterString>Parks</gco:CharacterString>"
		"</cit:name></cit:CI_Organisation></cit:party></cit:CI_Responsibility>"
		"</mri:pointOfContact></mri:MD_DataIdentification></mdb:identificationInfo>"
		"</mdb:MD_Metadata>";
	static const char profile[] = GMD
		"<gmd:identificationInfo><fra:FRA_DataIdentification xmlns:fra='f' "
		"gco:isoType=\"gmd:MD_DataIdentification\">" TEXT(
			"abstract",
			"Voies") "</fra:FRA_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>";
	struct iso_record record;

	(void)state;
	read_sound(newer, &record);
	assert_said(&record, THEME_RECORD, "abcdefgh");
	assert_said(&record, THEME_TITLE, "Trees");
	assert_said(&record, THEME_TITLE_EN, "Trees");
	assert_said(&record, THEME_PRODUCER, "Parks");
	iso_record_release(&record);
	read_sound(profile, &record);
	assert_said(&record, THEME_ABSTRACT, "Voies");
	iso_record_release(&record);
}

static void services_and_other_xml_are_told_apart(void **state)
{
	struct iso_record record;

	(void)state;
	read_sound(GMD CODE("hierarchyLevel", "MD_ScopeCode", "service") "</gmd:MD_Metadata>",
		   &record);
	assert_true(record.of_service);
	iso_record_release(&record);
	read_sound("<info version='1.1'/>", &record);
	assert_true(record.foreign);
	iso_record_release(&record);
	read_sound("<MD_Metadata xmlns='urn:else'/>", &record);
	assert_true(record.foreign);
	iso_record_release(&record);
}

static void assert_refused(const char *text, const char *words)
{
	struct iso_record record;
	struct error error = {0};

	assert_int_not_equal(iso_record_read(text, strlen(text), &record, &error), ERROR_NONE);
	if (!strstr(error.text, words))
		fail_msg("\"%s\" does not say \"%s\"", error.text, words);
	for (int i = 0; i <= THEME_RECORD; i++)
		for (size_t n = 0; n < record.said[i].count; n++)
			assert_null(strstr(record.said[i].texts[n], "root:"));
	iso_record_release(&record);
}

static void entities_are_never_expanded(void **state)
{
	(void)state;
	assert_refused(
		"<?xml version='1.0'?>\n<!DOCTYPE a [\n<!ENTITY x SYSTEM "
		"\"file:///etc/passwd\">]>" GMD TEXT("fileIdentifier", "&x;") "</gmd:MD_Metadata>",
		"2: it has a document type");
	assert_refused("<!DOCTYPE a [<!ENTITY a0 'lol'><!ENTITY a1 '&a0;&a0;&a0;&a0;&a0;&a0;'>"
		       "<!ENTITY a2 '&a1;&a1;&a1;&a1;&a1;&a1;'>]><a>&a2;</a>",
		       "document type");
	assert_refused("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>", "document type");
	assert_refused("<!DOCTYPE a [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]><a/>",
		       "document type");
	assert_refused(GMD "&x;</gmd:MD_Metadata>", "3: it is not well-formed");
}

static void what_is_broken_or_too_deep_is_told_with_its_line(void **state)
{
	struct buf deep;

	(void)state;
	assert_refused("", "1: ");
	assert_refused("no XML at all", "1: ");
	assert_refused(GMD TEXT("fileIdentifier", "x"),
		       "3: it is not well-formed XML: it ends before");
	assert_refused(GMD "\xff\xfe</gmd:MD_Metadata>", "3: ");
	buf_init(&deep, 0);
	buf_add_text(&deep, GMD);
	for (int i = 0; i < 10000; i++)
		buf_add_text(&deep, "<a>");
	assert_refused(deep.bytes, "nested too deep");
	buf_release(&deep);
}

static void licences_are_found_in_sentences(void **state)
{
	static const char *const pairs[][2] = {
		{"Licence Ouverte", "etalab-2.0"},
		{"Donn\xc3\xa9"
		 "es sous licence ODbL (Open Database License)",
		 "ODbL-1.0"},
		{"https://creativecommons.org/licenses/by-sa/4.0/deed.fr", "CC-BY-SA-4.0"},
		{"Licence : https://ville.example/licence.pdf.",
		 "https://ville.example/licence.pdf"},
		{"Pas de restriction d'acc\xc3\xa8s public", NULL},
		{"http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations",
		 NULL},
		{"2.0", NULL},
		{"etalab-2.0", "etalab-2.0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		char *licence = iso_licence(pairs[i][0]);

		if (pairs[i][1]) {
			assert_non_null(licence);
			assert_string_equal(licence, pairs[i][1]);
		} else {
			assert_null(licence);
		}
		free(licence);
	}
}

static void inspire_themes_are_known_by_label_and_address(void **state)
{
	(void)state;
	assert_string_equal(iso_inspire_theme("R\xc3\xa9seaux de transport"), "tn");
	assert_string_equal(iso_inspire_theme("Transport networks"), "tn");
	assert_string_equal(iso_inspire_theme("http://inspire.ec.europa.eu/theme/bu"), "bu");
	assert_null(iso_inspire_theme("http://inspire.ec.europa.eu/theme/zz"));
	assert_null(iso_inspire_theme("transport"));
	assert_true(iso_inspire_thesaurus("GEMET - INSPIRE themes, version 1.0"));
	assert_false(iso_inspire_thesaurus("GEMET - Concepts, version 2.4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_of_iso_19139_is_read_whole),
		cmocka_unit_test(layers_are_known_by_identifier_address_and_name),
		cmocka_unit_test(iso_19115_3_and_national_profiles_are_read),
		cmocka_unit_test(services_and_other_xml_are_told_apart),
		cmocka_unit_test(entities_are_never_expanded),
		cmocka_unit_test(what_is_broken_or_too_deep_is_told_with_its_line),
		cmocka_unit_test(licences_are_found_in_sentences),
		cmocka_unit_test(inspire_themes_are_known_by_label_and_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
