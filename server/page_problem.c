/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stddef.h>

#include "server/page_frame.h"

/* What people read first; the exact reason, written for programs too, follows in its own language.
 */
static const struct problem_text {
	unsigned status;
	const char *title, *advice;
} texts[] = {
	{400, "Adresse incorrecte", "L’adresse demandée n’a pas la forme attendue."},
	{404, "Page introuvable",
	 "Rien ne se trouve à cette adresse. Le thème a peut-être changé de nom : cherchez-le dans la "
	 "liste."},
	{405, "Méthode refusée", "Ce service se lit seulement, avec GET ou HEAD."},
	{414, "Adresse trop longue", "L’adresse demandée est trop longue."},
	{503, "Service occupé",
	 "Le serveur a beaucoup à faire. Rechargez la page dans quelques secondes."},
};
static const struct problem_text other = {0, "La page n’a pas pu être affichée",
					  "Une erreur s’est produite. Elle est notée dans le "
					  "journal du serveur."};

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
	const struct page_head head = {.title = text->title};
	struct page page = page_begin(request, &head, reply);
	html_print(page.html,
		   "<div class=\"width problem\"><p class=\"status\">%u</p>\n<h1>%s</h1>\n"
		   "<p class=\"lead\">%s</p>\n<p class=\"reason\" lang=\"en\"><b>%s:</b> %s</p>\n"
		   "<p><a class=\"button\" href=\"%s/\">Voir tous les thèmes</a></p>\n</div>\n",
		   status, text->title, text->advice, title, detail, page.root);
	page_end(&page, &head);
	reply->status = status;
}
