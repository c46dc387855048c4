/** The settings store, as docs/loader.md has it under "Before the runtime mounts its settings". */
#include "loader.h"

#include "bytes.h"

#define PAGE_BYTES 4096u
#define PAGES_PER_BANK_PAGE 16u
#define MAGIC_0 0x52545346u
#define MAGIC_1 0x6BECEA0Au
#define HEADER_BYTES 24u

#define ENTRY_BYTES 24u
#define OFFSET_AT 16u
#define SIZE_AT 20u
/** Begins the key of an entry that stands for whole pages. */
#define LARGE 0x2Au
#define NO_OFFSET 0xFFFFFFFFu
#define ERASED 0xFFu

static uint32_t pages_per_bank(const loader_flash *flash)
{
    const uint32_t pages = flash->size / PAGE_BYTES / PAGES_PER_BANK_PAGE;
    return pages == 0 ? 1 : pages;
}

/** Whether the pages of a large entry lie behind both banks and inside the flash. */
static bool pages_exist(const loader_flash *flash, uint32_t offset, uint32_t size)
{
    const uint32_t first = offset / PAGE_BYTES;
    const uint32_t rounded = size / PAGE_BYTES + (size % PAGE_BYTES != 0);
    const uint32_t pages = rounded == 0 ? 1 : rounded;
    return first >= 2 * pages_per_bank(flash) && first + pages <= flash->size / PAGE_BYTES;
}

static bool is_torn(const loader_flash *flash, uint32_t bank)
{
    const uint8_t *bytes = flash->bytes;
    if (loader_u32(bytes + bank) != MAGIC_0 || loader_u32(bytes + bank + 4) != MAGIC_1)
        return false;
    const uint32_t end = bank + pages_per_bank(flash) * PAGE_BYTES;
    /* Values lie at the end of the bank, each before those that were written earlier. */
    uint32_t values = end;
    uint32_t at = bank + HEADER_BYTES;
    for (; at + ENTRY_BYTES <= end && loader_u32(bytes + at + OFFSET_AT) != NO_OFFSET; at += ENTRY_BYTES) {
        const uint32_t offset = loader_u32(bytes + at + OFFSET_AT), size = loader_u32(bytes + at + SIZE_AT);
        const bool is_large = bytes[at] == LARGE;
        if (is_large ? !pages_exist(flash, offset, size) : offset > end || size > end - offset)
            return true;
        if (!is_large && offset < values)
            values = offset;
    }
    if (at > values)
        return true;
    /* A value without its entry. */
    while (at < values && bytes[at] == ERASED)
        at++;
    return at < values;
}

bool loader_repair_store(const loader_flash *flash)
{
    const uint32_t pages = pages_per_bank(flash);
    if (!is_torn(flash, 0) && !is_torn(flash, pages * PAGE_BYTES))
        return false;
    for (uint32_t page = 0; page < 2 * pages; page++)
        flash->erase(flash->context, page * PAGE_BYTES);
    return true;
}
