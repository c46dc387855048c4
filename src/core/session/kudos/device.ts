import { constantTimeEqual } from "../../crypto/constant-time"
import type { SessionKeys } from "../session-keys"
import { KudosEnd, type KudosMessage, type KudosOffer, type KudosStep, LAST_NUMBER, NONE, type Verifies } from "./end"
import { CONVERGENT, fieldRefusal, KUDOS_NONCE_BYTES } from "./field"
import type { KudosRecord } from "./record"
import { KudosRefusal } from "./refusal"
import { updateContext } from "./update-context"

/** The end that answers: the responder of EDHOC. */
export class KudosDevice extends KudosEnd {
    /** Takes a KUDOS message in. */
    async receive(message: KudosMessage): Promise<KudosStep> {
        return await this.step(message, message.verifies)
    }

    /** Takes note of any other message while it waits to see the new keys used. It is sealed with those that are then in force. */
    async confirm(verifies: Verifies): Promise<KudosStep> {
        return await this.step(undefined, verifies)
    }

    protected override async takeIn(
        message: KudosMessage | undefined,
        verifies: Verifies,
    ): Promise<KudosOffer | KudosRefusal> {
        const { record } = this
        if (message) {
            const refusal = fieldRefusal(message.x, message.nonce)
            if (refusal !== KudosRefusal.None) return refusal
            if (!record) return KudosRefusal.NoKeys
            if (message.x === CONVERGENT) return KudosRefusal.Role
            if (await this.fits(record.keys, message, verifies)) return await this.answer(record, message)
            if (record.peerNonce.length === 0) return KudosRefusal.NotAuthentic
        } else if (!record || record.peerNonce.length === 0) return KudosRefusal.Unexpected
        // Those that follow are waited for: what is under them puts them in force.
        const keys = await updateContext(this.ports, record.keys, record.peerNonce, record.ownNonce)
        if (!(await this.fits(keys, message, verifies))) return KudosRefusal.NotAuthentic
        await this.advance(keys, record.sent, 0)
        return message ? await this.answer(this.record as KudosRecord, message) : KudosRefusal.None
    }

    /** To an authentic offer under the keys on record: the first, or one that the hub has repeated. */
    private async answer(record: KudosRecord, message: KudosMessage): Promise<KudosOffer | KudosRefusal> {
        if (message.sequenceNumber > LAST_NUMBER) return KudosRefusal.Exhausted
        let nonce = record.ownNonce
        let sent = 0
        if (nonce.length === 0) {
            nonce = Buffer.alloc(KUDOS_NONCE_BYTES)
            this.ports.random.draw(nonce)
        } else {
            sent = record.sent
            if (!constantTimeEqual(record.peerNonce, message.nonce)) return KudosRefusal.OtherNonce
            if (message.sequenceNumber < record.heard) return KudosRefusal.Replayed
            if (sent > LAST_NUMBER) return KudosRefusal.Exhausted
        }
        await this.write({
            epoch: record.epoch,
            keys: record.keys,
            ownNonce: nonce,
            peerNonce: message.nonce,
            sent: sent + 1,
            heard: message.sequenceNumber + 1,
        })
        const keys = await updateContext(this.ports, record.keys, message.nonce, nonce)
        return { keys, sequenceNumber: sent, x: CONVERGENT, nonce }
    }

    /** Whether what has come is sealed with these keys or, if it offers the hub's nonce, with those that an offer of it is sealed with. */
    private async fits(keys: SessionKeys, message: KudosMessage | undefined, verifies: Verifies): Promise<boolean> {
        return await verifies(message ? await updateContext(this.ports, keys, message.nonce, NONE) : keys)
    }
}
