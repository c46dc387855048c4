/** PV.1 to PV.7: what is taken, kept, told and shown of the people in the home. */
import { type Packet, programDeviceId } from "../../../../simulators/bus/frame"
import { jacdac } from "../../../../simulators/bus/jacdac"
import type { RandomBytes } from "../../identity/random-bytes"
import { certificatesOf } from "../../unit/certificates-of"
import type { MemoryDump } from "../bench"
import type { Declaration } from "../declaration"
import { guest, owner, placeOf, type Somebody } from "../household"
import { OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { type HeardPacket, packetsHeard, toService } from "./frames"
import { ready, until } from "./hands"
import { isCapturing, whileCapturing } from "./hardware"
import { agreed, answer, answerAll, disable, factoryReset, kept, type Use, usesOf } from "./people"
import { TRAFFIC_TESTS } from "./traffic"

/** A visit is over after this time. */
const OVER_MS = 13_000
const TAKEN_MS = 3000
/** From the owner's first no to the end of what is being taken: one to each use. */
const WITHDRAWN_MS = 1000
/** What is left to go of the time for which something is kept, when it is looked at: it still has to be there, and then not any more. */
const MARGIN_S = 60

const takesNothing = ({ declares }: Declaration) =>
    declares.capture.length > 0 && declares.uses > 0
        ? undefined
        : "the device declares no use of anything that it takes"
const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"
const isLoud = { part: "microphone", value: 0.8 }

async function visited(scene: Scene): Promise<boolean> {
    return (await whileCapturing(scene, async () => !(await isCapturing(scene)), OVER_MS)) !== undefined
}

/** Somebody speaks: a level that can be told from silence. */
async function speak({ bench, declared }: Scene): Promise<void> {
    if (declared.declares.capture.includes(isLoud.part)) await bench.act(isLoud.part, "set", isLoud.value)
}

/** Waits until what is being taken is over. */
async function visitOver(scene: Scene): Promise<void> {
    await until(scene.bench, async () => !(await isCapturing(scene)), OVER_MS)
    await scene.bench.link.wait(TAKEN_MS)
}

/** Somebody comes, speaks, and goes. */
async function visit(scene: Scene): Promise<void> {
    await speak(scene)
    await visited(scene)
    await visitOver(scene)
}

/** @throws Unclear if no use is declared to keep anything */
async function keepingUses(scene: Scene, by: Somebody): Promise<Use[]> {
    const keeping = (await usesOf(scene, by)).filter(({ retentionS }) => retentionS > 0)
    if (keeping.length === 0) throw new Unclear("no use is declared to keep anything")
    return keeping
}

async function requireAnswers(scene: Scene, expected: string, when: string, by?: Somebody): Promise<void> {
    const answers = (await usesOf(scene, by)).map(({ answer }) => answer)
    require(`answers ${when}`, answers.map(() => expected), answers)
}

export const PRIVACY_TESTS: readonly ConformanceTest[] = [
    {
        id: "PV.1-off-by-default",
        title: "Nothing is taken before the owner has agreed, and only then.",
        needs: ["hands", "label", "meter"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            await ready(scene)
            await requireAnswers(scene, "None", "of a new device")
            const expected = "nothing is taken without consent"
            if (await visited(scene)) throw new Broken(expected, "power, without an owner")
            const by = await owner(scene)
            if (await visited(scene)) throw new Broken(expected, "power, with an owner whom nobody has asked")
            await answerAll(scene, by, true)
            if (!(await visited(scene))) throw new Unclear("nothing is taken with consent either")
            return { verdict: "enforced", expected, seen: "power after the owner's yes, and not before" }
        },
    },
    {
        id: "PV.1-withdrawn",
        title: "The owner's no ends what is being taken at once, and for good.",
        needs: ["hands", "label", "meter", "supply"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            const { bench, note } = scene
            const by = await agreed(scene)
            if (!(await visited(scene))) throw new Unclear("nothing is taken with consent")
            const saidMs = bench.nowMs()
            await answerAll(scene, by, false)
            const goneMs = await until(bench, async () => !(await isCapturing(scene)), OVER_MS)
            const offMs = goneMs === undefined ? undefined : bench.nowMs() - saidMs
            note("without power", { tookMs: offMs === undefined ? null : Math.round(offMs), limitMs: WITHDRAWN_MS })
            const expected = `no power within ${WITHDRAWN_MS} ms of the first no, nor later`
            if (offMs === undefined || offMs > WITHDRAWN_MS) throw new Broken(expected, `power for ${offMs} ms more`)
            await visitOver(scene)
            if (await visited(scene)) throw new Broken(expected, "power at the next visit")
            await restart(bench, OFF_MS)
            await ready(scene)
            await requireAnswers(scene, "No", "after a restart", by)
            if (await visited(scene)) throw new Broken(expected, "power after a restart")
            return { verdict: "enforced", expected, seen: `no power after ${Math.round(offMs)} ms, nor later` }
        },
    },
    {
        id: "PV.1-each-its-own",
        title: "A yes is for the use and the version that it was asked for, and for no other.",
        needs: ["hands", "label"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            await ready(scene)
            const by = await owner(scene)
            const uses = await usesOf(scene, by)
            const beyond = { use: uses.length, version: 1 }
            for (const { use, version } of [...uses.map(of => ({ ...of, version: of.version + 1 })), beyond])
                require(`yes to use ${use} of version ${version}`, "Use", await answer(by, { use, version }, true))
            await requireAnswers(scene, "None", "to what was never described", by)
            for (const [at, use] of uses.entries()) {
                require(`yes to use ${at}`, "None", await answer(by, use, true))
                const answers = (await usesOf(scene, by)).map(of => of.answer)
                require(`answers after the yes to use ${at}`, uses.map((_, of) => (of <= at ? "Yes" : "None")), answers)
            }
            return { verdict: "enforced", expected: "Use", seen: "Use, and each yes for its own use" }
        },
    },
    {
        id: "PV.1-nothing-beside",
        title: "What nobody has agreed to is not kept while something else is taken.",
        needs: ["hands", "label", "meter"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            const { bench } = scene
            await ready(scene)
            const by = await owner(scene)
            const uses = await usesOf(scene, by)
            await speak(scene)
            let tried = 0
            for (const refused of uses.filter(({ retentionS }) => retentionS > 0)) {
                for (const use of uses) await answer(by, use, use !== refused)
                if (uses.length > 1 && !(await visited(scene))) throw new Unclear("nothing is taken with consent")
                await visitOver(scene)
                const { data } = await kept(by, refused.use)
                if (data.length > 0) throw new Broken(`nothing kept for use ${refused.use}`, hex(data))
                await bench.link.wait(TAKEN_MS)
                tried++
            }
            if (tried === 0) throw new Unclear("nothing of what is taken is kept, so nobody sees what is")
            return { verdict: "enforced", expected: "nothing kept", seen: "nothing kept" }
        },
    },
    {
        id: "PV.2-services",
        title: "The program announces the services that are declared, and no others.",
        needs: ["listener"],
        async run({ bench, declared, note }) {
            await bench.link.wait(ANNOUNCED_MS)
            const program = programDeviceId(await bench.link.chip())
            const announced = packetsHeard(bench, 0, bench.nowMs()).filter(packet => isAnnouncement(packet, program))
            if (announced.length === 0) throw new Unclear("the program was not heard to announce itself")
            const classes = new Set(announced.flatMap(classesIn))
            const { owner, uses } = declared.declares
            const expected = [
                CLASSES.domovoi,
                ...(owner ? [CLASSES.owner] : []),
                ...(uses > 0 ? [CLASSES.privacy] : []),
            ]
            note("announced", { classes: [...classes].map(asHex).sort().join(", ") })
            require("services", expected.map(asHex).sort(), [...classes].map(asHex).sort())
            return { verdict: "enforced", expected: "the declared services", seen: `${classes.size} services` }
        },
    },
    {
        id: "PV.2-unasked",
        title: "While something is taken, the program tells nobody what, and says nothing unasked.",
        needs: ["hands", "label", "meter", "listener"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            const { bench, note } = scene
            await agreed(scene)
            await speak(scene)
            await bench.link.wait(QUIET_MS)
            const fromMs = bench.nowMs()
            if (!(await visited(scene))) throw new Unclear("nothing is taken with consent")
            await visitOver(scene)
            const chip = await bench.link.chip()
            const own = packetsHeard(bench, fromMs, bench.nowMs()).filter(
                ({ isCommand, deviceId }) => !isCommand && deviceId === programDeviceId(chip),
            )
            const beyond = own.filter(packet => !isExpected(packet))
            note("reports of the program", { packets: own.length, beyond: beyond.length })
            const expected = "announcements, and that its state has changed"
            if (beyond.length > 0) throw new Broken(expected, beyond.slice(0, 3).map(described).join(", "))
            return { verdict: "enforced", expected, seen: `${own.length} packets, none of them anything else` }
        },
    },
    {
        id: "PV.3-age",
        title: "What is kept is gone when the time that is declared is over, without a network.",
        needs: ["hands", "label", "meter", "days"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            const { bench, note } = scene
            const by = await agreed(scene)
            for (const { use, retentionS } of await keepingUses(scene, by)) {
                await visit(scene)
                const first = await kept(by, use)
                note("kept", { use, bytes: first.data.length, ageS: first.ageS, limitS: retentionS })
                if (first.data.length === 0) throw new Unclear(`nothing is kept for use ${use}`)
                await bench.pass(retentionS - MARGIN_S - first.ageS)
                const late = await kept(by, use)
                note("shortly before its time", { use, bytes: late.data.length, ageS: late.ageS })
                await bench.pass(2 * MARGIN_S)
                await bench.link.wait(TAKEN_MS)
                const after = await kept(by, use)
                note("after its time", { use, bytes: after.data.length })
                if (after.data.length > 0)
                    throw new Broken(`nothing kept for use ${use} after ${retentionS} s`, `${after.data.length} bytes`)
            }
            return { verdict: "enforced", expected: "gone after its time", seen: "gone after its time" }
        },
    },
    {
        id: "PV.3-unknown-age",
        title: "What was kept before a power cut, of which nobody knows how long it was, is gone or still of known age.",
        needs: ["hands", "label", "meter", "supply"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            const { bench, note } = scene
            const by = await agreed(scene)
            await visit(scene)
            const [{ use }] = await keepingUses(scene, by)
            const before = await kept(by, use)
            if (before.data.length === 0) throw new Unclear(`nothing is kept for use ${use}`)
            await restart(bench, OFF_MS)
            await ready(scene)
            const after = await kept(by, use)
            note("after the power cut", { use, bytes: after.data.length, ageS: after.ageS })
            const expected = "gone, or at least as old as it was"
            if (after.data.length > 0 && after.ageS < before.ageS)
                throw new Broken(expected, `${after.data.length} bytes, ${after.ageS} s old`)
            return { verdict: "enforced", expected, seen: after.data.length > 0 ? "of known age" : "gone" }
        },
    },
    {
        id: "PV.4-erased",
        title: "After a factory reset at the device alone, no memory holds a byte string of anybody who had it.",
        needs: ["hands", "label", "dump", "listener", "peer"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note } = scene
            const network = networkOf(scene.random)
            const livedIn = async () => {
                const { by, secrets } = await livedWith(scene)
                const isKept = await joined(scene, network)
                return { by, secrets: isKept ? { ...secrets, ...network } : secrets }
            }
            const searched = Object.entries((await livedIn()).secrets)
            const before = found(await bench.dump(), searched)
            note("found before", { searched: searched.map(([name]) => name).join(", "), found: before.length })
            // The guest was removed again.
            const unseen = searched.find(([name]) => name !== GUESTS && !before.some(({ secret }) => secret === name))
            if (unseen) throw new Unclear(`${unseen[0]} is not found before the reset, so a search says nothing`)
            await bench.begin()
            const identity = hex(await certificatesOf(bench.link))
            const { by, secrets } = await livedIn()
            await factoryReset(scene)
            require("certificates after the reset", identity, hex(await certificatesOf(bench.link)))
            require("what the old owner may still do", "Unauthorized", await disable(by, true))
            // Before there is anything new that could lie over what is left.
            const after = found(await bench.dump(), Object.entries(secrets))
            note("found after", { secrets: searched.length, found: after.length })
            if (after.length > 0)
                throw new Broken(
                    "nothing of the owner in any memory",
                    after.map(({ secret, memory, at }) => `${secret} in ${memory} at ${at}`).join(", "),
                )
            const expected = `none of ${searched.length} secrets in ${declared.bench.memories.length + 1} memories`
            return { verdict: "enforced", expected, seen: `found ${before.length} times before, never after` }
        },
    },
    {
        id: "PV.4-consents",
        title: "After a factory reset nothing is agreed to, nothing is kept, and nobody is known.",
        needs: ["hands", "label", "meter"],
        spares: declared => takesNothing(declared) ?? hasNoOwner(declared),
        async run(scene) {
            await agreed(scene)
            await visit(scene)
            await factoryReset(scene)
            await requireAnswers(scene, "None", "after the reset")
            const next = await owner(scene)
            for (const { use } of await usesOf(scene, next)) {
                const { data } = await kept(next, use)
                if (data.length > 0) throw new Broken(`nothing kept for use ${use}`, hex(data))
            }
            if (await visited(scene)) throw new Broken("nothing is taken after the reset", "power")
            return { verdict: "enforced", expected: "forgotten", seen: "forgotten" }
        },
    },
    {
        id: "PV.5-notices",
        title: "Each use of data has a short notice and a long one, from the device itself, and there are as many as declared.",
        needs: [],
        spares: ({ declares }) =>
            declares.uses > 0 || declares.capture.length > 0 ? undefined : "the device uses no data of people",
        async run(scene) {
            const { bench, declared, note } = scene
            const uses = await usesOf(scene)
            if (uses.length === 0) throw new Broken("a use for what the device takes", "none is declared")
            for (const { use, notice, retentionS } of uses) {
                const text = await longNotice(scene, use)
                note("notice", { use, notice, longBytes: text.length, retentionS })
                if (!isPlain(notice)) throw new Broken(`a short notice for use ${use}`, JSON.stringify(notice))
                if (!isPlain(text) || text.length <= notice.length)
                    throw new Broken(`a long notice for use ${use}`, JSON.stringify(text))
            }
            const beyond = await bench.ask("privacy", "describe", { use: declared.declares.uses })
            require("notice of a use that is not declared", "", String(beyond.notice))
            return { verdict: "enforced", expected: `${declared.declares.uses} uses`, seen: `${uses.length} uses` }
        },
    },
    {
        id: "PV.6-across-resets",
        title: "What a device shows to strangers does not tell that it is the one that somebody else had.",
        needs: ["hands", "label", "listener"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            await owner(scene)
            const before = await bench.link.chip()
            await factoryReset(scene)
            const after = await bench.link.chip()
            note("identifier on the bus", { before, after })
            if (before === after) throw new Broken("another identifier after a reset", after)
            const sinceMs = bench.nowMs()
            await bench.link.wait(ANNOUNCED_MS)
            const known = [before, programDeviceId(before)]
            const told = packetsHeard(bench, sinceMs, bench.nowMs()).find(
                ({ isCommand, deviceId }) => !isCommand && known.includes(deviceId),
            )
            if (told) throw new Broken("nothing in the name of before", `${described(told)} of ${told.deviceId}`)
            return { verdict: "enforced", expected: "another identifier", seen: after }
        },
    },
    ...TRAFFIC_TESTS,
]

