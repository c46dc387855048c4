/** What an update that its owner wants may do to a unit's records: values with their seals, made as docs/loader.md and docs/update.md say. */
import { createHmac } from "node:crypto"
import { recordsOf } from "./memories"
import type { Siege } from "./siege"

/** Starts that an update may fail, and one that says that it has. */
const MOST_FAILED_BOOTS = 4
const STAGES = [1, 2]
/** Counts of the element: four for a step of the sequence number. */
const COUNTS_PER_STEP = 4
const NEXT = 2

/** Its owner wants the next release. */
export function permitUpdate({ watch, subject, unit }: Siege): void {
    const digest = Buffer.from(subject.next.sha256, "hex")
    const root = Buffer.from(recordsOf(unit.board).get("root")!, "hex")
    const key = hmac(root.subarray(0, root.length), Buffer.from("seal"), Buffer.from(subject.deviceId, "hex"))
    const permit = (record: string, ...value: Uint8Array[]) => {
        const bytes = Buffer.concat(value)
        const seal = hmac(key, Buffer.from(`${record}\0`), bytes).subarray(0, 16)
        watch.permit(record, Buffer.concat([bytes, seal]).toString("hex"))
    }
    const number = Buffer.of(NEXT, 0, 0, 0)
    watch.authorise(subject.next.sha256)
    watch.permit("pending", undefined)
    for (const stage of STAGES)
        for (let failed = 0; failed < MOST_FAILED_BOOTS; failed++)
            permit("pending", digest, number, Buffer.of(stage, failed))
    permit("program", digest, number, Buffer.of(0))
    permit("floor", number)
    for (let count = 0; count <= COUNTS_PER_STEP * NEXT; count++) watch.permit("counter", String(count))
}

function hmac(key: Buffer, ...parts: Buffer[]): Buffer {
    const mac = createHmac("sha256", key)
    for (const part of parts) mac.update(part)
    return mac.digest()
}
