/**
 * The hostile-program campaign: a program that does its worst runs on a board, while people press and switch what they can reach, a peer
 * sends rubbish and now and then something breaks. After every change of a net and after every event the board's promises are looked at.
 * The circuits are proved over every combination (`simulators/circuit/proof.ts`); this shows that a running board is what the proof is about.
 */
import type { BoardState } from "../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"
import type { BusNode } from "../../simulators/bus/bus"
import { encodeFrame, FrameFlag } from "../../simulators/bus/frame"
import { US_PER_MS } from "../../simulators/clock"
import { Random } from "../../simulators/random"
import { buildFirmware } from "../../src/host/build/firmware"
import { type Workbench, workbenchFor } from "../simulators/board/workbench"
import { DOORBELL_SIGHTS, GAS_VALVE_SIGHTS, type Sights, watchBoard } from "./hostile-sights"

export interface HostileSubject {
    name: string
    definition: BoardDefinition
    /** One image a program; a seed takes one of them. */
    programs: readonly { image: Uint8Array; unit: BoardState }[]
    sights: Sights
    /** What may be done to it, and what takes that back. */
    acts: readonly Act[]
}

interface Act {
    part: string
    does: string
    undoes: string
    argument?: number
    /** Happens this many times as seldom as the others. */
    seldom?: number
}

/** What a seed came to: the promises that were broken, and what else was seen that makes the run worth its time. */
export interface Ordeal {
    seed: number
    broken: string[]
    reached: string[]
}

/** The runtime starts a program this long after power-on. */
const START_MS = 1150
const END_MS = 3200
/** Longest time between two disturbances. */
const LONGEST_QUIET_MS = 120
/** One disturbance in so many also cuts the power, until the next one: a start takes most of a run. */
const POWER_SELDOM = 60

const button = (part: string): Act => ({ part, does: "press", undoes: "release" })
const cable = (part: string): Act => ({ part, does: "unplug", undoes: "plug" })
const shortOnBus: Act = { part: "fram", does: "hold", undoes: "let-go", seldom: 20 }

const SUBJECTS = [
    {
        name: "doorbell",
        board: "doorbell_c3",
        programs: ["hostile-doorbell", "hostile-doorbell-servers"],
        sights: DOORBELL_SIGHTS,
        acts: [
            { part: "kill", does: "open", undoes: "close" },
            { part: "recording", does: "burn", undoes: "replace", seldom: 5 },
            { part: "tamper", does: "open", undoes: "close" },
            button("button"),
            button("release"),
            cable("camera"),
            cable("element"),
            shortOnBus,
        ],
    },
    {
        name: "gas-valve",
        board: "valve_pico",
        programs: ["hostile-valve", "hostile-valve-servers"],
        sights: GAS_VALVE_SIGHTS,
        acts: [
            button("button"),
            cable("gas"),
            cable("fram"),
            { part: "gas", does: "set", undoes: "repair", argument: 40 },
            { part: "led", does: "burn", undoes: "replace", seldom: 5 },
            shortOnBus,
        ],
    },
] as const

export async function hostileSubjects(): Promise<HostileSubject[]> {
    return Promise.all(
        SUBJECTS.map(async ({ name, board, programs, sights, acts }) => {
            const definition = loadBoard(board, "boards")
            const installed = programs.map(async program => {
                const { image } = await buildFirmware(`test/programs/${program}.ts`)
                const bench = workbenchFor(image, definition)
                bench.board.powerOff()
                return { image, unit: bench.board.save() }
            })
            return { name, definition, programs: await Promise.all(installed), sights, acts }
        }),
    )
}

/** Plays one seed. Equal seeds give equal ordeals. */
export function ordeal(subject: HostileSubject, seed: number): Ordeal {
    const { image, unit } = subject.programs[seed % subject.programs.length]
    const bench = workbenchFor(image, subject.definition, { unit, seed })
    const watch = watchBoard(bench, subject.sights)
    disturb(subject.acts, bench, new Random(`hostile/${seed}`))
    while (bench.clock.step(END_MS * US_PER_MS)) watch.afterEvent()
    return { seed, broken: [...watch.broken], reached: [...watch.reached] }
}

/** Does what people, peers and accidents do, at random moments until the end. */
function disturb(acts: readonly Act[], bench: Workbench, random: Random): void {
    const { board, clock, act } = bench
    bench.bus.attach(peer)
    const done = new Set<Act>()
    const toggle = (chosen: Act) => {
        if (done.delete(chosen)) return act(chosen.part, chosen.undoes)
        if (random.below(chosen.seldom ?? 1) > 0) return
        done.add(chosen)
        act(chosen.part, chosen.does, chosen.argument)
    }
    const next = () => {
        const choice = random.below(acts.length + 1)
        if (choice < acts.length) toggle(acts[choice])
        else sendRubbish(bench, random)
        if (board.state === "off") board.powerOn()
        else if (random.below(POWER_SELDOM) === 0) board.powerOff()
        clock.after((1 + random.below(LONGEST_QUIET_MS)) * US_PER_MS, next)
    }
    clock.at(START_MS * US_PER_MS, next)
}

const peer: BusNode = { name: "peer", receive() {} }

/** Control, program manager, settings and others. Not the debugger, 3: time stands still for a chip whose program it has suspended. */
const CHIP_SERVICES = [0, 1, 2, 4, 5, 6]

/** A command, or the setting of a register, of one of the services that the chip itself has. */
function sendRubbish({ bus, board }: Workbench, random: Random): void {
    const payload = new Uint8Array(random.below(24))
    random.draw(payload)
    const command = [0x80, 0x2000, 0x2100][random.below(3)] + random.below(16)
    const serviceIndex = CHIP_SERVICES[random.below(CHIP_SERVICES.length)]
    bus.send(peer, encodeFrame(board.deviceId, FrameFlag.Command, { serviceIndex, command, payload }))
}
