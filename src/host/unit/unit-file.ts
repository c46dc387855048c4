import { existsSync } from "node:fs"
import { z } from "zod"
import type { BoardState } from "../../../simulators/board/board"
import { deviceIdOf } from "../../../simulators/bus/server"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { base64Schema } from "../identity/base64"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { writeOutputFile } from "../output-file"
import { referenceBoard } from "./reference-board"
import { SimulatedUnit } from "./simulated-unit"
import type { InstallLink } from "./unit-link"

const fileSchema = z.strictObject({
    version: z.literal(1),
    board: z.string(),
    deviceId: z.string().regex(/^[0-9a-f]{16}$/),
    state: z.strictObject({ flash: base64Schema, parts: z.record(z.string(), z.json()) }),
})

/** A unit that has not been made yet. */
export interface NewUnit {
    board: string
    serial: string
    image: Uint8Array
}

/**
 * A simulated unit that lives in a file. Whatever a command changes in it is in the file before the command is answered, as with a real
 * unit: a host that dies on the way finds the unit as it left it.
 */
export class UnitFile implements InstallLink {
    readonly #path: string
    readonly #board: string
    readonly #unit: SimulatedUnit
    readonly #release: () => void

    private constructor(path: string, board: string, unit: SimulatedUnit, release: () => void) {
        this.#path = path
        this.#board = board
        this.#unit = unit
        this.#release = release
    }

    /** Makes the unit, unless the file is there already, and switches it on. @throws InputError; LinkError */
    static async make(path: string, { board, serial, image }: NewUnit): Promise<UnitFile> {
        return locked(path, async release => {
            const kept = read(path)
            if (kept) return UnitFile.#powerOn(path, kept, release)
            const unit = new SimulatedUnit(referenceBoard(board), deviceIdOf(serial))
            unit.board.install(image)
            const file = new UnitFile(path, board, unit, release)
            file.#keep()
            await unit.powerOn()
            return file
        })
    }

    /** Switches on the unit in a file. @throws InputError; LinkError */
    static async open(path: string): Promise<UnitFile> {
        requireThere(path)
        return locked(path, release => UnitFile.#powerOn(path, readExisting(path), release))
    }

    /** Switches on the unit in a file, whether it has a program or not. @throws InputError */
    static async connect(path: string): Promise<UnitFile> {
        requireThere(path)
        return locked(path, async release => {
            const kept = readExisting(path)
            const unit = restored(path, kept)
            await unit.connect()
            return new UnitFile(path, kept.board, unit, release)
        })
    }

    static async #powerOn(path: string, kept: KeptUnit, release: () => void): Promise<UnitFile> {
        const unit = restored(path, kept)
        await unit.powerOn()
        return new UnitFile(path, kept.board, unit, release)
    }

    get(register: string) {
        return this.#unit.get(register)
    }

    async call(command: string, values?: Record<string, FieldValue>) {
        const report = await this.#unit.call(command, values)
        this.#keep()
        return report
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

    challenge() {
        return this.#unit.challenge()
    }

    find(timeoutMs: number) {
        return this.#unit.find(timeoutMs)
    }

    wait(ms: number) {
        return this.#unit.wait(ms)
    }

    async close(): Promise<void> {
        try {
            await this.#unit.close()
            this.#keep()
        } finally {
            this.#release()
        }
    }

    #keep(): void {
        const { board } = this.#unit
        const kept: KeptUnit = { version: 1, board: this.#board, deviceId: board.deviceId, state: board.save() }
        writeOutputFile(this.#path, JSON.stringify(kept))
    }
}

type KeptUnit = z.infer<typeof fileSchema>

/**
 * Locks the file until the unit in it is closed, since two commands at a time would overwrite each other's.
 * @throws LockedError; and what `open` throws, without the lock
 */
async function locked(path: string, open: (release: () => void) => Promise<UnitFile>): Promise<UnitFile> {
    const release = takeLock(path)
    try {
        return await open(release)
    } catch (error) {
        release()
        throw error
    }
}

function restored(path: string, { board, deviceId, state }: KeptUnit): SimulatedUnit {
    const unit = new SimulatedUnit(referenceBoard(board), deviceId)
    try {
        unit.board.restore(state as BoardState)
    } catch {
        throw noUnit(path)
    }
    return unit
}

function noUnit(path: string): InputError {
    return new InputError(`${path}: this is no simulated unit of version 1; remove it, or give another file`)
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
