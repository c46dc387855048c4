import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { BoardState } from "../../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import { BOARD_PROFILES, type BoardProfile, ModelVerifier, type StartVerdict } from "../../../simulators/board/verifier"
import { jacdac } from "../../../simulators/bus/jacdac"
import { JacdacHost, runWithHosts } from "../../../simulators/bus/jacdac-host"
import { US_PER_MS } from "../../../simulators/clock"
import { CUT_PHASES, type PowerCut } from "../../../simulators/power-cut"
import { type ProgramRecord, Stage } from "../../../src/core/update/records"
import { buildFirmware } from "../../../src/host/build/firmware"
import { canCompileVerifier } from "../../../src/host/build/portable-verifier"
import { agreed, twinVerifier } from "./twin-verifier"
import { UNIT_ID, type UnitContents, unitWith } from "./unit-with"
import { type Workbench, workbenchFor } from "./workbench"

const VALVE = loadBoard("valve_pico", "boards")
const DOORBELL = loadBoard("doorbell_c3", "boards")
/** Programs start 1.15 s after power-on. */
const START_MS = 1_600

const SEQUENCE_NUMBER = 5
const imageOf = async (program: string) => (await buildFirmware(`test/programs/${program}.ts`)).image
const current = await imageOf("nothing")
// What it prints may be anything: the runtime finds no fault with such an image.
const [next, altered] = [current.slice(), current.slice()]
const text = Buffer.from(current).indexOf("nothing")
next.set(Buffer.from("another"), text)
altered[text] ^= 1
/** Has a server of the chip work a pin. */
const foreign = await imageOf("relay-then-crash")

const sha256 = (image: Uint8Array) => createHash("sha256").update(image).digest()
const record = (image: Uint8Array, sequenceNumber = SEQUENCE_NUMBER): ProgramRecord => ({
    digest: sha256(image),
    sequenceNumber,
})
const pending = (image: Uint8Array, stage = Stage.Granted) => ({
    ...record(image, SEQUENCE_NUMBER + 1),
    stage,
    failedBoots: 0,
})

function benchOf(unit: BoardState, profile: BoardProfile = "verified", definition = VALVE, seed?: number): Workbench {
    return workbenchFor(new Uint8Array(), definition, {
        unit,
        profile,
        verifierOf: twinVerifier,
        seed,
        deviceId: UNIT_ID,
    })
}

const verdicts = ({ entries }: Workbench) =>
    entries.filter(({ kind, moment }) => kind === "verifier" && moment === "start").map(({ verdict }) => verdict)
const starts = ({ entries }: Workbench) => entries.filter(({ line }) => String(line).startsWith("* start:")).length

