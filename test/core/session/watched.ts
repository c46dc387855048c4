import type { Aead } from "../../../src/core/crypto/aead"
import type { AeadSuite } from "../../../src/core/session/aead-suite"

/** Seals as the suite does, and sees that no nonce of a key is used for two texts. */
export function watched(suite: AeadSuite): { suite: AeadSuite; nonces: Set<string> } {
    const nonces = new Set<string>()
    const watch = (key: Buffer, { seal, open }: Aead): Aead => ({
        open,
        async seal(nonce, data, text, pause) {
            const used = `${key.toString("hex")} ${nonce.toString("hex")}`
            if (nonces.has(used)) throw new Error(`the nonce was used before: ${used}`)
            nonces.add(used)
            return await seal(nonce, data, text, pause)
        },
    })
    return {
        nonces,
        suite: {
            ...suite,
            async open(key, digest, pause) {
                const own = Buffer.from(key)
                const aead = await suite.open(key, digest, pause)
                return watch(own, { seal: (...args) => aead.seal(...args), open: (...args) => aead.open(...args) })
            },
        },
    }
}
