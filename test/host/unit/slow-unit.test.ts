import { expect, test } from "vitest"
import { SlowUnit } from "./slow-unit"

const KEY = { refusal: "None", algorithm: "EdDSA", public_key: new Uint8Array(32).fill(7) }
const slow = () => new SlowUnit().found()
const ANSWER = { answer: "Yes", digest: new Uint8Array(32) }

/** Time that the work took, in s. */
async function secondsOf(unit: SlowUnit, work: Promise<unknown>): Promise<number> {
    const startUs = unit.clock.nowUs
    await unit.while(work.catch(() => {}))
    return (unit.clock.nowUs - startUs) / 1e6
}

test.each([5, 31, 90])(
    "a unit that makes its key in %i s is waited for, and it is said for what and how long",
    async s => {
        const unit = await slow()
        unit.keyMs = s * 1000
        expect(await unit.while(unit.client.call("create_key"))).toMatchObject(KEY)
        expect(new Set(unit.told.map(([what]) => what))).toEqual(new Set(["create_key"]))
        const seconds = unit.told.map(([, waitedMs]) => Math.round(waitedMs / 1000))
        expect(seconds).toEqual(Array.from({ length: seconds.length }, (_, i) => i + 1))
        expect(seconds.length).toBeGreaterThanOrEqual(s - 2)
    },
)

test("an answer is heard although the unit was not for so long that the library took it for gone", async () => {
    const unit = await slow()
    unit.keyMs = 9_000
    unit.cut(1_000, 7_500)
    expect(await unit.while(unit.client.call("create_key"))).toMatchObject(KEY)
    expect(unit.heard).toEqual(["create_key"])
})

test("what was lost is asked again: the question, and the answer", async () => {
    const deaf = await slow()
    deaf.cut(0, 300)
    expect(await deaf.while(deaf.client.call("create_key"))).toMatchObject(KEY)
    expect(deaf.heard).toEqual(["create_key"])

    const mute = await slow()
    mute.cut(4_000, 1_000)
    expect(await mute.while(mute.client.call("create_key"))).toMatchObject(KEY)
    expect(mute.heard).toEqual(["create_key", "create_key"])
})

test("a refusal that says that it is done is one from a unit that was asked once, and an answer from one that was asked again", async () => {
    const identity = { size: 1, serial: "GV-0001", digest: new Uint8Array(32) }
    const unit = await slow()
    unit.answersLost = 1
    expect(await unit.while(unit.client.call("keep_identity", identity))).toEqual({
        refusal: "None",
        wasAskedAgain: true,
    })
    expect(unit.heard).toEqual(["keep_identity", "keep_identity"])
    expect(await unit.while(unit.client.call("keep_identity", identity))).toEqual({ refusal: "AlreadyProvisioned" })
})

test("an answer that comes after the question was asked again is not taken for that to the next question", async () => {
    const unit = await slow()
    unit.readMs = 1_500
    const first = await unit.while(unit.client.call("read", { offset: 0, document: 0 }))
    expect(first).toMatchObject({ offset: 0, document: "Certificates" })
    expect(unit.heard).toEqual(["read", "read"])
    unit.readMs = 5
    const [next] = await unit.while(
        Promise.all([
            unit.client.call("read", { offset: 100, document: 0 }),
            unit.client.call("read", { offset: 0, document: 1 }),
        ]),
    )
    expect(next).toMatchObject({ offset: 100, document: "Certificates", data: new Uint8Array(100).fill(100) })
})

test("the other answers to what was asked twice have come, or were lost, before the next is asked", async () => {
    const unit = await slow()
    unit.keyMs = 12_000
    const work = unit.client.call("create_key")
    // The question is repeated after 11 s; its answer, that the unit is busy, comes before the first, and both are waited for.
    expect(await unit.while(work)).toMatchObject(KEY)
    const us = unit.clock.nowUs
    unit.answersLost = 1
    const identity = { size: 1, serial: "GV-0001", digest: new Uint8Array(32) }
    await unit.while(unit.client.call("keep_identity", identity))
    // Asked again after 2 s. One answer was lost, which nobody can know, so the other is followed by 2 s of waiting.
    expect((unit.clock.nowUs - us) / 1e6).toBeGreaterThan(4)
    expect((unit.clock.nowUs - us) / 1e6).toBeLessThan(4.3)
})

