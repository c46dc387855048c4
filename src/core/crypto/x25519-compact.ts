import type { Pause } from "../ports"
import { constantTimeEqual } from "./constant-time"
import { copyOf } from "./copy-of"
import { product, spend } from "./field25519"
import { hex } from "./hex"
import { bytesFromLimbs, combine, LIMBS, limbsFromNumber, multiplied, wipeProducts } from "./limbs25519"
import { inverseByProducts } from "./power25519"
import { requireBytes } from "./require-bytes"
import { inTurn } from "./turn"
import { wipe } from "./wipe"
import { X25519_KEY_BYTES } from "./x25519"

/** u of the base point. */
export const X25519_BASE_POINT = hex`0900000000000000000000000000000000000000000000000000000000000000`

/** What a sum, and sixteen bits of the public key, take in tenths of a millisecond. */
const SUM_TENTHS = 12
const BITS_TENTHS = 30
/** (A - 2) / 4 for curve25519's A = 486662. */
const A24 = 121_665

/**
 * A step of the ladder (RFC 7748 §5) as a table. A row makes one number of two others, from the bytes out, x, y and how: 0 is x y; 1 and 2 are x + y
 * and x - y; 3 and 4 the same with y taken `swap` times. The numbers are 0 u, 1 x3, 2 z3, 3 x2, 4 z2, 5 a24, and two more to work with. What is multiplied
 * are sums that products take as they are.
 */
export const LADDER_STEP = hex`
    06010302 03030603 01010604
    06020402 04040603 02020604
    06030401 04030402 03010201 01010202
    01010600 03030400 06060600 04040400
    02010302 01010301 01010100 02020200 02020000
    03060400 04060402 07040500 06060701 04040600`

/**
 * The same as `x25519` and, of `X25519_BASE_POINT`, as `x25519PublicKey`: for who has Ed25519's signatures, and with them products of arrays, already.
 * It takes a ninth of their code, and 12 s each in place of 7 s. Sequence of operations and memory accesses do not depend on the secret key.
 * @throws TypeError, RangeError
 */
export async function x25519Compact(secretKey: Buffer, publicKey: Buffer, pause: Pause): Promise<Buffer | undefined> {
    requireBytes(secretKey, "secretKey", X25519_KEY_BYTES)
    requireBytes(publicKey, "publicKey", X25519_KEY_BYTES)
    const scalar = copyOf(secretKey)
    const point = copyOf(publicKey)
    scalar[0] &= 248
    scalar[31] = (scalar[31] & 127) | 64
    const shared = await inTurn(pause, wipeProducts, async () => {
        const u = limbsFromNumber(0)
        let unit = 1
        for (let bit = 0; bit < 255; bit++) {
            if ((bit & 15) === 0) await spend(BITS_TENTHS)
            u[((bit * LIMBS) / 255) | 0] += ((point[bit >> 3] >> (bit & 7)) & 1) * unit
            unit *= 2
        }
        const numbers = [u, u.slice()]
        for (const value of [1, 1, 0, A24, 0, 0]) numbers.push(limbsFromNumber(value))
        let before = 0
        for (let bit = 254; bit >= 0; bit--) {
            const next = (scalar[bit >> 3] >> (bit & 7)) & 1
            const swap = before ^ next
            before = next
            const factors = [0, 1, -1, swap, -swap]
            for (let at = 0; at < LADDER_STEP.length; at += 4) {
                const out = numbers[LADDER_STEP[at]]
                const x = numbers[LADDER_STEP[at + 1]]
                const y = numbers[LADDER_STEP[at + 2]]
                const how = LADDER_STEP[at + 3]
                if (how === 0) await product(out, x, y)
                else {
                    await spend(SUM_TENTHS)
                    combine(out, x, factors[how], y)
                }
            }
        }
        // Bit 0 is always clear, so what was swapped last is swapped back.
        return await bytesFromLimbs(await multiplied(numbers[3], await inverseByProducts(numbers[4])))
    })
    wipe(scalar)
    return constantTimeEqual(shared, Buffer.alloc(X25519_KEY_BYTES)) ? undefined : shared
}
