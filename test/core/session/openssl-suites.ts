/** The same AEAD algorithms by way of OpenSSL, and the composition from its parts: what ours are compared with. */
import { createHmac, hkdfSync } from "node:crypto"
import type { Aead } from "../../../src/core/crypto/aead"
import type { AeadSuite } from "../../../src/core/session/aead-suite"
import { counterMode } from "../../../src/host/session/counter-mode"
import { openSsl } from "../crypto/openssl"

export const nodeCounterMode = counterMode

/** Written from docs/session.md alone. */
function composed(key: Buffer): Aead {
    // HKDF-Expand of one block is an HMAC; Node's HKDF extracts first, so it cannot be used.
    const expand = (label: string) =>
        createHmac("sha256", key)
            .update(label)
            .update(Buffer.from([1]))
            .digest()
    const [cipherKey, macKey] = [expand("domovoi AES-256-CTR"), expand("domovoi HMAC-SHA-256")]
    const tag = (nonce: Buffer, data: Buffer, ciphertext: Buffer) => {
        const lengths = Buffer.alloc(8)
        lengths.writeUInt32BE(data.length, 0)
        lengths.writeUInt32BE(ciphertext.length, 4)
        const mac = createHmac("sha256", macKey).update(nonce).update(lengths).update(data).update(ciphertext)
        return mac.digest().subarray(0, 16)
    }
    return {
        seal: async (nonce, data, text) => {
            const ciphertext = nodeCounterMode(cipherKey, nonce, text)
            return Buffer.concat([ciphertext, tag(nonce, data, ciphertext)])
        },
        open: async (nonce, data, sealed) => {
            const ciphertext = sealed.subarray(0, -16)
            if (sealed.length < 16 || !tag(nonce, data, ciphertext).equals(sealed.subarray(-16))) return undefined
            return nodeCounterMode(cipherKey, nonce, ciphertext)
        },
    }
}

/** By `algorithm`. */
export const OPENSSL_SUITES: Record<number, AeadSuite["open"]> = {
    10: async key => ({
        seal: (nonce, data, text) => openSsl.ccmSeal(key, 8, nonce, data, text),
        open: (nonce, data, sealed) => openSsl.ccmOpen(key, 8, nonce, data, sealed),
    }),
    24: async key => ({
        seal: (nonce, data, text) => openSsl.chachaSeal(key, nonce, data, text),
        open: (nonce, data, sealed) => openSsl.chachaOpen(key, nonce, data, sealed),
    }),
    [-65_537]: async key => composed(key),
}

/** Keys of a context, by OpenSSL's HKDF. */
export function opensslHkdf(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
    return Buffer.from(hkdfSync("sha256", secret, salt, info, length))
}
