/** One verdict while it is being reached: what it may ask, and that it comes to an end. */
#ifndef DOMOVOI_LOADER_STAGE_H
#define DOMOVOI_LOADER_STAGE_H

#include "loader.h"

typedef struct loader_stage {
    const loader_board *board;
    uint32_t began_ms;
    uint32_t transfers;
    /** Once something could not be read it stays so, whatever is read after it: then that is the verdict, and the bus is left alone. */
    bool unreadable;
} loader_stage;

loader_stage loader_begin(const loader_board *board);

/** Milliseconds since the verdict was asked for. */
uint32_t loader_elapsed(const loader_stage *stage);

/** One I2C transaction. @returns whether it was acknowledged; never again once the time of the verdict is over */
bool loader_transfer(loader_stage *stage, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size);

/** Reads from the FRAM. If it does not answer the memory is unreadable, and what is told of it are zeros. */
void loader_read_fram(loader_stage *stage, uint32_t at, uint8_t *bytes, size_t size);

#endif
