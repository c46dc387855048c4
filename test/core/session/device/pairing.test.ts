/** Who may be paired, and when. */
import { describe, expect, test } from "vitest"
import { Event } from "../../../../src/core/eventlog/event"
import { Role } from "../../../../src/core/owner/rights"
import { CoapCode } from "../../../../src/core/session/coap-message"
import { readMessage } from "../../../../src/core/session/coap-reader"
import { PAIRING_MS, TOUCH_MS } from "../../../../src/core/session/device/pairing"
import type { EphemeralKey } from "../../../../src/core/session/edhoc/ephemeral-key"
import { EdhocRefusal } from "../../../../src/core/session/edhoc/refusal"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import { suiteMinus21 } from "../../../../src/core/session/edhoc/suite-minus-21"
import { decodeRecord } from "../../../../src/core/session/kudos/record"
import { SessionRefusal } from "../../../../src/core/session/refusal"
import { MemoryStore, PowerCut } from "../kudos/ends"
import { nodeCounterMode } from "../openssl-suites"
import { invited, LABEL, owned, TestDevice, TestHub } from "./home"

const WRONG = Buffer.alloc(16, 0x77)
/** As the hub tells it: the device's error message says no more than a number. */
const hinted = (refusal: number) => ({ refusal: EdhocRefusal.PeerRefused, hint: `refusal ${refusal}` })

async function fresh() {
    const device = await new TestDevice().start()
    return { device, hub: await new TestHub("hub", device).start() }
}

/** The last thing in the log that is about a pairing that failed. */
const lastFailure = (device: TestDevice) => device.log.filter(({ event }) => event === Event.PairingFailed).at(-1)

/** Somebody who has touched the device guesses at its label. */
async function guess({ device, hub }: { device: TestDevice; hub: TestHub }) {
    await device.pairing.prepare()
    device.pairing.touched()
    return await hub.pair(WRONG)
}

describe("somebody at the device", () => {
    test("is known for two minutes after their touch, and not a moment longer", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        device.nowMs += TOUCH_MS
        expect(await hub.pair()).toEqual(hinted(SessionRefusal.NobodyThere))
        device.pairing.touched()
        device.nowMs += TOUCH_MS - 1
        expect((await hub.pair()).refusal).toBe(0)
    })

    test("is not known after a start", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        await device.start()
        expect(await hub.pair()).toEqual(hinted(SessionRefusal.NobodyThere))
        expect(lastFailure(device)).toEqual({
            event: Event.PairingFailed,
            cause: 0,
            detail: SessionRefusal.NobodyThere,
        })
    })

    test("who has an invitation is needed, too", async () => {
        const { device, owner } = await owned()
        const { payload } = (await owner.post("people/invite", Buffer.from([Role.Guest]))).response!
        await device.pairing.prepare()
        device.nowMs += TOUCH_MS
        const guest = await new TestHub("guest", device).start()
        expect(await guest.pair(payload.subarray(1), 2 + payload[0])).toEqual(hinted(SessionRefusal.NobodyThere))
    })
})

describe("the label", () => {
    test("is good for the first, who becomes the owner, and for nobody after", async () => {
        const { device } = await owned()
        await device.pairing.prepare()
        device.pairing.touched()
        const second = await new TestHub("second", device).start()
        expect(await second.pair()).toMatchObject({ refusal: EdhocRefusal.PeerRefused })
        expect(lastFailure(device)!.detail).toBe(EdhocRefusal.UnknownCredential)
        expect(second.session.exists()).toBe(false)
        expect(device.household.count()).toBe(1)
    })

    test("is good again as long as the first was not heard of: their keys may have been lost", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        let messages = 0
        // What would tell the hub that it is paired does not arrive.
        hub.wire = async (frame, deliver) => {
            const answer = await deliver(frame)
            return ++messages === 1 ? answer : undefined
        }
        expect((await hub.pair()).refusal).toBe(SessionRefusal.NoAnswer)
        expect(device.household.isTaken(0)).toBe(true)
        expect(device.household.count()).toBe(0)
        await device.start()
        device.pairing.touched()
        const again = await new TestHub("again", device).start()
        expect((await again.pair()).refusal).toBe(0)
        expect((await again.post("echo", "here")).refusal).toBe(0)
        expect(device.household.count()).toBe(1)
    })

    test("does not displace an owner who is heard of while somebody else is being paired", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        expect((await hub.pair()).refusal).toBe(0)
        await device.pairing.prepare()
        const late = await new TestHub("late", device).start()
        let messages = 0
        late.wire = async (frame, deliver) => {
            if (++messages === 2) expect((await hub.post("echo", "I am")).refusal).toBe(0)
            return await deliver(frame)
        }
        expect(await late.pair()).toMatchObject({ refusal: EdhocRefusal.PeerRefused })
        expect(lastFailure(device)!.detail).toBe(EdhocRefusal.NotKept)
        expect((await hub.post("echo", "still")).refusal).toBe(0)
        expect(device.household.count()).toBe(1)
    })

    test("that is wrong is refused, and counted before it is looked at", async () => {
        const { device, hub } = await fresh()
        expect(await guess({ device, hub })).toEqual(hinted(EdhocRefusal.NotAuthentic))
        expect([...device.store.records.get("tries")!]).toEqual([1, 0, 0, 0])
        expect(lastFailure(device)!.detail).toBe(EdhocRefusal.NotAuthentic)
    })
})

