import { expect, test } from "vitest"
import { pullLog } from "../../../src/host/eventlog/pull-log"
import { LinkError, type UnitLink } from "../../../src/host/unit/unit-link"

const ENTRIES = ["one", "two", "three"].map(text => new Uint8Array(Buffer.from(text)))
const END = new Uint8Array(0)
type Report = Awaited<ReturnType<UnitLink["call"]>>

/**
 * A unit with three entries in its log, which hands each piece out once, in order, and begins anew with the first.
 * @param lost hears piece and how many were asked for by now: whether the answer does not arrive
 */
function unit(lost: (piece: number, asked: number) => boolean): UnitLink & { asked: number } {
    let next = 0
    const link = {
        asked: 0,
        get: async () => "Valid",
        programSha256: async () => "",
        wait: async () => {},
        close: async () => {},
        call: async (command: string, values: Record<string, unknown> = {}): Promise<Report> => {
            if (command === "sign_log") return { refusal: "None" }
            if (command === "read") return { offset: 0, size: 0, document: values.document as number, data: END }
            const piece = Number(values.piece)
            if (piece === 0) next = 0
            const isNext = piece === next
            if (isNext) next++
            if (lost(piece, ++link.asked)) throw new LinkError("no answer")
            return isNext ? { refusal: "None", entry: ENTRIES[piece] ?? END } : { refusal: "Busy", entry: END }
        },
    }
    return link
}

const pulled = async (link: UnitLink) =>
    (
        await pullLog(
            link,
            bytes => new Uint8Array(bytes),
            () => {},
        )
    ).exported

test.each([1, 2, 3])("a log of which piece %i is lost on the way is read anew, and is whole", async lost => {
    const link = unit((piece, asked) => piece === lost && asked === lost + 1)
    expect(Buffer.from(await pulled(link)).toString()).toBe("onetwothree")
    expect(link.asked).toBe(lost + 1 + 4)
})

test("a log that another host reads at the same time is begun anew, and in the end given up", async () => {
    let isDisturbed = true
    const disturbed = unit(() => false)
    const { call } = disturbed
    disturbed.call = async (command, values) => {
        if (isDisturbed && Number(values?.piece) === 2) await call("read_log", { piece: 0 })
        return call(command, values)
    }
    await expect(pulled(disturbed)).rejects.toThrow("it was begun anew 5 times; is another host at it?")
    isDisturbed = false
    expect(Buffer.from(await pulled(disturbed)).toString()).toBe("onetwothree")
})

test("a unit that does not answer at all is given up with its first piece", async () => {
    const link = unit(() => true)
    await expect(pulled(link)).rejects.toThrow("no answer")
    expect(link.asked).toBe(1)
})
