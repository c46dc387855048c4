import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import type { KeyFault } from "../../../src/host/identity/key-algorithm"
import { unitKey } from "./factory"

const ed = (first: number, middle: number, last: number) => Uint8Array.of(first, ...Array(30).fill(middle), last)

/** A point of order 8; multiplied by 8 it is the neutral one, by 4 it is not. */
export const ORDER_8 = Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex")

/** What nobody can have made as a key, and why. */
export const UNSOUND_KEYS: readonly (readonly [name: string, key: Uint8Array, fault: KeyFault])[] = [
    ["of another size", new Uint8Array(33), "size"],
    ["of no size", new Uint8Array(), "size"],
    ["of P-256 with a byte before its point", Buffer.concat([Buffer.of(4), unitKey("p256")]), "size"],
    ["of P-256 that is compressed", Buffer.concat([Buffer.of(2), unitKey("p256").subarray(0, 32)]), "size"],
    ["that is no point of P-256", new Uint8Array(64).fill(1), "notAPoint"],
    ["of P-256 at infinity, as some write it", new Uint8Array(64), "notAPoint"],
    ["of P-256 off the curve by one bit", offByOneBit(unitKey("p256")), "notAPoint"],
    ["of P-256 with an x beyond the field", beyondTheField(), "notAPoint"],
    ["that is no point of Ed25519", ed(2, 0, 0), "notAPoint"],
    ["of Ed25519 with a y beyond the field", ed(0xff, 0xff, 0x7f), "notAPoint"],
    ["of Ed25519 that says 1 as p + 1", ed(0xee, 0xff, 0x7f), "notAPoint"],
    ["of Ed25519 that says -0", ed(1, 0, 0x80), "notAPoint"],
    ["of Ed25519 of order 1", ed(1, 0, 0), "order"],
    ["of Ed25519 of order 2", ed(0xec, 0xff, 0x7f), "order"],
    ["of Ed25519 of order 4", ed(0, 0, 0), "order"],
    ["of Ed25519 of order 4, negative", ed(0, 0, 0x80), "order"],
    ["of Ed25519 of order 8", ORDER_8, "order"],
    ["of Ed25519 with a part of order 8", withPartOfOrder8(unitKey("ed25519")), "order"],
]

/** A point of P-256 with a small x, which p may be added to and fits into 32 bytes still. */
function beyondTheField(): Uint8Array {
    const point = p256.Point.fromHex(`02${"5".padStart(64, "0")}`)
    const x = (p256.Point.Fp.ORDER + point.x).toString(16)
    return Buffer.concat([Buffer.from(x, "hex"), point.toBytes(false).subarray(33)])
}

function offByOneBit(key: Uint8Array): Uint8Array {
    const changed = Uint8Array.from(key)
    changed[63] ^= 1
    return changed
}

function withPartOfOrder8(key: Uint8Array): Uint8Array {
    return ed25519.Point.fromBytes(key).add(ed25519.Point.fromBytes(ORDER_8)).toBytes()
}
