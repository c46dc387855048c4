/** The rows of the fail-safe matrix: the reference devices, their dangerous outputs, and what can go wrong with each. */
import type { Board, BoardState } from "../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"
import { encodeFrame } from "../../simulators/bus/frame"
import { deviceIdOf } from "../../simulators/bus/server"
import { US_PER_MS } from "../../simulators/clock"
import { CERTIFICATES_AT, CERTIFICATES_BYTES } from "../../src/core/store/memory-layout"
import { buildFirmware } from "../../src/host/build/firmware"
import type { MemorySession } from "../../src/host/session/kept-session"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { Errands } from "../firmware/long-work/errand"
import { type LongWork, longWorks } from "../firmware/long-work/works"
import { Phone } from "../firmware/phone"
import { DEVICE_ID, Rig } from "../firmware/rig"
import type { Workbench } from "../simulators/board/workbench"

/** Time from the cause to the safe state that an output may take, or why none is promised. */
export type Limit = { withinMs: number } | { why: string }

export interface CauseLimit {
    limit: Limit
    /** Holds whatever the program is doing, a hostile one included: the circuit does it by itself. */
    byWiring?: true
}

export interface Cause {
    name: string
    /** What has to be there from the start, so that it can arise. */
    prepare?(bench: Workbench): void
    /** What takes some time of a device that is up, so that it can arise. */
    ready?(bench: Workbench): Promise<void>
    arise(bench: Workbench): void
    /** What the unit has been through before it is switched on; then nobody gets its outputs on. */
    before?(unit: BoardState): BoardState
    /** How long it is watched, if that is not as long as the others. */
    watchMs?: number
    /** While the program runs, by output. */
    limits: Readonly<Record<string, CauseLimit>>
}

export interface Output {
    name: string
    isOn(board: Board): boolean
    /** The dead-man that gates it. */
    deadman?: string
}

export interface MatrixDevice {
    name: string
    firmware: Uint8Array
    /** A program that keeps every output on and beats the heart. */
    hostile: Uint8Array
    definition: BoardDefinition
    /** With two owners, who have agreed to all that it asks. */
    unit: BoardState
    /** Of the owner who asks it for what is in `works`. */
    session: MemorySession
    outputs: readonly Output[]
    causes: readonly Cause[]
    /** What it can be at work on while its outputs are on. */
    works: readonly LongWork[]
    /** How often the program uses the I2C bus if nothing happens; undefined if it does not. */
    usesBusEveryMs?: number
    /** Longest that its runtime hears nothing: a place of the record store is written and read back, on the valve at 400 kHz, else at 100. */
    deafMs: number
    /** Time from the last beat to the safe state, in milliseconds, for each dead-man: its own, and one beat. */
    deadmanMs: Readonly<Record<string, number>>
    /** What people do until every output is on, with the milliseconds that follow. */
    ask: readonly [part: string, action: string, ms: number][]
    /** For so long outputs stay on that were asked for, in milliseconds; undefined for good. */
    staysOnMs?: number
}

/** Jacdac `_sensor`: report of the register `reading`. */
const READING = 0x1101
/** A frame of 20 bytes, and the silence behind it. */
const FLOOD_EVERY_US = 300
/** It lasts for as long as it is watched. */
const FLOOD_MS = 3000
const SOMEBODY_ELSE = "5e1f5e1f5e1f5e1f"
const TALK_EVERY_MS = 100

/** The supervisor's beat: the last edge may be that old when the program dies. */
const BEAT_MS = 50

/** What is left of the 3 s for which the doorbell releases the door, when its button was pressed and released. */
const STRIKE_MS = 2000

/** What springs, switches and wires do without anybody's help. */
const AT_ONCE: Limit = { withinMs: 1 }

const within = (withinMs: number): CauseLimit => ({ limit: { withinMs } })
const unforced = (why: string): CauseLimit => ({ limit: { why } })
const BY_WIRING: CauseLimit = { limit: AT_ONCE, byWiring: true }
const UNNOTICED = unforced(
    "Noticed at the next write only: the device works on with what it remembers. What a step decides it drives at once; what has to be remembered is written beside it.",
)

