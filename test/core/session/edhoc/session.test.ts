import { describe, expect, test } from "vitest"
import { byteString } from "../../../../src/core/cbor/byte-string"
import { MAP } from "../../../../src/core/cbor/major"
import { CborWriter } from "../../../../src/core/cbor/writer"
import { labelCredential } from "../../../../src/core/session/edhoc/credential"
import {
    EdhocErrorCode,
    errorMessage,
    readErrorMessage,
    suiteAfter,
} from "../../../../src/core/session/edhoc/error-message"
import { EdhocInitiator } from "../../../../src/core/session/edhoc/initiator"
import { message1 } from "../../../../src/core/session/edhoc/messages"
import { EdhocRefusal } from "../../../../src/core/session/edhoc/refusal"
import { EdhocResponder } from "../../../../src/core/session/edhoc/responder"
import { EdhocState } from "../../../../src/core/session/edhoc/states"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import { SUITE_5 } from "../../../../src/core/session/edhoc/suite-5"
import type { CipherSuite } from "../../../../src/core/session/edhoc/suites"
import { prepareX25519 as prepareCompact } from "../../../../src/core/session/edhoc/x25519-compact-key"
import { prepareX25519 } from "../../../../src/core/session/edhoc/x25519-key"
import { OPENSSL_SUITES } from "../openssl-suites"
import {
    ALL_SUITES,
    BOTH_SUITES,
    C_I,
    C_R,
    CREDENTIAL,
    ephemeral,
    initiator,
    ports,
    responder,
    SECRET,
    STEPS,
    SUITE_MINUS_21,
    seeded,
} from "./ends"

const NO_KEYS = { refusal: 0, state: EdhocState.Aborted }

/** By number of the suite: the AEAD of what comes after it. */
const APPLICATION_AEAD = new Map([
    [4, 24],
    [5, 24],
    [-21, -65_537],
    [-22, -65_537],
])

describe.each(ALL_SUITES.map(suite => [suite.number, suite] as const))("suite %i", (number, suite) => {
    test("both ends agree on keys, each with the other's identifiers, in 108 bytes", async () => {
        const [hub, device] = [ports(), ports()]
        const i = await initiator({ suites: [suite], ports: hub })
        const r = await responder({ suite: suite, ports: device })
        const first = i.start()
        const second = (await r.receive(first))!
        const third = (await i.receive(second))!
        expect(hub.kept).toEqual([])
        expect(device.kept).toEqual([])
        const fourth = (await r.receive(third))!
        expect(hub.kept).toEqual([])
        expect(await i.receive(fourth)).toBeUndefined()
        expect([first, second, third, fourth].map(({ length }) => length)).toEqual([37, 35, 19, 17])
        expect([i.state, r.state]).toEqual([EdhocState.Done, EdhocState.Done])
        expect(hub.kept).toEqual([{ ...device.kept[0], senderId: C_R[0], recipientId: C_I }])
        expect(device.kept).toEqual([{ ...hub.kept[0], senderId: C_I, recipientId: C_R[0] }])
        expect(hub.kept[0].masterSecret).toHaveLength(32)
        expect(hub.kept[0].masterSalt).toHaveLength(8)
        expect(suite.aead.algorithm).toBe(APPLICATION_AEAD.get(number))
    })
})

