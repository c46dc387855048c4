import { existsSync } from "node:fs"
import { z } from "zod"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { writeOutputFile } from "../output-file"
import type { LogWitness } from "./verify-log"

const fileSchema = z.strictObject({
    version: z.literal(1),
    /** Serial number of the unit. */
    serial: z.string(),
    sequence: z.int().min(1),
    seal: z.string().regex(/^[0-9a-f]{32}$/),
    counted: z.int().min(1).optional(),
})

/** What was seen of a unit's log, in a file: a later log of that unit has to go on from there. */
export interface KeptWitness extends LogWitness {
    serial: string
}

/** @returns undefined if there is no such file yet @throws InputError if it is something else */
export function readWitness(path: string): KeptWitness | undefined {
    if (!existsSync(path)) return undefined
    try {
        const { serial, sequence, seal, counted } = fileSchema.parse(JSON.parse(readInputFile(path).toString()))
        return { serial, sequence, seal, counted }
    } catch (error) {
        if (error instanceof InputError) throw error
        throw new InputError(`${path}: this is no witness of a log; remove it, or give another file`)
    }
}

export function writeWitness(path: string, witness: KeptWitness): void {
    writeOutputFile(path, `${JSON.stringify({ version: 1, ...witness })}\n`)
}
