/**
 * The ATECC608B's commands as far as they are simulated (DS20005927A, "Security Commands"): opcodes, execution times, what they do and
 * refuse. Not simulated: encrypted reads and writes, MACs, AES, KDF, secure boot, the OTP zone, key authorisation and use limits.
 */
import { createHash } from "node:crypto"
import { p256 } from "@noble/curves/nist.js"
import type { PowerCutter } from "../../power-cut"
import type { Random } from "../../random"
import { crc16 } from "./crc16"
import { CONFIGURATION_BYTES, COUNTER_LIMIT, COUNTERS, type ElementMemory, KEY_BYTES, SLOTS } from "./memory"

/** DS20005927A, "Status/Error Codes". */
export const Status = {
    Success: 0x00,
    Miscompare: 0x01,
    ParseError: 0x03,
    ExecutionError: 0x0f,
    AfterWake: 0x11,
    CommunicationError: 0xff,
} as const

/** What a command works on. */
export interface Engine {
    readonly memory: ElementMemory
    readonly random: Random
    /** Every change of the memory is one operation. */
    readonly cutter: PowerCutter
    /** 32 bytes; lost in sleep, kept in idle. */
    tempKey: Uint8Array | undefined
    /** The message under way of the SHA command; kept in the same register as `tempKey`. */
    message: Uint8Array[] | undefined
}

/** A command's two parameters and its data. */
export interface Input {
    mode: number
    parameter: number
    data: Uint8Array
}

export interface Command {
    name: string
    opcode: number
    /** DS20005927A, "Command Execution Times". */
    typicalMs: number
    /** The longest of the ATECC608's that MicrochipTech/cryptoauthlib waits for, at clock divider 0. */
    maximumMs: number
    /** @returns the payload of the answer @throws Refusal */
    run(engine: Engine, input: Input): Uint8Array
}

/** The command answers with a status and has changed nothing. */
export class Refusal extends Error {
    constructor(readonly status: number) {
        super(`status ${status}`)
    }
}

const BLOCK_BYTES = 32
const WORD_BYTES = 4
const PUBLIC_KEY_BYTES = 64
const SIGNATURE_BYTES = 64
const P256_KEY_TYPE = 0x0004
/** Signatures as FIPS 186 has them: over the digest given, s in either half. */
const PLAIN_ECDSA = { prehash: false, lowS: false } as const

const success = Uint8Array.of(Status.Success)

export const COMMANDS: readonly Command[] = [
    { name: "Read", opcode: 0x02, typicalMs: 0.1, maximumMs: 5, run: read },
    { name: "Write", opcode: 0x12, typicalMs: 7, maximumMs: 45, run: write },
    { name: "Nonce", opcode: 0x16, typicalMs: 0.1, maximumMs: 20, run: nonce },
    { name: "Lock", opcode: 0x17, typicalMs: 8, maximumMs: 35, run: lock },
    { name: "Random", opcode: 0x1b, typicalMs: 1, maximumMs: 23, run: random },
    { name: "Counter", opcode: 0x24, typicalMs: 5, maximumMs: 25, run: counter },
    { name: "Info", opcode: 0x30, typicalMs: 0.1, maximumMs: 5, run: info },
    { name: "GenKey", opcode: 0x40, typicalMs: 11, maximumMs: 115, run: genKey },
    { name: "Sign", opcode: 0x41, typicalMs: 42, maximumMs: 115, run: sign },
    { name: "ECDH", opcode: 0x43, typicalMs: 38, maximumMs: 75, run: ecdh },
    { name: "Verify", opcode: 0x45, typicalMs: 38, maximumMs: 105, run: verify },
    { name: "SHA", opcode: 0x47, typicalMs: 7, maximumMs: 36, run: sha },
]

function read({ memory }: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed((mode & 0x7c) === 0 && data.length === 0)
    const { bytes, slot } = zoneOf(memory, mode, parameter)
    if (slot !== undefined) requireAllowed(memory.dataLocked && !memory.rules(slot).isSecret)
    const { from, length } = rangeOf(mode, parameter, slot)
    requireWellFormed(from + length <= bytes.length)
    return bytes.slice(from, from + length)
}

function write({ memory, cutter, random }: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed((mode & 0x7c) === 0)
    const { bytes, slot } = zoneOf(memory, mode, parameter)
    const { from, length } = rangeOf(mode, parameter, slot)
    requireWellFormed(data.length === length && from + length <= bytes.length)
    if (slot === undefined) {
        const touches = (first: number, last: number) => from <= last && from + length > first
        requireAllowed(!memory.configurationLocked && !touches(0, 15) && !touches(84, 87))
    } else {
        const { isPrivateKey, writes } = memory.rules(slot)
        requireAllowed(memory.configurationLocked && !isPrivateKey && !memory.slotLocked(slot))
        requireAllowed(memory.dataLocked ? writes : length === BLOCK_BYTES)
    }
    cutter.perform(
        () => bytes.set(data, from),
        () => bytes.set(data.subarray(0, random.below(length + 1)), from),
    )
    return success
}

