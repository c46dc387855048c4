import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { z } from "zod"
import type { Board, BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { deviceIdOf } from "../../../simulators/bus/server"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { type Random, randomStreams } from "../../../simulators/random"
import { base64Schema } from "../identity/base64"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { writePrivateFile } from "../private-file"
import { MachineRandom } from "./machine-random"
import { referenceBoard } from "./reference-board"
import { SimulatedUnit } from "./simulated-unit"
import type { OtherService, Role, WholeLink } from "./unit-link"

const fileSchema = z.strictObject({
    version: z.literal(2),
    board: z.string(),
    deviceId: z.string().regex(/^[0-9a-f]{16}$/),
    /** Of everything random in the unit, if it was made to be made again. */
    seed: z.string().optional(),
    /** How often it was switched on: with a seed, no two times draw the same numbers. */
    starts: z.int().min(0),
    state: z.strictObject({ flash: base64Schema, parts: z.record(z.string(), z.json()) }),
})

/** What carries the unit that is in a file. */
export interface UnitMachine extends WholeLink {
    /** Only the simulator's has parts that somebody can press. */
    readonly board: Pick<Board, "install" | "restore" | "save"> & Partial<Pick<Board, "parts">>
    powerOn(): Promise<void>
    connect(): Promise<void>
}

/** Builds it without power, for a chip with that identifier. */
export type UnitEngine<T extends UnitBody = UnitMachine> = (
    definition: BoardDefinition,
    deviceId: string,
    random: (stream: string) => Random,
) => T

/** What there has to be of a unit for a file to hold it. */
export type UnitBody = Pick<UnitMachine, "board" | "connect" | "close">

/** The unit of a file that is switched on, and reached by whoever has built it. */
export interface LentUnit<T> {
    unit: T
    /** Puts what it has kept into the file, if that has changed. @throws InputError */
    keep(): void
    /** Switches it off, keeps what it has kept, and gives the file back. */
    close(): Promise<void>
}

const simulated: UnitEngine = (definition, deviceId, random) =>
    new SimulatedUnit(definition, deviceId, undefined, random)

/** A unit that has not been made yet. */
export interface NewUnit {
    board: string
    serial: string
    image: Uint8Array
    /** Makes the same unit again, key and all; if left out, it is like no other. */
    seed?: string
}

/**
 * A simulated unit that lives in a file, which nobody but its owner reads: its key is in it. Whatever a command changes in it is in the file
 * before the command is answered, as with a real unit: a host that dies on the way finds the unit as it left it.
 */
export class UnitFile implements WholeLink {
    readonly #unit: UnitMachine
    readonly #keep: () => void
    readonly #release: () => void

    private constructor(path: string, origin: Origin, unit: UnitMachine, release: () => void) {
        this.#unit = unit
        this.#keep = keeper(path, origin, unit)
        this.#release = release
    }

    /** Makes the unit, unless the file is there already, and switches it on. @throws InputError; LinkError */
    static async make(
        path: string,
        { board, serial, image, seed }: NewUnit,
        engine: UnitEngine = simulated,
    ): Promise<UnitFile> {
        return locked(path, async release => {
            const kept = read(path)
            if (kept) return UnitFile.#powerOn(path, kept, release, engine)
            const deviceId = seed === undefined ? randomBytes(8).toString("hex") : deviceIdOf(`${seed}/${serial}`)
            const origin = { board, deviceId, seed, starts: 1 }
            const unit = built(origin, engine)
            unit.board.install(image)
            const file = new UnitFile(path, origin, unit, release)
            file.#keep()
            await unit.powerOn()
            return file
        })
    }

    /** Switches on the unit in a file. @throws InputError; LinkError */
    static async open(path: string, engine: UnitEngine = simulated): Promise<UnitFile> {
        requireThere(path)
        return locked(path, release => UnitFile.#powerOn(path, readExisting(path), release, engine))
    }

    /** Switches on the unit in a file, whether it has a program or not. @throws InputError */
    static async connect(path: string, engine: UnitEngine = simulated): Promise<UnitFile> {
        requireThere(path)
        return locked(path, async release => {
            const file = UnitFile.#restored(path, readExisting(path), release, engine)
            await file.#unit.connect()
            return file
        })
    }

    /** Switches on the unit in a file for somebody who reaches it in another way than by this class. @throws InputError */
    static async lend<T extends UnitBody>(path: string, build: UnitEngine<T>): Promise<LentUnit<T>> {
        requireThere(path)
        return locked(path, async release => {
            const { origin, state } = originIn(readExisting(path))
            const unit = restored(path, built(origin, build), state)
            const keep = keeper(path, origin, unit)
            keep()
            await unit.connect()
            return { unit, keep, close: () => closed(unit, keep, release) }
        })
    }

    /** Id of the board that the unit in a file has. @throws InputError */
    static boardOf(path: string): string {
        return readExisting(path).board
    }

    /** Identifier of its chip, 16 hex digits. @throws InputError */
    static chipOf(path: string): string {
        return readExisting(path).deviceId
    }

    /** The unit in a file, without power: whatever is done to it, the file stays as it is. @throws InputError */
    static rehearsal(path: string): SimulatedUnit {
        const { origin, state } = originIn(readExisting(path))
        const unit = new SimulatedUnit(referenceBoard(origin.board), origin.deviceId, undefined, randomOf(origin))
        return restored(path, unit, state)
    }

    static async #powerOn(path: string, kept: KeptUnit, release: () => void, engine: UnitEngine): Promise<UnitFile> {
        const file = UnitFile.#restored(path, kept, release, engine)
        await file.#unit.powerOn()
        return file
    }

    static #restored(path: string, kept: KeptUnit, release: () => void, engine: UnitEngine): UnitFile {
        const { origin, state } = originIn(kept)
        const unit = restored(path, built(origin, engine), state)
        const file = new UnitFile(path, origin, unit, release)
        file.#keep()
        return file
    }

    get(register: string) {
        return this.#unit.get(register)
    }

    async call(command: string, values?: Record<string, FieldValue>) {
        const report = await this.#unit.call(command, values)
        this.#keep()
        return report
    }

    async callOf(
        service: OtherService,
        command: string,
        values?: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>> {
        const report = await this.#unit.callOf(service, command, values)
        this.#keep()
        return report
    }

    roles(): Promise<Role[]> {
        return this.#unit.roles()
    }

    programSha256() {
        return this.#unit.programSha256()
    }

    chip() {
        return this.#unit.chip()
    }

    async install(image: Uint8Array, onProgress: (share: number) => void): Promise<void> {
        await this.#unit.install(image, onProgress)
        this.#keep()
    }

    find(timeoutMs: number) {
        return this.#unit.find(timeoutMs)
    }

    wait(ms: number) {
        return this.#unit.wait(ms)
    }

    /** Somebody presses a button of the unit for half a second of its time. @throws InputError if it has no such button */
    async press(button: string): Promise<void> {
        const part = this.#unit.board.parts?.get(button)
        if (!part) throw new InputError(`the unit has no part named ${button}`)
        part.act("press")
        await this.wait(PRESS_MS)
        part.act("release")
    }

    close(): Promise<void> {
        return closed(this.#unit, this.#keep, this.#release)
    }
}

const PRESS_MS = 500

/** @returns what puts the unit as it is then into the file, if it is not there already @throws InputError */
function keeper(path: string, origin: Origin, { board }: UnitBody): () => void {
    let there: string | undefined
    return () => {
        const kept: KeptUnit = { version: 2, ...origin, state: board.save() }
        const text = JSON.stringify(kept)
        if (text === there) return
        writePrivateFile(path, text)
        there = text
    }
}

async function closed(unit: UnitBody, keep: () => void, release: () => void): Promise<void> {
    try {
        await unit.close()
        keep()
    } finally {
        release()
    }
}

/** What a file holds of a unit. @throws InputError */
export function stateIn(path: string): Pick<KeptUnit, "board" | "deviceId" | "state"> {
    return readExisting(path)
}

type KeptUnit = z.infer<typeof fileSchema>

/** The unit as it is when it is switched on next. */
function originIn({ version, state, ...before }: KeptUnit): { origin: Origin; state: KeptUnit["state"] } {
    return { origin: { ...before, starts: before.starts + 1 }, state }
}

/** Puts what a file holds into a unit without power. @throws InputError */
function restored<T extends UnitBody>(path: string, unit: T, state: KeptUnit["state"]): T {
    try {
        unit.board.restore(state as BoardState)
    } catch {
        throw noUnit(path)
    }
    return unit
}
/** What a unit is but for what is in its memories. */
type Origin = Omit<KeptUnit, "version" | "state">

function built<T extends UnitBody>(origin: Origin, engine: UnitEngine<T>): T {
    return engine(referenceBoard(origin.board), origin.deviceId, randomOf(origin))
}

function randomOf({ deviceId, seed, starts }: Origin): (stream: string) => Random {
    return seed === undefined ? () => new MachineRandom() : randomStreams(`${seed}/${deviceId}/${starts}`)
}

/**
 * Locks the file until the unit in it is closed, since two commands at a time would overwrite each other's.
 * @throws LockedError; and what `open` throws, without the lock
 */
async function locked<T>(path: string, open: (release: () => void) => Promise<T>): Promise<T> {
    const release = takeLock(path)
    try {
        return await open(release)
    } catch (error) {
        release()
        throw error
    }
}

/** Files of version 1 had a key that their serial number gives away. */
function noUnit(path: string): InputError {
    return new InputError(`${path}: this is no simulated unit of version 2; remove it, or give another file`)
}

/** Before anything is written beside it. @throws InputError */
function requireThere(path: string): void {
    if (!existsSync(path))
        throw new InputError(`${path}: no such simulated unit; "domovoi provision --target sim" makes one`)
}

function readExisting(path: string): KeptUnit {
    requireThere(path)
    return read(path)!
}

function read(path: string): KeptUnit | undefined {
    if (!existsSync(path)) return undefined
    const text = readInputFile(path, MAX_FILE_BYTES.simulatedUnit).toString()
    try {
        return fileSchema.parse(JSON.parse(text))
    } catch {
        throw noUnit(path)
    }
}
