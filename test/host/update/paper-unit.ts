/**
 * A unit as a host meets it, without a runtime: what it has on record, what is installed, and what it signs. It keeps to docs/update.md, and
 * every answer can be made a wrong one.
 */
import { createHash } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { attestationToken, type Condition } from "../../../src/core/identity/attestation"
import type { KeyStore } from "../../../src/core/ports"
import type { Manifest } from "../../../src/core/suit/manifest"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { signGrant } from "../../../src/core/update/grant"
import type { ProgramRecord } from "../../../src/core/update/records"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import type { ChainPolicy } from "../../../src/host/identity/chain"
import { type InstallLink, LinkError } from "../../../src/host/unit/unit-link"
import { manifestIn } from "../../../src/host/update/package-head"
import { noPause } from "../../core/store/slot-memory"
import { authority, DOORBELL, der, issue, later, seeded } from "../identity/factory"

export const CHIP = "0123456789abcdef"
const CAUSE_UPDATE = 9

/** What it says of itself, signed and unsigned; a test changes some of it. */
export interface Sayings {
    ownNumber: number
    state: UpdateState
    program: ProgramRecord
    floor: number
    cause: number
    /** Bits of all causes. */
    causes: number
    identity: string
    /** Whether the token has a claim of updates. */
    tells: boolean
    /** Of the key that signs. */
    key: string
}

export class PaperUnit implements InstallLink {
    program: ProgramRecord
    pending: ProgramRecord | undefined
    floor = 1
    state = UpdateState.Idle
    refusal = 0
    /** Version of the trust policy in force. */
    policyVersion = 0
    /** It waits for its owner's yes. */
    asks = false
    /** What is in the flash. */
    installed: Buffer
    /** The chip has a program that answers. */
    alive = true
    /** Programs that fail their trial. */
    readonly failing = new Set<string>()
    /** How often a program was installed, and the power goes away in the middle of these installations. */
    installs = 0
    cutAt: readonly number[] = []
    /** What it says, if that is not what is. */
    lies: Partial<Sayings> = {}
    readonly #numbers = new Map<string, number>()
    #head = Buffer.alloc(0)
    #offered: Manifest | undefined
    #token = Buffer.alloc(0)

    private constructor(
        image: Buffer,
        readonly chain: Uint8Array,
        readonly policy: ChainPolicy,
    ) {
        this.installed = image
        this.program = { sequenceNumber: 1, digest: sha256(image) }
    }

    /** @param images by the numbers that they call themselves; the unit comes with number 1 */
    static async make(images: ReadonlyMap<number, Buffer>): Promise<PaperUnit> {
        const ca = await authority("ed25519")
        const chain = Buffer.concat([await issue(ca, publicKeyOf("unit")), der(ca)])
        const unit = new PaperUnit(images.get(1)!, chain, { ca: der(ca), revoked: new Set(), now: later() })
        for (const [number, image] of images) unit.#numbers.set(hexOf(image), number)
        return unit
    }

    async chip() {
        return CHIP
    }

    async programSha256() {
        return hexOf(this.installed)
    }

    async find() {
        if (!this.alive) throw new LinkError("nobody answers")
    }

    async wait() {}
    async close() {}

    async get(register: string) {
        await this.find()
        const { state, cause, causes, identity } = this.#sayings
        const registers: Record<string, unknown> = {
            state: { state: cause === 0 ? "Normal" : "Safe", cause: String(cause) },
            causes,
            identity,
            update: { state: UpdateState[state], refusal: this.refusal, digest: this.#subject.digest },
        }
        return registers[register] as never
    }

    async call(command: string, values: Record<string, unknown> = {}): Promise<never> {
        await this.find()
        const answer = await COMMANDS[command](this, values)
        return answer as never
    }

    /** Its record of the confirmed program is damaged, as `UpdateAgent` finds it at the next start. */
    forget(): void {
        this.program = { sequenceNumber: 0, digest: Buffer.alloc(32) }
        this.start()
    }

    /** The power goes away in the middle, or the program is there and starts. */
    async install(image: Uint8Array) {
        this.installs++
        this.installed = Buffer.from(image)
        this.alive = false
        if (this.cutAt.includes(this.installs)) {
            this.installed = Buffer.alloc(8)
            throw new LinkError("the device does not take the program")
        }
        this.start()
    }

    /** As `UpdateAgent.start` and a trial do it. A program that nobody knows does not answer. */
    start(): void {
        const digest = sha256(this.installed)
        const own = this.#numbers.get(digest.toString("hex"))
        this.alive = own !== undefined
        if (own === undefined) return
        this.state = UpdateState.Reverting
        if (own < this.floor) this.refusal = UpdateRefusal.BelowFloor
        else if (this.program.sequenceNumber === own) {
            this.state = UpdateState.Idle
            this.refusal = 0
        } else if (this.pending?.sequenceNumber !== own) this.refusal = UpdateRefusal.Unauthorised
        else if (this.failing.has(digest.toString("hex"))) this.refusal = UpdateRefusal.TrialFailed
        else {
            this.program = this.pending
            this.floor = own
            this.pending = undefined
            this.state = UpdateState.Confirmed
            this.refusal = 0
        }
    }

    get #subject(): ProgramRecord {
        return this.#offered ?? this.program
    }

