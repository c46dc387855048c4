/** What the hostile peer has before it: a unit of a reference device at several points of its life, and all that was overheard meanwhile. */
import { createHash } from "node:crypto"
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { decodeHeader, FrameFlag, programDeviceId } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import type { Fram } from "../../../simulators/parts/fram"
import { CERTIFICATES_AT, CERTIFICATES_BYTES, RECORD_SLOTS, SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { encodePolicy } from "../../../src/core/suit/policy"
import { Consent } from "../../../src/core/update/update-agent"
import { buildFirmware, type Firmware } from "../../../src/host/build/firmware"
import type { MemorySession } from "../../../src/host/session/kept-session"
import { manufacture, simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { packageParts } from "../../../src/host/update/package-parts"
import { MemorySlots } from "../../core/store/slot-memory"
import { agreeToEverything, giveOwner, Phone } from "../../firmware/phone"
import { Rig } from "../../firmware/rig"
import { boardOf, type Device, packageOf, release } from "../../host/update/releases"
import { allRecordsByPage } from "../../loader/reading"
import { sealedStoreOn } from "../../simulators/board/unit-with"
import { SecretFinder } from "../secret-finder"
import { CONSENT_RECORD } from "../update-watch"
import { OwnersHost } from "./owners-host"
import { Peer } from "./peer"
import { EXCHANGE } from "./session-strategies"
import { serviceClassOf } from "./words"

/** Points of a unit's life. `standing`: its owner wants all updates. `trial`: the next release is to prove itself, `reverting`: it has failed. */
export type State = "new" | "owned" | "disabled" | "damaged" | "standing" | "trial" | "reverting" | "resetting"

/** What differs between the reference devices. */
interface DeviceFacts {
    /** The part at which a person stands. */
    touch: string
    /** What must not be on unless the story has it on: the net that drives it. */
    outputs: Readonly<Record<string, string>>
    /** What it calls its modules. */
    roles: readonly string[]
    /** Programs that have every output on, and that try everything. */
    hostile: readonly string[]
    claim(unit: Rig): Promise<{ kept: BoardState; anna: MemorySession }>
}

export const FACTS: Readonly<Record<Device, DeviceFacts>> = {
    "gas-valve": {
        touch: "button",
        roles: ["gas", "gas2", "gas3"],
        outputs: { valve: "valve_drive" },
        hostile: ["hold-valve-for-ever", "hostile-valve"],
        claim: giveOwner,
    },
    doorbell: {
        touch: "release",
        roles: ["camera", "microphone"],
        outputs: { strike: "strike_drive", "capture supply": "capture" },
        hostile: ["hold-doorbell-for-ever", "hostile-doorbell"],
        claim: agreeToEverything,
    },
}

export interface BusSubject {
    device: Device
    profile: BoardProfile
    /** What the board really is, if it is not what it should be. */
    board?: BoardProfile
    definition: BoardDefinition
    firmware: Firmware
    deviceId: string
    states: Readonly<Record<State, BoardState>>
    /** The end of the owner's session in each state in which somebody is known, and can be served. */
    owners: Readonly<Partial<Record<State, MemorySession>>>
    /** What was said to this unit in its life so far, and to another unit in its, frame by frame. */
    recordings: Readonly<Record<"claim" | "life" | "update" | "other unit", readonly Uint8Array[]>>
    /** Of these the messages to `exchange`: of pairings and of people. And what this unit answered them. */
    messages: Readonly<Record<"own" | "others" | "answers", readonly Uint8Array[]>>
    /** The announcements that were overheard: service classes by device. */
    devices: ReadonlyMap<string, readonly number[]>
    /** Release 2, and its package's head by its maker and by a stranger. */
    next: Firmware
    heads: { maker: Buffer; stranger: Buffer }
    hostile: readonly Firmware[]
    /** A stranger's trust policy, encoded. */
    policy: Buffer
    /** What passes for a certificate of the unit's own key. */
    certificate: Buffer
    secrets: SecretFinder
}

const ID = "6a1f0c3b5d2e4f17"
const OTHER_ID = "57c2d10f9a6b3e84"
const NEXT = 2

/** @param firmware what the unit runs; another than the device's own to see what the campaign would notice */
export async function busSubject(device: Device, firmware?: Firmware): Promise<Omit<BusSubject, "profile">> {
    const facts = FACTS[device]
    const own = firmware ?? (await buildFirmware(device))
    const next = await release(device, NEXT)
    const hostile = await Promise.all(facts.hostile.map(name => buildFirmware(`test/programs/${name}.ts`)))
    const heads = await headsOf(device, next)
    const life = new Life(device, own)
    const fresh = (await manufacture(own.image, life.definition, ID))!
    const claim = await life.claim(fresh)
    const lived = await life.live(claim)
    const standing = { ...claim, state: await withStandingConsent(claim.state) }
    const update = await life.update(standing, heads.maker, next)
    const other = new Life(device, own, OTHER_ID)
    const others = await other.live(await other.claim((await manufacture(own.image, life.definition, OTHER_ID))!))
    const publicKey = publicKeyIn(fresh)
    return {
        device,
        definition: life.definition,
        firmware: own,
        deviceId: ID,
        states: {
            new: fresh,
            owned: lived.state,
            disabled: lived.disabled.state,
            damaged: damaged(lived.state),
            standing: standing.state,
            trial: update.state,
            reverting: life.failTrial(update.state),
            resetting: life.beginReset(lived.state),
        },
        // Whose identity is damaged serves nobody, and whoever is about to forget its owner need not.
        owners: {
            owned: lived.anna,
            disabled: lived.disabled.anna,
            standing: claim.anna,
            trial: update.anna,
            reverting: update.anna,
        },
        recordings: {
            claim: claim.frames,
            life: lived.frames,
            update: update.frames,
            "other unit": others.frames.map(frame => readdressed(frame)),
        },
        messages: { own: life.messages, others: other.messages, answers: life.answers },
        devices: life.devices,
        next,
        heads,
        hostile,
        policy: encodePolicy({ version: 1, threshold: 1, keys: [strangerOf(device).key] }),
        certificate: Buffer.concat([Buffer.from("30820120", "hex"), Buffer.alloc(64), publicKey, Buffer.alloc(160)]),
        secrets: secretsOf(fresh),
    }
}

function strangerOf(device: Device) {
    return simulatedRelease(device === "doorbell" ? "ES256" : "SLH-DSA-SHA2-128s", "stranger")
}

async function headsOf(device: Device, { image }: Firmware) {
    const bytes = [await packageOf(device, NEXT, image)]
    bytes.push(await packageOf(device, NEXT, image, { signer: strangerOf(device) }))
    const [maker, stranger] = await Promise.all(bytes.map(async all => (await packageParts("package", all)).head))
    return { maker, stranger }
}

/** How long in each chapter of a life it is kept what modules say, in microseconds. */
const MODULES_HEARD_US = 8_000_000

interface Claimed {
    state: BoardState
    anna: MemorySession
}

/** A unit's life before the story, with an ear on its bus. */
class Life {
    readonly definition: BoardDefinition
    readonly devices = new Map<string, readonly number[]>()
    /** To and from `exchange`. */
    readonly messages: Uint8Array[] = []
    readonly answers: Uint8Array[] = []
    readonly #device: Device
    readonly #firmware: Firmware
    readonly #id: string

    constructor(device: Device, firmware: Firmware, id = ID) {
        this.definition = boardOf(device)
        this.#device = device
        this.#firmware = firmware
        this.#id = id
    }

    async claim(state: BoardState) {
        const { unit, frames } = this.#overhear(state, "claim")
        const { kept, anna } = await FACTS[this.#device].claim(unit)
        return { state: kept, anna, frames }
    }

    /** Anna lets Ben in, changes her mind about this and that, and disables the device for a while. */
    async live({ state, anna: session }: Claimed) {
        const { unit, frames } = this.#overhear(state, "life")
        const anna = new Phone(unit, "Anna", session.copy())
        const { touch } = FACTS[this.#device]
        unit.boot()
        const refusals: unknown[] = [await new Phone(unit, "Ben").pair(await anna.invite("family"), touch)]
        if (this.#device === "doorbell") for (const answer of ["No", "Yes"]) refusals.push(await anna.answer(0, answer))
        await anna.answerUpdate()
        refusals.push(await anna.disable(true))
        unit.run(0.5)
        const disabled = { state: keptBy(unit), anna: anna.session.copy() }
        anna.touch(touch)
        refusals.push(await anna.disable(false))
        if (refusals.some(refusal => refusal !== "None" && refusal !== 0)) throw new Error(`refused: ${refusals}`)
        // Somebody is at the device again, and then holds the button for a while.
        unit.press(touch)
        unit.run(0.5)
        unit.board.powerOff()
        return { state: unit.board.save(), anna: anna.session, disabled, frames }
    }

    /** The owner's hub brings the next release, and it is installed. */
    async update({ state, anna: session }: Claimed, head: Buffer, { image }: Firmware) {
        const { unit, frames } = this.#overhear(state, "update")
        const anna = session.copy()
        unit.boot()
        await new OwnersHost(unit, new Phone(unit, "Anna's hub", anna)).bringUpdate(head, "Installing")
        unit.board.deploy(image)
        unit.board.powerOff()
        return { state: unit.board.save(), anna, frames }
    }

    /** The next release is switched off before it has proved itself, as often as it takes. */
    failTrial(state: BoardState): BoardState {
        let failed = state
        for (let start = 0; start < 3; start++) {
            const { unit } = this.#overhear(failed, "trial")
            unit.boot()
            unit.board.powerOff()
            failed = unit.board.save()
        }
        return failed
    }

    /** Somebody holds the button for so long that the device is to forget its owner; the power goes as it begins to. */
    beginReset(state: BoardState): BoardState {
        const { unit } = this.#overhear(state, "reset")
        const { bytes } = unit.board.parts.get("fram") as Fram
        unit.boot()
        unit.act(FACTS[this.#device].touch, "press")
        for (let n = 0; n < 240; n++) {
            if (allRecordsByPage(Buffer.from(bytes.subarray(0, RECORD_SLOTS * SLOT_BYTES))).has("resetting")) {
                unit.board.powerOff()
                return unit.board.save()
            }
            unit.run(0.05)
        }
        throw new Error(`${this.#device}: the reset does not begin`)
    }

    #overhear(state: BoardState, chapter: string) {
        const unit = new Rig(this.#firmware, this.definition, state, "stock", `${chapter} of ${this.#id}`, this.#id)
        const frames: Uint8Array[] = []
        const peer = new Peer(unit.bus, unit.clock)
        const domovoi = serviceClassOf("domovoi")
        peer.hear(({ deviceId, serviceIndex, command, payload, isCommand }) => {
            const classes = peer.devices.get(deviceId) ?? []
            if (deviceId !== programDeviceId(this.#id) || classes[serviceIndex - 1] !== domovoi) return
            if (command !== EXCHANGE || payload.length === 0) return
            const heard = isCommand ? this.messages : this.answers
            heard.push(Uint8Array.from(payload))
        })
        unit.bus.attach({
            name: "ear",
            receive: frame => {
                // A pairing takes minutes, in which modules say the same again and again.
                const isNews = isCommand(frame) || unit.clock.nowUs < MODULES_HEARD_US
                if (isNews && !isOf(frame, this.#id)) frames.push(frame)
                for (const [id, classes] of peer.devices) this.devices.set(id, classes)
            },
        })
        return { unit, frames }
    }
}

function isCommand(frame: Uint8Array): boolean {
    const header = decodeHeader(frame)
    return header !== undefined && (header.flags & FrameFlag.Command) !== 0
}

/** Whether the frame was sent by the unit itself. */
function isOf(frame: Uint8Array, id: string): boolean {
    const header = decodeHeader(frame)
    const isReport = header !== undefined && !(header.flags & FrameFlag.Command)
    return isReport && (header.deviceId === id || header.deviceId === programDeviceId(id))
}

/** A frame to or of the other unit as if it were to or of this one. */
function readdressed(frame: Uint8Array): Uint8Array {
    const header = decodeHeader(frame)
    const to = header?.deviceId === OTHER_ID ? ID : programDeviceId(ID)
    if (header?.deviceId !== OTHER_ID && header?.deviceId !== programDeviceId(OTHER_ID)) return frame
    const copy = Buffer.from(frame)
    copy.write(to, 4, "hex")
    copy.writeUInt16LE(jacdac.crc(copy.subarray(2, 12 + copy[2])), 0)
    return copy
}

function keptBy(unit: Rig): BoardState {
    // Saving it does not disturb it.
    return unit.board.save()
}

async function withStandingConsent(state: BoardState): Promise<BoardState> {
    const bytes = Buffer.from(String(state.parts.fram), "base64")
    const memory = new MemorySlots(RECORD_SLOTS, SLOT_BYTES)
    memory.bytes.set(bytes.subarray(0, memory.bytes.length))
    await (await sealedStoreOn(memory, ID)).set(CONSENT_RECORD, Buffer.of(Consent.Always))
    bytes.set(memory.bytes)
    return { ...state, parts: { ...state.parts, fram: bytes.toString("base64") } }
}

function damaged(state: BoardState): BoardState {
    const bytes = Buffer.from(String(state.parts.fram), "base64")
    bytes[CERTIFICATES_AT] ^= 0xff
    return { ...state, parts: { ...state.parts, fram: bytes.toString("base64") } }
}

/** SubjectPublicKeyInfo of RFC 8410 §4 and RFC 5480 §2, up to the key, and the key's size. */
const KEY_INFOS: readonly [string, number][] = [
    ["302a300506032b6570032100", 32],
    ["3059301306072a8648ce3d020106082a8648ce3d03010703420004", 64],
]

/** The device's own key as the first certificate has it. */
function publicKeyIn(state: BoardState): Buffer {
    const certificates = Buffer.from(String(state.parts.fram), "base64").subarray(
        CERTIFICATES_AT,
        CERTIFICATES_AT + CERTIFICATES_BYTES,
    )
    const found = KEY_INFOS.map(([info, size]) => {
        const at = certificates.indexOf(Buffer.from(info, "hex"))
        return at < 0 ? undefined : { at, bytes: certificates.subarray(at, at + info.length / 2 + size) }
    }).filter(key => key !== undefined)
    return found.reduce((first, key) => (key.at < first.at ? key : first)).bytes
}

/** What no unit tells anybody: its records of secrets, without their seals, and the key of the seals. */
function secretsOf(state: BoardState): SecretFinder {
    const bytes = Buffer.from(String(state.parts.fram), "base64").subarray(0, RECORD_SLOTS * SLOT_BYTES)
    const records = allRecordsByPage(bytes)
    const secrets = new SecretFinder()
    for (const name of ["root", "pairing", "key"]) {
        const value = records.get(name)
        if (Buffer.isBuffer(value)) secrets.add(name, value.subarray(0, 16))
    }
    return secrets
}

export function sha256Of(bytes: Uint8Array): Buffer {
    return createHash("sha256").update(bytes).digest()
}
