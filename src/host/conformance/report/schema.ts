/** The machine report as a file: what it may hold, and nothing else. docs/conformance-report.schema.json publishes it as JSON Schema. */
import { z } from "zod"
import { InputError } from "../../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../../input-file"
import { CONTROL_IDS } from "../controls"
import { declarationSchema } from "../declaration"
import { REPORT_FORMAT, type Report } from "../report"
import { VERDICTS } from "../verdict"

const verdict = z.enum(VERDICTS)
const control = z.enum(CONTROL_IDS)
const securityClass = z.union([z.literal(1), z.literal(2)])

export const provingSchema = z.union([
    z.strictObject({
        chip: z.string(),
        serial: z.string(),
        model: z.string(),
        program: z.hex(),
        sequenceNumber: z.number(),
        version: z.string(),
    }),
    z.strictObject({ refusal: z.string() }),
])

/** What was sent, received, seen or measured; its details are a test's own. */
const evidence = z
    .object({ atMs: z.number(), what: z.string() })
    .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]))

export const resultSchema = z.strictObject({
    id: z.string(),
    control,
    title: z.string(),
    verdict,
    expected: z.string(),
    seen: z.string(),
    evidence: z.array(evidence),
})

export const reportSchema = z.strictObject({
    format: z.literal(REPORT_FORMAT),
    suite: z.string(),
    made: z.iso.datetime(),
    target: z.string(),
    seed: z.string(),
    before: provingSchema,
    after: provingSchema,
    isSame: z.boolean(),
    results: z.array(resultSchema),
    declared: declarationSchema,
    controls: z.array(
        z.strictObject({
            id: control,
            title: z.string(),
            verdict,
            why: z.string().optional(),
            tests: z.array(z.string()),
        }),
    ),
    classes: z.array(
        z.strictObject({
            class: securityClass,
            isMet: z.boolean(),
            missing: z.array(z.strictObject({ id: control, verdict })),
        }),
    ),
})

/** As JSON Schema, draft 2020-12. */
export function reportJsonSchema(): object {
    return { title: "Conformance report of domovoi conform", ...z.toJSONSchema(reportSchema) }
}

/** As it is written to a file. */
export function reportText(report: Report): string {
    return `${JSON.stringify(report, undefined, 2)}\n`
}

/** @throws InputError if there is no such file, or it holds no report of this format */
export function readReport(path: string): Report {
    return parseReport(path, readInputFile(path, MAX_FILE_BYTES.any))
}

/** @param path for messages @throws InputError if the bytes are no report of this format */
export function parseReport(path: string, bytes: Buffer): Report {
    let content: unknown
    try {
        content = JSON.parse(bytes.toString())
    } catch (error) {
        throw new InputError(
            `${path}: is not JSON: ${(error as Error).message}; give the report.json of domovoi conform`,
        )
    }
    const { success, data, error } = reportSchema.safeParse(content)
    if (success) return data
    const [issue] = error.issues
    throw new InputError(
        `${path}: no conformance report of format ${REPORT_FORMAT}: ${issue.path.map(String).join(".") || "all of it"}: ${issue.message}; ` +
            "give the report.json of domovoi conform",
    )
}
