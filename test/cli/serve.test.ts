/** The way to a board on the desk, without one: commands in processes of their own, the system's serial ports, a simulated unit behind one. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { BoardState } from "../../simulators/board/board"
import { decodePackets, encodeFrame } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { deviceIdOf } from "../../simulators/bus/server"
import { encodeForUsb, isBridgeFrame, UsbFrameDecoder } from "../../simulators/bus/usb-framing"
import { randomStreams } from "../../simulators/random"
import { LEASES_VARIABLE } from "../../src/host/conformance/lease"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"
import { boardOf, newUnit, packageOf, release, UNIT_ID } from "../host/update/releases"
import { BUILT_COMMAND } from "./command"
import { PortOfUnit } from "./port-of-unit"

const folder = mkdtempSync(join(tmpdir(), "domovoi-serve-"))
const path = (name: string) => join(folder, name)
const leases = mkdtempSync(join(tmpdir(), "domovoi-leases-"))
afterAll(() => {
    for (const made of [folder, leases]) rmSync(made, { recursive: true })
})

/** A command in a process of its own. */
class Running {
    readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null; stderr: string }>
    readonly lines: string[] = []
    readonly #process
    readonly #awaited: { pattern: RegExp; resolve: (line: string) => void }[] = []
    onLine = (_line: string): void => {}

    constructor(...parameters: string[]) {
        // Nobody sits at a terminal, wherever the tests run.
        const child = spawn(process.execPath, [BUILT_COMMAND, ...parameters], {
            cwd: folder,
            // The system gives the name of a port that has gone to the next, while whoever lost it still looks for it.
            env: { ...process.env, [LEASES_VARIABLE]: mkdtempSync(join(leases, "for-")) },
            stdio: ["ignore", "pipe", "pipe"],
        })
        this.#process = child
        let stderr = ""
        child.stderr.on("data", text => {
            stderr += text
        })
        const read = once(
            createInterface(child.stdout).on("line", line => {
                this.lines.push(line)
                this.onLine(line)
                for (const { pattern, resolve } of this.#awaited) if (pattern.test(line)) resolve(line)
            }),
            "close",
        )
        this.ended = Promise.all([once(child, "exit"), read]).then(([[status, signal]]) => ({ status, signal, stderr }))
    }

    /** The next line that matches; rejects if the command ends before. */
    line(pattern: RegExp): Promise<string> {
        return Promise.race([
            new Promise<string>(resolve => this.#awaited.push({ pattern, resolve })),
            this.ended.then(({ stderr }) => Promise.reject(new Error(`ended without ${pattern}: ${stderr}`))),
        ])
    }

    kill(signal: NodeJS.Signals): void {
        this.#process.kill(signal)
    }
}

async function ran(...parameters: string[]) {
    const command = new Running(...parameters)
    const { status, stderr } = await command.ended
    return { status, stderr, printed: command.lines.join("\n") }
}

let state: BoardState
beforeAll(async () => {
    state = (await newUnit("doorbell")).board.save()
    writeFileSync(path("ca.der"), (await simulatedTrust()).ca)
})

/** A unit as it left the simulated factory. @returns the file that it is in */
function fileOfNew(): string {
    const kept = { version: 2, board: boardOf("doorbell").id, deviceId: UNIT_ID, starts: 0, state }
    writeFileSync(path("doorbell.json"), JSON.stringify(kept))
    return "doorbell.json"
}

const TRUST = ["--ca", "ca.der", "--allow-test-units"]

async function served(file: string, ...options: string[]): Promise<{ serving: Running; port: string }> {
    const serving = new Running("serve", "--unit", file, "--json", ...options)
    onTestFinished(() => serving.kill("SIGKILL"))
    const { port } = JSON.parse(await serving.line(/"port"/))
    return { serving, port }
}

describe("domovoi serve", () => {
    test("a doorbell behind a port is declared, tried, attested, read and updated as a board on the desk is", async () => {
        const file = fileOfNew()
        const { image } = await release("doorbell", 2)
        writeFileSync(path("v2.suit"), await packageOf("doorbell", 2, image))
        const { serving, port } = await served(file)
        const target = ["--target", `serial:${port}`]
        const drafted = await ran("conform", "init", ...target, "--board", "doorbell_c3", "-o", "served.yaml")
        expect(drafted).toMatchObject({ status: 0, stderr: "" })
        const options = ["--ics", "served.yaml", ...target, ...TRUST, "--out", "served", "--only", "C1.1", "--json"]
        expect(await ran("conform", ...options)).toMatchObject({ status: 1, stderr: "" })
        expect(verdictsIn("served")).toEqual({
            isSame: true,
            "C1.1-challenge": "enforced",
            "C1.1-replay": "enforced",
            "C1.1-kept": "notAssessed",
            "C1.1-unique": "notAssessed",
            "C1.1-clone": "notAssessed",
        })
        const reach = ["--target", "serial", "--port", port, ...TRUST]
        const attested = await ran("attest", ...reach, "--json")
        expect(attested).toMatchObject({ status: 0, stderr: "" })
        expect(await ran("log", "pull", "-o", "served.log", ...reach)).toMatchObject({ status: 0, stderr: "" })
        const updated = await ran("update", "v2.suit", "--yes", ...reach, "--json")
        expect(JSON.parse(updated.printed)).toMatchObject({ outcome: "confirmed" })
        // While it is served, it is not another command's.
        const taken = await ran("attest", "--unit", file, ...TRUST)
        expect([taken.status, taken.stderr]).toEqual([2, expect.stringContaining('"domovoi serve" is at work on it')])
        serving.kill("SIGINT")
        expect(await serving.ended).toEqual({ status: 130, signal: null, stderr: "" })
        expect(JSON.parse(serving.lines.at(-1)!)).toMatchObject({ port, endings: expect.any(Number) })
        expect(existsSync(path(`${file}.lock`))).toBe(false)
        const after = readingOf((await ran("attest", "--unit", file, ...TRUST, "--json")).printed)
        expect(after.sequenceNumber).toBe(2)
        expect(after.bootCount).toBeGreaterThan(readingOf(attested.printed).bootCount)
    })

    test("ends by itself when the time is up", async () => {
        const { serving } = await served(fileOfNew(), "--for", "1s")
        expect(await serving.ended).toMatchObject({ status: 0, stderr: "" })
        expect(JSON.parse(serving.lines.at(-1)!)).toMatchObject({ servedMs: 1000 })
    })

    test.each([
        [["serve"], "which simulated unit?"],
        [["serve", "--unit", "none.json"], "none.json: no such simulated unit"],
        [["serve", "--unit", "ca.der"], "ca.der: this is no simulated unit"],
        [["serve", "--unit", "doorbell.json", "--for", "soon"], "give a time such as 10s"],
    ])("%j is bad input", async (parameters, message) => {
        fileOfNew()
        const before = readdirSync(folder)
        const { status, stderr, printed } = await ran(...parameters)
        expect([status, printed]).toEqual([2, ""])
        expect(stderr).toContain(message)
        expect(stderr.trimEnd().split("\n").length).toBe(1)
        expect(readdirSync(folder)).toEqual(before)
    })
})

/** @returns what `attest --json` says of a unit */
function readingOf(printed: string): { bootCount: number; sequenceNumber: number } {
    return JSON.parse(printed)
}

/** Verdicts by test, and whether the same device was there all the time. */
function verdictsIn(out: string): Record<string, unknown> {
    const { isSame, results } = JSON.parse(readFileSync(path(`${out}/report.json`), "utf8"))
    return Object.fromEntries([["isSame", isSame], ...results.map(({ id, verdict }: Result) => [id, verdict])])
}

interface Result {
    id: string
    verdict: string
    seen: string
}

// Nearly all of it is waiting, by the host's own time limits.
describe.concurrent("a doorbell at a port with something wrong", () => {
    interface Outcome {
        /** Verdict and reason of the test that comes after something went wrong. */
        later: Result
        isSame: boolean
        after: Record<string, string>
    }

    /** Tries who it is, in two tests and a proof before and after; as soon as the first has its result, something goes wrong. */
    async function triedUntil(wrong: (port: PortOfUnit) => void): Promise<Outcome> {
        const { results, isSame, after } = await tried(() => {}, wrong)
        expect(results[0]).toMatchObject({ id: "C1.1-challenge", verdict: "enforced" })
        expect(results[1]).toMatchObject({ id: "C1.1-replay" })
        return { later: results[1], isSame, after }
    }

    /** @param wrong from the beginning, @param atResult from the first result on */
    async function tried(wrong: (port: PortOfUnit) => void, atResult: (port: PortOfUnit) => void) {
        const port = await PortOfUnit.open(boardOf("doorbell"), UNIT_ID, state)
        wrong(port)
        const target = `serial:${port.path}`
        const out = mkdtempSync(path("out-"))
        const options = ["--ics", "bell.yaml", "--target", target, ...TRUST, "--out", out, "--only", "C1.1", "--json"]
        const command = new Running("conform", ...options)
        let isTold = false
        command.onLine = line => {
            if (!isTold && line.includes('"C1.1-challenge"')) atResult(port)
            isTold ||= line.includes('"C1.1-challenge"')
        }
        const ended = await command.ended.finally(() => port.close())
        expect(ended).toEqual({ status: 1, signal: null, stderr: "" })
        // What was seen; in the report nothing of it counts if the device was another in the end.
        const results: Result[] = command.lines.flatMap(line => JSON.parse(line).result ?? [])
        return { ...JSON.parse(readFileSync(join(out, "report.json"), "utf8")), results }
    }

    beforeAll(async () => {
        const good = await PortOfUnit.open(boardOf("doorbell"), UNIT_ID, state)
        // It has just been switched on, and has not yet looked at itself.
        const options = ["--target", `serial:${good.path}`, "--board", "doorbell_c3", "-o", "bell.yaml"]
        expect(await ran("conform", "init", ...options)).toMatchObject({ status: 0, stderr: "" })
        await good.close()
        expect(readFileSync(path("bell.yaml"), "utf8")).toContain("serial: SIM-0123456789ABCDEF")
    })

    /** Nothing is said of what could not be seen, and why it could not. */
    const NOT_HEARD = /^no Domovoi device answers within|the device does not answer/
    const UNKNOWN = { verdict: "inconclusive", seen: expect.stringMatching(NOT_HEARD) }
    const NOBODY = { isSame: false, after: { refusal: "noAnswer" } }

    test("with nothing wrong, all is well", async () => {
        expect(await triedUntil(() => {})).toMatchObject({ later: { verdict: "enforced" }, isSame: true })
    })

    test.each<[string, (port: PortOfUnit) => void]>([
        ["whose every byte is garbled", port => (port.toHost = garbled)],
        ["that falls silent", port => (port.toHost = () => new Uint8Array(0))],
        ["that hears nothing any more and goes on talking", port => (port.unit.push = () => {})],
        ["that starts anew again and again", port => (port.turn = startingAnew())],
    ])("%s: nothing is known of what follows", async (_, wrong) => {
        expect(await triedUntil(wrong)).toMatchObject({ later: UNKNOWN, ...NOBODY })
    })

    test("that is unplugged and stays so: nothing is known of what follows", async () => {
        const { later, ...proved } = await triedUntil(port => void port.unplug())
        expect(later).toMatchObject({
            verdict: "inconclusive",
            seen: expect.stringMatching(/connection has ended|has not come back: .*no such port/),
        })
        expect(proved).toMatchObject(NOBODY)
    })

    test("that starts anew in the middle is found again, and is the same", async () => {
        const wrong = (port: PortOfUnit) => {
            port.unit.board.powerOff()
            port.unit.board.powerOn()
        }
        expect(await triedUntil(wrong)).toMatchObject({ later: { verdict: "enforced" }, isSame: true })
    })

    test.each([
        ["of which now and then a byte is garbled", noisy],
        ["that floods the host with strangers' frames and with bytes of no meaning", flooding],
    ])("%s: what is said of it is right", async (_, make) => {
        const { struck, ...fault } = make()
        const { later } = await triedUntil(port => (port.toHost = fault.toHost))
        expect(struck()).toBeGreaterThan(10)
        if (later.verdict !== "enforced")
            expect(later).toMatchObject({ verdict: "inconclusive", seen: expect.stringMatching(NOT_HEARD) })
    })

    test("whose answer to a replay is lost once is not held to have answered twice", async () => {
        let reports = 0
        const lossy = altering((command, _payload, frame) => {
            if (command !== ATTEST || frame.length > ATTEST_REPORT_BYTES) return true
            reports++
            return reports !== 2
        })
        const { later, isSame } = await triedUntil(port => (port.toHost = lossy))
        expect(later).toMatchObject({ verdict: "inconclusive", seen: expect.stringContaining("asked for again") })
        expect(isSame).toBe(true)
    })

    test("whose token is altered on the way, sums and all, does not prove who it is", async () => {
        const altered = altering((command, payload) => {
            if (command === READ && payload.length > 100) payload[payload.length - 1] ^= 1
            return true
        })
        const { results, before, isSame } = await tried(
            port => (port.toHost = altered),
            () => {},
        )
        expect(results[0]).toMatchObject({ id: "C1.1-challenge", verdict: "notMet", seen: before.refusal })
        expect(["noAnswer", undefined]).not.toContain(before.refusal)
        expect(isSame).toBe(false)
    })

    function startingAnew(): (unit: PortOfUnit["unit"]) => void {
        let nextUs = 0
        return ({ board, nowUs }) => {
            if (nowUs < nextUs) return
            // Before its program has said anything.
            nextUs = nowUs + 700_000
            board.powerOff()
            board.powerOn()
        }
    }
})

const random = randomStreams("port")("line")
const garbled = (bytes: Uint8Array) => bytes.map(byte => byte ^ (1 + random.below(255)))

/** A fault of the line, and how often it struck. */
interface LineFault {
    toHost: (bytes: Uint8Array) => Uint8Array
    struck: () => number
}

function noisy(): LineFault {
    let struck = 0
    const toHost = (bytes: Uint8Array) => {
        if (bytes.length === 0 || random.below(4) > 0) return bytes
        struck++
        return bytes.map((byte, i) => (i === (struck * 7) % bytes.length ? byte ^ 0xff : byte))
    }
    return { toHost, struck: () => struck }
}

/** An announcement with one service. */
const ANNOUNCEMENT = { serviceIndex: 0, command: 0, payload: Uint8Array.from([1, 1, 0, 0, 0x82, 0x14, 0x21, 0x14]) }
const STRANGERS = 100

function flooding(): LineFault {
    let struck = 0
    const toHost = (bytes: Uint8Array) => {
        const stranger = encodeFrame(deviceIdOf(`stranger ${struck++ % STRANGERS}`), 0, ANNOUNCEMENT)
        return Buffer.concat([Uint8Array.from({ length: 16 }, () => random.below(256)), encodeForUsb(stranger), bytes])
    }
    return { toHost, struck: () => struck }
}

/** Commands of services/domovoi.md. */
const READ = 0x80
const ATTEST = 0x81
/** Header of frame and packet, and a refusal. */
const ATTEST_REPORT_BYTES = 20

/** Changes what the unit says in frames, with a right sum over what they are then; a frame for which `change` returns false is lost. */
function altering(
    change: (command: number, payload: Uint8Array, frame: Uint8Array) => boolean,
): (bytes: Uint8Array) => Uint8Array {
    const out: Uint8Array[] = []
    const decoder = new UsbFrameDecoder(frame => {
        const altered = Buffer.from(frame)
        const { command, payload } = decodePackets(altered)[0]
        if (!isBridgeFrame(frame) && !change(command, payload, altered)) return
        altered.writeUInt16LE(jacdac.crc(altered.subarray(2, 12 + altered[2])), 0)
        out.push(encodeForUsb(altered))
    })
    return bytes => {
        decoder.push(bytes)
        return Buffer.concat(out.splice(0))
    }
}
