import { hex } from "../../crypto/hex"
import { sessionRecords } from "../../owner/owner-records"
import type { Role } from "../../owner/rights"
import { responseTo } from "../answers"
import { CoapCode, type CoapMessage } from "../coap-message"
import type { Exchange } from "../exchange"
import { KudosDevice } from "../kudos/device"
import { KudosRefusal } from "../kudos/refusal"
import { KudosState } from "../kudos/states"
import { type ReadFields, sequenceNumberOf } from "../oscore-option"
import { protectResponse } from "../protect"
import { SessionRefusal } from "../refusal"
import type { SecurityContext } from "../security-context"
import { SenderSequence } from "../sender-sequence"
import type { SessionKeys } from "../session-keys"
import { contextOf, type SessionPorts } from "../session-ports"
import { type OpenedRequest, openRequest } from "../unprotect"

/** What became of a protected request. Its reason may be one of KUDOS, and there is none for a request of KUDOS that was taken. */
export interface TakenRequest extends Omit<OpenedRequest, "refusal"> {
    /** A `SessionRefusal` or a `KudosRefusal`. */
    readonly refusal: number
    /** Of KUDOS: to be sent as it is. */
    readonly answer?: CoapMessage
    /** Whose session it is, if they are known: their place, and their role. */
    who?: number
    role?: Role
}

/** A device's numbers are those of its requests' senders. For what needs one of its own there is none. */
const NO_NUMBERS = new SenderSequence(0, 0)

/**
 * One person's session, at the device. Keys serve the start that put them in force, and no other: then the hub has to update them (KUDOS). So nothing
 * needs to be known of the messages before a start, neither which numbers were taken (RFC 8613 appendix B.1.1) nor which were heard (B.1.2), and what was
 * recorded before it opens nothing after.
 */
export class DeviceSession {
    readonly place: number
    private readonly ports: SessionPorts
    private readonly kudos: KudosDevice
    /** Messages under the keys in force, if this start has put them in force. */
    private context: SecurityContext | undefined

    /** @param place whose it is */
    constructor(ports: SessionPorts, place: number) {
        this.ports = ports
        this.place = place
        const { store, digest, random, pause } = ports
        this.kudos = new KudosDevice({ store, names: sessionRecords(place), digest, random, pause })
    }

    /** Reads what is on record. @throws StoreError */
    async load(): Promise<void> {
        await this.kudos.load()
    }

    /** Whether there are keys. */
    exists(): boolean {
        return this.kudos.state() !== KudosState.NoKeys
    }

    /** Begins with the keys of a pairing, in the place of all that were there. @throws StoreError */
    async adopt(keys: SessionKeys): Promise<void> {
        this.context = undefined
        await this.kudos.adopt(keys)
        this.context = await contextOf(this.ports, keys, NO_NUMBERS)
    }

    /** Forgets the keys. @throws StoreError; then they may be on record still, and serve no more in this start */
    async forget(): Promise<void> {
        this.context = undefined
        await this.kudos.forget()
    }

    /** Opens a request. One at a time. @throws StoreError */
    async receive(request: CoapMessage, fields: ReadFields): Promise<TakenRequest> {
        if (fields.kudos) return await this.update(request, fields)
        const { context, ports } = this
        const { pause } = ports
        if (context) return await openRequest(context, request, fields, pause)
        if (this.kudos.state() !== KudosState.Pending) return refused(SessionRefusal.KeysWanted)
        let opened: OpenedRequest | undefined
        const { refusal } = await this.kudos.confirm(async keys => {
            opened = await openRequest(await contextOf(ports, keys, NO_NUMBERS), request, fields, pause)
            return opened.context !== undefined
        })
        if (refusal !== KudosRefusal.None || !opened) return refused(refusal)
        this.context = opened.context
        return opened
    }

    private async update(request: CoapMessage, fields: ReadFields): Promise<TakenRequest> {
        const { ports } = this
        const { pause } = ports
        const { kudos, partialIv } = fields
        if (!kudos || !partialIv) return refused(SessionRefusal.Fields)
        let exchange: Exchange | undefined
        const { refusal, offer } = await this.kudos.receive({
            x: kudos.x,
            nonce: kudos.nonce,
            sequenceNumber: sequenceNumberOf(partialIv),
            verifies: async keys => {
                const context = await contextOf(ports, keys, NO_NUMBERS)
                const opened = await openRequest(context, request, fields, pause)
                exchange = opened.exchange
                return exchange !== undefined
            },
        })
        if (!offer || !exchange) return refused(refusal)
        this.context = undefined
        await pause()
        const context = await contextOf(ports, offer.keys, new SenderSequence(offer.sequenceNumber, 1))
        // Its nonce is that of its own number: under the new keys no request was answered yet.
        exchange.spent = true
        const response = responseTo(request, CoapCode.Changed, hex``)
        const { message } = await protectResponse(context, exchange, response, pause, offer)
        return { refusal: SessionRefusal.None, context, answer: message }
    }
}

export function refused(refusal: number): TakenRequest {
    return { refusal }
}
