/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_qgis.h"

#include <string.h>

#include "server/page_frame.h"
#include "server/page_group.h"
#include "server/qgis.h"

static void add_option(struct page *page, const char *value, const char *text, const char *chosen)
{
	html_print(page->html, "<option value=\"%s\"%s>%s</option>\n", value,
		   chosen && strcmp(chosen, value) == 0 ? " selected" : "", text);
}

static void begin_choice(struct page *page, const char *name, const char *label)
{
	html_print(page->html, "<p><label for=\"%s\">%s</label>\n<select id=\"%s\" name=\"%s\">\n",
		   name, label, name, name);
}

static void end_choice(struct page *page)
{
	buf_add_text(page->html, "</select></p>\n");
}

/* Groups are runs of themes: the catalogue is sorted by id, which begins with the group. */
static void add_groups(struct page *page, const struct catalogue *catalogue, const char *chosen)
{
	const char *last = "";

	begin_choice(page, "group", page_say(page, "Groupe", "Group"));
	add_option(page, "", page_say(page, "tous les thèmes", "all themes"), NULL);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const char *group = catalogue_theme(catalogue, i)->group;
		const struct group_name *name = group_name_find(group);
		struct buf text;

		if (strcmp(group, last) == 0)
			continue;
		last = group;
		buf_init(&text, 0);
		if (name)
			buf_print(&text, "%s › %s", group_family(name, page->language),
				  name->name[page->language]);
		else
			buf_add_text(&text, group);
		add_option(page, group, text.bytes, chosen);
		buf_release(&text);
	}
	end_choice(page);
}

static void add_grids(struct page *page, const struct grids *grids)
{
	begin_choice(page, "grid", page_say(page, "Projection", "Projection"));
	add_option(page, "", page_say(page, "toutes", "all"), NULL);
	for (uint32_t i = 0; i < grids_count(grids); i++)
		if (qgis_reads_grid(grids_at(grids, i)))
			add_option(page, grids_at(grids, i)->id, grids_at(grids, i)->title, NULL);
	end_choice(page);
}

static void add_file(struct page *page, const struct request *request,
		     const struct catalogue *catalogue, const struct grids *grids)
{
	html_print(page->html,
		   "<form class=\"choose\" action=\"%s/qgis/connections.xml\" method=\"get\">\n",
		   page->root);
	add_groups(page, catalogue, request_query(request, "group"));
	add_grids(page, grids);
	html_print(page->html,
		   "<p><button>%s</button></p></form>\n"
		   "<p>%s <code class=\"address\">%s/qgis/connections.xml</code></p>\n",
		   page_say(page, "Télécharger le fichier", "Download the file"),
		   page_say(page, "Son adresse, pour tous les thèmes\u00a0:",
			    "Its address, for all themes:"),
		   page->base);
}

struct picture {
	const char *asset;
	unsigned width, height;
	const char *french, *english; /* what it shows */
};

static void add_picture(struct page *page, const struct picture *picture)
{
	buf_add_text(page->html, "<p><img class=\"shot\" loading=\"lazy\" src=\"");
	page_asset(page, picture->asset);
	html_print(page->html, "\" width=\"%u\" height=\"%u\" alt=\"%s\"></p>\n", picture->width,
		   picture->height, page_say(page, picture->french, picture->english));
}

static void begin_step(struct page *page, const char *title)
{
	html_print(page->html, "<li><h2>%s</h2>\n", title);
}

static void add_text(struct page *page, const char *french, const char *english)
{
	html_print(page->html, "<p>%s</p>\n", page_say(page, french, english));
}

static void end_step(struct page *page)
{
	buf_add_text(page->html, "</li>\n");
}

static void add_loading(struct page *page)
{
	begin_step(page,
		   page_say(page, "Dans QGIS, charger ce fichier", "In QGIS, load this file"));
	add_text(page,
		 "Couche › Ajouter une couche › Ajouter une couche de tuiles vectorielles… ; dans "
		 "la fenêtre, le bouton Charger, puis le fichier téléchargé.",
		 "Layer › Add Layer › Add Vector Tile Layer…; in the window, the button Load, then "
		 "the downloaded file.");
	add_picture(page,
		    &(struct picture){
			    "qgis-load.png", 786, 126,
			    "La fenêtre « Connexions des tuiles vectorielles » de QGIS : une "
			    "liste, et sous elle les boutons Nouveau, Éditer, Supprimer, Charger "
			    "et Enregistrer ; Charger est entouré.",
			    "QGIS’s window of vector tile connections, in French: a list, and "
			    "under it the buttons New, Edit, Remove, Load (“Charger”) and Save; "
			    "Load has a frame round it."});
	end_step(page);
	begin_step(page, page_say(page, "Choisir, importer", "Choose, import"));
	add_text(page,
		 "Tout sélectionner, ou quelques thèmes, puis Importer. Les connexions restent : à "
		 "refaire seulement quand le catalogue change.",
		 "Select All, or some themes, then Import. The connections stay: to be done again "
		 "only when the catalogue changes.");
	add_picture(page,
		    &(struct picture){
			    "qgis-import.png", 520, 320,
			    "La fenêtre « Sélectionner les connexions à importer » de QGIS : les "
			    "thèmes du fichier, tous sélectionnés, et les boutons Importer et "
			    "Sélectionner tout.",
			    "QGIS’s window for choosing the connections to import, in French: the "
			    "themes of the file, all selected, and the buttons Import "
			    "(“Importer”) and Select All."});
	end_step(page);
}

