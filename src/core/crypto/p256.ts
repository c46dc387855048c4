import type { Pause } from "../ports"
import { signDigits } from "./comb"
import { copyOf } from "./copy-of"
import type { Digest } from "./digest"
import { invert } from "./euclid"
import { hex } from "./hex"
import { wipeRegisters } from "./limbs-p256"
import { compare, multiplyAddModulo, naturalFromBytes } from "./natural"
import {
    decodePoint,
    encodePoint,
    multiplyBase,
    multiplyPoint,
    naturalFromBigEndian,
    type PointRefusal,
    putBigEndian,
} from "./p256-group"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"
import { wipe } from "./wipe"

/**
 * P-256 (FIPS 186-4 §D.1.2.3): ECDSA with SHA-256, and ECDH. Secret keys are 32 bytes, public keys 65 (04 x y), signatures 64 (r s);
 * all numbers most significant byte first.
 */
export const P256_SECRET_KEY_BYTES = 32
export const P256_PUBLIC_KEY_BYTES = 65
export const P256_SIGNATURE_BYTES = 64

/** The order of the base point. */
export const ORDER = naturalFromBytes(hex`512563fcc2cab9f3849e17a7adfae6bcffffffffffffffff00000000ffffffff`, 0, 32)

/** Why a public key is refused. */
export type P256KeyRefusal = "keyEncoding" | "keyOutOfRange" | "keyNotOnCurve"
export const KEY_REFUSALS: Record<PointRefusal, P256KeyRefusal> = {
    encoding: "keyEncoding",
    outOfRange: "keyOutOfRange",
    notOnCurve: "keyNotOnCurve",
}

/** @throws TypeError, RangeError if the secret key is not 32 bytes long, 0, or not less than n */
export async function p256PublicKey(secretKey: Buffer, pause: Pause): Promise<Buffer> {
    const d = secretScalar(secretKey)
    return await multipleOfBase(d, pause)
}

/**
 * The signature of a message, with the nonce of RFC 6979 §3.2.
 * @throws TypeError, RangeError as `p256PublicKey`
 */
export async function p256Sign(secretKey: Buffer, message: Buffer, digest: Digest, pause: Pause): Promise<Buffer> {
    const d = secretScalar(secretKey)
    requireBytes(message, "message")
    const seed = Buffer.alloc(64)
    seed.set(secretKey, 0)
    const hash = await digest.sha256([message], pause)
    await pause()
    const z = await multiplyAddModulo(naturalFromBigEndian(hash, 0), [1], [], ORDER, pause)
    putBigEndian(seed, 32, z)
    const nonces = new NonceGenerator(digest, pause)
    await nonces.start(seed)
    wipe(seed)
    for (;;) {
        const k = await nonces.next()
        const point = await multipleOfBase(k, pause)
        const r = await multiplyAddModulo(naturalFromBigEndian(point, 1), [1], [], ORDER, pause)
        // Euclid's algorithm takes a time that depends on its input, so it is given k times a second nonce, and never k.
        const blinding = await nonces.next()
        const blinded = await invert(await multiplyAddModulo(k, blinding, [], ORDER, pause), ORDER, pause)
        const reciprocal = await multiplyAddModulo(blinded, blinding, [], ORDER, pause)
        const sum = await multiplyAddModulo(r, d, z, ORDER, pause)
        const s = await multiplyAddModulo(reciprocal, sum, [], ORDER, pause)
        if (isScalar(r) && isScalar(s)) {
            const signature = Buffer.alloc(P256_SIGNATURE_BYTES)
            putBigEndian(signature, 0, r)
            await pause()
            putBigEndian(signature, 32, s)
            await pause()
            return signature
        }
    }
}

export interface P256Agreement {
    refusal?: P256KeyRefusal
    /** 32 bytes, unless the public key is refused. */
    sharedSecret: Buffer
}

/**
 * ECDH (SP 800-56A §5.7.1.2): x of the secret key times the public one.
 * @throws TypeError, RangeError as `p256PublicKey`
 */
export async function p256Agree(secretKey: Buffer, publicKey: Buffer, pause: Pause): Promise<P256Agreement> {
    const d = secretScalar(secretKey)
    requireBytes(publicKey, "publicKey")
    const ownKey = copyOf(publicKey)
    return await inTurn(pause, wipeRegisters, async () => {
        const key = await decodePoint(ownKey)
        if (key.refusal) return { refusal: KEY_REFUSALS[key.refusal], sharedSecret: Buffer.alloc(0) }
        const product = await encodePoint(await multiplyPoint(await signDigits(d, ORDER, pause), key.point))
        return { sharedSecret: product.slice(1, 33) }
    })
}

/** d B as 65 bytes. */
async function multipleOfBase(d: number[], pause: Pause): Promise<Buffer> {
    const digits = await signDigits(d, ORDER, pause)
    return await inTurn(pause, wipeRegisters, async () => await encodePoint(await multiplyBase(digits)))
}

/** The deterministic nonces of RFC 6979 §3.2, by HMAC-SHA-256. */
class NonceGenerator {
    private key: Buffer = Buffer.alloc(32)
    private value: Buffer = Buffer.alloc(32)
    private digest: Digest
    private pause: Pause

    constructor(digest: Digest, pause: Pause) {
        this.digest = digest
        this.pause = pause
        for (let i = 0; i < 32; i++) this.value[i] = 1
    }

    /** Steps b to g. @param seed secret key and hash, 32 bytes each */
    async start(seed: Buffer): Promise<void> {
        await this.update(0, seed)
        await this.update(1, seed)
    }

    /** Step h: the next number from 1 to n - 1. */
    async next(): Promise<number[]> {
        for (;;) {
            this.value = await this.digest.hmacSha256(this.key, [this.value], this.pause)
            await this.pause()
            const k = naturalFromBigEndian(this.value, 0)
            if (isScalar(k)) return k
            await this.update(0, Buffer.alloc(0))
        }
    }

    private async update(step: number, seed: Buffer): Promise<void> {
        const mark = Buffer.alloc(1)
        mark[0] = step
        await this.pause()
        this.key = await this.digest.hmacSha256(this.key, [this.value, mark, seed], this.pause)
        this.value = await this.digest.hmacSha256(this.key, [this.value], this.pause)
    }
}

function secretScalar(secretKey: Buffer): number[] {
    requireBytes(secretKey, "secretKey", P256_SECRET_KEY_BYTES)
    const d = naturalFromBigEndian(secretKey, 0)
    if (!isScalar(d)) throw new RangeError("secretKey must be from 1 to n - 1: make another from fresh random bytes")
    return d
}

/** Whether x is from 1 to n - 1. Tells by its time only how far x agrees with n or 0. */
export function isScalar(x: number[]): boolean {
    let bits = 0
    for (let i = 0; i < x.length; i++) bits |= x[i]
    return bits !== 0 && compare(x, ORDER) < 0
}
