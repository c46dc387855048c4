/** The ports of the device's identity on a secure element. */

import type { Digest } from "../../src/core/crypto/digest"
import { sha256Of } from "../../src/core/crypto/sha256-of"
import { PartFault } from "../../src/core/diagnosis/part-fault"
import { COUNTS_PER_STEP, ELEMENT_LIMIT, ELEMENT_STRIDE, FLOOR_COUNTER } from "../../src/core/identity/element-counters"
import type { FloorCounter, KeyStore, Pause } from "../../src/core/ports"
import type { Atecc608 } from "../drivers/atecc608"
import { configureElement, IDENTITY_SLOT } from "../drivers/atecc608/configuration"
import { ElementError } from "../drivers/atecc608/element-error"

/** A key that was made in the element and never leaves it. */
export class ElementKeyStore implements KeyStore {
    readonly algorithm = "ES256"
    private readonly element: Atecc608
    private readonly digest: Digest
    private readonly pause: Pause

    constructor(element: Atecc608, digest: Digest, pause: Pause) {
        this.element = element
        this.digest = digest
        this.pause = pause
    }

    /** @throws ElementError */
    async publicKey(): Promise<Buffer | undefined> {
        try {
            return await this.element.publicKey(IDENTITY_SLOT)
        } catch (error) {
            if (!(error instanceof ElementError) || error.fault !== PartFault.Execution) throw error
            // The element's word for "no key yet". Once the data zone is locked there has to be one.
            if ((await this.element.locks()).data) throw error
            return undefined
        }
    }

    /** Configures the element first if it is new; that cannot be undone. @throws ElementError */
    async createKey(): Promise<Buffer> {
        await configureElement(this.element)
        return (await this.publicKey()) || (await this.element.createKey(IDENTITY_SLOT))
    }

    /** Works once the element's data zone is locked. @throws ElementError */
    async sign(message: Buffer): Promise<Buffer> {
        return await this.element.sign(IDENTITY_SLOT, await sha256Of(this.digest, message, this.pause))
    }
}

/** A counter of the element. */
export class ElementCounter implements FloorCounter {
    readonly limit = ELEMENT_LIMIT
    readonly stride = ELEMENT_STRIDE
    private readonly element: Atecc608
    private readonly counter: number

    /** @param counter 0 or 1 */
    constructor(element: Atecc608, counter = FLOOR_COUNTER) {
        this.element = element
        this.counter = counter
    }

    /** @throws ElementError */
    async read(): Promise<number> {
        try {
            return Math.idiv(await this.element.count(this.counter), COUNTS_PER_STEP)
        } catch (error) {
            if (!(error instanceof ElementError) || error.fault !== PartFault.Execution) throw error
            // Before its configuration is locked, an element counts nothing and tells nothing.
            if ((await this.element.locks()).configuration) throw error
            return 0
        }
    }

    /**
     * Interrupted, it stands somewhere in between, and can be raised on.
     * @throws ElementError `Argument` for a number over 524,287, or more than 100 above where it stands
     */
    async raise(to: number): Promise<void> {
        const from = await this.read()
        if (to > this.limit || to - from > this.stride)
            throw new ElementError(PartFault.Argument, `counter cannot be raised from ${from} to ${to}`, this.counter)
        let count = from * COUNTS_PER_STEP
        while (count < to * COUNTS_PER_STEP) count = await this.element.countUp(this.counter, to * COUNTS_PER_STEP)
    }
}
