/**
 * A pairing by EDHOC with suite 5, both ends in one program: the hub has a key in software, the device one of its secure element. Each line is a
 * message, or what an end keeps, in hex, and the milliseconds since the line before.
 */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { Atecc608 } from "devicescript-domovoi/devs/drivers/atecc608"
import { ElementError } from "devicescript-domovoi/devs/drivers/atecc608/element-error"
import { prepareElementKey } from "devicescript-domovoi/devs/identity/element-ephemeral"
import { ElementKeyStore } from "devicescript-domovoi/devs/identity/element-key"
import { pause } from "devicescript-domovoi/devs/pause"
import { labelCredential } from "devicescript-domovoi/src/core/session/edhoc/credential"
import { EdhocInitiator } from "devicescript-domovoi/src/core/session/edhoc/initiator"
import { p256Key } from "devicescript-domovoi/src/core/session/edhoc/p256-key"
import { EdhocResponder } from "devicescript-domovoi/src/core/session/edhoc/responder"
import { SUITE_5 } from "devicescript-domovoi/src/core/session/edhoc/suite-5"
import type { SessionKeys } from "devicescript-domovoi/src/core/session/session-keys"

let lastMs = ds.millis()
function tell(name: string, outcome: string) {
    console.log(`${name} ${outcome} ${ds.millis() - lastMs}`)
    lastMs = ds.millis()
}

/** An end's ports, which say what it keeps. */
const digest = await openRuntimeDigest(pause)
function portsOf(end: string) {
    const keep = async (keys: SessionKeys) =>
        tell(end, `${keys.masterSecret.toString("hex")}/${keys.masterSalt.toString("hex")}`)
    return { digest, pause: pause, keep }
}

const element = new Atecc608()
const keys = new ElementKeyStore(element, digest, pause)
await keys.createKey()
await element.lockData()
const credential = labelCredential(hex`000102030405060708090a0b0c0d0e0f`, "hub", "doorbell 1")
/** Of RFC 5903 §8.1: the initiator's private key, and x of its public one. */
const HUB_SECRET = hex`c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433`
const HUB_PUBLIC = hex`dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180`

while (true) {
    lastMs = ds.millis()
    try {
        const own = await prepareElementKey(element)
        tell("prepared", own.publicKey.toString("hex"))
        const hub = new EdhocInitiator(portsOf("hub"), {
            suites: [SUITE_5],
            selected: 0,
            ephemeral: p256Key(HUB_SECRET.slice(0), HUB_PUBLIC),
            connectionId: hex`0a`,
            credential,
        })
        const { keep } = portsOf("device")
        const device = new EdhocResponder(
            { digest, pause: pause, suite: SUITE_5 },
            { keep, credentialOf: () => credential },
            own,
            hex`05`,
            hex`06`,
        )
        let message: Buffer | undefined = hub.start()
        for (let sent = 1; message; sent++) {
            tell(`message${sent}`, message.toString("hex"))
            message = await (sent % 2 === 1 ? device : hub).receive(message)
        }
        tell("ended", `${hub.state}/${device.state}`)
        break
    } catch (error) {
        if (!(error instanceof ElementError)) throw error
        tell("failed", `fault${error.fault}`)
    }
}
