/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/ows.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/xml.h"

enum {
	DETAIL_LONGEST = 600
};

void ows_refuse(struct reply *reply, unsigned status, const char *code, const char *locator,
		const char *detail, ...)
{
	char text[DETAIL_LONGEST];
	va_list arguments;

	va_start(arguments, detail);
	vsnprintf(text, sizeof(text), detail, arguments);
	va_end(arguments);
	reply_problem(reply, status, status == 404 ? "Not found" : "Bad request", "%s", text);
	reply->exception_code = code;
	reply->exception_locator = locator;
}

/* Of problems told by those who know nothing of these services. */
static const char *code_of(unsigned status)
{
	return status == 400 || status == 404 ? OWS_INVALID : OWS_OTHER;
}

void ows_report(struct reply *reply)
{
	struct xml xml;

	buf_empty(&reply->body);
	reply->content_type = OWS_XML;
	reply->by_accept = false;
	xml_init(&xml, &reply->body);
	xml_open(&xml, "ows:ExceptionReport");
	xml_attribute(&xml, "xmlns:ows", OWS_NAMESPACE);
	xml_attribute(&xml, "version", "1.1.0");
	xml_attribute(&xml, "xml:lang", "en");
	xml_open(&xml, "ows:Exception");
	xml_attribute(&xml, "exceptionCode",
		      reply->exception_code ? reply->exception_code : code_of(reply->status));
	xml_attribute(&xml, "locator", reply->exception_locator);
	xml_element(&xml, "ows:ExceptionText", reply->problem_detail);
	xml_end(&xml);
	xml_end(&xml);
}
