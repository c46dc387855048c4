import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import { SEAL_BYTES } from "../../../../src/core/identity/sealed-store"
import { keysInForce } from "../../../../src/core/session/kudos/end"
import { CONVERGENT, DIVERGENT, fieldRefusal } from "../../../../src/core/session/kudos/field"
import { decodeRecord, encodeRecord, KUDOS_RECORD_BYTES } from "../../../../src/core/session/kudos/record"
import { KudosRefusal } from "../../../../src/core/session/kudos/refusal"
import { KudosState } from "../../../../src/core/session/kudos/states"
import { KUDOS_STEPS } from "../../../../src/core/session/kudos/steps"
import { updateContext } from "../../../../src/core/session/kudos/update-context"
import { SLOT_BYTES } from "../../../../src/core/store/memory-layout"
import { HEADER_BYTES } from "../../../../src/core/store/slot"
import type { StoreFault } from "../../../../src/core/store/store-error"
import { StoreError } from "../../../../src/core/store/store-error"
import { rising } from "../../crypto/vectors/bytes"
import {
    digest,
    type End,
    FIRST,
    KudosRole,
    MemoryStore,
    NAMES,
    nonceOf,
    paired,
    pause,
    received,
    seal,
    start,
    startDevice,
    startHub,
    update,
    verifier,
} from "./ends"

const secretOf = (end: End) => keysInForce(end.kudos)?.keys.masterSecret.toString("hex")

describe("updateCtx, as the draft writes it and OpenSSL computes HMAC", () => {
    const cbor = (bytes: Buffer) => Buffer.concat([Buffer.from([0x40 | bytes.length]), bytes])
    const input = (x: number, nonce: Buffer) => (nonce.length === 0 ? nonce : Buffer.concat([Buffer.from([x]), nonce]))
    const [LOW, HIGH] = [Buffer.alloc(8, 0), Buffer.alloc(8, 0xff)]
    test.each([
        ["a temporary context", rising(8, 0), Buffer.alloc(0), 32],
        ["new keys", rising(8, 0), rising(8, 3), 32],
        ["the lowest nonce of the hub, the highest of the device", LOW, HIGH, 32],
        ["the highest of the hub, the lowest of the device", HIGH, LOW, 32],
        ["a temporary context of the highest", HIGH, Buffer.alloc(0), 32],
        ["a secret of 16 bytes", rising(8, 0), rising(8, 9), 16],
    ])("%s", async (_, hubNonce, deviceNonce, length) => {
        const keys = { ...FIRST[KudosRole.Hub], masterSecret: FIRST[KudosRole.Hub].masterSecret.subarray(0, length) }
        const inputs = [cbor(input(DIVERGENT, hubNonce)), cbor(input(CONVERGENT, deviceNonce))]
        const xN = Buffer.concat(inputs.sort(Buffer.compare))
        const info = Buffer.concat([
            Buffer.from([0, length, 17]),
            Buffer.from("oscore key update"),
            Buffer.from([xN.length]),
            xN,
        ])
        const expected = createHmac("sha256", keys.masterSecret)
            .update(info)
            .update(Buffer.from([1]))
            .digest()
            .subarray(0, length)
        const updated = await updateContext({ digest, pause }, keys, hubNonce, deviceNonce)
        expect(updated).toEqual({ ...keys, masterSecret: Buffer.from(expected), masterSalt: xN })
    })
})

test("an update gives both ends the same new keys, and nothing is left of the old ones", async () => {
    const [hub, device] = await paired()
    const before = secretOf(hub)!
    await update(hub, device)
    expect(secretOf(hub)).toBe(secretOf(device))
    expect(secretOf(hub)).not.toBe(before)
    for (const { store, kudos } of [hub, device]) {
        expect(kudos.state()).toBe(KudosState.Idle)
        expect(keysInForce(kudos)?.epoch).toBe(1)
        expect([...store.records.keys()]).toEqual([NAMES[1]])
        expect([...store.records.values()].join("")).not.toContain(Buffer.from(before, "hex").toString())
    }
    // The device has answered under the new keys once, the hub has heard it, and neither number comes again.
    expect(keysInForce(device.kudos)).toMatchObject({ sequenceNumber: 1, heard: 0 })
    expect(keysInForce(hub.kudos)).toMatchObject({ sequenceNumber: 0, heard: 1 })
    for (let n = 2; n < 6; n++) {
        await update(hub, device)
        expect(secretOf(hub)).toBe(secretOf(device))
        expect(keysInForce(hub.kudos)?.epoch).toBe(n)
    }
})

