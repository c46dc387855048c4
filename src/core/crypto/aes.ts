import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import { requireBytes } from "./require-bytes"
import { littleEndian32, putLittleEndian32 } from "./words"

/**
 * AES-128 and AES-256 encryption (FIPS 197) of two blocks at once, bit-sliced: eight integers hold one bit of each of
 * the 32 bytes, and a round is the same `&`, `^` and shifts whatever key and data are. No table is indexed by a secret.
 *
 * The layout: bit p of byte `row`, `column` of block b lies in plane p at bit 8 * row + 2 * column + b.
 */
export class Aes {
    private readonly key: Buffer
    private readonly rounds: number
    /** Eight planes for each round key, made when first needed. */
    private roundKeys: number[] | undefined

    /** @param key 16 or 32 bytes */
    constructor(key: Buffer) {
        requireBytes(key, "AES key")
        if (key.length !== 16 && key.length !== 32)
            throw new RangeError(`an AES key must be 16 or 32 bytes long, not ${key.length}`)
        this.key = copyOf(key)
        this.rounds = key.length === 16 ? 10 : 14
    }

    /** Encrypts the two blocks of 16 bytes in `pair`, in place. */
    async encryptPair(pair: Buffer, pause: Pause): Promise<void> {
        if (!this.roundKeys) this.roundKeys = await expandKey(this.key, this.rounds, pause)
        await pause()
        const words: number[] = []
        for (let i = 0; i < 8; i++) words.push(littleEndian32(pair, 16 * (i & 1) + 4 * (i >> 1)))
        transpose(words)
        await encryptPlanes(words, this.roundKeys, this.rounds, pause)
        await pause()
        transpose(words)
        for (let i = 0; i < 8; i++) putLittleEndian32(pair, 16 * (i & 1) + 4 * (i >> 1), words[i])
    }
}

/** About 7 ms each. */
const ROUNDS_PER_PAUSE = 3
const KEYS_PER_PAUSE = 3

const NO_KEY = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

/** FIPS 197 §5.2, the round keys as planes. */
async function expandKey(key: Buffer, rounds: number, pause: Pause): Promise<number[]> {
    const words: number[] = []
    for (let i = 0; i < key.length; i += 4) words.push(littleEndian32(key, i))
    const keyWords = words.length
    let roundConstant = 1
    for (let i = keyWords; i < 4 * (rounds + 1); i++) {
        let word = words[i - 1]
        if (i % keyWords === 0) {
            word = (await substituteWord((word >>> 8) | (word << 24), pause)) ^ roundConstant
            roundConstant = (roundConstant << 1) ^ ((roundConstant >> 7) * 0x11b)
        } else if (i % keyWords === 4) word = await substituteWord(word, pause)
        words.push(words[i - keyWords] ^ word)
    }
    const planes: number[] = []
    for (let round = 0; round <= rounds; round++) {
        if (round % KEYS_PER_PAUSE === 0) await pause()
        const columns: number[] = []
        for (let i = 0; i < 8; i++) columns.push(words[4 * round + (i >> 1)])
        transpose(columns)
        for (let i = 0; i < 8; i++) planes.push(columns[i])
    }
    return planes
}

/**
 * SubWord: a last round, under a key of zeros, of a state whose columns are all this word, which ShiftRows leaves as it
 * is. A plane is then a bit of each row, eight times.
 */
async function substituteWord(word: number, pause: Pause): Promise<number> {
    const planes: number[] = []
    for (let p = 0; p < 8; p++) {
        const bits = (word >>> p) & 0x01010101
        planes.push((bits << 8) - bits)
    }
    await encryptPlanes(planes, NO_KEY, 1, pause)
    let substituted = 0
    for (let p = 0; p < 8; p++) substituted |= (planes[p] & 0x01010101) << p
    return substituted
}

/** Exchanges bit i of every byte of word j with bit j of the same byte of word i: from words to planes and back. */
function transpose(words: number[]): void {
    for (let i = 0; i < 8; i += 2) exchange(words, i, i + 1, 1, 0x55555555)
    for (let i = 0; i < 8; i += 4) {
        exchange(words, i, i + 2, 2, 0x33333333)
        exchange(words, i + 1, i + 3, 2, 0x33333333)
    }
    for (let i = 0; i < 4; i++) exchange(words, i, i + 4, 4, 0x0f0f0f0f)
}

/** Exchanges the bits of word j under `mask` with those of word i that lie `shift` higher. */
function exchange(words: number[], i: number, j: number, shift: number, mask: number): void {
    const difference = ((words[i] >>> shift) ^ words[j]) & mask
    words[j] ^= difference
    words[i] ^= difference << shift
}

