/** FS.1 to FS.3: whatever goes wrong, an output gets into the state that harms nobody in time, and stays there until a person wants it otherwise. */
import { programDeviceId } from "../../../../simulators/bus/frame"
import { jacdac } from "../../../../simulators/bus/jacdac"
import type { CauseKind, Declaration, DeclaredOutput } from "../declaration"
import type { Fixture } from "../fixture"
import { BEATS_MS, ENDS, type End, hostileProgram } from "../hostile-program"
import { owner } from "../household"
import { OFF_MS, resupply } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { FAILED_UPDATE_TEST } from "./failed-update"
import { packetsHeard, resetChip, stopProgram } from "./frames"
import {
    activate,
    activates,
    type CauseName,
    givesCause,
    hazard,
    isGuarded,
    limitOf,
    msUntilSafe,
    NO_SENSOR,
    named,
    perform,
    ready,
    sensorsOf,
    shows,
    stateOf,
    until,
    whileHolds,
    withoutOutputs,
} from "./hands"
import { floodOfReadings } from "./load"
import { answerAll } from "./people"
import { STUCK_SENSOR_TEST } from "./stuck-sensor"
import { wiringTest } from "./wiring"

/** Watched for so long: the runtime starts a program that has died again after 5.25 s. */
const WATCH_MS = 8000
/** How often a cause arises, each time at another moment of the program's cycle, of a sensor's, and of what it does twice a second. */
const MOMENTS = 3
const MOMENT_MS = 500
/** After it was switched on, a device is watched for so long. */
const START_WATCH_MS = 12_000

type Outputs = Declaration["declares"]["outputs"]

const outputsOf = ({ declares }: Declaration): Outputs => declares.outputs

/** Something that goes wrong while an output is active. */
interface Cause {
    id: string
    /** `an output is safe in time when …` */
    when: string
    kind: CauseKind
    needs: readonly Fixture[]
    /** Whether it is one for this output. */
    concerns(declared: Declaration, output: string): boolean
    otherwise: string
    /** Until the chip has heard of it, where it comes over the bus. */
    heardMs?: number
    /** @returns what goes on while the output is watched */
    arise(scene: Scene, output: string): Promise<(() => Promise<void>) | void>
    /** What the device has to say is why; left out where nobody is there to say it, or the circuit acts first. */
    says?: CauseName
}

/** The chip hears nothing while a record is written to its memory and read back. */
const HEARD_MS = 100

const always = () => true
const toSensors =
    (action: string, value?: string) =>
    async ({ bench, declared }: Scene, output: string) => {
        for (const { part } of sensorsOf(declared, output)) await bench.act(part, action, value)
    }