describe.each(ALL_SUITES.map(suite => [suite.number, suite] as const))("suite %i, its AEAD by OpenSSL", (_, suite) => {
    const byOpenSsl = { ...suite, aead: { ...suite.aead, open: OPENSSL_SUITES[suite.aead.algorithm] } }

    test.each([
        ["hub", byOpenSsl, suite],
        ["device", suite, byOpenSsl],
    ])("at the %s, and ours at the other end: the same messages and keys", async (_, ofHub, ofDevice) => {
        const sessions: Buffer[][] = []
        for (const [hubs, devices] of [
            [suite, suite],
            [ofHub, ofDevice],
        ]) {
            const [hub, device] = [ports(), ports()]
            const i = await initiator({ suites: [hubs], ports: hub })
            const r = await responder({ suite: devices, ports: device })
            const second = (await r.receive(i.start()))!
            const third = (await i.receive(second))!
            const fourth = (await r.receive(third))!
            await i.receive(fourth)
            const { masterSecret, masterSalt } = hub.kept[0]
            expect(device.kept[0]).toMatchObject({ masterSecret, masterSalt })
            sessions.push([second, third, fourth, masterSecret, masterSalt])
        }
        expect(sessions[1]).toEqual(sessions[0])
    })

    test("a seal that was altered is refused", async () => {
        const device = ports()
        const i = await initiator({ suites: [byOpenSsl] })
        const r = await responder({ suite: suite, ports: device })
        const third = (await i.receive((await r.receive(i.start()))!))!
        third[third.length - 1] ^= 1
        await r.receive(third)
        expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.NotAuthentic })
        expect(device.kept).toEqual([])
    })
})

test("suites of private use are negotiated as others are", async () => {
    const refused = await initiator({ suites: [SUITE_4, SUITE_MINUS_21] })
    const first = await responder({ suite: SUITE_MINUS_21 })
    const error = (await first.receive(refused.start()))!
    expect(error.toString("hex")).toBe("0234")
    await refused.receive(error)
    expect(suiteAfter([SUITE_4, SUITE_MINUS_21], 0, refused.suitesOfResponder)).toEqual({ index: 1, refusal: 0 })
    const hub = ports()
    const second = await initiator({ suites: [SUITE_4, SUITE_MINUS_21], selected: 1, seed: "again", ports: hub })
    const device = await responder({ suite: SUITE_MINUS_21 })
    expect(second.start().subarray(0, 4).toString("hex")).toBe("04820434")
    await second.receive((await device.receive((await second.receive((await device.receive(second.sent))!))!))!)
    expect(hub.kept).toHaveLength(1)
})

test("two sessions with the same label have nothing in common", async () => {
    const all: Buffer[] = []
    for (const run of ["1", "2"]) {
        const device = ports()
        const i = await initiator({ seed: `i${run}` })
        const r = await responder({ seed: `r${run}`, ports: device })
        await r.receive((await i.receive((await r.receive(i.start()))!))!)
        all.push(device.kept[0].masterSecret, device.kept[0].masterSalt)
    }
    expect(new Set(all.map(bytes => bytes.toString("hex"))).size).toBe(4)
})

describe("a message that comes again is answered the same way again, and worked on once", () => {
    test("at both ends", async () => {
        const [hub, device] = [ports(), ports()]
        const [i, r] = [await initiator({ ports: hub }), await responder({ ports: device })]
        const second = (await r.receive(i.start()))!
        expect(await r.receive(i.sent)).toEqual(second)
        const third = (await i.receive(second))!
        expect(await i.receive(second)).toEqual(third)
        const fourth = (await r.receive(third))!
        expect(await r.receive(third)).toEqual(fourth)
        expect(device.kept).toHaveLength(1)
        await i.receive(fourth)
        expect(await i.receive(fourth)).toBeUndefined()
        expect(hub.kept).toHaveLength(1)
    })

    test("what comes while another is worked on is let fall", async () => {
        const [i, r] = [await initiator(), await responder()]
        const both = [r.receive(i.start()), r.receive(byteString(Buffer.alloc(20)))]
        const [answer, dropped] = await Promise.all(both)
        expect(dropped).toBeUndefined()
        expect(await i.receive(answer!)).toBeDefined()
    })

    test("a session that is given up while it computes sends nothing and has no keys", async () => {
        const device = ports()
        const [i, r] = [await initiator(), await responder({ ports: device })]
        const pending = r.receive(i.start())
        r.giveUp()
        expect(await pending).toBeUndefined()
        expect(r).toMatchObject({ state: EdhocState.Aborted, refusal: EdhocRefusal.GivenUp })
        expect(await r.receive(i.sent)).toBeUndefined()
        expect(device.kept).toEqual([])
    })

    test("giving up what is done changes nothing", async () => {
        const r = await responder()
        const i = await initiator()
        await i.receive((await r.receive((await i.receive((await r.receive(i.start()))!))!))!)
        i.giveUp()
        r.giveUp()
        expect([i.state, r.state, i.refusal, r.refusal]).toEqual([EdhocState.Done, EdhocState.Done, 0, 0])
    })
})

