#include "records.h"

#include "bytes.h"
#include "copy.h"
#include "crc.h"

#define SLOTS 60u
#define PLACES (SLOTS / 2u)

/** Of a head. */
#define HEAD_KIND_AT 6u
#define HEAD_SETTLED 0x48u
#define HEAD_CLEANING 0x43u
#define WORDS_AT 3u
#define HEAD_CRC_AT 123u

/** A write that the head does not know of. */
typedef struct write_under_way {
    /** 0 if there is none. */
    uint32_t place;
    uint64_t generation;
} write_under_way;

static void read_slot(loader_stage *stage, uint32_t slot, uint8_t *bytes, size_t size)
{
    loader_read_fram(stage, slot * LOADER_SLOT_BYTES, bytes, size);
}

static bool is_head(const uint8_t *slot)
{
    const uint8_t kind = slot[HEAD_KIND_AT];
    return (kind == HEAD_SETTLED || kind == HEAD_CLEANING) && loader_crc32(slot, HEAD_CRC_AT) == loader_u32(slot + HEAD_CRC_AT);
}

/** The word of a place: tag of a name, and the lower half of a generation above it; 0 if the place holds nothing. */
static uint32_t listing_at(const uint8_t *head, uint32_t place)
{
    return loader_u32(head + WORDS_AT + 4 * place);
}

static uint32_t tag_of(const char *name)
{
    size_t length = 0;
    while (name[length] != 0)
        length++;
    const uint32_t tag = loader_crc32((const uint8_t *)name, length) & 0xFFFFu;
    return tag == 0 ? 1 : tag;
}

/** Without a head the memory is new if there is nothing else in it either. */
static void require_new_memory(loader_stage *stage)
{
    uint8_t blank[LOADER_SLOT_BYTES], other[LOADER_SLOT_BYTES];
    read_slot(stage, 2, blank, sizeof blank);
    for (uint32_t slot = 3; slot < SLOTS && !stage->unreadable; slot++) {
        read_slot(stage, slot, other, sizeof other);
        if (!loader_equal(blank, other, sizeof other))
            stage->unreadable = true;
    }
}

/** The newer of the sound heads. @returns false if there is none */
static bool read_head(loader_stage *stage, uint8_t head[LOADER_SLOT_BYTES])
{
    uint8_t second[LOADER_SLOT_BYTES];
    read_slot(stage, 0, head, LOADER_SLOT_BYTES);
    read_slot(stage, 1, second, sizeof second);
    const bool has_first = is_head(head), has_second = is_head(second);
    if (has_second && (!has_first || loader_generation(second) > loader_generation(head)))
        loader_copy(head, second, sizeof second);
    return has_first || has_second;
}

/** Enters a copy that counts under its name; the second beside the first. */
static void enter(loader_records *records, loader_name name, uint32_t slot, bool beside)
{
    if (name == LOADER_RECORDS) {
        records->has_others = true;
        return;
    }
    loader_place *place = &records->places[name];
    place->slots[beside ? 1 : 0] = (uint8_t)slot;
    if (!beside)
        place->slots[1] = 0;
}

/** A listed place holds no copy: the record is one of those that have the tag. */
static void enter_lost(loader_records *records, uint32_t tag)
{
    records->lost++;
    for (uint32_t name = 0; name < LOADER_RECORDS; name++)
        if (tag_of(loader_name_of((loader_name)name)) == tag)
            records->places[name].lost++;
}

/** It was lost, and is there again. */
static void enter_found(loader_records *records, loader_name name)
{
    if (name == LOADER_RECORDS || records->places[name].lost == 0 || records->places[name].slots[0] != 0)
        return;
    records->places[name].lost--;
    records->lost--;
}

/** There is one write at most that the head does not know of; if there are two, it is an older one than there was. */
static void enter_newer(loader_stage *stage, write_under_way *newer, uint32_t place, uint64_t generation)
{
    if (newer->place == 0) {
        newer->place = place;
        newer->generation = generation;
    } else if (newer->place != place || newer->generation != generation)
        stage->unreadable = true;
}

