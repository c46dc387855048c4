/** What two ends do with each other once they are paired. */
import { describe, expect, test } from "vitest"
import { Event, Let, Refused } from "../../../../src/core/eventlog/event"
import { Place, Role } from "../../../../src/core/owner/rights"
import { CoapCode } from "../../../../src/core/session/coap-message"
import { readMessage } from "../../../../src/core/session/coap-reader"
import { writeMessage } from "../../../../src/core/session/coap-writer"
import { Standing } from "../../../../src/core/session/device/household"
import { newRequest } from "../../../../src/core/session/hub/hub-session"
import { KudosRefusal } from "../../../../src/core/session/kudos/refusal"
import { SessionRefusal } from "../../../../src/core/session/refusal"
import { invited, LABEL, owned, TestDevice, TestHub } from "./home"

const UNAUTHORIZED = { refusal: SessionRefusal.NotProtected, hint: CoapCode.Unauthorized }

describe("whoever is paired", () => {
    test("is served under their keys, with their role, and nobody else reads it", async () => {
        const frames: Buffer[] = []
        const { device, owner } = await owned()
        owner.wire = async (frame, deliver) => {
            const answer = await deliver(frame)
            frames.push(frame, answer!)
            return answer
        }
        const answer = await owner.post("echo", "shut the gas")
        expect(answer).toMatchObject({ refusal: 0, response: { code: CoapCode.Changed } })
        expect(answer.response!.payload.toString()).toBe("shut the gas")
        expect(device.served.at(-1)).toEqual({
            who: 0,
            role: Role.Owner,
            from: Place.Inside,
            path: "echo",
            payload: "shut the gas",
        })
        expect(frames).toHaveLength(2)
        for (const frame of frames) for (const plain of ["shut", "echo"]) expect(frame.includes(plain)).toBe(false)
    })

    test("is the only one: what has no session is told so, and reaches nobody", async () => {
        const { device } = await owned()
        const served = device.served.length
        for (const path of ["echo", "people", "people/invite", "me", ".well-known/core", ""]) {
            const frame = writeMessage(newRequest(1, CoapCode.Post, path.split("/"), Buffer.from([0])))
            expect(readMessage((await device.receive(frame))!).message).toMatchObject({ code: CoapCode.Unauthorized })
        }
        expect(device.served).toHaveLength(served)
    })

    test("has one answer to one request, however often it comes", async () => {
        const { device, owner } = await owned()
        const served = device.served.length
        const answers: string[] = []
        owner.wire = async (frame, deliver) => {
            for (let i = 0; i < 3; i++) answers.push((await deliver(frame))!.toString("hex"))
            return await deliver(frame)
        }
        await owner.post("echo", "once")
        expect(new Set(answers).size).toBe(1)
        expect(device.served).toHaveLength(served + 1)
    })

    test("has that answer although a stranger has said something since, or it comes twice at a time", async () => {
        const { device, owner } = await owned()
        const served = device.served.length
        owner.wire = async (frame, deliver) => {
            const answers = await Promise.all([deliver(frame), deliver(frame)])
            const forged = Buffer.from(frame)
            forged[forged.length - 1] ^= 1
            expect(readMessage((await deliver(forged))!).message!.payload).toHaveLength(0)
            answers.push(await deliver(frame))
            const said = answers.filter(answer => answer !== undefined).map(answer => answer.toString("hex"))
            expect(new Set(said).size).toBe(1)
            return answers.at(-1)
        }
        expect((await owner.post("echo", "once")).response!.payload.toString()).toBe("once")
        expect(device.served).toHaveLength(served + 1)
    })

    test("cannot be played back later", async () => {
        const { device, owner } = await owned()
        let recorded: Buffer | undefined
        // So that the number of what is recorded does not come again under the next keys.
        await owner.post("echo", "before")
        owner.wire = async (frame, deliver) => {
            recorded = frame
            return await deliver(frame)
        }
        await owner.post("echo", "open")
        const yesterday = recorded!
        await owner.post("echo", "shut")
        const served = device.served.length
        const answer = readMessage((await device.receive(yesterday))!).message
        expect(answer).toMatchObject({ code: CoapCode.Unauthorized })
        expect(device.log.at(-1)).toEqual({
            event: Event.Refusal,
            cause: Refused.Session,
            detail: SessionRefusal.Replayed,
        })
        await device.start()
        expect(readMessage((await device.receive(yesterday))!).message).toMatchObject({ code: CoapCode.Unauthorized })
        expect(device.log.at(-1)!.detail).toBe(SessionRefusal.KeysWanted)
        await owner.session.connect()
        await owner.post("echo", "still here")
        expect(readMessage((await device.receive(yesterday))!).message).toMatchObject({ code: CoapCode.BadRequest })
        expect(device.log.at(-1)!.detail).toBe(SessionRefusal.Authentication)
        expect(device.served.slice(served).map(({ payload }) => payload)).toEqual(["still here"])
    })
})

