/**
 * Arithmetic modulo the prime of P-256 and doubling on it, in Montgomery form, unrolled over eleven limbs of 24 bits.
 * Written by src/host/kernels/generate.ts; edit there. The registers are variables of this module, which the VM reads as fast
 * as locals. They belong to the computation that has its turn (turn.ts), and hold their numbers while it pauses.
 */
import { pauseInTurn } from "./turn"

let a0: number
let a1: number
let a2: number
let a3: number
let a4: number
let a5: number
let a6: number
let a7: number
let a8: number
let a9: number
let a10: number
let b0: number
let b1: number
let b2: number
let b3: number
let b4: number
let b5: number
let b6: number
let b7: number
let b8: number
let b9: number
let b10: number
let r0: number
let r1: number
let r2: number
let r3: number
let r4: number
let r5: number
let r6: number
let r7: number
let r8: number
let r9: number
let r10: number
let x0: number
let x1: number
let x2: number
let x3: number
let x4: number
let x5: number
let x6: number
let x7: number
let x8: number
let x9: number
let x10: number
let y0: number
let y1: number
let y2: number
let y3: number
let y4: number
let y5: number
let y6: number
let y7: number
let y8: number
let y9: number
let y10: number
let z0: number
let z1: number
let z2: number
let z3: number
let z4: number
let z5: number
let z6: number
let z7: number
let z8: number
let z9: number
let z10: number

/** Work since the last pause, in tenths of a millisecond on an RP2040. */
let spent = 0

/** Counts work that is about to begin, and pauses before it if all since the last pause would be more than a stretch. */
export async function spend(tenths: number): Promise<void> {
    spent += tenths
    if (spent > 80) await rest(tenths)
}

async function rest(tenths: number): Promise<void> {
    await pauseInTurn()
    spent = tenths
}

