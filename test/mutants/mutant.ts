/** Devices that are broken on purpose, and whether the conformance test that is meant for their fault finds it. */
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"
import type { BoardProfile } from "../../simulators/board/verifier"
import { ImageCache } from "../../src/host/build/cache"
import { loadProject, SDK_NAME } from "../../src/host/build/project"
import type { Bench } from "../../src/host/conformance/bench"
import { SIMULATED_REVOCATIONS } from "../../src/host/conformance/conform"
import type { Declaration } from "../../src/host/conformance/declaration"
import { draftOf } from "../../src/host/conformance/draft"
import type { Packages } from "../../src/host/conformance/packages"
import { planOf } from "../../src/host/conformance/plan"
import type { Revocations } from "../../src/host/conformance/revocations"
import { run, type TestResult } from "../../src/host/conformance/run"
import type { ConformanceTest } from "../../src/host/conformance/scene"
import { type SimulatedSubject, simulatedBench, simulatedPackages } from "../../src/host/conformance/simulated-device"
import { TESTS } from "../../src/host/conformance/tests/all"
import { COUNTS_AS_MET, type Verdict } from "../../src/host/conformance/verdict"
import { seededStreams } from "../../src/host/identity/random-bytes"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"

const BOARDS = { "gas-valve": "valve_pico", doorbell: "doorbell_c3" } as const
export type MutantDevice = keyof typeof BOARDS

/** A replacement in a source: its path from the root of the repository, what stands there once, and what takes its place. */
export type Change = readonly [path: string, from: string, to: string]

/** What is another of a device, of what is around it, or of whoever tries it. */
export interface Difference {
    /** Of firmware: `src/core`, `devs` or the device's own source. */
    change?: readonly Change[]
    /** Of the board. */
    board?(definition: BoardDefinition): BoardDefinition
    /** A link, meter or clip that lies, or a host that does what none may. */
    bench?(bench: Bench): Bench
    /** Packages that are not what they are called. */
    packages?(packages: Packages): Packages
    /** A factory that gives units other pairing secrets, or prints others on their labels. */
    pairing?: SimulatedSubject["pairing"]
    /** Revocation lists that are not what they are to be. */
    revocations?(revocations: Revocations): Revocations
    /** What its maker declares in place of what is so. @param folder for files, which is removed afterwards */
    declare?(declared: Declaration, folder: string): Declaration
    /** The test, with another host or other files in it than the suite has. */
    test?: ConformanceTest
}

export interface Mutant extends Difference {
    /** The fault, in a few words with hyphens. */
    name: string
    /** Identifier of the test that has to find it. */
    caughtBy: string
    device: MutantDevice
    /** That it is declared to have; `stock` if left out. */
    profile?: BoardProfile
    /** That it has, if that is another. */
    built?: BoardProfile
    /**
     * What makes a reference device pass the test before it is broken, where none passes as it is. It is declared as it is with that; what the
     * mutant does comes on top.
     */
    madeGood?: Difference
    /** What does not hold of it, as a sentence. */
    breaks: string
    /** What the test has to have seen, or a part of it: caught for another reason is not caught. Any fault, if left out. */
    seen?: string
}

/** What became of a mutant. */
export type Fate =
    /** The test meant for it says not met, and has seen the fault. */
    | "caught"
    /** It says not met, and has seen something else. */
    | "wrongReason"
    | "missed"

export interface Trial {
    mutant: string
    caughtBy: string
    fate: Fate
    verdict: Verdict
    seen: string
}

/** When all of it is tried: certificates are good then. */
const NOW = new Date("2026-02-01T00:00:00Z")
const SEED = "mutants"

/** @throws Error if there is no such test, or the mutant's source has no such place to change */
export async function tryMutant(mutant: Mutant, tests: readonly ConformanceTest[] = TESTS): Promise<Trial> {
    const result = await resultOf(mutant, testFor(mutant, tests))
    const { verdict } = result
    const seen = `${result.expected}; ${result.seen}`
    const isSeen = mutant.seen === undefined || seen.includes(mutant.seen)
    const fate = verdict !== "notMet" ? "missed" : isSeen ? "caught" : "wrongReason"
    return { mutant: mutant.name, caughtBy: mutant.caughtBy, fate, verdict, seen }
}

/** Whether the test passes the device of a mutant before it was broken: otherwise finding the mutant shows nothing. */
export async function passesGoodDevice(mutant: Mutant, tests: readonly ConformanceTest[] = TESTS): Promise<boolean> {
    const { device, profile, caughtBy, madeGood } = mutant
    const good: Mutant = { name: "good", breaks: "nothing", caughtBy, device, profile, madeGood }
    return AT_BEST.includes((await resultOf(good, testFor(good, tests))).verdict)
}

