import { ELEMENT_AT, type PartFault } from "../../../src/core/diagnosis/part-fault"
import { noteFault } from "../part-faults"

/** 7-bit address, unless the configuration says otherwise. */
export const ELEMENT_ADDRESS = 0x60

/** Why the secure element did not do it. Whatever is thrown is noted, too. */
export class ElementError extends Error {
    readonly fault: PartFault

    /** @param detail a status, a command, the first byte of an answer, or the word of the configuration that differs */
    constructor(fault: PartFault, message: string, detail: number) {
        super(`secure element: ${message} (${fault}, ${detail})`)
        this.name = "ElementError"
        this.fault = fault
        noteFault(ELEMENT_AT, fault, ELEMENT_ADDRESS, detail)
    }
}