/** r = a b / R */
async function multiply(): Promise<void> {
    spent += 24
    if (spent > 80) await rest(24)
    let column = a0 * b0
    let over = column + 1.289832212652881e-136 - 1.289832212652881e-136
    const q0 = column - over
    column = a0 * b1 + a1 * b0 + over
    over = column + 2.1639793635435318e-129 - 2.1639793635435318e-129
    const q1 = column - over
    column = a0 * b2 + a1 * b1 + a2 * b0 + over
    over = column + 3.630554920171236e-122 - 3.630554920171236e-122
    const q2 = column - over
    column = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + over
    over = column + 6.091060409557558e-115 - 6.091060409557558e-115
    const q3 = column - over
    column = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + 7.922816251426434e28 * q0 + over
    over = column + 1.0219103616019562e-107 - 1.0219103616019562e-107
    const q4 = column - over
    column = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + 7.922816251426434e28 * q1 + over
    over = column + 1.7144810869234125e-100 - 1.7144810869234125e-100
    const q5 = column - over
    column = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + 7.922816251426434e28 * q2 + over
    over = column + 2.8764219523228867e-93 - 2.8764219523228867e-93
    const q6 = column - over
    column =
        a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + 7.922816251426434e28 * q3 + over
    over = column + 4.825835240126277e-86 - 4.825835240126277e-86
    const q7 = column - over
    column =
        a0 * b8 +
        a1 * b7 +
        a2 * b6 +
        a3 * b5 +
        a4 * b4 +
        a5 * b3 +
        a6 * b2 +
        a7 * b1 +
        a8 * b0 +
        7.922816251426434e28 * q4 +
        6.277101735386681e57 * q0 +
        over
    over = column + 8.096408020401042e-79 - 8.096408020401042e-79
    const q8 = column - over
    column =
        a0 * b9 +
        a1 * b8 +
        a2 * b7 +
        a3 * b6 +
        a4 * b5 +
        a5 * b4 +
        a6 * b3 +
        a7 * b2 +
        a8 * b1 +
        a9 * b0 +
        7.922816251426434e28 * q5 +
        6.277101735386681e57 * q1 +
        -2.695994666715064e67 * q0 +
        over
    over = column + 1.3583518618240069e-71 - 1.3583518618240069e-71
    const q9 = column - over
    column =
        a0 * b10 +
        a1 * b9 +
        a2 * b8 +
        a3 * b7 +
        a4 * b6 +
        a5 * b5 +
        a6 * b4 +
        a7 * b3 +
        a8 * b2 +
        a9 * b1 +
        a10 * b0 +
        7.922816251426434e28 * q6 +
        6.277101735386681e57 * q2 +
        -2.695994666715064e67 * q1 +
        1.157920892373162e77 * q0 +
        over
    over = column + 2.2789362589823517e-64 - 2.2789362589823517e-64
    spent += 24
    if (spent > 80) await rest(24)
    const q10 = column - over
    column =
        a1 * b10 +
        a2 * b9 +
        a3 * b8 +
        a4 * b7 +
        a5 * b6 +
        a6 * b5 +
        a7 * b4 +
        a8 * b3 +
        a9 * b2 +
        a10 * b1 +
        7.922816251426434e28 * q7 +
        6.277101735386681e57 * q3 +
        -2.695994666715064e67 * q2 +
        1.157920892373162e77 * q1 +
        over
    over = column + 3.8234205867178855e-57 - 3.8234205867178855e-57
    r0 = column - over
    column =
        a2 * b10 +
        a3 * b9 +
        a4 * b8 +
        a5 * b7 +
        a6 * b6 +
        a7 * b5 +
        a8 * b4 +
        a9 * b3 +
        a10 * b2 +
        7.922816251426434e28 * q8 +
        6.277101735386681e57 * q4 +
        -2.695994666715064e67 * q3 +
        1.157920892373162e77 * q2 +
        over
    over = column + 6.41463530422127e-50 - 6.41463530422127e-50
    r1 = column - over
    column =
        a3 * b10 +
        a4 * b9 +
        a5 * b8 +
        a6 * b7 +
        a7 * b6 +
        a8 * b5 +
        a9 * b4 +
        a10 * b3 +
        7.922816251426434e28 * q9 +
        6.277101735386681e57 * q5 +
        -2.695994666715064e67 * q4 +
        1.157920892373162e77 * q3 +
        over
    over = column + 1.0761972206014595e-42 - 1.0761972206014595e-42
    r2 = column - over
    column =
        a4 * b10 +
        a5 * b9 +
        a6 * b8 +
        a7 * b7 +
        a8 * b6 +
        a9 * b5 +
        a10 * b4 +
        7.922816251426434e28 * q10 +
        6.277101735386681e57 * q6 +
        -2.695994666715064e67 * q5 +
        1.157920892373162e77 * q4 +
        over
    over = column + 1.8055593228630336e-35 - 1.8055593228630336e-35
    r3 = column - over
    column =
        a5 * b10 +
        a6 * b9 +
        a7 * b8 +
        a8 * b7 +
        a9 * b6 +
        a10 * b5 +
        6.277101735386681e57 * q7 +
        -2.695994666715064e67 * q6 +
        1.157920892373162e77 * q5 +
        over
    over = column + 3.0292258760486853e-28 - 3.0292258760486853e-28
    r4 = column - over
    column =
        a6 * b10 +
        a7 * b9 +
        a8 * b8 +
        a9 * b7 +
        a10 * b6 +
        6.277101735386681e57 * q8 +
        -2.695994666715064e67 * q7 +
        1.157920892373162e77 * q6 +
        over
    over = column + 5.082197683525802e-21 - 5.082197683525802e-21
    r5 = column - over
    column =
        a7 * b10 +
        a8 * b9 +
        a9 * b8 +
        a10 * b7 +
        6.277101735386681e57 * q9 +
        -2.695994666715064e67 * q8 +
        1.157920892373162e77 * q7 +
        over
    over = column + 8.526512829121202e-14 - 8.526512829121202e-14
    r6 = column - over
    column =
        a8 * b10 +
        a9 * b9 +
        a10 * b8 +
        6.277101735386681e57 * q10 +
        -2.695994666715064e67 * q9 +
        1.157920892373162e77 * q8 +
        over
    over = column + 0.000001430511474609375 - 0.000001430511474609375
    r7 = column - over
    column = a9 * b10 + a10 * b9 + -2.695994666715064e67 * q10 + 1.157920892373162e77 * q9 + over
    over = column + 24 - 24
    r8 = column - over
    column = a10 * b10 + 1.157920892373162e77 * q10 + over
    over = column + 402653184 - 402653184
    r9 = column - over
    r10 = over
}

