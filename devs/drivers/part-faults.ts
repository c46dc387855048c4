/** What a device saw of the parts on its I2C bus, and where: so that whoever has to repair it need not guess. */
import * as ds from "@devicescript/core"
import { FAULTS_BYTES, PartFault, PartHistory } from "../../src/core/diagnosis/part-fault"
import { i2cTransfer } from "./i2c-transfer"

/** The register `faults` of services/domovoi.md: four bytes a part. */
export const partFaults = Buffer.alloc(FAULTS_BYTES)

/**
 * Keeps how it began: what a part that has failed does later says less. Nonsense counts until something better is known, since noise may
 * have hit the byte that tells it.
 * @param at `MEMORY_AT` or `ELEMENT_AT`
 * @param detail the byte that was seen, or whatever says where it happened
 */
export function noteFault(at: number, fault: PartFault, address: number, detail: number): void {
    const before = partFaults[at]
    const history = partFaults[at + 3]
    if (before !== PartFault.None && before !== PartFault.Nonsense && history !== PartHistory.Answers) return
    partFaults[at] = fault
    partFaults[at + 1] = address
    partFaults[at + 2] = detail
    partFaults[at + 3] = history >> 1
}

/** @param at `MEMORY_AT` or `ELEMENT_AT` */
export function noteAnswer(at: number): void {
    partFaults[at + 3] = PartHistory.Answers
}

/** First and last of the 7-bit addresses that parts may have (UM10204 §3.1.12). */
const FIRST_ADDRESS = 0x08
const LAST_ADDRESS = 0x77
/** See `element-bus.ts`: this wakes an element, wherever it is. */
const WAKE_ADDRESS = 0x40

/** Asks every address for a byte. @returns whether somebody acknowledged: bit `address & 7` of byte `address >> 3`, 16 bytes */
export async function findParts(): Promise<Buffer> {
    const found = Buffer.alloc(16)
    for (let address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
        // Again and again: whoever speaks to an element meanwhile puts it to sleep when he has done.
        if ((address & 7) === 0) {
            await i2cTransfer(WAKE_ADDRESS, hex`00`, 0)
            await ds.sleep(4)
        }
        if (await i2cTransfer(address, hex``, 1)) found[address >> 3] |= 1 << (address & 7)
    }
    return found
}
