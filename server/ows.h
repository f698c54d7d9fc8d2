/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reply.h"

/* What OGC's services of the generation of WMTS share: OGC Web Services Common 1.1.0 (06-121r3). */

#define OWS_NAMESPACE "http://www.opengis.net/ows/1.1"
#define OWS_XML "application/xml"

/* Exception codes (table 25 there, table 26 of WMTS 1.0.0, OGC 07-057r7). */
#define OWS_MISSING "MissingParameterValue"
#define OWS_INVALID "InvalidParameterValue"
#define OWS_NO_OPERATION "OperationNotSupported"
#define OWS_NO_VERSION "VersionNegotiationFailed"
#define OWS_OUTSIDE "TileOutOfRange"
#define OWS_OTHER "NoApplicableCode"

/* A problem (reply_problem) that an exception report will tell: CODE is one of the above, LOCATOR
 * the parameter it is about (static text) or NULL. */
void ows_refuse(struct reply *reply, unsigned status, const char *code, const char *locator,
		const char *detail, ...) PRINTF_LIKE(5, 6);

/* Puts the exception report in place of the problem document that REPLY holds, whoever made it. */
void ows_report(struct reply *reply);
