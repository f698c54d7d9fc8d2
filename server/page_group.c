/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_group.h"

#include <stddef.h>
#include <string.h>

/* The French names of the families, which the groups go by, and the English. */
static const char *const families[][LANGUAGES] = {
	{"Applications", "Applications"},
	{"Démographie", "Population"},
	{"Déplacements", "Transport"},
	{"Eau", "Water"},
	{"Espace public", "Public space"},
	{"Habitat", "Housing"},
	{"Images", "Imagery"},
	{"Limites administratives", "Administrative limits"},
	{"Occupation du sol", "Land cover"},
	{"Partenaires", "Partners"},
	{"Patrimoine et tourisme", "Heritage and tourism"},
	{"Patrimoine naturel", "Natural heritage"},
	{"Référentiels", "Reference data"},
	{"Santé et sécurité", "Health and safety"},
	{"Urbanisme", "Planning"},
	{"Économie", "Economy"},
	{"Énergie et réseaux", "Energy and networks"},
	{"Équipements", "Facilities"},
};

static const struct group_name names[] = {
	{"app", "Applications", {"Services en ligne", "Online services"}},
	{"dem_stats", "Démographie", {"Statistiques", "Statistics"}},
	{"eco_autres", "Économie", {"Autres activités", "Other activities"}},
	{"eco_comm", "Économie", {"Commerces et zones d’activité", "Shops and business parks"}},
	{"eq_admin", "Équipements", {"Administration", "Administration"}},
	{"eq_autres", "Équipements", {"Autres équipements", "Other facilities"}},
	{"eq_cultspo", "Équipements", {"Culture et sport", "Culture and sport"}},
	{"eq_educ", "Équipements", {"Éducation", "Education"}},
	{"eq_poi", "Équipements", {"Lieux d’intérêt", "Places of interest"}},
	{"espub_autr", "Espace public", {"Autres usages", "Other uses"}},
	{"espub_dech", "Espace public", {"Déchets", "Waste"}},
	{"espub_esv", "Espace public", {"Espaces verts", "Green spaces"}},
	{"espub_mob", "Espace public", {"Mobilier urbain", "Street furniture"}},
	{"ext_geobretagne", "Partenaires", {"GéoBretagne", "GéoBretagne"}},
	{"ext_region_bretagne", "Partenaires", {"Région Bretagne", "Brittany Region"}},
	{"geor_loc", "Applications", {"Localisation", "Location"}},
	{"gpu", "Urbanisme", {"Géoportail de l’urbanisme", "National planning portal"}},
	{"hyd_ouvrag", "Eau", {"Ouvrages et cours d’eau", "Works and watercourses"}},
	{"hyd_zone", "Eau", {"Zones hydrographiques", "Catchments"}},
	{"ladm_terri", "Limites administratives", {"Territoires", "Territories"}},
	{"limite_admin",
	 "Limites administratives",
	 {"Communes et quartiers", "Communes and districts"}},
	{"log_immo", "Habitat", {"Immobilier", "Real estate"}},
	{"log_polit", "Habitat", {"Politique du logement", "Housing policy"}},
	{"mviewer", "Applications", {"Cartes thématiques", "Thematic maps"}},
	{"nrj_prod", "Énergie et réseaux", {"Production d’énergie", "Energy production"}},
	{"ocsol_mode", "Occupation du sol", {"Modes d’occupation", "Land use"}},
	{"ocsol_sol", "Occupation du sol", {"Sols", "Soils"}},
	{"phot_obliq", "Images", {"Photographies obliques", "Oblique photographs"}},
	{"pnat_autres", "Patrimoine naturel", {"Autres", "Other"}},
	{"pnat_bocag", "Patrimoine naturel", {"Bocage", "Hedgerows"}},
	{"pnat_hab", "Patrimoine naturel", {"Habitats et espèces", "Habitats and species"}},
	{"pnat_zone", "Patrimoine naturel", {"Zones protégées", "Protected areas"}},
	{"ptou_arch", "Patrimoine et tourisme", {"Architecture", "Architecture"}},
	{"ptou_lois", "Patrimoine et tourisme", {"Loisirs", "Leisure"}},
	{"ref_alti", "Référentiels", {"Altimétrie", "Elevation"}},
	{"ref_autres", "Référentiels", {"Autres référentiels", "Other reference data"}},
	{"ref_cad", "Référentiels", {"Cadastre", "Cadastre"}},
	{"ref_fonds", "Référentiels", {"Fonds de plan", "Base maps"}},
	{"ref_mer", "Référentiels", {"Mer", "Sea"}},
	{"ref_rva", "Référentiels", {"Rues, voies et adresses", "Streets and addresses"}},
	{"ref_topo", "Référentiels", {"Topographie", "Topography"}},
	{"res_humide", "Énergie et réseaux", {"Réseaux humides", "Water and sewer networks"}},
	{"res_nrj", "Énergie et réseaux", {"Réseaux d’énergie", "Energy networks"}},
	{"res_num", "Énergie et réseaux", {"Réseaux numériques", "Digital networks"}},
	{"sec_civile", "Santé et sécurité", {"Sécurité civile", "Civil protection"}},
	{"sec_risnat", "Santé et sécurité", {"Risques naturels", "Natural hazards"}},
	{"sec_sanit", "Santé et sécurité", {"Santé et environnement", "Health and environment"}},
	{"sec_techno", "Santé et sécurité", {"Risques technologiques", "Industrial hazards"}},
	{"trid_bati", "Images", {"Bâtiments en 3D", "Buildings in 3D"}},
	{"trp_aerien", "Déplacements", {"Transport aérien", "Air transport"}},
	{"trp_autre", "Déplacements", {"Autres déplacements", "Other transport"}},
	{"trp_coll", "Déplacements", {"Transports collectifs", "Public transport"}},
	{"trp_doux", "Déplacements", {"Vélo et marche", "Cycling and walking"}},
	{"trp_ferrov", "Déplacements", {"Voies ferrées", "Railways"}},
	{"trp_org", "Déplacements", {"Organisation", "Organisation"}},
	{"trp_rout", "Déplacements", {"Routes", "Roads"}},
	{"trp_statio", "Déplacements", {"Stationnement", "Parking"}},
	{"urba_docs", "Urbanisme", {"Documents d’urbanisme", "Planning documents"}},
	{"urba_docs_plui",
	 "Urbanisme",
	 {"Plan local d’urbanisme (PLUi)", "Local development plan (PLUi)"}},
	{"urba_fonc", "Urbanisme", {"Foncier", "Land ownership"}},
	{"urba_proj", "Urbanisme", {"Projets", "Projects"}},
	{"urba_zona", "Urbanisme", {"Zonages", "Zoning"}},
};

const struct group_name *group_name_find(const char *group)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].group, group) == 0)
			return &names[i];
	}
	return NULL;
}

const char *group_family(const struct group_name *group, enum language language)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		if (strcmp(families[i][LANGUAGE_FRENCH], group->family) == 0)
			return families[i][language];
	}
	return group->family;
}