/** r = a² / R */
async function square(): Promise<void> {
    spent += 38
    if (spent > 80) await rest(38)
    const d0 = a0 + a0
    const d1 = a1 + a1
    const d2 = a2 + a2
    const d3 = a3 + a3
    const d4 = a4 + a4
    const d5 = a5 + a5
    const d6 = a6 + a6
    const d7 = a7 + a7
    const d8 = a8 + a8
    const d9 = a9 + a9
    let column = a0 * a0
    let over = column + 1.289832212652881e-136 - 1.289832212652881e-136
    const q0 = column - over
    column = d0 * a1 + over
    over = column + 2.1639793635435318e-129 - 2.1639793635435318e-129
    const q1 = column - over
    column = d0 * a2 + a1 * a1 + over
    over = column + 3.630554920171236e-122 - 3.630554920171236e-122
    const q2 = column - over
    column = d0 * a3 + d1 * a2 + over
    over = column + 6.091060409557558e-115 - 6.091060409557558e-115
    const q3 = column - over
    column = d0 * a4 + d1 * a3 + a2 * a2 + 7.922816251426434e28 * q0 + over
    over = column + 1.0219103616019562e-107 - 1.0219103616019562e-107
    const q4 = column - over
    column = d0 * a5 + d1 * a4 + d2 * a3 + 7.922816251426434e28 * q1 + over
    over = column + 1.7144810869234125e-100 - 1.7144810869234125e-100
    const q5 = column - over
    column = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + 7.922816251426434e28 * q2 + over
    over = column + 2.8764219523228867e-93 - 2.8764219523228867e-93
    const q6 = column - over
    column = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + 7.922816251426434e28 * q3 + over
    over = column + 4.825835240126277e-86 - 4.825835240126277e-86
    const q7 = column - over
    column =
        d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + 7.922816251426434e28 * q4 + 6.277101735386681e57 * q0 + over
    over = column + 8.096408020401042e-79 - 8.096408020401042e-79
    const q8 = column - over
    column =
        d0 * a9 +
        d1 * a8 +
        d2 * a7 +
        d3 * a6 +
        d4 * a5 +
        7.922816251426434e28 * q5 +
        6.277101735386681e57 * q1 +
        -2.695994666715064e67 * q0 +
        over
    over = column + 1.3583518618240069e-71 - 1.3583518618240069e-71
    const q9 = column - over
    column =
        d0 * a10 +
        d1 * a9 +
        d2 * a8 +
        d3 * a7 +
        d4 * a6 +
        a5 * a5 +
        7.922816251426434e28 * q6 +
        6.277101735386681e57 * q2 +
        -2.695994666715064e67 * q1 +
        1.157920892373162e77 * q0 +
        over
    over = column + 2.2789362589823517e-64 - 2.2789362589823517e-64
    const q10 = column - over
    column =
        d1 * a10 +
        d2 * a9 +
        d3 * a8 +
        d4 * a7 +
        d5 * a6 +
        7.922816251426434e28 * q7 +
        6.277101735386681e57 * q3 +
        -2.695994666715064e67 * q2 +
        1.157920892373162e77 * q1 +
        over
    over = column + 3.8234205867178855e-57 - 3.8234205867178855e-57
    r0 = column - over
    column =
        d2 * a10 +
        d3 * a9 +
        d4 * a8 +
        d5 * a7 +
        a6 * a6 +
        7.922816251426434e28 * q8 +
        6.277101735386681e57 * q4 +
        -2.695994666715064e67 * q3 +
        1.157920892373162e77 * q2 +
        over
    over = column + 6.41463530422127e-50 - 6.41463530422127e-50
    r1 = column - over
    column =
        d3 * a10 +
        d4 * a9 +
        d5 * a8 +
        d6 * a7 +
        7.922816251426434e28 * q9 +
        6.277101735386681e57 * q5 +
        -2.695994666715064e67 * q4 +
        1.157920892373162e77 * q3 +
        over
    over = column + 1.0761972206014595e-42 - 1.0761972206014595e-42
    r2 = column - over
    column =
        d4 * a10 +
        d5 * a9 +
        d6 * a8 +
        a7 * a7 +
        7.922816251426434e28 * q10 +
        6.277101735386681e57 * q6 +
        -2.695994666715064e67 * q5 +
        1.157920892373162e77 * q4 +
        over
    over = column + 1.8055593228630336e-35 - 1.8055593228630336e-35
    r3 = column - over
    column =
        d5 * a10 +
        d6 * a9 +
        d7 * a8 +
        6.277101735386681e57 * q7 +
        -2.695994666715064e67 * q6 +
        1.157920892373162e77 * q5 +
        over
    over = column + 3.0292258760486853e-28 - 3.0292258760486853e-28
    r4 = column - over
    column =
        d6 * a10 +
        d7 * a9 +
        a8 * a8 +
        6.277101735386681e57 * q8 +
        -2.695994666715064e67 * q7 +
        1.157920892373162e77 * q6 +
        over
    over = column + 5.082197683525802e-21 - 5.082197683525802e-21
    r5 = column - over
    column =
        d7 * a10 + d8 * a9 + 6.277101735386681e57 * q9 + -2.695994666715064e67 * q8 + 1.157920892373162e77 * q7 + over
    over = column + 8.526512829121202e-14 - 8.526512829121202e-14
    r6 = column - over
    column =
        d8 * a10 + a9 * a9 + 6.277101735386681e57 * q10 + -2.695994666715064e67 * q9 + 1.157920892373162e77 * q8 + over
    over = column + 0.000001430511474609375 - 0.000001430511474609375
    r7 = column - over
    column = d9 * a10 + -2.695994666715064e67 * q10 + 1.157920892373162e77 * q9 + over
    over = column + 24 - 24
    r8 = column - over
    column = a10 * a10 + 1.157920892373162e77 * q10 + over
    over = column + 402653184 - 402653184
    r9 = column - over
    r10 = over
}

