/** The records in the FRAM, as docs/loader.md has them under "Records": which there are, and what lies in them. */
#ifndef DOMOVOI_LOADER_RECORDS_H
#define DOMOVOI_LOADER_RECORDS_H

#include "stage.h"

#define LOADER_SLOT_BYTES 128u
#define LOADER_VALUE_AT 32u
#define LOADER_VALUE_BYTES (LOADER_SLOT_BYTES - LOADER_VALUE_AT)
#define LOADER_NAME_BYTES 16u

/** Those that a verdict depends on. */
typedef enum loader_name {
    LOADER_RECORD_ROOT,
    LOADER_RECORD_FACTORY,
    LOADER_RECORD_IDENTITY,
    LOADER_RECORD_PROGRAM,
    LOADER_RECORD_PENDING,
    LOADER_RECORD_FLOOR,
    /** How many they are, and what stands for any other. */
    LOADER_RECORDS,
} loader_name;

/** A record's name: ASCII, without zeros behind it. */
const char *loader_name_of(loader_name name);

/** Where a record lies. */
typedef struct loader_place {
    /** Slots of the copies that count, the one to be believed first in front; 0, which is a head's, stands for none. */
    uint8_t slots[2];
    /** Listed places that hold no copy, but the tag of this name. */
    uint8_t lost;
} loader_place;

typedef struct loader_records {
    loader_place places[LOADER_RECORDS];
    /** Whether a record of another name is there. */
    bool has_others;
    /** Listed places that hold no copy, of whatever name. */
    uint8_t lost;
} loader_records;

typedef enum loader_state { LOADER_ABSENT, LOADER_DAMAGED, LOADER_WHOLE } loader_state;

/** A record's value. Its bytes mean something only if it is whole. */
typedef struct loader_value {
    loader_state state;
    size_t size;
    uint8_t bytes[LOADER_VALUE_BYTES];
} loader_value;

/** Reads the head, and the header of every slot. */
void loader_find_records(loader_stage *stage, loader_records *records);

/** Whether nothing was ever kept in the memory but perhaps the record `factory`. */
bool loader_is_blank(const loader_records *records);

/** Reads a record's value, with its seal if it has one. */
void loader_read_value(loader_stage *stage, const loader_records *records, loader_name name, loader_value *value);

#endif
