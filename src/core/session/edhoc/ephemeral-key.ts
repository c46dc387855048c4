import { wipe } from "../../crypto/wipe"
import type { Pause } from "../../ports"

/**
 * Port: an ephemeral key pair, made beforehand, since that takes a device as long as agreeing. It is good for one agreement (NIST SP 800-56A §5.6.3.3):
 * a second one throws.
 */
export interface EphemeralKey {
    /** COSE curve, as `CipherSuite` has it. */
    readonly curve: number
    /** 32 bytes: u of X25519, x of P-256. */
    readonly publicKey: Buffer
    /**
     * Uses the key up.
     * @param peersKey 32 bytes
     * @returns 32 bytes; undefined if the peer's key is none that a secret can be agreed on with
     * @throws Error if the key was used before
     */
    agree(peersKey: Buffer, pause: Pause): Promise<Buffer | undefined>
}

/** The agreement of a curve, as `EphemeralKey` has it. */
export type Agreement = (secretKey: Buffer, peersKey: Buffer, pause: Pause) => Promise<Buffer | undefined>

/** An ephemeral key in software. Each curve, and each way to compute on it, has a module of its own beside this one. */
export class SoftwareKey implements EphemeralKey {
    readonly curve: number
    readonly publicKey: Buffer
    private readonly agreement: Agreement
    private secretKey: Buffer | undefined

    /** @param secretKey will be wiped */
    constructor(curve: number, secretKey: Buffer, publicKey: Buffer, agreement: Agreement) {
        this.curve = curve
        this.secretKey = secretKey
        this.publicKey = publicKey
        this.agreement = agreement
    }

    async agree(peersKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
        const { secretKey } = this
        if (!secretKey) throw new Error("an ephemeral key is good for one agreement: make another")
        this.secretKey = undefined
        const shared = await this.agreement(secretKey, peersKey, pause)
        wipe(secretKey)
        return shared
    }
}