test("a unit that is asked again while it is at work says that it is busy, and is waited for", async () => {
    const unit = await slow()
    unit.keyMs = 25_000
    expect(await unit.while(unit.client.call("create_key"))).toMatchObject(KEY)
    expect(unit.heard.length).toBeGreaterThan(1)
})

test("a unit that is busy with another's request from the start says so to whoever asks", async () => {
    const unit = await slow()
    unit.keyMs = 8_000
    const first = unit.client.call("create_key")
    await unit.run(500)
    expect(await unit.while(unit.client.call("create_key"))).toMatchObject({ refusal: "Busy" })
    await unit.while(first.catch(() => {}))
})

test("a program that starts anew in mid-command is asked again as soon as it is heard", async () => {
    const unit = await slow()
    unit.keyMs = 10_500
    unit.fall(2_000, 6_000)
    const seconds = await secondsOf(
        unit,
        unit.client.call("create_key").then(report => expect(report).toMatchObject(KEY)),
    )
    expect(unit.heard).toEqual(["create_key", "create_key"])
    expect(seconds).toBeLessThan(19.2)
})

test("what must not happen twice is said once, and given up when the program starts anew", async () => {
    const unit = await slow()
    await expect(unit.while(unit.client.call("answer_update", ANSWER))).rejects.toThrow(
        "the device does not answer answer_update: it is heard, but gave no answer in 12 s",
    )
    expect(unit.heard).toEqual(["answer_update"])

    unit.fall(100, 6_000)
    await expect(unit.while(unit.client.call("answer_update", ANSWER))).rejects.toThrow(
        "its program started anew; what was asked may have been done",
    )
    expect(unit.heard).toEqual(["answer_update", "answer_update"])
})

test("a unit that falls silent for good is given up after 12 s, not sooner and not later", async () => {
    const unit = await slow()
    unit.cut(100, 1e6)
    const work = unit.client.call("create_key")
    const seconds = secondsOf(unit, work)
    await expect(work).rejects.toThrow("the device does not answer create_key: nothing was heard of it for 12 s")
    expect(await seconds).toBeGreaterThanOrEqual(12)
    expect(await seconds).toBeLessThan(12.7)
})

test("a unit that is heard and never answers is given up at last", async () => {
    const unit = await slow()
    unit.deaf = true
    await expect(unit.while(unit.client.call("create_key"))).rejects.toThrow("it is heard, but gave no answer in 110 s")
})

test("a register is told by a unit that heard nothing for 4 s, as one that signs on the stock runtime did", async () => {
    const unit = await slow()
    unit.cut(0, 4_000)
    const register = unit.client.get("uptime")
    const seconds = secondsOf(unit, register)
    expect(await unit.while(register)).toBe(42)
    expect(await seconds).toBeLessThan(5.2)
})

test("what the firmware does not have is said at once", async () => {
    const unit = await slow()
    const register = unit.client.get("update")
    const seconds = secondsOf(unit, register)
    await expect(register).rejects.toThrow("the device has no update: its firmware is another")
    expect(await seconds).toBeLessThan(0.1)
    await expect(unit.while(unit.client.call("find_parts"))).rejects.toThrow("the device has no find_parts")
})

test("a program is installed although the runtime hears nothing for seconds at a time", async () => {
    const unit = await slow()
    unit.cut(0, 2_500)
    unit.cut(3_000, 4_000)
    unit.cut(8_000, 2_500)
    const shares: number[] = []
    await unit.while(unit.client.install(new Uint8Array(40 * 224).fill(1), share => shares.push(share)))
    expect(unit.heard).toEqual(["autostart 0", `deploy ${40 * 224}`, "autostart 1"])
    expect(shares).toEqual(Array.from({ length: 40 }, (_, i) => i / 40))
})
