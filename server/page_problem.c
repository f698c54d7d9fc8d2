/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stddef.h>

#include "server/page_frame.h"

/* What people read first; the exact reason, written for programs too, follows in its own language.
 */
static const struct problem_text {
	unsigned status;
	const char *title[LANGUAGES], *advice[LANGUAGES];
} texts[] = {
	{400,
	 {"Adresse incorrecte", "Wrong address"},
	 {"L’adresse demandée n’a pas la forme attendue.",
	  "The address asked for does not have the form it should."}},
	{404,
	 {"Page introuvable", "Page not found"},
	 {"Rien ne se trouve à cette adresse. Le thème a peut-être changé de nom : cherchez-le dans "
	  "la liste.",
	  "There is nothing at this address. The theme may have changed its name: look for it in the "
	  "list."}},
	{405,
	 {"Méthode refusée", "Method refused"},
	 {"Ce service se lit seulement, avec GET ou HEAD.",
	  "This service can only be read, with GET or HEAD."}},
	{414,
	 {"Adresse trop longue", "Address too long"},
	 {"L’adresse demandée est trop longue.", "The address asked for is too long."}},
	{503,
	 {"Service occupé", "Service busy"},
	 {"Le serveur a beaucoup à faire. Rechargez la page dans quelques secondes.",
	  "The server has much to do. Reload the page in a few seconds."}},
};
static const struct problem_text other = {
	0,
	{"La page n’a pas pu être affichée", "The page could not be shown"},
	{"Une erreur s’est produite. Elle est notée dans le journal du serveur.",
	 "An error occurred. It is noted in the log of the server."}};

static const struct problem_text *text_of(unsigned status)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (texts[i].status == status)
			return &texts[i];
	}
	return &other;
}

void page_problem(const struct site *site, const struct request *request, unsigned status,
		  const char *title, const char *detail, struct reply *reply)
{
	(void)site;
	const struct problem_text *text = text_of(status);
	enum language language = request_language(request);
	const struct page_head head = {.title = text->title[language]};
	struct page page = page_begin(request, &head, reply);
	html_print(page.html,
		   "<div class=\"width problem\"><p class=\"status\">%u</p>\n<h1>%s</h1>\n"
		   "<p class=\"lead\">%s</p>\n<p class=\"reason\" lang=\"en\"><b>%s:</b> %s</p>\n",
		   status, head.title, text->advice[language], title, detail);
	html_print(page.html, "<p><a class=\"button\" href=\"%s/%s\">%s</a></p>\n</div>\n",
		   page.root, page.lang, page_say(&page, "Voir tous les thèmes", "See all themes"));
	page_end(&page, &head);
	reply->status = status;
}