/** Carries r */
function settle(): void {
    let over = r0 + 3.8234205867178855e-57 - 3.8234205867178855e-57
    r0 = r0 - over
    r1 = r1 + over
    over = r1 + 6.41463530422127e-50 - 6.41463530422127e-50
    r1 = r1 - over
    r2 = r2 + over
    over = r2 + 1.0761972206014595e-42 - 1.0761972206014595e-42
    r2 = r2 - over
    r3 = r3 + over
    over = r3 + 1.8055593228630336e-35 - 1.8055593228630336e-35
    r3 = r3 - over
    r4 = r4 + over
    over = r4 + 3.0292258760486853e-28 - 3.0292258760486853e-28
    r4 = r4 - over
    r5 = r5 + over
    over = r5 + 5.082197683525802e-21 - 5.082197683525802e-21
    r5 = r5 - over
    r6 = r6 + over
    over = r6 + 8.526512829121202e-14 - 8.526512829121202e-14
    r6 = r6 - over
    r7 = r7 + over
    over = r7 + 0.000001430511474609375 - 0.000001430511474609375
    r7 = r7 - over
    r8 = r8 + over
    over = r8 + 24 - 24
    r8 = r8 - over
    r9 = r9 + over
    over = r9 + 402653184 - 402653184
    r9 = r9 - over
    r10 = r10 + over
}

