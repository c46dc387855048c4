/**
 * Benchmark: what a device does for people, from frame to frame: a pairing without the agreement on the curve, an update of keys, and requests. The hub runs
 * here too, outside what is measured.
 */
import { openRuntimeDigest, runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { Place } from "devicescript-domovoi/src/core/owner/rights"
import type { Store } from "devicescript-domovoi/src/core/ports"
import { CoapCode, type CoapMessage } from "devicescript-domovoi/src/core/session/coap-message"
import { readMessage } from "devicescript-domovoi/src/core/session/coap-reader"
import { writeMessage } from "devicescript-domovoi/src/core/session/coap-writer"
import { Household } from "devicescript-domovoi/src/core/session/device/household"
import { Pairing } from "devicescript-domovoi/src/core/session/device/pairing"
import { SessionServer } from "devicescript-domovoi/src/core/session/device/session-server"
import type { EphemeralKey } from "devicescript-domovoi/src/core/session/edhoc/ephemeral-key"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { CURVE_X25519 } from "devicescript-domovoi/src/core/session/edhoc/suites"
import { HubSession, newRequest } from "devicescript-domovoi/src/core/session/hub/hub-session"
import { pair } from "devicescript-domovoi/src/core/session/hub/pair"
import type { SessionKeys } from "devicescript-domovoi/src/core/session/session-keys"
import { rising } from "./bytes"
import { finish, pause, section } from "./section"

const LABEL = hex`000102030405060708090a0b0c0d0e0f`
const LENGTHS = [16, 64, 180]
const SUITE = suiteMinus21(runtimeCounterMode)

/** In place of a FRAM, which has a price of its own: what is written is kept as it is. */
class Records implements Store {
    private readonly names: string[] = []
    /** Empty where a record was erased. */
    private readonly values: Buffer[] = []

    async get(name: string): Promise<Buffer | undefined> {
        await pause()
        const at = this.names.indexOf(name)
        return at < 0 || this.values[at].length === 0 ? undefined : this.values[at].slice(0)
    }

    async set(name: string, value: Buffer): Promise<void> {
        await pause()
        let at = this.names.indexOf(name)
        if (at < 0) {
            at = this.names.length
            this.names.push(name)
        }
        this.values[at] = value.slice(0)
    }

    async erase(name: string): Promise<void> {
        await pause()
        const at = this.names.indexOf(name)
        if (at >= 0) this.values[at] = hex``
    }
}

/** Both ends agree on this: what the curve takes is measured elsewhere. */
class Agreed implements EphemeralKey {
    readonly curve = CURVE_X25519
    readonly publicKey: Buffer

    constructor(publicKey: Buffer) {
        this.publicKey = publicKey
    }

    async agree(_peersKey: Buffer) {
        return rising(32)
    }
}

const random = { draw: (target: Buffer) => target.set(rising(target.length), 0) }
const digest = await openRuntimeDigest(pause)
const log = { record: () => {}, settle: async () => {} }
const store = new Records()

async function serve(request: CoapMessage) {
    return { code: CoapCode.Changed, payload: request.payload }
}

async function start(): Promise<SessionServer> {
    const household = new Household(random, pause)
    await household.load(store)
    const ports = { suite: SUITE.aead, digest, random, pause: pause, store, log, serve: serve }
    const server = new SessionServer(ports, household)
    await server.load()
    server.pairing = new Pairing(
        {
            digest,
            pause: pause,
            store,
            log,
            now: () => 0,
            suite: SUITE,
            makeKey: async () => new Agreed(rising(32)),
            labelSecret: async () => LABEL,
            keep: server.keep,
        },
        household,
    )
    await server.pairing.load()
    await server.pairing.prepare()
    server.pairing.touched()
    return server
}

let server = await start()
let sections: string[] = []
/** Whether nothing of it gets through. */
let isCutOff = false
/** What the hub said last. */
let lastFrame: Buffer = hex``

/** The way to the device; each message is the next section. */
async function ask(request: CoapMessage): Promise<CoapMessage | undefined> {
    const frame = writeMessage(request)
    lastFrame = frame
    if (isCutOff) return undefined
    let answer: Buffer | undefined
    const name = sections.shift()
    if (name === undefined) answer = await server.receive(frame, Place.Inside)
    else
        await section(name, async () => {
            answer = await server.receive(frame, Place.Inside)
            return answer !== undefined
        })
    return answer && readMessage(answer).message
}

const session = new HubSession(
    { suite: SUITE.aead, digest, random, pause: pause, store: new Records() },
    ["hub0", "hub1"],
    ask,
)

async function pairing(names: string[]) {
    sections = names
    const keep = async (keys: SessionKeys) => await session.adopt(keys)
    const suites = [SUITE]
    const makeKey = async () => new Agreed(rising(32))
    await pair({ digest, pause: pause, suites, makeKey, connectionId: hex`0a`, keep }, hex`00`, LABEL, ask)
}

async function post(name: string, length: number) {
    sections = [name]
    await session.request(CoapCode.Post, ["valve"], rising(length))
}

// Once before anything is measured: the first collection of garbage in a heap that was never used is dearer than any after it.
await pairing([])
server = await start()
await pairing(["pair.message1", "pair.message3"])
await post("pair.first", 16)
server = await start()
sections = ["reconnect.offer"]
await session.connect()
const offer = lastFrame
await post("reconnect.first", 16)
for (const length of LENGTHS) await post(`request${length}`, length)

isCutOff = true
await post("", 180)

/** What somebody without keys sends, and with which code the device answers. */
async function hostile(name: string, frame: Buffer, code: CoapCode) {
    await section(name, async () => {
        const answer = await server.receive(frame, Place.Inside)
        return answer !== undefined && readMessage(answer).message.code === code
    })
}

function changed(frame: Buffer): Buffer {
    const other = frame.slice(0)
    other[other.length - 1] ^= 1
    return other
}

await hostile(
    "hostile.plain",
    writeMessage(newRequest(1, CoapCode.Post, ["valve"], rising(180))),
    CoapCode.Unauthorized,
)
await hostile("hostile.forged", changed(lastFrame), CoapCode.BadRequest)
await hostile("hostile.offer", changed(offer), CoapCode.Unauthorized)
await hostile(
    "hostile.pairing",
    writeMessage(newRequest(1, CoapCode.Post, [".well-known", "edhoc"], rising(180))),
    CoapCode.BadRequest,
)
await finish()
