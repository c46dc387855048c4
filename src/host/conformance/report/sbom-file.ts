/** What a page says of a bill of materials, from any CycloneDX file in JSON. */
import { z } from "zod"
import { InputError } from "../../input-error"
import { readInputFile } from "../../input-file"
import type { Enclosures } from "./html"

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
export function readSbom(path: string): NonNullable<Enclosures["sbom"]> {
    const text = readInputFile(path).toString()
    try {
        return schema.parse(JSON.parse(text)).components.map(({ name, version, hashes }) => ({
            name,
            version,
            digest: hashes?.find(({ alg }) => alg === "SHA-256")?.content,
        }))
    } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
        throw new InputError(`${path}: no CycloneDX bill in JSON: ${why}; domovoi sbom makes one`)
    }
}
