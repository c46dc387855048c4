/** A runtime for the RP2040 as its maintainers publish it: a UF2 file (github.com/microsoft/uf2), blocks of 512 bytes for a flash at 0x10000000. */

import { SPI_FLASH_BYTES } from "./peripherals/spi-flash"

const BLOCK_BYTES = 512
const MAGIC_START_0 = 0x0a324655
const MAGIC_START_1 = 0x9e5d5157
const MAGIC_END = 0x0ab16f30
const FAMILY_PRESENT = 0x2000
const FAMILY_RP2040 = 0xe48bff56
const MAX_PAYLOAD_BYTES = 476
const PAYLOAD_AT = 32
const FLASH_AT = 0x10000000

export type FirmwareFault = "notUf2" | "otherChip" | "outsideFlash"

/** @returns contents of the flash of 2 MiB, 0xFF where the file says nothing; or why the file is none for this chip */
export function flashOf(uf2: Uint8Array): Uint8Array | FirmwareFault {
    if (uf2.length === 0 || uf2.length % BLOCK_BYTES !== 0) return "notUf2"
    const file = Buffer.from(uf2.buffer, uf2.byteOffset, uf2.length)
    const flash = new Uint8Array(SPI_FLASH_BYTES).fill(0xff)
    for (let at = 0; at < file.length; at += BLOCK_BYTES) {
        const block = file.subarray(at, at + BLOCK_BYTES)
        const magics = [block.readUInt32LE(0), block.readUInt32LE(4), block.readUInt32LE(BLOCK_BYTES - 4)]
        const length = block.readUInt32LE(16)
        if (String(magics) !== String([MAGIC_START_0, MAGIC_START_1, MAGIC_END]) || length > MAX_PAYLOAD_BYTES)
            return "notUf2"
        if (!(block.readUInt32LE(8) & FAMILY_PRESENT) || block.readUInt32LE(28) !== FAMILY_RP2040) return "otherChip"
        const offset = block.readUInt32LE(12) - FLASH_AT
        if (offset < 0 || offset + length > SPI_FLASH_BYTES) return "outsideFlash"
        flash.set(block.subarray(PAYLOAD_AT, PAYLOAD_AT + length), offset)
    }
    return flash
}

/** The RP2040's boot ROM, 16 KiB; its bytes 0x10 to 0x12 are "Mu" and 1 (datasheet §2.8.3). */
export const BOOT_ROM_BYTES = 16 * 1024
const BOOT_ROM_MAGIC = [0x4d, 0x75, 0x01]
const BOOT_ROM_MAGIC_AT = 0x10

export function isBootRom(bytes: Uint8Array): boolean {
    return bytes.length === BOOT_ROM_BYTES && BOOT_ROM_MAGIC.every((byte, i) => bytes[BOOT_ROM_MAGIC_AT + i] === byte)
}
