import { z } from "zod"
import { partSchema, side } from "../parts/catalog"
import { switchKinds } from "../parts/switch"
import type { Expression } from "./expression"

/** What a `circuit.yaml` may hold. docs/circuits.md explains it to people who write one. */

const noName = "is empty, or a word that JavaScript keeps for itself; give it another name"
// Sections are looked up by name.
const netName = z.string().refine(name => name !== "" && !(name in Object.prototype), { error: noName })
/** Entries by the names of nets or parts. */
const named = <T extends z.ZodType>(entry: T) =>
    z.record(netName, entry, { error: issue => (issue.code === "invalid_key" ? noName : undefined) })

const expressionForms = "must be a net, { and: [...] }, { or: [...] } or { not: ... }"
const expression: z.ZodType<Expression> = z.lazy(() =>
    z.union(
        [
            netName,
            z.strictObject({ and: z.array(expression).min(2) }),
            z.strictObject({ or: z.array(expression).min(2) }),
            z.strictObject({ not: expression }),
        ],
        { error: expressionForms },
    ),
)

const line = z
    .strictObject({
        /** Resistor that decides when nothing else does; up is to the chip's rail. */
        pull: z.enum(["up", "down"]).optional(),
        /** A switch between the line and ground or the chip's rail. It is stronger than the chip. */
        shorted: z.strictObject({ by: netName, to: z.enum(["low", "high"]) }).optional(),
        /** What the circuit feeds into the pin through a series resistor. The chip is stronger, but nothing flows back. */
        sense: expression.optional(),
    })
    .refine(fields => !(fields.sense && fields.pull), { error: "has both sense and pull: a sensed line needs no pull" })

/** What a dangerous part owes to its wiring. Every field names something in this file, and `domovoi prove` holds the wiring to it. */
const promise = z.strictObject({
    /** Line that the chip drives high to have the part on. */
    asked: netName,
    /** Timer that takes it off again. */
    deadman: netName,
    /** Line whose edges keep that timer running, and the only one. */
    heartbeat: netName,
    /** Longest time from the last edge to the part being off. */
    withinMs: z.int().positive(),
    /** Slide switch without which the part has no power. */
    switch: netName.optional(),
    /** Lamp that is lit when the part has power, and only then. */
    indicator: netName.optional(),
    /** Line at which the chip reads whether current flows through that lamp. */
    sense: netName.optional(),
})

export const circuitSchema = z.strictObject({
    /** Net that is live when the board is plugged in. */
    supply: netName,
    /** Net that feeds the microcontroller. Without it every pin floats. */
    chip: netName,
    rails: named(expression),
    /** The chip's pins that are wired to something, by the labels of the board file. */
    lines: named(line),
    /** Each is a net, high while its contact is closed, and a part. */
    switches: named(z.strictObject({ kind: z.enum(switchKinds), closed: z.boolean(), side })).default({}),
    gates: named(expression).default({}),
    /** Retriggerable monostables. Each is a net, high while edges keep coming, and a part. */
    deadmen: named(z.strictObject({ input: netName, timeoutMs: z.int().positive(), power: netName })).default({}),
    /** LEDs. Each is a net, high while current flows through it, and a part. */
    indicators: named(z.strictObject({ drive: netName, side })).default({}),
    /** Everything else: loads and modules, with the nets that feed and drive them. */
    parts: named(partSchema),
    /** By part. */
    promises: named(promise).default({}),
    /** Lines that speak for a person on the spot: what they tell, nobody outside may tell. */
    persons: z.array(netName).default([]),
})

export type PartPromise = z.infer<typeof promise>
export type CircuitDescription = z.infer<typeof circuitSchema>
