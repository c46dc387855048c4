/**
 * An ephemeral key of P-256 that a secure element makes and never tells, for EDHOC with suite 5 (Class 2). It lies in the slot that agrees and does
 * nothing else; docs/secure-element.md says what of an agreement is seen on the bus.
 */
import { p256FromX } from "../../src/core/crypto/p256-lift"
import { wipe } from "../../src/core/crypto/wipe"
import type { Pause } from "../../src/core/ports"
import type { EphemeralKey } from "../../src/core/session/edhoc/ephemeral-key"
import { CURVE_P256, EPHEMERAL_BYTES } from "../../src/core/session/edhoc/suites"
import type { Atecc608 } from "../drivers/atecc608"
import { AGREEMENT_SLOT } from "../drivers/atecc608/configuration"
import type { ElementBus } from "../drivers/atecc608/element-bus"
import { agreement, newKey } from "../drivers/atecc608/more-commands"

/**
 * Of the private key in the slot, x of its public key: as long as it is known that the element has agreed on nothing with it, and so not when the
 * program starts. Read and written in sessions of the element, which are one fiber's at a time.
 */
let fresh: Buffer | undefined

class ElementKey implements EphemeralKey {
    readonly curve = CURVE_P256
    readonly publicKey: Buffer
    private readonly element: Atecc608
    private used = false

    constructor(element: Atecc608, publicKey: Buffer) {
        this.element = element
        this.publicKey = publicKey
    }

    /**
     * Before anybody has the secret, the element has put another key, for the next agreement, in the place of the one that it has agreed by. So what a
     * power cut leaves in it never led to a session.
     * @throws ElementError if the element does not agree, or does not replace the key
     */
    async agree(peersKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
        if (this.used) throw usedUp()
        this.used = true
        const point = await p256FromX(peersKey, pause)
        if (!point) return undefined
        const { bus } = this.element
        const { publicKey } = this
        let begun = false
        let secret: Buffer | undefined
        try {
            // What fails for a moment is begun anew from here: the secret may be there then, and even the other key, though the answer was lost.
            await bus.session(async () => {
                if (!begun && fresh !== publicKey) throw usedUp()
                begun = true
                fresh = undefined
                if (!secret) secret = await agreement(bus, AGREEMENT_SLOT, point.slice(1))
                fresh = await newKeyIn(bus)
            })
        } catch (error) {
            if (secret) wipe(secret)
            throw error
        }
        return secret
    }
}

/**
 * The key that the last agreement has left, or else one that the element makes. Who asks twice without agreeing is given the same one twice, and it agrees
 * once.
 * @throws ElementError
 */
export async function prepareElementKey(element: Atecc608): Promise<EphemeralKey> {
    const { bus } = element
    const publicKey = await bus.session(async () => {
        if (!fresh) fresh = await newKeyIn(bus)
        return fresh
    })
    return new ElementKey(element, publicKey)
}

async function newKeyIn(bus: ElementBus): Promise<Buffer> {
    return (await newKey(bus, AGREEMENT_SLOT)).slice(0, EPHEMERAL_BYTES)
}

function usedUp(): Error {
    return new Error("an ephemeral key is good for one agreement: make another")
}