describe("whether a program starts", () => {
    interface Case {
        unit: () => UnitContents
        board?: BoardDefinition
        /** What happens to the board before the program would start. */
        spoil?: (bench: Workbench) => void
        verdict: StartVerdict
        runs: boolean
    }
    const spoilFloor = ({ act }: Workbench) => {
        // Two bits of each slot's value: more than a copy can repair.
        for (let slot = 0; slot < 64; slot++) for (const bit of [3, 4]) act("fram", "flip", (slot * 128 + 1) * 8 + bit)
    }
    const cases: Record<string, Case> = {
        "the one on record": {
            unit: () => ({ image: current, program: record(current) }),
            verdict: "confirmed",
            runs: true,
        },
        "the one on record, at the floor": {
            unit: () => ({ image: current, program: record(current), floor: SEQUENCE_NUMBER }),
            verdict: "confirmed",
            runs: true,
        },
        "one that was granted": {
            unit: () => ({ image: next, program: record(current), pending: pending(next) }),
            verdict: "trial",
            runs: true,
        },
        "one on trial": {
            unit: () => ({ image: next, program: record(current), pending: pending(next, Stage.Trial) }),
            verdict: "trial",
            runs: true,
        },
        "one of a unit without an identity": {
            unit: () => ({ image: foreign, identity: false }),
            verdict: "factory",
            runs: true,
        },
        "one altered by a bit": {
            unit: () => ({ image: altered, program: record(current) }),
            verdict: "unauthorised",
            runs: false,
        },
        "a foreign one": {
            unit: () => ({ image: foreign, program: record(current) }),
            verdict: "unauthorised",
            runs: false,
        },
        "a foreign one, while another is pending": {
            unit: () => ({ image: foreign, program: record(current), pending: pending(next) }),
            verdict: "unauthorised",
            runs: false,
        },
        "one of a unit with an identity and no program on record": {
            unit: () => ({ image: current }),
            verdict: "unauthorised",
            runs: false,
        },
        "one below the floor": {
            unit: () => ({ image: current, program: record(current), floor: SEQUENCE_NUMBER + 1 }),
            verdict: "belowFloor",
            runs: false,
        },
        "a pending one below the floor": {
            unit: () => ({ image: next, pending: pending(next), floor: SEQUENCE_NUMBER + 2 }),
            verdict: "belowFloor",
            runs: false,
        },
        "one whose record is another chip's": {
            unit: () => ({ image: current, program: record(current), sealedBy: "fedcba9876543210" }),
            verdict: "unauthorised",
            runs: false,
        },
        "one on record, with a damaged floor": {
            unit: () => ({ image: current, program: record(current), floor: SEQUENCE_NUMBER }),
            spoil: spoilFloor,
            verdict: "unreadable",
            runs: false,
        },
        "one on record, with the FRAM unplugged": {
            unit: () => ({ image: current, program: record(current) }),
            spoil: ({ act }) => act("fram", "unplug"),
            verdict: "unreadable",
            runs: false,
        },
        "one on record, with the I2C bus held low": {
            unit: () => ({ image: current, program: record(current) }),
            spoil: ({ act }) => act("fram", "hold"),
            verdict: "unreadable",
            runs: false,
        },
        "one on record, with the FRAM at another address than the board's": {
            unit: () => ({ image: current, program: record(current) }),
            spoil: ({ act }) => act("fram", "move", 0x51),
            verdict: "unreadable",
            runs: false,
        },
        "one at the floor of the secure element": {
            unit: () => ({ image: current, program: record(current), elementFloor: SEQUENCE_NUMBER }),
            board: DOORBELL,
            verdict: "confirmed",
            runs: true,
        },
        "one on an older copy of the FRAM": {
            unit: () => ({ image: current, program: record(current), elementFloor: SEQUENCE_NUMBER + 1 }),
            board: DOORBELL,
            verdict: "belowFloor",
            runs: false,
        },
        "one with the FRAM emptied, and an element that is not locked": {
            unit: () => ({ image: foreign, identity: false }),
            board: DOORBELL,
            verdict: "factory",
            runs: true,
        },
        "one with the FRAM emptied, and a floor in the element": {
            unit: () => ({ image: current, identity: false, elementFloor: 1 }),
            board: DOORBELL,
            verdict: "unauthorised",
            runs: false,
        },
        "one with the element mute": {
            unit: () => ({ image: current, program: record(current), elementFloor: SEQUENCE_NUMBER }),
            board: DOORBELL,
            spoil: ({ act }) => act("element", "mute"),
            verdict: "unreadable",
            runs: false,
        },
    }
    const rows = Object.entries(cases).map(([name, wanted]) => ({ name, ...wanted }))

    test.each(rows)("$name: $verdict", async ({ unit, board = VALVE, spoil, verdict, runs }) => {
        const bench = benchOf(await unitWith(unit(), board), "verified", board)
        spoil?.(bench)
        bench.runMs(START_MS)
        expect(verdicts(bench)).toEqual([verdict])
        expect(agreed.has(verdict)).toBe(canCompileVerifier())
        expect(starts(bench)).toBe(runs ? 1 : 0)
        expect(bench.board.state).toBe("running")
    })

    test.each(rows.filter(({ runs }) => !runs))("$name: runs on the stock profile", async row => {
        const { unit, board = VALVE, spoil } = row
        const bench = benchOf(await unitWith(unit(), board), "stock", board)
        spoil?.(bench)
        bench.runMs(START_MS)
        expect(verdicts(bench)).toEqual([])
        expect(starts(bench)).toBe(1)
    })
})

