/** What an update that its owner wants may do to a unit's records: values with their seals, made as docs/loader.md and docs/update.md say. */
import { createHmac } from "node:crypto"
import { recordsOf } from "./memories"
import type { Siege } from "./siege"

/** Starts that an update may fail, and one that says that it has. */
const MOST_FAILED_BOOTS = 4
const GRANTED = 1
const STAGES = [GRANTED, 2]
/** Counts of the element: four for a step of the sequence number. */
const COUNTS_PER_STEP = 4
const NEXT = 2
const NUMBER = Buffer.of(NEXT, 0, 0, 0)

/** Its owner wants the next release. */
export function permitUpdate(siege: Siege): void {
    const { watch, subject } = siege
    permitGrant(siege)
    watch.authorise(subject.next.sha256)
    const permit = permitterOf(siege)
    for (const stage of STAGES)
        for (let failed = 0; failed < MOST_FAILED_BOOTS; failed++)
            permit("pending", digestOf(siege), NUMBER, Buffer.of(stage, failed))
    permit("program", digestOf(siege), NUMBER, Buffer.of(0))
    permit("floor", NUMBER)
    for (let count = 0; count <= COUNTS_PER_STEP * NEXT; count++) watch.permit("counter", String(count))
}

/** The next release may be granted, and the grant may end. */
export function permitGrant(siege: Siege): void {
    siege.watch.permit("pending", undefined)
    permitterOf(siege)("pending", digestOf(siege), NUMBER, Buffer.of(GRANTED, 0))
}

const digestOf = ({ subject }: Siege) => Buffer.from(subject.next.sha256, "hex")

function permitterOf({ watch, subject, unit }: Siege) {
    const root = Buffer.from(recordsOf(unit.board).get("root")!, "hex")
    const key = hmac(root, Buffer.from("seal"), Buffer.from(subject.deviceId, "hex"))
    return (record: string, ...value: Uint8Array[]) => {
        const bytes = Buffer.concat(value)
        const seal = hmac(key, Buffer.from(`${record}\0`), bytes).subarray(0, 16)
        watch.permit(record, Buffer.concat([bytes, seal]).toString("hex"))
    }
}

function hmac(key: Buffer, ...parts: Buffer[]): Buffer {
    const mac = createHmac("sha256", key)
    for (const part of parts) mac.update(part)
    return mac.digest()
}
