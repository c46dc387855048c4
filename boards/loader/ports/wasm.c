/** The port of the simulator: the stage as a WebAssembly module (clang --target=wasm32). What it is given is told behind `__heap_base`. */
#include "../loader.h"

#define IMPORTED(name) __attribute__((import_module("board"), import_name(name)))
#define EXPORTED(name) __attribute__((export_name(name)))

IMPORTED("transfer")
bool board_transfer(uint32_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size, uint32_t limit_ms);
IMPORTED("millis") uint32_t board_millis(void);
IMPORTED("erase") void board_erase(uint32_t offset);

static bool transfer(void *context, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size, uint32_t limit_ms)
{
    (void)context;
    return board_transfer(address, write, write_size, read, read_size, limit_ms);
}

static uint32_t millis(void *context)
{
    (void)context;
    return board_millis();
}

static void erase(void *context, uint32_t offset)
{
    (void)context;
    board_erase(offset);
}

/** @param given chip, 8 bytes, and behind it the image */
EXPORTED("judge") uint32_t judge(const uint8_t *given, size_t image_size, uint32_t fram_address, uint32_t has_element)
{
    loader_board board = {.transfer = transfer, .millis = millis, .sha256 = loader_sha256};
    for (size_t i = 0; i < LOADER_CHIP_BYTES; i++)
        board.chip[i] = given[i];
    board.fram_address = (uint8_t)fram_address;
    board.has_element = has_element != 0;
    return loader_judge(&board, given + LOADER_CHIP_BYTES, image_size);
}

EXPORTED("repair_store") uint32_t repair_store(const uint8_t *given, uint32_t size)
{
    const loader_flash flash = {.context = NULL, .bytes = given, .size = size, .erase = erase};
    return loader_repair_store(&flash);
}
