/** A unit that has left the factory takes nothing that a factory gives, whatever befalls it, on both reference devices and board profiles. */
import { createHash } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { BoardState } from "../../simulators/board/board"
import { loadBoard } from "../../simulators/board/definition"
import { BOARD_PROFILES, type BoardProfile } from "../../simulators/board/verifier"
import { Atecc608 } from "../../simulators/parts/atecc608"
import { ElementMemory } from "../../simulators/parts/atecc608/memory"
import type { Fram } from "../../simulators/parts/fram"
import { Random } from "../../simulators/random"
import { IDENTITY_RECORD } from "../../src/core/identity/factory"
import { beginReset } from "../../src/core/owner/factory-reset"
import { CERTIFICATES_AT, RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RecordStore } from "../../src/core/store/record-store"
import { decodeHeader, decodeValue, encodeSlot, HEADER_BYTES } from "../../src/core/store/slot"
import { encodePolicy } from "../../src/core/suit/policy"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import { manufacture, simulatedRelease } from "../../src/host/unit/simulated-factory"
import { noPause } from "../core/store/slot-memory"
import { recordsByPage } from "../loader/reading"
import { type Found, NO_GRANTS, ungrantedChanges } from "../loader/record-changes"
import { FACTORY_COMMANDS, FactoryPeer, type Wish } from "./factory-peer"
import { DEVICE_ID, Rig, testProgram } from "./rig"

interface Device {
    name: string
    board: string
    hasElement: boolean
    hostile: string
}

const DEVICES: readonly Device[] = [
    { name: "gas-valve", board: "valve_pico", hasElement: false, hostile: "programs/hostile-valve.ts" },
    { name: "doorbell", board: "doorbell_c3", hasElement: true, hostile: "programs/hostile-doorbell.ts" },
]
/** Panic of the runtime for an exception that nobody catches, and the time until it starts the program again. */
const UNHANDLED_EXCEPTION = 60_005
const RESTART_S = 5.25
/** Longest that a factory reset takes; the doorbell erases Wi-Fi credentials, too. */
const RESET_S = 14
/** Until the device has dealt with what it was sent, and with what was unplugged; a reset of the doorbell is slower while a peer insists. */
const CALM_S = 3
const CALM_AFTER_RESET_S = 9
/** From power-on to a unit at work, with room: a second goes by between two looks at the identity. */
const START_S = 3

/** Of the element: where keys for pairings are made. */
const AGREEMENT_SLOT = 2

const framOf = ({ board }: Rig) => board.parts.get("fram") as Fram
const elementOf = ({ board }: Rig) => board.parts.get("element")

/** What a unit goes through while a peer insists. */
interface Ordeal {
    name: string
    needsElement?: boolean
    /** It lasts for a moment only, so that each command is tried alone. */
    isShort?: boolean
    /** Before the peer begins; the unit is off. */
    prepare?(rig: Rig): Promise<void> | void
    play(rig: Rig, insist: (seconds: number) => void, peer: FactoryPeer): void
    /** What the unit says of its identity in the end: Valid if left out. */
    identity?: string
    /** The verified profile starts no program, so that nobody answers. */
    stopsVerified?: boolean
}