/** (x / z², y / z³) doubled */
export async function doublePoint(): Promise<void> {
    a0 = z0
    a1 = z1
    a2 = z2
    a3 = z3
    a4 = z4
    a5 = z5
    a6 = z6
    a7 = z7
    a8 = z8
    a9 = z9
    a10 = z10
    b0 = y0
    b1 = y1
    b2 = y2
    b3 = y3
    b4 = y4
    b5 = y5
    b6 = y6
    b7 = y7
    b8 = y8
    b9 = y9
    b10 = y10
    await multiply()
    const doubleZ0 = r0 + r0
    const doubleZ1 = r1 + r1
    const doubleZ2 = r2 + r2
    const doubleZ3 = r3 + r3
    const doubleZ4 = r4 + r4
    const doubleZ5 = r5 + r5
    const doubleZ6 = r6 + r6
    const doubleZ7 = r7 + r7
    const doubleZ8 = r8 + r8
    const doubleZ9 = r9 + r9
    const doubleZ10 = r10 + r10
    await square()
    a0 = x0 + r0
    a1 = x1 + r1
    a2 = x2 + r2
    a3 = x3 + r3
    a4 = x4 + r4
    a5 = x5 + r5
    a6 = x6 + r6
    a7 = x7 + r7
    a8 = x8 + r8
    a9 = x9 + r9
    a10 = x10 + r10
    b0 = x0 - r0
    b1 = x1 - r1
    b2 = x2 - r2
    b3 = x3 - r3
    b4 = x4 - r4
    b5 = x5 - r5
    b6 = x6 - r6
    b7 = x7 - r7
    b8 = x8 - r8
    b9 = x9 - r9
    b10 = x10 - r10
    await multiply()
    r0 = 3 * r0
    r1 = 3 * r1
    r2 = 3 * r2
    r3 = 3 * r3
    r4 = 3 * r4
    r5 = 3 * r5
    r6 = 3 * r6
    r7 = 3 * r7
    r8 = 3 * r8
    r9 = 3 * r9
    r10 = 3 * r10
    settle()
    const alpha0 = r0
    const alpha1 = r1
    const alpha2 = r2
    const alpha3 = r3
    const alpha4 = r4
    const alpha5 = r5
    const alpha6 = r6
    const alpha7 = r7
    const alpha8 = r8
    const alpha9 = r9
    const alpha10 = r10
    a0 = y0
    a1 = y1
    a2 = y2
    a3 = y3
    a4 = y4
    a5 = y5
    a6 = y6
    a7 = y7
    a8 = y8
    a9 = y9
    a10 = y10
    await square()
    a0 = r0
    a1 = r1
    a2 = r2
    a3 = r3
    a4 = r4
    a5 = r5
    a6 = r6
    a7 = r7
    a8 = r8
    a9 = r9
    a10 = r10
    b0 = x0
    b1 = x1
    b2 = x2
    b3 = x3
    b4 = x4
    b5 = x5
    b6 = x6
    b7 = x7
    b8 = x8
    b9 = x9
    b10 = x10
    await multiply()
    const beta0 = 4 * r0
    const beta1 = 4 * r1
    const beta2 = 4 * r2
    const beta3 = 4 * r3
    const beta4 = 4 * r4
    const beta5 = 4 * r5
    const beta6 = 4 * r6
    const beta7 = 4 * r7
    const beta8 = 4 * r8
    const beta9 = 4 * r9
    const beta10 = 4 * r10
    await square()
    const gamma0 = 8 * r0
    const gamma1 = 8 * r1
    const gamma2 = 8 * r2
    const gamma3 = 8 * r3
    const gamma4 = 8 * r4
    const gamma5 = 8 * r5
    const gamma6 = 8 * r6
    const gamma7 = 8 * r7
    const gamma8 = 8 * r8
    const gamma9 = 8 * r9
    const gamma10 = 8 * r10
    a0 = alpha0
    a1 = alpha1
    a2 = alpha2
    a3 = alpha3
    a4 = alpha4
    a5 = alpha5
    a6 = alpha6
    a7 = alpha7
    a8 = alpha8
    a9 = alpha9
    a10 = alpha10
    await square()
    r0 = r0 - (beta0 + beta0)
    r1 = r1 - (beta1 + beta1)
    r2 = r2 - (beta2 + beta2)
    r3 = r3 - (beta3 + beta3)
    r4 = r4 - (beta4 + beta4)
    r5 = r5 - (beta5 + beta5)
    r6 = r6 - (beta6 + beta6)
    r7 = r7 - (beta7 + beta7)
    r8 = r8 - (beta8 + beta8)
    r9 = r9 - (beta9 + beta9)
    r10 = r10 - (beta10 + beta10)
    settle()
    x0 = r0
    x1 = r1
    x2 = r2
    x3 = r3
    x4 = r4
    x5 = r5
    x6 = r6
    x7 = r7
    x8 = r8
    x9 = r9
    x10 = r10
    a0 = alpha0
    a1 = alpha1
    a2 = alpha2
    a3 = alpha3
    a4 = alpha4
    a5 = alpha5
    a6 = alpha6
    a7 = alpha7
    a8 = alpha8
    a9 = alpha9
    a10 = alpha10
    b0 = beta0 - r0
    b1 = beta1 - r1
    b2 = beta2 - r2
    b3 = beta3 - r3
    b4 = beta4 - r4
    b5 = beta5 - r5
    b6 = beta6 - r6
    b7 = beta7 - r7
    b8 = beta8 - r8
    b9 = beta9 - r9
    b10 = beta10 - r10
    await multiply()
    r0 = r0 - gamma0
    r1 = r1 - gamma1
    r2 = r2 - gamma2
    r3 = r3 - gamma3
    r4 = r4 - gamma4
    r5 = r5 - gamma5
    r6 = r6 - gamma6
    r7 = r7 - gamma7
    r8 = r8 - gamma8
    r9 = r9 - gamma9
    r10 = r10 - gamma10
    settle()
    y0 = r0
    y1 = r1
    y2 = r2
    y3 = r3
    y4 = r4
    y5 = r5
    y6 = r6
    y7 = r7
    y8 = r8
    y9 = r9
    y10 = r10
    z0 = doubleZ0
    z1 = doubleZ1
    z2 = doubleZ2
    z3 = doubleZ3
    z4 = doubleZ4
    z5 = doubleZ5
    z6 = doubleZ6
    z7 = doubleZ7
    z8 = doubleZ8
    z9 = doubleZ9
    z10 = doubleZ10
}

