/** What the hostile peer does. Each strategy goes on by itself until the peer has left. */
import { FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { debugProgram } from "./debugger"
import { deploy, readProgram } from "./deployment"
import { beModule, forgeReports, takeRoles } from "./false-modules"
import { CONTROL, type Place, placesOf } from "./places"
import { beginProvisioning } from "./provisioning"
import { flood, speakMalformed } from "./rubbish"
import { floodSessions, pairWithoutSecret, sayAgain, sayChanged } from "./session-strategies"
import type { Siege } from "./siege"
import { sha256Of } from "./subject"
import { bytesOf, fill, serviceClassOf, type Word, wordsOf } from "./words"

export interface Strategy {
    name: string
    /** Drawn so often among all. */
    weight: number
    begin(siege: Siege): void
    /** What it waits for answers in, until the story is over. */
    work?(siege: Siege): Promise<void>
}

/** What somebody might take for a name or a key. */
const STRANGER = Buffer.from("stranger")

/** What bytes of commands are made of, beside anything: digests, credentials, policies that somebody might take for good. */
function partsOf({ subject, peer }: Siege): Buffer[] {
    const digests = [subject.firmware, subject.next, ...subject.hostile].map(({ image }) => sha256Of(image))
    const credentials = Buffer.concat([STRANGER, STRANGER])
    return [
        ...digests,
        STRANGER,
        credentials,
        Buffer.concat([digests[2], STRANGER]),
        subject.policy,
        peer.openPipe("anything"),
    ]
}

/** Says one word, well-formed, with values at their borders. */
function say(siege: Siege, { deviceId, index }: Place, word: Word, parts: readonly Buffer[]): void {
    const { peer, random } = siege
    const payload = fill(word.fields, random, parts)
    const flags = random.below(10) ? 0 : FrameFlag.AckRequested
    peer.command(deviceId, index, word.command, payload, flags)
    if (random.below(8) === 0) peer.command(deviceId, index, word.command, payload, flags)
}

/** Says everything there is to say at some places, in any order. */
function walk(siege: Siege, chooses: (place: Place) => boolean, everyMs: number): void {
    const { peer, random } = siege
    const parts = partsOf(siege)
    const places = placesOf(siege).filter(place => place.words.length > 0 && chooses(place))
    peer.every(everyMs, () => {
        const place = places[random.below(places.length)]
        if (place) say(siege, place, place.words[random.below(place.words.length)], parts)
    })
}

const isOfClass =
    (...classes: number[]) =>
    ({ serviceClass }: Place) =>
        classes.includes(serviceClass)

function overBroadcast(siege: Siege): void {
    const { peer, random } = siege
    const parts = partsOf(siege)
    const places = placesOf(siege).filter(({ words }) => words.length > 0)
    peer.every(10, () => {
        const { serviceClass, index, words } = places[random.below(places.length)]
        const word = words[random.below(words.length)]
        const to = Buffer.alloc(8, random.below(2) ? 0 : 0xaa)
        to.writeUInt32LE(serviceClass)
        const flags = FrameFlag.Multicast | (random.below(4) ? 0 : FrameFlag.AckRequested)
        peer.command(
            to.toString("hex"),
            random.below(2) ? index : 0x3d,
            word.command,
            fill(word.fields, random, parts),
            flags,
        )
    })
}

/** What was overheard, again: all of it, a stretch of it, one of it again and again, each of it twice. */
function replay(siege: Siege): void {
    const { peer, random, subject } = siege
    const names = Object.keys(subject.recordings) as (keyof typeof subject.recordings)[]
    const recording = subject.recordings[names[random.below(names.length)]]
    const way = random.below(4)
    const spacing = [2, 5, 10, 30][random.below(4)]
    let at = way === 1 ? random.below(recording.length) : 0
    const chosen = recording[random.below(recording.length)]
    peer.every(spacing, () => {
        const frame = way === 2 ? chosen : recording[at++ % recording.length]
        peer.send(frame)
        if (way === 3) peer.send(frame)
    })
}

/** Packages by nobody, by a stranger and by the maker, and everything that goes with them. */
function bringUpdates(siege: Siege): void {
    const { peer, random, subject, program } = siege
    const domovoi = serviceClassOf("domovoi")
    const index = 1 + (peer.devices.get(program) ?? []).indexOf(domovoi)
    const word = (name: string) => wordsOf(domovoi).find(word => word.name === `domovoi ${name}`)!.command
    const heads = [subject.heads.stranger, subject.heads.maker, bytesOf(400, random)]
    const head = heads[random.below(heads.length)]
    const claimed = random.below(5) ? head.length : [0, 1, 12_288, 12_289, 0xffffffff][random.below(5)]
    let at = -1
    peer.every(12, () => {
        const payload = Buffer.alloc(4)
        payload.writeUInt32LE(at < 0 ? claimed : at * 200)
        if (at < 0) peer.command(program, index, word("offer_update"), payload)
        else if (at * 200 < head.length)
            peer.command(
                program,
                index,
                word("write_update"),
                Buffer.concat([payload, head.subarray(at * 200, at * 200 + 200)]),
            )
        else if (at % 3) peer.command(program, index, word("grant_update"), bytesOf(32, random))
        else
            peer.command(
                program,
                index,
                word("answer_update"),
                Buffer.concat([Buffer.of(random.below(3)), sha256Of(subject.next.image)]),
            )
        at++
        if (random.below(150) === 0) at = -1
    })
}

function resetChip({ peer, random, chip }: Siege): void {
    const everyMs = [15, 300, 900, 1500][random.below(4)]
    peer.every(everyMs, () => peer.command(chip, CONTROL, jacdac.ControlCmd.Reset, Buffer.alloc(0)))
}

function stopAndStart(siege: Siege): void {
    const { peer, random, chip } = siege
    const index = 1 + (peer.devices.get(chip) ?? []).indexOf(jacdac.SRV_DEVICE_SCRIPT_MANAGER)
    const { Running, Autostart } = jacdac.DeviceScriptManagerReg
    peer.every([20, 200, 700][random.below(3)], () => {
        const register = random.below(4) ? Running : Autostart
        peer.command(chip, index, jacdac.CMD_SET_REG | register, Buffer.of(random.below(2)))
    })
}

/** The service of the runtime that keeps settings of programs: all of it, and on many keys. */
function meddleWithSettings(siege: Siege): void {
    const { peer, random, chip } = siege
    const index = 1 + (peer.devices.get(chip) ?? []).indexOf(jacdac.SRV_SETTINGS)
    const { Get, Set: Put, Delete, Clear, List, ListKeys } = jacdac.SettingsCmd
    const say = (command: number, payload: Buffer) => peer.command(chip, index, command, payload)
    say(List, peer.openPipe("settings: listed"))
    say(ListKeys, peer.openPipe("settings: listed"))
    peer.every([5, 20, 60][random.below(3)], () => {
        const key = Buffer.from(KEYS[random.below(KEYS.length)])
        const kind = random.below(20)
        if (kind < 6) say(Get, key)
        else if (kind < 15)
            say(Put, Buffer.concat([key, Buffer.of(0), bytesOf([0, 1, 16, 200, 224][random.below(5)], random)]))
        else if (kind < 19) say(Delete, key)
        else say(Clear, Buffer.alloc(0))
    })
}

const KEYS = [
    "domovoi.0",
    "domovoi.1",
    "wifi_ssid",
    "wifi_psk",
    ":wifi_ssid",
    "*prog",
    "prog",
    "dev_id",
    "roles",
    "a",
    "",
    "x".repeat(15),
]

function speakOfPipes(siege: Siege): void {
    const { peer, random, chip, program } = siege
    const real = [...peer.devices.keys()]
    peer.every(6, () => {
        const to = [chip, program][random.below(2)]
        const payload = bytesOf([0, 4, 12, 64, 224][random.below(5)], random)
        const kind = random.below(3)
        if (kind === 0)
            peer.command(to, 0x3e, random.below(0x10000), payload, random.below(2) ? FrameFlag.AckRequested : 0)
        else if (kind === 1)
            peer.report(real[random.below(real.length)] ?? chip, 0x3f, random.below(0x10000), Buffer.alloc(0))
        else peer.command(to, 0x3f, random.below(0x10000), payload, FrameFlag.AckRequested)
    })
}

export const STRATEGIES: readonly Strategy[] = [
    { name: "provision", weight: 10, begin: beginProvisioning },
    {
        name: "provision and deploy",
        weight: 5,
        begin: siege => {
            beginProvisioning(siege)
            siege.peer.after(siege.random.below(Math.max(1, siege.lastsMs / 2)), () => deploy(siege, "hostile"))
        },
    },
    {
        name: "say everything to the program",
        weight: 14,
        begin: siege => walk(siege, ({ deviceId }) => deviceId === siege.program, [3, 10, 25][siege.random.below(3)]),
    },
    {
        name: "say everything to the runtime",
        weight: 5,
        begin: siege => walk(siege, ({ deviceId }) => deviceId === siege.chip, 10),
    },
    { name: "say everything to everybody", weight: 4, begin: overBroadcast },
    { name: "malformed", weight: 8, begin: speakMalformed },
    { name: "replay", weight: 14, begin: replay },
    { name: "a false module", weight: 10, begin: siege => beModule(siege) },
    { name: "take roles", weight: 10, begin: takeRoles },
    { name: "speak in a module's name", weight: 10, begin: forgeReports },
    { name: "settings", weight: 4, begin: meddleWithSettings },
    { name: "deploy", weight: 5, begin: siege => siege.peer.after(siege.random.below(300), () => deploy(siege)) },
    { name: "read the program", weight: 1, begin: readProgram },
    { name: "stop and start", weight: 4, begin: stopAndStart },
    { name: "reset", weight: 5, begin: resetChip },
    { name: "control", weight: 3, begin: siege => walk(siege, isOfClass(CONTROL), 10) },
    { name: "debugger", weight: 5, begin: debugProgram },
    {
        name: "network",
        weight: 2,
        begin: siege =>
            walk(siege, isOfClass(jacdac.SRV_CLOUD_CONFIGURATION, jacdac.SRV_CLOUD_ADAPTER, jacdac.SRV_WIFI), 10),
    },
    { name: "pipes and acknowledgements", weight: 3, begin: speakOfPipes },
    { name: "flood", weight: 4, begin: flood },
    { name: "updates", weight: 8, begin: bringUpdates },
    { name: "sessions: said again", weight: 10, begin: sayAgain },
    { name: "sessions: changed", weight: 10, begin: sayChanged },
    { name: "sessions: flood", weight: 5, begin: floodSessions },
    { name: "sessions: pairing without the secret", weight: 8, begin() {}, work: pairWithoutSecret },
]

/** Draws one, two or three of them. */
export function drawStrategies(random: { below(bound: number): number }): Strategy[] {
    const drawn = new Set<Strategy>()
    const wanted = 1 + random.below(3)
    const total = STRATEGIES.reduce((sum, { weight }) => sum + weight, 0)
    while (drawn.size < wanted) {
        let at = random.below(total)
        drawn.add(STRATEGIES.find(({ weight }) => (at -= weight) < 0)!)
    }
    return [...drawn]
}