const ORDEALS: readonly Ordeal[] = [
    {
        name: "a start",
        isShort: true,
        play(rig, insist) {
            rig.board.powerOn()
            insist(START_S)
        },
    },
    {
        name: "restarts that it asks the chip for",
        isShort: true,
        play(rig, insist, peer) {
            rig.boot()
            for (const seconds of [1.3, 1.6, START_S]) {
                peer.reset()
                insist(seconds)
            }
        },
    },
    {
        name: "a crash and the restart after it",
        isShort: true,
        play(rig, insist) {
            rig.boot()
            rig.board.panicProgram(UNHANDLED_EXCEPTION)
            rig.run(RESTART_S - 0.25)
            insist(1.5)
        },
    },
    {
        name: "2 s of a silent element",
        needsElement: true,
        isShort: true,
        play(rig, insist) {
            rig.boot()
            rig.act("element", "mute")
            insist(2)
            rig.act("element", "unmute")
            insist(1.5)
        },
    },
    {
        name: "a start with a silent element",
        needsElement: true,
        play(rig, insist) {
            rig.act("element", "mute")
            rig.board.powerOn()
            insist(START_S)
        },
        identity: "NoElement",
        stopsVerified: true,
    },
    {
        name: "a start with another element, as it was bought",
        needsElement: true,
        prepare(rig) {
            ;(elementOf(rig) as Atecc608).load(new ElementMemory(new Random("bought")).save())
        },
        play(rig, insist) {
            rig.board.powerOn()
            insist(START_S)
        },
        identity: "ElementOpen",
    },
    {
        name: "2 s of a silent FRAM",
        play(rig, insist) {
            rig.boot()
            rig.act("fram", "unplug")
            insist(2)
            rig.act("fram", "plug")
            insist(START_S)
        },
    },
    {
        name: "a start with a silent FRAM",
        play(rig, insist) {
            rig.act("fram", "unplug")
            rig.board.powerOn()
            insist(START_S)
            rig.act("fram", "plug")
            insist(START_S)
        },
        stopsVerified: true,
    },
    ...(
        [
            ["an identity that cannot be read", bytes => bytes.fill(0, HEADER_BYTES)],
            ["an identity with another unit's seal", resealed],
            ["an identity that is lost", bytes => bytes.fill(0)],
        ] as [string, (copy: Buffer) => void][]
    ).map(([name, change]) => ({
        name: `a start with ${name}`,
        prepare: (rig: Rig) => everyCopy(rig, change),
        play(rig: Rig, insist: (seconds: number) => void) {
            rig.board.powerOn()
            insist(START_S)
        },
        identity: "Damaged",
    })),
    {
        name: "a start with certificates that are damaged",
        prepare(rig) {
            framOf(rig).bytes[CERTIFICATES_AT] ^= 0xff
        },
        play(rig, insist) {
            rig.board.powerOn()
            insist(START_S)
        },
        identity: "Damaged",
    },
    {
        name: "a factory reset, and the start that it ends with",
        async prepare(rig) {
            await beginReset(await storeOf(rig))
        },
        play(rig, insist) {
            rig.board.powerOn()
            insist(RESET_S)
            rig.run(CALM_AFTER_RESET_S)
        },
    },
]

async function storeOf(rig: Rig): Promise<RecordStore> {
    const { bytes } = framOf(rig)
    const store = new RecordStore(
        {
            slots: RECORD_SLOTS,
            slotBytes: SLOT_BYTES,
            read: async (slot, length) => Buffer.from(bytes.slice(slot * SLOT_BYTES, slot * SLOT_BYTES + length)),
            write: async (slot, content) => bytes.set(content, slot * SLOT_BYTES),
        },
        noPause,
    )
    await store.mount()
    return store
}

/** Changes every copy of the record `identity`. */
function everyCopy(rig: Rig, change: (bytes: Buffer) => void): void {
    const { bytes } = framOf(rig)
    for (let slot = 0; slot < RECORD_SLOTS; slot++) {
        const copy = Buffer.from(bytes.buffer, bytes.byteOffset + slot * SLOT_BYTES, SLOT_BYTES)
        if (decodeHeader(copy)?.name === IDENTITY_RECORD) change(copy)
    }
}

/** What it says is changed, and its checksums are made right again. */
function resealed(copy: Buffer): void {
    const header = decodeHeader(copy)!
    const { name, generation } = header
    const value = Buffer.from(decodeValue(copy)!)
    value[value.length - 17] ^= 1
    encodeSlot(SLOT_BYTES, name, generation, value).copy(copy)
}

/** Asked a second time if need be: the first question after so many others may be dropped. */
const identityOf = (rig: Rig) => rig.register("identity") ?? rig.register("identity")

function found(rig: Rig): Found {
    const element = elementOf(rig)
    const memory = element instanceof Atecc608 ? element.observe().counter0 : null
    return { chip: DEVICE_ID, fram: Buffer.from(framOf(rig).bytes), element: memory as number | null }
}