/** Fixed (mode 3) takes the number as it is given; random (0, 1) hashes it with one of the part's own. */
function nonce(engine: Engine, { mode, parameter, data }: Input): Uint8Array {
    const isFixed = mode === 3
    requireWellFormed((isFixed || mode === 0 || mode === 1) && parameter === 0)
    requireWellFormed(data.length === (isFixed ? 32 : 20))
    engine.message = undefined
    if (isFixed) {
        engine.tempKey = data.slice()
        return success
    }
    const own = randomNumber(engine)
    engine.tempKey = sha256([own, data, Uint8Array.of(0x16, mode, 0)])
    return own
}

function lock({ memory, cutter, random }: Engine, { mode, parameter, data }: Input): Uint8Array {
    const zone = mode & 3
    const slot = (mode >> 2) & 15
    requireWellFormed(zone !== 3 && (mode & 0x40) === 0 && data.length === 0 && (zone === 2 || slot === 0))
    const kinds = [
        {
            allowed: !memory.configurationLocked,
            content: [memory.configuration],
            close: () => memory.lockConfiguration(),
        },
        {
            allowed: memory.configurationLocked && !memory.dataLocked,
            content: memory.slots,
            close: () => memory.lockData(),
        },
        {
            allowed: memory.configurationLocked && memory.rules(slot).lockable && !memory.slotLocked(slot),
            content: [memory.slots[slot]],
            close: () => memory.lockSlot(slot),
        },
    ]
    const { allowed, content, close } = kinds[zone]
    const ignoresSummary = (mode & 0x80) !== 0
    requireAllowed(allowed && (ignoresSummary || crc16(joined(content)) === parameter))
    cutter.perform(close, () => {
        if (random.below(2) === 1) close()
    })
    return success
}

function random(engine: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed(mode <= 1 && parameter === 0 && data.length === 0)
    return randomNumber(engine)
}

function counter({ memory, cutter, random }: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed(mode <= 1 && parameter < COUNTERS && data.length === 0)
    const before = memory.counter(parameter)
    requireAllowed(memory.configurationLocked && (mode === 0 || before < COUNTER_LIMIT))
    if (mode === 1)
        cutter.perform(
            () => memory.setCounter(parameter, before + 1),
            // "In some power loss conditions, the counter may increment by a value of more than one" (DS40002112B, "Counter Command").
            () => memory.setCounter(parameter, Math.min(before + random.below(3), COUNTER_LIMIT)),
        )
    const count = new Uint8Array(4)
    new DataView(count.buffer).setUint32(0, memory.counter(parameter), true)
    return count
}

function info({ memory }: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed(mode === 0 && parameter === 0 && data.length === 0)
    return memory.revision
}

/** Mode 4 makes a private key and answers with its public key; mode 0 computes that from the key that is there. */
function genKey({ memory, cutter, random }: Engine, { mode, parameter: slot, data }: Input): Uint8Array {
    requireWellFormed((mode === 0 || mode === 4) && slot < SLOTS && data.length === 0)
    const { isPrivateKey, regenerates, tellsPublicKey } = memory.rules(slot)
    requireAllowed(memory.configurationLocked && isPrivateKey)
    const key = memory.key(slot)
    if (mode === 0) {
        requireAllowed(tellsPublicKey && p256.utils.isValidSecretKey(key))
        return p256.getPublicKey(key, false).slice(1)
    }
    requireAllowed(!memory.slotLocked(slot) && (!memory.dataLocked || regenerates))
    const seed = new Uint8Array(48)
    random.draw(seed)
    const made = p256.utils.randomSecretKey(seed)
    cutter.perform(
        () => key.set(made),
        () => key.set(made.subarray(0, random.below(KEY_BYTES + 1))),
    )
    return p256.getPublicKey(made, false).slice(1)
}

/** External messages (mode 0x80) only: the digest lies in TempKey. */
function sign(engine: Engine, { mode, parameter: slot, data }: Input): Uint8Array {
    requireWellFormed(mode === 0x80 && slot < SLOTS && data.length === 0)
    const key = usableKey(engine.memory, slot)
    requireAllowed(engine.memory.rules(slot).signsExternal)
    const extraEntropy = new Uint8Array(KEY_BYTES)
    engine.random.draw(extraEntropy)
    return p256.sign(takeTempKey(engine), key, { ...PLAIN_ECDSA, extraEntropy })
}

/**
 * The shared secret where the slot's configuration says (mode 0): in clear, or into the slot beside it, the odd one of the two, with a status for
 * an answer. A public key that is no point is refused, and so is a slot without a key.
 */
