/**
 * Everything the secure element's driver can do, over and over, with the heartbeat going on: each line is an operation, its outcome in
 * hex or as the number of its fault, and the milliseconds it took.
 */
import * as ds from "@devicescript/core"
import { i2c } from "@devicescript/i2c"
import { pins } from "@dsboard/doorbell_c3"
import { Supervisor } from "devicescript-domovoi"
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { Atecc608 } from "devicescript-domovoi/devs/drivers/atecc608"
import { AGREEMENT_SLOT, configureElement } from "devicescript-domovoi/devs/drivers/atecc608/configuration"
import { ElementError } from "devicescript-domovoi/devs/drivers/atecc608/element-error"
import { agree, info, random, serialNumber, sha256 } from "devicescript-domovoi/devs/drivers/atecc608/more-commands"
import { ElementCounter, ElementKeyStore } from "devicescript-domovoi/devs/identity/element-key"

const supervisor = new Supervisor(pins.HEARTBEAT)
supervisor.run.start()

const pause = async () => await ds.sleep(0)
const element = new Atecc608()
const keys = new ElementKeyStore(element, await openRuntimeDigest(pause), pause)
const counter = new ElementCounter(element)

/** Of the private key SHA-256("peer"): public key, and signature of the digest SHA-256("digest"). */
const PEER = hex`304cffec57093a3687759a8a24c06d7644a8dfa78eb51dd4a1f26c9c3fdc5a9d6bb9f3ad495e041d925da662f5a0064ec172263fe7bb1cf70330e931ec2408be`
const DIGEST = hex`0bf474896363505e5ea5e5d6ace8ebfb13a760a409b1fb467d428fc716f9f284`
const SIGNATURE = hex`edc00ef33acbaea98dee98a781f3af2a35066a9e6c7c7cd50a6dba5b75fea7d1ae01924ae46980d4914602c033d612e71e93f73da642b98d7e0f45e92c919d5b`

/** Operations under way in fibers of their own. */
let beside = 0

async function tell(name: string, operation: () => Promise<unknown>) {
    const start = ds.millis()
    let outcome: string
    try {
        const result = await operation()
        outcome = result instanceof Buffer ? result.toString("hex") : `${result}`
    } catch (error) {
        if (!(error instanceof ElementError)) throw error
        outcome = `fault${error.fault}`
    }
    console.log(`${name} ${outcome} ${ds.millis() - start}`)
}

async function tellBeside(name: string, operation: () => Promise<unknown>) {
    await tell(name, operation)
    beside--
}

/** A general call, which the runtime does not let a program make. */
let refused = false
try {
    await i2c.xfer(0x00, hex`00`)
} catch {
    refused = true
}
console.log(`generalCall ${refused} 0`)

/** Long enough for two blocks and a rest. */
const message = Buffer.alloc(150)
for (let i = 0; i < message.length; i++) message[i] = i

await tell("configure", async () => await configureElement(element))
await tell("createKey", async () => await keys.createKey())
await tell("createAgreementKey", async () => await element.createKey(AGREEMENT_SLOT))
await tell("lockData", async () => await element.lockData())
beside = 2
tellBeside.start("randomBeside", async () => await random(element))
tellBeside.start("signBeside", async () => await keys.sign(message))
while (beside > 0) await ds.sleep(5)
let tour = 0
while (true) {
    await tell("info", async () => await info(element))
    await tell("serialNumber", async () => await serialNumber(element))
    await tell("random", async () => await random(element))
    await tell("publicKey", async () => await keys.publicKey())
    await tell("sign", async () => await keys.sign(message))
    await tell("verify", async () => await element.verify(DIGEST, SIGNATURE, PEER))
    await tell("verifyOther", async () => await element.verify(PEER.slice(0, 32), SIGNATURE, PEER))
    await tell("sha256", async () => await sha256(element, message))
    await tell("agreementKey", async () => await element.publicKey(AGREEMENT_SLOT))
    await tell("agree", async () => await agree(element, AGREEMENT_SLOT, PEER))
    await tell("count", async () => await counter.read())
    await tell("raise", async () => await counter.raise(tour + 1))
    console.log(`tour ${tour} ${ds.millis()}`)
    tour++
    await ds.sleep(50)
}
