import { createECDH } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { ElementState } from "../../simulators/parts/atecc608"
import { CUT_PHASES } from "../../simulators/power-cut"
import { brokenProgram, elementBench, elementProgram, type Outcome } from "./atecc608-bench"

const PROGRAM = "element-ephemeral"
const EPHEMERAL = "devs/identity/element-ephemeral.ts"
/** What the element does has to be done or given up within 2 s; y of the other end's key takes 1.7 s with pauses. */
const PREPARE_LIMIT_MS = 2000
const AGREE_LIMIT_MS = 3700
const SLOT = 2
const USED = "an-ephemeral-key-is-good-for-one-agreement:-make-another"

/** Peers of the program, in their order. */
const PEERS = [
    "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180",
    "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287",
    "809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae",
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
    "00".repeat(32),
]

let image: Uint8Array
/** An element with its identity, locked, and no key for agreement. */
let provisionedState: ElementState

beforeAll(async () => {
    image = await elementProgram(PROGRAM)
    const bench = elementBench(image)
    bench.runUntil(() => bench.lines.length > 1)
    provisionedState = bench.element.save()
})

const privateKeyIn = ({ slots }: ElementState) => slots[SLOT].slice(8, 72)

/** A bench that takes down what private key the element is told to agree by, each time. */
function ephemeralBench(program = image, options: { seed?: number; state?: ElementState } = {}) {
    const bench = elementBench(program, { seed: options.seed ?? 1 })
    if (options.state) bench.element.load(options.state)
    const agreedWith: string[] = []
    bench.trace.watch(({ kind, command }) => {
        if (kind === "command" && command === "ECDH" && told("ephemeralSigns").length > 0)
            agreedWith.push(privateKeyIn(bench.element.save()))
    })
    const told = (name: string) => bench.lines.filter(({ operation }) => operation === name)
    /** Runs until there are so many lines of that name, and gives the last. */
    const runTo = (name: string, count = 1): Outcome => {
        bench.runUntil(() => told(name).length >= count)
        return told(name)[count - 1]
    }
    return { ...bench, agreedWith, told, runTo }
}

/** What OpenSSL makes of a private key: its public x, and x of its product with the point of a given x. */
function byOpenSsl(privateKey: string, peersX: string) {
    const own = createECDH("prime256v1")
    own.setPrivateKey(privateKey, "hex")
    return {
        publicX: own.getPublicKey("hex").slice(2, 66),
        secret: own.computeSecret(`02${peersX}`, "hex", "hex"),
    }
}

test.each([1, 2, 3])(
    "what the element agrees on is what OpenSSL does, each time by a new key, and what is no point is refused: seed %s",
    seed => {
        const { lines, agreedWith: keys, told, runTours, observe } = ephemeralBench(image, { seed })
        const seen = new Set<string>()
        for (let tour = 0; tour < 2; tour++) runTours(1)
        const secrets = lines.filter(
            ({ operation, outcome }) => /^agree/.test(operation) && /^[0-9a-f]{64}$/.test(outcome),
        )
        expect(keys).toHaveLength(14)
        expect(secrets).toHaveLength(14)
        for (const [i, { outcome }] of secrets.entries()) {
            const peer = [...PEERS, PEERS[1], PEERS[0]][i % 7]
            const { publicX, secret } = byOpenSsl(keys[i], peer)
            expect(outcome).toBe(secret)
            expect(lines.some(({ operation, outcome }) => /^prepare/.test(operation) && outcome === publicX)).toBe(true)
            seen.add(publicX)
        }
        // Nothing is made but the first, and one in the place of each that has agreed.
        expect(seen.size).toBe(14)
        expect(
            new Set(lines.filter(({ operation }) => /^prepare/.test(operation)).map(({ outcome }) => outcome)),
        ).toEqual(seen)
        const outcomes = (name: string) => new Set(told(name).map(({ outcome }) => outcome))
        expect(outcomes("noPoint")).toEqual(new Set(["undefined"]))
        expect(outcomes("again")).toEqual(new Set([USED]))
        expect(outcomes("same")).toEqual(new Set([USED]))
        expect(outcomes("short")).toEqual(new Set(["x-must-be-32-bytes-long,-not-31"]))
        expect(told("agreeBeside").filter(({ outcome }) => outcome === USED)).toHaveLength(2)
        expect(observe("deadman")).toEqual({ alive: true, falls: 0 })
        const longest = (name: string) => Math.max(...told(name).map(({ ms }) => ms))
        console.log(`prepare ${longest("prepare")} ms, agree ${longest("agree")} ms at most`)
        expect(longest("prepare")).toBeLessThan(200)
        expect(longest("agree")).toBeLessThan(2200)
    },
)

