import { stringify } from "yaml"
import { z } from "zod"
import type { Matcher, Window } from "./judge"
import { custom, type PartName, span, type VocabularySchemas } from "./vocabulary"

/** Something that an onlooker can see at any moment: a part, whether a device runs, or what became of a person's session with it. */
export type StateSubject =
    | { kind: "part"; device: string; part: string }
    | { kind: "device"; device: string }
    | { kind: "session"; device: string; session: string }

/** Something that has to be asked for over the bus: a register of a device's `domovoi` service. */
export interface RegisterSubject {
    kind: "register"
    device: string
    register: string
}

/** What a world file expects of the world. */
export interface Expectation {
    subject: StateSubject | RegisterSubject
    matcher: Matcher
    window: Window
    /** What is expected, in the words of the world file: `valve.valve is { state: open }`. */
    label: string
    /** What is expected, in the words of a person. */
    note?: string
}

const bounds = z
    .strictObject({ "at-least": z.number(), "at-most": z.number() })
    .partial()
    .refine(({ "at-least": least, "at-most": most }) => least !== undefined || most !== undefined)

const matcher: z.ZodType<Matcher> = z.lazy(() =>
    z.union([z.string(), z.number(), z.boolean(), z.null(), bounds, z.record(z.string(), matcher)], {
        error: "expected a value, { at-least, at-most }, or an object of such",
    }),
)

/**
 * @param registers names of the readable registers of service `domovoi`
 * @param durationUs of the world
 */
export function expectationSchema(vocabulary: VocabularySchemas, registers: readonly string[], durationUs: number) {
    const { moment, device, part, person } = vocabulary
    return z
        .strictObject({
            at: moment,
            from: moment,
            until: moment,
            after: moment,
            within: span,
            part,
            device,
            session: person,
            register: z.enum(registers, `known registers of service domovoi: ${registers.join(", ")}`),
            is: matcher,
            note: z.string(),
        })
        .partial()
        .required({ is: true })
        .transform((fields, context): Expectation => {
            const reject = (problem: string) => {
                context.issues.push(custom(fields, problem))
                return z.NEVER
            }
            const window = formOf(WINDOW_FORMS, fields)?.window(fields as Required<typeof fields>)
            if (!window) return reject("when? give at, or from and until, or after and within; nothing else")
            if (window.fromUs > window.untilUs) return reject("ends before it begins")
            if (window.untilUs > durationUs) return reject('ends after the end of the world; lengthen "duration"')
            const subject = formOf(SUBJECT_FORMS, fields)?.subject(fields as Required<typeof fields>)
            if (!subject)
                return reject(
                    "of what? give part, or device, or device and register, or device and session; nothing else",
                )
            const { is, note } = fields
            const { kind: _, ...path } = subject
            return { subject, window, matcher: is, note, label: `${Object.values(path).join(".")} is ${inYaml(is)}` }
        })
}

/** Each way to say when, by the keys that it takes. */
const WINDOW_FORMS: Form<{ window(fields: Record<"at" | "from" | "until" | "after" | "within", number>): Window }>[] = [
    { keys: ["at"], window: ({ at }) => ({ fromUs: at, untilUs: at, match: "every" }) },
    { keys: ["from", "until"], window: ({ from, until }) => ({ fromUs: from, untilUs: until, match: "every" }) },
    {
        keys: ["after", "within"],
        window: ({ after, within }) => ({ fromUs: after, untilUs: after + within, match: "one" }),
    },
]

interface SubjectFields {
    part: PartName
    device: string
    register: string
    session: string
}

/** Each way to say of what. */
const SUBJECT_FORMS: Form<{ subject(fields: SubjectFields): StateSubject | RegisterSubject }>[] = [
    { keys: ["part"], subject: ({ part }) => ({ kind: "part", ...part }) },
    { keys: ["device"], subject: ({ device }) => ({ kind: "device", device }) },
    { keys: ["device", "register"], subject: ({ device, register }) => ({ kind: "register", device, register }) },
    { keys: ["device", "session"], subject: ({ device, session }) => ({ kind: "session", device, session }) },
]

type Form<T> = { keys: readonly string[] } & T

/** The form whose keys are given, and of whose fellows no other key is. */
function formOf<T>(forms: readonly Form<T>[], fields: Record<string, unknown>): Form<T> | undefined {
    const given = new Set(forms.flatMap(({ keys }) => keys).filter(key => fields[key] !== undefined))
    return forms.find(({ keys }) => keys.length === given.size && keys.every(key => given.has(key)))
}

/** `{ state: open }` */
export function inYaml(value: unknown): string {
    return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim()
}
