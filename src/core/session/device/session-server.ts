import { copyOf } from "../../crypto/copy-of"
import { Event, Let, Refused } from "../../eventlog/event"
import type { Place, Role } from "../../owner/rights"
import type { Log } from "../../ports"
import { Turns } from "../../store/turns"
import { answerCode, bareResponse } from "../answers"
import { CoapCode, type CoapMessage, isRequest } from "../coap-message"
import { readMessage } from "../coap-reader"
import { writeMessage } from "../coap-writer"
import { protectResponse } from "../protect"
import { SessionRefusal } from "../refusal"
import type { SessionKeys } from "../session-keys"
import type { SessionPorts } from "../session-ports"
import { readProtection, same } from "../unprotect"
import { DeviceSession, type TakenRequest } from "./device-session"
import { type Household, MOST_PEOPLE, type Standing } from "./household"
import { OTHER_ID, type Pairing } from "./pairing"
import { type Asker, bare, pathOf, type Reply } from "./resources"

/** So many messages are worked on or wait. The rest are let fall: who sent them asks again. */
export const MOST_WAITING = 2
/** So many sessions are held in memory. The next one takes the place of the one that was used longest ago, whose hub then has to update its keys. */
export const MOST_HELD = 2
/** Longest payload of a response in bytes: with all that stands around it, it fits a message. */
export const MOST_PAYLOAD = 180

const PAIRING_PATH = ".well-known/edhoc"

export interface ServerPorts extends SessionPorts {
    readonly log: Log
    /** Serves what a person asks for. Nothing comes here that no known person has sealed. What it throws, `receive` does. */
    serve(request: CoapMessage, asker: Asker): Promise<Reply>
}

/** A request, and from whom. */
interface TakenFrom extends TakenRequest {
    /** Their place, if they have one. */
    readonly who: number
    /** There if they are known. */
    readonly role?: Role
}

interface Held {
    readonly place: number
    readonly session: DeviceSession
}

/**
 * The device's end of all sessions: frames in, frames out. Pairing goes on beside the rest, since it takes seconds; of the rest, one message is opened at a
 * time, and what it asks for is done beside the others.
 */
export class SessionServer {
    private readonly ports: ServerPorts
    private readonly household: Household
    private readonly turns: Turns
    /** The one that was used last stands last. */
    private held: Held[] = []
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

    /** Forgets the keys of those who are not there any more, as far as that was cut short. @throws StoreError */
    async load(): Promise<void> {
        await this.turns.take()
        try {
            await this.tidy()
        } finally {
            this.turns.end()
        }
    }

    private async tidy(): Promise<void> {
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
            this.hold(place, session)
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
        this.held = this.others(place)
        const session = await this.loaded(place)
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
        let taken: TakenFrom
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

    private async answer(message: CoapMessage, taken: TakenFrom, from: Place): Promise<Buffer | undefined> {
        const { refusal, context, exchange, request, who, role } = taken
        if (taken.answer) return writeMessage(taken.answer)
        if (!context || !exchange || role === undefined) return this.refuse(message, refusal)
        // What is asked for may take seconds: others have their turn meanwhile.
        const reply = request
            ? await this.ports.serve(request, { who, role, from })
            : bare(answerCode(refusal) || CoapCode.BadRequest)
        const response = replyTo(message, reply.payload.length > MOST_PAYLOAD ? bare(CoapCode.ServerError) : reply)
        const sealed = await protectResponse(context, exchange, response, this.ports.pause)
        return sealed.message && writeMessage(sealed.message)
    }

    /** Finds out whose a message is, and what it says. */
    private async open(message: CoapMessage): Promise<TakenFrom> {
        const { household, ports } = this
        const fields = readProtection(message)
        const { kid } = fields
        const who = kid && kid.length === 1 ? kid[0] & ~OTHER_ID : MOST_PEOPLE
        if (fields.refusal !== SessionRefusal.None) return { refusal: fields.refusal, who }
        if (!household.isTaken(who)) return { refusal: SessionRefusal.ContextUnknown, who }
        const session = await this.sessionOf(who)
        const taken = await session.receive(message, fields)
        if (!taken.context) return { refusal: taken.refusal, who }
        this.hold(who, session)
        const wasKnown = household.roleOf(who) !== undefined
        const role = await household.confirm(who)
        if (role === undefined) {
            await this.drop(who)
            return { refusal: SessionRefusal.NobodyKnown, who }
        }
        if (!wasKnown) {
            ports.log.record(household.count() === 1 ? Event.Pairing : Event.Credential, Let.Known, role)
            await this.tidy()
        }
        const { refusal, context, exchange, request, answer } = taken
        return { refusal, context, exchange, request, answer, who, role }
    }

    private async pair(message: CoapMessage): Promise<Buffer | undefined> {
        const { pause } = this.ports
        await pause()
        const { refusal, message: reply } = await this.pairing.receive(message.payload)
        await pause()
        if (reply.length === 0) return undefined
        const code = refusal === 0 ? CoapCode.Changed : CoapCode.BadRequest
        return writeMessage(replyTo(message, { code, payload: reply }))
    }

    /** Whoever sent it can read an answer, though nobody can believe it. */
    private refuse(message: CoapMessage, refusal: number): Buffer {
        this.ports.log.record(Event.Refusal, Refused.Session, refusal)
        return writeMessage(bareResponse(message, answerCode(refusal) || CoapCode.Unauthorized))
    }

    /** @throws StoreError */
    private async sessionOf(place: number): Promise<DeviceSession> {
        for (const one of this.held) if (one.place === place) return one.session
        return await this.loaded(place)
    }

    /** Of a place whose keys somebody has: whoever has none drives nobody out of memory. */
    private hold(place: number, session: DeviceSession): void {
        const others = this.others(place)
        if (others.length === MOST_HELD) others.shift()
        others.push({ place, session })
        this.held = others
    }

    /** What is held of all other places. */
    private others(place: number): Held[] {
        const others: Held[] = []
        for (const one of this.held) if (one.place !== place) others.push(one)
        return others
    }

    /** @throws StoreError */
    private async loaded(place: number): Promise<DeviceSession> {
        const session = new DeviceSession(this.ports, [`session${place}a`, `session${place}b`])
        await session.load()
        return session
    }
}

function replyTo(request: CoapMessage, { code, payload }: Reply): CoapMessage {
    const { type, messageId, token, options } = bareResponse(request, code)
    return { type, code, messageId, token, options, payload }
}
