/** Runs on a bare Cortex-M0+, with nothing but memory: what is asked lies in `given_*`, and `end` is reached with the verdict. */
#include <stddef.h>
#include <stdint.h>

#include "../../../boards/loader/loader.h"

#define FRAM_ADDRESS 0x50

uint8_t given_fram[7680];
uint8_t given_chip[LOADER_CHIP_BYTES];
uint8_t given_image[65536];
uint32_t given_size;
uint32_t told_verdict;

void begin(void);
void end(void) __attribute__((noinline));
void *memset(void *bytes, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

/** The compiler calls them for what it does not spell out. */
void *memset(void *bytes, int value, size_t size)
{
    for (volatile uint8_t *at = bytes; size > 0; size--)
        *at++ = (uint8_t)value;
    return bytes;
}

void *memcpy(void *to, const void *from, size_t size)
{
    const uint8_t *next = from;
    for (volatile uint8_t *at = to; size > 0; size--)
        *at++ = *next++;
    return to;
}

static bool transfer(void *context, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size, uint32_t limit_ms)
{
    (void)context, (void)limit_ms;
    if (address != FRAM_ADDRESS || write_size != 2)
        return false;
    memcpy(read, given_fram + ((uint32_t)write[0] << 8 | write[1]), read_size);
    return true;
}

static uint32_t millis(void *context)
{
    (void)context;
    return 0;
}

void end(void)
{
    for (;;)
        continue;
}

void begin(void)
{
    loader_board board = {.fram_address = FRAM_ADDRESS, .transfer = transfer, .millis = millis, .sha256 = loader_sha256};
    memcpy(board.chip, given_chip, sizeof board.chip);
    told_verdict = (uint32_t)loader_judge(&board, given_image, given_size);
    end();
}
