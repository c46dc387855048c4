#ifndef DOMOVOI_LOADER_ELEMENT_H
#define DOMOVOI_LOADER_ELEMENT_H

#include "stage.h"

/**
 * The count of counter 0 of the ATECC608B. If it does not answer, the verdict is `unreadable`.
 * @returns 0 to 2,097,151
 */
uint32_t loader_element_count(loader_stage *stage);

#endif
