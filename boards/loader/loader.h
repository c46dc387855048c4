/**
 * The stage in front of a program, for those who build the C runtime: docs/loader.md is its contract, and says where it is to be called.
 * C99 without allocation, recursion, or anything from a library. It stores nothing between two calls.
 */
#ifndef DOMOVOI_LOADER_H
#define DOMOVOI_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOADER_DIGEST_BYTES 32
#define LOADER_CHIP_BYTES 8

/** SHA-256 of bytes. */
typedef void loader_hash(const uint8_t *bytes, size_t size, uint8_t digest[LOADER_DIGEST_BYTES]);

/** What the port lends to the stage. */
typedef struct loader_board {
    /** Handed to the functions below. */
    void *context;
    /** The device identifier that the runtime announces, as it goes over the wire. */
    uint8_t chip[LOADER_CHIP_BYTES];
    /** 7-bit I2C address of the FRAM. */
    uint8_t fram_address;
    /** Whether the board has an ATECC608B. Its bus then runs at 100 kHz at most, so that it can be woken. */
    bool has_element;
    /**
     * One I2C transaction: START, what is written, then if `read_size` is not 0 a repeated START (a START, if nothing is written) and a read.
     * It gives up after `limit_ms` at the latest, whatever holds the bus.
     * @returns whether everything was acknowledged in that time
     */
    bool (*transfer)(void *context, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size,
                     uint32_t limit_ms);
    /** Milliseconds since any moment; may wrap around. */
    uint32_t (*millis)(void *context);
    /** The runtime's own SHA-256, or `loader_sha256`. */
    loader_hash *sha256;
} loader_board;

/** What is thought of an image. */
typedef enum loader_verdict {
    /** The FRAM or the element does not answer, or what says which program may run is damaged. */
    LOADER_UNREADABLE,
    /** The unit is in the factory: its programs are the factory's business. */
    LOADER_FACTORY,
    /** It is the program on record. */
    LOADER_CONFIRMED,
    /** It is the one that may take its place. */
    LOADER_TRIAL,
    /** It was authorised once; the floor has risen above it. */
    LOADER_BELOW_FLOOR,
    /** Nobody authorised it. */
    LOADER_UNAUTHORISED,
} loader_verdict;

/**
 * May this image run? To be asked each time that something is about to be taken out of it. Takes 2 seconds at most, and the time of its hash.
 * @param image the installed `.devs` bytes, without what the runtime puts around them in flash
 */
loader_verdict loader_judge(const loader_board *board, const uint8_t *image, size_t size);

/** Whether a verdict lets the image run. */
bool loader_may_run(loader_verdict verdict);

/** Where the runtime keeps its settings and its program (`jd_fstor`). */
typedef struct loader_flash {
    /** Handed to `erase`. */
    void *context;
    /** All of it, as it can be read. */
    const uint8_t *bytes;
    /** A multiple of 4096, three of them at least. */
    uint32_t size;
    /** Erases the page of 4096 bytes that begins at an offset from `bytes`. */
    void (*erase)(void *context, uint32_t offset);
} loader_flash;

/**
 * Erases both banks of the settings store if a power cut has left in either what the runtime would trip over. To be called before the runtime
 * mounts the store. After a power cut inside it, call it again.
 * @returns whether there was anything to erase
 */
bool loader_repair_store(const loader_flash *flash);

/** SHA-256 (FIPS 180-4), for a runtime that has none. */
loader_hash loader_sha256;

#endif
