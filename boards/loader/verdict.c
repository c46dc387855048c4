/** The verdict, as docs/loader.md has it under "The verdict" and "Contents". */
#include "loader.h"

#include "bytes.h"
#include "element.h"
#include "seal.h"

/** A power cut can make the element count more than one, so four of its counts are one step of the floor. */
#define COUNTS_PER_STEP 4u

#define FLOOR_BYTES 4u

/** Of `program` and `pending`, behind the digest. */
#define SEQUENCE_NUMBER_AT 32u
#define STAGE_AT 36u
#define PROGRAM_BYTES 37u
#define PENDING_BYTES 38u
/** The last byte of `program`. */
#define CONFIRMED 0u
#define GRANTED 1u
#define ON_TRIAL 2u

/** What a verdict is reached from. */
typedef struct sealed_memory {
    loader_stage *stage;
    loader_records records;
    loader_seals seals;
} sealed_memory;

static void read_record(const sealed_memory *memory, loader_name name, loader_value *value)
{
    loader_read_sealed(memory->stage, &memory->records, &memory->seals, name, value);
}

static loader_state state_of(const sealed_memory *memory, loader_name name)
{
    loader_value value;
    read_record(memory, name, &value);
    return value.state;
}

/** A floor that is damaged could be any. */
static uint32_t recorded_floor(const sealed_memory *memory)
{
    loader_value value;
    read_record(memory, LOADER_RECORD_FLOOR, &value);
    if (value.state == LOADER_ABSENT)
        return 0;
    if (value.state == LOADER_WHOLE && value.size == FLOOR_BYTES)
        return loader_u32(value.bytes);
    memory->stage->unreadable = true;
    return 0;
}

static uint32_t floor_of(const sealed_memory *memory)
{
    const uint32_t recorded = recorded_floor(memory);
    if (!memory->stage->board->has_element)
        return recorded;
    const uint32_t counted = loader_element_count(memory->stage) / COUNTS_PER_STEP;
    return counted > recorded ? counted : recorded;
}

/** A record `factory` that is damaged is none; a record `identity` that is damaged is there. */
static bool is_in_factory(const sealed_memory *memory)
{
    return loader_is_blank(&memory->records) ||
           (state_of(memory, LOADER_RECORD_FACTORY) == LOADER_WHOLE && state_of(memory, LOADER_RECORD_IDENTITY) == LOADER_ABSENT);
}

static bool is_program(const loader_value *value)
{
    return value->size == PROGRAM_BYTES && value->bytes[STAGE_AT] == CONFIRMED;
}

static bool is_pending(const loader_value *value)
{
    return value->size == PENDING_BYTES && (value->bytes[STAGE_AT] == GRANTED || value->bytes[STAGE_AT] == ON_TRIAL);
}

/** @returns whether the record is whole, of its form, and of that image */
static bool names(const sealed_memory *memory, loader_name name, const uint8_t digest[LOADER_DIGEST_BYTES], uint32_t *sequence_number)
{
    loader_value value;
    read_record(memory, name, &value);
    if (value.state != LOADER_WHOLE || !(name == LOADER_RECORD_PROGRAM ? is_program(&value) : is_pending(&value)))
        return false;
    *sequence_number = loader_u32(value.bytes + SEQUENCE_NUMBER_AT);
    return loader_equal(value.bytes, digest, LOADER_DIGEST_BYTES);
}

static loader_verdict judge(const sealed_memory *memory, const uint8_t *image, size_t size)
{
    const uint32_t floor = floor_of(memory);
    /* A verdict that is no more in doubt does not wait for the hash. */
    if (memory->stage->unreadable)
        return LOADER_UNREADABLE;
    if (floor == 0 && is_in_factory(memory))
        return LOADER_FACTORY;
    uint8_t digest[LOADER_DIGEST_BYTES];
    memory->stage->board->sha256(image, size, digest);
    uint32_t confirmed = 0, pending = 0;
    const bool is_confirmed = names(memory, LOADER_RECORD_PROGRAM, digest, &confirmed);
    /* An image may come again, in a package with a higher number. */
    const bool is_granted = names(memory, LOADER_RECORD_PENDING, digest, &pending);
    if (is_confirmed && confirmed >= floor)
        return LOADER_CONFIRMED;
    if (is_granted && pending >= floor)
        return LOADER_TRIAL;
    return is_confirmed || is_granted ? LOADER_BELOW_FLOOR : LOADER_UNAUTHORISED;
}

loader_verdict loader_judge(const loader_board *board, const uint8_t *image, size_t size)
{
    loader_stage stage = loader_begin(board);
    sealed_memory memory = {.stage = &stage};
    loader_find_records(&stage, &memory.records);
    loader_make_key(&stage, &memory.records, &memory.seals);
    const loader_verdict verdict = judge(&memory, image, size);
    return stage.unreadable ? LOADER_UNREADABLE : verdict;
}

bool loader_may_run(loader_verdict verdict)
{
    return verdict == LOADER_FACTORY || verdict == LOADER_CONFIRMED || verdict == LOADER_TRIAL;
}
