/**
 * Arithmetic modulo 2^255 - 19 and on the curves over it, unrolled over eleven limbs.
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
let t0: number
let t1: number
let t2: number
let t3: number
let t4: number
let t5: number
let t6: number
let t7: number
let t8: number
let t9: number
let t10: number
let u0: number
let u1: number
let u2: number
let u3: number
let u4: number
let u5: number
let u6: number
let u7: number
let u8: number
let u9: number
let u10: number

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

/** r = a b */
async function multiply(): Promise<void> {
    spent += 34
    if (spent > 80) await rest(34)
    const high0 = a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1
    const over0 = high0 + 6.561752174349036e99 - 6.561752174349036e99
    const high1 = a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2
    const over1 = high1 + 5.504396678376172e106 - 5.504396678376172e106
    const high2 = a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3
    const over2 = high2 + 4.617422601139978e113 - 4.617422601139978e113
    const high3 = a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4
    const over3 = high3 + 3.873374817130363e120 - 3.873374817130363e120
    const high4 = a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5
    const over4 = high4 + 3.24922229779783e127 - 3.24922229779783e127
    const high5 = a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6
    const over5 = high5 + 5.451290432217052e134 - 5.451290432217052e134
    const high6 = a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7
    const over6 = high6 + 4.572873853001942e141 - 4.572873853001942e141
    const high7 = a8 * b10 + a9 * b9 + a10 * b8
    const over7 = high7 + 3.836004618628291e148 - 3.836004618628291e148
    const high8 = a9 * b10 + a10 * b9
    const over8 = high8 + 3.2178739031862233e155 - 3.2178739031862233e155
    let column = a0 * b0 + 3.281744050935889e-76 * (high0 - over0)
    let over = column + 1.1333679558887149e23 - 1.1333679558887149e23
    r0 = column - over
    column = a0 * b1 + a1 * b0 + 3.281744050935889e-76 * (high1 - over1 + over0) + over
    over = column + 9.50737950171172e29 - 9.50737950171172e29
    r1 = column - over
    column = a0 * b2 + a1 * b1 + a2 * b0 + 3.281744050935889e-76 * (high2 - over2 + over1) + over
    over = column + 7.975367974709495e36 - 7.975367974709495e36
    r2 = column - over
    column = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + 3.281744050935889e-76 * (high3 - over3 + over2) + over
    over = column + 6.690223559559187e43 - 6.690223559559187e43
    r3 = column - over
    column = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + 3.281744050935889e-76 * (high4 - over4 + over3) + over
    over = column + 5.612166287350667e50 - 5.612166287350667e50
    r4 = column - over
    column =
        a0 * b5 +
        a1 * b4 +
        a2 * b3 +
        a3 * b2 +
        a4 * b1 +
        a5 * b0 +
        3.281744050935889e-76 * (high5 - over5 + over4) +
        over
    over = column + 9.415652603080021e57 - 9.415652603080021e57
    r5 = column - over
    column =
        a0 * b6 +
        a1 * b5 +
        a2 * b4 +
        a3 * b3 +
        a4 * b2 +
        a5 * b1 +
        a6 * b0 +
        3.281744050935889e-76 * (high6 - over6 + over5) +
        over
    over = column + 7.898421875141789e64 - 7.898421875141789e64
    r6 = column - over
    column =
        a0 * b7 +
        a1 * b6 +
        a2 * b5 +
        a3 * b4 +
        a4 * b3 +
        a5 * b2 +
        a6 * b1 +
        a7 * b0 +
        3.281744050935889e-76 * (high7 - over7 + over6) +
        over
    over = column + 6.625676492918941e71 - 6.625676492918941e71
    r7 = column - over
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
        3.281744050935889e-76 * (high8 - over8 + over7) +
        over
    over = column + 5.558020283391177e78 - 5.558020283391177e78
    r8 = column - over
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
        3.281744050935889e-76 * (a10 * b10 + over8) +
        over
    over = column + 4.66240534134175e85 - 4.66240534134175e85
    r9 = column - over
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
        over
    over = column + 3.911109074562213e92 - 3.911109074562213e92
    r10 = column - over
    column = r0 + 3.281744050935889e-76 * over
    over = column + 1.1333679558887149e23 - 1.1333679558887149e23
    r0 = column - over
    r1 = r1 + over
}

