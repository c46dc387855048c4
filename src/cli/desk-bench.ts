/** Devices on a desk, as conform tries them: how they are reached, what is around them, and who has the bench. */
import { randomBytes } from "node:crypto"
import { hostname, userInfo } from "node:os"
import { createInterface } from "node:readline/promises"
import type { HostClock } from "../host/clock"
import { packagesIn, type Subject } from "../host/conformance/conform"
import type { Declaration } from "../host/conformance/declaration"
import { readEquipment, supplyOf } from "../host/conformance/equipment"
import { type Lease, Leases } from "../host/conformance/lease"
import { revocationsIn } from "../host/conformance/revocations"
import { type Person, type Supply, suppliedBy } from "../host/conformance/supply"
import { parseTarget, type Target } from "../host/conformance/target"
import { UnitBench } from "../host/conformance/unit-bench"
import type { BoardBridge } from "../host/unit/board-bridge"
import type { RemoteUnit } from "../host/unit/remote-unit"
import type { Progress } from "./progress"
import { overBridge, type Reach, readPolicy, serialBridge, type TrustOptions, webSocketBridge } from "./unit-options"

/** A target that is not simulated here. */
export type DeskTarget = Exclude<Target, { kind: "sim" }>

export interface DeskOptions extends TrustOptions {
    /** As it was given. */
    target: string
    /** File of what is around the device. */
    bench?: string
}

/** @throws InputError; LinkError */
export async function deskSubject(
    target: DeskTarget,
    { target: text, bench: equipment, ca, crl, allowTestUnits }: DeskOptions,
    declared: Declaration,
    now: Date,
    progress: Progress,
): Promise<Subject> {
    const { serial } = declared.device
    const trust = readPolicy({ ca, crl, allowTestUnits, serial, target: target.kind }, now)
    const supply = await supplyAt(equipment, progress)
    // What does not run is a finding.
    const bench = await UnitBench.open(text, () => deskUnit(target, "connect", progress), supply)
    return {
        bench,
        packages: packagesIn(declared),
        revocations: revocationsIn(declared),
        trust,
        seed: "",
        random: () => randomBytes,
    }
}

/** @throws InputError; LinkError */
export function deskUnit(target: DeskTarget, reach: Reach, progress: Progress): Promise<RemoteUnit> {
    return bridgeTo(target).then(bridge => overBridge(bridge, reach, progress.waiting))
}

function bridgeTo(target: DeskTarget): Promise<BoardBridge> {
    return target.kind === "serial" ? serialBridge(target.port) : webSocketBridge(target.url)
}

/** What the bench has for it, or else somebody at the terminal. */
async function supplyAt(equipment: string | undefined, progress: Progress): Promise<Supply | undefined> {
    if (equipment !== undefined)
        return supplyOf(readEquipment(equipment), place => bridgeTo(parseTarget(place) as DeskTarget))
    return process.stdin.isTTY && process.stderr.isTTY ? suppliedBy(atTerminal(progress)) : undefined
}

function atTerminal(progress: Progress): Person {
    return {
        async does(what) {
            progress.clear()
            const lines = createInterface({ input: process.stdin, output: process.stderr })
            await lines.question(`Please ${what}, and press Enter: `).finally(() => lines.close())
        },
    }
}

/** For so long a bench is taken with each step of a run: whoever is killed does not leave it taken for long. */
const RUN_MS = 15 * 60_000

/** The bench of a run, which is somebody's meanwhile. */
export class LeasedBench {
    readonly #leases = new Leases()
    readonly #clock: HostClock
    readonly #lease: Lease
    /** Whether they had it before. */
    readonly #isTheirs: boolean
    readonly #release: () => void

    /** @param breaks the word that says why it is taken from whoever has it @throws InputError if it is somebody else's, or a run is at work */
    constructor(target: string, breaks: string | undefined, clock: HostClock) {
        this.#clock = clock
        const now = clock()
        const had = this.#leases.of(target, now)
        this.#isTheirs = had?.who === me()
        this.#lease = this.#leases.take({ target, who: me(), until: runFrom(now), breaks }, now)
        try {
            this.#release = this.#leases.occupy(target)
        } catch (error) {
            // Whoever was at work has been told, and lets go at the next step: the bench is kept for that.
            if (!had) this.#leases.end(this.#lease)
            throw error
        }
    }

    /** @throws InputError if it was taken away */
    keep(): void {
        const now = this.#clock()
        this.#leases.keep(this.#lease, runFrom(now), now)
    }

    /** A bench that they had before stays theirs. */
    end(): void {
        if (!this.#isTheirs) this.#leases.end(this.#lease)
        this.#release()
    }
}

const runFrom = (now: Date) => new Date(now.getTime() + RUN_MS)

/** Who asks for a bench, unless they say otherwise. */
export function me(): string {
    return `${userInfo().username}@${hostname()}`
}
