/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* Puts stars in place of the passwords in a connection string, or in a sentence that quotes one:
 * "PG:host=db password=x", "postgresql://u:x@db", "MSSQL:server=db;PWD=x". In place; the text never
 * gets longer. */
void hide_secrets(char *text);

/* TEXT so changed, new. */
char *without_secrets(const char *text);