/** r = a^(2^times), for at least one time; a is lost */
async function square(times: number): Promise<void> {
    while (true) {
        spent += 24
        if (spent > 80) await rest(24)
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
        const high0 = d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6
        const over0 = high0 + 6.561752174349036e99 - 6.561752174349036e99
        const high1 = d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6
        const over1 = high1 + 5.504396678376172e106 - 5.504396678376172e106
        const high2 = d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7
        const over2 = high2 + 4.617422601139978e113 - 4.617422601139978e113
        const high3 = d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7
        const over3 = high3 + 3.873374817130363e120 - 3.873374817130363e120
        const high4 = d5 * a10 + d6 * a9 + d7 * a8
        const over4 = high4 + 3.24922229779783e127 - 3.24922229779783e127
        const high5 = d6 * a10 + d7 * a9 + a8 * a8
        const over5 = high5 + 5.451290432217052e134 - 5.451290432217052e134
        let column = a0 * a0 + 3.281744050935889e-76 * (high0 - over0)
        let over = column + 1.1333679558887149e23 - 1.1333679558887149e23
        r0 = column - over
        column = d0 * a1 + 3.281744050935889e-76 * (high1 - over1 + over0) + over
        over = column + 9.50737950171172e29 - 9.50737950171172e29
        r1 = column - over
        column = d0 * a2 + a1 * a1 + 3.281744050935889e-76 * (high2 - over2 + over1) + over
        over = column + 7.975367974709495e36 - 7.975367974709495e36
        r2 = column - over
        column = d0 * a3 + d1 * a2 + 3.281744050935889e-76 * (high3 - over3 + over2) + over
        over = column + 6.690223559559187e43 - 6.690223559559187e43
        r3 = column - over
        column = d0 * a4 + d1 * a3 + a2 * a2 + 3.281744050935889e-76 * (high4 - over4 + over3) + over
        over = column + 5.612166287350667e50 - 5.612166287350667e50
        r4 = column - over
        column = d0 * a5 + d1 * a4 + d2 * a3 + 3.281744050935889e-76 * (high5 - over5 + over4) + over
        over = column + 9.415652603080021e57 - 9.415652603080021e57
        r5 = column - over
        column = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + 3.281744050935889e-76 * (d7 * a10 + d8 * a9 + over5) + over
        over = column + 7.898421875141789e64 - 7.898421875141789e64
        r6 = column - over
        column = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + 3.281744050935889e-76 * (d8 * a10 + a9 * a9) + over
        over = column + 6.625676492918941e71 - 6.625676492918941e71
        r7 = column - over
        column = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + 3.281744050935889e-76 * (d9 * a10) + over
        over = column + 5.558020283391177e78 - 5.558020283391177e78
        r8 = column - over
        column = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + 3.281744050935889e-76 * (a10 * a10) + over
        over = column + 4.66240534134175e85 - 4.66240534134175e85
        r9 = column - over
        column = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + over
        over = column + 3.911109074562213e92 - 3.911109074562213e92
        r10 = column - over
        column = r0 + 3.281744050935889e-76 * over
        over = column + 1.1333679558887149e23 - 1.1333679558887149e23
        r0 = column - over
        r1 = r1 + over
        times -= 1
        if (times === 0) return
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
    }
}

