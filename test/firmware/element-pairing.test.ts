/** A pairing by EDHOC with suite 5 whose device has its ephemeral key in the secure element. */
import { beforeAll, expect, test } from "vitest"
import { labelCredential } from "../../src/core/session/edhoc/credential"
import { EdhocInitiator } from "../../src/core/session/edhoc/initiator"
import { p256Key } from "../../src/core/session/edhoc/p256-key"
import { EdhocState } from "../../src/core/session/edhoc/states"
import { SUITE_5 } from "../../src/core/session/edhoc/suite-5"
import { C_I, ports, SECRET } from "../core/session/edhoc/ends"
import { elementBench, elementProgram } from "./atecc608-bench"

/** The hub's ephemeral key in the program. */
const HUB_SECRET = "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"
const HUB_PUBLIC = "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"

let image: Uint8Array
beforeAll(async () => {
    image = await elementProgram("element-pairing")
})

function pairing() {
    const bench = elementBench(image)
    const tell = (name: string) => bench.lines.find(({ operation }) => operation === name)
    return { ...bench, tell }
}

test("device, hub, and a hub on Node with the same key come to the same keys", async () => {
    const { lines, tell, runUntil } = pairing()
    runUntil(() => tell("ended") !== undefined)
    console.log(lines.map(({ operation, ms }) => `${operation} ${ms} ms`).join(", "))
    const bytes = (name: string) => Buffer.from(tell(name)!.outcome, "hex")
    expect(lines.map(({ operation }) => operation)).toEqual([
        "prepared",
        "message1",
        "message2",
        "message3",
        "device",
        "message4",
        "hub",
        "ended",
    ])
    expect(tell("ended")!.outcome).toBe(`${EdhocState.Done}/${EdhocState.Done}`)
    expect(tell("device")!.outcome).toBe(tell("hub")!.outcome)
    expect(tell("message2")!.ms).toBeLessThan(2500)
    expect(bytes("message2").subarray(2, 34)).toEqual(bytes("prepared"))

    const kept = ports()
    const hub = new EdhocInitiator(kept, {
        suites: [SUITE_5],
        selected: 0,
        ephemeral: p256Key(Buffer.from(HUB_SECRET, "hex"), Buffer.from(HUB_PUBLIC, "hex")),
        connectionId: C_I,
        credential: labelCredential(SECRET, "hub", "doorbell 1"),
    })
    expect(hub.start()).toEqual(bytes("message1"))
    expect(await hub.receive(bytes("message2"))).toEqual(bytes("message3"))
    await hub.receive(bytes("message4"))
    const [{ masterSecret, masterSalt }] = kept.kept
    expect(tell("device")!.outcome).toBe(`${masterSecret.toString("hex")}/${masterSalt.toString("hex")}`)
})

test("an element that fails in the middle ends the session with nothing kept, and another goes through", () => {
    const { lines, tell, when, act, trace, runUntil } = pairing()
    when("ECDH", () => {
        act("element", "hang")
        let cured = false
        trace.watch(() => {
            if (cured || !tell("failed")) return
            cured = true
            act("element", "unhang")
        })
    })
    runUntil(() => tell("ended") !== undefined)
    expect(lines.map(({ operation }) => operation).slice(0, 5)).toEqual([
        "prepared",
        "message1",
        "failed",
        "prepared",
        "message1",
    ])
    expect(tell("failed")!.outcome).toBe("Busy")
    expect(lines[3].outcome).not.toBe(lines[0].outcome)
    expect(tell("ended")!.outcome).toBe(`${EdhocState.Done}/${EdhocState.Done}`)
    expect(tell("device")!.outcome).toBe(tell("hub")!.outcome)
})
