import type { Pause } from "../ports"
import { hex } from "./hex"
import { multiplyAddModulo, naturalFromBytes } from "./natural"

/** Numbers modulo ℓ = 2^252 + 27742317777372353535851937790883648493, the order of edwards25519's base point (RFC 8032 §5.1). */
export const ORDER = naturalFromBytes(hex`edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010`, 0, 32)

/** Up to 64 bytes as a number modulo ℓ. */
export async function scalarFromBytes(bytes: Buffer, pause: Pause): Promise<number[]> {
    return await multiplyAddModulo(naturalFromBytes(bytes, 0, bytes.length), [1], [], ORDER, pause)
}