/** (x : y : z) doubled. t is needed, and computed, only in front of an addition */
export async function doublePoint(withT: boolean): Promise<void> {
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
    await square(1)
    let h0 = r0
    let h1 = r1
    let h2 = r2
    let h3 = r3
    let h4 = r4
    let h5 = r5
    let h6 = r6
    let h7 = r7
    let h8 = r8
    let h9 = r9
    let h10 = r10
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
    await square(1)
    const g0 = h0 - r0
    const g1 = h1 - r1
    const g2 = h2 - r2
    const g3 = h3 - r3
    const g4 = h4 - r4
    const g5 = h5 - r5
    const g6 = h6 - r6
    const g7 = h7 - r7
    const g8 = h8 - r8
    const g9 = h9 - r9
    const g10 = h10 - r10
    h0 = h0 + r0
    h1 = h1 + r1
    h2 = h2 + r2
    h3 = h3 + r3
    h4 = h4 + r4
    h5 = h5 + r5
    h6 = h6 + r6
    h7 = h7 + r7
    h8 = h8 + r8
    h9 = h9 + r9
    h10 = h10 + r10
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
    await square(1)
    const f0 = r0 + r0 + g0
    const f1 = r1 + r1 + g1
    const f2 = r2 + r2 + g2
    const f3 = r3 + r3 + g3
    const f4 = r4 + r4 + g4
    const f5 = r5 + r5 + g5
    const f6 = r6 + r6 + g6
    const f7 = r7 + r7 + g7
    const f8 = r8 + r8 + g8
    const f9 = r9 + r9 + g9
    const f10 = r10 + r10 + g10
    a0 = x0 + y0
    a1 = x1 + y1
    a2 = x2 + y2
    a3 = x3 + y3
    a4 = x4 + y4
    a5 = x5 + y5
    a6 = x6 + y6
    a7 = x7 + y7
    a8 = x8 + y8
    a9 = x9 + y9
    a10 = x10 + y10
    await square(1)
    a0 = h0 - r0
    a1 = h1 - r1
    a2 = h2 - r2
    a3 = h3 - r3
    a4 = h4 - r4
    a5 = h5 - r5
    a6 = h6 - r6
    a7 = h7 - r7
    a8 = h8 - r8
    a9 = h9 - r9
    a10 = h10 - r10
    b0 = f0
    b1 = f1
    b2 = f2
    b3 = f3
    b4 = f4
    b5 = f5
    b6 = f6
    b7 = f7
    b8 = f8
    b9 = f9
    b10 = f10
    await multiply()
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
    if (withT) {
        await multiply()
        t0 = r0
        t1 = r1
        t2 = r2
        t3 = r3
        t4 = r4
        t5 = r5
        t6 = r6
        t7 = r7
        t8 = r8
        t9 = r9
        t10 = r10
    }
    a0 = g0
    a1 = g1
    a2 = g2
    a3 = g3
    a4 = g4
    a5 = g5
    a6 = g6
    a7 = g7
    a8 = g8
    a9 = g9
    a10 = g10
    await multiply()
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
    b0 = f0
    b1 = f1
    b2 = f2
    b3 = f3
    b4 = f4
    b5 = f5
    b6 = f6
    b7 = f7
    b8 = f8
    b9 = f9
    b10 = f10
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
}

