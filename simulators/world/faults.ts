import { z } from "zod"
import type { BusFault } from "../bus/faults"
import { type Memory as Contents, InvalidAction, isMemory } from "../parts/part"
import { CUT_PHASES } from "../power-cut"
import type { Effect, Scene, Undo } from "./scene"
import { span, type VocabularySchemas } from "./vocabulary"

/** Codes with which the runtime ends a program. */
export const Panic = { EndlessLoop: 60001, OutOfHeap: 60004, UnhandledException: 60005 }
/** How long a program loops until the runtime notices (measured on the RP2040: about 250 ms for 131,072 opcodes). */
const ENDLESS_LOOP_US = 250_000

/** A kind of fault: what a step says about it, and what it does to the world. */
export interface Fault {
    /** Whether it can be taken back, so that a step may say `for` how long. */
    readonly lasts: boolean
    /** Reads the fields that the step has beside those of every step. */
    schema(vocabulary: VocabularySchemas): z.ZodType<Effect>
}

/** Every fault, by its name in world files. docs/simulator.md explains them to people who write one. */
export const FAULTS: Readonly<Record<string, Fault>> = {
    "power-off": lasting(
        ({ device }) => ({ device }),
        ({ device }, { board }) => {
            board(device).powerOff()
            return () => board(device).powerOn()
        },
    ),
    "power-on": momentary(
        ({ device }) => ({ device }),
        ({ device }, { board }) => board(device).powerOn(),
    ),
    "power-cut": lasting(
        ({ device }) => ({
            device,
            /** `flash`, or a part that is a memory. */
            memory: z.string().default("flash"),
            /** Which of the writing operations from now on: 1 is the next. */
            operation: z.int().positive().default(1),
            phase: z.enum(CUT_PHASES).default("inside"),
        }),
        ({ device, memory, operation, phase }, scene) => {
            const target = scene.memory(device, memory)
            target.cutPowerAt({ operation: target.operations + operation - 1, phase })
            return () => {
                target.cutPowerAt(undefined)
                scene.board(device).powerOn()
            }
        },
        ({ device, memory }, scene) => void scene.memory(device, memory),
    ),
    "memory-swap": lasting(
        ({ device }) => ({ device, memory: z.string().default("fram"), with: device }),
        ({ device, memory, with: other }, scene) => {
            const swap = () => swapContents(contentsOf(scene, device, memory), contentsOf(scene, other, memory))
            swap()
            return swap
        },
        ({ device, memory, with: other }, scene) => {
            for (const name of [device, other]) contentsOf(scene, name, memory)
        },
    ),
    crash: momentary(
        ({ device }) => ({ device }),
        ({ device }, { board }) => board(device).panicProgram(Panic.UnhandledException),
    ),
    hang: momentary(
        ({ device }) => ({ device }),
        ({ device }, { board, after }) => {
            board(device).stall(ENDLESS_LOOP_US)
            after(ENDLESS_LOOP_US, () => board(device).panicProgram(Panic.EndlessLoop))
        },
    ),
    "heap-exhaustion": momentary(
        ({ device }) => ({ device }),
        ({ device }, { board }) => board(device).panicProgram(Panic.OutOfHeap),
    ),
    "clock-jump": momentary(
        ({ device }) => ({ device, by: span }),
        ({ device, by }, { board }) => board(device).jumpClock(by),
    ),
    deploy: momentary(
        ({ device, firmware }) => ({ device, firmware }),
        ({ device, firmware }, { board, image }) => board(device).deploy(image(firmware)),
    ),
    "packet-loss": packetFault(
        () => ({}),
        probability => ({ kind: "loss", probability }),
    ),
    "packet-duplication": packetFault(
        () => ({}),
        probability => ({ kind: "duplication", probability }),
    ),
    "packet-delay": packetFault(
        () => ({ "up-to": span }),
        (probability, { "up-to": withinUs }) => ({ kind: "delay", probability, withinUs }),
    ),
    "packet-reordering": packetFault(
        () => ({ "up-to": span }),
        (probability, { "up-to": withinUs }) => ({ kind: "reordering", probability, withinUs }),
    ),
}

/** As if their chips were unsoldered, and each put in the other's place. */
function swapContents(one: Contents, other: Contents): void {
    const kept = one.save()
    one.load(other.save())
    other.load(kept)
}

/** @throws InvalidAction if no part of that name has a memory */
function contentsOf(scene: Scene, device: string, name: string): Contents {
    scene.memory(device, name)
    const part = scene.board(device).parts.get(name)
    if (!part || !isMemory(part)) throw new InvalidAction(`"${name}" of ${device} is no part that could change places`)
    return part
}

type Fields = (vocabulary: VocabularySchemas) => z.ZodRawShape
type Values<F extends Fields> = z.output<z.ZodObject<ReturnType<F>>>

/** @param check throws InvalidAction if the world has not what it takes */
function lasting<F extends Fields>(
    fields: F,
    strike: (values: Values<F>, scene: Scene) => Undo,
    check: (values: Values<F>, scene: Scene) => void = () => {},
): Fault {
    return {
        lasts: true,
        schema: vocabulary =>
            z.strictObject(fields(vocabulary)).transform(values => ({
                check: (scene: Scene) => check(values as Values<F>, scene),
                begin: (scene: Scene) => strike(values as Values<F>, scene),
            })),
    }
}

function momentary<F extends Fields>(fields: F, strike: (values: Values<F>, scene: Scene) => void): Fault {
    const { schema } = lasting(fields, (values, scene) => {
        strike(values, scene)
        return () => {}
    })
    return { lasts: false, schema }
}

/** @param fields what the fault needs beside the bus and the probability with which it hits a frame */
function packetFault<F extends Fields>(fields: F, fault: (probability: number, values: Values<F>) => BusFault): Fault {
    return lasting(
        vocabulary => ({ bus: vocabulary.bus, probability: z.number().gt(0).max(1).default(1), ...fields(vocabulary) }),
        ({ bus, probability, ...values }, scene) => {
            const imposed = fault(probability, values as Values<F>)
            scene.bus(bus).impose(imposed)
            return () => scene.bus(bus).clear(imposed.kind)
        },
    )
}
