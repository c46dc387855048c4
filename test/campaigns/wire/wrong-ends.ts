/**
 * Ends that are wrong on purpose: for each, one rule of src/core/session is not kept, and the campaign has to notice. They are put together from what is
 * right: a method in the place of another, or a port that says something else.
 */
import { Event } from "../../../src/core/eventlog/event"
import { MOST_PEOPLE } from "../../../src/core/owner/owner-records"
import type { DeviceSession } from "../../../src/core/session/device/device-session"
import { Standing } from "../../../src/core/session/device/household"
import type { CipherSuite } from "../../../src/core/session/edhoc/suites"
import { type KudosEnd, type KudosMessage, type KudosStep, keysInForce } from "../../../src/core/session/kudos/end"
import type { KudosRecord } from "../../../src/core/session/kudos/record"
import type { SecurityContext } from "../../../src/core/session/security-context"
import { SenderSequence } from "../../../src/core/session/sender-sequence"
import type { SessionKeys } from "../../../src/core/session/session-keys"
import { contextOf, type SessionPorts } from "../../../src/core/session/session-ports"
import type { TestHub } from "../../core/session/device/home"
import type { WireDevice } from "./ends"
import type { Wrong } from "./world"

/** What is private in a session, at either end. */
interface Inside {
    ports: SessionPorts
    context: SecurityContext | undefined
    kudos: InsideKudos
}

interface InsideKudos {
    record: KudosRecord | undefined
    confirm(verifies: (keys: SessionKeys) => Promise<boolean>): Promise<KudosStep>
    answer(record: KudosRecord, message: KudosMessage): Promise<unknown>
}

interface InsideServer {
    waiting: number
    sessionOf(place: number): Promise<DeviceSession>
    recent: DeviceSession | undefined
    older: DeviceSession | undefined
    forget(place: number): Promise<void>
}

interface InsidePairing {
    tries: number
    touchedMs: number | undefined
    session: object | undefined
    count(tries: number): Promise<void>
}

const serverOf = (device: WireDevice) => device.server as unknown as InsideServer
const pairingOf = (device: WireDevice) => device.pairing as unknown as InsidePairing
const insideOf = (session: object) => session as Inside

/** Does something to each session that the server loads. */
function eachSession(device: WireDevice, what: (session: DeviceSession) => void | Promise<void>): void {
    const server = serverOf(device)
    const { sessionOf } = server
    const known = new WeakSet<DeviceSession>()
    server.sessionOf = async place => {
        const session = await sessionOf.call(server, place)
        if (!known.has(session)) await what(session)
        known.add(session)
        return session
    }
}

/** Does something to a session's context before each message that it takes. */
function eachContext(device: WireDevice, what: (context: SecurityContext) => void): void {
    eachSession(device, session => {
        const { receive } = session
        session.receive = async (...args) => {
            const { context } = insideOf(session)
            if (context) what(context)
            return await receive.apply(session, args)
        }
    })
}

/** Puts the keys on record in force at a start, as if they had been made by it. */
async function keepInForce(session: object): Promise<void> {
    const inside = insideOf(session)
    const keys = keysInForce(inside.kudos as unknown as KudosEnd)?.keys
    if (keys) inside.context = await contextOf(inside.ports, keys, new SenderSequence(0))
}

