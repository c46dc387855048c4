/** Cases of what is computed by combs, each for one rule, with the answer that they have to get. */
import { createHash } from "node:crypto"
import { ed25519, x25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import type { eddsaOf } from "../../../src/core/cose/eddsa-known"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import type { ed25519KnownKeyRefusal } from "../../../src/core/crypto/ed25519-known"
import type { p256KnownKeyRefusal } from "../../../src/core/crypto/p256-known"
import type { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
import type { Pause } from "../../../src/core/ports"
import { nodeDigest } from "../../../src/host/node-digest"
import { knownKeyComb } from "../../../src/host/package/known-key"
import { rising } from "./vectors/bytes"
import { readerOf } from "./vectors/slhdsa"

export interface KnownKeyCode {
    eddsaOf: typeof eddsaOf
    ed25519KnownKeyRefusal: typeof ed25519KnownKeyRefusal
    p256KnownKeyRefusal: typeof p256KnownKeyRefusal
    x25519PublicKeyByComb: typeof x25519PublicKeyByComb
}

type Answer = (code: KnownKeyCode) => Promise<string | undefined>

const pause = async () => {}
const digest = await openDigest(nodeDigest, pause)
const message = rising(64, 0)
const { Point: Edwards } = ed25519
const { p: P, n: L } = Edwards.CURVE()
const { Point: Weierstrass } = p256
const { n: N, p: P_256 } = Weierstrass.CURVE()

const modulo = (x: bigint, m: bigint) => ((x % m) + m) % m
const bytes = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex")
const little = (x: bigint) => bytes(x).reverse()
const number = (data: Uint8Array) => BigInt(`0x${Buffer.from(data).toString("hex")}`)

const A = 0x1234567890abcdefn
const publicKey = Buffer.from(Edwards.BASE.multiply(A).toBytes())
const KEY = { publicKey, comb: knownKeyComb("EdDSA", publicKey) }

/** Signs as RFC 8032 does, but for R as it is written. */
function signed(nonce: bigint, change = (_r: Buffer) => {}): Buffer {
    const r = Buffer.from((nonce === 0n ? Edwards.ZERO : Edwards.BASE.multiply(nonce)).toBytes())
    change(r)
    const hash = createHash("sha512").update(r).update(publicKey).update(message).digest().reverse()
    return Buffer.concat([r, little(modulo(nonce + number(hash) * A, L))])
}
const SIGNATURE = signed(77n)

const ofEd25519 =
    (signature: Buffer, key = KEY): Answer =>
    ({ ed25519KnownKeyRefusal }) =>
        ed25519KnownKeyRefusal(key, message, signature, pause)

/** A digest of 32 chosen bytes. */
const digestOf = (hash: bigint): Digest => ({ ...digest, sha256: async () => bytes(hash) })
const combOf = (key: InstanceType<typeof Weierstrass>) =>
    knownKeyComb("ES256", Buffer.from(key.toBytes(false)).subarray(1))

/** r, and s that fits, of a nonce under the key d G of a message with this hash. */
function ecdsa(d: bigint, nonce: bigint, hash: bigint): Buffer {
    const r = Weierstrass.BASE.multiply(nonce).toAffine().x % N
    return Buffer.concat([bytes(r), bytes(modulo((hash + r * d) * Weierstrass.Fn.inv(nonce), N))])
}
const Z = 5n
const ECDSA = ecdsa(A, 77n, Z)
const COMB = combOf(Weierstrass.BASE.multiply(A))

const ofP256 =
    (comb: Buffer, z: bigint, signature: Buffer, pausing: Pause = pause): Answer =>
    ({ p256KnownKeyRefusal }) =>
        p256KnownKeyRefusal(comb, message, signature, digestOf(z), pausing)

/** A key under which s = 1 and an R whose x is n or more are a signature of a message with hash 5: Q = (R - 5 G) / r. */
const ABOVE = (() => {
    for (let x = N; x < P_256; x++)
        try {
            const point = Weierstrass.fromBytes(Buffer.concat([Buffer.of(2), bytes(x)]))
            const key = point.subtract(Weierstrass.BASE.multiply(5n)).multiply(Weierstrass.Fn.inv(x - N))
            return { comb: combOf(key), signature: Buffer.concat([bytes(x - N), bytes(1n)]) }
        } catch {}
    throw new Error("there is none")
})()

const ofX25519 =
    (secret: Buffer): Answer =>
    async ({ x25519PublicKeyByComb }) => {
        const ours = await x25519PublicKeyByComb(secret, pause)
        return ours.equals(x25519.getPublicKey(secret)) ? "the same" : "another"
    }

const ofVerifier =
    (otherKey: Buffer): Answer =>
    async ({ eddsaOf }) => {
        const accepted = await eddsaOf([KEY]).verify(otherKey, message, readerOf(SIGNATURE), digest, pause)
        return accepted ? undefined : "refused"
    }

/** What is asked, and what is answered: a refusal by its name, undefined for none, the name of what is thrown. */
export const CASES = {
    "Ed25519: sound": [ofEd25519(SIGNATURE), undefined],
    "Ed25519: s + ℓ": [
        ofEd25519(
            Buffer.concat([
                SIGNATURE.subarray(0, 32),
                little(number(Buffer.from(SIGNATURE.subarray(32)).reverse()) + L),
            ]),
        ),
        "sOutOfRange",
    ],
    "Ed25519: a byte behind the signature": [ofEd25519(Buffer.concat([SIGNATURE, Buffer.of(0)])), "signatureLength"],
    "Ed25519: R with the other sign": [
        ofEd25519(
            signed(77n, r => {
                r[31] ^= 128
            }),
        ),
        "mismatch",
    ],
    "Ed25519: R is neutral, and fits": [ofEd25519(signed(0n)), "rSmallOrder"],
    "Ed25519: R is not canonical": [ofEd25519(signed(77n, r => void r.set(little(P + 1n)))), "rNotCanonical"],
    "Ed25519: a table that is cut": [ofEd25519(SIGNATURE, { publicKey, comb: KEY.comb.subarray(1) }), "RangeError"],
    "P-256: sound": [ofP256(COMB, Z, ECDSA), undefined],
    // z = r under the key G: both factors are equal. An addition that does not hold leaves 0, which would be any x.
    "P-256: equal points meet in a forgery": [
        ofP256(combOf(Weierstrass.BASE), Z, Buffer.concat([bytes(5n), bytes(9n)])),
        "mismatch",
    ],
    "P-256: r is 0": [ofP256(COMB, Z, Buffer.concat([Buffer.alloc(32), ECDSA.subarray(32)])), "rOutOfRange"],
    "P-256: x of R is above n": [ofP256(ABOVE.comb, Z, ABOVE.signature), undefined],
    "P-256: a table that is cut": [ofP256(COMB.subarray(1), Z, ECDSA), "RangeError"],
    "P-256: the signature's buffer is used again": [
        (code: KnownKeyCode) => {
            const lent = Buffer.from(ECDSA)
            return ofP256(COMB, Z, lent, async () => void lent.fill(0))(code)
        },
        undefined,
    ],
    "a key that begins like a known one": [
        ofVerifier(Buffer.concat([publicKey.subarray(0, 31), Buffer.of(publicKey[31] ^ 1)])),
        "refused",
    ],
    "a key that is not known": [ofVerifier(Buffer.from(Edwards.BASE.toBytes())), "refused"],
    "X25519: highest bits": [ofX25519(Buffer.alloc(32, 0x3f)), "the same"],
    "X25519: lowest bits": [ofX25519(Buffer.alloc(32, 0xff)), "the same"],
} satisfies Record<string, readonly [Answer, string | undefined]>

export type CaseName = keyof typeof CASES

export async function answerOf(name: CaseName, code: KnownKeyCode): Promise<string | undefined> {
    try {
        return await CASES[name][0](code)
    } catch (error) {
        return (error as Error).name
    }
}
