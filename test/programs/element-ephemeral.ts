/**
 * Ephemeral keys of the secure element, over and over, with the heartbeat going on: each line is an operation, its outcome in hex or as a word, and
 * the milliseconds it took.
 */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/doorbell_c3"
import { Supervisor } from "devicescript-domovoi"
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { Atecc608 } from "devicescript-domovoi/devs/drivers/atecc608"
import { AGREEMENT_SLOT, IDENTITY_SLOT } from "devicescript-domovoi/devs/drivers/atecc608/configuration"
import { ElementError } from "devicescript-domovoi/devs/drivers/atecc608/element-error"
import { agree } from "devicescript-domovoi/devs/drivers/atecc608/more-commands"
import { prepareElementKey } from "devicescript-domovoi/devs/identity/element-ephemeral"
import { ElementKeyStore } from "devicescript-domovoi/devs/identity/element-key"
import { pause } from "devicescript-domovoi/devs/pause"
import type { EphemeralKey } from "devicescript-domovoi/src/core/session/edhoc/ephemeral-key"

/** x of the initiator of RFC 5903 §8.1, of the first two of NIST's vectors of ECC CDH, of RFC 6979 §A.2.5, and 0, which is x of a point. */
const PEERS = [
    hex`dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180`,
    hex`700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287`,
    hex`809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae`,
    hex`60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6`,
    hex`0000000000000000000000000000000000000000000000000000000000000000`,
]
/** None: x of no point; p; p + 5, and 5 is x of one; 2^256 - 1. */
const NO_POINTS = [
    hex`0000000000000000000000000000000000000000000000000000000000000001`,
    hex`ffffffff00000001000000000000000000000000ffffffffffffffffffffffff`,
    hex`ffffffff00000001000000000000000000000001000000000000000000000004`,
    hex`ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff`,
]
/** The first of the peers, with y. */
const POINT = hex`dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3`

const supervisor = new Supervisor(pins.HEARTBEAT)
supervisor.run.start()
const element = new Atecc608()

/** @returns what the operation returned, if it did */
async function tell<T>(name: string, operation: () => Promise<T>): Promise<T | undefined> {
    const start = ds.millis()
    let result: T | undefined
    let outcome: string
    try {
        result = await operation()
        outcome = result instanceof Buffer ? result.toString("hex") : `${result}`
    } catch (error) {
        outcome = error instanceof ElementError ? `fault${error.fault}` : (error as Error).message.split(" ").join("-")
    }
    console.log(`${name} ${outcome} ${ds.millis() - start}`)
    return result
}

async function prepare(name: string): Promise<EphemeralKey | undefined> {
    let key: EphemeralKey | undefined
    await tell(name, async () => {
        key = await prepareElementKey(element)
        return key.publicKey
    })
    return key
}

async function agreeWith(name: string, key: EphemeralKey | undefined, peer: Buffer) {
    if (key) await tell(name, async () => await key.agree(peer, pause))
}

/** Fibers under way. */
let beside = 0
async function prepareBeside() {
    await agreeWith("agreeBeside", await prepare("prepareBeside"), PEERS[0])
    beside--
}

const keys = new ElementKeyStore(element, await openRuntimeDigest(pause), pause)
await tell("create", async () => await keys.createKey())
await tell("lock", async () => await element.lockData())
await tell("identityAgrees", async () => await agree(element, IDENTITY_SLOT, POINT))
await tell("ephemeralSigns", async () => await element.sign(AGREEMENT_SLOT, POINT.slice(0, 32)))
for (let tour = 0; ; tour++) {
    for (const peer of PEERS) {
        const key = await prepare("prepare")
        await agreeWith("agree", key, peer)
        await agreeWith("again", key, peer)
    }
    for (const peer of NO_POINTS) await agreeWith("noPoint", await prepare("prepare"), peer)
    const key = await prepare("prepare")
    const same = await prepare("prepare")
    await agreeWith("agree", key, PEERS[1])
    await agreeWith("same", same, PEERS[0])
    const short = await prepare("prepare")
    await agreeWith("short", short, POINT.slice(0, 31))
    await agreeWith("again", short, PEERS[0])
    beside = 2
    prepareBeside.start()
    prepareBeside.start()
    while (beside > 0) await ds.sleep(5)
    await tell("identity", async () => await keys.publicKey())
    console.log(`tour ${tour} ${ds.millis()}`)
    await ds.sleep(50)
}
