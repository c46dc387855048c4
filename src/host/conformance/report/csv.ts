/** A map of the report as CSV (RFC 4180): a row a clause. */
import type { ClauseResult } from "../maps/map"
import { VERDICT_WORDS } from "./verdict-words"

const COLUMNS = ["clause", "title", "verdict", "covers", "controls", "note", "unconfirmed"] as const

export function csvOf(clauses: readonly ClauseResult[]): string {
    const rows = clauses.map(({ controls, verdict, unconfirmed = "", ...clause }) => ({
        ...clause,
        unconfirmed,
        verdict: VERDICT_WORDS[verdict].word,
        controls: controls.join(" "),
    }))
    return [COLUMNS.join(","), ...rows.map(row => COLUMNS.map(column => field(row[column])).join(","))]
        .map(line => `${line}\r\n`)
        .join("")
}

/** Quoted where it has to be (§2.6). */
function field(text: string): string {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
