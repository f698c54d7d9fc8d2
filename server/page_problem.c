/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include "server/page_frame.h"

void page_problem(const struct site *site, const struct request *request, unsigned status,
		  const char *title, const char *detail, struct reply *reply)
{
	(void)site;
	const struct page_head head = {.title = title};
	struct page page = page_begin(request, &head, reply);
	html_print(page.html,
		   "<div class=\"width problem\"><p class=\"status\">%u</p>\n<h1>%s</h1>\n"
		   "<p>%s</p>\n<p><a class=\"button\" href=\"%s/\">Voir tous les thèmes</a></p>\n"
		   "</div>\n",
		   status, title, detail, page.root);
	page_end(&page, &head);
	reply->status = status;
}
