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

#define FIELD(path, field)                    \
	{                                     \
		path, sizeof(path) - 1, field \
	}

static const struct {
	const char *path;
	size_t length;
	enum iso_field field;
} fields[] = {
	FIELD("fileIdentifier", ISO_ID),
	FIELD("metadataIdentifier/MD_Identifier/code", ISO_ID),
	FIELD("language", ISO_LANGUAGE),
	FIELD("defaultLocale/PT_Locale/language", ISO_LANGUAGE),
	FIELD("locale/PT_Locale", ISO_LOCALE_BEGUN),
	FIELD("locale/PT_Locale/languageCode", ISO_LOCALE),
	FIELD("otherLocale/PT_Locale", ISO_LOCALE_BEGUN),
	FIELD("otherLocale/PT_Locale/language", ISO_LOCALE),
	FIELD("hierarchyLevel", ISO_LEVEL),
	FIELD("metadataScope/MD_MetadataScope/resourceScope", ISO_LEVEL),
	FIELD(CITATION "/title", ISO_TITLE),
	FIELD(CITATION "/identifier/MD_Identifier/code", ISO_CODE),
	FIELD(CITATION "/identifier/RS_Identifier/code", ISO_CODE),
	FIELD(DATA "/abstract", ISO_ABSTRACT),
	FIELD(DATA "/credit", ISO_CREDIT),
	FIELD(PARTY "/CI_ResponsibleParty/organisationName", ISO_PARTY_NAME),
	FIELD(PARTY "/CI_ResponsibleParty/" ADDRESS, ISO_PARTY_MAIL),
	FIELD(PARTY "/CI_ResponsibleParty/role", ISO_PARTY_ROLE),
	FIELD(PARTY "/CI_Responsibility/party/CI_Organisation/name", ISO_PARTY_NAME),
	FIELD(PARTY "/CI_Responsibility/party/CI_Organisation/" ADDRESS, ISO_PARTY_MAIL),
	FIELD(PARTY "/CI_Responsibility/role", ISO_PARTY_ROLE),
	FIELD(PARTY, ISO_PARTY_ENDED),
	FIELD(DATA "/resourceMaintenance/MD_MaintenanceInformation/maintenanceAndUpdateFrequency",
	      ISO_FREQUENCY),
	FIELD(DATA "/descriptiveKeywords/MD_Keywords/keyword", ISO_KEYWORD),
	FIELD(DATA "/descriptiveKeywords/MD_Keywords/thesaurusName/CI_Citation/title",
	      ISO_THESAURUS),
	FIELD(DATA "/descriptiveKeywords", ISO_KEYWORDS_ENDED),
	FIELD(DATA "/resourceConstraints/MD_LegalConstraints/useLimitation", ISO_CONSTRAINT),
	FIELD(DATA "/resourceConstraints/MD_LegalConstraints/otherConstraints", ISO_CONSTRAINT),
	FIELD(DATA "/resourceConstraints/MD_LegalConstraints/reference/CI_Citation/title",
	      ISO_CONSTRAINT),
	FIELD(DATA "/resourceConstraints/MD_Constraints/useLimitation", ISO_CONSTRAINT),
	FIELD("dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/statement", ISO_LINEAGE),
	FIELD("resourceLineage/LI_Lineage/statement", ISO_LINEAGE),
	FIELD(DISTRIBUTION "/transferOptions/" ONLINE "/linkage", ISO_LINK),
	FIELD(DISTRIBUTION "/transferOptions/" ONLINE "/name", ISO_LINK),
	FIELD(DISTRIBUTOR "/" ONLINE "/linkage", ISO_LINK),
	FIELD(DISTRIBUTOR "/" ONLINE "/name", ISO_LINK),
};

enum iso_field iso_field_at(const char *path)
{
	size_t length = strlen(path);

	/* paths begin alike, so their lengths tell them apart soonest */
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (fields[i].length == length && memcmp(fields[i].path, path, length) == 0)
			return fields[i].field;
	return ISO_NOTHING;
}