static void add_use(struct page *page)
{
	begin_step(page, page_say(page, "Ajouter un thème à la carte", "Add a theme to the map"));
	add_text(page,
		 "Le choisir dans la liste, puis Ajouter ; ou, dans l’Explorateur, ouvrir « Tuiles "
		 "vectorielles » et le faire glisser sur la carte. Il arrive avec son style.",
		 "Choose it in the list, then Add; or, in the Browser, open “Vector Tiles” and "
		 "drag it onto the map. It comes with its style.");
	add_picture(page,
		    &(struct picture){
			    "qgis-map.png", 760, 440,
			    "Une carte dessinée par QGIS : des communes, un cours d’eau, des "
			    "aménagements cyclables et des écoles.",
			    "A map drawn by QGIS: communes, a river, cycle ways and schools."});
	end_step(page);
}

static void add_which(struct page *page, const struct grids *grids)
{
	html_print(page->html, "<section class=\"sheet\"><h2>%s</h2>\n<dl class=\"facts\">\n",
		   page_say(page, "Quelle projection prendre ?", "Which projection to take?"));
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		const struct grid *grid = grids_at(grids, i);

		if (!qgis_reads_grid(grid))
			continue;
		html_print(page->html, "<div><dt>%s</dt><dd>%s</dd></div>\n", grid->title,
			   strcmp(grid->id, "WebMercatorQuad") == 0
				   ? page_say(page, "toutes les versions de QGIS depuis 3.14",
					      "every version of QGIS from 3.14 on")
				   : page_say(page,
					      "QGIS 3.26 et suivantes : les coordonnées mêmes de "
					      "cette projection, sans passer par Web Mercator",
					      "QGIS 3.26 and later: the very coordinates of this "
					      "projection, not by way of Web Mercator"));
	}
	html_print(
		page->html, "</dl>\n<p>%s</p></section>\n",
		page_say(page,
			 "Un QGIS plus ancien prend les autres tuiles pour du Web Mercator et les "
			 "met ailleurs dans le monde : choisir alors Web Mercator. Pour travailler "
			 "en CC48 ou en Lambert-93, donner au projet la même projection que les "
			 "tuiles.",
			 "An older QGIS takes the other tiles for Web Mercator and puts them "
			 "elsewhere in the world: choose Web Mercator then. To work in CC48 or "
			 "Lambert-93, give the project the projection of the tiles."));
}

void page_qgis(const struct request *request, const struct catalogue *catalogue,
	       const struct grids *grids, struct reply *reply)
{
	bool english = request_language(request) == LANGUAGE_ENGLISH;
	const struct page_head head = {
		.title = english ? "All themes in QGIS, in a minute"
				 : "Tous les thèmes dans QGIS, en une minute",
		.description = english ? "A file of connections, and three steps with pictures."
				       : "Un fichier de connexions, et trois étapes en images.",
	};
	struct page page = page_begin(request, &head, reply);

	html_print(
		page.html,
		"<div class=\"width intro\"><h1>%s</h1>\n<p class=\"lead\">%s</p></div>\n"
		"<div class=\"width\">\n<ol class=\"steps\">\n",
		head.title,
		page_say(&page,
			 "Un fichier donne à QGIS les adresses, les niveaux et les styles de tous "
			 "les thèmes ; rien n’est à saisir.",
			 "One file tells QGIS the addresses, levels and styles of all themes; "
			 "nothing has to be typed."));
	begin_step(&page, page_say(&page, "Télécharger le fichier des connexions",
				   "Download the file of connections"));
	add_file(&page, request, catalogue, grids);
	end_step(&page);
	add_loading(&page);
	add_use(&page);
	buf_add_text(page.html, "</ol>\n");
	add_which(&page, grids);
	buf_add_text(page.html, "</div>\n");
	page_end(&page, &head);
}
