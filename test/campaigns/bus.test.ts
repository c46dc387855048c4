import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, test } from "vitest"
import { programFlash } from "../../simulators/board/factory"
import { NorFlash } from "../../simulators/flash"
import { Random } from "../../simulators/random"
import { Standing } from "../../src/core/session/device/household"
import { simulatedPairingSecret, simulatedSerial } from "../../src/host/unit/simulated-factory"
import { type Device, release } from "../host/update/releases"
import { brokenBoard } from "./broken-board"
import { assault, type BusSubject, busSubjects, planOf } from "./bus"
import { MOMENTS, type Moment } from "./hostile-bus/moments"
import { BusTally } from "./hostile-bus/report"
import { pairBy, pairWithoutSecret } from "./hostile-bus/session-strategies"
import { STRATEGIES, type Strategy } from "./hostile-bus/strategies"

/** `npm run campaign -- bus` plays 10,000 of each. */
const SEEDS = 40
/** So many has a broken board to be found out. */
const BROKEN_SEEDS = 4
/** So long somebody guesses at a label: docs/hostile-bus.md says that its owner is served meanwhile. */
const GUESSED_S = 15
/** Stories that do not need the device to work. */
const PLAIN = ["idle", "somebody is at the device", "case closed again"]

const subjects = new Map<string, BusSubject>()
beforeAll(async () => {
    for (const subject of await busSubjects()) subjects.set(`${subject.device}, ${subject.profile}`, subject)
})

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed)

/** Seeds of these moments, or with these strategies. */
function seedsWith(device: Device, names: readonly string[], count: number): number[] {
    const isWith = (seed: number) => {
        const { moment, strategies } = planOf(device, seed)
        return [moment, ...strategies].some(({ name }) => names.includes(name))
    }
    return seeds(1000).filter(isWith).slice(0, count)
}

async function tallyOf(subject: BusSubject, chosen: readonly number[]) {
    const tally = new BusTally(subject)
    for (const seed of chosen) tally.add(await assault(subject, seed))
    return tally.report
}

describe.each(["gas-valve, stock", "gas-valve, verified", "doorbell, stock", "doorbell, verified"])("%s", name => {
    test("a hostile peer on the bus breaks no promise, and is given what the runtime gives to anybody", async () => {
        const { broken, gaveAway, brokenByProgram } = await tallyOf(subjects.get(name)!, seeds(SEEDS))
        expect(broken).toEqual([])
        const given = gaveAway.map(({ name }) => name)
        expect(given).toEqual(expect.arrayContaining(["the chip is reset", "debugger: the program is held"]))
        if (name.endsWith("verified")) expect(brokenByProgram).toEqual([])
    })
})

test("a seed tells its assault twice", async () => {
    const subject = subjects.get("doorbell, stock")!
    for (const seed of [3, 4]) expect(await assault(subject, seed)).toEqual(await assault(subject, seed))
})

describe.each(["gas-valve, stock", "doorbell, stock"])("%s", name => {
    const subject = () => subjects.get(name)!
    const idle: Moment = {
        name: "idle, for as long as the owner is promised to wait at most",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(GUESSED_S)
        },
    }
    const atDevice = MOMENTS.find(({ name }) => name === "somebody is at the device")!
    const guessing = STRATEGIES.find(({ work }) => work === pairWithoutSecret)!

    test("its owner is served while somebody guesses at its label", async () => {
        const served = { broken: [], gaveAway: [], servedAfterS: expect.any(Number) }
        for (const seed of [0, 2])
            expect(await assault(subject(), seed, { moment: idle, strategies: [guessing] })).toMatchObject(served)
    })

    test("whoever is paired there and is not to be is seen", async () => {
        const secret = Buffer.from(simulatedPairingSecret(simulatedSerial(subject().deviceId)))
        const thief: Strategy = {
            name: "the label was copied",
            weight: 0,
            begin() {},
            work: siege => pairBy(siege, () => ({ standing: Standing.ByLabel, secret })),
        }
        const longer: Moment = {
            ...atDevice,
            state: "new",
            play: async siege => {
                siege.boot()
                siege.unit.run(subject().device === "doorbell" ? 0 : 60)
                siege.touch()
                await siege.attack(120)
            },
        }
        const { broken } = await assault(subject(), 0, { moment: longer, strategies: [thief] })
        expect(broken).toContain("a stranger was paired")
    })
})

/** The device with a fiber that does this, 4.9 s after it was switched on, whoever asks or not. */
async function sabotaged(device: Device, act: string): Promise<BusSubject> {
    const subject = subjects.get(`${device}, stock`)!
    const fiber = `async function sabotage() {\n    await ds.sleep(3700)\n    ${act}\n}\nsabotage.start()\n\nawait device.run(`
    // A valve that takes updates has no room for anything more.
    const withRoom: [string, string][] = device === "gas-valve" ? [[updaterOf(device), ""]] : []
    const firmware = await release(device, 1, ["await device.run(", fiber], ...withRoom)
    const flash = new NorFlash(subject.definition.chip.flashBytes, new Random("sabotage"))
    programFlash(flash, subject.definition, firmware.image)
    const withProgram = { flash: Buffer.from(flash.bytes).toString("base64") }
    const states = Object.entries(subject.states).map(([name, state]) => [name, { ...state, ...withProgram }])
    return { ...subject, firmware, states: Object.fromEntries(states) }
}