/** By what is wrong. */
export const WRONG_ENDS: Readonly<Record<string, Wrong>> = {
    "the window admits the highest number again": {
        device: device =>
            eachContext(device, ({ window }) => {
                const inside = window as unknown as { highest: number }
                inside.highest--
            }),
    },
    "there is no window": {
        device: device =>
            eachContext(device, ({ window }) => {
                window.admits = () => true
                window.accept = () => true
            }),
    },
    "new keys are put in force by whatever comes": {
        device: device =>
            eachSession(device, session => {
                const { kudos } = insideOf(session)
                const { confirm } = kudos
                kudos.confirm = async verifies =>
                    await confirm.call(kudos, async keys => {
                        await verifies(keys)
                        return true
                    })
            }),
    },
    "another nonce is drawn for the same keys": {
        device: device =>
            eachSession(device, session => {
                const { kudos } = insideOf(session)
                const { answer } = kudos
                kudos.answer = async (record, message) =>
                    await answer.call(kudos, { ...record, ownNonce: Buffer.alloc(0) }, message)
            }),
    },
    "the number of an offer that was answered is forgotten": {
        device: device =>
            eachSession(device, session => {
                const { kudos } = insideOf(session)
                const { answer } = kudos
                kudos.answer = async (record, message) =>
                    await answer.call(kudos, { ...record, heard: 0, sent: 0 }, message)
            }),
    },
    "the device goes on under its keys after a start": { device: device => eachSession(device, keepInForce) },
    "a hub goes on under its keys after a start": {
        hub: ({ session }: TestHub) => {
            const inside = session as unknown as Inside
            const { request } = session
            session.request = async (...args) => {
                if (!inside.context) await keepInForce(session)
                return await request.apply(session, args)
            }
        },
    },
    "a hub begins with the number of its offer": {
        hub: ({ session }: TestHub) => {
            const { connect } = session
            session.connect = async () => {
                const answer = await connect.call(session)
                const { context } = session as unknown as Inside
                if (context) Object.assign(context, { sequence: new SenderSequence(0) })
                return answer
            }
        },
    },
    "a response is taken for any request": {
        seals: seals => ({
            ...seals,
            suite: {
                ...seals.suite,
                open: async (...args) => {
                    const aead = await seals.suite.open(...args)
                    const asked: [Buffer, Buffer][] = []
                    return {
                        seal: (...rest) => aead.seal(...rest),
                        open: async (nonce, data, sealed, pause) => {
                            asked.push([nonce, data])
                            for (const [nonce, data] of asked) {
                                const text = await aead.open(nonce, data, sealed, pause)
                                if (text) return text
                            }
                            return undefined
                        },
                    }
                },
            },
        }),
    },
    "the seal of a message is not looked at": {
        seals: seals => ({
            ...seals,
            suite: {
                ...seals.suite,
                open: async (...args) => {
                    const aead = await seals.suite.open(...args)
                    return {
                        seal: (...rest) => aead.seal(...rest),
                        // What a request without a seal would say.
                        open: async (...rest) =>
                            (await aead.open(...rest)) ?? Buffer.from("02b46563686fff616e7968696e67", "hex"),
                    }
                },
            },
        }),
    },
    "whoever names a place is taken for who is there": {
        device: device => {
            const server = serverOf(device)
            const rightly = new Map<DeviceSession, DeviceSession["receive"]>()
            eachSession(device, session => {
                const { receive } = session
                rightly.set(session, receive)
                session.receive = async (request, fields) => {
                    const taken = await receive.call(session, request, fields)
                    if (taken.context || fields.kudos) return taken
                    for (const other of [server.older, server.recent]) {
                        if (!other) continue
                        const kid = insideOf(other).context?.recipientId
                        const by = kid && (await rightly.get(other)!.call(other, request, { ...fields, kid }))
                        if (by?.context) return by
                    }
                    return taken
                }
            })
        },
    },
    "the label is good for ever": {
        device: ({ household }) => {
            const { admits, count } = household
            household.admits = (place, standing) =>
                standing === Standing.ByLabel
                    ? household.roleOf(place) === undefined
                    : admits.call(household, place, standing)
            // Who asks before there is a session is the pairing.
            household.count = () => 0
            household.free = () => {
                for (let place = 0; place < MOST_PEOPLE; place++) if (!household.isTaken(place)) return place
                return -1
            }
            const { confirm } = household
            household.confirm = async place => {
                const inside = household as unknown as { record: Buffer }
                const at = place * 2
                if (count.call(household) > 0 && inside.record[at + 1] === Standing.ByLabel)
                    inside.record[at + 1] = Standing.Known
                return await confirm.call(household, place)
            }
        },
    },
    "an invitation is not closed": {
        device: ({ household }) => {
            const inside = household as unknown as { record: Buffer }
            const { confirm } = household
            household.confirm = async place => {
                const before = Buffer.from(inside.record)
                const role = await confirm.call(household, place)
                before.copy(inside.record, MOST_PEOPLE * 2, MOST_PEOPLE * 2)
                return role
            }
        },
    },
    "a guess counts after it was looked at": {
        device: device => {
            const pairing = pairingOf(device)
            const { count } = pairing
            let isLooking = false
            pairing.count = async tries => {
                if (tries > 0 && !isLooking) {
                    isLooking = true
                    return
                }
                isLooking = false
                await count.call(pairing, tries)
            }
        },
    },
    "the proof of a pairing is not looked at": {
        device: device => {
            const suite = device.cipherSuite
            const open: CipherSuite["aead"]["open"] = async (...args) => {
                const aead = await suite.aead.open(...args)
                return {
                    seal: (...rest) => aead.seal(...rest),
                    open: async (...rest) => (await aead.open(...rest)) ?? Buffer.alloc(0),
                }
            }
            spoilCipherSuite(device, { ...suite, aead: { ...suite.aead, open } })
        },
    },
    "nobody needs to touch the device": {
        device: device =>
            Object.defineProperty(device.pairing, "touchedMs", { get: () => device.nowMs, set: () => {} }),
    },
    "keys of somebody who was removed are kept": {
        device: device => {
            serverOf(device).forget = async () => {}
        },
    },
    "as many wait as come": {
        device: device => Object.defineProperty(device.server, "waiting", { get: () => 0, set: () => {} }),
    },
    "a refusal is not taken down": {
        device: ({ log }) => {
            log.push = (...entries) => {
                const kept = entries.filter(({ event }) => event !== Event.Refusal)
                for (const entry of kept) log[log.length] = entry
                return log.length
            }
        },
    },
    "an answer says what is inside": {
        device: device => {
            const { receive } = device.server
            device.server.receive = async (...args) => {
                const answer = await receive.apply(device.server, args)
                const last = device.served.at(-1)
                return answer && last ? Buffer.concat([answer, Buffer.from(last.payload)]) : answer
            }
        },
    },
}

function spoilCipherSuite(device: WireDevice, suite: CipherSuite): void {
    const inside = device.pairing as unknown as { ports: { suite: CipherSuite } }
    inside.ports.suite = suite
}
