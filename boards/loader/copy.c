#include "copy.h"

#include "bytes.h"
#include "crc.h"

/** Offsets in the header. */
#define KIND_AT 6u
#define LENGTH_AT 7u
#define VALUE_CRC_AT 8u
#define NAME_AT 12u
#define HEADER_CRC_AT 28u

#define KIND_COPY 0x56u

bool loader_is_copy(const uint8_t *slot)
{
    return slot[KIND_AT] == KIND_COPY && loader_crc32(slot, HEADER_CRC_AT) == loader_u32(slot + HEADER_CRC_AT);
}

uint64_t loader_generation(const uint8_t *slot)
{
    return (uint64_t)loader_u16(slot + 4) << 32 | loader_u32(slot);
}

loader_name loader_copy_name(const uint8_t *slot)
{
    uint32_t name = 0;
    for (; name < LOADER_RECORDS; name++) {
        const char *known = loader_name_of((loader_name)name);
        size_t i = 0;
        while (known[i] != 0 && slot[NAME_AT + i] == (uint8_t)known[i])
            i++;
        /* All of the known names are shorter than the field. */
        if (known[i] == 0 && slot[NAME_AT + i] == 0)
            break;
    }
    return (loader_name)name;
}

bool loader_same_name(const uint8_t *slot, const uint8_t *other)
{
    for (size_t i = NAME_AT; i < NAME_AT + LOADER_NAME_BYTES; i++) {
        if (slot[i] != other[i])
            return false;
        if (slot[i] == 0)
            return true;
    }
    return true;
}

size_t loader_whole_value(const uint8_t *slot)
{
    const size_t length = slot[LENGTH_AT];
    if (!loader_is_copy(slot) || length > LOADER_VALUE_BYTES)
        return LOADER_NO_VALUE;
    return loader_crc32(slot + LOADER_VALUE_AT, length) == loader_u32(slot + VALUE_CRC_AT) ? length : LOADER_NO_VALUE;
}