/** (x / z², y / z³) plus (xs, ys), or minus it if `direction` is -1 and not 1. z becomes 0, and stays so, if z was or if the two are equal or opposite */
export async function addAffine(xs: number[], ys: number[], direction: number): Promise<void> {
    spent += 10
    if (spent > 80) await rest(10)
    a0 = z0
    a1 = z1
    a2 = z2
    a3 = z3
    a4 = z4
    a5 = z5
    a6 = z6
    a7 = z7
    a8 = z8
    a9 = z9
    a10 = z10
    await square()
    let c0 = r0
    let c1 = r1
    let c2 = r2
    let c3 = r3
    let c4 = r4
    let c5 = r5
    let c6 = r6
    let c7 = r7
    let c8 = r8
    let c9 = r9
    let c10 = r10
    b0 = r0
    b1 = r1
    b2 = r2
    b3 = r3
    b4 = r4
    b5 = r5
    b6 = r6
    b7 = r7
    b8 = r8
    b9 = r9
    b10 = r10
    await multiply()
    a0 = r0
    a1 = r1
    a2 = r2
    a3 = r3
    a4 = r4
    a5 = r5
    a6 = r6
    a7 = r7
    a8 = r8
    a9 = r9
    a10 = r10
    b0 = ys[0]
    b1 = ys[1]
    b2 = ys[2]
    b3 = ys[3]
    b4 = ys[4]
    b5 = ys[5]
    b6 = ys[6]
    b7 = ys[7]
    b8 = ys[8]
    b9 = ys[9]
    b10 = ys[10]
    await multiply()
    const slope0 = direction * r0 - y0
    const slope1 = direction * r1 - y1
    const slope2 = direction * r2 - y2
    const slope3 = direction * r3 - y3
    const slope4 = direction * r4 - y4
    const slope5 = direction * r5 - y5
    const slope6 = direction * r6 - y6
    const slope7 = direction * r7 - y7
    const slope8 = direction * r8 - y8
    const slope9 = direction * r9 - y9
    const slope10 = direction * r10 - y10
    a0 = c0
    a1 = c1
    a2 = c2
    a3 = c3
    a4 = c4
    a5 = c5
    a6 = c6
    a7 = c7
    a8 = c8
    a9 = c9
    a10 = c10
    b0 = xs[0]
    b1 = xs[1]
    b2 = xs[2]
    b3 = xs[3]
    b4 = xs[4]
    b5 = xs[5]
    b6 = xs[6]
    b7 = xs[7]
    b8 = xs[8]
    b9 = xs[9]
    b10 = xs[10]
    await multiply()
    a0 = r0 - x0
    a1 = r1 - x1
    a2 = r2 - x2
    a3 = r3 - x3
    a4 = r4 - x4
    a5 = r5 - x5
    a6 = r6 - x6
    a7 = r7 - x7
    a8 = r8 - x8
    a9 = r9 - x9
    a10 = r10 - x10
    b0 = z0
    b1 = z1
    b2 = z2
    b3 = z3
    b4 = z4
    b5 = z5
    b6 = z6
    b7 = z7
    b8 = z8
    b9 = z9
    b10 = z10
    await multiply()
    z0 = r0
    z1 = r1
    z2 = r2
    z3 = r3
    z4 = r4
    z5 = r5
    z6 = r6
    z7 = r7
    z8 = r8
    z9 = r9
    z10 = r10
    await square()
    b0 = r0
    b1 = r1
    b2 = r2
    b3 = r3
    b4 = r4
    b5 = r5
    b6 = r6
    b7 = r7
    b8 = r8
    b9 = r9
    b10 = r10
    await multiply()
    const h0 = r0
    const h1 = r1
    const h2 = r2
    const h3 = r3
    const h4 = r4
    const h5 = r5
    const h6 = r6
    const h7 = r7
    const h8 = r8
    const h9 = r9
    const h10 = r10
    a0 = x0
    a1 = x1
    a2 = x2
    a3 = x3
    a4 = x4
    a5 = x5
    a6 = x6
    a7 = x7
    a8 = x8
    a9 = x9
    a10 = x10
    await multiply()
    c0 = r0
    c1 = r1
    c2 = r2
    c3 = r3
    c4 = r4
    c5 = r5
    c6 = r6
    c7 = r7
    c8 = r8
    c9 = r9
    c10 = r10
    a0 = slope0
    a1 = slope1
    a2 = slope2
    a3 = slope3
    a4 = slope4
    a5 = slope5
    a6 = slope6
    a7 = slope7
    a8 = slope8
    a9 = slope9
    a10 = slope10
    await square()
    r0 = r0 - h0 - (c0 + c0)
    r1 = r1 - h1 - (c1 + c1)
    r2 = r2 - h2 - (c2 + c2)
    r3 = r3 - h3 - (c3 + c3)
    r4 = r4 - h4 - (c4 + c4)
    r5 = r5 - h5 - (c5 + c5)
    r6 = r6 - h6 - (c6 + c6)
    r7 = r7 - h7 - (c7 + c7)
    r8 = r8 - h8 - (c8 + c8)
    r9 = r9 - h9 - (c9 + c9)
    r10 = r10 - h10 - (c10 + c10)
    settle()
    x0 = r0
    x1 = r1
    x2 = r2
    x3 = r3
    x4 = r4
    x5 = r5
    x6 = r6
    x7 = r7
    x8 = r8
    x9 = r9
    x10 = r10
    b0 = c0 - r0
    b1 = c1 - r1
    b2 = c2 - r2
    b3 = c3 - r3
    b4 = c4 - r4
    b5 = c5 - r5
    b6 = c6 - r6
    b7 = c7 - r7
    b8 = c8 - r8
    b9 = c9 - r9
    b10 = c10 - r10
    await multiply()
    c0 = r0
    c1 = r1
    c2 = r2
    c3 = r3
    c4 = r4
    c5 = r5
    c6 = r6
    c7 = r7
    c8 = r8
    c9 = r9
    c10 = r10
    a0 = y0
    a1 = y1
    a2 = y2
    a3 = y3
    a4 = y4
    a5 = y5
    a6 = y6
    a7 = y7
    a8 = y8
    a9 = y9
    a10 = y10
    b0 = h0
    b1 = h1
    b2 = h2
    b3 = h3
    b4 = h4
    b5 = h5
    b6 = h6
    b7 = h7
    b8 = h8
    b9 = h9
    b10 = h10
    await multiply()
    r0 = c0 - r0
    r1 = c1 - r1
    r2 = c2 - r2
    r3 = c3 - r3
    r4 = c4 - r4
    r5 = c5 - r5
    r6 = c6 - r6
    r7 = c7 - r7
    r8 = c8 - r8
    r9 = c9 - r9
    r10 = c10 - r10
    settle()
    y0 = r0
    y1 = r1
    y2 = r2
    y3 = r3
    y4 = r4
    y5 = r5
    y6 = r6
    y7 = r7
    y8 = r8
    y9 = r9
    y10 = r10
}

