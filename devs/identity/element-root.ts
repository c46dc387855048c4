import type { Digest } from "../../src/core/crypto/digest"
import type { Random } from "../../src/core/crypto/random"
import { ELEMENT_AT, PartFault } from "../../src/core/diagnosis/part-fault"
import { FLOOR_COUNTER, LOG_COUNTER } from "../../src/core/identity/element-counters"
import { IdentityState } from "../../src/core/identity/identity-state"
import type { Pause, Store } from "../../src/core/ports"
import { Atecc608 } from "../drivers/atecc608"
import { ELEMENT_ADDRESS } from "../drivers/atecc608/element-error"
import { noteFault, partFaults } from "../drivers/part-faults"
import { ElementCounter, ElementKeyStore } from "./element-key"
import type { RootOfTrust } from "./root-of-trust"

/** Key and counters in a secure element. */
export class ElementRoot implements RootOfTrust {
    readonly securityClass = 2
    private readonly element: Atecc608
    private keys: ElementKeyStore

    constructor(element: Atecc608 = new Atecc608()) {
        this.element = element
    }

    open(_sealed: Store, digest: Digest, _random: Random, pause: Pause) {
        this.keys = new ElementKeyStore(this.element, digest, pause)
        return {
            keys: this.keys,
            floor: new ElementCounter(this.element, FLOOR_COUNTER),
            entries: new ElementCounter(this.element, LOG_COUNTER),
        }
    }

    async check(): Promise<IdentityState> {
        try {
            const locks = await this.element.locks()
            if (locks.data) return IdentityState.Valid
            // A configuration that was found to be another's says more, and is final.
            if (partFaults[ELEMENT_AT] !== PartFault.WrongConfiguration)
                noteFault(ELEMENT_AT, PartFault.NotLocked, ELEMENT_ADDRESS, locks.configuration ? 1 : 0)
            return IdentityState.ElementOpen
        } catch (error) {
            console.error("secure element:", error)
            return IdentityState.NoElement
        }
    }

    /** Configures the element, lets it make its key, and closes both. @throws ElementError */
    async lock(): Promise<boolean> {
        await this.keys.createKey()
        await this.element.lockData()
        return true
    }
}
