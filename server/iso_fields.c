/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/iso_fields.h"

#include <stddef.h>
#include <string.h>

#define DATA "identificationInfo/MD_DataIdentification"
#define CITATION DATA "/citation/CI_Citation"
#define PARTY DATA "/pointOfContact"
#define ADDRESS "contactInfo/CI_Contact/address/CI_Address/electronicMailAddress"
#define ONLINE "MD_DigitalTransferOptions/onLine/CI_OnlineResource"
#define DISTRIBUTION "distributionInfo/MD_Distribution"
#define DISTRIBUTOR DISTRIBUTION "/distributor/MD_Distributor/distributorTransferOptions"

static const struct {
	const char *path;
	enum iso_field field;
} fields[] = {
	{"fileIdentifier", ISO_ID},
	{"metadataIdentifier/MD_Identifier/code", ISO_ID},
	{"language", ISO_LANGUAGE},
	{"defaultLocale/PT_Locale/language", ISO_LANGUAGE},
	{"locale/PT_Locale", ISO_LOCALE_BEGUN},
	{"locale/PT_Locale/languageCode", ISO_LOCALE},
	{"otherLocale/PT_Locale", ISO_LOCALE_BEGUN},
	{"otherLocale/PT_Locale/language", ISO_LOCALE},
	{"hierarchyLevel", ISO_LEVEL},
	{"metadataScope/MD_MetadataScope/resourceScope", ISO_LEVEL},
	{CITATION "/title", ISO_TITLE},
	{CITATION "/identifier/MD_Identifier/code", ISO_CODE},
	{CITATION "/identifier/RS_Identifier/code", ISO_CODE},
	{DATA "/abstract", ISO_ABSTRACT},
	{DATA "/credit", ISO_CREDIT},
	{PARTY "/CI_ResponsibleParty/organisationName", ISO_PARTY_NAME},
	{PARTY "/CI_ResponsibleParty/" ADDRESS, ISO_PARTY_MAIL},
	{PARTY "/CI_ResponsibleParty/role", ISO_PARTY_ROLE},
	{PARTY "/CI_Responsibility/party/CI_Organisation/name", ISO_PARTY_NAME},
	{PARTY "/CI_Responsibility/party/CI_Organisation/" ADDRESS, ISO_PARTY_MAIL},
	{PARTY "/CI_Responsibility/role", ISO_PARTY_ROLE},
	{PARTY, ISO_PARTY_ENDED},
	{DATA "/resourceMaintenance/MD_MaintenanceInformation/maintenanceAndUpdateFrequency",
	 ISO_FREQUENCY},
	{DATA "/descriptiveKeywords/MD_Keywords/keyword", ISO_KEYWORD},
	{DATA "/descriptiveKeywords/MD_Keywords/thesaurusName/CI_Citation/title", ISO_THESAURUS},
	{DATA "/descriptiveKeywords", ISO_KEYWORDS_ENDED},
	{DATA "/resourceConstraints/MD_LegalConstraints/useLimitation", ISO_CONSTRAINT},
	{DATA "/resourceConstraints/MD_LegalConstraints/otherConstraints", ISO_CONSTRAINT},
	{DATA "/resourceConstraints/MD_LegalConstraints/reference/CI_Citation/title",
	 ISO_CONSTRAINT},
	{DATA "/resourceConstraints/MD_Constraints/useLimitation", ISO_CONSTRAINT},
	{"dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/statement", ISO_LINEAGE},
	{"resourceLineage/LI_Lineage/statement", ISO_LINEAGE},
	{DISTRIBUTION "/transferOptions/" ONLINE "/linkage", ISO_LINK},
	{DISTRIBUTION "/transferOptions/" ONLINE "/name", ISO_LINK},
	{DISTRIBUTOR "/" ONLINE "/linkage", ISO_LINK},
	{DISTRIBUTOR "/" ONLINE "/name", ISO_LINK},
};

enum iso_field iso_field_at(const char *path)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (strcmp(fields[i].path, path) == 0)
			return fields[i].field;
	return ISO_NOTHING;
}