test("an ephemeral key is good for one agreement", async () => {
    for (const suite of BOTH_SUITES) {
        const [key, other] = [await ephemeral(suite, "one"), await ephemeral(suite, "other")]
        expect(await key.agree(other.publicKey, async () => {})).toHaveLength(32)
        await expect(key.agree(other.publicKey, async () => {})).rejects.toThrow("good for one agreement")
    }
})

test("the compact key is the same key, and agrees on the same secret", async () => {
    const pause = async () => {}
    const fast = await prepareX25519(seeded("one"), pause)
    const compact = await prepareCompact(seeded("one"), pause)
    const other = await ephemeral(SUITE_4, "other")
    expect([compact.curve, compact.publicKey]).toEqual([fast.curve, fast.publicKey])
    const secret = await compact.agree(other.publicKey, pause)
    expect(secret).toEqual(await fast.agree(other.publicKey, pause))
    expect(secret).toHaveLength(32)
    await expect(compact.agree(other.publicKey, pause)).rejects.toThrow("good for one agreement")
    expect(await (await prepareCompact(seeded("two"), pause)).agree(Buffer.alloc(32), pause)).toBeUndefined()
})

test("an ephemeral key of another curve than the suite's is not taken", async () => {
    await expect(initiator({ suites: [SUITE_4] })).resolves.toBeDefined()
    const key = await ephemeral(SUITE_5, "p")
    const keys = { keep: ports().keep, credentialOf: () => CREDENTIAL }
    expect(() => new EdhocResponder({ ...ports(), suite: SUITE_4 }, keys, key, ...C_R)).toThrow("of curve 4, not 1")
    const setup = { suites: [SUITE_4], selected: 0, ephemeral: key, connectionId: C_I, credential: CREDENTIAL }
    expect(() => new EdhocInitiator(ports(), setup)).toThrow("must be of curve 4, not 1")
})

describe("a label's credential", () => {
    test("is CBOR of both names and the key's", () => {
        const named = (name: string) => {
            const inner = new CborWriter(64).head(MAP, 2).int(1).int(4).int(2).bytes(Buffer.from("00", "hex")).finish()
            const cbor = new CborWriter(64).head(MAP, 2).int(2).text(name)
            return cbor.int(8).head(MAP, 1).int(1).raw(inner).finish()
        }
        const { kid, psk, initiator, responder } = labelCredential(SECRET, "hub", "v".repeat(32))
        expect([kid, psk]).toEqual([Buffer.from("00", "hex"), SECRET])
        expect([initiator, responder]).toEqual([named("hub"), named("v".repeat(32))])
    })

    test("needs 16 bytes, and two names", () => {
        expect(() => labelCredential(SECRET.subarray(1), "hub", "valve")).toThrow("16 bytes long, not 15")
        expect(() => labelCredential(SECRET, "valve", "valve")).toThrow("need different names")
        expect(() => labelCredential(SECRET, "", "valve")).toThrow("1 to 32 characters, not 0")
        expect(() => labelCredential(SECRET, "hub", "v".repeat(33))).toThrow("1 to 32 characters, not 33")
    })

    test.each([
        ["secret", labelCredential(Buffer.alloc(16), "hub", "valve 1")],
        ["hub", labelCredential(SECRET, "other", "valve 1")],
        ["device", labelCredential(SECRET, "hub", "valve 2")],
    ])("with another %s, the device refuses and keeps nothing", async (_, credential) => {
        const device = ports()
        const [i, r] = [await initiator({ credential }), await responder({ ports: device })]
        const error = await r.receive((await i.receive((await r.receive(i.start()))!))!)
        expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.NotAuthentic })
        expect(readErrorMessage(error!)).toEqual({
            wellFormed: true,
            code: EdhocErrorCode.Unspecified,
            suites: [],
            text: "refusal 211",
        })
        expect(await i.receive(error!)).toBeUndefined()
        expect(i).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.PeerRefused })
        expect(device.kept).toEqual([])
    })

    test("under a name that is not known is refused with code 3", async () => {
        const credential = { ...CREDENTIAL, kid: Buffer.from("07", "hex") }
        const [i, r] = [await initiator({ credential }), await responder()]
        const error = await r.receive((await i.receive((await r.receive(i.start()))!))!)
        expect(error?.toString("hex")).toBe("03f5")
        expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.UnknownCredential })
    })
})

