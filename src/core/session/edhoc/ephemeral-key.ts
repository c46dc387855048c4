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

/** A secret that can be taken once. */
export class OneTimeSecret {
    private secret: Buffer | undefined

    constructor(secret: Buffer) {
        this.secret = secret
    }

    /** To be wiped by who takes it. @throws Error the second time */
    take(): Buffer {
        const { secret } = this
        if (!secret) throw new Error("an ephemeral key is good for one agreement: make another")
        this.secret = undefined
        return secret
    }
}