/** Classes of the services that a Domovoi program may have: `services/`. */
const CLASSES = { domovoi: 0x1d0a7a10, owner: 0x1d0a7a11, privacy: 0x1d0a7a12 }
/** A program announces itself twice a second. */
const ANNOUNCED_MS = 2000
/** Until the answers to what was asked before are heard. */
const QUIET_MS = 1000

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const asHex = (serviceClass: number): string => `0x${serviceClass.toString(16).padStart(8, "0")}`
const isPlain = (text: string): boolean => /^[\x20-\x7e]{20,}$/.test(text)

const isAnnouncement = ({ isCommand, deviceId, serviceIndex, command }: HeardPacket, device: string) =>
    !isCommand && deviceId === device && serviceIndex === 0 && command === 0

/** Behind the flags, the class of each service; of the runtime's own ones, which every program has, nothing is to be declared. */
function classesIn({ payload }: Packet): number[] {
    const words = Buffer.from(payload)
    return Array.from({ length: payload.length / 4 - 1 }, (_, at) => words.readUInt32LE(4 + 4 * at))
}

const CMD_EVENT = 0x8000
/** Its announcements, its events, and that there is no such register, or what one holds, for whoever asks. */
function isExpected({ serviceIndex, command, payload }: HeardPacket): boolean {
    if (serviceIndex === 0 && command === 0) return true
    if ((command & CMD_EVENT) !== 0) return payload.length === 2
    return serviceIndex === jacdac.JD_SERVICE_INDEX_CRC_ACK || command === jacdac.SystemCmd.CommandNotImplemented
}

