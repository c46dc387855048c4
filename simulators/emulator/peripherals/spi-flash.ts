/**
 * W25Q16JV (Winbond, revision G): 2 MiB of NOR flash on an SPI bus, which knows 256-byte pages, 4 KiB sectors, 32 and 64 KiB blocks. An
 * instruction begins when the chip is selected, and what changes the memory is carried out when it is deselected.
 */

export const SPI_FLASH_BYTES = 2 * 1024 * 1024
const PAGE_BYTES = 256

/** Instructions, §8.1.2. */
const Instruction = {
    WriteStatus1: 0x01,
    PageProgram: 0x02,
    ReadData: 0x03,
    WriteDisable: 0x04,
    ReadStatus1: 0x05,
    WriteEnable: 0x06,
    FastRead: 0x0b,
    SectorErase: 0x20,
    WriteStatus2: 0x31,
    ReadStatus2: 0x35,
    ReadUniqueId: 0x4b,
    BlockErase32: 0x52,
    JedecId: 0x9f,
    ChipErase: 0xc7,
    BlockErase64: 0xd8,
} as const

/** Bits of status register 1, §7.1; of register 2, quad enable. */
const BUSY = 1 << 0
const WRITE_ENABLED = 1 << 1
const QUAD_ENABLE = 1 << 1

/** Winbond, SPI, 16 Mbit. */
const JEDEC_ID = [0xef, 0x40, 0x15]
/** A unique id follows four dummy bytes, data follow an address of three, and one dummy more when read fast. */
const UNIQUE_ID_AT = 5
const DATA_AT = 4
const FAST_DATA_AT = 5

/** Typical times, §9.6. */
const PAGE_PROGRAM_NANOS = 0.4e6
const WRITE_STATUS_NANOS = 10e6
const CHIP_ERASE_NANOS = 5e9
const ERASES: ReadonlyMap<number, { bytes: number; nanos: number }> = new Map([
    [Instruction.SectorErase, { bytes: 4096, nanos: 45e6 }],
    [Instruction.BlockErase32, { bytes: 32 * 1024, nanos: 120e6 }],
    [Instruction.BlockErase64, { bytes: 64 * 1024, nanos: 150e6 }],
    [Instruction.ChipErase, { bytes: SPI_FLASH_BYTES, nanos: CHIP_ERASE_NANOS }],
])

/** Nothing drives the line. */
const HIGH_IMPEDANCE = 0xff

export class SpiFlash {
    readonly #bytes: Uint8Array
    readonly #uniqueId: Uint8Array
    readonly #clock: { readonly nanos: number }
    /** What was sent since the chip was selected. */
    #sent: number[] = []
    #writeEnabled = false
    #quadEnable = true
    #busyUntil = 0
    programs = 0
    erases = 0

    /**
     * @param bytes what it holds; changed in place
     * @param uniqueId 8 bytes
     */
    constructor(bytes: Uint8Array, uniqueId: Uint8Array, clock: { readonly nanos: number }) {
        this.#bytes = bytes
        this.#uniqueId = uniqueId
        this.#clock = clock
    }

    /** One byte goes out, and one comes back. */
    exchange(byte: number): number {
        const sent = this.#sent
        sent.push(byte & 0xff)
        const at = sent.length - 1
        if (at === 0) return HIGH_IMPEDANCE
        const [instruction] = sent
        if (instruction === Instruction.ReadStatus1)
            return (this.#busy ? BUSY : 0) | (this.#writeEnabled ? WRITE_ENABLED : 0)
        // §8.2: while it programs or erases, it answers what its status is, and nothing else.
        if (this.#busy) return HIGH_IMPEDANCE
        switch (instruction) {
            case Instruction.ReadStatus2:
                return this.#quadEnable ? QUAD_ENABLE : 0
            case Instruction.JedecId:
                return JEDEC_ID[at - 1] ?? HIGH_IMPEDANCE
            case Instruction.ReadUniqueId:
                return this.#uniqueId[at - UNIQUE_ID_AT] ?? HIGH_IMPEDANCE
            case Instruction.ReadData:
                return at < DATA_AT ? HIGH_IMPEDANCE : this.#read(at - DATA_AT)
            case Instruction.FastRead:
                return at < FAST_DATA_AT ? HIGH_IMPEDANCE : this.#read(at - FAST_DATA_AT)
        }
        return HIGH_IMPEDANCE
    }

    /** The instruction is complete. */
    deselect(): void {
        const sent = this.#sent
        this.#sent = []
        if (sent.length === 0 || this.#busy) return
        const [instruction] = sent
        if (instruction === Instruction.WriteEnable) this.#writeEnabled = true
        else if (instruction === Instruction.WriteDisable) this.#writeEnabled = false
        else if (this.#writeEnabled) this.#change(instruction, sent)
    }

    get #busy(): boolean {
        return this.#clock.nanos < this.#busyUntil
    }

    #read(offset: number): number {
        return this.#bytes[(addressOf(this.#sent) + offset) % SPI_FLASH_BYTES]
    }

    #change(instruction: number, sent: readonly number[]): void {
        const erase = ERASES.get(instruction)
        if (erase) this.#erase(instruction, sent, erase)
        else if (instruction === Instruction.PageProgram && sent.length > DATA_AT) this.#program(sent)
        else if (instruction === Instruction.WriteStatus1 || instruction === Instruction.WriteStatus2) {
            // Of its bits only that one matters here: register 2 is the second byte, or the one of the newer instruction.
            const second = instruction === Instruction.WriteStatus2 ? sent[1] : sent[2]
            if (second !== undefined) this.#quadEnable = (second & QUAD_ENABLE) !== 0
            this.#work(WRITE_STATUS_NANOS)
        }
    }

    /** §8.2.13: bits fall, none rise; what goes over the end of the page begins it anew. */
    #program(sent: readonly number[]): void {
        const address = addressOf(sent)
        const page = address - (address % PAGE_BYTES)
        for (const [i, byte] of sent.slice(DATA_AT).entries()) this.#bytes[page + ((address + i) % PAGE_BYTES)] &= byte
        this.programs++
        this.#work(PAGE_PROGRAM_NANOS)
    }

    #erase(instruction: number, sent: readonly number[], { bytes, nanos }: { bytes: number; nanos: number }): void {
        if (instruction !== Instruction.ChipErase && sent.length !== DATA_AT) return
        const address = instruction === Instruction.ChipErase ? 0 : addressOf(sent)
        const from = address - (address % bytes)
        this.#bytes.fill(0xff, from, from + bytes)
        this.erases++
        this.#work(nanos)
    }

    #work(nanos: number): void {
        this.#writeEnabled = false
        this.#busyUntil = this.#clock.nanos + nanos
    }
}

function addressOf([, high, middle, low]: readonly number[]): number {
    return ((high << 16) | (middle << 8) | low) % SPI_FLASH_BYTES
}