static void read_place(loader_stage *stage, const uint8_t *head, uint32_t place, loader_records *records, write_under_way *newer)
{
    const uint32_t listing = listing_at(head, place);
    loader_name name = LOADER_RECORDS;
    bool counts = false;
    for (uint32_t slot = 2 * place; slot < 2 * place + 2; slot++) {
        uint8_t header[LOADER_VALUE_AT];
        read_slot(stage, slot, header, sizeof header);
        if (!loader_is_copy(header))
            continue;
        const uint64_t generation = loader_generation(header);
        if (generation > loader_generation(head))
            enter_newer(stage, newer, place, generation);
        if (listing == 0 || listing >> 16 != (generation & 0xFFFFu))
            continue;
        /* The record has the name of its first copy. */
        if (!counts)
            name = loader_copy_name(header);
        enter(records, name, slot, counts);
        counts = true;
    }
    if (listing != 0 && !counts)
        enter_lost(records, listing & 0xFFFFu);
}

/** It counts if it is the next one, at a free place, and complete. */
static void finish_write(loader_stage *stage, const uint8_t *head, const write_under_way *newer, loader_records *records)
{
    if (newer->generation != loader_generation(head) + 1 || listing_at(head, newer->place) != 0) {
        stage->unreadable = true;
        return;
    }
    uint8_t first[LOADER_SLOT_BYTES], slot[LOADER_SLOT_BYTES];
    bool has_first = false, counts = false;
    for (uint32_t copy = 2 * newer->place; copy < 2 * newer->place + 2; copy++) {
        read_slot(stage, copy, slot, sizeof slot);
        if (!loader_is_copy(slot) || loader_generation(slot) != newer->generation)
            continue;
        if (!has_first)
            loader_copy(first, slot, sizeof slot);
        has_first = true;
        if (!loader_same_name(first, slot) || loader_whole_value(slot) == LOADER_NO_VALUE)
            continue;
        if (!counts)
            enter_found(records, loader_copy_name(slot));
        enter(records, loader_copy_name(slot), copy, counts);
        counts = true;
    }
}

void loader_find_records(loader_stage *stage, loader_records *records)
{
    static const loader_records NONE;
    uint8_t head[LOADER_SLOT_BYTES];
    write_under_way newer = {.place = 0, .generation = 0};
    *records = NONE;
    if (!read_head(stage, head)) {
        require_new_memory(stage);
        return;
    }
    for (uint32_t place = 1; place < PLACES && !stage->unreadable; place++)
        read_place(stage, head, place, records, &newer);
    if (newer.place != 0)
        finish_write(stage, head, &newer, records);
}

bool loader_is_blank(const loader_records *records)
{
    for (uint32_t name = 0; name < LOADER_RECORDS; name++)
        if (name != LOADER_RECORD_FACTORY && records->places[name].slots[0] != 0)
            return false;
    return !records->has_others && records->lost == 0;
}

void loader_read_value(loader_stage *stage, const loader_records *records, loader_name name, loader_value *value)
{
    const loader_place *place = &records->places[name];
    value->size = 0;
    value->state = place->slots[0] == 0 && place->lost == 0 ? LOADER_ABSENT : LOADER_DAMAGED;
    for (int copy = 0; copy < 2 && place->slots[copy] != 0 && value->state != LOADER_WHOLE; copy++) {
        uint8_t slot[LOADER_SLOT_BYTES];
        read_slot(stage, place->slots[copy], slot, sizeof slot);
        value->size = loader_whole_value(slot);
        if (value->size == LOADER_NO_VALUE)
            continue;
        value->state = LOADER_WHOLE;
        loader_copy(value->bytes, slot + LOADER_VALUE_AT, value->size);
    }
}

const char *loader_name_of(loader_name name)
{
    static const char NAMES[LOADER_RECORDS][LOADER_NAME_BYTES] = {
        [LOADER_RECORD_ROOT] = "root",       [LOADER_RECORD_FACTORY] = "factory", [LOADER_RECORD_IDENTITY] = "identity",
        [LOADER_RECORD_PROGRAM] = "program", [LOADER_RECORD_PENDING] = "pending", [LOADER_RECORD_FLOOR] = "floor",
    };
    return NAMES[name];
}