test("while an update is under way nothing is in force", async () => {
    const [hub, device] = await paired()
    const { offer } = await hub.kudos.begin()
    expect([hub.kudos.state(), keysInForce(hub.kudos)]).toEqual([KudosState.Busy, undefined])
    await device.kudos.receive(received(seal(KudosRole.Hub, offer!)))
    expect([device.kudos.state(), keysInForce(device.kudos)]).toEqual([KudosState.Pending, undefined])
})

test("an offer and an answer that are lost are said again, with the same nonces and other numbers", async () => {
    const [hub, device] = await paired()
    const offers = [await hub.kudos.begin(), await hub.kudos.begin(), await hub.kudos.begin()].map(
        ({ offer }) => offer!,
    )
    expect(offers.map(({ sequenceNumber, nonce }) => [sequenceNumber, nonce])).toEqual(
        [0, 1, 2].map(n => [n, nonceOf(KudosRole.Hub, 0)]),
    )
    const answers = []
    for (const offer of offers.slice(1))
        answers.push((await device.kudos.receive(received(seal(hub.role, offer)))).offer!)
    expect(answers.map(({ sequenceNumber, nonce }) => [sequenceNumber, nonce])).toEqual(
        [0, 1].map(n => [n, nonceOf(KudosRole.Device, 0)]),
    )
    expect(await hub.kudos.receive(received(seal(device.role, answers[1])))).toEqual({ refusal: 0, offer: undefined })
    const [late] = answers
    expect((await hub.kudos.receive(received(seal(device.role, late)))).refusal).toBe(KudosRefusal.Unexpected)
    expect(keysInForce(hub.kudos)?.heard).toBe(2)
})

test("a hub that begins again before it has sent anything has used the new keys thereby", async () => {
    const [hub, device] = await paired()
    for (let n = 0; n < 3; n++) {
        const answer = await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        expect(answer.refusal).toBe(0)
        await hub.kudos.receive(received(seal(device.role, answer.offer!)))
    }
    const { keys, sequenceNumber } = keysInForce(hub.kudos)!
    await device.kudos.confirm(verifier(seal(hub.role, { keys, sequenceNumber })))
    expect(secretOf(device)).toBe(secretOf(hub))
    expect(keysInForce(device.kudos)?.epoch).toBe(3)
})

