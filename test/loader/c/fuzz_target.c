#include "fuzz_target.h"

#include <stdbool.h>
#include <string.h>

#include "../../../boards/loader/loader.h"
#include "case.h"

/** `No verdict may wait for ever`: 2 s, and the last transaction of a driver that knows of no limit. */
#define LONGEST_MS 2131u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct outcome first = run_case(bytes, size), second = run_case(bytes, size);
    bool holds = memcmp(&first, &second, sizeof first) == 0;
    if (size > 0 && bytes[0] == CASE_STORE)
        holds = holds && first.holds;
    else
        holds = holds && first.answer <= LOADER_UNAUTHORISED && first.took_ms <= LONGEST_MS;
    if (!holds)
        __builtin_trap();
    return 0;
}
