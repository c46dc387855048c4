import type { Board } from "../board/board"
import type { Bus } from "../bus/bus"
import type { FieldValue, ServiceSpec } from "../bus/service-spec"
import type { Part } from "../parts/part"
import type { PowerCut } from "../power-cut"
import type { Json } from "../trace"
import type { Errand } from "./hub"

/** Source of the trace lines that are of no device, bus or part. */
export const WORLD_SOURCE = "world"

/** A world while it is played, as the steps of its scenario see it. The names are those of the world file. */
export interface Scene {
    board(device: string): Board
    bus(name: string): Bus
    part(device: string, name: string): Part
    /**
     * `flash`, or a part that is a memory.
     * @throws InvalidAction if it is neither
     */
    memory(device: string, name: string): Memory
    /** Image of a firmware. */
    image(firmware: string): Uint8Array
    /** A host does something at a device. */
    send(device: string, errand: Errand): void
    /** What is known of a person's session with a device. */
    session(device: string, session: string): Record<string, Json>
    /** Sends commands to a service of a device, from a host tool on its bus that has been listening from the start. */
    caller(device: string, service: ServiceSpec): Call
    after(delayUs: number, callback: () => void): void
}

/** Sends a command, with its fields by name. */
export type Call = (command: string, values: Record<string, FieldValue>) => void

/** A memory that can lose its power at one of its writing operations. */
export interface Memory {
    /** Writing operations so far. */
    readonly operations: number
    /** Arms a cut at an operation to come; undefined disarms it. */
    cutPowerAt(cut: PowerCut | undefined): void
}

/** What a step does to a world. */
export interface Effect {
    /** Whether it can happen in this world. @throws InvalidAction if not */
    check(scene: Scene): void
    begin(scene: Scene): Undo
}

/** Something that happens in a world, at its time. */
export interface Step extends Effect {
    readonly atUs: number
    /** How long it lasts; for ever if left out. */
    readonly forUs?: number
    /** What it is, in the words of the world file: `press valve.button`. */
    readonly label: string
    /** Why it happens, in the words of a person. */
    readonly note?: string
}

/** Takes back what a step did, when its `for` is over. */
export type Undo = () => void
