/** Lives of a unit between two hosts, at random: whatever happens, nothing false is said, and a good release comes through in the end. */
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { Random } from "../../../simulators/random"
import { UpdateState } from "../../../src/core/update/update-state"
import { LinkError } from "../../../src/host/unit/unit-link"
import { FileJournal } from "../../../src/host/update/file-journal"
import type { UpdateOutcome } from "../../../src/host/update/update-options"
import { paperReleases, trust } from "./paper-releases"
import { CHIP, PaperUnit } from "./paper-unit"
import { update } from "./releases"

const folder = mkdtempSync(join(tmpdir(), "domovoi-lives-"))
afterAll(() => rmSync(folder, { recursive: true }))

const LIVES = 12
const { images, packages } = await paperReleases(1, 2, 3, 4)

const hexOf = (image: Buffer) => createHash("sha256").update(image).digest("hex")

test.each(Array.from({ length: LIVES }, (_, seed) => seed))("life %d", async seed => {
    const random = new Random(`life ${seed}`)
    const below = (n: number) => random.below(n)
    const unit = await PaperUnit.make(images)
    const hosts = [0, 1].map(host => join(folder, `life-${seed}-${host}`))
    const said: string[] = []
    const install = unit.install.bind(unit)
    let mute = false
    unit.install = async image => {
        await install(image)
        if (mute) unit.alive = false
    }
    for (const number of [2, 3]) if (below(3) === 0) unit.failing.add(hexOf(images.get(number)!))

    async function run(host: number, number: number, options = {}): Promise<UpdateOutcome | string> {
        const journal = new FileJournal(hosts[host])
        const known = { policy: unit.policy, trust, journal, ...options }
        const outcome = await update(unit, packages.get(number)!, known).catch(error => {
            if (!(error instanceof LinkError) && !String(error).includes("killed")) throw error
            return String(error)
        })
        said.push(`host ${host} v${number} ${Object.keys(options)}: ${JSON.stringify(outcome)}`)
        if (typeof outcome === "string") return outcome
        if (outcome.outcome === "confirmed") {
            expect(unit.installed, said.join("\n")).toEqual(images.get(number))
            expect(unit.program.sequenceNumber, said.join("\n")).toBe(number)
        }
        if (outcome.outcome === "reverted") {
            expect(hexOf(unit.installed)).toBe(unit.program.digest.toString("hex"))
            expect(unit.state).not.toBe(UpdateState.Reverting)
        }
        return outcome
    }

    const events: (() => Promise<unknown>)[] = [
        async () => {
            unit.cutAt = [unit.installs + 1 + below(3)]
        },
        async () => {
            mute = !mute
        },
        async () => {
            if (unit.alive) unit.forget()
        },
        async () => {
            // Somebody else puts a program there that the maker once made.
            unit.installed = images.get(1 + below(3))!
            unit.start()
        },
        async () => {
            if (below(2)) unit.installed = Buffer.alloc(8)
            unit.start()
        },
        async () => {
            for (const extension of ["json", "suit"]) {
                const path = join(hosts[below(2)], `${CHIP}.${extension}`)
                try {
                    const bytes = readFileSync(path)
                    writeFileSync(path, bytes.subarray(0, below(bytes.length)))
                } catch {
                    // Nothing is kept there yet.
                }
            }
        },
        async () => {
            unit.pending = undefined
        },
    ]
    for (let step = 0; step < 12; step++) {
        if (below(2)) await events[below(events.length)]()
        else {
            const last = below(3)
            const lastGood = last ? packages.get(last) : undefined
            let left = below(40)
            const progress = () => {
                if (left-- === 0) throw new Error("killed")
            }
            await run(below(2), 1 + below(3), {
                lastGood,
                ungranted: below(3) === 0,
                ...(below(2) ? { progress } : {}),
            })
        }
    }
    unit.cutAt = []
    mute = false
    // The same command, and what it says to do next.
    let outcome: UpdateOutcome | string = ""
    for (let turn = 0; turn < 4; turn++) {
        outcome = await run(0, 4)
        if (typeof outcome === "object" && outcome.outcome === "confirmed") return
        if (typeof outcome === "object" && outcome.outcome === "refused") outcome = await run(0, 4, { ungranted: true })
        if (typeof outcome === "object" && outcome.outcome === "confirmed") return
    }
    expect.fail(said.join("\n"))
})
