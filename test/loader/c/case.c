#include "case.h"

#include <stdlib.h>
#include <string.h>

#include "../../../boards/loader/bytes.h"
#include "port.h"

#define VERDICT_HEADER_BYTES 17u
#define PAGE_BYTES 4096u
#define LEAST_PAGES 16u

/** A copy without a byte to spare, so that a reader beyond its end is caught. */
static uint8_t *exactly(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

static struct outcome run_verdict(const uint8_t *bytes, size_t size)
{
    uint8_t header[VERDICT_HEADER_BYTES] = {0};
    memcpy(header, bytes, size < sizeof header ? size : sizeof header);
    bytes += size < sizeof header ? size : sizeof header;
    size -= size < sizeof header ? size : sizeof header;
    struct port port = {.bus = (bus_fault)(header[1] % BUS_FAULTS), .element = (element_state)(header[2] % ELEMENT_STATES)};
    port.count = loader_u32(header + 3);
    size_t image_size = loader_u16(header + 15);
    if (image_size > size)
        image_size = size;
    uint8_t *image = exactly(bytes, image_size);
    const size_t rest = size - image_size;
    memcpy(port.memory, bytes + image_size, rest < MEMORY_BYTES ? rest : MEMORY_BYTES);
    const loader_board board = port_board(&port, header + 7);
    const uint64_t began_us = port.now_us;
    const loader_verdict verdict = loader_judge(&board, image, image_size);
    free(image);
    /* Where the clock stands still nobody can keep to a time; the port counts transactions. */
    const uint64_t took_ms = port.element == ELEMENT_HANGS_WITHOUT_CLOCK ? 0 : (port.now_us - began_us) / 1000u;
    const struct outcome outcome = {(uint8_t)verdict, loader_may_run(verdict), (uint16_t)(took_ms > UINT16_MAX ? UINT16_MAX : took_ms)};
    return outcome;
}

struct flash {
    uint8_t *bytes;
    size_t size;
    uint32_t erased;
    bool in_order;
};

static void erase(void *context, uint32_t offset)
{
    struct flash *flash = context;
    if (offset % PAGE_BYTES != 0 || offset >= flash->size)
        __builtin_trap();
    flash->in_order = flash->in_order && offset == flash->erased * PAGE_BYTES;
    flash->erased++;
    memset(flash->bytes + offset, 0xFF, PAGE_BYTES);
}

static struct outcome run_store(const uint8_t *bytes, size_t size)
{
    size_t pages = (size + PAGE_BYTES - 1) / PAGE_BYTES;
    if (pages < LEAST_PAGES)
        pages = LEAST_PAGES;
    struct flash flash = {.size = pages * PAGE_BYTES, .in_order = true};
    flash.bytes = malloc(flash.size);
    if (flash.bytes == NULL)
        abort();
    memset(flash.bytes, 0xFF, flash.size);
    memcpy(flash.bytes, bytes, size);
    const loader_flash view = {.context = &flash, .bytes = flash.bytes, .size = (uint32_t)flash.size, .erase = erase};
    const bool erased = loader_repair_store(&view);
    const struct outcome outcome = {erased, flash.in_order && flash.erased == (erased ? 2 * (pages / 16) : 0), 0};
    if (loader_repair_store(&view))
        __builtin_trap();
    free(flash.bytes);
    return outcome;
}

struct outcome run_case(const uint8_t *bytes, size_t size)
{
    static const struct outcome NOTHING;
    if (size == 0)
        return NOTHING;
    if (bytes[0] == CASE_STORE)
        return run_store(bytes + 1, size - 1);
    return run_verdict(bytes, size);
}
