import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import { Event, Let, Refused } from "../../eventlog/event"
import { MOST_PEOPLE } from "../../owner/owner-records"
import type { Place } from "../../owner/rights"
import type { Log } from "../../ports"
import { Turns } from "../../store/turns"
import { answerCode, responseTo } from "../answers"
import { CoapCode, type CoapMessage, isRequest } from "../coap-message"
import { readMessage } from "../coap-reader"
import { writeMessage } from "../coap-writer"
import { protectResponse } from "../protect"
import { SessionRefusal } from "../refusal"
import type { SessionKeys } from "../session-keys"
import type { SessionPorts } from "../session-ports"
import { readProtection, same } from "../unprotect"
import { DeviceSession, refused, type TakenRequest } from "./device-session"
import type { Household, Standing } from "./household"
import { OTHER_ID, type Pairing } from "./pairing"
import { type Asker, bare, pathOf, type Reply } from "./requests"

/** So many messages are worked on or wait. The rest are let fall: who sent them asks again. */
export const MOST_WAITING = 2
/** Longest payload of a response in bytes: with all that stands around it, it fits a message. */
export const MOST_PAYLOAD = 180

const PAIRING_PATH = ".well-known/edhoc"

export interface ServerPorts extends SessionPorts {
    readonly log: Log
    /** Serves what a person asks for. Nothing comes here that no known person has sealed. What it throws, `receive` does. */
    serve(request: CoapMessage, asker: Asker): Promise<Reply>
}

/**
 * The device's end of all sessions: frames in, frames out. Pairing goes on beside the rest, since it takes seconds; of the rest, one message is opened at a
 * time, and what it asks for is done beside the others.
 */
export class SessionServer {
    private readonly ports: ServerPorts
    private readonly household: Household
    private readonly turns: Turns
    /** The two sessions that are held in memory, by when they were used. The next one takes the place of the older, whose hub then has to update its keys. */
    private recent: DeviceSession | undefined
    private older: DeviceSession | undefined
    private waiting = 0
    /** What somebody known said last, and what it was answered: the same again, if it comes again (RFC 7252 §4.5). Nothing, while it is worked on. */
    private lastFrame: Buffer = Buffer.alloc(0)
    private lastAnswer: Buffer | undefined
    /** Set once, before anything is received. */
    pairing!: Pairing

    constructor(ports: ServerPorts, household: Household) {
        this.ports = ports
        this.household = household
        this.turns = new Turns(ports.pause)
    }

    /** Forgets the keys of those who are not there any more, as far as that was cut short. To be called before all else. @throws StoreError */
    async load(): Promise<void> {
        for (let place = 0; place < MOST_PEOPLE; place++) if (!this.household.isTaken(place)) await this.drop(place)
    }

    /**
     * Of a pairing that has succeeded: keys first, then who has them; at no time who was there before.
     * @throws StoreError, and Error if the way in was used up while the pairing went on
     */
    async keep(place: number, keys: SessionKeys, standing: Standing): Promise<void> {
        const { household, ports } = this
        await this.turns.take()
        try {
            if (!household.admits(place, standing)) throw new Error(`pairing: place ${place} is not free any more`)
            await household.vacate(place)
            const session = await this.sessionOf(place)
            await session.adopt(keys)
            await ports.pause()
            this.hold(session)
            ports.log.record(Event.Credential, Let.In, await household.admit(place, standing))
        } finally {
            this.turns.end()
        }
    }

    /** Forgets the keys of a place, if it has any. @throws StoreError */
    async forget(place: number): Promise<void> {
        await this.turns.take()
        try {
            await this.drop(place)
        } finally {
            this.turns.end()
        }
    }

    private async drop(place: number): Promise<void> {
        const session = await this.sessionOf(place)
        if (session.exists()) await session.forget()
    }