const CAUSES: readonly Cause[] = [
    {
        id: "supply-cut",
        when: "the supply is cut",
        kind: "supply",
        needs: ["supply"],
        concerns: always,
        otherwise: "",
        arise: ({ bench }) => bench.supply(false),
    },
    {
        id: "hazard",
        when: "the hazard comes that a sensor is to notice",
        kind: "hazard",
        needs: ["faults"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        arise: hazard,
        says: "Hazard",
    },
    {
        id: "sensor-unplugged",
        when: "its sensor is unplugged",
        kind: "sensor",
        needs: ["faults"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        arise: toSensors("unplug"),
        says: "SensorAbsent",
    },
    {
        id: "sensor-silent",
        when: "its sensor is there and gives no readings",
        kind: "sensor",
        needs: ["faults"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        arise: toSensors("fail", "silence"),
        says: "SensorAbsent",
    },
    {
        id: "sensor-out-of-range",
        when: "its sensor tells what no sound one tells",
        kind: "hazard",
        needs: ["faults"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        arise: toSensors("fail", "nonsense"),
        says: "SensorRange",
    },
    {
        id: "hazard-without-memory",
        when: "the memory is unplugged, and then the hazard comes",
        kind: "hazard",
        needs: ["faults"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        async arise(scene, output) {
            for (const memory of scene.declared.bench.memories) await scene.bench.act(memory, "unplug")
            await hazard(scene, output)
        },
    },
    {
        id: "hazard-with-bus-held-low",
        when: "the memory holds a line of its bus low for ever, and then the hazard comes",
        // A write that is under way hangs the chip, so that nothing but the dead-man is left.
        kind: "program",
        needs: ["faults"],
        concerns: (declared, output) => isGuarded(declared, output) && declared.bench.memories.length > 0,
        otherwise: "no sensor guards an output, or no memory is declared",
        async arise(scene, output) {
            for (const memory of scene.declared.bench.memories) await scene.bench.act(memory, "hold")
            await hazard(scene, output)
        },
    },
    {
        id: "hazard-in-a-flood",
        when: "the hazard comes while the bus is flooded with readings",
        kind: "program",
        needs: ["faults", "peer", "listener"],
        concerns: isGuarded,
        otherwise: NO_SENSOR,
        async arise(scene, output) {
            const send = await floodOfReadings(scene)
            await whileHolds(
                scene.bench,
                async () => {
                    await send()
                    return true
                },
                FILLED_MS,
            )
            await hazard(scene, output)
            return send
        },
    },
    {
        id: "element-unplugged",
        when: "the secure element is unplugged",
        kind: "element",
        needs: ["faults"],
        concerns: ({ declares }) => declares.element !== null,
        otherwise: "the device declares no secure element",
        arise: ({ bench, declared }) => bench.act(named(declared.declares.element, "element"), "unplug"),
        says: "Identity",
    },
    {
        id: "bus-held-low",
        when: "the secure element holds a line of its bus low for ever",
        kind: "element",
        needs: ["faults"],
        concerns: ({ declares }) => declares.element !== null,
        otherwise: "the device declares no secure element",
        arise: ({ bench, declared }) => bench.act(named(declared.declares.element, "element"), "hold"),
    },
    {
        id: "case-opened",
        when: "the case is opened",
        kind: "tamper",
        needs: ["hands"],
        concerns: ({ declares }) => declares.caseSwitch !== null,
        otherwise: "the device declares no case switch",
        arise: ({ bench, declared }) => bench.act(named(declared.declares.caseSwitch, "case switch"), "open"),
        says: "Tamper",
    },
    {
        id: "program-stopped",
        when: "the program is stopped in the middle",
        kind: "program",
        needs: ["peer"],
        concerns: always,
        otherwise: "",
        heardMs: HEARD_MS,
        arise: ({ bench }) => bench.send(stopProgram()),
    },
    {
        id: "chip-reset",
        when: "the chip starts anew",
        kind: "program",
        needs: ["peer"],
        concerns: always,
        otherwise: "",
        heardMs: HEARD_MS,
        arise: async ({ bench }) => bench.send(resetChip(await bench.link.chip())),
    },
]

/** Within so long the device gives the cause for which an output is safe. */
const SAID_MS = 3_000
/** What waits to be heard is as old as it gets by then. */
const FILLED_MS = 100

function causeTest({ id, when, kind, needs, concerns, otherwise, heardMs = 0, arise, says }: Cause): ConformanceTest {
    const concerned = (declared: Declaration) =>
        Object.keys(outputsOf(declared)).filter(output => concerns(declared, output))
    return {
        id: `FS.1-${id}`,
        title: `An active output is safe in time, and stays so, when ${when}.`,
        needs: ["hands", "meter", ...needs.filter(fixture => fixture !== "hands")],
        spares: declared =>
            withoutOutputs(declared) ?? (concerned(declared).length > 0 ? undefined : otherwise || undefined),
        async run(scene) {
            const seen: string[] = []
            const promised: string[] = []
            for (const name of concerned(scene.declared)) {
                const limitMs = limitOf(outputsOf(scene.declared)[name], kind) + heardMs
                const worstMs = await worst(scene, name, limitMs)
                promised.push(`${name} safe within ${limitMs} ms`)
                seen.push(`${name} safe after ${worstMs} ms`)
            }
            return { verdict: "measured", expected: promised.join(", "), seen: seen.join(", ") }
        },
    }

    /** @returns the longest of several times, in milliseconds @throws Broken if one is longer than the limit */
    async function worst(scene: Scene, name: string, limitMs: number): Promise<number> {
        const { bench, declared, note } = scene
        const output = outputsOf(declared)[name]
        let worstMs = 0
        for (let moment = 0; moment < MOMENTS; moment++) {
            await bench.begin()
            await activate(scene, name)
            await bench.link.wait(Buffer.from(scene.random(4)).readUInt32LE() % MOMENT_MS)
            const meanwhile = await arise(scene, name)
            const safeMs = await msUntilSafe(bench, output, WATCH_MS, meanwhile || undefined)
            note("until safe for good", { output: name, tookMs: rounded(safeMs), limitMs })
            if (safeMs === undefined || safeMs > limitMs)
                throw new Broken(`${name} safe within ${limitMs} ms`, late(name, safeMs))
            worstMs = Math.max(worstMs, Math.round(safeMs))
            if (says === undefined) continue
            // Another may lead, and may have come before: where a sensor is silent, a quiet bus is heard late.
            const saysSo = await until(bench, () => givesCause(bench, says), SAID_MS)
            const { state, cause } = await stateOf(bench)
            note("the device's word", { state: String(state), cause: String(cause), saysSo: saysSo !== undefined })
            if (saysSo === undefined) require(`cause that the device gives for ${name}`, says, cause)
        }
        return worstMs
    }
}

const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms))
const late = (output: string, ms: number | undefined): string =>
    ms === undefined ? `${output} is still not safe after ${WATCH_MS} ms` : `${output} safe after ${rounded(ms)} ms`

/** A program that opens whatever it can, and dies over it. */
function dyingTest(end: Exclude<End, "beats on" | "works every line">): ConformanceTest {
    return {
        id: `FS.1-program-${end.replaceAll(" ", "-")}`,
        title: `A program that drives every line and then ${end} leaves no output active for longer than declared.`,
        needs: ["deployer", "meter", "drawing"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared, note } = scene
            if (!bench.circuit) throw new Unclear("the circuit's file was not given")
            const outputs = Object.entries(outputsOf(declared))
            const worstMs = new Map(outputs.map(([name]) => [name, 0]))
            await bench.link.install(await hostileProgram(declared.device.board, bench.circuit, end), () => {})
            for (const [name, ms] of await longestActive(scene, outputs, WATCH_MS)) worstMs.set(name, ms)
            const limits = outputs.map(([name, output]) => ({ name, ms: BEATS_MS + limitOf(output, "program") }))
            for (const { name, ms: limitMs } of limits)
                note("longest time active", { output: name, tookMs: rounded(worstMs.get(name)), limitMs })
            const expected = limits.map(({ name, ms }) => `${name} active for at most ${ms} ms`).join(", ")
            const seen = [...worstMs].map(([name, ms]) => `${name} active for ${rounded(ms)} ms`).join(", ")
            if (limits.some(({ name, ms }) => worstMs.get(name)! > ms)) throw new Broken(expected, seen)
            return { verdict: [...worstMs.values()].some(ms => ms > 0) ? "measured" : "enforced", expected, seen }
        },
    }
}

/** @returns by output, its longest time not safe at a stretch, in milliseconds */
async function longestActive({ bench }: Scene, outputs: readonly (readonly [string, DeclaredOutput])[], forMs: number) {
    const longest = new Map(outputs.map(([name]) => [name, 0]))
    const since = new Map<string, number>()
    await whileHolds(
        bench,
        async () => {
            for (const [name, { part, safe }] of outputs) {
                if (await shows(bench, part, safe)) since.delete(name)
                else if (!since.has(name)) since.set(name, bench.nowMs())
                else longest.set(name, Math.max(longest.get(name)!, bench.nowMs() - since.get(name)!))
            }
            return true
        },
        forMs,
    )
    return longest
}

/** @throws Broken if an output becomes active without anybody doing anything */
async function staysSafe({ bench, declared }: Scene, names: readonly string[], forMs: number, since: string) {
    const outputs = names.map(name => [name, outputsOf(declared)[name]] as const)
    const areSafe = async () => {
        for (const [, { part, safe }] of outputs) if (!(await shows(bench, part, safe))) return false
        return true
    }
    const brokenMs = await whileHolds(bench, areSafe, forMs)
    if (brokenMs === undefined) return
    throw new Broken(`${names.join(", ")} safe ${since}`, `active after ${rounded(brokenMs)} ms, and nobody has asked`)
}

/** Long enough for a sensor to be believed again, and for what is latched to be written. */
const CLEAR_MS = 3000

export const FAILSAFE_TESTS: readonly ConformanceTest[] = [
    ...CAUSES.map(causeTest),
    STUCK_SENSOR_TEST,
    FAILED_UPDATE_TEST,
    ...(Object.keys(ENDS) as End[])
        .filter(end => end !== "beats on" && end !== "works every line")
        .map(end => dyingTest(end)),
    {
        id: "FS.1-starts-safe",
        title: "After the supply has come back, every output stays safe until a person wants it otherwise.",
        needs: ["supply", "hands", "meter"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared } = scene
            for (const [at, name] of Object.keys(outputsOf(declared)).entries()) {
                if (at > 0) await bench.begin()
                await activate(scene, name)
                await resupply(bench, OFF_MS)
                await staysSafe(scene, [name], START_WATCH_MS, `for ${START_WATCH_MS} ms after the start`)
                await bench.link.find(START_WATCH_MS)
                if (!(await activates(scene, name)))
                    throw new Broken(`${name} becomes active at a person's wish`, "it does not")
            }
            const expected = "safe until a person wants it otherwise"
            return { verdict: "enforced", expected, seen: expected }
        },
    },
    {
        id: "FS.1-latches",
        title: "After a hazard an output stays safe, also over a restart, until a person at the device has acknowledged it.",
        needs: ["supply", "hands", "faults", "meter"],
        spares: declared =>
            withoutOutputs(declared) ??
            (latching(declared).length > 0 ? undefined : "no output with a sensor latches, as it is declared"),
        async run(scene) {
            const { bench, declared, note } = scene
            for (const [at, name] of latching(declared).entries()) {
                if (at > 0) await bench.begin()
                const { part, safe, active, activate: steps } = outputsOf(declared)[name]
                await activate(scene, name)
                await hazard(scene, name)
                await until(bench, () => shows(bench, part, safe), WATCH_MS)
                await bench.link.wait(CLEAR_MS)
                for (const { clear } of sensorsOf(declared, name)) await perform(scene, [clear])
                await staysSafe(scene, [name], CLEAR_MS, "while nobody has acknowledged it")
                require("cause that holds it when the air is clear", "Hazard", (await stateOf(bench)).cause)
                await resupply(bench, OFF_MS)
                await staysSafe(scene, [name], START_WATCH_MS, "after a restart")
                await bench.link.find(START_WATCH_MS)
                require("cause that holds it after a restart", "Hazard", (await stateOf(bench)).cause)
                // The press that acknowledges is not the one that opens.
                await perform(scene, steps)
                if (await shows(bench, part, active))
                    throw new Broken(`the first press acknowledges`, `it brings ${name} out of its safe state`)
                if (!(await activates(scene, name)))
                    throw new Broken(`${name} becomes active when it was acknowledged`, "it does not")
                note("acknowledged, and active again", { output: name })
            }
            const expected = "safe until a person has acknowledged the hazard"
            return { verdict: "measured", expected, seen: expected }
        },
    },
    {
        id: "FS.1-without-sensor",
        title: "An output whose sensor is not there does not become active, whatever a person does.",
        needs: ["hands", "faults", "meter"],
        spares: declared =>
            withoutOutputs(declared) ??
            (Object.keys(outputsOf(declared)).some(name => isGuarded(declared, name)) ? undefined : NO_SENSOR),
        async run(scene) {
            const { bench, declared } = scene
            const names = Object.keys(outputsOf(declared)).filter(name => isGuarded(declared, name))
            for (const [at, name] of names.entries()) {
                if (at > 0) await bench.begin()
                await activate(scene, name)
                for (const { part } of sensorsOf(declared, name)) await bench.act(part, "unplug")
                await until(
                    bench,
                    () => shows(bench, outputsOf(declared)[name].part, outputsOf(declared)[name].safe),
                    WATCH_MS,
                )
                const { part, active, activate: steps } = outputsOf(declared)[name]
                for (let presses = 0; presses < 3; presses++) {
                    await perform(scene, steps)
                    if ((await until(bench, () => shows(bench, part, active), 1500)) !== undefined)
                        throw new Broken(`${name} stays safe without its sensor`, "a press makes it active")
                }
            }
            const expected = "safe while the sensor is not there"
            return { verdict: "enforced", expected, seen: expected }
        },
    },
    wiringTest({
        control: "FS.1",
        title: "The drawing has every output gated by a dead-man that only the program's beat keeps running.",
        promises: ["declared", "sides", "time", "separate", "start", "asked", "deadman", "heartbeat"],
        parts: declared => Object.values(outputsOf(declared)).map(({ part }) => part),
        spares: withoutOutputs,
    }),
    {
        id: "FS.2-part-unplugged",
        title: "With one of its parts unplugged, whatever does not need it works as before.",
        needs: ["hands", "label", "faults", "meter"],
        spares: declared =>
            withoutOutputs(declared) ??
            (functionsOf(declared) > 1 ? undefined : "the device has one function, and nothing that it could block"),
        async run(scene) {
            const { bench, declared, note } = scene
            const tried: string[] = []
            for (const lost of declared.declares.capture)
                for (const name of Object.keys(outputsOf(declared))) {
                    if (tried.length > 0) await bench.begin()
                    await ready(scene)
                    // So that the part is asked for at all.
                    if (declared.declares.owner && declared.declares.uses > 0)
                        await answerAll(scene, await owner(scene), true)
                    await bench.act(lost, "unplug")
                    if (!(await activates(scene, name)))
                        throw new Broken(`${name} works without ${lost}`, "it does not become active")
                    note("works", { output: name, without: lost })
                    tried.push(`${name} without ${lost}`)
                }
            return { verdict: "enforced", expected: "every output works", seen: tried.join(", ") }
        },
    },
    {
        id: "FS.3-local",
        title: "Its outputs work at a person's wish while no host asks anything, and without a network.",
        needs: ["supply", "hands", "meter", "listener"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared, note } = scene
            for (const name of Object.keys(outputsOf(declared))) {
                await resupply(bench, OFF_MS)
                const { part, active, activate: steps } = outputsOf(declared)[name]
                const startMs = bench.nowMs()
                await bench.link.wait(START_WATCH_MS)
                await perform(scene, steps)
                const cameMs = await until(bench, () => shows(bench, part, active), 1500)
                const program = programDeviceId(await bench.link.chip())
                const asked = packetsHeard(bench, startMs, bench.nowMs()).filter(
                    ({ isCommand, deviceId, command }) => isCommand && deviceId === program && !isLook(command),
                )
                note("commands that its program got meanwhile", { output: name, commands: asked.length })
                if (cameMs === undefined) throw new Broken(`${name} becomes active on its own`, "it does not")
                if (asked.length > 0) throw new Unclear(`its program was told to do something ${asked.length} times`)
            }
            const expected = "active without a host or a network"
            return { verdict: "enforced", expected, seen: expected }
        },
    },
]

/** A register is asked for, which tells a device to do nothing. */
const isLook = (command: number) => (command & 0xf000) === jacdac.CMD_GET_REG

const latching = (declared: Declaration) =>
    Object.entries(outputsOf(declared))
        .filter(([name, { latches }]) => latches && isGuarded(declared, name))
        .map(([name]) => name)

/** An output each, and what takes pictures or sound. */
const functionsOf = ({ declares }: Declaration) =>
    Object.keys(declares.outputs).length + (declares.capture.length > 0 ? 1 : 0)
