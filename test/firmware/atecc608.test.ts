import { createECDH, createHash, createPublicKey, verify } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { ElementState } from "../../simulators/parts/atecc608"
import { COMMANDS } from "../../simulators/parts/atecc608/commands"
import { CUT_PHASES } from "../../simulators/power-cut"
import { brokenProgram, elementBench, elementProgram, isTour, type Outcome } from "./atecc608-bench"

/** Time in which the driver has to have done it, or to have said why not. */
const LIMIT_MS = 2000
const PROGRAM = "atecc608-tour"
const BUS = "devs/drivers/atecc608/element-bus.ts"
const FLOOR = "src/core/identity/element-counters.ts"

/** What an operation of the program may come to if the element fails. */
const FAULTS = ["NoAnswer", "Busy", "Checksum", "Nonsense", "Asleep", "Execution"]

const outcomesOf = (lines: Outcome[]) => Object.fromEntries(lines.map(({ operation, outcome }) => [operation, outcome]))

type Bench = ReturnType<typeof elementBench>

let image: Uint8Array
let provisionedState: ElementState

beforeAll(async () => {
    image = await elementProgram(PROGRAM)
    provisionedState = provisioned().element.save()
})

const message = Buffer.from(Array.from({ length: 150 }, (_, i) => i))
const peer = createECDH("prime256v1")
peer.setPrivateKey(createHash("sha256").update("peer").digest())

function opensslVerifies(publicKey: string, signature: string): boolean {
    const [x, y] = [publicKey.slice(0, 64), publicKey.slice(64)].map(half =>
        Buffer.from(half, "hex").toString("base64url"),
    )
    const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" })
    return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "hex"))
}

/** What is wrong with what a tour told, if its operations did not fail. */
function wrongAnswers(lines: Outcome[], identity: Outcome[]): string[] {
    const { createKey, createAgreementKey } = outcomesOf(identity)
    const rules: Record<string, (outcome: string) => boolean> = {
        info: outcome => outcome === "00006003",
        serialNumber: outcome => /^0123[0-9a-f]{12}ee$/.test(outcome),
        random: outcome => /^[0-9a-f]{64}$/.test(outcome),
        publicKey: outcome => outcome === createKey,
        sign: outcome => opensslVerifies(createKey, outcome),
        verify: outcome => outcome === "true",
        verifyOther: outcome => outcome === "false",
        sha256: outcome => outcome === createHash("sha256").update(message).digest("hex"),
        agreementKey: outcome => outcome === createAgreementKey,
        agree: outcome => outcome === peer.computeSecret(`04${createAgreementKey}`, "hex", "hex"),
        raise: outcome => outcome === "undefined",
        count: outcome => /^\d+$/.test(outcome),
        generalCall: outcome => outcome === "true",
        randomBeside: outcome => /^[0-9a-f]{64}$/.test(outcome),
        signBeside: outcome => opensslVerifies(createKey, outcome),
    }
    return lines
        .filter(({ operation, outcome }) => rules[operation]?.(outcome) === false)
        .map(({ operation }) => operation)
}

const PROVISIONING = ["generalCall", "configure", "createKey", "createAgreementKey", "lockData"]

/** Runs a new element through its provisioning and one tour. */
function provisioned(program = image, seed = 1) {
    const bench = elementBench(program, { seed })
    bench.runTours(1)
    return { ...bench, identity: bench.lines.slice(0, PROVISIONING.length) }
}

test("a new element is configured, given its keys and locked; then all that it does is right, in time, and the heart beats on", () => {
    const { lines, identity, runTours, observe } = provisioned()
    expect(identity.map(({ operation }) => operation)).toEqual(PROVISIONING)
    expect(observe("element")).toMatchObject({ configurationLocked: true, dataLocked: true })
    runTours(3)
    const told = lines.filter(line => !isTour(line))
    expect(wrongAnswers(told, identity)).toEqual([])
    const all = (name: string) => told.filter(({ operation }) => operation === name).map(({ outcome }) => outcome)
    expect(all("count")).toEqual(["0", "1", "2", "3"])
    expect(new Set(all("random")).size).toBe(4)
    expect(Math.max(...told.map(({ ms }) => ms))).toBeLessThan(LIMIT_MS)
    expect(observe("deadman")).toEqual({ alive: true, falls: 0 })
})