test("the key of the identity agrees on nothing and stays; the one for agreement signs nothing", () => {
    const { told, runTours } = ephemeralBench()
    for (let tour = 0; tour < 2; tour++) runTours(1)
    expect(told("identityAgrees")[0].outcome).toBe("Execution")
    expect(told("ephemeralSigns")[0].outcome).toBe("Execution")
    expect(told("identity").map(({ outcome }) => outcome)).toEqual(Array(2).fill(told("create")[0].outcome))
})

/** RFC 5903 §8.1, and NIST CAVS 14.1, ECC CDH primitive, P-256, COUNT 0 and 1: private key, and secret with the peer at the same place. */
const PUBLISHED = [
    [
        "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
        "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
    ],
    [
        "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
        "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b",
    ],
    [
        "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
        "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67",
    ],
]

test("with a published private key in the element there is the published secret", () => {
    const { element, trace, runTo } = ephemeralBench(image, { state: provisionedState })
    let asked = -1
    // The identity's key is asked first.
    trace.watch(({ kind, command }) => {
        if (kind !== "command" || command !== "ECDH") return
        const published = PUBLISHED[asked++]
        if (!published) return
        const { configuration, slots } = element.save()
        element.load({ configuration, slots: slots.with(SLOT, `ffffffff${published[0]}`) })
    })
    for (const [i, [, secret]] of PUBLISHED.entries()) expect(runTo("agree", i + 1).outcome).toBe(secret)
})

test("before anybody has a secret, its key is gone from the element", () => {
    const { element, agreedWith, lines, trace, runTours } = ephemeralBench()
    let looked = 0
    trace.watch(({ kind, line }) => {
        if (kind !== "log" || !/^> agree\w* [0-9a-f]{64} /.test(String(line))) return
        looked++
        const { slots } = element.save()
        for (const key of agreedWith) for (const slot of slots) expect(slot).not.toContain(key.slice(0, 16))
    })
    runTours(1)
    expect(looked).toBe(7)
    expect(lines.length).toBeGreaterThan(30)
})

/** Where the element is struck: its command, counted from the first key that is prepared. */
const PLACES = ["make", "agree", "replace"] as const
type Place = (typeof PLACES)[number]

interface Strike {
    act: string
    argument?: number
    /** Struck again at each command, not once. */
    always?: boolean
    cure?: readonly [action: string, argument?: number]
    /** The fault that is named; undefined if it has to be overcome. */
    named?: RegExp
}

const ECC_FAULT = 0x05
const EXECUTION_ERROR = 0x0f
const STRIKES: readonly Strike[] = [
    { act: "mute", cure: ["unmute"], named: /^Busy$/ },
    { act: "unplug", cure: ["plug"], named: /^Busy$/ },
    { act: "hang", cure: ["unhang"], named: /^Busy$/ },
    { act: "doze" },
    { act: "corrupt", argument: 1 },
    { act: "corrupt", argument: 50, cure: ["corrupt", 0], named: /^(Checksum|Nonsense)$/ },
    { act: "refuse", argument: ECC_FAULT },
    { act: "refuse", argument: ECC_FAULT, always: true, named: /^Curve$/ },
    { act: "refuse", argument: EXECUTION_ERROR, named: /^Execution$/ },
]

