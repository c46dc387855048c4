/** The configuration of our secure elements, and its way into a new one. docs/secure-element.md has it bit by bit. */
import { constantTimeEqual } from "../../../src/core/crypto/constant-time"
import { PartFault } from "../../../src/core/diagnosis/part-fault"
import type { Atecc608 } from "../atecc608"
import { crc16 } from "./crc16"
import { ElementError } from "./element-error"

/** Signs for the device: made once, never replaced, never read. */
export const IDENTITY_SLOT = 0
/** Agrees on secrets: may be made anew at any time, never read. */
export const AGREEMENT_SLOT = 2

/** Configuration zone from byte 16 on, four bytes a word. */
const FIRST_WORD = 4
const CONFIGURATION = hex`
    c0000000 81008080 84208080 80808080 80808080 80808080 80808080 80808080 80808080
    ffffffff 00000000 ffffffff 00000000
    00000000 00000000 00000000 00000000
    00005555 ffff0000 00000000
    13001c00 13001c00 1c001c00 1c001c00 1c001c00 1c001c00 1c001c00 1c001c00`
/** Not ours to write: the counters, and the locks. */
const FIRST_COUNTER_WORD = 13
const LAST_COUNTER_WORD = 16
const LOCK_WORD = 21

/**
 * Gives an element its configuration and locks that for ever; does nothing to one that has it. Interrupted at any point, it can be done
 * again. Takes about 1.5 s with a new element.
 * @throws ElementError
 */
export async function configureElement(element: Atecc608): Promise<void> {
    const isLocked = (await element.locks()).configuration
    if (!isLocked) await writeDifferences(element, await element.configuration())
    const zone = await element.configuration()
    for (let at = 0; at < CONFIGURATION.length; at += 4)
        if (differs(zone, at))
            throw new ElementError(
                PartFault.WrongConfiguration,
                "configuration differs in word",
                FIRST_WORD + (at >> 2),
            )
    if (!isLocked) await element.lockConfiguration(crc16(zone, 0, zone.length))
}

async function writeDifferences(element: Atecc608, zone: Buffer): Promise<void> {
    for (let at = 0; at < CONFIGURATION.length; at += 4)
        if (differs(zone, at)) await element.writeConfiguration(FIRST_WORD + (at >> 2), CONFIGURATION.slice(at, at + 4))
}

/** Whether the zone has another word than it should. @param at offset in `CONFIGURATION` */
function differs(zone: Buffer, at: number): boolean {
    const word = FIRST_WORD + (at >> 2)
    if (word === LOCK_WORD || (word >= FIRST_COUNTER_WORD && word <= LAST_COUNTER_WORD)) return false
    return !constantTimeEqual(zone.slice(4 * word, 4 * word + 4), CONFIGURATION.slice(at, at + 4))
}