    get #sayings(): Sayings {
        const cause = this.state === UpdateState.Reverting ? CAUSE_UPDATE : (this.lies.cause ?? 0)
        return {
            ownNumber: this.#numbers.get(hexOf(this.installed)) ?? 0,
            state: this.state,
            program: this.program,
            floor: this.floor,
            cause,
            causes: cause === 0 ? 0 : 1 << cause,
            identity: "Valid",
            tells: true,
            key: "unit",
            ...this.lies,
        }
    }

    async offer(size: number) {
        if (this.state === UpdateState.AwaitingConsent) return { refusal: UpdateRefusal.Busy }
        this.#head = Buffer.alloc(size)
        return { refusal: 0 }
    }

    async take(offset: number, data: Uint8Array) {
        this.#head.set(data, offset)
        const received = offset + data.length
        if (received === this.#head.length) {
            const { isPolicy, sequenceNumber } = (this.#offered = (await manifestIn(this.#head))!)
            const last = isPolicy ? this.policyVersion : this.program.sequenceNumber || this.floor - 1
            const isNewer = sequenceNumber > last
            this.state = isNewer ? UpdateState.AwaitingConsent : UpdateState.Refused
            this.refusal = isNewer ? 0 : SuitRefusal.SequenceOlder
            if (isNewer && !this.asks) await this.answer()
        }
        return { received, refusal: 0 }
    }

    async answer() {
        const offered = this.#offered!
        this.state = offered.isPolicy ? UpdateState.Confirmed : UpdateState.Authorised
        if (offered.isPolicy) this.policyVersion = offered.sequenceNumber
        else this.pending = offered
        return { refusal: 0 }
    }

    async grant(challenge: Uint8Array) {
        const update = this.state === UpdateState.Reverting ? this.program : this.#subject
        if (update.sequenceNumber === 0) return { refusal: UpdateRefusal.Unexpected }
        const grant = { challenge: Buffer.from(challenge), update, confirmed: this.program }
        this.#token = Buffer.from(await signGrant(keysOf(this.#sayings.key), grant, noPause))
        return { refusal: 0 }
    }

    async attest(challenge: Uint8Array) {
        const { ownNumber, state, program, floor, cause, tells, key } = this.#sayings
        const { model, securityClass } = DOORBELL
        const condition: Condition = {
            serialNumber: () => DOORBELL.serial,
            bootCount: () => 1,
            model,
            firmwareVersion: "",
            sequenceNumber: ownNumber,
            securityClass,
            state: [cause === 0 ? 0 : 2, cause],
            uptime: () => 1,
            evidence: tells ? async () => ({ state, program, floor }) : undefined,
        }
        const keyDigest = sha256(publicKeyOf("unit"))
        const token = attestationToken(keysOf(key), Buffer.from(challenge), keyDigest, condition, noPause)
        this.#token = Buffer.from(await token)
        return { refusal: "None" }
    }

    async read(offset: number, document: number) {
        const bytes = document === 0 ? Buffer.from(this.chain) : this.#token
        return { size: bytes.length, data: bytes.subarray(offset, offset + 128) }
    }
}

type Values = Record<string, unknown>
const COMMANDS: Readonly<Record<string, (unit: PaperUnit, values: Values) => Promise<object>>> = {
    offer_update: (unit, { size }) => unit.offer(Number(size)),
    write_update: (unit, { offset, data }) => unit.take(Number(offset), data as Uint8Array),
    answer_update: unit => unit.answer(),
    grant_update: (unit, { challenge }) => unit.grant(challenge as Uint8Array),
    attest: (unit, { challenge }) => unit.attest(challenge as Uint8Array),
    read: (unit, { offset, document }) => unit.read(Number(offset), Number(document)),
}

function keysOf(name: string): KeyStore {
    const secret = seeded(name)(32)
    return {
        algorithm: "EdDSA",
        publicKey: async () => publicKeyOf(name),
        createKey: async () => publicKeyOf(name),
        sign: async message => Buffer.from(ed25519.sign(message, secret)),
    }
}

function publicKeyOf(name: string): Buffer {
    return Buffer.from(ed25519.getPublicKey(seeded(name)(32)))
}

function sha256(bytes: Uint8Array): Buffer {
    return createHash("sha256").update(bytes).digest()
}

function hexOf(bytes: Uint8Array): string {
    return sha256(bytes).toString("hex")
}