test("keys that cannot be stored are nobody's: the device says nothing of message_4", async () => {
    const device = { ...ports(), keep: async () => Promise.reject(new Error("memory")) }
    const hub = ports()
    const [i, r] = [await initiator({ ports: hub }), await responder({ ports: device })]
    const error = await r.receive((await i.receive((await r.receive(i.start()))!))!)
    expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.NotKept })
    await i.receive(error!)
    expect(i).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.PeerRefused })
    expect(hub.kept).toEqual([])
})

test("and so at the hub", async () => {
    const hub = { ...ports(), keep: async () => Promise.reject(new Error("disk")) }
    const [i, r] = [await initiator({ ports: hub }), await responder()]
    await i.receive((await r.receive((await i.receive((await r.receive(i.start()))!))!))!)
    expect(i).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.NotKept })
})

/** What reads as a message and is none. */
const MALFORMED = [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    EdhocRefusal.IdentifierForm,
    EdhocRefusal.CriticalEad,
    EdhocRefusal.TooMuchEad,
]
/**
 * By message: what an altered one can be refused for, at either end. What is only enciphered, as the name of the key is, comes out as anything when the
 * two ends saw different messages; only what is sealed can be called not authentic.
 */
const ALTERED: Record<number, number[]> = {
    2: [0, ...MALFORMED, EdhocRefusal.PeerKey, EdhocRefusal.UnknownCredential, EdhocRefusal.PeerRefused],
    3: [0, ...MALFORMED, EdhocRefusal.UnknownCredential, EdhocRefusal.NotAuthentic, EdhocRefusal.PeerRefused],
    4: [0, ...MALFORMED, EdhocRefusal.NotAuthentic, EdhocRefusal.PeerRefused],
}

describe("every bit of each message counts", () => {
    test.each([2, 3, 4])("message_%i", async number => {
        const reference = await messages()
        const reasons = new Set<number>()
        for (let bit = 0; bit < 8 * reference[number - 1].length; bit++) {
            const [hub, device] = [ports(), ports()]
            const [i, r] = [await initiator({ ports: hub }), await responder({ ports: device })]
            let message: Buffer | undefined = i.start()
            for (let n = 1; n <= 4 && message; n++) {
                if (n === number) {
                    message = Buffer.from(message)
                    message[bit >> 3] ^= 1 << (bit & 7)
                }
                message = await (n % 2 === 1 ? r : i).receive(message)
            }
            expect(hub.kept, `bit ${bit}`).toEqual([])
            // Who alters message_4 can keep the hub from knowing that the device is done, and nothing else.
            expect(device.kept, `bit ${bit}`).toHaveLength(number === 4 ? 1 : 0)
            expect([i.refusal, r.refusal].filter(refusal => refusal > 0).length, `bit ${bit}`).toBeGreaterThan(0)
            reasons.add(i.refusal).add(r.refusal)
        }
        for (const reason of reasons) expect(ALTERED[number]).toContain(reason)
        expect(reasons).toContain(number === 2 ? EdhocRefusal.UnknownCredential : EdhocRefusal.NotAuthentic)
    })

    test("message_1: a bit of the hub's identifier, method, suite or key", async () => {
        const [first] = await messages()
        for (let bit = 0; bit < 8 * first.length; bit++) {
            const [hub, device] = [ports(), ports()]
            const [i, r] = [await initiator({ ports: hub }), await responder({ ports: device })]
            const altered = Buffer.from(i.start())
            altered[bit >> 3] ^= 1 << (bit & 7)
            const second = await r.receive(altered)
            const third = second && (await i.receive(second))
            if (third) await r.receive(third)
            expect([...hub.kept, ...device.kept], `bit ${bit}`).toEqual([])
        }
    })
})