test.skipIf(!canCompileVerifier())(
    "the stage in C stood in front of all of these programs, and the model agreed with it",
    () => {
        expect(twinVerifier(UNIT_ID, [])).not.toBeInstanceOf(ModelVerifier)
    },
)

describe("a program that is refused", () => {
    const serversOf = (bench: Workbench) =>
        bench.entries.filter(({ kind, from }) => kind === "frame" && from === "dut.chip-servers").length

    test("executes no opcode: as many are as on a board that never had a program", async () => {
        const contents = { program: record(current) }
        const opcodes = async (image?: Uint8Array) => {
            const options = { unit: await unitWith({ ...contents, image }), deviceId: UNIT_ID, metered: true }
            const { board, runMs } = workbenchFor(new Uint8Array(), VALVE, { ...options, profile: "verified" })
            runMs(START_MS)
            return board.meter()!.opcodes
        }
        const none = await opcodes()
        expect(await opcodes(altered)).toBe(none)
        expect(await opcodes(foreign)).toBe(none)
        expect(await opcodes(current)).toBeGreaterThan(none)
    })

    test("does not choose the servers of the chip either", async () => {
        const unit = await unitWith({ image: foreign, program: record(current) })
        const [verified, stock] = [benchOf(unit), benchOf(unit, "stock")]
        for (const { runMs } of [verified, stock]) runMs(3_000)
        expect([serversOf(verified), serversOf(stock) > 0]).toEqual([0, true])
    })

    test("leaves the runtime to tell what is installed, and to take one that is authorised", async () => {
        const bench = benchOf(await unitWith({ image: foreign, program: record(current) }))
        const host = await hostOn(bench)
        expect(await host.programSha256()).toBe(sha256(foreign).toString("hex"))
        expect(starts(bench)).toBe(0)
        await host.deploy(current)
        expect(await host.programSha256()).toBe(sha256(current).toString("hex"))
        await host.run(START_MS)
        expect(verdicts(bench)).toEqual(["unauthorised", "confirmed"])
        expect(starts(bench)).toBe(1)
    })

    test("does not start when it is deployed, restarted, or told to run", async () => {
        const bench = benchOf(await unitWith({ image: current, program: record(current) }))
        const host = await hostOn(bench)
        expect(starts(bench)).toBe(1)
        await host.deploy(foreign)
        await host.run(20_000)
        expect(await host.programSha256()).toBe(sha256(foreign).toString("hex"))
        for (const running of [false, true]) {
            await host.setRunning(running)
            await host.run(10_000)
        }
        expect(verdicts(bench)).toEqual(["confirmed", "unauthorised", "unauthorised"])
        expect(starts(bench)).toBe(1)
    })

    test("leaves nothing behind of what the one before it had configured", async () => {
        const bench = benchOf(await unitWith({ image: current, program: record(current) }))
        const host = await hostOn(bench)
        expect(await host.programName()).toContain("nothing")
        await host.deploy(altered)
        await host.run(START_MS)
        expect(verdicts(bench)).toEqual(["confirmed", "unauthorised"])
        expect(await host.programName()).toBe("")
    })

    test("gives way to an authorised one with other hardware settings, for which the chip resets", async () => {
        const bench = benchOf(await unitWith({ image: altered, program: record(current), pending: pending(foreign) }))
        bench.runMs(START_MS)
        bench.board.deploy(foreign)
        bench.runMs(3_000)
        expect(bench.entries.filter(({ kind }) => kind === "reset")).toHaveLength(1)
        expect(starts(bench)).toBe(1)
        expect(serversOf(bench)).toBeGreaterThan(0)
    })
})