/** (x : y : z : t) plus a prepared point, or minus it. t is needed, and computed if asked for */
export async function addPrepared(prepared: number[], negative: boolean, withT: boolean): Promise<void> {
    const sum = negative ? 11 : 0
    const difference = 11 - sum
    a0 = y0 - x0
    a1 = y1 - x1
    a2 = y2 - x2
    a3 = y3 - x3
    a4 = y4 - x4
    a5 = y5 - x5
    a6 = y6 - x6
    a7 = y7 - x7
    a8 = y8 - x8
    a9 = y9 - x9
    a10 = y10 - x10
    b0 = prepared[difference + 0]
    b1 = prepared[difference + 1]
    b2 = prepared[difference + 2]
    b3 = prepared[difference + 3]
    b4 = prepared[difference + 4]
    b5 = prepared[difference + 5]
    b6 = prepared[difference + 6]
    b7 = prepared[difference + 7]
    b8 = prepared[difference + 8]
    b9 = prepared[difference + 9]
    b10 = prepared[difference + 10]
    await multiply()
    let e0 = r0
    let e1 = r1
    let e2 = r2
    let e3 = r3
    let e4 = r4
    let e5 = r5
    let e6 = r6
    let e7 = r7
    let e8 = r8
    let e9 = r9
    let e10 = r10
    a0 = y0 + x0
    a1 = y1 + x1
    a2 = y2 + x2
    a3 = y3 + x3
    a4 = y4 + x4
    a5 = y5 + x5
    a6 = y6 + x6
    a7 = y7 + x7
    a8 = y8 + x8
    a9 = y9 + x9
    a10 = y10 + x10
    b0 = prepared[sum + 0]
    b1 = prepared[sum + 1]
    b2 = prepared[sum + 2]
    b3 = prepared[sum + 3]
    b4 = prepared[sum + 4]
    b5 = prepared[sum + 5]
    b6 = prepared[sum + 6]
    b7 = prepared[sum + 7]
    b8 = prepared[sum + 8]
    b9 = prepared[sum + 9]
    b10 = prepared[sum + 10]
    await multiply()
    const h0 = r0 + e0
    const h1 = r1 + e1
    const h2 = r2 + e2
    const h3 = r3 + e3
    const h4 = r4 + e4
    const h5 = r5 + e5
    const h6 = r6 + e6
    const h7 = r7 + e7
    const h8 = r8 + e8
    const h9 = r9 + e9
    const h10 = r10 + e10
    e0 = r0 - e0
    e1 = r1 - e1
    e2 = r2 - e2
    e3 = r3 - e3
    e4 = r4 - e4
    e5 = r5 - e5
    e6 = r6 - e6
    e7 = r7 - e7
    e8 = r8 - e8
    e9 = r9 - e9
    e10 = r10 - e10
    a0 = t0
    a1 = t1
    a2 = t2
    a3 = t3
    a4 = t4
    a5 = t5
    a6 = t6
    a7 = t7
    a8 = t8
    a9 = t9
    a10 = t10
    b0 = prepared[22]
    b1 = prepared[23]
    b2 = prepared[24]
    b3 = prepared[25]
    b4 = prepared[26]
    b5 = prepared[27]
    b6 = prepared[28]
    b7 = prepared[29]
    b8 = prepared[30]
    b9 = prepared[31]
    b10 = prepared[32]
    await multiply()
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
    if (prepared.length > 33) {
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
        b0 = prepared[33]
        b1 = prepared[34]
        b2 = prepared[35]
        b3 = prepared[36]
        b4 = prepared[37]
        b5 = prepared[38]
        b6 = prepared[39]
        b7 = prepared[40]
        b8 = prepared[41]
        b9 = prepared[42]
        b10 = prepared[43]
        await multiply()
    } else {
        r0 = z0
        r1 = z1
        r2 = z2
        r3 = z3
        r4 = z4
        r5 = z5
        r6 = z6
        r7 = z7
        r8 = z8
        r9 = z9
        r10 = z10
    }
    r0 = r0 + r0
    r1 = r1 + r1
    r2 = r2 + r2
    r3 = r3 + r3
    r4 = r4 + r4
    r5 = r5 + r5
    r6 = r6 + r6
    r7 = r7 + r7
    r8 = r8 + r8
    r9 = r9 + r9
    r10 = r10 + r10
    if (negative) {
        b0 = r0 + c0
        b1 = r1 + c1
        b2 = r2 + c2
        b3 = r3 + c3
        b4 = r4 + c4
        b5 = r5 + c5
        b6 = r6 + c6
        b7 = r7 + c7
        b8 = r8 + c8
        b9 = r9 + c9
        b10 = r10 + c10
        c0 = r0 - c0
        c1 = r1 - c1
        c2 = r2 - c2
        c3 = r3 - c3
        c4 = r4 - c4
        c5 = r5 - c5
        c6 = r6 - c6
        c7 = r7 - c7
        c8 = r8 - c8
        c9 = r9 - c9
        c10 = r10 - c10
    } else {
        b0 = r0 - c0
        b1 = r1 - c1
        b2 = r2 - c2
        b3 = r3 - c3
        b4 = r4 - c4
        b5 = r5 - c5
        b6 = r6 - c6
        b7 = r7 - c7
        b8 = r8 - c8
        b9 = r9 - c9
        b10 = r10 - c10
        c0 = r0 + c0
        c1 = r1 + c1
        c2 = r2 + c2
        c3 = r3 + c3
        c4 = r4 + c4
        c5 = r5 + c5
        c6 = r6 + c6
        c7 = r7 + c7
        c8 = r8 + c8
        c9 = r9 + c9
        c10 = r10 + c10
    }
    a0 = e0
    a1 = e1
    a2 = e2
    a3 = e3
    a4 = e4
    a5 = e5
    a6 = e6
    a7 = e7
    a8 = e8
    a9 = e9
    a10 = e10
    await multiply()
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
    if (withT) {
        a0 = e0
        a1 = e1
        a2 = e2
        a3 = e3
        a4 = e4
        a5 = e5
        a6 = e6
        a7 = e7
        a8 = e8
        a9 = e9
        a10 = e10
        await multiply()
        t0 = r0
        t1 = r1
        t2 = r2
        t3 = r3
        t4 = r4
        t5 = r5
        t6 = r6
        t7 = r7
        t8 = r8
        t9 = r9
        t10 = r10
    }
}

