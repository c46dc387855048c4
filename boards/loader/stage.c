#include "stage.h"

/** A whole verdict takes less than 1 s on a sound bus of 100 kHz. */
#define LIMIT_MS 2000u
/** What waits does so by asking again, 11 times in a millisecond at most: so it ends even if the clock stands still. */
#define LIMIT_TRANSFERS 10000u

loader_stage loader_begin(const loader_board *board)
{
    const loader_stage stage = {.board = board, .began_ms = board->millis(board->context), .transfers = 0, .unreadable = false};
    return stage;
}

uint32_t loader_elapsed(const loader_stage *stage)
{
    return stage->board->millis(stage->board->context) - stage->began_ms;
}

bool loader_transfer(loader_stage *stage, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size)
{
    const loader_board *board = stage->board;
    const uint32_t elapsed = loader_elapsed(stage);
    if (elapsed >= LIMIT_MS || stage->transfers >= LIMIT_TRANSFERS)
        stage->unreadable = true;
    if (stage->unreadable)
        return false;
    stage->transfers++;
    return board->transfer(board->context, address, write, write_size, read, read_size, LIMIT_MS - elapsed);
}

void loader_read_fram(loader_stage *stage, uint32_t at, uint8_t *bytes, size_t size)
{
    const uint8_t address[2] = {(uint8_t)(at >> 8), (uint8_t)at};
    if (loader_transfer(stage, stage->board->fram_address, address, sizeof address, bytes, size))
        return;
    stage->unreadable = true;
    for (size_t i = 0; i < size; i++)
        bytes[i] = 0;
}
