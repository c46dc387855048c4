/** A case in bytes, and what the stage does with it. Every run of bytes is a case, so that a fuzzer can make them. */
#ifndef CASE_H
#define CASE_H

#include <stddef.h>
#include <stdint.h>

/**
 * A case: what it is of, and
 * - `V`, a verdict: fault of the bus, state of the element, its count (4 bytes), chip (8), size of the image (2), image, memory
 * - `S`, a settings store: the flash, filled up with 0xFF to whole pages, sixteen of them at least
 *
 * What is missing is 0.
 */
#define CASE_VERDICT 'V'
#define CASE_STORE 'S'

struct outcome {
    /** The verdict; of a store, whether it was erased. */
    uint8_t answer;
    /** Whether the verdict lets the image run; of a store, whether both banks, and nothing else, were erased. */
    uint8_t holds;
    /** How long the verdict took. */
    uint16_t took_ms;
};

struct outcome run_case(const uint8_t *bytes, size_t size);

#endif
