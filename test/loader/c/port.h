/** A board for the stage to be tried on: FRAM and element on a bus with a virtual clock, and what can be wrong with them. */
#ifndef PORT_H
#define PORT_H

#include "../../../boards/loader/loader.h"

#define MEMORY_BYTES 7680u

typedef enum bus_fault {
    BUS_SOUND,
    FRAM_SILENT,
    /** A line is held low: every transaction lasts as long as it may. */
    BUS_HELD,
    /** Every transaction takes 130 ms, and is acknowledged. */
    BUS_SLOW,
    /** The same, whatever limit it is given. */
    BUS_SLOW_WITHOUT_LIMIT,
    /** The FRAM is unplugged while its slots are gone through, or when only a record is still to be read. */
    FRAM_UNPLUGGED,
    FRAM_UNPLUGGED_LATE,
    BUS_FAULTS,
} bus_fault;

typedef enum element_state {
    NO_ELEMENT,
    ELEMENT_SOUND,
    ELEMENT_SILENT,
    /** A command of a program that died keeps it busy for 100 ms, and then its answer waits to be fetched. */
    ELEMENT_BUSY,
    /** One bit of its first answer of the count is wrong. */
    ELEMENT_CORRUPTS_ONCE,
    ELEMENT_CORRUPTS,
    /** It takes the command and never answers. */
    ELEMENT_HANGS,
    /** It says after its wake-up that it found a fault in itself. */
    ELEMENT_FAILS,
    /** What it answers to the command are zeros. */
    ELEMENT_ANSWERS_ZEROS,
    /** Another part at its address acknowledges everything, and answers one byte over and over. */
    ELEMENT_BABBLES,
    /** Its configuration is not locked: it refuses to count. */
    ELEMENT_UNLOCKED,
    /** It is locked, and refuses all the same. */
    ELEMENT_REFUSES,
    /** It hangs, and the board's clock stands still. */
    ELEMENT_HANGS_WITHOUT_CLOCK,
    ELEMENT_STATES,
} element_state;

struct port {
    uint8_t memory[MEMORY_BYTES];
    bus_fault bus;
    element_state element;
    uint32_t count;
    uint64_t now_us;
    /** What happened so far. */
    uint32_t transfers, fram_reads, counts_told;
    /** The element's: whether it has been woken, and the opcode of what it answers; 0 after the wake-up. */
    bool awake;
    uint8_t opcode;
    uint64_t listens_at_us;
};

/** @param chip 8 bytes */
loader_board port_board(struct port *port, const uint8_t *chip);

#endif
