import { CoapCode, type CoapMessage, type CoapOption, CoapType } from "../coap-message"
import { CoapOptionNumber } from "../coap-options"
import { keysInForce } from "../kudos/end"
import { KudosHub } from "../kudos/hub"
import { KudosRefusal } from "../kudos/refusal"
import { KudosState } from "../kudos/states"
import { sequenceNumberOf } from "../oscore-option"
import { protectRequest } from "../protect"
import { SessionRefusal } from "../refusal"
import type { SecurityContext } from "../security-context"
import { SenderSequence } from "../sender-sequence"
import type { SessionKeys } from "../session-keys"
import { contextOf, type SessionPorts } from "../session-ports"
import { type Opened, openResponse, readProtection } from "../unprotect"

/**
 * Port: the way to the device.
 * @returns what it answered; undefined if nothing came in time. The same request may be sent again
 */
export type Ask = (request: CoapMessage) => Promise<CoapMessage | undefined>

/** What became of a request. */
export interface Answered {
    /** A `SessionRefusal` or a `KudosRefusal`; 0 if there is a response that the device has sealed. */
    readonly refusal: number
    readonly response?: CoapMessage
    /** What the device answers without a seal, and whoever is in between could, too: a hint at most. */
    readonly hint?: CoapCode
}

/**
 * A session, at the hub. Each start updates the keys before it says anything else, and does so again when the device has started anew: `connect`. So no
 * numbers are kept of the keys in force.
 */
export class HubSession {
    private readonly ports: SessionPorts
    private readonly ask: Ask
    private readonly kudos: KudosHub
    /** Messages under the keys in force, if this start has put them in force. */
    private context: SecurityContext | undefined
    private messageId = 0

    /** @param names of two records of this session alone */
    constructor(ports: SessionPorts, names: readonly [string, string], ask: Ask) {
        this.ports = ports
        this.ask = ask
        const { store, digest, random, pause } = ports
        this.kudos = new KudosHub({ store, names, digest, random, pause })
    }

    /** Reads what is on record. @throws StoreError */
    async load(): Promise<void> {
        await this.kudos.load()
    }

    /** Whether there are keys: if not, pair. */
    exists(): boolean {
        return this.kudos.state() !== KudosState.NoKeys
    }

    /** How many times keys have followed others since the pairing; -1 if none are in force. */
    epoch(): number {
        return keysInForce(this.kudos)?.epoch ?? -1
    }

    /** Begins with the keys of a pairing. @throws StoreError */
    async adopt(keys: SessionKeys): Promise<void> {
        await this.kudos.adopt(keys)
        this.context = await contextOf(this.ports, keys, new SenderSequence(0))
    }

    /** Puts new keys in force, that both ends have drawn a part of (KUDOS). To be called again when no answer came. @throws StoreError */
    async connect(): Promise<Answered> {
        const { ports } = this
        const { pause } = ports
        this.context = undefined
        const begun = await this.kudos.begin()
        if (!begun.offer) return { refusal: begun.refusal }
        const { keys, sequenceNumber, x, nonce } = begun.offer
        const temporary = await contextOf(ports, keys, new SenderSequence(sequenceNumber, 1))
        const request = this.requestOf(CoapCode.Post, [".well-known", "kudos"], Buffer.alloc(0))
        const { message, exchange } = await protectRequest(temporary, request, pause, { x, nonce })
        if (!message || !exchange) return { refusal: SessionRefusal.Exhausted }
        const response = await this.ask(message)
        if (!response) return { refusal: SessionRefusal.NoAnswer }
        const fields = readProtection(response)
        const { kudos, partialIv } = fields
        if (!kudos || !partialIv) return unsealed(response)
        let fresh: SecurityContext | undefined
        let opened: Opened | undefined
        const step = await this.kudos.receive({
            x: kudos.x,
            nonce: kudos.nonce,
            sequenceNumber: sequenceNumberOf(partialIv),
            verifies: async keys => {
                // Behind the offer's number: the device's answer to it is under the new keys, and would pass for one to a request of that number.
                fresh = await contextOf(ports, keys, new SenderSequence(sequenceNumber + 1))
                opened = await openResponse(fresh, exchange, response, pause)
                return opened.refusal === SessionRefusal.None
            },
        })
        if (step.refusal !== KudosRefusal.None) return { refusal: step.refusal }
        this.context = fresh
        return { refusal: SessionRefusal.None, response: opened?.message }
    }

    /**
     * Asks for something, once. What the device may have done although no answer came is for the caller to find out.
     * @param path segments
     */
    async request(code: CoapCode, path: readonly string[], payload: Buffer): Promise<Answered> {
        const { context } = this
        const { pause } = this.ports
        if (!context) return { refusal: SessionRefusal.KeysWanted }
        const sent = await protectRequest(context, this.requestOf(code, path, payload), pause)
        if (!sent.message || !sent.exchange) return { refusal: sent.refusal }
        const response = await this.ask(sent.message)
        if (!response) return { refusal: SessionRefusal.NoAnswer }
        const opened = await openResponse(context, sent.exchange, response, pause)
        if (opened.refusal === SessionRefusal.NotProtected) return unsealed(response)
        return { refusal: opened.refusal, response: opened.message }
    }

    private requestOf(code: CoapCode, path: readonly string[], payload: Buffer): CoapMessage {
        return newRequest(this.messageId++, code, path, payload)
    }
}

/** @param messageId its lower byte is the token, too: no two requests are on their way at a time */
export function newRequest(messageId: number, code: CoapCode, path: readonly string[], payload: Buffer): CoapMessage {
    const options: CoapOption[] = []
    for (const segment of path) options.push({ number: CoapOptionNumber.UriPath, value: Buffer.from(segment) })
    const token = Buffer.from([messageId & 255])
    return { type: CoapType.Confirmable, code, messageId: messageId & 0xffff, token, options, payload }
}

function unsealed({ code }: CoapMessage): Answered {
    return { refusal: SessionRefusal.NotProtected, hint: code }
}