describe("after failures", () => {
    test("the device waits twice as long each time, also over a start, and not at all after a success", async () => {
        const { device, hub } = await fresh()
        for (let failures = 1; failures <= 4; failures++) {
            expect(await guess({ device, hub })).toEqual(hinted(EdhocRefusal.NotAuthentic))
            await device.start()
            device.nowMs += 1000 * 2 ** (failures - 1) - 1
            expect(await guess({ device, hub })).toEqual(hinted(SessionRefusal.TooSoon))
            device.nowMs += 1
        }
        device.pairing.touched()
        expect((await hub.pair()).refusal).toBe(0)
        expect([...device.store.records.get("tries")!]).toEqual([0, 0, 0, 0])
    })

    test("an hour is the longest", async () => {
        const { device, hub } = await fresh()
        for (const tries of [13, 31, 32, 200]) {
            device.store.records.set("tries", Buffer.from([tries, 0, 0, 0]))
            await device.start()
            device.nowMs += 3_599_999
            expect(await guess({ device, hub })).toEqual(hinted(SessionRefusal.TooSoon))
            device.nowMs += 1
            expect(await guess({ device, hub })).toEqual(hinted(EdhocRefusal.NotAuthentic))
        }
    })

    test("of which nobody knows how many there were, there were many", async () => {
        const { device, hub } = await fresh()
        device.store.records.set("tries", Buffer.from([1]))
        await device.start()
        device.nowMs += 3_599_999
        expect(await guess({ device, hub })).toEqual(hinted(SessionRefusal.TooSoon))
    })

    test("a guess that comes twice is not looked at before it is on record", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        const { set } = device.store
        let messages = 0
        hub.wire = async (frame, deliver) => {
            if (++messages === 1) return await deliver(frame)
            let write = () => {}
            device.store.set = async (...args) => {
                await new Promise<void>(resolve => {
                    write = resolve
                })
                await set.apply(device.store, args)
            }
            const first = deliver(frame)
            // The memory takes its time, and meanwhile it comes again.
            await new Promise(resolve => setTimeout(resolve, 0))
            expect(await deliver(frame)).toBeUndefined()
            expect(lastFailure(device)).toBeUndefined()
            expect(device.store.records.has("tries")).toBe(false)
            write()
            return await first
        }
        expect(await hub.pair(WRONG)).toEqual(hinted(EdhocRefusal.NotAuthentic))
        expect([...device.store.records.get("tries")!]).toEqual([1, 0, 0, 0])
    })

    test("a power cut right after the guess counts as one", async () => {
        const { device, hub } = await fresh()
        device.store.cut = { at: device.store.operations, done: true }
        await expect(guess({ device, hub })).rejects.toThrow("power cut")
        await device.start()
        expect(await guess({ device, hub })).toEqual(hinted(SessionRefusal.TooSoon))
    })
})

