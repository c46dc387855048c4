/** A device and its hubs, each with its memory, on Node: frames go from one to the other. */
import { createHash } from "node:crypto"
import type { Event } from "../../../../src/core/eventlog/event"
import { Place, type Role } from "../../../../src/core/owner/rights"
import type { Log } from "../../../../src/core/ports"
import { CoapCode, type CoapMessage } from "../../../../src/core/session/coap-message"
import { readMessage } from "../../../../src/core/session/coap-reader"
import { writeMessage } from "../../../../src/core/session/coap-writer"
import { Household, Standing } from "../../../../src/core/session/device/household"
import { Pairing, secretName } from "../../../../src/core/session/device/pairing"
import { type Asker, pathOf, type Reply } from "../../../../src/core/session/device/requests"
import { servePeople } from "../../../../src/core/session/device/serve-people"
import { SessionServer } from "../../../../src/core/session/device/session-server"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import type { CipherSuite } from "../../../../src/core/session/edhoc/suites"
import { type Answered, type Ask, HubSession } from "../../../../src/core/session/hub/hub-session"
import { type PairingEnd, pair } from "../../../../src/core/session/hub/pair"
import type { SessionKeys } from "../../../../src/core/session/session-keys"
import { seeded } from "../edhoc/ends"
import { digest, pause } from "../ends"
import { MemoryStore, PowerCut } from "../kudos/ends"
import { nativeX25519 } from "../native-x25519"

export const LABEL = createHash("sha256").update("label").digest().subarray(0, 16)
/** Of the messages: that of pairing. */
export const SUITE = SUITE_4.aead

/** A frame on its way, which a test may look at, hold, change, or let fall. */
export type Wire = (
    frame: Buffer,
    deliver: (frame: Buffer) => Promise<Buffer | undefined>,
) => Promise<Buffer | undefined>

export interface Logged {
    event: Event
    cause: number
    detail: number
}

/** What was asked of the device by somebody it knows. */
export interface Served extends Asker {
    path: string
    payload: string
}

export class TestDevice {
    nowMs = 0
    from = Place.Inside
    label: Buffer = LABEL
    digest = digest
    /** Of pairings. */
    cipherSuite = SUITE_4
    readonly log: Logged[] = []
    readonly served: Served[] = []
    household!: Household
    pairing!: Pairing
    server!: SessionServer
    private starts = 0

    constructor(
        readonly seed = "device",
        readonly store = new MemoryStore(),
        readonly suite = SUITE,
    ) {}

    /** As after a power cut: what is left is what is on record. */
    async start(): Promise<this> {
        const { store, suite, log, digest } = this
        const random = seeded(`${this.seed}/${this.starts++}`)
        const record = (event: Event, cause: number, detail: number) => void log.push({ event, cause, detail })
        const ports = { suite, digest, random, pause, store, log: { record, settle: async () => {} } }
        this.nowMs = 0
        store.isOff = false
        store.cut = undefined
        this.household = new Household(random, pause)
        await this.household.load(store)
        this.server = new SessionServer(
            { ...ports, serve: async (request, asker) => await this.serve(request, asker, ports.log) },
            this.household,
        )
        await this.server.load()
        const { server } = this
        this.pairing = new Pairing(
            {
                ...ports,
                now: () => this.nowMs,
                suite: this.cipherSuite,
                makeKey: async () => nativeX25519(random),
                labelSecret: async () => this.label,
                keep: async (place, keys, standing) => await server.keep(place, keys, standing),
            },
            this.household,
        )
        await this.pairing.load()
        await this.pairing.prepare()
        this.server.pairing = this.pairing
        return this
    }

    async receive(frame: Buffer): Promise<Buffer | undefined> {
        const answer = await this.server.receive(frame, this.from)
        if (this.store.isOff) throw new PowerCut("power cut")
        return answer
    }

    /** Paths by which it says what it is told. */
    protected echoes(): string[] {
        return ["echo"]
    }

