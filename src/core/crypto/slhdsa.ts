import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import type { Digest } from "./digest"
import { joinBytes } from "./join-bytes"
import { requireBytes } from "./require-bytes"
import { CHAINS, FORS_HEIGHT, FORS_TREES, LAYERS, N, SignaturePath, XMSS_HEIGHT } from "./slhdsa-path"

export const SLH_DSA_PUBLIC_KEY_LENGTH = 2 * N
export const SLH_DSA_SIGNATURE_LENGTH = N * (1 + FORS_TREES * (1 + FORS_HEIGHT) + LAYERS * (CHAINS + XMSS_HEIGHT))

/** Why a signature is refused. */
export type SlhDsaRefusal =
    /** It is not as long as signatures are. */
    | "signatureLength"
    /** Its reader gave fewer bytes than it said. */
    | "signatureEnded"
    /** It is well formed, but not of this message in this context by this key. */
    | "mismatch"

/** A signature, read once from its beginning. */
export interface SignatureReader {
    /** Of the whole signature, in bytes. */
    readonly length: number
    /** The next `length` bytes. Fewer mean that the rest has been lost. */
    read(length: number): Promise<Buffer>
}

/**
 * Why `signature` is not a pure signature of `message` under `publicKey` (SLH-DSA-SHA2-128s, FIPS 205), or undefined if
 * it is. Verifies it while it arrives: about 2,100 hashes, and at most 560 bytes of it held at once.
 * @param publicKey PK.seed and PK.root, 32 bytes
 * @param message its parts count as their concatenation
 * @param context 0 to 255 bytes
 * @throws TypeError, RangeError if key or context are none
 */
export async function slhDsaRefusal(
    publicKey: Buffer,
    message: Buffer[],
    context: Buffer,
    signature: SignatureReader,
    digest: Digest,
    pause: Pause,
): Promise<SlhDsaRefusal | undefined> {
    requireBytes(publicKey, "SLH-DSA public key", SLH_DSA_PUBLIC_KEY_LENGTH)
    requireBytes(context, "SLH-DSA context")
    for (const part of message) requireBytes(part, "data")
    if (context.length > 255)
        throw new RangeError(`an SLH-DSA context must be at most 255 bytes long, not ${context.length}`)
    if (signature.length !== SLH_DSA_SIGNATURE_LENGTH) return "signatureLength"

    const ownKey = copyOf(publicKey)
    // As §10.3, algorithm 24, extends the message.
    const extended = joinBytes([Buffer.from([0, context.length]), context, ...message])
    await pause()
    const path = new SignaturePath(ownKey, digest, pause)
    await pause()
    const randomizer = await signature.read(N)
    if (randomizer.length !== N) return "signatureEnded"
    await path.start(randomizer, extended)
    await pause()
    for (let tree = 0; tree < FORS_TREES; tree++) {
        const part = await signature.read(N * (1 + FORS_HEIGHT))
        if (part.length !== N * (1 + FORS_HEIGHT)) return "signatureEnded"
        await path.climbForsTree(tree, part)
    }
    await path.joinForsRoots()
    for (let layer = 0; layer < LAYERS; layer++) {
        const chains = await signature.read(N * CHAINS)
        if (chains.length !== N * CHAINS) return "signatureEnded"
        await path.finishChains(layer, chains)
        const siblings = await signature.read(N * XMSS_HEIGHT)
        if (siblings.length !== N * XMSS_HEIGHT) return "signatureEnded"
        await path.climb(XMSS_HEIGHT, siblings, 0)
    }
    return path.endsAtRoot() ? undefined : "mismatch"
}