/** (x : y : z : t) from 44 limbs */
export function loadPoint(point: number[]): void {
    x0 = point[0]
    x1 = point[1]
    x2 = point[2]
    x3 = point[3]
    x4 = point[4]
    x5 = point[5]
    x6 = point[6]
    x7 = point[7]
    x8 = point[8]
    x9 = point[9]
    x10 = point[10]
    y0 = point[11]
    y1 = point[12]
    y2 = point[13]
    y3 = point[14]
    y4 = point[15]
    y5 = point[16]
    y6 = point[17]
    y7 = point[18]
    y8 = point[19]
    y9 = point[20]
    y10 = point[21]
    z0 = point[22]
    z1 = point[23]
    z2 = point[24]
    z3 = point[25]
    z4 = point[26]
    z5 = point[27]
    z6 = point[28]
    z7 = point[29]
    z8 = point[30]
    z9 = point[31]
    z10 = point[32]
    t0 = point[33]
    t1 = point[34]
    t2 = point[35]
    t3 = point[36]
    t4 = point[37]
    t5 = point[38]
    t6 = point[39]
    t7 = point[40]
    t8 = point[41]
    t9 = point[42]
    t10 = point[43]
}

/** (x : y : z : t) to 44 limbs */
export function storePoint(point: number[]): void {
    point[43] = t10
    point[42] = t9
    point[41] = t8
    point[40] = t7
    point[39] = t6
    point[38] = t5
    point[37] = t4
    point[36] = t3
    point[35] = t2
    point[34] = t1
    point[33] = t0
    point[32] = z10
    point[31] = z9
    point[30] = z8
    point[29] = z7
    point[28] = z6
    point[27] = z5
    point[26] = z4
    point[25] = z3
    point[24] = z2
    point[23] = z1
    point[22] = z0
    point[21] = y10
    point[20] = y9
    point[19] = y8
    point[18] = y7
    point[17] = y6
    point[16] = y5
    point[15] = y4
    point[14] = y3
    point[13] = y2
    point[12] = y1
    point[11] = y0
    point[10] = x10
    point[9] = x9
    point[8] = x8
    point[7] = x7
    point[6] = x6
    point[5] = x5
    point[4] = x4
    point[3] = x3
    point[2] = x2
    point[1] = x1
    point[0] = x0
}

