/** Sealed records, as docs/loader.md has them under "Seals". */
#ifndef DOMOVOI_LOADER_SEAL_H
#define DOMOVOI_LOADER_SEAL_H

#include "records.h"

typedef struct loader_seals {
    /** Whether there is a root of which the key could be made. */
    bool has_key;
    uint8_t key[LOADER_DIGEST_BYTES];
} loader_seals;

/** Makes the key of this chip's seals. */
void loader_make_key(loader_stage *stage, const loader_records *records, loader_seals *seals);

/** Reads a record's value without its seal. It is damaged if the seal is not this chip's. */
void loader_read_sealed(loader_stage *stage, const loader_records *records, const loader_seals *seals, loader_name name, loader_value *value);

#endif