describe("a start", () => {
    test("of the device asks for new keys, and under these it goes on", async () => {
        const { device, owner } = await owned()
        await device.start()
        expect(await owner.post("echo", "lost")).toEqual(UNAUTHORIZED)
        expect(await owner.session.connect()).toMatchObject({ refusal: 0 })
        expect((await owner.post("echo", "found")).response!.payload.toString()).toBe("found")
        expect(owner.session.epoch()).toBe(1)
        expect(device.served.map(({ payload }) => payload)).toEqual(["hello", "found"])
    })

    test("of the hub says nothing under keys of before", async () => {
        const { device, owner } = await owned()
        await owner.start()
        expect(await owner.post("echo", "too early")).toEqual({ refusal: SessionRefusal.KeysWanted })
        await owner.session.connect()
        expect((await owner.post("echo", "now")).response!.payload.toString()).toBe("now")
        expect(device.served.map(({ payload }) => payload)).toEqual(["hello", "now"])
    })

    test("of both, with an answer lost in between, leads to the same keys", async () => {
        const { device, owner } = await owned()
        owner.wire = async (frame, deliver) => {
            await deliver(frame)
            return undefined
        }
        expect(await owner.session.connect()).toEqual({ refusal: SessionRefusal.NoAnswer })
        await device.start()
        await owner.start()
        owner.wire = async (frame, deliver) => await deliver(frame)
        expect(await owner.session.connect()).toMatchObject({ refusal: 0 })
        expect((await owner.post("echo", "again")).response!.payload.toString()).toBe("again")
    })

    test("is survived by the people that are known, and by nothing else", async () => {
        const { device, owner } = await owned()
        const guest = await invited(device, owner, Role.Guest, "guest")
        await device.start()
        for (const hub of [owner, guest]) {
            await hub.session.connect()
            expect((await hub.post("echo", hub.seed)).refusal).toBe(0)
        }
        expect(device.served.slice(-2).map(({ who, role }) => [who, role])).toEqual([
            [0, Role.Owner],
            [1, Role.Guest],
        ])
    })
})