    /**
     * Takes a frame that anybody may have sent.
     * @param from where they are, if they are who they say
     * @returns the frame that answers it; undefined if none does
     * @throws StoreError, what `serve` throws
     */
    async receive(frame: Buffer, from: Place): Promise<Buffer | undefined> {
        const { refusal, message } = readMessage(frame)
        if (!message || !isRequest(message.code)) return undefined
        if (refusal !== SessionRefusal.None)
            return answerCode(refusal) === CoapCode.Empty ? undefined : this.refuse(message, refusal)
        if (readProtection(message).refusal === SessionRefusal.NotProtected)
            return pathOf(message) === PAIRING_PATH
                ? await this.pair(message)
                : this.refuse(message, SessionRefusal.NotProtected)
        if (same(frame, this.lastFrame)) return this.lastAnswer
        if (this.waiting >= MOST_WAITING) return undefined
        this.waiting++
        try {
            return await this.take(copyOf(frame), message, from)
        } finally {
            this.waiting--
        }
    }

    private async take(frame: Buffer, message: CoapMessage, from: Place): Promise<Buffer | undefined> {
        let taken: TakenRequest
        await this.ports.pause()
        await this.turns.take()
        try {
            // It has come again while it waited.
            if (same(frame, this.lastFrame)) return this.lastAnswer
            taken = await this.open(message)
            if (taken.context) {
                this.lastFrame = frame
                this.lastAnswer = undefined
            }
        } finally {
            this.turns.end()
        }
        await this.ports.pause()
        const answer = await this.answer(message, taken, from)
        if (this.lastFrame === frame) this.lastAnswer = answer
        return answer
    }

    private async answer(request: CoapMessage, taken: TakenRequest, from: Place): Promise<Buffer | undefined> {
        const { refusal, context, exchange, message, who, role } = taken
        if (taken.answer) return writeMessage(taken.answer)
        if (!context || !exchange || who === undefined || role === undefined) return this.refuse(request, refusal)
        // What is asked for may take seconds: others have their turn meanwhile.
        const reply = message
            ? await this.ports.serve(message, { who, role, from })
            : bare(answerCode(refusal) || CoapCode.BadRequest)
        await this.ports.pause()
        const { code, payload } = reply.payload.length > MOST_PAYLOAD ? bare(CoapCode.ServerError) : reply
        const response = responseTo(request, code, payload)
        const sealed = await protectResponse(context, exchange, response, this.ports.pause)
        return sealed.message && writeMessage(sealed.message)
    }

    /** Finds out whose a message is, and what it says. */
    private async open(message: CoapMessage): Promise<TakenRequest> {
        const { household, ports } = this
        const fields = readProtection(message)
        const { kid } = fields
        const who = kid && kid.length === 1 ? kid[0] & ~OTHER_ID : MOST_PEOPLE
        if (fields.refusal !== SessionRefusal.None) return refused(fields.refusal)
        if (!household.isTaken(who)) return refused(SessionRefusal.ContextUnknown)
        const session = await this.sessionOf(who)
        const taken = await session.receive(message, fields)
        if (!taken.context) return taken
        this.hold(session)
        const wasKnown = household.roleOf(who) !== undefined
        const role = await household.confirm(who)
        if (role === undefined) {
            await this.drop(who)
            return refused(SessionRefusal.NobodyKnown)
        }
        if (!wasKnown) {
            ports.log.record(household.count() === 1 ? Event.Pairing : Event.Credential, Let.Known, role)
            await this.load()
        }
        taken.who = who
        taken.role = role
        return taken
    }

    private async pair(message: CoapMessage): Promise<Buffer | undefined> {
        const { pause } = this.ports
        await pause()
        const { refusal, message: reply } = await this.pairing.receive(message.payload)
        await pause()
        if (reply.length === 0) return undefined
        const code = refusal === 0 ? CoapCode.Changed : CoapCode.BadRequest
        return writeMessage(responseTo(message, code, reply))
    }

    /** Whoever sent it can read an answer, though nobody can believe it. */
    private refuse(message: CoapMessage, refusal: number): Buffer {
        this.ports.log.record(Event.Refusal, Refused.Session, refusal)
        return writeMessage(responseTo(message, answerCode(refusal) || CoapCode.Unauthorized, hex``))
    }

    /** @throws StoreError */
    private async sessionOf(place: number): Promise<DeviceSession> {
        const { recent, older } = this
        if (recent && recent.place === place) return recent
        if (older && older.place === place) return older
        const session = new DeviceSession(this.ports, place)
        await session.load()
        return session
    }

    /** To be called of a session whose keys somebody has shown to have: whoever has none drives nobody out of memory. */
    private hold(session: DeviceSession): void {
        if (session === this.recent) return
        this.older = this.recent
        this.recent = session
    }
}