describe("one at a time", () => {
    test("who comes while another is being paired has to wait, until that one is out of time", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        hub.wire = async (frame, deliver) => {
            await deliver(frame)
            return undefined
        }
        await hub.pair()
        expect(device.pairing.runs()).toBe(true)
        // The next key is not made while somebody waits for this one.
        await device.pairing.prepare()
        device.pairing.touched()
        const other = await new TestHub("other", device).start()
        expect(await other.pair()).toEqual(hinted(SessionRefusal.PairingRuns))
        device.nowMs += PAIRING_MS
        await device.pairing.prepare()
        device.pairing.touched()
        expect((await other.pair()).refusal).toBe(0)
        expect(device.log.map(({ event, detail }) => [event, detail])).toContainEqual([
            Event.PairingFailed,
            EdhocRefusal.GivenUp,
        ])
    })

    test("a message that comes again is answered the same way, and worked on once", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        hub.wire = async (frame, deliver) => {
            const answers = await Promise.all([deliver(frame), deliver(frame)])
            answers.push(await deliver(frame))
            const said = answers.filter(answer => answer !== undefined)
            expect(said.length).toBeGreaterThan(1)
            expect(new Set(said.map(answer => answer.toString("hex"))).size).toBe(1)
            return said[0]
        }
        expect((await hub.pair()).refusal).toBe(0)
        expect(lastFailure(device)).toBeUndefined()
    })

    test("one whose key fails is over by that, and the next can begin", async () => {
        const { device, hub } = await fresh()
        const inside = device.pairing as unknown as { ephemeral: EphemeralKey }
        const failing = inside.ephemeral
        inside.ephemeral = {
            curve: failing.curve,
            publicKey: failing.publicKey,
            agree: async () => {
                throw new Error("the element does not answer")
            },
        }
        device.pairing.touched()
        await expect(hub.pair()).rejects.toThrow("the element does not answer")
        expect(lastFailure(device)!.detail).toBe(EdhocRefusal.GivenUp)
        await device.pairing.prepare()
        const next = await new TestHub("next", device).start()
        expect((await next.pair()).refusal).toBe(0)
    })

    test("one that somebody ends by an error message is taken down", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        let messages = 0
        hub.wire = async (frame, deliver) => (++messages === 1 ? await deliver(frame) : undefined)
        await hub.pair()
        // C_R, and an error message with code 1.
        const { refusal, message } = await device.pairing.receive(Buffer.from("0001617a", "hex"))
        expect([refusal, message.length]).toEqual([EdhocRefusal.PeerRefused, 0])
        expect(lastFailure(device)!.detail).toBe(EdhocRefusal.PeerRefused)
        expect(device.pairing.runs()).toBe(false)
    })

    test("no key is made for the next while the label is read for this one: it would be the same key of an element, which agrees once", async () => {
        const { device, hub } = await fresh()
        const needed: boolean[] = []
        Object.defineProperty(device, "label", {
            get() {
                needed.push(device.pairing.needsKey())
                return LABEL
            },
        })
        device.pairing.touched()
        expect((await hub.pair()).refusal).toBe(0)
        expect(needed).toEqual([false])
        expect(device.pairing.needsKey()).toBe(true)
    })

    test("there is one try with a key: the next waits until another was made", async () => {
        const { device, hub } = await fresh()
        await guess({ device, hub })
        device.nowMs += 1000
        device.pairing.touched()
        expect(await hub.pair()).toEqual(hinted(SessionRefusal.NoKeyYet))
        await device.pairing.prepare()
        expect((await hub.pair()).refusal).toBe(0)
    })
})

describe("what is damaged", () => {
    test("is not nobody: of a household that cannot be read, nobody is known and nobody is paired", async () => {
        const { device, owner } = await owned()
        device.store.records.set("household", Buffer.from([0]))
        await device.start()
        device.pairing.touched()
        const hub = await new TestHub("hub", device).start()
        expect(await hub.pair()).toEqual(hinted(SessionRefusal.RecordsLost))
        expect(await owner.session.connect()).toMatchObject({ hint: CoapCode.Unauthorized })
    })
})

test("a household that is full takes nobody in", async () => {
    const { device, owner } = await owned()
    for (let i = 1; i < 8; i++) await invited(device, owner, Role.Guest, `guest ${i}`)
    const { payload } = (await owner.post("people/invite", Buffer.from([Role.Guest]))).response!
    await device.pairing.prepare()
    device.pairing.touched()
    const hub = await new TestHub("ninth", device).start()
    expect(await hub.pair(payload.subarray(1), 2 + payload[0])).toEqual(hinted(SessionRefusal.Full))
    await owner.post("people/remove", Buffer.from([5]))
    expect((await hub.pair(payload.subarray(1), 2 + payload[0])).refusal).toBe(0)
    expect((await hub.post("echo", "in")).refusal).toBe(0)
    expect(device.served.at(-1)).toMatchObject({ who: 5, role: Role.Guest })
})

test.each([
    ["", SessionRefusal.PairingForm],
    ["f5", SessionRefusal.PairingForm],
    ["f500", SessionRefusal.NobodyThere],
    ["00aa", SessionRefusal.PairingForm],
    ["1841aa", SessionRefusal.PairingForm],
])("what is no message of a pairing, %s, is refused for it", async (payload, refusal) => {
    const { device } = await fresh()
    const { refusal: said, message } = await device.pairing.receive(Buffer.from(payload, "hex"))
    expect(said).toBe(refusal)
    expect(message.toString()).toContain(`refusal ${refusal}`)
})

