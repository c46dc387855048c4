/** Steps in which people and their sessions meet a device: they are paired with it, and somebody says again what they said. */
import { z } from "zod"
import type { PairErrand, WayIn } from "./hub"
import { ROLE_NAMES } from "./hub"
import type { Scene, Step } from "./scene"
import { commonFields, custom, type VocabularySchemas } from "./vocabulary"
import { personName } from "./world-head"

/** How long somebody goes on asking, if the world does not say. */
const PAIR_US = 180_000_000

/** A step in which somebody proves a label or an invitation to a device, and has a session with it from then on. */
export function pairSchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const { device, person } = vocabulary
    return z
        .strictObject({
            ...commonFields(vocabulary),
            pair: personName,
            device,
            label: z
                .union([z.literal(true), z.literal("wrong")], "a label is true, the device's own, or wrong")
                .optional(),
            by: person.optional(),
            role: z.enum(ROLE_NAMES, `a role is one of ${ROLE_NAMES.join(", ")}`).optional(),
        })
        .transform((fields, context): Step => {
            const { at, for: forUs = PAIR_US, note, pair, device } = fields
            const wayIn = wayInOf(fields)
            if (!wayIn) {
                context.issues.push(custom(fields, "by what? give label: true or wrong, or by and role; nothing else"))
                return z.NEVER
            }
            const errand: PairErrand = { kind: "pair", session: pair, wayIn, forUs }
            return { ...errandStep(device, errand), atUs: at, note, label: `pair ${pair} with ${device}` }
        })
}

interface WayInFields {
    label?: true | "wrong"
    by?: string
    role?: (typeof ROLE_NAMES)[number]
}

function wayInOf({ label, by, role }: WayInFields): WayIn | undefined {
    if (label !== undefined && by === undefined && role === undefined)
        return { kind: label === true ? "label" : "wrong label" }
    if (label === undefined && by !== undefined && role !== undefined) return { kind: "invitation", by, role }
    return undefined
}

/** A step in which somebody who has overheard a person says it again. */
export function replaySchema(vocabulary: VocabularySchemas): z.ZodType<Step> {
    const { moment, device, person } = vocabulary
    return z
        .strictObject({ at: moment, note: z.string().optional(), replay: person, device })
        .transform(({ at, note, replay, device }) => ({
            ...errandStep(device, { kind: "replay", session: replay }),
            atUs: at,
            note,
            label: `replay ${replay} to ${device}`,
        }))
}

/** What sends a host to a device. It takes as long as it takes. */
export function errandStep(device: string, errand: Parameters<Scene["send"]>[1]): Pick<Step, "check" | "begin"> {
    return {
        check() {},
        begin(scene) {
            scene.send(device, errand)
            return () => {}
        },
    }
}