/** Some tests are of what rests on a procedure, and find nothing better than that. */
const AT_BEST: readonly Verdict[] = [...COUNTS_AS_MET, "documented"]

function testFor({ name, caughtBy, ...own }: Mutant, tests: readonly ConformanceTest[]): ConformanceTest {
    const test = tests.find(({ id }) => id === caughtBy)
    if (!test) throw new Error(`${name}: there is no test ${caughtBy}`)
    const changed = own.test ?? own.madeGood?.test ?? test
    if (changed.id !== caughtBy) throw new Error(`${name}: ${changed.id} is not ${caughtBy}`)
    return changed
}

async function resultOf(mutant: Mutant, test: ConformanceTest): Promise<TestResult> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-mutant-"))
    try {
        return await resultIn(folder, mutant, test)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

async function resultIn(folder: string, mutant: Mutant, test: ConformanceTest): Promise<TestResult> {
    const { madeGood = {}, profile = "stock", device } = mutant
    const { board: goodBoard = same } = madeGood
    const good = goodBoard(loadBoard(BOARDS[device], "boards"))
    const layers = [madeGood, mutant]
    const changes = layers.flatMap(({ change = [] }) => change)
    const common = { device, profile, seed: SEED }
    const release = (number: number) => mutatedImage(device, changes, number)
    const subject = {
        ...common,
        profile: mutant.built ?? profile,
        definition: (mutant.board ?? same)(good),
        pairing: mutant.pairing,
        ...(changes.length > 0 && { image: await release(FACTORY_NUMBER), release }),
    }
    const drafted = await declarationOf({ ...common, definition: good }, madeGood.board)
    const declared = layers.reduce((before, { declare = same }) => declare(before, folder), structuredClone(drafted))
    const bench = layers.reduce<Bench>((before, { bench = same }) => bench(before), await simulatedBench(subject))
    const signed = simulatedPackages(subject, declared.device.class, FACTORY_NUMBER)
    try {
        const { results } = await run({
            bench,
            declared,
            plan: planOf([test], declared, bench.can),
            policy: { ...(await simulatedTrust()), now: NOW, serial: declared.device.serial },
            packages: layers.reduce((before, { packages = same }) => packages(before), signed),
            revocations: layers.reduce((before, { revocations = same }) => revocations(before), SIMULATED_REVOCATIONS),
            seed: SEED,
            random: seededStreams(SEED),
        })
        return results[0]
    } finally {
        await bench.close()
    }
}

function same<T>(it: T): T {
    return it
}

/** Sequence number of the program that a unit leaves the factory with. */
const FACTORY_NUMBER = 1
const declarations = new Map<string, Promise<Declaration>>()

/** As the maker of the good device declares it. @param madeGood what was done to its board, if that was */
function declarationOf(subject: SimulatedSubject, madeGood: Difference["board"]): Promise<Declaration> {
    if (madeGood) return declared(subject)
    const key = `${subject.device} ${subject.profile}`
    const known = declarations.get(key) ?? declared(subject)
    declarations.set(key, known)
    return known
}

async function declared(subject: SimulatedSubject): Promise<Declaration> {
    const bench = await simulatedBench(subject)
    try {
        await bench.begin()
        return await draftOf(bench.link, subject.definition, subject.profile)
    } finally {
        await bench.close()
    }
}

const images = new Map<string, Promise<Uint8Array>>()

/** A device compiled from changed sources. */
function mutatedImage(device: MutantDevice, changes: readonly Change[], sequenceNumber: number): Promise<Uint8Array> {
    const own = `devs/devices/${device}.ts`
    const number: Change = [own, "sequenceNumber: 1,", `sequenceNumber: ${sequenceNumber},`]
    const all = [...changes, number]
    const key = createHash("sha256")
        .update(JSON.stringify([device, all]))
        .digest("hex")
    const known = images.get(key) ?? compiled(device, all)
    images.set(key, known)
    return known
}

async function compiled(device: MutantDevice, changes: readonly Change[]): Promise<Uint8Array> {
    const project = await loadProject(device)
    let { files } = project
    for (const [path, from, to] of changes) {
        const isMeant = (at: string) =>
            path === `devs/devices/${device}.ts` ? at === project.entry : at === `node_modules/${SDK_NAME}/${path}`
        const file = files.find(({ path: at }) => isMeant(at))
        if (!file) throw new Error(`${device} is not compiled of ${path}`)
        const parts = file.text.split(from)
        if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} places with "${from}"`)
        files = files.map(other => (other === file ? { ...file, text: parts.join(to) } : other))
    }
    return new ImageCache(project.cacheDir).get({ ...project, files }, true)
}
