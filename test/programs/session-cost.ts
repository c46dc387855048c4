/** What a device does in a pairing beside the agreement, and in an update of its keys; the hub's part stands between the sections. */

import { finish, pause, section } from "devicescript-domovoi/devs/bench/section"
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { copyOf } from "devicescript-domovoi/src/core/crypto/copy-of"
import type { Store } from "devicescript-domovoi/src/core/ports"
import { labelCredential } from "devicescript-domovoi/src/core/session/edhoc/credential"
import type { EphemeralKey } from "devicescript-domovoi/src/core/session/edhoc/ephemeral-key"
import { EdhocInitiator } from "devicescript-domovoi/src/core/session/edhoc/initiator"
import { EdhocResponder } from "devicescript-domovoi/src/core/session/edhoc/responder"
import { CURVE_X25519, SUITE_4 } from "devicescript-domovoi/src/core/session/edhoc/suites"
import { Kudos, type KudosMessage, type KudosOffer, KudosRole } from "devicescript-domovoi/src/core/session/kudos/kudos"
import type { SessionKeys } from "devicescript-domovoi/src/core/session/session-keys"

const digest = await openRuntimeDigest(pause)
const SHARED = hex`000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`

/** An agreement that was made: what it takes is measured where it is. */
function agreed(publicKey: Buffer): EphemeralKey {
    return { curve: CURVE_X25519, publicKey, agree: async () => copyOf(SHARED) }
}

/** A memory that takes no time: what a board's takes depends on its bus. */
class TwoRecords implements Store {
    private readonly names: string[] = ["keys0", "keys1"]
    private readonly values: (Buffer | undefined)[] = []

    async get(name: string): Promise<Buffer | undefined> {
        const value = this.values[this.names.indexOf(name)]
        return value ? copyOf(value) : undefined
    }

    async set(name: string, value: Buffer): Promise<void> {
        this.values[this.names.indexOf(name)] = copyOf(value)
    }

    async erase(name: string): Promise<void> {
        this.values[this.names.indexOf(name)] = undefined
    }
}

async function end(role: KudosRole, keys: SessionKeys): Promise<Kudos> {
    const random = { draw: (target: Buffer) => target.set(hex`0102030405060708`, 0) }
    const kudos = new Kudos({ role, store: new TwoRecords(), names: ["keys0", "keys1"], digest, random, pause: pause })
    await kudos.load()
    await kudos.adopt(keys)
    return kudos
}

function received({ x, nonce, sequenceNumber }: KudosOffer): KudosMessage {
    return { x, nonce, sequenceNumber, verifies: async () => true }
}

const credential = labelCredential(hex`000102030405060708090a0b0c0d0e0f`, "hub", "valve 1")
const kept: SessionKeys[] = []
async function keep(keys: SessionKeys): Promise<void> {
    kept.push(keys)
}
const suites = [SUITE_4]
const initiator = new EdhocInitiator(
    { digest, pause: pause, keep },
    {
        suites,
        selected: 0,
        ephemeral: agreed(hex`11111111111111111111111111111111 11111111111111111111111111111111`),
        connectionId: hex`0a`,
        credential,
    },
)
const responder = new EdhocResponder(
    { digest, pause: pause, keep },
    {
        suites,
        ephemerals: [agreed(hex`22222222222222222222222222222222 22222222222222222222222222222222`)],
        connectionIds: [hex`05`, hex`06`],
        credentialOf: () => credential,
    },
)

let message: Buffer | undefined = initiator.start()
await section("edhoc.message1", async () => {
    message = await responder.receive(message as Buffer)
    return message?.length === 35
})
message = await initiator.receive(message as Buffer)
await section("edhoc.message3", async () => {
    message = await responder.receive(message as Buffer)
    return message?.length === 17 && kept.length === 1
})
await section("edhoc.again", async () => (await responder.receive(hex`00`)) === undefined)
await initiator.receive(message as Buffer)

const hub = await end(KudosRole.Hub, kept[1])
const device = await end(KudosRole.Device, kept[0])
const { offer } = await hub.begin()
let answer: KudosOffer | undefined
await section("kudos.answer", async () => {
    answer = (await device.receive(received(offer as KudosOffer))).offer
    return answer !== undefined
})
await hub.receive(received(answer as KudosOffer))
await section("kudos.confirm", async () => {
    await device.confirm(async () => true)
    const secret = device.inForce()?.keys.masterSecret
    return secret !== undefined && secret.toString("hex") === hub.inForce()?.keys.masterSecret.toString("hex")
})
await finish()