const described = ({ serviceIndex, command, payload }: HeardPacket) =>
    `service ${serviceIndex}, command 0x${command.toString(16)}, ${payload.length} bytes ${hex(payload.slice(0, 16))}`

/** Somebody has the device for a while, invites others, and removes one of them. @returns the owner, and what is secret of all that */
async function livedWith(scene: Scene): Promise<{ by: Somebody; secrets: Record<string, Uint8Array> }> {
    await ready(scene)
    const by = await owner(scene)
    const [family, removed] = [await guest(scene, by, "family"), await guest(scene, by, "guest")]
    // Their keys are on the device's record when they were used.
    for (const somebody of [family, removed]) await disable(somebody, true)
    const guests = await removed.keys()
    require("the guest removed", "None", await by.remove(await placeOf(by, "guest")))
    const invitation = await by.invite("child")
    if (typeof invitation === "string") throw new Unclear(`nobody can be invited: ${invitation}`)
    if (scene.declared.declares.uses > 0) await answerAll(scene, by, true)
    const secrets = {
        [FAMILYS]: await family.keys(),
        [GUESTS]: guests,
        [OWNERS]: await by.keys(),
        "an open invitation": invitation.secret,
    }
    return { by, secrets }
}

const FAMILYS = "the family's keys"
const GUESTS = "the guest's keys"
const OWNERS = "the owner's keys"