/** What is done to the element, how that is undone, and the fault that the driver has to name; undefined if it has to recover. */
interface Strike {
    fault: string
    argument?: number
    cure?: readonly [action: string, argument?: number]
    named?: RegExp
}

const STRIKES: readonly Strike[] = [
    { fault: "mute", cure: ["unmute"], named: /^Busy$/ },
    { fault: "unplug", cure: ["plug"], named: /^Busy$/ },
    { fault: "hang", cure: ["unhang"], named: /^Busy$/ },
    { fault: "doze" },
    { fault: "corrupt", argument: 1 },
    { fault: "corrupt", argument: 2 },
    { fault: "corrupt", argument: 50, cure: ["corrupt", 0], named: /^(Checksum|Nonsense)$/ },
]

/** Strikes when the element executes a command, and cures it once the driver has told what became of the operation. */
function strike(
    { when, act, lines, runUntil, trace }: Bench,
    command: string,
    { fault, argument, cure }: Strike,
): Outcome {
    let told: Outcome | undefined
    when(command, () => {
        act("element", fault, argument)
        const at = lines.length
        trace.watch(() => {
            if (told || !lines[at]) return
            told = lines[at]
            if (cure) act("element", cure[0], cure[1])
        })
    })
    runUntil(() => told !== undefined)
    return told!
}

const label = (command: string, { fault, argument }: Strike) => `${command}, ${fault} ${argument ?? ""}`

describe("a fault of the element in mid-command", () => {
    const commands = COMMANDS.map(({ name }) => name)
    const once = ["Write", "Lock"]

    test("is overcome, or named within 2 s; no wrong answer is taken; afterwards all is well again", () => {
        const bench = provisioned()
        for (const command of commands.filter(name => !once.includes(name)))
            for (const kind of STRIKES) {
                const { outcome, ms } = strike(bench, command, kind)
                expect(ms, label(command, kind)).toBeLessThan(LIMIT_MS)
                if (kind.named) expect(outcome, label(command, kind)).toMatch(kind.named)
                else expect(FAULTS, label(command, kind)).not.toContain(outcome)
            }
        bench.runTours(2)
        const succeeded = bench.lines.filter(({ outcome }) => !FAULTS.includes(outcome))
        expect(wrongAnswers(succeeded, bench.identity)).toEqual([])
        expect(succeeded.slice(-12)).toEqual(bench.lines.slice(-12))
        expect(bench.observe("deadman")).toEqual({ alive: true, falls: 0 })
    })

    test.each(["Read", "Write", "Lock", "GenKey"])(
        "while it is provisioned, in %s, leaves an element that can be provisioned",
        command => {
            for (const kind of STRIKES.filter(({ fault }) => fault !== "unplug" && fault !== "hang")) {
                const bench = elementBench(image)
                const { outcome, ms } = strike(bench, command, kind)
                expect(ms, label(command, kind)).toBeLessThan(LIMIT_MS)
                if (kind.named) expect(outcome, label(command, kind)).toMatch(kind.named)
                expectOneIdentity(bench)
            }
        },
    )
})

/** Switches off and on, and looks whether the element then is provisioned and works. */
function expectOneIdentity({ board, lines, runTours, observe }: Bench): void {
    board.powerOff()
    lines.length = 0
    board.powerOn()
    runTours(1)
    expect(observe("element")).toMatchObject({ configurationLocked: true, dataLocked: true })
    expect(lines.filter(({ outcome }) => FAULTS.includes(outcome))).toEqual([])
    expect(wrongAnswers(lines, lines.slice(0, PROVISIONING.length))).toEqual([])
}

describe("an element that is not there", () => {
    test.each([
        ["missing", {}, "unplug"],
        ["on a bus that is too fast to wake it", { kHz: 400 }, undefined],
    ])("%s: every operation says so within 2 s, and the heart beats on", (_, options, fault) => {
        const { act, lines, runTours, observe } = elementBench(image, options)
        if (fault) act("element", fault)
        runTours(1)
        for (const { operation, outcome, ms } of lines.slice(1, -1)) {
            expect(outcome, operation).toBe("NoAnswer")
            expect(ms, operation).toBeLessThan(LIMIT_MS)
        }
        expect(observe("deadman")).toEqual({ alive: true, falls: 0 })
    })
})

