/**
 * An update whose values were computed with OpenSSL's HMAC by the draft's text, which has no test vectors of its own. Both the device's compiler and Node
 * take this.
 */
import { copyOf } from "../../../../src/core/crypto/copy-of"
import { hex } from "../../../../src/core/crypto/hex"
import type { Store } from "../../../../src/core/ports"
import { KudosDevice } from "../../../../src/core/session/kudos/device"
import {
    type KudosEnd,
    type KudosMessage,
    type KudosOffer,
    type KudosStep,
    keysInForce,
} from "../../../../src/core/session/kudos/end"
import { KudosHub } from "../../../../src/core/session/kudos/hub"
import type { SessionKeys } from "../../../../src/core/session/session-keys"
import type { VectorRun } from "../../crypto/vectors/vector-run"

const SECRET = hex`000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
const HUB_NONCE = hex`a0a1a2a3a4a5a6a7`
const DEVICE_NONCE = hex`b0b1b2b3b4b5b6b7`
const TEMPORARY_SECRET = hex`a9978937648a7caec8638f5daf41100ab8dcb3bb1359c823b415ec6ec1750920`
const TEMPORARY_SALT = hex`404907a0a1a2a3a4a5a6a7`
const NEW_SECRET = hex`dd1bcf11d0199dbbe5b2df4b262b4ea514839bbb5661de988672acb92564d8c7`
const NEW_SALT = hex`4907a0a1a2a3a4a5a6a74947b0b1b2b3b4b5b6b7`

/** Two records. */
class TwoRecords implements Store {
    private readonly names: string[] = []
    private readonly values: (Buffer | undefined)[] = []

    async get(name: string): Promise<Buffer | undefined> {
        const value = this.values[this.names.indexOf(name)]
        return value ? copyOf(value) : undefined
    }

    async set(name: string, value: Buffer): Promise<void> {
        if (this.names.indexOf(name) < 0) this.names.push(name)
        this.values[this.names.indexOf(name)] = copyOf(value)
    }

    async erase(name: string): Promise<void> {
        if (this.names.indexOf(name) >= 0) this.values[this.names.indexOf(name)] = undefined
    }
}

/** Both ends, from offer to confirmation. */
export async function kudosUpdate({ digest, pause, check }: VectorRun): Promise<void> {
    const ports = (nonce: Buffer) => ({
        store: new TwoRecords(),
        names: ["keys0", "keys1"] as const,
        digest,
        random: { draw: (target: Buffer) => target.set(nonce, 0) },
        pause,
    })
    async function begin(end: KudosEnd, senderId: Buffer, recipientId: Buffer): Promise<void> {
        await end.load()
        await end.adopt({ masterSecret: SECRET, masterSalt: hex`01`, senderId, recipientId })
    }
    const hub = new KudosHub(ports(HUB_NONCE))
    await begin(hub, hex`05`, hex`0a`)
    const device = new KudosDevice(ports(DEVICE_NONCE))
    await begin(device, hex`0a`, hex`05`)

    const offer = offerOf(await hub.begin())
    check("KUDOS temporary secret", offer.keys.masterSecret, TEMPORARY_SECRET)
    check("KUDOS temporary salt", offer.keys.masterSalt, TEMPORARY_SALT)
    const answer = offerOf(await device.receive(received(offer, TEMPORARY_SECRET)))
    check("KUDOS new secret", answer.keys.masterSecret, NEW_SECRET)
    check("KUDOS new salt", answer.keys.masterSalt, NEW_SALT)
    const heard = await hub.receive(received(answer, NEW_SECRET))
    check("KUDOS, the hub is told nothing to send", heard.offer?.nonce, undefined)
    check("KUDOS hub", keysInForce(hub)?.keys.masterSecret, NEW_SECRET)
    check("KUDOS device, before it has seen them used", keysInForce(device)?.keys.masterSecret, undefined)
    await device.confirm(sameAs(NEW_SECRET))
    check("KUDOS device", keysInForce(device)?.keys.masterSecret, NEW_SECRET)
}

function offerOf({ refusal, offer }: KudosStep): KudosOffer {
    if (!offer) throw new Error(`refused: ${refusal}`)
    return offer
}

/** As sealed with keys of this secret. */
function sameAs(secret: Buffer) {
    return async (keys: SessionKeys) => keys.masterSecret.toString("hex") === secret.toString("hex")
}

function received({ x, nonce, sequenceNumber }: KudosOffer, secret: Buffer): KudosMessage {
    return { x, nonce, sequenceNumber, verifies: sameAs(secret) }
}