function ecdh({ memory, cutter, random }: Engine, { mode, parameter: slot, data }: Input): Uint8Array {
    requireWellFormed(mode === 0 && slot < SLOTS && data.length === PUBLIC_KEY_BYTES)
    const key = usableKey(memory, slot)
    const { agrees, agreesInClear } = memory.rules(slot)
    const publicKey = encodedPoint(data)
    requireAllowed(agrees && p256.utils.isValidPublicKey(publicKey))
    const secret = p256.getSharedSecret(key, publicKey).slice(1)
    if (agreesInClear) return secret
    requireAllowed((slot & 1) === 0)
    cutter.perform(
        () => memory.slots[slot | 1].set(secret),
        () => memory.slots[slot | 1].set(secret.subarray(0, random.below(KEY_BYTES + 1))),
    )
    return success
}

/** A signature under a public key that comes with it (mode 2); the digest lies in TempKey. */
function verify(engine: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed(mode === 2 && parameter === P256_KEY_TYPE && data.length === SIGNATURE_BYTES + PUBLIC_KEY_BYTES)
    requireAllowed(engine.memory.configurationLocked)
    const digest = takeTempKey(engine)
    const publicKey = encodedPoint(data.subarray(SIGNATURE_BYTES))
    requireAllowed(p256.utils.isValidPublicKey(publicKey))
    if (!p256.verify(data.slice(0, SIGNATURE_BYTES), digest, publicKey, PLAIN_ECDSA))
        throw new Refusal(Status.Miscompare)
    return success
}

/** Start (mode 0), whole blocks of 64 bytes (1), what is left (2). The length of what is left is the parameter too. */
function sha(engine: Engine, { mode, parameter, data }: Input): Uint8Array {
    requireWellFormed(mode <= 2)
    if (mode === 0) {
        requireWellFormed(parameter === 0 && data.length === 0)
        engine.tempKey = undefined
        engine.message = []
        return success
    }
    requireWellFormed(parameter === data.length && (mode === 1 ? data.length === 64 : data.length < 64))
    requireAllowed(engine.message !== undefined)
    engine.message!.push(data.slice())
    if (mode === 1) return success
    const digest = sha256(engine.message!)
    engine.message = undefined
    return digest
}

/** What mode and address name: the configuration, or a slot. */
function zoneOf(memory: ElementMemory, mode: number, address: number): { bytes: Uint8Array; slot?: number } {
    const zone = mode & 3
    requireWellFormed(zone !== 3)
    requireAllowed(zone !== 1)
    if (zone === 0) return { bytes: memory.configuration }
    const slot = (address >> 3) & 15
    return { bytes: memory.slots[slot], slot }
}

/** DS20005927A, "Address Encoding": a word in a block of eight; 32 bytes at a time begin at the block. */
function rangeOf(mode: number, address: number, slot: number | undefined): { from: number; length: number } {
    const isBlock = (mode & 0x80) !== 0
    const block = slot === undefined ? (address >> 3) & (CONFIGURATION_BYTES / BLOCK_BYTES - 1) : address >> 8
    const word = isBlock ? 0 : address & 7
    return { from: block * BLOCK_BYTES + word * WORD_BYTES, length: isBlock ? BLOCK_BYTES : WORD_BYTES }
}

function usableKey(memory: ElementMemory, slot: number): Uint8Array {
    const key = memory.key(slot)
    requireAllowed(memory.dataLocked && memory.rules(slot).isPrivateKey && p256.utils.isValidSecretKey(key))
    return key
}

/** TempKey is used up by what uses it. */
function takeTempKey(engine: Engine): Uint8Array {
    const { tempKey } = engine
    requireAllowed(tempKey !== undefined)
    engine.tempKey = undefined
    return tempKey!
}

/** Before the configuration is locked the part has no random numbers, but a fixed pattern that gives that away. */
function randomNumber({ memory, random }: Engine): Uint8Array {
    if (!memory.configurationLocked) return new Uint8Array(32).map((_, i) => (i & 2 ? 0x00 : 0xff))
    const number = new Uint8Array(32)
    random.draw(number)
    return number
}

const encodedPoint = (coordinates: Uint8Array) => Uint8Array.of(0x04, ...coordinates)
const joined = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const sha256 = (parts: readonly Uint8Array[]) => new Uint8Array(createHash("sha256").update(joined(parts)).digest())

/** The command makes sense, whatever the part's state. @throws Refusal */
function requireWellFormed(condition: boolean): void {
    if (!condition) throw new Refusal(Status.ParseError)
}

/** The part's state and configuration allow it. @throws Refusal */
function requireAllowed(condition: boolean): void {
    if (!condition) throw new Refusal(Status.ExecutionError)
}
