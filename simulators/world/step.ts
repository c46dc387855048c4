import { z } from "zod"
import type { Json } from "../trace"
import { FAULTS } from "./faults"
import type { Step } from "./scene"
import { errandStep, pairSchema, replaySchema } from "./session-steps"
import { commonFields, custom, type VocabularySchemas, within } from "./vocabulary"

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

export function stepSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const action = actionSchema(vocabulary)
    const others = Object.entries({
        fault: faultSchema(vocabulary),
        call: callSchema(vocabulary),
        update: updateSchema(vocabulary),
        pair: pairSchema(vocabulary),
        replay: replaySchema(vocabulary),
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
    const { moment, device, package: packageName, person } = vocabulary
    return z
        .strictObject({ at: moment, note: z.string().optional(), update: packageName, device, as: person.optional() })
        .transform(({ at, note, update, device, as: session }) => ({
            ...errandStep(device, { kind: "update", package: update, session }),
            atUs: at,
            note,
            label: `update ${device} with ${update}`,
        }))
}

/** A step in which somebody sends a command to a device over its bus: inside a person's session, or as a stranger. */
function callSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const { moment, service, device, person } = vocabulary
    return z
        .strictObject({
            at: moment,
            note: z.string().optional(),
            call: z.string("expected the name of a command"),
            of: service,
            device,
            as: person.optional(),
            with: z.record(z.string(), z.json()).default({}),
        })
        .transform(({ at, note, call: command, of: service, device, as: session, with: fields }, context): Step => {
            const values = fields as Record<string, Json>
            try {
                service.encodeCommand(command, values)
            } catch (error) {
                context.issues.push(custom(values, (error as Error).message, "with"))
            }
            const common = { atUs: at, note, label: `call ${command} of ${device}` }
            if (session !== undefined)
                return { ...errandStep(device, { kind: "call", session, service, command, values }), ...common }
            return {
                ...common,
                // Whoever calls has to have heard what is announced before.
                check: scene => void scene.caller(device, service),
                begin(scene) {
                    scene.caller(device, service)(command, values)
                    return () => {}
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
