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
/** The Counter command takes 25 ms at most. */
#define COUNTER_LIMIT_MS 50u
/** Before, it may be busy for 115 ms with what a program that died had asked for; and a damaged answer is asked for again. */
#define PATIENCE_MS 300u

/** Count, payload, checksum. */
#define AROUND_PAYLOAD 3u
#define STATUS_BYTES (AROUND_PAYLOAD + 1u)
#define COUNT_BYTES (AROUND_PAYLOAD + 4u)
#define AFTER_WAKE 0x11u

static bool send(loader_stage *stage, const uint8_t *bytes, size_t size)
{
    return loader_transfer(stage, ADDRESS, bytes, size, NULL, 0);
}

/** Asks until it answers. @returns whether the answer has that size and its checksum is right */
static bool receive(loader_stage *stage, uint8_t *answer, size_t size, uint32_t limit_ms)
{
    const uint32_t began = loader_elapsed(stage);
    while (!loader_transfer(stage, ADDRESS, NULL, 0, answer, size))
        if (stage->unreadable || loader_elapsed(stage) - began > limit_ms)
            return false;
    return answer[0] == size && loader_crc16(answer, size - 2) == loader_u16(answer + size - 2);
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

static bool read_counter(loader_stage *stage, uint32_t *count)
{
    /* Command; its size; Counter; mode 0, to read; counter 0; checksum of what is between. */
    static const uint8_t COUNTER[] = {0x03, 0x07, 0x24, 0x00, 0x00, 0x00, 0x0C, 0xFD};
    uint8_t answer[COUNT_BYTES];
    if (!send(stage, COUNTER, sizeof COUNTER) || !receive(stage, answer, sizeof answer, COUNTER_LIMIT_MS))
        return false;
    *count = loader_u32(answer + 1);
    return true;
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
