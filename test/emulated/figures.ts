/** What was measured on the emulated board: the files beside this one, for tests that hold the simulator's times against them. */
import { readFileSync } from "node:fs"
import { z } from "zod"

/** The day on which the figures came here. */
const recorded = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const figure = z.number().positive()
/** Who measured what, on which firmware, and when. */
const provenance = { what: z.string(), emulator: z.string(), runtime: z.string().regex(/v\d+\.\d+\.\d+/) }

const schemas = {
    kernels: z.strictObject({
        ...provenance,
        program: z.string(),
        recorded,
        builds: z.record(
            z.string(),
            z.strictObject({
                build: z.string(),
                sections: z.record(z.string(), z.strictObject({ measuredMs: figure, predictedMs: figure })),
            }),
        ),
    }),
    stories: z.strictObject({
        ...provenance,
        measured: z.array(z.strictObject({ program: z.string(), recorded, figures: z.record(z.string(), figure) })),
    }),
    functions: z.strictObject({
        ...provenance,
        program: z.string(),
        recorded,
        load: figure.max(1),
        passesPerSecond: figure,
        wakesPerSecond: figure,
        fiberRunsPerSecond: figure,
        cycles: z.record(z.string(), figure),
    }),
}

export type Kind = keyof typeof schemas
export type Figures<K extends Kind> = z.infer<(typeof schemas)[K]>

/** @throws ZodError if the text is not such figures */
export function parseFigures<K extends Kind>(kind: K, text: string): Figures<K> {
    return schemas[kind].parse(JSON.parse(text)) as Figures<K>
}

export function figuresOf<K extends Kind>(kind: K): Figures<K> {
    return parseFigures(kind, readFileSync(new URL(`${kind}.json`, import.meta.url), "utf8"))
}
