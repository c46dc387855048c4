import { Field, type UncheckedEntry } from "../../core/eventlog/entry"
import { Event } from "../../core/eventlog/event"
import { Occurrence, OTHERS, RowField } from "../../core/eventlog/ledger"

/** What is known of one kind of event, whatever became of its entries. */
export interface LogKind {
    /** Name of an `Event`, or its number if this version does not know it; "Others" for all kinds that found no room. */
    event: string
    cause: number
    times: number
    /** How many of these times no entry tells of any more, or not yet. */
    dropped: number
    first: LogTime
    last: LogTime
}

export interface LogTime {
    /** Of the log's newest entry then, which may be about this. */
    sequence: number
    boot: number
    /** Seconds since the start of the program. */
    uptimeS: number
    detail: number
}

/** @param rows of a ledger, by their numbers */
export function kindsOf(rows: number[][], entries: UncheckedEntry[]): LogKind[] {
    const own = new Set(rows.map(row => row[RowField.Kind]))
    const kindOf = ({ fields }: UncheckedEntry) => {
        const kind = fields[Field.Event] * 256 + fields[Field.Cause]
        return own.has(kind) ? kind : OTHERS
    }
    return rows.map(row => {
        const kind = row[RowField.Kind]
        const first = timeOf(row, RowField.First)
        const event = kind >> 8
        // A kind whose row was lost has a new one, and entries from before.
        const listed = entries.filter(entry => kindOf(entry) === kind && entry.fields[Field.Sequence] >= first.sequence)
        const told = listed.reduce((sum, { fields }) => sum + fields[Field.Count], 0)
        const times = row[RowField.Count]
        return {
            event: kind === OTHERS ? "Others" : (Event[event] ?? String(event)),
            cause: kind & 0xff,
            times,
            // A row that was set back tells of less than the entries do.
            dropped: Math.max(0, times - told),
            first,
            last: timeOf(row, RowField.Last),
        }
    })
}

function timeOf(row: number[], at: RowField.First | RowField.Last): LogTime {
    return {
        sequence: row[at + Occurrence.Sequence],
        boot: row[at + Occurrence.Boot],
        uptimeS: row[at + Occurrence.Uptime],
        detail: row[at + Occurrence.Detail],
    }
}