    private async serve(request: CoapMessage, asker: Asker, log: Log): Promise<Reply> {
        const path = pathOf(request)
        if (!this.echoes().includes(path)) {
            const forget = async (place: number) => await this.server.forget(place)
            return await servePeople(this.household, log, forget, request, asker)
        }
        const { code, payload } = request
        if (code !== CoapCode.Post) return { code: CoapCode.NotAllowed, payload: Buffer.alloc(0) }
        this.served.push({ ...asker, path, payload: payload.toString() })
        return { code: CoapCode.Changed, payload }
    }
}

export class TestHub {
    session!: HubSession
    /** Of pairings. */
    cipherSuite = SUITE_4
    private starts = 0

    constructor(
        readonly seed: string,
        readonly device: TestDevice,
        public wire: Wire = async (frame, deliver) => await deliver(frame),
        readonly store = new MemoryStore(),
        readonly suite = device.suite,
    ) {}

    async start(): Promise<this> {
        const { store, suite } = this
        store.isOff = false
        store.cut = undefined
        const random = seeded(`${this.seed}/${this.starts++}`)
        const ports = { suite, digest, random, pause, store }
        this.session = new HubSession(ports, ["hub0", "hub1"], this.ask)
        await this.session.load()
        return this
    }

    readonly ask: Ask = async request => {
        const answer = await this.wire(writeMessage(request), async frame => await this.device.receive(frame))
        const read: CoapMessage | undefined = answer && readMessage(answer).message
        return read?.token.equals(request.token) ? read : undefined
    }

    async pair(secret: Buffer = LABEL, standing: Standing = Standing.ByLabel): Promise<PairingEnd> {
        return await this.pairBy([this.cipherSuite], () => {}, secret, standing)
    }

    /** @param agreed hears the suite of the keys */
    async pairBy(
        suites: readonly CipherSuite[],
        agreed: (suite: CipherSuite) => void,
        secret: Buffer = LABEL,
        standing: Standing = Standing.ByLabel,
    ): Promise<PairingEnd> {
        const makeKey = async () => nativeX25519(seeded(`${this.seed}/key/${this.starts++}`))
        const { session } = this
        const keep = async (keys: SessionKeys, suite: CipherSuite) => {
            await session.adopt(keys)
            agreed(suite)
        }
        const ports = { digest, pause, suites, makeKey, connectionId: Buffer.from([0x0a]), keep }
        const end = await pair(ports, secretName(standing), secret, this.ask)
        if (this.store.isOff) throw new PowerCut("power cut")
        return end
    }

    async post(path: string, payload: string | Buffer = ""): Promise<Answered> {
        return await this.session.request(CoapCode.Post, path.split("/"), Buffer.from(payload))
    }
}

/** A device that has an owner, and the owner's hub. */
export async function owned(seed = "device"): Promise<{ device: TestDevice; owner: TestHub }> {
    const device = await new TestDevice(seed).start()
    const owner = await new TestHub(`${seed}/owner`, device).start()
    device.pairing.touched()
    const end = await owner.pair()
    if (end.refusal !== 0) throw new Error(`not paired: ${end.refusal} ${end.hint}`)
    const first = await owner.post("echo", "hello")
    if (first.response?.code !== CoapCode.Changed) throw new Error(`no answer: ${first.refusal} ${first.hint}`)
    return { device, owner }
}

/** Somebody whom the owner has invited, and who was heard of. */
export async function invited(device: TestDevice, owner: TestHub, role: Role, seed: string): Promise<TestHub> {
    await owner.session.connect()
    const invitation = (await owner.post("people/invite", Buffer.from([role]))).response?.payload
    if (!invitation) throw new Error("not invited")
    await device.pairing.prepare()
    device.pairing.touched()
    const hub = await new TestHub(seed, device).start()
    const end = await hub.pair(invitation.subarray(1), Standing.ByInvitation + invitation[0])
    if (end.refusal !== 0) throw new Error(`not paired: ${end.refusal} ${end.hint}`)
    if ((await hub.post("echo", seed)).refusal !== 0) throw new Error("not heard of")
    await owner.session.connect()
    return hub
}