/** x/z becomes twice itself, or twice y/t if `swap` is 1; y/t becomes the sum of both, unless that is not wanted */
export async function ladderStep(swap: number, withSum: boolean): Promise<void> {
    b0 = x0 + z0
    b1 = x1 + z1
    b2 = x2 + z2
    b3 = x3 + z3
    b4 = x4 + z4
    b5 = x5 + z5
    b6 = x6 + z6
    b7 = x7 + z7
    b8 = x8 + z8
    b9 = x9 + z9
    b10 = x10 + z10
    const c0 = y0 + t0
    const c1 = y1 + t1
    const c2 = y2 + t2
    const c3 = y3 + t3
    const c4 = y4 + t4
    const c5 = y5 + t5
    const c6 = y6 + t6
    const c7 = y7 + t7
    const c8 = y8 + t8
    const c9 = y9 + t9
    const c10 = y10 + t10
    a0 = y0 - t0
    a1 = y1 - t1
    a2 = y2 - t2
    a3 = y3 - t3
    a4 = y4 - t4
    a5 = y5 - t5
    a6 = y6 - t6
    a7 = y7 - t7
    a8 = y8 - t8
    a9 = y9 - t9
    a10 = y10 - t10
    const d0 = x0 - z0
    const d1 = x1 - z1
    const d2 = x2 - z2
    const d3 = x3 - z3
    const d4 = x4 - z4
    const d5 = x5 - z5
    const d6 = x6 - z6
    const d7 = x7 - z7
    const d8 = x8 - z8
    const d9 = x9 - z9
    const d10 = x10 - z10
    const sum0 = b0 + swap * (c0 - b0)
    const sum1 = b1 + swap * (c1 - b1)
    const sum2 = b2 + swap * (c2 - b2)
    const sum3 = b3 + swap * (c3 - b3)
    const sum4 = b4 + swap * (c4 - b4)
    const sum5 = b5 + swap * (c5 - b5)
    const sum6 = b6 + swap * (c6 - b6)
    const sum7 = b7 + swap * (c7 - b7)
    const sum8 = b8 + swap * (c8 - b8)
    const sum9 = b9 + swap * (c9 - b9)
    const sum10 = b10 + swap * (c10 - b10)
    const difference0 = d0 + swap * (a0 - d0)
    const difference1 = d1 + swap * (a1 - d1)
    const difference2 = d2 + swap * (a2 - d2)
    const difference3 = d3 + swap * (a3 - d3)
    const difference4 = d4 + swap * (a4 - d4)
    const difference5 = d5 + swap * (a5 - d5)
    const difference6 = d6 + swap * (a6 - d6)
    const difference7 = d7 + swap * (a7 - d7)
    const difference8 = d8 + swap * (a8 - d8)
    const difference9 = d9 + swap * (a9 - d9)
    const difference10 = d10 + swap * (a10 - d10)
    if (withSum) {
        await multiply()
        let e0 = r0
        let e1 = r1
        let e2 = r2
        let e3 = r3
        let e4 = r4
        let e5 = r5
        let e6 = r6
        let e7 = r7
        let e8 = r8
        let e9 = r9
        let e10 = r10
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
        b0 = d0
        b1 = d1
        b2 = d2
        b3 = d3
        b4 = d4
        b5 = d5
        b6 = d6
        b7 = d7
        b8 = d8
        b9 = d9
        b10 = d10
        await multiply()
        a0 = e0 + r0
        a1 = e1 + r1
        a2 = e2 + r2
        a3 = e3 + r3
        a4 = e4 + r4
        a5 = e5 + r5
        a6 = e6 + r6
        a7 = e7 + r7
        a8 = e8 + r8
        a9 = e9 + r9
        a10 = e10 + r10
        e0 = e0 - r0
        e1 = e1 - r1
        e2 = e2 - r2
        e3 = e3 - r3
        e4 = e4 - r4
        e5 = e5 - r5
        e6 = e6 - r6
        e7 = e7 - r7
        e8 = e8 - r8
        e9 = e9 - r9
        e10 = e10 - r10
        await square(1)
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
        a0 = e0
        a1 = e1
        a2 = e2
        a3 = e3
        a4 = e4
        a5 = e5
        a6 = e6
        a7 = e7
        a8 = e8
        a9 = e9
        a10 = e10
        await square(1)
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
        b0 = u0
        b1 = u1
        b2 = u2
        b3 = u3
        b4 = u4
        b5 = u5
        b6 = u6
        b7 = u7
        b8 = u8
        b9 = u9
        b10 = u10
        await multiply()
        t0 = r0
        t1 = r1
        t2 = r2
        t3 = r3
        t4 = r4
        t5 = r5
        t6 = r6
        t7 = r7
        t8 = r8
        t9 = r9
        t10 = r10
    }
    a0 = sum0
    a1 = sum1
    a2 = sum2
    a3 = sum3
    a4 = sum4
    a5 = sum5
    a6 = sum6
    a7 = sum7
    a8 = sum8
    a9 = sum9
    a10 = sum10
    await square(1)
    const f0 = r0
    const f1 = r1
    const f2 = r2
    const f3 = r3
    const f4 = r4
    const f5 = r5
    const f6 = r6
    const f7 = r7
    const f8 = r8
    const f9 = r9
    const f10 = r10
    a0 = difference0
    a1 = difference1
    a2 = difference2
    a3 = difference3
    a4 = difference4
    a5 = difference5
    a6 = difference6
    a7 = difference7
    a8 = difference8
    a9 = difference9
    a10 = difference10
    await square(1)
    a0 = f0
    a1 = f1
    a2 = f2
    a3 = f3
    a4 = f4
    a5 = f5
    a6 = f6
    a7 = f7
    a8 = f8
    a9 = f9
    a10 = f10
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
    a0 = f0 - b0
    a1 = f1 - b1
    a2 = f2 - b2
    a3 = f3 - b3
    a4 = f4 - b4
    a5 = f5 - b5
    a6 = f6 - b6
    a7 = f7 - b7
    a8 = f8 - b8
    a9 = f9 - b9
    a10 = f10 - b10
    spent += 13
    if (spent > 80) await rest(13)
    let column = f0 + 121665 * a0
    let over = column + 1.1333679558887149e23 - 1.1333679558887149e23
    r0 = column - over
    column = f1 + 121665 * a1 + over
    over = column + 9.50737950171172e29 - 9.50737950171172e29
    r1 = column - over
    column = f2 + 121665 * a2 + over
    over = column + 7.975367974709495e36 - 7.975367974709495e36
    r2 = column - over
    column = f3 + 121665 * a3 + over
    over = column + 6.690223559559187e43 - 6.690223559559187e43
    r3 = column - over
    column = f4 + 121665 * a4 + over
    over = column + 5.612166287350667e50 - 5.612166287350667e50
    r4 = column - over
    column = f5 + 121665 * a5 + over
    over = column + 9.415652603080021e57 - 9.415652603080021e57
    r5 = column - over
    column = f6 + 121665 * a6 + over
    over = column + 7.898421875141789e64 - 7.898421875141789e64
    r6 = column - over
    column = f7 + 121665 * a7 + over
    over = column + 6.625676492918941e71 - 6.625676492918941e71
    r7 = column - over
    column = f8 + 121665 * a8 + over
    over = column + 5.558020283391177e78 - 5.558020283391177e78
    r8 = column - over
    column = f9 + 121665 * a9 + over
    over = column + 4.66240534134175e85 - 4.66240534134175e85
    r9 = column - over
    column = f10 + 121665 * a10 + over
    over = column + 3.911109074562213e92 - 3.911109074562213e92
    r10 = column - over
    column = r0 + 3.281744050935889e-76 * over
    over = column + 1.1333679558887149e23 - 1.1333679558887149e23
    r0 = column - over
    r1 = r1 + over
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
}

/** u from 11 limbs */
export function loadLadderBase(base: number[]): void {
    u0 = base[0]
    u1 = base[1]
    u2 = base[2]
    u3 = base[3]
    u4 = base[4]
    u5 = base[5]
    u6 = base[6]
    u7 = base[7]
    u8 = base[8]
    u9 = base[9]
    u10 = base[10]
}

/** out = x y, for arrays of limbs: sums of up to three carried numbers, and of up to four */
export async function product(out: number[], x: number[], y: number[]): Promise<void> {
    spent += 13
    if (spent > 80) await rest(13)
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

/** out = x^(2^times), for arrays of limbs and at least one time */
export async function powerOfTwo(out: number[], x: number[], times: number): Promise<void> {
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
    await square(times)
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