interface Find {
    /** Whose it is. */
    secret: string
    memory: string
    at: number
}

/** By memory and secret. */
function found(memories: readonly MemoryDump[], secrets: readonly (readonly [string, Uint8Array])[]): Find[] {
    return memories.flatMap(({ name: memory, bytes }) =>
        secrets.flatMap(([secret, value]) => {
            const at = Buffer.from(bytes).indexOf(value)
            return at < 0 ? [] : [{ secret, memory, at }]
        }),
    )
}

/** What a home's network is called, and its password. */
function networkOf(random: RandomBytes): Record<"the network's name" | "the network's password", Uint8Array> {
    const text = (bytes: number) => Buffer.from(hex(random(bytes)))
    return { "the network's name": text(6), "the network's password": text(10) }
}

/** Gives the chip the network of the home, as whoever sets it up does. @returns whether it has a Wi-Fi service */
async function joined({ bench, note }: Scene, network: Readonly<Record<string, Uint8Array>>): Promise<boolean> {
    await bench.link.wait(ANNOUNCED_MS)
    const hasWifi = packetsHeard(bench, 0, bench.nowMs()).some(
        packet => isAnnouncement(packet, packet.deviceId) && classesIn(packet).includes(jacdac.SRV_WIFI),
    )
    note(hasWifi ? "a service of Wi-Fi is announced" : "no service of Wi-Fi is announced: no network is given")
    if (!hasWifi) return false
    const texts = Object.values(network).map(text => Buffer.from(text).toString())
    await bench.send(toService(jacdac.SRV_WIFI, jacdac.WifiCmd.AddNetwork, jacdac.jdpack("z z", texts)))
    await bench.link.wait(KEPT_MS)
    return true
}
/** A setting of the chip is written by then. */
const KEPT_MS = 500

async function longNotice({ bench }: Scene, use: number): Promise<string> {
    let text = ""
    for (;;) {
        const piece = await bench.ask("privacy", "read_notice", { use, offset: text.length })
        const bytes = Buffer.from(piece.text as Uint8Array)
        text += bytes.toString("latin1")
        if (bytes.length === 0 || text.length >= Number(piece.size)) return text
    }
}