/** Everything that neither counts nor logs, byte by byte. */
function kept(rig: Rig) {
    const { fram } = found(rig)
    const read = recordsByPage(fram, DEVICE_ID)
    const names = ["root", "factory", "identity", "key", "pairing", "program", "pending", "policy", "floor", "people"]
    const element = elementOf(rig)
    const slots = element instanceof Atecc608 ? element.save().slots : []
    return {
        records: Object.fromEntries(names.map(name => [name, read(name)?.toString("hex")])),
        certificates: fram.subarray(8192, 10_240).toString("hex"),
        policies: fram.subarray(28_672, 29_696).toString("hex"),
        // A key for a pairing is made anew at every start.
        element: slots.filter((_, slot) => slot !== AGREEMENT_SLOT),
    }
}

/** What a unit may answer that is not in the factory, or cannot say. */
const REFUSALS = ["Busy", "AlreadyProvisioned", "Element", "Storage"]

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest()
/** Of whoever signs for the peer. */
const STRANGERS_POLICY = encodePolicy({ version: 0, threshold: 1, keys: [simulatedRelease("ES256", "stranger").key] })

describe.each(DEVICES)("$name", device => {
    let firmware: Firmware
    let hostile: Firmware
    let unit: BoardState
    let wish: Wish
    const definition = loadBoard(device.board, "boards")

    beforeAll(async () => {
        firmware = await buildFirmware(device.name)
        hostile = await buildFirmware(testProgram(device.hostile))
        const atWork = new Rig(firmware, definition, await manufacture(firmware.image, definition, DEVICE_ID))
        atWork.boot()
        atWork.run(2)
        expect(atWork.register("identity")).toBe("Valid")
        atWork.board.powerOff()
        unit = atWork.board.save()
        const identity = recordsByPage(found(atWork).fram, DEVICE_ID)("identity") as Buffer
        wish = {
            program: Buffer.concat([sha256(hostile.image), STRANGERS_POLICY]),
            certificates: { size: identity.readUInt16LE(0), digest: identity.subarray(2, 34) },
        }
    })

    /** The unit, off, and a peer that knows it. */
    function met(profile: BoardProfile): { rig: Rig; peer: FactoryPeer } {
        const rig = new Rig(firmware, definition, unit, profile)
        const peer = new FactoryPeer(rig, wish)
        rig.boot()
        rig.board.powerOff()
        rig.run(0.1)
        return { rig, peer }
    }

    const ordeals = ORDEALS.filter(({ needsElement }) => !needsElement || device.hasElement)
    const trials = ordeals.flatMap(ordeal =>
        ordeal.isShort
            ? FACTORY_COMMANDS.map(command => ({ ...ordeal, commands: [command], said: command as string }))
            : [{ ...ordeal, commands: [...FACTORY_COMMANDS], said: "every command" }],
    )

    describe.each(BOARD_PROFILES)("on the %s profile, every 10 ms of", profile => {
        test.each(trials)("$name: $said is refused", async ({ commands, prepare, play, identity, stopsVerified }) => {
            const { rig, peer } = met(profile)
            await prepare?.(rig)
            const [before, dump] = [kept(rig), found(rig)]
            play(rig, seconds => peer.insist(seconds, commands), peer)
            rig.run(CALM_S)
            const isStopped = stopsVerified && profile === "verified"
            expect(identityOf(rig)).toBe(isStopped ? undefined : (identity ?? "Valid"))
            const heard = commands.filter(command => peer.answers.some(answer => answer.command === command))
            expect(heard).toEqual(isStopped ? [] : commands)
            for (const { command, refusal } of peer.answers) expect(REFUSALS, command).toContain(refusal)
            rig.board.powerOff()
            expect(ungrantedChanges(dump, found(rig), NO_GRANTS)).toEqual([])
            expect(kept(rig)).toEqual(before)
        })
    })

    describe("on the verified profile, a program that a peer would have confirmed does not run", () => {
        const starts = ({ log }: Rig) => log.filter(line => line.startsWith("* start:")).length
        const ATTACKS = ORDEALS.filter(({ isShort, needsElement }) => isShort && (!needsElement || device.hasElement))

        test.each(ATTACKS)("after $name", ({ play }) => {
            const { rig, peer } = met("verified")
            play(rig, seconds => peer.insist(seconds, ["keep_program"]), peer)
            const before = starts(rig)
            rig.board.deploy(hostile.image)
            rig.run(START_S)
            expect(starts(rig)).toBe(before)
            rig.board.deploy(firmware.image)
            rig.run(START_S)
            expect(starts(rig)).toBe(before + 1)
        })
    })
})
