/** Cipher suites that published traces use and our devices do not (RFC 9528 §10.2). Both the device's compiler and Node take this. */
import type { Aead } from "../../../../../src/core/crypto/aead"
import { AesCcm } from "../../../../../src/core/crypto/ccm"
import { type CipherSuite, CURVE_P256 } from "../../../../../src/core/session/edhoc/suites"

const TAG_BYTES = 8

/** Suite 2: AES-CCM-16-64-128, SHA-256, P-256. @param aead by whom AES-CCM is computed */
export function suite2(aead: (key: Buffer) => Aead): CipherSuite {
    return {
        number: 2,
        curve: CURVE_P256,
        aead: { algorithm: 10, keyBytes: 16, nonceBytes: 13, tagBytes: TAG_BYTES, open: async key => aead(key) },
    }
}

/** In plain TypeScript. */
export const ourCcm = (key: Buffer): Aead => new AesCcm(key, TAG_BYTES)
