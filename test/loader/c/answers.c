/** Reads cases, each behind its size (4 bytes, little-endian), and writes 4 bytes for each: answer, whether it holds, milliseconds. */
#include <stdio.h>
#include <stdlib.h>

#include "../../../boards/loader/bytes.h"
#include "case.h"

int main(void)
{
    uint8_t frame[4];
    while (fread(frame, 1, sizeof frame, stdin) == sizeof frame) {
        const size_t size = loader_u32(frame);
        uint8_t *bytes = malloc(size > 0 ? size : 1);
        if (bytes == NULL || fread(bytes, 1, size, stdin) != size)
            return 2;
        const struct outcome found = run_case(bytes, size);
        const uint8_t told[4] = {found.answer, found.holds, (uint8_t)found.took_ms, (uint8_t)(found.took_ms >> 8)};
        fwrite(told, 1, sizeof told, stdout);
        free(bytes);
    }
    return 0;
}