const happens = (part: string, action: string, argument?: number | string) => (bench: Workbench) =>
    bench.act(part, action, argument)

const powerLoss = (outputs: readonly string[]): Cause => ({
    name: "power loss",
    arise: ({ board }) => board.powerOff(),
    limits: Object.fromEntries(outputs.map(output => [output, BY_WIRING])),
})

const damagedIdentity = (outputs: readonly string[]): Cause => ({
    name: "identity damaged before the start",
    arise() {},
    before: unit => {
        const memory = Buffer.from(String(unit.parts.fram), "base64")
        memory.fill(0, CERTIFICATES_AT, CERTIFICATES_AT + CERTIFICATES_BYTES)
        return { ...unit, parts: { ...unit.parts, fram: memory.toString("base64") } }
    },
    limits: Object.fromEntries(outputs.map(output => [output, within(0)])),
})

/**
 * The wish of another owner than the one who has it at work, by a phone that has its keys and has sealed it. A device that has started anew since
 * refuses it.
 */
function disabled(outputs: readonly string[], session: MemorySession): Cause {
    const wishes = new WeakMap<Workbench, () => void>()
    return {
        name: "disabled by its owner",
        async ready(bench) {
            const phone = new Errands(bench, session.copy(), "Dora")
            // Services are announced twice a second.
            bench.runMs(1000)
            const frame = await phone.seal("owner", "disable", { disabled: true })
            wishes.set(bench, () => phone.tell(frame))
        },
        arise: bench => wishes.get(bench)!(),
        // One message is opened at a time: it may come behind one that puts new keys in force.
        limits: Object.fromEntries(outputs.map(output => [output, within(2000)])),
    }
}

/** More than a device can hear: readings of its sensor, which it has to handle, one behind the other, as fast as the wire carries them. */
function flood({ bus, clock }: Workbench, part: string): void {
    const peer = { name: "flood", receive() {} }
    const reading = { serviceIndex: 1, command: READING, payload: Buffer.alloc(4) }
    const frame = encodeFrame(deviceIdOf(`device.${part}`), 0, reading)
    const next = () => {
        bus.send(peer, frame)
        clock.after(FLOOD_EVERY_US, next)
    }
    bus.attach(peer)
    next()
}

const lateBus = (part: string, limits: Cause["limits"]): Cause => ({
    name: "late bus",
    arise: bench => flood(bench, part),
    watchMs: FLOOD_MS,
    limits,
})

/** Somebody else on the bus, so that it is not silent: what says nothing wakes nobody. */
function keepTalking({ bus, clock }: Workbench): void {
    const peer = { name: "somebody else", receive() {} }
    const announcement = { serviceIndex: 0, command: 0, payload: Buffer.alloc(8) }
    const next = () => {
        bus.send(peer, encodeFrame(SOMEBODY_ELSE, 0, announcement))
        clock.after(TALK_EVERY_MS * US_PER_MS, next)
    }
    bus.attach(peer)
    next()
}

