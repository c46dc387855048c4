/** Regimes as views of the same evidence: which controls stand for a clause, and what their verdicts say of it. */
import { join } from "node:path"
import { z } from "zod"
import { YamlDocument } from "../../../../simulators/document"
import { sdkRoot } from "../../sdk-root"
import { CONTROL_IDS, type ControlId } from "../controls"
import type { Report } from "../report"
import { type Verdict, verdictOf } from "../verdict"

/** By the name of its file, in the order in which a report shows them. */
export const MAP_NAMES = ["iso-27402", "en-303-645", "en-18031-1", "en-18031-2", "cra-annex-1", "nistir-8425"] as const
export type MapName = (typeof MAP_NAMES)[number]

const row = z
    .strictObject({
        /** As the regime numbers it. */
        clause: z.string().min(1),
        /** What it asks for, in our words. */
        title: z.string().min(1),
        /** Those that stand for it. None: nothing is claimed. */
        controls: z.array(z.enum(CONTROL_IDS)),
        /** Whether the controls answer the whole clause. A verdict on a part is never one on the clause. */
        covers: z.enum(["whole", "part", "nothing"]),
        /** What our verdict means for the clause; what is left open; or why nothing stands for it. */
        note: z.string().min(1),
        /** What of the row no public text has confirmed. */
        unconfirmed: z.string().min(1).optional(),
    })
    .refine(
        ({ controls, covers }) => (controls.length === 0) === (covers === "nothing"),
        'a row without controls covers "nothing", and no other does',
    )

/** How far the rows were held against what the regime says, where anybody can read it. */
const checked = z.strictObject({
    date: z.iso.date(),
    texts: z
        .array(
            z.strictObject({
                /** Which, with its edition, and where it is. */
                text: z.string().min(1),
                /** Which rows, and what of them. */
                extent: z.string().min(1),
            }),
        )
        .min(1),
    /** What was not confirmed. */
    open: z.string().min(1),
    /** The same of every row, where it is one thing. */
    unconfirmed: z.string().min(1).optional(),
})

const schema = z.strictObject({
    /** Number and edition of the document that the clauses are of. */
    regime: z.string().min(1),
    /** What the document is about, and how far this suite goes into it. */
    scope: z.string().min(1),
    checked,
    rows: z.array(row).min(1),
})

export type RegimeMap = z.infer<typeof schema>

/** A clause with what the report says of it. */
export interface ClauseResult {
    clause: string
    title: string
    controls: ControlId[]
    covers: "whole" | "part" | "nothing"
    note: string
    /** What of the row no public text has confirmed; left out where all of it is. */
    unconfirmed?: string
    /** Of the worst of its controls; without any it is not assessed. */
    verdict: Verdict
}

/** @throws DocumentError if it is not there, a row does not fit, a control is unknown, or a clause stands there twice */
export function readMap(name: MapName, folder = join(sdkRoot, "src/host/conformance/maps")): RegimeMap {
    const document = new YamlDocument(join(folder, `${name}.yaml`))
    const map = document.parse(schema)
    const seen = new Set<string>()
    for (const [at, { clause, controls }] of map.rows.entries()) {
        if (seen.has(clause)) throw document.problem(["rows", at, "clause"], `clause "${clause}" stands there twice`)
        if (new Set(controls).size < controls.length)
            throw document.problem(["rows", at, "controls"], "a control stands there twice")
        seen.add(clause)
    }
    return map
}

/** The report as the regime asks for it. */
export function viewOf(map: RegimeMap, { controls }: Pick<Report, "controls">): ClauseResult[] {
    const verdicts = new Map(controls.map(({ id, verdict }) => [id, verdict]))
    return map.rows.map(row => ({
        ...row,
        unconfirmed: row.unconfirmed ?? map.checked.unconfirmed,
        verdict: verdictOf(row.controls.map(id => verdicts.get(id) ?? "notAssessed")),
    }))
}
