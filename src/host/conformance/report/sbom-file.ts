/** What a page says of a bill of materials, from any CycloneDX file in JSON. */
import { z } from "zod"
import { InputError } from "../../input-error"
import { readInputFile } from "../../input-file"
import { fileDigest } from "../tried"

export interface Sbom {
    /** Path, as it was given. */
    file: string
    /** Of the file's bytes, in hex. */
    sha256: string
    components: readonly { name: string; version?: string; digest?: string }[]
}

const schema = z.object({
    bomFormat: z.literal("CycloneDX"),
    components: z
        .array(
            z.object({
                name: z.string(),
                version: z.string().optional(),
                hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
            }),
        )
        .default([]),
})

/** @throws InputError if there is no such file, or it is no CycloneDX in JSON */
export function readSbom(file: string): Sbom {
    const bytes = readInputFile(file)
    try {
        const components = schema.parse(JSON.parse(bytes.toString())).components.map(({ name, version, hashes }) => ({
            name,
            version,
            digest: hashes?.find(({ alg }) => alg === "SHA-256")?.content,
        }))
        return { file, sha256: fileDigest(bytes), components }
    } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
        throw new InputError(`${file}: no CycloneDX bill in JSON: ${why}; domovoi sbom makes one`)
    }
}
