import { existsSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { readBoundedFile } from "../../../simulators/bounded-file"
import { MAX_FILE_BYTES } from "../input-file"
import { BuildError } from "./build-error"

/** The fields that count. */
const manifestSchema = z.object({
    name: z.string().optional(),
    version: z.string().optional(),
    main: z.string().optional(),
    devicescript: z.looseObject({ library: z.boolean().optional() }).optional(),
    dependencies: z.record(z.string(), z.string()).optional(),
})

export type Manifest = z.infer<typeof manifestSchema>

/** A folder's package.json, if it has one. @throws BuildError if it is none */
export function manifestOf(folder: string): Manifest | undefined {
    const path = join(folder, "package.json")
    if (!existsSync(path)) return undefined
    try {
        return manifestSchema.parse(JSON.parse(readBoundedFile(path, MAX_FILE_BYTES.record).toString()))
    } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
        throw new BuildError(`${path} is no package.json: ${why}`)
    }
}
