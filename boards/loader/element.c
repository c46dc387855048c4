/** Packets to and from an ATECC608B (datasheet DS20005927A: "I2C Interface", "I/O Groups", "Counter Command"). */
#include "element.h"

#include "bytes.h"
#include "crc.h"

#define ADDRESS 0x60u
/**
 * SDA has to be low for 60 us to wake the element. Not every port sends to address 0, the usual way; the byte 0x80 that this address makes
 * has seven zeros at its end, 70 us at 100 kHz. Nobody may live there.
 */
#define WAKE_ADDRESS 0x40u

/** After 1.5 ms it listens. */
#define WAKE_LIMIT_MS 4u
/** Of the commands below the slowest, Counter, takes 25 ms at most. */
#define COMMAND_LIMIT_MS 50u
/** Before, it may be busy for 115 ms with what a program that died had asked for; and a damaged answer is asked for again. */
#define PATIENCE_MS 300u

/** Count, payload, checksum. */
#define AROUND_PAYLOAD 3u
#define STATUS_BYTES (AROUND_PAYLOAD + 1u)
#define COMMAND_BYTES 8u
#define AFTER_WAKE 0x11u
#define EXECUTION_ERROR 0x0Fu

/** What a command asks for is 4 bytes. */
#define DATA_BYTES (AROUND_PAYLOAD + 4u)
/** LockConfig, the last byte of its word of the configuration ("Zone Locking"). */
#define LOCK_CONFIG_AT 4u
#define UNLOCKED 0x55u

static bool send(loader_stage *stage, const uint8_t *bytes, size_t size)
{
    return loader_transfer(stage, ADDRESS, bytes, size, NULL, 0);
}

/** Whether an answer has that size and its checksum is right. */
static bool is_whole(const uint8_t *answer, size_t size)
{
    return answer[0] == size && loader_crc16(answer, size - 2) == loader_u16(answer + size - 2);
}

/** Asks until it answers. @returns whether it does, with so many bytes */
static bool receive(loader_stage *stage, uint8_t *answer, size_t size, uint32_t limit_ms)
{
    const uint32_t began = loader_elapsed(stage);
    while (!loader_transfer(stage, ADDRESS, NULL, 0, answer, size))
        if (stage->unreadable || loader_elapsed(stage) - began > limit_ms)
            return false;
    return is_whole(answer, size);
}

static bool put_to_sleep(loader_stage *stage)
{
    static const uint8_t SLEEP[] = {0x01};
    return send(stage, SLEEP, sizeof SLEEP);
}

/** Whatever it was doing: afterwards it has just woken, with its watchdog at the beginning. */
static bool wake(loader_stage *stage)
{
    static const uint8_t NOTHING[] = {0x00};
    uint8_t answer[STATUS_BYTES];
    /* One that sleeps does not acknowledge, and nobody lives at the other address. */
    (void)put_to_sleep(stage);
    (void)loader_transfer(stage, WAKE_ADDRESS, NOTHING, sizeof NOTHING, NULL, 0);
    return receive(stage, answer, sizeof answer, WAKE_LIMIT_MS) && answer[1] == AFTER_WAKE;
}

/** @param command word address; size; opcode; mode; parameter, 2 bytes; checksum of what is between. */
static bool ask(loader_stage *stage, const uint8_t command[COMMAND_BYTES], uint8_t answer[DATA_BYTES])
{
    answer[0] = 0;
    return send(stage, command, COMMAND_BYTES) && receive(stage, answer, DATA_BYTES, COMMAND_LIMIT_MS);
}

/** Whether its configuration has not been locked: then it refuses to count, and has never counted. */
static bool is_unlocked(loader_stage *stage)
{
    /* Read, 4 bytes of the configuration, word 21. */
    static const uint8_t READ_LOCKS[COMMAND_BYTES] = {0x03, 0x07, 0x02, 0x00, 0x15, 0x00, 0x17, 0x5D};
    uint8_t answer[DATA_BYTES];
    return ask(stage, READ_LOCKS, answer) && answer[LOCK_CONFIG_AT] == UNLOCKED;
}

static bool read_counter(loader_stage *stage, uint32_t *count)
{
    /* Counter, to read, counter 0. */
    static const uint8_t COUNTER[COMMAND_BYTES] = {0x03, 0x07, 0x24, 0x00, 0x00, 0x00, 0x0C, 0xFD};
    uint8_t answer[DATA_BYTES];
    if (ask(stage, COUNTER, answer)) {
        *count = loader_u32(answer + 1);
        return true;
    }
    *count = 0;
    return is_whole(answer, STATUS_BYTES) && answer[1] == EXECUTION_ERROR && is_unlocked(stage);
}

uint32_t loader_element_count(loader_stage *stage)
{
    const uint32_t began = loader_elapsed(stage);
    uint32_t count = 0;
    while (!wake(stage) || !read_counter(stage, &count))
        if (stage->unreadable || loader_elapsed(stage) - began > PATIENCE_MS) {
            stage->unreadable = true;
            return 0;
        }
    (void)put_to_sleep(stage);
    return count;
}
