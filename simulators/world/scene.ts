import type { Board } from "../board/board"
import type { Bus } from "../bus/bus"
import type { FieldValue, ServiceSpec } from "../bus/service-spec"
import type { Part } from "../parts/part"
import type { PowerCut } from "../power-cut"

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
    /** A host comes with a package. */
    update(device: string, packageName: string): void
    /** Sends commands to a service of a device, from a host tool on its bus that has been listening from the start. */
    caller(device: string, service: ServiceSpec): Call
    after(delayUs: number, callback: () => void): void
}

/** Gets a command ready, with its fields by name; a challenge that it needs is drawn. @returns sends it */
export type Call = (command: string, values: Record<string, FieldValue>) => () => void

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

/** Takes back what a step did, when its `for` is over. */
export type Undo = () => void