test("a hub believes nothing that is said to it without a seal: it keeps no keys", async () => {
    const { device, hub } = await fresh()
    device.pairing.touched()
    for (const byte of [0, 8, 16]) {
        hub.wire = async (frame, deliver) => {
            const answer = await deliver(frame)
            const read = answer && readMessage(answer).message
            if (answer && read && read.payload.length > byte) answer[answer.length - 1 - byte] ^= 1
            return answer
        }
        expect((await hub.pair(LABEL)).refusal).not.toBe(0)
        expect(hub.session.exists()).toBe(false)
        await device.pairing.prepare()
        device.nowMs += PAIRING_MS
        device.pairing.touched()
    }
})

describe("suites", () => {
    test("that the device has not cost it nothing: the hub takes the best of those that it has, with the same key", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        const agreed: number[] = []
        const suites = [suiteMinus21(nodeCounterMode), SUITE_4]
        expect(await hub.pairBy(suites, suite => agreed.push(suite.number))).toEqual({ refusal: 0, hint: "" })
        expect(agreed).toEqual([4])
        expect((await hub.post("echo", "here")).refusal).toBe(0)
    })

    test("are agreed on with the one key that there is: no other is made for the next pairing meanwhile", async () => {
        const { device } = await fresh()
        const needs: boolean[] = []
        const hub = await new TestHub("watched", device, async (frame, deliver) => {
            let isAnswered = false
            const answer = deliver(frame).finally(() => {
                isAnswered = true
            })
            let needed = false
            while (!isAnswered) {
                needed ||= device.pairing.needsKey()
                await Promise.resolve()
            }
            needs.push(needed)
            return await answer
        }).start()
        device.pairing.touched()
        expect((await hub.pairBy([suiteMinus21(nodeCounterMode), SUITE_4], () => {})).refusal).toBe(0)
        // Once the keys of this one are on record, the next one may come.
        expect(needs.slice(0, 2)).toEqual([false, false])
    })

    test("of which there is none in common end the pairing", async () => {
        const { device, hub } = await fresh()
        device.pairing.touched()
        const end = await hub.pairBy([suiteMinus21(nodeCounterMode)], () => {})
        expect(end.refusal).toBe(EdhocRefusal.NoCommonSuite)
        expect(hub.session.exists()).toBe(false)
    })
})

test("whoever takes the place of somebody who was not heard of never has their role, whenever the power goes", async () => {
    const { device, owner } = await owned()
    for (let i = 1; i < 7; i++) await invited(device, owner, Role.Guest, `guest ${i}`)
    const [family, guest] = [await wayOf(owner, Role.Family), await wayOf(owner, Role.Guest)]
    await device.pairing.prepare()
    device.pairing.touched()
    const first = await new TestHub("unheard", device).start()
    expect((await first.pair(family.secret, family.standing)).refusal).toBe(0)
    const before = new Map(device.store.records)
    const secretOf = ({ records }: MemoryStore, name: string) => {
        const record = records.get(name)
        return record && decodeRecord(record)!.keys.masterSecret.toString("hex")
    }
    const own = secretOf(first.store, "hub0")
    const seen = new Set<string>()
    for (let cut = 0, isCut = true; isCut; cut++) {
        const store = new MemoryStore(new Map(before))
        const device = await new TestDevice("device", store).start()
        const second = await new TestHub("second", device).start()
        device.pairing.touched()
        store.cut = { at: store.operations + cut, done: false }
        isCut = await second.pair(guest.secret, guest.standing).then(
            () => false,
            error => {
                if (error instanceof PowerCut) return true
                throw error
            },
        )
        // What the next start finds: who is said to be there, and whose keys are there.
        const standing = device.store.records.get("household")![7 * 2 + 1]
        const isTaken = device.store.records.get("household")![7 * 2] !== 255
        const names = ["session7a", "session7b"].filter(name => store.records.has(name))
        const isFirst = names.every(name => secretOf(store, name) === own)
        if (isTaken && standing === family.standing) expect(isFirst, `cut at ${cut}`).toBe(true)
        seen.add(isTaken ? `${standing === family.standing}` : "nobody")
    }
    expect([...seen].sort()).toEqual(["false", "nobody", "true"])
})

async function wayOf(owner: TestHub, role: Role) {
    await owner.session.connect()
    const { payload } = (await owner.post("people/invite", Buffer.from([role]))).response!
    return { standing: 2 + payload[0], secret: payload.subarray(1) }
}