/** Strikes at that place, and cures it once the operation has been told. @returns what became of it, and the private key that it was about */
function strike(bench: ReturnType<typeof ephemeralBench>, place: Place, { act, argument, always, cure }: Strike) {
    const { element, trace, runUntil } = bench
    let key = ""
    let strikes = 0
    let told: Outcome | undefined
    trace.watch(({ kind, command }) => {
        if (kind !== "command" || told || bench.told("ephemeralSigns").length === 0) return
        const agreed = key !== ""
        if (command === "ECDH" && !agreed) key = privateKeyIn(element.save())
        const isMaking = command === "GenKey" && agreed === (place === "replace")
        const isPlace = place === "agree" ? command === "ECDH" : isMaking
        if (isPlace && (always || strikes === 0)) {
            strikes++
            bench.act("element", act, argument)
        }
    })
    trace.watch(() => {
        if (told) return
        told = bench.told(place === "make" ? "prepare" : "agree")[0]
        if (told && cure) bench.act("element", cure[0], cure[1])
    })
    runUntil(() => told !== undefined)
    return { told: told!, key, strikes }
}

describe("a fault of the element", () => {
    test.each(PLACES)("where it has to %s a key is overcome, or named in time, and then all is well", place => {
        for (const kind of STRIKES) {
            const label = `${place}, ${kind.act} ${kind.argument ?? ""}`
            const bench = ephemeralBench(image, { state: provisionedState })
            const { told, strikes, key } = strike(bench, place, kind)
            expect(strikes, label).toBe(kind.always ? 3 : 1)
            expect(told.ms, label).toBeLessThan(place === "make" ? PREPARE_LIMIT_MS : AGREE_LIMIT_MS)
            if (kind.named) expect(told.outcome, label).toMatch(kind.named)
            else if (place !== "make") expect(told.outcome, label).toBe(byOpenSsl(key, PEERS[0]).secret)
            // What follows goes by new keys.
            const { outcome } = bench.runTo("agree", bench.told("agree").length + 1)
            const peers = PEERS.map(peer => byOpenSsl(bench.agreedWith.at(-1)!, peer).secret)
            expect(peers, label).toContain(outcome)
            if (place !== "make") expect(bench.agreedWith.at(-1), label).not.toBe(key)
            expect(bench.observe("deadman"), label).toEqual({ alive: true, falls: 0 })
        }
    })

    test("that was never there is told by each operation, within 2 s", () => {
        const bench = ephemeralBench()
        bench.act("element", "unplug")
        for (let n = 1; n <= 3; n++) {
            const { outcome, ms } = bench.runTo("prepare", n)
            expect(outcome).toBe("NoAnswer")
            expect(ms).toBeLessThan(PREPARE_LIMIT_MS)
        }
        expect(bench.told("agree")).toEqual([])
        expect(bench.observe("deadman")).toEqual({ alive: true, falls: 0 })
    })
})

/** Bytes of the configuration, in hex digits, replaced. */
function configured(changes: Record<number, string>): ElementState {
    let { configuration } = provisionedState
    for (const [at, bytes] of Object.entries(changes))
        configuration =
            configuration.slice(0, 2 * Number(at)) + bytes + configuration.slice(2 * Number(at) + bytes.length)
    return { ...provisionedState, configuration }
}

describe("an element with another configuration is found out when it gets its identity, and", () => {
    test.each([
        ["whose slot holds no key makes none", { 24: "8080", 100: "1c00" }, "prepare", "Execution"],
        ["whose slot is final makes none", { 24: "8400" }, "prepare", "Execution"],
        ["whose slot may not agree does not", { 24: "8020" }, "agree", "Execution"],
        ["that writes the secret into the slot beside it tells none", { 24: "8c20" }, "agree", "UnknownStatus"],
    ])("%s", (_, changes, operation, fault) => {
        const { runTo } = ephemeralBench(image, { state: configured(changes) })
        expect(runTo("create").outcome).toBe("WrongConfiguration")
        expect(runTo(operation).outcome).toBe(fault)
    })

    test("whose slot signs as well is found out", () => {
        const { runTo } = ephemeralBench(image, { state: configured({ 24: "8520" }) })
        expect(runTo("create").outcome).toBe("WrongConfiguration")
    })
})