describe("what is refused, and changes nothing", () => {
    /** A device that has keys in force, or has answered; and what comes. */
    async function refusal(end: End, message: Parameters<typeof received>[0]): Promise<KudosRefusal> {
        const before = [...end.store.records].map(([name, value]) => name + value.toString("hex"))
        const { operations } = end.store
        const step = await end.kudos.receive(received(message))
        expect(step.offer).toBeUndefined()
        expect([...end.store.records].map(([name, value]) => name + value.toString("hex"))).toEqual(before)
        expect(end.store.operations).toBe(operations)
        return step.refusal
    }

    test("an offer that was altered or is under other keys", async () => {
        const [hub, device] = await paired()
        const good = seal(hub.role, (await hub.kudos.begin()).offer!)
        expect(await refusal(device, { ...good, nonce: rising(8, 0) })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(device, { ...good, sequenceNumber: 1 })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(device, { ...good, tag: rising(32, 0) })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(hub, { ...good, from: device.role })).toBe(KudosRefusal.Role)
        await device.kudos.receive(received(good))
        expect(await refusal(device, { ...good, nonce: rising(8, 0) })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(device, good)).toBe(KudosRefusal.Replayed)
    })

    test("yesterday's offer, when its keys are gone", async () => {
        const [hub, device] = await paired()
        const old = seal(hub.role, (await hub.kudos.begin()).offer!)
        await device.kudos.receive(received(old))
        const again = await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        await hub.kudos.receive(received(seal(device.role, again.offer!)))
        const { keys, sequenceNumber } = keysInForce(hub.kudos)!
        await device.kudos.confirm(verifier(seal(hub.role, { keys, sequenceNumber })))
        expect(await refusal(device, old)).toBe(KudosRefusal.NotAuthentic)
    })

    test("a second nonce for the same keys, which no hub of ours gives", async () => {
        const [hub, device] = await paired()
        const records = new Map(hub.store.records)
        await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        const restored = await startHub(new MemoryStore(records), 7)
        const other = seal(hub.role, (await restored.kudos.begin()).offer!)
        expect(await refusal(device, other)).toBe(KudosRefusal.OtherNonce)
    })

    test("an answer that was altered, or answers somebody else", async () => {
        const [hub, device] = await paired()
        const answer = await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        const good = seal(device.role, answer.offer!)
        expect(await refusal(hub, { ...good, nonce: rising(8, 0) })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(hub, { ...good, sequenceNumber: 5 })).toBe(KudosRefusal.NotAuthentic)
        expect(await refusal(device, good)).toBe(KudosRefusal.Role)
        const stranger = await paired()
        expect(await refusal(stranger[0], good)).toBe(KudosRefusal.Unexpected)
    })

    test.each([
        ["a reserved bit", 0x80 | DIVERGENT, 8, KudosRefusal.FieldForm],
        ["another length than it says", DIVERGENT, 7, KudosRefusal.FieldForm],
        ["no forward secrecy", 0x10 | DIVERGENT, 8, KudosRefusal.NoForwardSecrecy],
        ["observations preserved", 0x20 | CONVERGENT, 8, KudosRefusal.PreserveObservations],
        ["a nonce of 4 bytes", 3, 4, KudosRefusal.NonceLength],
        ["a nonce of 16 bytes", 15, 16, KudosRefusal.NonceLength],
        ["the hub's", DIVERGENT, 8, KudosRefusal.None],
        ["the device's", CONVERGENT, 8, KudosRefusal.None],
    ])("the field: %s", async (_, x, length, expected) => {
        expect(fieldRefusal(x, rising(length, 0))).toBe(expected)
        const [hub, device] = await paired()
        const keys = keysInForce(hub.kudos)!.keys
        const message = seal(hub.role, { keys, sequenceNumber: 0, x, nonce: rising(length, 0) })
        if (expected !== KudosRefusal.None) expect(await refusal(device, message)).toBe(expected)
    })

    test("an end without keys begins and takes nothing", async () => {
        const [hub] = await paired()
        const [blankHub, blankDevice] = [await startHub(new MemoryStore()), await startDevice(new MemoryStore())]
        for (const blank of [blankHub, blankDevice]) {
            expect(blank.kudos.state()).toBe(KudosState.NoKeys)
            const offer = seal(hub.role, (await hub.kudos.begin()).offer!)
            expect(await refusal(blank, offer)).toBe(KudosRefusal.NoKeys)
        }
        expect((await blankHub.kudos.begin()).refusal).toBe(KudosRefusal.NoKeys)
        expect((await blankDevice.kudos.confirm(async () => true)).refusal).toBe(KudosRefusal.Unexpected)
    })

    test("a device has nothing to begin by, and a hub nothing to confirm by", async () => {
        const [hub, device] = await paired()
        expect(["begin", "confirm"].map(name => name in device.kudos)).toEqual([false, true])
        expect(["begin", "confirm"].map(name => name in hub.kudos)).toEqual([true, false])
    })

    test("an ordinary message does not put keys in force that nobody waits for, nor others", async () => {
        const [hub, device] = await paired()
        expect((await device.kudos.confirm(async () => true)).refusal).toBe(KudosRefusal.Unexpected)
        await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        const old = seal(hub.role, { keys: FIRST[KudosRole.Hub], sequenceNumber: 3 })
        expect((await device.kudos.confirm(verifier(old))).refusal).toBe(KudosRefusal.NotAuthentic)
        expect(device.kudos.state()).toBe(KudosState.Pending)
    })
})

