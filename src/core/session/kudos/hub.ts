import { KudosEnd, type KudosMessage, type KudosOffer, type KudosStep, LAST_NUMBER, NONE } from "./end"
import { CONVERGENT, DIVERGENT, fieldRefusal, KUDOS_NONCE_BYTES } from "./field"
import type { KudosRecord } from "./record"
import { KudosRefusal } from "./refusal"
import { updateContext } from "./update-context"

/** The end that begins every update: the initiator of EDHOC. */
export class KudosHub extends KudosEnd {
    /** Begins an update, or repeats what it has begun, when no answer comes. */
    async begin(): Promise<KudosStep> {
        return await this.step(undefined, undefined)
    }

    /** Takes a KUDOS message in. */
    async receive(message: KudosMessage): Promise<KudosStep> {
        return await this.step(message, message.verifies)
    }

    protected override async takeIn(message: KudosMessage | undefined): Promise<KudosOffer | KudosRefusal> {
        const { record } = this
        const refusal = message ? fieldRefusal(message.x, message.nonce) : KudosRefusal.None
        if (refusal !== KudosRefusal.None) return refusal
        if (!record) return KudosRefusal.NoKeys
        return message ? await this.takeAnswer(record, message) : await this.offerNonce(record)
    }

    private async offerNonce(record: KudosRecord): Promise<KudosOffer | KudosRefusal> {
        const { epoch, keys, heard } = record
        const repeats = record.ownNonce.length > 0
        const sequenceNumber = repeats ? record.sent : 0
        if (sequenceNumber > LAST_NUMBER) return KudosRefusal.Exhausted
        const nonce = repeats ? record.ownNonce : Buffer.alloc(KUDOS_NONCE_BYTES)
        if (!repeats) this.ports.random.draw(nonce)
        await this.write({ epoch, keys, ownNonce: nonce, peerNonce: NONE, sent: sequenceNumber + 1, heard })
        return { keys: await updateContext(this.ports, keys, nonce, NONE), sequenceNumber, x: DIVERGENT, nonce }
    }

    /** The device's nonce, under the keys that follow. */
    private async takeAnswer(record: KudosRecord, message: KudosMessage): Promise<KudosRefusal> {
        if (message.x !== CONVERGENT) return KudosRefusal.Role
        if (record.ownNonce.length === 0) return KudosRefusal.Unexpected
        const keys = await updateContext(this.ports, record.keys, record.ownNonce, message.nonce)
        if (!(await message.verifies(keys))) return KudosRefusal.NotAuthentic
        if (message.sequenceNumber > LAST_NUMBER) return KudosRefusal.Exhausted
        await this.advance(keys, 0, message.sequenceNumber + 1)
        return KudosRefusal.None
    }
}
