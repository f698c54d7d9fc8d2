/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/error.h"

/* Makes the state folder and those above it, where they are not. ERROR_IO says what to do. */
MUST_CHECK enum error_code state_folder_make(const char *folder, struct error *error);
