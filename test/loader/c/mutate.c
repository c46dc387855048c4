/**
 * A fuzzer that is the same each time: `mutate INPUTS SEED` reads cases as `answers` does, and runs as many inputs, each a case with a few
 * changes. Where a change would only break a checksum, it is put right half the time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../boards/loader/bytes.h"
#include "../../../boards/loader/crc.h"
#include "case.h"
#include "fuzz_target.h"

#define MOST_CASES 4096u
#define SLOT_BYTES 128u
/** Of a head, and of a copy's header. */
#define HEAD_CRC_AT 123u
#define HEADER_CRC_AT 28u

typedef struct seed_case {
    uint8_t *bytes;
    size_t size;
} seed_case;

static uint64_t state;

/** xorshift64*, G. Marsaglia and S. Vigna. */
static uint32_t below(size_t limit)
{
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1Du >> 32) % (limit > 0 ? limit : 1));
}

static void put_crc(uint8_t *bytes, size_t size)
{
    const uint32_t crc = loader_crc32(bytes, size);
    for (int i = 0; i < 4; i++)
        bytes[size + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

static void change(uint8_t *bytes, size_t size)
{
    static const uint8_t LIKELY[] = {0x00, 0x01, 0x2A, 0x43, 0x48, 0x56, 0x60, 0x61, 0x7F, 0x80, 0xFF};
    const size_t at = below(size), length = 1 + below(SLOT_BYTES);
    switch (below(5)) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        bytes[at] = LIKELY[below(sizeof LIKELY)];
        break;
    case 2: {
        const size_t from = below(size), most = size - (at > from ? at : from);
        memmove(bytes + at, bytes + from, length < most ? length : most);
        break;
    }
    case 3:
        memset(bytes + at, LIKELY[below(sizeof LIKELY)], length < size - at ? length : size - at);
        break;
    default:
        for (size_t i = at; i < size && i < at + 4; i++)
            bytes[i] = (uint8_t)below(256);
    }
}

/** @param memory where the FRAM begins in a case */
static void mend(uint8_t *memory, size_t size)
{
    for (size_t at = 0; at + SLOT_BYTES <= size; at += SLOT_BYTES)
        if (below(4) == 0)
            put_crc(memory + at, at < 2 * SLOT_BYTES ? HEAD_CRC_AT : HEADER_CRC_AT);
}

static void mutate(uint8_t *bytes, size_t size)
{
    for (uint32_t changes = 1 + below(6); changes > 0; changes--)
        change(bytes + 1, size - 1);
    if (bytes[0] == CASE_STORE)
        return;
    const size_t memory_at = 17u + loader_u16(bytes + 15);
    if (memory_at < size && below(2) == 0)
        mend(bytes + memory_at, size - memory_at);
}

int main(int argc, char **argv)
{
    static seed_case cases[MOST_CASES];
    size_t known = 0;
    uint8_t frame[4];
    if (argc != 3)
        return 2;
    const unsigned long inputs = strtoul(argv[1], NULL, 10);
    state = strtoul(argv[2], NULL, 10) * 2654435769u + 1;
    while (known < MOST_CASES && fread(frame, 1, sizeof frame, stdin) == sizeof frame) {
        seed_case *one = &cases[known++];
        one->size = loader_u32(frame);
        one->bytes = malloc(one->size);
        if (one->bytes == NULL || one->size < 18 || fread(one->bytes, 1, one->size, stdin) != one->size)
            return 2;
    }
    if (known == 0)
        return 2;
    for (unsigned long i = 0; i < inputs; i++) {
        const seed_case *from = &cases[below(known)];
        uint8_t *input = malloc(from->size);
        if (input == NULL)
            return 2;
        memcpy(input, from->bytes, from->size);
        mutate(input, from->size);
        LLVMFuzzerTestOneInput(input, from->size - (below(8) == 0 ? below(from->size) : 0));
        free(input);
    }
    printf("%lu\n", inputs);
    return 0;
}
