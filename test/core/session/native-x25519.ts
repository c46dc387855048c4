import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto"
import type { Random } from "../../../src/core/crypto/random"
import type { EphemeralKey } from "../../../src/core/session/edhoc/ephemeral-key"
import { CURVE_X25519 } from "../../../src/core/session/edhoc/suites"

/** What DER has in front of 32 bytes of X25519, RFC 8410. */
const PRIVATE = Buffer.from("302e020100300506032b656e04220420", "hex")
const PUBLIC = Buffer.from("302a300506032b656e032100", "hex")

const publicKeyOf = (bytes: Buffer) =>
    createPublicKey({ key: Buffer.concat([PUBLIC, bytes]), format: "der", type: "spki" })

/** A second implementation of X25519, OpenSSL's: where many handshakes are played, and theirs is not what is tried. */
export function nativeX25519(random: Random): EphemeralKey {
    const secret = Buffer.alloc(32)
    random.draw(secret)
    // Made when it is asked for: most devices that start are not paired.
    let pair: { privateKey: KeyObject; publicKey: Buffer } | undefined
    const made = () => (pair ??= pairOf(secret))
    let isSpent = false
    return {
        curve: CURVE_X25519,
        get publicKey() {
            return made().publicKey
        },
        agree: async peersKey => {
            if (isSpent) throw new Error("an ephemeral key is good for one agreement")
            isSpent = true
            try {
                return diffieHellman({ privateKey: made().privateKey, publicKey: publicKeyOf(peersKey) })
            } catch {
                return undefined
            }
        },
    }
}

function pairOf(secret: Buffer) {
    const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE, secret]), format: "der", type: "pkcs8" })
    const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(PUBLIC.length)
    return { privateKey, publicKey }
}
