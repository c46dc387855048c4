/**
 * What a maker declares of a device (the ICS of ETSI TS 103 701), and what a laboratory needs to try it (the IXIT): one YAML file a device. What is
 * not declared is not assumed: the schema wants every line, so that nothing is left out without a word.
 */
import { z } from "zod"
import { BOARD_PROFILES, type BoardProfile } from "../../../simulators/board/verifier"

/** What starts programs on a board. */
export const PROFILES = BOARD_PROFILES
export type Profile = BoardProfile

import { YamlDocument } from "../../../simulators/document"

const json = z.union([z.string(), z.number(), z.boolean()])
/** What an onlooker sees of a part. */
const sight = z.record(z.string(), json).refine(seen => Object.keys(seen).length > 0, "say what is seen of the part")

/** One thing that is done to a part; with `forMs` it is undone by `release` after that time. */
const step = z.strictObject({
    part: z.string(),
    do: z.string(),
    value: json.optional(),
    forMs: z.number().int().positive().optional(),
    /** Before the next one. */
    thenMs: z.number().int().nonnegative().optional(),
})

/** Kinds of causes that may have a limit of their own. */
export const CAUSE_KINDS = ["supply", "program", "hazard", "sensor", "element", "tamper", "owner"] as const
export type CauseKind = (typeof CAUSE_KINDS)[number]

const output = z.strictObject({
    part: z.string(),
    safe: sight,
    active: sight,
    /** From any cause to the safe state. */
    withinMs: z.number().int().positive(),
    /** Where that takes longer or is promised sooner, by the kind of cause. */
    limitsMs: z.partialRecord(z.enum(CAUSE_KINDS), z.number().int().positive()),
    /** How a person brings it out of its safe state. */
    activate: z.array(step).min(1),
    /** Whether a press at the device has to come first after a hazard. */
    latches: z.boolean(),
})

const sensor = z.strictObject({
    part: z.string(),
    /** Outputs that it guards. */
    guards: z.array(z.string()).min(1),
    /** What the air has to be like for the outputs to be held, and for them to be free. */
    hazard: step,
    clear: step,
})

export const declarationSchema = z.strictObject({
    device: z.strictObject({
        model: z.string(),
        /** Of the unit that is tried. */
        serial: z.string(),
        board: z.string(),
        class: z.union([z.literal(1), z.literal(2)]),
        profile: z.enum(PROFILES),
        /** SHA-256 of the image that is to be tried, as the runtime measures it: another one is not tried in its place. */
        program: z.string().regex(/^[0-9a-f]{64}$/, "a digest is 64 hex digits in lower case"),
    }),
    /** The ICS. */
    declares: z.strictObject({
        updates: z.boolean(),
        log: z.boolean(),
        owner: z.boolean(),
        /** Whether it speaks to anything but its Jacdac bus. */
        network: z.boolean(),
        /** How many uses of data it has. */
        uses: z.number().int().nonnegative(),
        outputs: z.record(z.string(), output),
        sensors: z.record(z.string(), sensor),
        /** Parts that take what happens in the home: camera, microphone. */
        capture: z.array(z.string()),
        /** What happens in the home for them to take something. */
        capturedBy: z.array(step),
        /** The switch that cuts their power, and what is lit while they have it. */
        killSwitch: z.string().nullable(),
        indicator: z.string().nullable(),
        /** The part that keeps its keys, which only class 2 has. */
        element: z.string().nullable(),
        /** The switch that the case closes. */
        caseSwitch: z.string().nullable(),
        /** Where a person at the device presses. */
        button: z.string().nullable(),
        /** Where somebody who has found a vulnerability writes to. */
        contact: z.string().nullable(),
        /** For how long security updates are promised, as ISO 8601 has a date. */
        updatesUntil: z
            .string()
            .regex(/^\d{4}-\d{2}-\d{2}$/, "a date is YYYY-MM-DD")
            .nullable(),
    }),
    /** The IXIT: what the suite is given beside the device. */
    bench: z.strictObject({
        /** The memory that a clip reads, beside the flash. */
        memories: z.array(z.string()),
        /** Files of packages that the maker has signed for this test; a simulated vendor signs them for a simulated unit. */
        packages: z.record(z.string(), z.string()),
        /** CycloneDX file of what the firmware is made of. */
        sbom: z.string().nullable(),
        /** Revocation list of the maker's (DER), made for this test: the certificate of the unit that is tried stands on it. */
        crl: z.string().nullable(),
    }),
})

export type Declaration = z.infer<typeof declarationSchema>
export type Step = z.infer<typeof step>
export type DeclaredOutput = z.infer<typeof output>

/** @throws DocumentError naming what is missing, unknown or does not fit, and where */
export function readDeclaration(file: string): Declaration {
    const document = new YamlDocument(file)
    const declared = document.parse(declarationSchema)
    for (const [name, { guards }] of Object.entries(declared.declares.sensors))
        for (const [at, output] of guards.entries())
            if (!Object.hasOwn(declared.declares.outputs, output))
                throw document.problem(["declares", "sensors", name, "guards", at], `no output "${output}" is declared`)
    return declared
}