describe("people", () => {
    test("come by an invitation of the owner's, once, each with the role it says", async () => {
        const { device, owner } = await owned()
        const invitation = (await owner.post("people/invite", Buffer.from([Role.Family]))).response!.payload
        expect(invitation).toHaveLength(17)
        const standing: Standing = Standing.ByInvitation + invitation[0]
        await device.pairing.prepare()
        device.pairing.touched()
        const family = await new TestHub("family", device).start()
        expect(await family.pair(invitation.subarray(1), standing)).toMatchObject({ refusal: 0 })
        expect((await family.post("echo", "hi")).refusal).toBe(0)
        expect(device.served.at(-1)).toMatchObject({ who: 1, role: Role.Family })
        expect(device.log.filter(({ event }) => event === Event.Credential).map(({ cause }) => cause)).toEqual([
            Let.In,
            Let.Invited,
            Let.In,
            Let.Known,
        ])
        await device.pairing.prepare()
        const thief = await new TestHub("thief", device).start()
        expect(await thief.pair(invitation.subarray(1), standing)).not.toMatchObject({ refusal: 0 })
        expect(thief.session.exists()).toBe(false)
    })

    test("of two with the same invitation, whoever is heard of first is known, and the other is nobody", async () => {
        const { device, owner } = await owned()
        const invitation = (await owner.post("people/invite", Buffer.from([Role.Child]))).response!.payload
        const hubs: TestHub[] = []
        for (const seed of ["first", "second"]) {
            await device.pairing.prepare()
            device.pairing.touched()
            const hub = await new TestHub(seed, device).start()
            expect((await hub.pair(invitation.subarray(1), Standing.ByInvitation + invitation[0])).refusal).toBe(0)
            hubs.push(hub)
        }
        const [first, second] = hubs
        expect(await first.post("echo", "me")).toMatchObject({ refusal: 0 })
        expect(await second.post("echo", "no, me")).toEqual(UNAUTHORIZED)
        expect(device.household.count()).toBe(2)
    })

    test("are listed to whoever may know, and told apart from who asks", async () => {
        const { device, owner } = await owned()
        const guest = await invited(device, owner, Role.Guest, "guest")
        const list = await owner.session.request(CoapCode.Get, ["people"], Buffer.alloc(0))
        expect([...list.response!.payload]).toEqual([0, Role.Owner, 1, Role.Guest, 0, 255])
        const refused = await guest.session.request(CoapCode.Get, ["people"], Buffer.alloc(0))
        expect(refused.response).toMatchObject({ code: CoapCode.Forbidden, payload: Buffer.alloc(0) })
        expect((await guest.post("people/invite", Buffer.from([Role.Owner]))).response!.code).toBe(CoapCode.Forbidden)
    })

    test("that are removed are nobody from then on, whatever keys they have", async () => {
        const { device, owner } = await owned()
        const guest = await invited(device, owner, Role.Guest, "guest")
        expect((await owner.post("people/remove", Buffer.from([1]))).response!.code).toBe(CoapCode.Deleted)
        const served = device.served.length
        expect(await guest.post("echo", "me")).toEqual(UNAUTHORIZED)
        expect(await guest.session.connect()).toEqual(UNAUTHORIZED)
        await device.start()
        expect(await guest.session.connect()).toEqual(UNAUTHORIZED)
        expect(device.served).toHaveLength(served)
        expect([...device.store.records.keys()].filter(name => name.startsWith("session1"))).toEqual([])
    })

    test("can take themselves out; the last owner cannot", async () => {
        const { device, owner } = await owned()
        const guest = await invited(device, owner, Role.Guest, "guest")
        const gone = await guest.session.request(CoapCode.Delete, ["me"], Buffer.alloc(0))
        expect(gone.response!.code).toBe(CoapCode.Deleted)
        expect(await guest.post("echo", "me")).toEqual(UNAUTHORIZED)
        const stays = await owner.session.request(CoapCode.Delete, ["me"], Buffer.alloc(0))
        expect(stays.response!.code).toBe(CoapCode.Forbidden)
        expect((await owner.post("people/remove", Buffer.from([7]))).response!.code).toBe(CoapCode.NotFound)
    })

    test("more than are held in memory take turns, each after an update of its keys", async () => {
        const { device, owner } = await owned()
        const hubs = [owner]
        for (const seed of ["a", "b"]) hubs.push(await invited(device, owner, Role.Family, seed))
        for (let round = 0; round < 2; round++)
            for (const hub of hubs) {
                const first = await hub.post("echo", "x")
                if (first.refusal !== 0) {
                    expect(first).toEqual(UNAUTHORIZED)
                    expect((await hub.session.connect()).refusal).toBe(0)
                    expect((await hub.post("echo", "x")).refusal).toBe(0)
                }
            }
        expect(device.served.slice(-3).map(({ who }) => who)).toEqual([0, 1, 2])
    })
})

