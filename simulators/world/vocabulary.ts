import { z } from "zod"
import type { ServiceSpec } from "../bus/service-spec"
import { formatSpan, LONGEST_SPAN_US, parseMoment, parseSpan } from "./time"

/** The names and times that the rest of a world file may refer to, known once its head has been read. */
export interface Vocabulary {
    devices: readonly string[]
    buses: readonly string[]
    /** Time of day at which the world begins, in microseconds since midnight. */
    startsUs: number
    durationUs: number
    /** Services that a device may have, by the names of their files. */
    services: ReadonlyMap<string, ServiceSpec>
    /** Names of the parts on a device's board. */
    partsOf(device: string): readonly string[]
    packages: readonly string[]
    /** Names of those who are paired with some device. */
    people: readonly string[]
    /** Takes note of a firmware that the world needs, and returns the name it goes by. */
    firmware(reference: string): string
}

export interface PartName {
    device: string
    part: string
}

/** `90s`, `250ms`, `1h30m` → microseconds. */
export const span = z.string("expected a span such as 90s, 250ms or 1h30m").transform((text, context) => {
    const us = parseSpan(text)
    const problem =
        us === undefined
            ? `"${text}" is no span; write it as 90s, 250ms or 1h30m`
            : us > LONGEST_SPAN_US && `${text} is longer than the longest span, ${formatSpan(LONGEST_SPAN_US)}`
    if (problem) context.issues.push(custom(text, problem))
    return us ?? z.NEVER
})

/** What names a file, or a device that comes with the SDK. */
export function fileName(expected: string) {
    return z
        .string(expected)
        .regex(/^\P{Cc}{1,4096}$/u, "the name of a file has 1 to 4096 characters, none of them a control character")
}

/** Schemas of everything that refers to the head of the world file. */
export function vocabularySchemas(vocabulary: Vocabulary) {
    const { devices, buses, startsUs, durationUs, services, partsOf, firmware, packages, people } = vocabulary
    return {
        /** A time of day or a span since the start → microseconds since the start, within the world's duration. */
        moment: z.string("expected a time such as 06:30, 90s or 1h30m").transform((text, context) => {
            const us = parseMoment(text, startsUs)
            const problem =
                us === undefined
                    ? `"${text}" is no time; write it as 06:30, 90s or 1h30m`
                    : us > durationUs && `${text} is after the end of the world; move it or lengthen "duration"`
            if (problem) context.issues.push(custom(text, problem))
            return us ?? z.NEVER
        }),
        firmware: fileName("expected a reference device, or the path of a .ts or .devs file").transform(firmware),
        device: oneOf("device", devices),
        bus: oneOf("bus", buses),
        package: oneOf("package", packages),
        person: oneOf("person", people),
        service: oneOf("service", [...services.keys()]).transform(name => services.get(name)!),
        /** `valve.button`, with the part's name known on the board of that device. */
        part: z.string("expected device.part").transform((text, context): PartName => {
            const dot = text.indexOf(".")
            const [device, part] = [text.slice(0, dot), text.slice(dot + 1)]
            const problem =
                dot < 0
                    ? `"${text}" names no part; write device.part`
                    : !devices.includes(device)
                      ? `no device "${device}"; devices are ${devices.join(", ")}`
                      : !partsOf(device).includes(part) &&
                        `no part "${part}" on ${device}; its parts are ${partsOf(device).join(", ")}`
            if (problem) context.issues.push(custom(text, problem))
            return { device, part }
        }),
    }
}

export type VocabularySchemas = ReturnType<typeof vocabularySchemas>

/** Fields of every step. */
export function commonFields({ moment }: VocabularySchemas) {
    return { at: moment, for: span.optional(), note: z.string().optional() }
}

/** Applies `schema` inside another schema's transform, so that its problems keep their place. */
export function within<T>(schema: z.ZodType<T>, value: unknown, context: z.RefinementCtx): T {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) context.issues.push(issue as never)
    return z.NEVER
}

export function custom(input: unknown, message: string, ...path: PropertyKey[]) {
    return { code: "custom" as const, input, message, path }
}

function oneOf(what: string, names: readonly string[]) {
    return z.string(`expected the name of a ${what}`).refine(name => names.includes(name), {
        error: ({ input }) => `no ${what} "${input}"; known: ${names.join(", ")}`,
    })
}