/** Raises the counter from 0 to 1 and 2 with a cut at one of the counts. @returns what it read before and after, and at last */
function cutCounter(program: Uint8Array, seed: number, operation: number, phase: (typeof CUT_PHASES)[number]) {
    const bench = elementBench(program, { seed })
    bench.element.load(provisionedState)
    bench.element.cutPowerAt({ operation: bench.element.operations + operation, phase })
    bench.runUntil(() => bench.board.state === "off")
    const countOf = () => Number(bench.lines.findLast(({ operation }) => operation === "count")?.outcome ?? 0)
    const before = countOf()
    bench.lines.length = 0
    bench.board.powerOn()
    bench.runTours(1)
    return { before, after: countOf() }
}

describe("a power cut", () => {
    test("at any change of the element's memory while it is provisioned leaves an element that can be provisioned", () => {
        const { element } = provisioned()
        const { operations } = element
        for (let operation = 0; operation < operations; operation++) {
            const bench = elementBench(image, { seed: operation })
            bench.element.cutPowerAt({ operation, phase: CUT_PHASES[operation % CUT_PHASES.length] })
            bench.runUntil(() => bench.board.state === "off")
            expectOneIdentity(bench)
        }
        expect(operations).toBeGreaterThan(20)
    })

    test("before, inside or after a count never makes the counter fall, nor rise above what it was raised to", () => {
        const found = new Set<string>()
        for (let operation = 0; operation < 6; operation++)
            for (const phase of CUT_PHASES) {
                const { before, after } = cutCounter(image, operation, operation, phase)
                // The first change is a new agreement key; then four counts make a step.
                const raisedTo = 1 + (operation > 0 ? 1 : 0) + (operation > 4 ? 1 : 0)
                expect(after).toBeGreaterThanOrEqual(before)
                expect(after).toBeLessThanOrEqual(raisedTo)
                found.add(`${before} ${after}`)
            }
        expect(found.size).toBeGreaterThan(2)
    })
})

test("no private key is in any answer, in the flash or in the memory of the processor", () => {
    const { element, replies, board } = provisioned()
    const { slots } = element.save()
    const haystacks = {
        replies: Buffer.from(replies.join(""), "hex"),
        flash: Buffer.from(board.flash.bytes),
        ram: Buffer.from(board.ram!),
    }
    for (const slot of [0, 2]) {
        const key = Buffer.from(slots[slot], "hex").subarray(4, 36)
        for (let at = 0; at + 8 <= key.length; at++)
            for (const [name, haystack] of Object.entries(haystacks))
                expect(haystack.includes(key.subarray(at, at + 8)), name).toBe(false)
    }
    // The search itself works: it finds what is there.
    expect(haystacks.replies.includes(element.save().configuration.slice(0, 16), "hex")).toBe(true)
    expect(haystacks.flash.includes(peer.getPublicKey().subarray(1, 9))).toBe(true)
    expect(haystacks.ram.includes(message.subarray(0, 8))).toBe(true)
})

describe("on a driver without its protections the same tests notice that", () => {
    let broken: Uint8Array

    beforeAll(async () => {
        broken = await brokenProgram(PROGRAM, [
            { file: BUS, sound: "if (isCounted &&", broken: "if (true || isCounted &&" },
            { file: BUS, sound: "const ATTEMPTS = 3", broken: "const ATTEMPTS = 1" },
            { file: BUS, sound: "while (this.taken)", broken: "while (this.taken && !this.taken)" },
            { file: FLOOR, sound: "COUNTS_PER_STEP = 4", broken: "COUNTS_PER_STEP = 1" },
        ])
    })

    test("it does not look at checksums", () => {
        const bench = provisioned(broken)
        for (let n = 0; n < 20; n++) strike(bench, "SHA", { fault: "corrupt", argument: 1 })
        expect(wrongAnswers(bench.lines, bench.identity)).toContain("sha256")
    })

    test("it does not try again", () => {
        expect(strike(provisioned(broken), "Verify", { fault: "doze" }).outcome).toBe("Busy")
    })

    test("it lets two fibers talk at once", () => {
        const { lines } = provisioned(broken)
        const beside = lines.filter(({ operation }) => operation.endsWith("Beside"))
        expect(beside.some(({ outcome }) => FAULTS.includes(outcome))).toBe(true)
    })

    test("its counter has no room for a count too many", () => {
        const after = Array.from({ length: 8 }, (_, seed) => cutCounter(broken, seed, 1, "inside").after)
        expect(Math.max(...after)).toBeGreaterThan(2)
    })
})
