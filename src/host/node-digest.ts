import { createHash, createHmac } from "node:crypto"
import type { NativeDigest } from "../core/crypto/digest"

/** The runtime's `Buffer.digest`, by way of OpenSSL. */
export const nodeDigest: NativeDigest = (key, algorithm, parts) => {
    const hash = key ? createHmac(algorithm, key) : createHash(algorithm)
    for (const part of parts) hash.update(part)
    return hash.digest()
}