/** 0xc000c000 as a signed integer. */
const ROWS_1_3_HIGH = -0x3fff4000

/**
 * The rounds of FIPS 197 §5.1 on eight planes, in place.
 * @param keys eight planes for each of rounds + 1 keys
 */
async function encryptPlanes(planes: number[], keys: number[], rounds: number, pause: Pause): Promise<void> {
    let q0 = planes[0] ^ keys[0]
    let q1 = planes[1] ^ keys[1]
    let q2 = planes[2] ^ keys[2]
    let q3 = planes[3] ^ keys[3]
    let q4 = planes[4] ^ keys[4]
    let q5 = planes[5] ^ keys[5]
    let q6 = planes[6] ^ keys[6]
    let q7 = planes[7] ^ keys[7]
    let k = 0
    for (let round = 1; ; round++) {
        if (round % ROUNDS_PER_PAUSE === 1) await pause()
        // SubBytes: the circuit of Boyar and Peralta (2011), gates named as there. q7 and s0 are the most significant bits.
        const y14 = q4 ^ q2
        const y13 = q7 ^ q1
        const y9 = q7 ^ q4
        const y8 = q7 ^ q2
        const t0 = q6 ^ q5
        const y1 = t0 ^ q0
        const y4 = y1 ^ q4
        const y12 = y13 ^ y14
        const y2 = y1 ^ q7
        const y5 = y1 ^ q1
        const y3 = y5 ^ y8
        const t1 = q3 ^ y12
        const y15 = t1 ^ q2
        const y20 = t1 ^ q6
        const y6 = y15 ^ q0
        const y10 = y15 ^ t0
        const y11 = y20 ^ y9
        const y7 = q0 ^ y11
        const y17 = y10 ^ y11
        const y16 = t0 ^ y11
        const t2 = y12 & y15
        const t7 = y13 & y16
        const t12 = y9 & y11
        const t14 = (y14 & y17) ^ t12
        const t16 = (y8 & y10) ^ t12
        const t21 = (y3 & y6) ^ t2 ^ t14 ^ y20
        const t22 = (y4 & q0) ^ t2 ^ t16 ^ (y10 ^ y8)
        const t23 = (y5 & y1) ^ t7 ^ t14 ^ (y13 ^ y16)
        const t24 = (y2 & y7) ^ t7 ^ t16 ^ (q7 ^ y16)
        const t25 = t21 ^ t22
        const t26 = t21 & t23
        const t27 = t24 ^ t26
        const t29 = (t25 & t27) ^ t22
        const t33 = ((t22 ^ t26) & (t23 ^ t24)) ^ t24
        const t36 = t24 & (t27 ^ t33)
        const t37 = t36 ^ (t23 ^ t33)
        const t40 = t25 ^ (t29 & (t27 ^ t36))
        const t41 = t40 ^ t37
        const t42 = t29 ^ t33
        const t43 = t29 ^ t40
        const t44 = t33 ^ t37
        const t45 = t42 ^ t41
        const z2 = t33 & q0
        const z3 = t43 & y16
        const z4 = t40 & y1
        const z5 = t29 & y7
        const z7 = t45 & y17
        const z10 = t37 & y3
        const z12 = t43 & y13
        const z16 = t45 & y14
        const t46 = (t42 & y9) ^ z16
        const t48 = z5 ^ (t40 & y5)
        const t53 = (t44 & y15) ^ z3
        const t57 = z2 ^ z12 ^ t53
        const t58 = z4 ^ t46
        const t59 = z3 ^ ((t42 & y11) ^ z7)
        const t62 = z7 ^ (t41 & y10) ^ t58
        const t63 = (t44 & y12) ^ z10 ^ t58
        const t64 = z4 ^ t59
        const t65 = (t29 & y2) ^ t57 ^ t62
        const t66 = (t37 & y6) ^ t63
        const s0 = t59 ^ t63
        const s6 = z12 ^ t48 ^ ~t62
        const s7 = t48 ^ ~(t46 ^ t57)
        const s3 = t53 ^ t66
        const s4 = z2 ^ z5 ^ t66
        const s5 = z10 ^ (t33 & y4) ^ t65
        const s1 = t64 ^ ~s3
        const s2 = z16 ^ (t41 & y8) ^ ~(t64 ^ t65)
        // ShiftRows: bytes of rows 2 and 3 turn by four bits (two columns), then those of rows 1 and 3 by two.
        let u = 0
        q0 = s7
        q1 = s6
        q2 = s5
        q3 = s4
        q4 = s3
        q5 = s2
        q6 = s1
        q7 = s0
        u = (q0 ^ (q0 >>> 4)) & 0x0f0f0000
        q0 ^= u ^ (u << 4)
        q0 = (q0 & 0x00ff00ff) | ((q0 >>> 2) & 0x3f003f00) | ((q0 << 6) & ROWS_1_3_HIGH)
        u = (q1 ^ (q1 >>> 4)) & 0x0f0f0000
        q1 ^= u ^ (u << 4)
        q1 = (q1 & 0x00ff00ff) | ((q1 >>> 2) & 0x3f003f00) | ((q1 << 6) & ROWS_1_3_HIGH)
        u = (q2 ^ (q2 >>> 4)) & 0x0f0f0000
        q2 ^= u ^ (u << 4)
        q2 = (q2 & 0x00ff00ff) | ((q2 >>> 2) & 0x3f003f00) | ((q2 << 6) & ROWS_1_3_HIGH)
        u = (q3 ^ (q3 >>> 4)) & 0x0f0f0000
        q3 ^= u ^ (u << 4)
        q3 = (q3 & 0x00ff00ff) | ((q3 >>> 2) & 0x3f003f00) | ((q3 << 6) & ROWS_1_3_HIGH)
        u = (q4 ^ (q4 >>> 4)) & 0x0f0f0000
        q4 ^= u ^ (u << 4)
        q4 = (q4 & 0x00ff00ff) | ((q4 >>> 2) & 0x3f003f00) | ((q4 << 6) & ROWS_1_3_HIGH)
        u = (q5 ^ (q5 >>> 4)) & 0x0f0f0000
        q5 ^= u ^ (u << 4)
        q5 = (q5 & 0x00ff00ff) | ((q5 >>> 2) & 0x3f003f00) | ((q5 << 6) & ROWS_1_3_HIGH)
        u = (q6 ^ (q6 >>> 4)) & 0x0f0f0000
        q6 ^= u ^ (u << 4)
        q6 = (q6 & 0x00ff00ff) | ((q6 >>> 2) & 0x3f003f00) | ((q6 << 6) & ROWS_1_3_HIGH)
        u = (q7 ^ (q7 >>> 4)) & 0x0f0f0000
        q7 ^= u ^ (u << 4)
        q7 = (q7 & 0x00ff00ff) | ((q7 >>> 2) & 0x3f003f00) | ((q7 << 6) & ROWS_1_3_HIGH)
        k += 8
        if (round === rounds) break
        // MixColumns, with r the row below and d = q ^ r: 2 d ^ r ^ (the d two rows below). Then AddRoundKey.
        const r0 = (q0 >>> 8) | (q0 << 24)
        const d0 = q0 ^ r0
        const r1 = (q1 >>> 8) | (q1 << 24)
        const d1 = q1 ^ r1
        const r2 = (q2 >>> 8) | (q2 << 24)
        const d2 = q2 ^ r2
        const r3 = (q3 >>> 8) | (q3 << 24)
        const d3 = q3 ^ r3
        const r4 = (q4 >>> 8) | (q4 << 24)
        const d4 = q4 ^ r4
        const r5 = (q5 >>> 8) | (q5 << 24)
        const d5 = q5 ^ r5
        const r6 = (q6 >>> 8) | (q6 << 24)
        const d6 = q6 ^ r6
        const r7 = (q7 >>> 8) | (q7 << 24)
        const d7 = q7 ^ r7
        q0 = d7 ^ r0 ^ (d0 >>> 16) ^ (d0 << 16) ^ keys[k]
        q1 = d0 ^ d7 ^ r1 ^ (d1 >>> 16) ^ (d1 << 16) ^ keys[k + 1]
        q2 = d1 ^ r2 ^ (d2 >>> 16) ^ (d2 << 16) ^ keys[k + 2]
        q3 = d2 ^ d7 ^ r3 ^ (d3 >>> 16) ^ (d3 << 16) ^ keys[k + 3]
        q4 = d3 ^ d7 ^ r4 ^ (d4 >>> 16) ^ (d4 << 16) ^ keys[k + 4]
        q5 = d4 ^ r5 ^ (d5 >>> 16) ^ (d5 << 16) ^ keys[k + 5]
        q6 = d5 ^ r6 ^ (d6 >>> 16) ^ (d6 << 16) ^ keys[k + 6]
        q7 = d6 ^ r7 ^ (d7 >>> 16) ^ (d7 << 16) ^ keys[k + 7]
    }
    planes[0] = q0 ^ keys[k]
    planes[1] = q1 ^ keys[k + 1]
    planes[2] = q2 ^ keys[k + 2]
    planes[3] = q3 ^ keys[k + 3]
    planes[4] = q4 ^ keys[k + 4]
    planes[5] = q5 ^ keys[k + 5]
    planes[6] = q6 ^ keys[k + 6]
    planes[7] = q7 ^ keys[k + 7]
}
