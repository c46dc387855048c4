import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto"
import type { Symmetric } from "./random-run"

const CHACHA = "chacha20-poly1305"

/** The primitives of OpenSSL, by way of Node. */
export const openSsl: Symmetric = {
    sha256: async data => createHash("sha256").update(data).digest(),
    sha512: async data => createHash("sha512").update(data).digest(),
    hmacSha256: async (key, data) => createHmac("sha256", key).update(data).digest(),
    hkdf: async (salt, inputKey, info, length) => Buffer.from(hkdfSync("sha256", inputKey, salt, info, length)),
    chachaSeal: async (key, nonce, data, text) => {
        const cipher = createCipheriv(CHACHA, key, nonce, { authTagLength: 16 }).setAAD(data, {
            plaintextLength: text.length,
        })
        return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },
    chachaOpen: async (key, nonce, data, sealed) => {
        const decipher = createDecipheriv(CHACHA, key, nonce, { authTagLength: 16 })
        decipher.setAAD(data, { plaintextLength: sealed.length - 16 }).setAuthTag(sealed.subarray(-16))
        return opened(() => Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
    },
    ccmSeal: async (key, tagLength, nonce, data, text) => {
        const cipher = createCipheriv(ccm(key), key, nonce, { authTagLength: tagLength })
        cipher.setAAD(data, { plaintextLength: text.length })
        return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },
    ccmOpen: async (key, tagLength, nonce, data, sealed) => {
        const decipher = createDecipheriv(ccm(key), key, nonce, { authTagLength: tagLength })
        const length = sealed.length - tagLength
        decipher.setAuthTag(sealed.subarray(length)).setAAD(data, { plaintextLength: length })
        return opened(() => Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]))
    },
}

const ccm = (key: Buffer) => (key.length === 16 ? "aes-128-ccm" : "aes-256-ccm")

function opened(open: () => Buffer): Buffer | undefined {
    try {
        return open()
    } catch {
        return undefined
    }
}
