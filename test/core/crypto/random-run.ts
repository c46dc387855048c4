/**
 * Random inputs for the symmetric primitives, drawn alike on Node and on the device: see
 * `test/programs/symmetric-random.ts`.
 */

/** The primitives, ours or another's. */
export interface Symmetric {
    sha256(data: Buffer): Promise<Buffer>
    sha512(data: Buffer): Promise<Buffer>
    hmacSha256(key: Buffer, data: Buffer): Promise<Buffer>
    hkdf(salt: Buffer, inputKey: Buffer, info: Buffer, length: number): Promise<Buffer>
    chachaSeal(key: Buffer, nonce: Buffer, data: Buffer, text: Buffer): Promise<Buffer>
    chachaOpen(key: Buffer, nonce: Buffer, data: Buffer, sealed: Buffer): Promise<Buffer | undefined>
    ccmSeal(key: Buffer, tagLength: number, nonce: Buffer, data: Buffer, text: Buffer): Promise<Buffer>
    ccmOpen(key: Buffer, tagLength: number, nonce: Buffer, data: Buffer, sealed: Buffer): Promise<Buffer | undefined>
}

export const PRIMITIVES = ["sha256", "sha512", "hmac", "hkdf", "chacha20poly1305", "ccm"]

/** xorshift32 (Marsaglia 2003): the same numbers on Node and on the device. */
export class Draws {
    private state: number

    /** @param seed any integer but 0 */
    constructor(seed: number) {
        this.state = seed | 0
    }

    /** An integer from 0 to `bound` - 1. */
    below(bound: number): number {
        let x = this.state
        x ^= x << 13
        x ^= x >>> 17
        x ^= x << 5
        this.state = x
        return ((x >>> 8) & 0xffff) % bound
    }

    /** Half of the byte strings are random; the others are all zeros, all ones, or one byte throughout. */
    bytes(length: number): Buffer {
        const bytes = Buffer.alloc(length)
        const kind = this.below(6)
        const constant = kind === 0 ? 0 : kind === 1 ? 255 : this.below(256)
        for (let i = 0; i < length; i++) bytes[i] = kind < 3 ? constant : this.below(256)
        return bytes
    }
}

/**
 * Computes one case of `primitive`. What comes back says all there is to compare, the refusal of a corrupted text
 * included.
 */
export async function randomCase(primitive: string, with_: Symmetric, draws: Draws): Promise<Buffer> {
    const data = draws.bytes(draws.below(150))
    if (primitive === "sha256") return await with_.sha256(data)
    if (primitive === "sha512") return await with_.sha512(data)
    if (primitive === "hmac") return await with_.hmacSha256(draws.bytes(draws.below(140)), data)
    if (primitive === "hkdf") {
        const salt = draws.bytes(draws.below(70))
        const info = draws.bytes(draws.below(40))
        return await with_.hkdf(salt, data, info, 1 + draws.below(100))
    }
    const associated = draws.bytes(draws.below(40))
    if (primitive === "chacha20poly1305") {
        const key = draws.bytes(32)
        const nonce = draws.bytes(12)
        const sealed = await with_.chachaSeal(key, nonce, associated, data)
        const opened = await with_.chachaOpen(key, nonce, associated, sealed)
        corrupt(sealed, draws)
        return verdict(sealed, data, opened, await with_.chachaOpen(key, nonce, associated, sealed))
    }
    const key = draws.bytes(draws.below(2) === 0 ? 16 : 32)
    const tagLength = 4 + 2 * draws.below(7)
    const nonce = draws.bytes(7 + draws.below(7))
    const sealed = await with_.ccmSeal(key, tagLength, nonce, associated, data)
    const opened = await with_.ccmOpen(key, tagLength, nonce, associated, sealed)
    corrupt(sealed, draws)
    return verdict(sealed, data, opened, await with_.ccmOpen(key, tagLength, nonce, associated, sealed))
}

function corrupt(sealed: Buffer, draws: Draws): void {
    sealed[draws.below(sealed.length)] ^= 1 << draws.below(8)
}

/** The sealed text, and a byte that is 0 when it opened as it should and, corrupted, did not. */
function verdict(sealed: Buffer, text: Buffer, opened: Buffer | undefined, corrupted: Buffer | undefined): Buffer {
    const whole = Buffer.alloc(sealed.length + 1)
    whole.set(sealed, 0)
    const right = opened !== undefined && opened.toString("hex") === text.toString("hex") && corrupted === undefined
    whole[sealed.length] = right ? 0 : 1
    return whole
}
