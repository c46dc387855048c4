/** One copy of a record, as it lies in a slot: a header of 32 bytes, and the value. */
#ifndef DOMOVOI_LOADER_COPY_H
#define DOMOVOI_LOADER_COPY_H

#include "records.h"

/** Whether bytes begin with the header of a copy. @param slot at least the first 32 bytes of one */
bool loader_is_copy(const uint8_t *slot);

/** Of a head or a copy: that of the memory when it was written, 48 bits. */
uint64_t loader_generation(const uint8_t *slot);

/** Whose copy it is. */
loader_name loader_copy_name(const uint8_t *slot);

/** Whether two copies are of one name. */
bool loader_same_name(const uint8_t *slot, const uint8_t *other);

/** Size of a copy's value if it is all there and its checksum is right, else LOADER_NO_VALUE. @param slot all of it */
size_t loader_whole_value(const uint8_t *slot);
#define LOADER_NO_VALUE (LOADER_VALUE_BYTES + 1u)

#endif
