/** How a board is locked for good before it is sold: what stands open on its chip, what closes it, and what nothing closes. */
import { join } from "node:path"
import { z } from "zod"
import { YamlDocument } from "../../../simulators/document"
import { sdkRoot } from "../sdk-root"

/** Ways into a chip, in the order in which they are closed: the last but one is the tools' own. A plan answers for each of them. */
export const SURFACES = {
    flash: "reading what the unit keeps",
    boot: "starting other code than the maker's",
    debug: "stopping and reading the running chip",
    console: "what it prints",
    download: "the chip's own mode for writing flash",
    runtime: "services of the runtime itself",
} as const
export type Surface = keyof typeof SURFACES
const SURFACE_NAMES = Object.keys(SURFACES) as Surface[]

const way = z.union([
    z.strictObject({
        what: z.string(),
        /** Commands of the chip maker's own tools, in their order; `PORT` stands for the serial port. */
        close: z.array(z.string()).min(1),
        /** What cannot be undone. */
        irreversible: z.string(),
        check: z.strictObject({ command: z.string(), shows: z.string() }),
    }),
    z.strictObject({
        what: z.string(),
        /** Why nothing closes it. */
        open: z.string(),
        /** What limits the harm. */
        meanwhile: z.string(),
    }),
])

const schema = z.strictObject({
    chip: z.string(),
    surfaces: z.record(z.enum(SURFACE_NAMES), z.array(way).min(1)),
})

/** A way into the chip, and what is done about it. */
export type Way = z.infer<typeof way> & { surface: Surface }

export interface LockPlan {
    chip: string
    /** In the order of `SURFACES`. */
    ways: Way[]
}

/** @throws DocumentError if the board has no plan, or one that does not answer for every surface */
export function lockPlanOf(board: string, boards = join(sdkRoot, "boards")): LockPlan {
    const document = new YamlDocument(join(boards, board, "lock-plan.yaml"))
    const { chip, surfaces } = document.parse(schema)
    const ways = Object.entries(surfaces).flatMap(([surface, ways]) =>
        ways.map(way => ({ ...way, surface: surface as Surface })),
    )
    return { chip, ways }
}

/** Ways that stay open whatever is done. */
export function openWays({ ways }: LockPlan): Extract<Way, { open: string }>[] {
    return ways.filter(way => "open" in way)
}