/** (x, y, z) from arrays */
export function loadPoint(xs: number[], ys: number[], zs: number[]): void {
    x0 = xs[0]
    x1 = xs[1]
    x2 = xs[2]
    x3 = xs[3]
    x4 = xs[4]
    x5 = xs[5]
    x6 = xs[6]
    x7 = xs[7]
    x8 = xs[8]
    x9 = xs[9]
    x10 = xs[10]
    y0 = ys[0]
    y1 = ys[1]
    y2 = ys[2]
    y3 = ys[3]
    y4 = ys[4]
    y5 = ys[5]
    y6 = ys[6]
    y7 = ys[7]
    y8 = ys[8]
    y9 = ys[9]
    y10 = ys[10]
    z0 = zs[0]
    z1 = zs[1]
    z2 = zs[2]
    z3 = zs[3]
    z4 = zs[4]
    z5 = zs[5]
    z6 = zs[6]
    z7 = zs[7]
    z8 = zs[8]
    z9 = zs[9]
    z10 = zs[10]
}

/** (x, y, z) to arrays */
export function storePoint(xs: number[], ys: number[], zs: number[]): void {
    xs[10] = x10
    xs[9] = x9
    xs[8] = x8
    xs[7] = x7
    xs[6] = x6
    xs[5] = x5
    xs[4] = x4
    xs[3] = x3
    xs[2] = x2
    xs[1] = x1
    xs[0] = x0
    ys[10] = y10
    ys[9] = y9
    ys[8] = y8
    ys[7] = y7
    ys[6] = y6
    ys[5] = y5
    ys[4] = y4
    ys[3] = y3
    ys[2] = y2
    ys[1] = y1
    ys[0] = y0
    zs[10] = z10
    zs[9] = z9
    zs[8] = z8
    zs[7] = z7
    zs[6] = z6
    zs[5] = z5
    zs[4] = z4
    zs[3] = z3
    zs[2] = z2
    zs[1] = z1
    zs[0] = z0
}

