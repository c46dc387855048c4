#include "port.h"

#include <string.h>

#include "../../../boards/loader/bytes.h"
#include "../../../boards/loader/crc.h"

#define FRAM_ADDRESS 0x50
#define ELEMENT_ADDRESS 0x60
#define WAKE_ADDRESS 0x40

/** Reads of the FRAM: some of its slots; all of them, `root` and `floor`. */
#define SLOTS_READ 40u
#define ALL_BUT_PROGRAM_READ 62u

#define US_PER_BIT 10u
#define WAKE_US 1500u
#define COMMAND_US 5000u
/** Opcodes. */
#define COUNTER 0x24u
#define READ 0x02u
#define BUSY_US 100000u
#define SLOW_MS 130u
#define MOST_TRANSFERS 100000u

static bool read_fram(struct port *port, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size)
{
    if (port->bus == FRAM_SILENT || (port->bus == FRAM_UNPLUGGED && port->fram_reads >= SLOTS_READ) ||
        (port->bus == FRAM_UNPLUGGED_LATE && port->fram_reads >= ALL_BUT_PROGRAM_READ))
        return false;
    port->fram_reads++;
    const uint32_t at = (uint32_t)write[0] << 8 | write[1];
    if (write_size != 2 || at + read_size > MEMORY_BYTES)
        __builtin_trap();
    memcpy(read, port->memory + at, read_size);
    return true;
}

/** What it answers: size, payload, checksum. */
static void answer(struct port *port, uint8_t *read, size_t size)
{
    const bool refuses = port->opcode == COUNTER && (port->element == ELEMENT_UNLOCKED || port->element == ELEMENT_REFUSES);
    const bool is_status = port->opcode == 0 || refuses;
    uint8_t packet[7] = {0};
    const size_t length = is_status ? 4 : 7;
    packet[0] = (uint8_t)length;
    if (is_status)
        packet[1] = refuses ? 0x0F : port->element == ELEMENT_FAILS ? 0x07 : 0x11;
    else if (port->opcode == COUNTER)
        for (int i = 0; i < 4; i++)
            packet[1 + i] = (uint8_t)(port->count >> 8 * i);
    else
        packet[4] = port->element == ELEMENT_UNLOCKED ? 0x55 : 0x00;
    const uint16_t crc = loader_crc16(packet, length - 2);
    packet[length - 2] = (uint8_t)crc;
    packet[length - 1] = (uint8_t)(crc >> 8);
    if (port->opcode == COUNTER) {
        if (port->element == ELEMENT_CORRUPTS || (port->element == ELEMENT_CORRUPTS_ONCE && port->counts_told == 0))
            packet[2] ^= 0x04;
        if (port->element == ELEMENT_ANSWERS_ZEROS)
            memset(packet, 0, sizeof packet);
        port->counts_told++;
    }
    for (size_t i = 0; i < size; i++)
        read[i] = i < length ? packet[i] : 0xFF;
}

static void take_command(struct port *port, const uint8_t *command)
{
    static const uint8_t COMMANDS[][5] = {{0x07, COUNTER, 0x00, 0x00, 0x00}, {0x07, READ, 0x00, 0x15, 0x00}};
    const bool hangs = port->element == ELEMENT_HANGS || port->element == ELEMENT_HANGS_WITHOUT_CLOCK;
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
        if (memcmp(command, COMMANDS[i], sizeof COMMANDS[i]) == 0 && loader_crc16(command, 5) == loader_u16(command + 5)) {
            port->opcode = command[1];
            port->listens_at_us = hangs ? UINT64_MAX : port->now_us + COMMAND_US;
        }
}

static bool ask_element(struct port *port, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size)
{
    if (port->element == ELEMENT_BABBLES) {
        for (size_t i = 0; i < read_size; i++)
            read[i] = 0x07;
        return true;
    }
    if (port->element == ELEMENT_BUSY && port->listens_at_us == 0)
        port->listens_at_us = port->now_us + BUSY_US;
    if (port->element == NO_ELEMENT || port->element == ELEMENT_SILENT || !port->awake || port->now_us < port->listens_at_us)
        return false;
    if (write_size == 1 && write[0] == 0x01)
        port->awake = false;
    if (write_size == 8 && write[0] == 0x03)
        take_command(port, write + 1);
    if (read_size > 0)
        answer(port, read, read_size);
    return true;
}

static bool answers(struct port *port, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size)
{
    if (address == FRAM_ADDRESS)
        return read_fram(port, write, write_size, read, read_size);
    return address == ELEMENT_ADDRESS && ask_element(port, write, write_size, read, read_size);
}

static bool transfer(void *context, uint8_t address, const uint8_t *write, size_t write_size, uint8_t *read, size_t read_size, uint32_t limit_ms)
{
    struct port *port = context;
    /* Without a limit it would go on for ever. */
    if (++port->transfers > MOST_TRANSFERS)
        __builtin_trap();
    if (port->bus == BUS_HELD) {
        port->now_us += 1000u * limit_ms;
        return false;
    }
    if (port->bus == BUS_SLOW || port->bus == BUS_SLOW_WITHOUT_LIMIT) {
        if (port->bus == BUS_SLOW && limit_ms < SLOW_MS) {
            port->now_us += 1000u * limit_ms;
            return false;
        }
        port->now_us += 1000u * SLOW_MS;
        return answers(port, address, write, write_size, read, read_size);
    }
    const bool acknowledged = answers(port, address, write, write_size, read, read_size);
    port->now_us += 9 * US_PER_BIT * (acknowledged ? 2 + write_size + read_size : 1);
    if (address == WAKE_ADDRESS && !port->awake && port->now_us >= port->listens_at_us) {
        port->awake = true;
        port->opcode = 0;
        port->listens_at_us = port->now_us + WAKE_US;
    }
    return acknowledged;
}

static uint32_t millis(void *context)
{
    struct port *port = context;
    if (port->element == ELEMENT_HANGS_WITHOUT_CLOCK)
        return 7;
    port->now_us++;
    return (uint32_t)(port->now_us / 1000u);
}

loader_board port_board(struct port *port, const uint8_t *chip)
{
    loader_board board = {.context = port, .fram_address = FRAM_ADDRESS, .transfer = transfer, .millis = millis, .sha256 = loader_sha256};
    board.has_element = port->element != NO_ELEMENT;
    /* The clock may wrap around meanwhile. */
    port->now_us = 1000u * (uint64_t)UINT32_MAX - 50000u;
    port->awake = port->element == ELEMENT_BUSY;
    port->opcode = port->awake ? COUNTER : 0;
    memcpy(board.chip, chip, LOADER_CHIP_BYTES);
    return board;
}