/** Those of a session that ends well. */
async function messages(): Promise<Buffer[]> {
    const [i, r] = [await initiator(), await responder()]
    const first = i.start()
    const second = (await r.receive(first))!
    const third = (await i.receive(second))!
    return [first, second, third, (await r.receive(third))!]
}

describe("negotiation of suites (RFC 9528 §6.3)", () => {
    const unlike = (number: number): CipherSuite => ({ ...SUITE_4, number })

    test("a hub that prefers what the device has not is told, and takes what both have", async () => {
        const refused = await initiator({ suites: BOTH_SUITES })
        const first = await responder({ suite: SUITE_5 })
        const error = await first.receive(refused.start())
        expect(error?.toString("hex")).toBe("0205")
        expect(first).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.WrongSuite })
        await refused.receive(error!)
        expect(refused.suitesOfResponder).toEqual([5])
        expect(suiteAfter(BOTH_SUITES, 0, refused.suitesOfResponder)).toEqual({ index: 1, refusal: 0 })
        const hub = ports()
        const second = await initiator({ suites: BOTH_SUITES, selected: 1, seed: "again", ports: hub })
        const device = await responder({ suite: SUITE_5 })
        expect(second.start().subarray(0, 4).toString("hex")).toBe("04820405")
        await second.receive((await device.receive((await second.receive((await device.receive(second.sent))!))!))!)
        expect(hub.kept).toHaveLength(1)
    })

    test("a forged error message leads to no weaker suite: the device sees that a better one was offered", async () => {
        expect(suiteAfter(BOTH_SUITES, 0, [5])).toEqual({ index: 1, refusal: 0 })
        const i = await initiator({ suites: BOTH_SUITES, selected: 1 })
        const r = await responder({ suite: SUITE_4 })
        expect((await r.receive(i.start()))?.toString("hex")).toBe("0204")
        expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.WrongSuite })
    })

    test("who takes the better one out of the list is found out: the two ends have different transcripts", async () => {
        for (let n = 0; n < 20; n++) {
            const device = ports()
            const i = await initiator({ suites: BOTH_SUITES, selected: 1, seed: `i${n}` })
            const r = await responder({ suite: SUITE_5, seed: `r${n}`, ports: device })
            const second = await r.receive(message1([SUITE_5], i.start().subarray(6, 38), C_I))
            const third = (await i.receive(second!))!
            if (i.refusal !== 0) expect(MALFORMED).toContain(i.refusal)
            else {
                await r.receive(third)
                expect([...MALFORMED, EdhocRefusal.UnknownCredential]).toContain(r.refusal)
            }
            expect(device.kept).toEqual([])
        }
    })

    test("what leads nowhere is said", () => {
        expect(suiteAfter(BOTH_SUITES, 0, [2, 3])).toEqual({ index: 0, refusal: EdhocRefusal.NoCommonSuite })
        expect(suiteAfter(BOTH_SUITES, 0, [])).toEqual({ index: 0, refusal: EdhocRefusal.NoCommonSuite })
        expect(suiteAfter(BOTH_SUITES, 1, [5])).toEqual({ index: 1, refusal: EdhocRefusal.NegotiationLoop })
        expect(suiteAfter(BOTH_SUITES, 1, [4, 5])).toEqual({ index: 0, refusal: 0 })
    })

    test("eight suites are read, nine are not", async () => {
        const others = [10, 11, 12, 13, 14, 15, 16, 17].map(unlike)
        for (const [suites, refusal] of [
            [[...others.slice(1), SUITE_4], 0],
            [[...others, SUITE_4], EdhocRefusal.TooManySuites],
        ] as const) {
            const i = await initiator({ suites, selected: suites.length - 1 })
            const r = await responder()
            await r.receive(i.start())
            expect(r.refusal).toBe(refusal)
        }
    })
})