/** out = x y / R, for arrays of limbs: carried numbers, or a sum or difference of two */
export async function product(out: number[], x: number[], y: number[]): Promise<void> {
    spent += 10
    if (spent > 80) await rest(10)
    a0 = x[0]
    a1 = x[1]
    a2 = x[2]
    a3 = x[3]
    a4 = x[4]
    a5 = x[5]
    a6 = x[6]
    a7 = x[7]
    a8 = x[8]
    a9 = x[9]
    a10 = x[10]
    b0 = y[0]
    b1 = y[1]
    b2 = y[2]
    b3 = y[3]
    b4 = y[4]
    b5 = y[5]
    b6 = y[6]
    b7 = y[7]
    b8 = y[8]
    b9 = y[9]
    b10 = y[10]
    await multiply()
    out[10] = r10
    out[9] = r9
    out[8] = r8
    out[7] = r7
    out[6] = r6
    out[5] = r5
    out[4] = r4
    out[3] = r3
    out[2] = r2
    out[1] = r1
    out[0] = r0
}

/** out = x + factor y, carried; factor is at most 3 in magnitude */
export function combine(out: number[], x: number[], factor: number, y: number[]): void {
    r0 = x[0] + factor * y[0]
    r1 = x[1] + factor * y[1]
    r2 = x[2] + factor * y[2]
    r3 = x[3] + factor * y[3]
    r4 = x[4] + factor * y[4]
    r5 = x[5] + factor * y[5]
    r6 = x[6] + factor * y[6]
    r7 = x[7] + factor * y[7]
    r8 = x[8] + factor * y[8]
    r9 = x[9] + factor * y[9]
    r10 = x[10] + factor * y[10]
    settle()
    out[10] = r10
    out[9] = r9
    out[8] = r8
    out[7] = r7
    out[6] = r6
    out[5] = r5
    out[4] = r4
    out[3] = r3
    out[2] = r2
    out[1] = r1
    out[0] = r0
}