/** What makes it take updates, as its source has it. */
function updaterOf(device: Device): string {
    const [updater] = /^ {4}updater: updaterFor\(\{\n(?: {8}.*\n)+ {4}\}\),\n/m.exec(
        readFileSync(`devs/devices/${device}.ts`, "utf8"),
    )!
    return updater
}

/** To erase a record takes 2 s, since the whole store is written over: an attack is over before a third is gone. */
function forgets(...records: string[]): string {
    return `for (const name of ${JSON.stringify(records)}) await device.store.erase(name)`
}

/** What a broken device does, and the promise that is then broken. */
const SABOTAGE: [string, Device, act: string, promises: string[]][] = [
    [
        "forgets what it was made with",
        "gas-valve",
        forgets("key", "identity"),
        ["record key changed", "record identity changed"],
    ],
    [
        "forgets what its label says, and its program",
        "gas-valve",
        forgets("pairing", "program"),
        ["record pairing changed", "record program changed"],
    ],
    [
        "forgets who may do what",
        "gas-valve",
        forgets("household", "policy"),
        ["record household changed", "record policy changed", "the owner does not get through"],
    ],
    ["forgets its floor", "gas-valve", forgets("floor"), ["record floor changed"]],
    [
        "writes a record that nobody knows, a wish, and a pending program",
        "gas-valve",
        'for (const name of ["unheard-of", "disabled", "pending", "consent"]) await device.store.set(name, hex`00`)',
        ["unheard-of", "disabled", "pending", "consent"].map(name => `record ${name} changed`),
    ],
    [
        "writes over its certificates and policies",
        "gas-valve",
        "await storage.certificates.write(100, hex`00112233`); await storage.policies.write(600, hex`00112233`)",
        ["certificates changed", "policies changed"],
    ],
    [
        "opens by itself",
        "gas-valve",
        "while (true) {\n pins.VALVE.setMode(ds.GPIOMode.OutputHigh)\n await ds.sleep(5)\n}",
        ["valve on"],
    ],
    [
        "tells a secret",
        "gas-valve",
        // As an answer that nobody has asked for: what it sends to itself goes round in the chip, and nobody hears it.
        'const { response } = ds.Domovoi.spec.lookup("read")\n' +
            ' while (true) {\n await (ds as any)._serverSend(1, response.encode([0, 0, 0, await device.store.get("root")]))\n await ds.sleep(200)\n}',
        ["the secret root told"],
    ],
    [
        "lets go, looks, and forgets what locks it",
        "doorbell",
        "while (true) {\n pins.STRIKE.setMode(ds.GPIOMode.OutputHigh)\n pins.CAPTURE.setMode(ds.GPIOMode.OutputHigh)\n failSafe.release(STRIKE, 1 as any)\n await ds.sleep(5)\n}",
        ["strike on", "capture supply on", "latches changed"],
    ],
    [
        "forgets consents, and counts up",
        "doorbell",
        'await device.store.erase("consents")\n while (true) {\n try {\n await element.countUp(0, 40)\n } catch (_) {}\n await ds.sleep(100)\n}',
        ["record consents changed", "counter 0 of the element changed"],
    ],
]

describe("within a few seeds it is caught that a device", () => {
    test.each(SABOTAGE)("%s", async (_, device, act, promises) => {
        const subject = await sabotaged(device, act)
        const plans = MOMENTS.filter(({ name, device: of = device }) => of === device && PLAIN.includes(name))
        const broken: string[] = []
        for (const moment of plans) broken.push(...(await assault(subject, 0, { moment, strategies: [] })).broken)
        expect(broken).toEqual(expect.arrayContaining(promises))
    })

    test("runs a program that nobody has verified", async () => {
        const subject: BusSubject = { ...subjects.get("gas-valve, verified")!, board: "stock" }
        const { broken } = await tallyOf(subject, seedsWith("gas-valve", ["deploy"], 12))
        expect(broken.map(({ name }) => name)).toContain("an unauthorised program ran")
    })

    test("has its valve past the dead-man", async () => {
        const definition = brokenBoard("valve_pico", ["valve_drive: { and: [VALVE, deadman] }", "valve_drive: VALVE"])
        const { broken } = await tallyOf(
            { ...subjects.get("gas-valve, stock")!, definition },
            seedsWith("gas-valve", ["open, and then gas"], 2 * BROKEN_SEEDS),
        )
        expect(broken.map(({ name }) => name)).toContain("valve open without a heartbeat")
    })
})