describe("whoever has no keys", () => {
    test("does not drive out of memory the session of somebody who has", async () => {
        const { device, owner } = await owned()
        for (const seed of ["a", "b"]) await invited(device, owner, Role.Family, seed)
        expect((await owner.post("echo", "in memory")).refusal).toBe(0)
        for (const place of [1, 2]) {
            const forged = writeMessage({
                ...newRequest(place, CoapCode.Post, [], Buffer.alloc(40)),
                options: [{ number: 9, value: Buffer.from([0x09, 0, place]) }],
            })
            expect(readMessage((await device.receive(forged))!).message).toMatchObject({ options: [] })
            expect(device.log.at(-1)).toMatchObject({ event: Event.Refusal, cause: Refused.Session })
        }
        expect((await owner.post("echo", "still")).refusal).toBe(0)
    })

    test("is in the log, if they are answered at all", async () => {
        const { device } = await owned()
        const plain = newRequest(1, CoapCode.Post, ["echo"], Buffer.from("let me in"))
        const critical = { ...plain, options: [{ number: 13, value: Buffer.alloc(0) }] }
        for (const [message, detail, code] of [
            [plain, SessionRefusal.NotProtected, CoapCode.Unauthorized],
            [critical, SessionRefusal.BadOption, CoapCode.BadOption],
        ] as const) {
            const entries = device.log.length
            expect(readMessage((await device.receive(writeMessage(message)))!).message).toMatchObject({ code })
            expect(device.log.slice(entries)).toEqual([{ event: Event.Refusal, cause: Refused.Session, detail }])
        }
    })
})

describe("what cannot be served", () => {
    test("is told under the same keys: no such resource, not by that method, nothing that may be done", async () => {
        const { owner } = await owned()
        expect((await owner.post("nothing")).response!.code).toBe(CoapCode.NotFound)
        expect((await owner.post("people")).response!.code).toBe(CoapCode.NotAllowed)
        expect((await owner.post("people/invite", Buffer.from([9]))).response!.code).toBe(CoapCode.BadRequest)
        expect((await owner.post("people/remove", "no place")).response!.code).toBe(CoapCode.BadRequest)
    })

    test("is not told by what the device has said before: new keys are no answer to what is asked next", async () => {
        const { device, owner } = await owned()
        let said: Buffer | undefined
        owner.wire = async (frame, deliver) => {
            said = await deliver(frame)
            return said
        }
        expect((await owner.session.connect()).refusal).toBe(0)
        const served = device.served.length
        owner.wire = async frame => {
            const [answer, asked] = [readMessage(said!).message!, readMessage(frame).message!]
            return writeMessage({ ...answer, messageId: asked.messageId, token: asked.token })
        }
        expect(await owner.post("echo", "shut the gas")).toEqual({ refusal: SessionRefusal.Authentication })
        expect(device.served).toHaveLength(served)
    })

    test("under foreign keys is nobody's", async () => {
        const { device } = await owned()
        const { owner: stranger } = await owned("elsewhere")
        stranger.wire = async frame => await device.receive(frame)
        const served = device.served.length
        expect(await stranger.post("echo", "mine?")).toMatchObject({ hint: CoapCode.BadRequest })
        expect(await stranger.session.connect()).toMatchObject({ hint: CoapCode.Unauthorized })
        expect(device.log.slice(-2).map(({ detail }) => detail)).toEqual([
            SessionRefusal.Authentication,
            KudosRefusal.NotAuthentic,
        ])
        expect(device.served).toHaveLength(served)
    })

    test("more than two that wait are let fall", async () => {
        const { device, owner } = await owned()
        const frames: Buffer[] = []
        owner.wire = async frame => {
            frames.push(frame)
            return undefined
        }
        for (let i = 0; i < 5; i++) await owner.post("echo", `${i}`)
        const answers = await Promise.all(frames.map(async frame => await device.receive(frame)))
        expect(answers.map(answer => answer !== undefined)).toEqual([true, true, false, false, false])
        expect(device.served.slice(-2).map(({ payload }) => payload)).toEqual(["0", "1"])
    })
})

test("a label alone opens nothing: it takes somebody at the device", async () => {
    const device = await new TestDevice().start()
    const hub = await new TestHub("hub", device).start()
    expect(await hub.pair(LABEL)).toMatchObject({ hint: `refusal ${SessionRefusal.NobodyThere}` })
})