/** Every reference device, as in docs/firmware.md and the tests of `test/firmware`. */
export async function matrixDevices(): Promise<MatrixDevice[]> {
    const valve = await made("gas-valve", "valve_pico", "hold-valve-for-ever", "button", 0)
    const doorbell = await made("doorbell", "doorbell_c3", "hold-doorbell-for-ever", "release", 2)
    return [
        {
            name: "gas-valve",
            ...valve,
            works: await longWorks("gas-valve"),
            deafMs: 15,
            outputs: [{ name: "valve", isOn: stateOf("valve", "open"), deadman: "deadman" }],
            ask: [
                // Two of its looks at the button, when the runtime's timer loses its alarm twice and the sensor wakes it every 0.1 s.
                ["button", "press", 300],
                ["button", "release", 300],
            ],
            causes: [
                powerLoss(["valve"]),
                { name: "gas", arise: happens("gas", "set", 50), limits: { valve: within(500) } },
                {
                    name: "sensor absent",
                    prepare: keepTalking,
                    arise: happens("gas", "unplug"),
                    limits: { valve: within(2500) },
                },
                {
                    name: "silent bus with timer defect",
                    arise: happens("gas", "unplug"),
                    limits: { valve: within(2500) },
                },
                lateBus("gas", { valve: within(500) }),
                {
                    name: "gas on a late bus",
                    watchMs: FLOOD_MS,
                    arise(bench) {
                        flood(bench, "gas")
                        bench.act("gas", "set", 50)
                    },
                    limits: { valve: within(500) },
                },
                { name: "sensor silent", arise: happens("gas", "fail", "silence"), limits: { valve: within(2500) } },
                {
                    name: "sensor out of range",
                    arise: happens("gas", "fail", "nonsense"),
                    limits: { valve: within(500) },
                },
                { name: "FRAM gone", arise: happens("fram", "unplug"), limits: { valve: UNNOTICED } },
                disabled(["valve"], valve.second),
                damagedIdentity(["valve"]),
            ],
        },
        {
            name: "doorbell",
            ...doorbell,
            works: await longWorks("doorbell"),
            staysOnMs: STRIKE_MS,
            usesBusEveryMs: 500,
            deafMs: 95,
            outputs: [
                { name: "strike", isOn: stateOf("strike", "released"), deadman: "deadman" },
                { name: "capture supply", isOn: board => board.wiring.level("capture"), deadman: "deadman" },
            ],
            ask: [
                // In no hurry: the ring is counted first, and a device at work looks at its buttons every 0.2 s.
                ["button", "press", 300],
                ["button", "release", 500],
                ["release", "press", 300],
                ["release", "release", 100],
            ],
            causes: [
                powerLoss(["strike", "capture supply"]),
                {
                    name: "privacy switch opened",
                    arise: happens("kill", "open"),
                    limits: {
                        strike: unforced("Concerns microphone and camera only. The strike lets go after its 3 s."),
                        "capture supply": BY_WIRING,
                    },
                },
                {
                    name: "indicator burnt",
                    arise: happens("recording", "burn"),
                    limits: {
                        strike: unforced("Concerns microphone and camera only. The strike lets go after its 3 s."),
                        "capture supply": within(300),
                    },
                },
                {
                    name: "case opened",
                    arise: happens("tamper", "open"),
                    limits: {
                        strike: within(300),
                        "capture supply": unforced("Locks the strike only. A recording ends after its 10 s."),
                    },
                },
                {
                    name: "secure element gone",
                    arise: happens("element", "unplug"),
                    limits: { strike: within(2000), "capture supply": within(2000) },
                },
                {
                    name: "FRAM gone",
                    arise: happens("fram", "unplug"),
                    limits: { strike: UNNOTICED, "capture supply": UNNOTICED },
                },
                // Over the bus it hears nothing that is more urgent than its owner's wish.
                lateBus("microphone", { strike: within(1000), "capture supply": within(1000) }),
                disabled(["strike", "capture supply"], doorbell.second),
                damagedIdentity(["strike", "capture supply"]),
            ],
        },
    ]
}

/** @param uses of data to which the first of its two owners agrees */
async function made(device: string, board: string, hostile: string, touch: string, uses: number) {
    const [firmware, attack] = await Promise.all([buildFirmware(device), buildFirmware(`test/programs/${hostile}.ts`)])
    const definition = loadBoard(board, "boards")
    const manufactured = await manufacture(firmware.image, definition, DEVICE_ID)
    if (!manufactured) throw new Error(`${device}: its program has no identity`)
    const rig = new Rig(firmware, definition, manufactured)
    const anna = new Phone(rig, "Anna")
    rig.boot()
    await anna.claim(touch)
    for (let use = 0; use < uses; use++)
        if ((await anna.answer(use, "Yes")) !== 0) throw new Error(`${device}: no consent to use ${use}`)
    const dora = await anna.bring("Dora", "owner", touch)
    rig.board.powerOff()
    const unit = rig.board.save()
    const deadmen = Object.entries(definition.circuit.description.deadmen)
    const deadmanMs = Object.fromEntries(deadmen.map(([name, { timeoutMs }]) => [name, timeoutMs + BEAT_MS]))
    const sessions = { session: anna.session, second: dora.session }
    return { firmware: firmware.image, hostile: attack.image, definition, unit, deadmanMs, ...sessions }
}

function stateOf(part: string, state: string) {
    return (board: Board) => board.parts.get(part)!.observe().state === state
}
