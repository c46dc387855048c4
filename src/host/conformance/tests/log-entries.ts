/** What a device's log tells whoever asks, entry by entry. Whether it is whole is another test's matter. */
import { Field, readEntry } from "../../../core/eventlog/entry"
import { callWhenFree } from "../../unit/call-when-free"
import { LinkError } from "../../unit/unit-link"
import type { Bench } from "../bench"

export interface LoggedEvent {
    event: number
    cause: number
    detail: number
    count: number
}

/** No log is longer. */
const MOST_PIECES = 1024

/** @param link of whoever may see it: anybody, while nobody is known @throws LinkError if the device hands nothing out */
export async function entriesOf({ link }: Pick<Bench, "link">): Promise<LoggedEvent[]> {
    const entries: LoggedEvent[] = []
    for (let piece = 0; piece < MOST_PIECES; piece++) {
        const { refusal, entry } = await callWhenFree(link, "read_log", { piece })
        if (refusal !== "None") throw new LinkError(`the device does not hand out its log: ${refusal}`)
        const bytes = entry as Uint8Array
        if (bytes.length === 0) return entries
        // Behind the entries come rows that count them, which are longer.
        const fields = readEntry(Buffer.from(bytes))?.fields
        if (!fields) continue
        const [event, cause, detail, count] = [Field.Event, Field.Cause, Field.Detail, Field.Count].map(
            at => fields[at],
        )
        entries.push({ event, cause, detail, count })
    }
    throw new LinkError(`the log does not end after ${MOST_PIECES} entries`)
}