describe("the memory", () => {
    class Faulty extends MemoryStore {
        fault: StoreFault | undefined
        override async set(name: string, value: Buffer): Promise<void> {
            if (this.fault) throw new StoreError(this.fault, "no")
            await super.set(name, value)
        }
        override async erase(name: string): Promise<void> {
            if (this.fault) throw new StoreError(this.fault, "no")
            await super.erase(name)
        }
    }

    test("what it does not take is not sent", async () => {
        const store = new Faulty()
        const hub = await startHub(store)
        await hub.kudos.adopt(FIRST[KudosRole.Hub])
        store.fault = "memory"
        expect(await hub.kudos.begin()).toEqual({ refusal: KudosRefusal.Storage, offer: undefined })
        expect(hub.kudos.state()).toBe(KudosState.Idle)
        await expect(hub.kudos.adopt(FIRST[KudosRole.Hub])).rejects.toThrow(StoreError)
        store.fault = undefined
        expect((await hub.kudos.begin()).offer?.sequenceNumber).toBe(0)
    })

    test("an old record that could not be erased is erased before anything else", async () => {
        const [hub, device] = await paired()
        const answer = await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        const store = new Faulty(hub.store.records)
        const again = await startHub(store, 1)
        store.erase = async () => Promise.reject(new StoreError("memory", "no"))
        const step = await again.kudos.receive(received(seal(device.role, answer.offer!)))
        expect(step.refusal).toBe(KudosRefusal.Storage)
        expect(keysInForce(again.kudos)?.epoch).toBe(1)
        expect([...store.records.keys()].sort()).toEqual([...NAMES])
        store.erase = MemoryStore.prototype.erase
        await again.kudos.begin()
        expect([...store.records.keys()]).toEqual([NAMES[1]])
    })

    test.each([
        ["no record", Buffer.alloc(0)],
        ["another format", Buffer.from("8b02", "hex")],
    ])("a record that is %s makes both void: the other could be older", async (_, damaged) => {
        const [hub] = await paired()
        hub.store.records.set(NAMES[1], damaged)
        const again = await start(KudosRole.Hub, hub.store)
        expect(again.kudos.state()).toBe(KudosState.NoKeys)
        // Pairing leads out.
        await again.kudos.adopt(FIRST[KudosRole.Hub])
        expect(again.kudos.state()).toBe(KudosState.Idle)
        expect([...hub.store.records.keys()]).toEqual([NAMES[0]])
    })

    test("records that do not follow each other are void", async () => {
        const record = {
            epoch: 0,
            keys: FIRST[0],
            ownNonce: Buffer.alloc(0),
            peerNonce: Buffer.alloc(0),
            sent: 0,
            heard: 0,
        }
        for (const [zero, one] of [
            [0, 3],
            [4, 1],
            [1, 1],
        ]) {
            const store = new MemoryStore()
            store.records.set(NAMES[0], encodeRecord({ ...record, epoch: zero }))
            store.records.set(NAMES[1], encodeRecord({ ...record, epoch: one }))
            expect((await start(KudosRole.Hub, store)).kudos.state(), `${zero} ${one}`).toBe(KudosState.NoKeys)
        }
    })

    test("the largest record fits its bound, and every byte of one counts or is a key's", () => {
        const keys = {
            masterSecret: rising(32, 0),
            masterSalt: rising(20, 0),
            senderId: rising(1, 0),
            recipientId: rising(1, 1),
        }
        const record = {
            epoch: 0xffff_ffff,
            keys,
            ownNonce: rising(8, 0),
            peerNonce: rising(8, 0),
            sent: 0xffff,
            heard: 0xffff,
        }
        const bytes = encodeRecord(record)
        // With a seal it has to fit a slot of a device's memory.
        expect(bytes.length).toBe(KUDOS_RECORD_BYTES)
        expect(KUDOS_RECORD_BYTES + SEAL_BYTES).toBeLessThanOrEqual(SLOT_BYTES - HEADER_BYTES)
        expect(decodeRecord(bytes)).toEqual(record)
        for (let length = 0; length < bytes.length; length++)
            expect(decodeRecord(bytes.subarray(0, length))).toBeUndefined()
        expect(decodeRecord(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined()
        for (const [at, value] of [
            [0, 0x00],
            [0, 0x13],
            [0, 0x22],
            [11, 21],
        ]) {
            const changed = Buffer.from(bytes)
            changed[at] = value
            expect(decodeRecord(changed)).toBeUndefined()
        }
        for (const other of [
            { masterSecret: rising(31, 0) },
            { masterSalt: rising(21, 0) },
            { senderId: rising(2, 0) },
            { recipientId: Buffer.alloc(0) },
        ])
            expect(() => encodeRecord({ ...record, keys: { ...keys, ...other } })).toThrow(RangeError)
    })

    test.each([KudosRole.Hub, KudosRole.Device])("when the numbers end, so does the update: role %i", async role => {
        const ends = await paired()
        const [hub, device] = ends
        await device.kudos.receive(received(seal(hub.role, (await hub.kudos.begin()).offer!)))
        const { store } = ends[role]
        const record = decodeRecord(store.records.get(NAMES[0])!)!
        store.records.set(NAMES[0], encodeRecord({ ...record, sent: 0xffff }))
        const step =
            role === KudosRole.Hub
                ? await (await startHub(store, 1)).kudos.begin()
                : await (await startDevice(store, 1)).kudos.receive(
                      received(seal(hub.role, (await hub.kudos.begin()).offer!)),
                  )
        expect(step).toEqual({ refusal: KudosRefusal.Exhausted, offer: undefined })
    })
})

test("each state can lead to keys in force", () => {
    for (const state of [KudosState.NoKeys, KudosState.Idle, KudosState.Busy, KudosState.Pending])
        expect(KUDOS_STEPS.some(([from, to]) => from === state && to === KudosState.Idle)).toBe(true)
})