test("an end that has chosen the other's identifier is refused; the device takes its second", async () => {
    const device = ports()
    const i = await initiator({ connectionId: C_R[0] })
    const r = await responder({ ports: device })
    await r.receive((await i.receive((await r.receive(i.start()))!))!)
    expect(device.kept[0]).toMatchObject({ senderId: C_R[0], recipientId: C_R[1] })

    const careless = await responder({ connectionIds: [C_I, C_I] })
    const honest = await initiator()
    await honest.receive((await careless.receive(honest.start()))!)
    expect(honest).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.SameIdentifier })
})

describe("error messages", () => {
    test.each([
        ["0165687561", true],
        ["0118", false],
        ["0200", true],
        ["02820405", true],
        ["028104", false],
        ["03f5", true],
        ["03f4", false],
        ["03", false],
        ["00", true],
        ["1863", true],
        ["03f500", false],
    ])("%s: well-formed? %s", (digits, wellFormed) => {
        const bytes = Buffer.from(digits, "hex")
        expect(readErrorMessage(digits === "0165687561" ? errorMessage(211, SUITE_4) : bytes).wellFormed).toBe(
            wellFormed,
        )
    })

    test.each(["00", "03f5", "0205", "0118"])("%s ends the hub's session, and nothing is answered", async digits => {
        const i = await initiator()
        i.start()
        expect(await i.receive(Buffer.from(digits, "hex"))).toBeUndefined()
        expect(i).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.PeerRefused })
    })

    test.each(["00", "03f5", "0205", "03", "20", "0118"])(
        "%s ends the device's session, as any integer does that is no method",
        async digits => {
            const [i, r] = [await initiator(), await responder()]
            await r.receive(i.start())
            expect(await r.receive(Buffer.from(digits, "hex"))).toBeUndefined()
            expect(r).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.PeerRefused })
        },
    )

    test.each(["04", "0404", "04ff"])("%s, which begins as a message_1, does not", async digits => {
        const [i, r] = [await initiator(), await responder()]
        const second = await r.receive(i.start())
        expect(await r.receive(Buffer.from(digits, "hex"))).toBeUndefined()
        expect(await r.receive((await i.receive(second!))!)).toBeDefined()
        expect(r).toMatchObject({ state: EdhocState.Done, refusal: 0 })
    })

    test("one ends the device's session; a message_1 of somebody else does not", async () => {
        const [i, r] = [await initiator(), await responder()]
        const second = await r.receive(i.start())
        const stranger = await initiator({ seed: "stranger" })
        expect(await r.receive(stranger.start())).toBeUndefined()
        expect(r.state).toBe(EdhocState.WaitMessage3)
        expect(await r.receive((await i.receive(second!))!)).toBeDefined()

        const [j, s] = [await initiator(), await responder()]
        await s.receive(j.start())
        expect(await s.receive(Buffer.from("03f5", "hex"))).toBeUndefined()
        expect(s).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.PeerRefused })
    })
})

describe("states", () => {
    test("each that is no end can lead to Done and to Aborted, and an end leads nowhere", () => {
        const reach = (from: EdhocState): Set<EdhocState> => {
            const found = new Set([from])
            for (const state of found) for (const [a, b] of STEPS) if (a === state) found.add(b)
            return found
        }
        for (const state of [0, 1, 2, 3, 4]) {
            expect(reach(state)).toContain(EdhocState.Done)
            expect(STEPS).toContainEqual([state, EdhocState.Aborted])
        }
        for (const state of [EdhocState.Done, EdhocState.Aborted]) expect([...reach(state)]).toEqual([state])
    })

    test("a hub that has not begun waits for nothing", async () => {
        const i = await initiator()
        await i.receive(byteString(Buffer.alloc(40)))
        expect(i).toMatchObject({ ...NO_KEYS, refusal: EdhocRefusal.Unexpected })
    })

    test("a session begins once", async () => {
        const i = await initiator()
        i.start()
        expect(() => i.start()).toThrow("no step leads from state 1 to 1")
    })
})
