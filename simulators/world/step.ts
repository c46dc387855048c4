import { z } from "zod"
import type { Json } from "../trace"
import { withAnyChallenge } from "./command-caller"
import { FAULTS } from "./faults"
import type { Effect, Scene } from "./scene"
import { custom, span, type VocabularySchemas, within } from "./vocabulary"

/** Something that happens in a world, at its time. */
export interface Step extends Effect {
    readonly atUs: number
    /** How long it lasts; for ever if left out. */
    readonly forUs?: number
    /** What it is, in the words of the world file: `press valve.button`. */
    readonly label: string
    /** Why it happens, in the words of a person. */
    readonly note?: string
}

/** Which action of a part ends another: what `for` does to a step of that action. */
const ENDED_BY: Readonly<Record<string, string>> = {
    burn: "replace",
    close: "open",
    cover: "uncover",
    fail: "repair",
    hold: "let-go",
    open: "close",
    press: "release",
    stick: "free",
    unplug: "plug",
}

/** Fields of every step. */
function commonFields({ moment }: VocabularySchemas) {
    return { at: moment, for: span.optional(), note: z.string().optional() }
}

export function stepSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const action = actionSchema(vocabulary)
    const others = Object.entries({
        fault: faultSchema(vocabulary),
        call: callSchema(vocabulary),
        update: updateSchema(vocabulary),
    })
    return z
        .looseObject({}, "expected a step such as { at: 90s, do: press, part: valve.button }")
        .transform((step, context) => {
            const [, schema] = others.find(([name]) => Object.hasOwn(step, name)) ?? ["do", action]
            return within(schema, step, context)
        })
}

/** A step in which somebody brings an update to a device. It takes as long as it takes. */
function updateSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const { moment, device, package: packageName } = vocabulary
    return z
        .strictObject({ at: moment, note: z.string().optional(), update: packageName, device })
        .transform(({ at, note, update, device }) => ({
            atUs: at,
            note,
            label: `update ${device} with ${update}`,
            check() {},
            begin(scene: Scene) {
                scene.update(device, update)
                return () => {}
            },
        }))
}

/**
 * A step in which a person sends a command to a device over its bus. It begins with drawing the challenge that the command may need, and ends
 * with sending it: at once, or after `for`.
 */
function callSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    return z
        .strictObject({
            ...commonFields(vocabulary),
            call: z.string("expected the name of a command"),
            of: vocabulary.service,
            device: vocabulary.device,
            with: z.record(z.string(), z.json()).default({}),
        })
        .transform(({ at, for: forUs, note, call: command, of: service, device, with: fields }, context): Step => {
            const values = fields as Record<string, Json>
            try {
                service.encodeCommand(command, withAnyChallenge(service, command, values))
            } catch (error) {
                context.issues.push(custom(values, (error as Error).message, "with"))
            }
            return {
                atUs: at,
                forUs,
                note,
                label: `call ${command} of ${device}`,
                check: scene => void scene.caller(device, service),
                begin(scene) {
                    const send = scene.caller(device, service)(command, values)
                    if (forUs === undefined) send()
                    return send
                },
            }
        })
}

/** A step that does something to a part. */
function actionSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    return z
        .strictObject({
            ...commonFields(vocabulary),
            do: z.string("a step says do and part, call, fault, or update"),
            part: vocabulary.part,
            to: z.json().optional(),
        })
        .transform(({ at, for: forUs, note, do: action, part: { device, part }, to }, context): Step => {
            const end = Object.hasOwn(ENDED_BY, action) ? ENDED_BY[action] : undefined
            if (forUs !== undefined && end === undefined) {
                const lasting = Object.keys(ENDED_BY).join(", ")
                context.issues.push(custom(forUs, `"${action}" does not last; actions that do: ${lasting}`, "for"))
            }
            return {
                atUs: at,
                forUs,
                note,
                label: `${action} ${device}.${part}${to === undefined ? "" : ` to ${JSON.stringify(to)}`}`,
                check: scene => scene.part(device, part).checkAct(action, to as Json),
                begin(scene) {
                    const target = scene.part(device, part)
                    target.act(action, to as Json)
                    return () => target.act(end!)
                },
            }
        })
}

/** A step that is a fault. */
function faultSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const common = z.object({ ...commonFields(vocabulary), fault: z.string("expected the name of a fault") })
    return z.looseObject({}).transform((step, context): Step => {
        const { at, for: forUs, note, fault: name } = within(common, step, context)
        const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
        if (!fault) {
            context.issues.push(
                custom(name, `unknown fault "${name}"; known: ${Object.keys(FAULTS).join(", ")}`, "fault"),
            )
            return z.NEVER
        }
        if (forUs !== undefined && !fault.lasts)
            context.issues.push(custom(forUs, `"${name}" does not last, so it has no "for"`, "for"))
        const { at: _at, for: _for, note: _note, fault: _fault, ...fields } = step
        const effect = within(fault.schema(vocabulary), fields, context)
        return { atUs: at, forUs, note, label: Object.values({ fault: name, ...fields }).join(" "), ...effect }
    })
}