describe("a power cut at any flash operation of a deploy", () => {
    /** Cuts the power, brings it back, and lets the runtime come up. @returns undefined if the deploy has no such operation */
    async function cutDeploy(
        image: Uint8Array,
        profile: BoardProfile,
        cut: PowerCut,
        seed = 1,
    ): Promise<Workbench | undefined> {
        const contents = { image: current, program: record(current), pending: pending(next) }
        const bench = benchOf(await unitWith(contents), profile, VALVE, seed)
        const { board, runMs } = bench
        runMs(START_MS)
        board.flash.cutPowerAt({ ...cut, operation: board.flash.operations + cut.operation })
        board.deploy(image)
        runMs(500)
        if (board.state !== "off") return undefined
        bench.entries.length = 0
        board.powerOn()
        runMs(START_MS)
        return bench
    }

    async function* cuts(image: Uint8Array, profile: BoardProfile): AsyncGenerator<Workbench> {
        for (let operation = 0; ; operation++)
            for (const phase of CUT_PHASES) {
                const bench = await cutDeploy(image, profile, { operation, phase })
                if (!bench) return
                yield bench
            }
    }

    function expectRedeploy(bench: Workbench): void {
        bench.entries.length = 0
        expect(bench.board.deploy(next)).toBe(0)
        bench.runMs(START_MS)
        expect([verdicts(bench), starts(bench)]).toEqual([["trial"], 1])
    }

    test("leaves nothing unauthorised to run, and a unit that takes the next one", async () => {
        // The old program runs after a cut before the first operation, the new one once it is whole; in between there is none.
        for (const [image, possible] of [
            [next, ["confirmed", "trial", undefined]],
            [altered, ["confirmed", "unauthorised", undefined]],
        ] as const) {
            const seen = new Set()
            for await (const bench of cuts(image, "verified")) {
                const [verdict] = verdicts(bench)
                seen.add(verdict)
                expect(starts(bench)).toBe(verdict === "confirmed" || verdict === "trial" ? 1 : 0)
                expectRedeploy(bench)
            }
            expect(seen).toEqual(new Set(possible))
        }
    })

    test("lets an altered program run on the stock profile, once it is whole", async () => {
        let started = 0
        for await (const bench of cuts(altered, "stock")) started += starts(bench)
        expect(started).toBeGreaterThan(1)
    })

    test("leaves no entry of the program that the runtime trips over at every boot, as it does on the stock profile", async () => {
        const dead: Record<BoardProfile, number> = { stock: 0, verified: 0 }
        for (const profile of BOARD_PROFILES)
            for (let seed = 0; seed < 20; seed++) {
                // The second operation writes the 24 bytes that say where the program lies.
                const bench = await cutDeploy(next, profile, { operation: 1, phase: "inside" }, seed)
                if (bench!.board.state !== "running") dead[profile]++
                else if (profile === "verified") expectRedeploy(bench!)
            }
        expect(dead.stock).toBeGreaterThan(0)
        expect(dead.verified).toBe(0)
    })
})

interface Host {
    /** Lets the world go on. */
    run(ms: number): Promise<void>
    programSha256(): Promise<string>
    programName(): Promise<string>
    deploy(image: Uint8Array): Promise<void>
    setRunning(running: boolean): Promise<void>
}

/** A host on the board's bus that has found its runtime. */
async function hostOn({ bus, clock }: Workbench): Promise<Host> {
    const { jdbus } = new JacdacHost({ name: "host", deviceId: "d0d0d0d0d0d0d0d0", bus, clock })
    const run = (ms: number) => runWithHosts(clock, clock.nowUs + ms * US_PER_MS)
    await run(START_MS)
    const [manager] = jdbus.services({ serviceClass: jacdac.SRV_DEVICE_SCRIPT_MANAGER })
    const client = new jacdac.DeviceScriptManagerClient(manager)
    const until = async <T>(work: Promise<T>): Promise<T> => {
        let settled = false
        const settle = () => {
            settled = true
        }
        work.then(settle, settle)
        while (!settled) await run(10)
        return work
    }
    const get = async (register: number) => {
        const packet = jacdac.Packet.onlyHeader(jacdac.CMD_GET_REG | register)
        return Buffer.from((await until(manager.sendCmdAwaitResponseAsync(packet, 2_000))).data)
    }
    return {
        run,
        programSha256: async () => (await get(jacdac.DeviceScriptManagerReg.ProgramSha256)).toString("hex"),
        programName: async () => (await get(jacdac.DeviceScriptManagerReg.ProgramName)).toString(),
        deploy: image => until(client.deployBytecode(image)),
        setRunning: running => until(client.setRunning(running)),
    }
}
