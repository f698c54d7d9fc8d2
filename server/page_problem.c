/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "server/page_frame.h"
#include "tiler/memory.h"

/* What people read first; the exact reason follows. */
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
	 {"Ce qui est demandé n’existe pas, ou n’existe plus.",
	  "What is asked for does not exist, or no longer does."}},
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

/* Addresses that reasons name where one finds what there is. */
static const char *const lists[] = {
	"/", "/api", "/collections", "/communes", "/qgis", "/tileMatrixSets", "/tms/1.0.0/"};

/* The list that a word of LENGTH bytes names, with the server's address before it or without; NULL:
 * it is another word. */
static const char *list_at(const struct page *page, const char *word, size_t length)
{
	size_t base = strlen(page->base);

	if (length > base && strncmp(word, page->base, base) == 0) {
		word += base;
		length -= base;
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (strlen(lists[i]) == length && memcmp(lists[i], word, length) == 0)
			return lists[i];
	return NULL;
}

/* Up to a blank, or what stands before one. */
static size_t word_length(const char *word)
{
	size_t length = strcspn(word, " ");

	while (length > 1 && strchr(",;:.", word[length - 1]))
		length--;
	return length;
}

/* TEXT with the addresses of lists in it as links. */
static void add_linked(struct page *page, const char *text)
{
	while (*text) {
		size_t blanks = strspn(text, " "), length = word_length(text + blanks);
		const char *list = list_at(page, text + blanks, length);
		char *piece = memory_print("%.*s", (int)(blanks + length), text);

		if (list)
			html_print(page->html, " <a href=\"%s%s%s\">%s</a>", page->root, list,
				   page->lang, list);
		else
			html_text(page->html, piece);
		free(piece);
		text += blanks + length;
		length = strspn(text, ",;:.");
		buf_add(page->html, text, length);
		text += length;
	}
}

/* In French where somebody wrote it so, else in English as programs get it. */
static void add_reason(struct page *page, const struct reply *problem)
{
	bool french = page->language == LANGUAGE_FRENCH && problem->problem_french;

	html_print(page->html, "<p class=\"reason\"%s><b>%s</b> ",
		   page->language == LANGUAGE_FRENCH && !french ? " lang=en" : "",
		   french ? "Motif :" : "Reason:");
	add_linked(page, french ? problem->problem_french : problem->problem_detail);
	buf_add_text(page->html, "</p>\n");
}

void page_problem(const struct request *request, const struct reply *problem, struct reply *reply)
{
	const struct problem_text *text = text_of(problem->status);
	enum language language = request_language(request);
	const struct page_head head = {.title = text->title[language]};
	struct page page = page_begin(request, &head, reply);

	html_print(page.html,
		   "<div class=\"width problem\"><p class=\"status\">%u</p>\n<h1>%s</h1>\n"
		   "<p class=\"lead\">%s</p>\n",
		   problem->status, head.title, text->advice[language]);
	add_reason(&page, problem);
	html_print(page.html, "<p><a class=\"button\" href=\"%s/%s\">%s</a></p>\n</div>\n",
		   page.root, page.lang, page_say(&page, "Voir tous les thèmes", "See all themes"));
	page_end(&page, &head);
	reply->status = problem->status;
}
