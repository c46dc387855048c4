/** What a device does in a pairing beside the agreement, and in an update of its keys; the hub's part stands between the sections. */

import { finish, pause, section } from "devicescript-domovoi/devs/bench/section"
import { openRuntimeDigest, runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { copyOf } from "devicescript-domovoi/src/core/crypto/copy-of"
import type { Store } from "devicescript-domovoi/src/core/ports"
import { labelCredential } from "devicescript-domovoi/src/core/session/edhoc/credential"
import type { EphemeralKey } from "devicescript-domovoi/src/core/session/edhoc/ephemeral-key"
import { EdhocInitiator } from "devicescript-domovoi/src/core/session/edhoc/initiator"
import { EdhocResponder } from "devicescript-domovoi/src/core/session/edhoc/responder"
import { SUITE_4 } from "devicescript-domovoi/src/core/session/edhoc/suite-4"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { type CipherSuite, CURVE_X25519 } from "devicescript-domovoi/src/core/session/edhoc/suites"
import { KudosDevice } from "devicescript-domovoi/src/core/session/kudos/device"
import { type KudosMessage, type KudosOffer, keysInForce } from "devicescript-domovoi/src/core/session/kudos/end"
import { KudosHub } from "devicescript-domovoi/src/core/session/kudos/hub"
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

const random = { draw: (target: Buffer) => target.set(hex`0102030405060708`, 0) }
function kudosPorts() {
    const names: [string, string] = ["keys0", "keys1"]
    return { store: new TwoRecords(), names, digest, random, pause: pause }
}

function received({ x, nonce, sequenceNumber }: KudosOffer): KudosMessage {
    return { x, nonce, sequenceNumber, verifies: async () => true }
}

const credential = labelCredential(hex`000102030405060708090a0b0c0d0e0f`, "hub", "valve 1")
const kept: SessionKeys[] = []
async function keep(keys: SessionKeys): Promise<void> {
    kept.push(keys)
}

/** A session, and its device's part measured. */
async function pair(name: string, suite: CipherSuite): Promise<void> {
    const suites = [suite]
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
        { digest, pause: pause, suite },
        { keep, credentialOf: () => credential },
        agreed(hex`22222222222222222222222222222222 22222222222222222222222222222222`),
        hex`05`,
        hex`06`,
    )
    let message: Buffer | undefined = initiator.start()
    await section(`${name}.message1`, async () => {
        message = await responder.receive(message as Buffer)
        return message?.length === 35
    })
    message = await initiator.receive(message as Buffer)
    await section(`${name}.message3`, async () => {
        message = await responder.receive(message as Buffer)
        return message?.length === 17
    })
    await section(`${name}.again`, async () => (await responder.receive(hex`00`)) === undefined)
    await initiator.receive(message as Buffer)
}

await pair("edhoc", SUITE_4)
await pair("edhocMinus21", suiteMinus21(runtimeCounterMode))

const hub = new KudosHub(kudosPorts())
await hub.load()
await hub.adopt(kept[1])
const device = new KudosDevice(kudosPorts())
await device.load()
await device.adopt(kept[0])
const { offer } = await hub.begin()
let answer: KudosOffer | undefined
await section("kudos.answer", async () => {
    answer = (await device.receive(received(offer as KudosOffer))).offer
    return answer !== undefined
})
await hub.receive(received(answer as KudosOffer))
await section("kudos.confirm", async () => {
    await device.confirm(async () => true)
    const secret = keysInForce(device)?.keys.masterSecret
    return secret !== undefined && secret.toString("hex") === keysInForce(hub)?.keys.masterSecret.toString("hex")
})
await finish()
