import { type Circumstances, type FindingId, KINDS, type Kind } from "../../src/host/doctor/finding"
import { UNKNOWN_PLACE } from "../../src/host/doctor/place"

/** For what differs from unit to unit the document has a letter. */
const LETTERS: Circumstances = { place: { ...UNKNOWN_PLACE, kHz: 400 }, address: "A", others: "B", detail: "D" }

/** The row that docs/troubleshooting.md has for a finding. */
export function rowOf(id: FindingId): string {
    const { part, verdict, saw, next }: Kind = KINDS[id]
    return `| \`${id}\` | ${verdict} | ${part}: ${saw(LETTERS)} | ${next?.(LETTERS) ?? ""} |`
}