describe("a power cut", () => {
    /** Runs on until the board is off, then from a new start to the next agreement. */
    function goOn(bench: ReturnType<typeof ephemeralBench>) {
        const { board, element, lines, agreedWith, runUntil, runTo } = bench
        runUntil(() => board.state === "off")
        const told = lines.filter(({ operation, outcome }) => operation === "agree" && outcome.length === 64)
        const left = privateKeyIn(element.save())
        const before = [...agreedWith]
        // A key that is still there has led to no session.
        for (const { outcome } of told) for (const peer of PEERS) expect(outcome).not.toBe(secretOf(left, peer))
        board.powerOn()
        lines.length = 0
        agreedWith.length = 0
        const { outcome } = runTo("agree")
        expect(before).not.toContain(agreedWith.at(-1))
        expect(agreedWith.at(-1)).not.toBe(left)
        expect(outcome).toBe(byOpenSsl(agreedWith.at(-1)!, PEERS[0]).secret)
        return told.length
    }

    /** A slot that a cut has left half written may hold no key. */
    function secretOf(key: string, peer: string): string | undefined {
        try {
            return byOpenSsl(key, peer).secret
        } catch {
            return undefined
        }
    }

    test.each(CUT_PHASES)(
        "%s a key is made or replaced leaves none that has led to a secret, and the next start makes another",
        phase => {
            const secrets = [0, 1, 2, 3].map(operation => {
                const bench = ephemeralBench(image, { seed: operation + 1, state: provisionedState })
                bench.element.cutPowerAt({ operation: bench.element.operations + operation, phase })
                return goOn(bench)
            })
            expect(secrets).toEqual([0, 0, 1, 2])
        },
    )

    test("while the element agrees leaves a key that the next start replaces", () => {
        const bench = ephemeralBench(image, { state: provisionedState })
        let asked = 0
        bench.trace.watch(({ kind, command }) => {
            // The first is the identity's.
            if (kind === "command" && command === "ECDH" && ++asked === 2)
                bench.clock.after(1000, () => bench.board.powerOff())
        })
        expect(goOn(bench)).toBe(0)
    })
})

describe("without its protections the same tests notice that", () => {
    const broken = async (sound: string, otherwise: string) =>
        await brokenProgram(PROGRAM, [{ file: EPHEMERAL, sound, broken: otherwise }])

    test("it does not replace the key", async () => {
        const program = await broken("fresh = await newKeyIn(bus)\n            })", "})")
        const { element, agreedWith, runTo } = ephemeralBench(program, { state: provisionedState })
        runTo("agree")
        expect(privateKeyIn(element.save())).toBe(agreedWith.at(-1))
    })

    test("it agrees with whatever is in the slot", async () => {
        const program = await broken("if (!begun && fresh !== publicKey)", "if (begun && !begun)")
        const { runTo } = ephemeralBench(program, { state: provisionedState })
        expect(runTo("same").outcome).toMatch(/^[0-9a-f]{64}$/)
    })

    test("it agrees again when only the answer to the replacing was lost", async () => {
        const program = await broken("if (!secret) secret", "secret")
        const bench = ephemeralBench(program, { state: provisionedState })
        const { told, key } = strike(bench, "replace", { act: "corrupt", argument: 1 })
        expect(told.outcome).toMatch(/^[0-9a-f]{64}$/)
        expect(told.outcome).not.toBe(byOpenSsl(key, PEERS[0]).secret)
    })

    test("it lets a key be used again that was refused an agreement", async () => {
        const program = await broken("this.used = true\n", "\n")
        const { runTo } = ephemeralBench(program, { state: provisionedState })
        expect(runTo("again", PEERS.length + 1).outcome).toMatch(/^[0-9a-f]{64}$/)
    })
})
