/** Several hosts at one valve in the real runtime, and hosts that say again what was said before. */
import { createHash } from "node:crypto"
import { beforeAll, expect, test } from "vitest"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import type { Firmware } from "../../src/host/build/firmware"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { type InstallLink, LinkError } from "../../src/host/unit/unit-link"
import { newUnit, packageOf, release, update } from "../host/update/releases"

let [two, other]: Firmware[] = []
let [second, rival]: Buffer[] = []
beforeAll(async () => {
    two = await release("gas-valve", 2)
    other = await release("gas-valve", 2, ["& 512", "& 256"])
    second = await packageOf("gas-valve", 2, two.image)
    rival = await packageOf("gas-valve", 2, other.image)
})

/** The unit's link with an ear on it. */
function overheard(
    unit: SimulatedUnit,
    hear: Partial<Record<"asked" | "called" | "installed", (...what: never[]) => unknown>>,
): InstallLink {
    const listen = async (kind: keyof typeof hear, ...what: unknown[]) => await hear[kind]?.(...(what as never[]))
    return {
        get: async register => {
            await listen("asked")
            return unit.get(register)
        },
        call: async (command, values) => {
            await listen("asked")
            const report = await unit.call(command, values)
            await listen("called", command, values)
            return report
        },
        programSha256: () => unit.programSha256(),
        chip: () => unit.chip(),
        install: async (image, onProgress) => {
            await listen("installed", createHash("sha256").update(image).digest("hex"))
            return unit.install(image, onProgress)
        },
        challenge: () => unit.challenge(),
        find: timeoutMs => unit.find(timeoutMs),
        wait: ms => unit.wait(ms),
        close: () => unit.close(),
    }
}

/** Requests that a whole update takes, and some. */
const LATEST_START = 80
/** That both begin in one instant is played so often: then both believe that their offer was taken, and what is sent mixes. */
const TOGETHER = 4

test("of two hosts that bring different programs at the same time, one installs, once, what it was granted", async () => {
    const starts = [
        ...Array<number>(TOGETHER).fill(0),
        ...Array.from({ length: LATEST_START / 8 }, (_, at) => 8 * (at + 1)),
    ]
    for (const start of starts) {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const installed: string[] = []
        let asked = 0
        let begin = () => {}
        const itsTurn = new Promise<void>(resolve => {
            begin = resolve
        })
        const asking = () => {
            if (asked++ === start) begin()
        }
        const first = overheard(unit, { asked: asking, installed: (sha256: string) => installed.push(sha256) })
        const late = overheard(unit, { installed: (sha256: string) => installed.push(sha256) })
        const outcomes = await Promise.all([
            update(first, second).finally(begin),
            itsTurn.then(() => update(late, rival)).catch(interruption),
        ])
        expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["confirmed", "refused"])
        const winner = outcomes[0].outcome === "confirmed" ? two : other
        expect(installed).toEqual([winner.sha256])
        expect(await unit.programSha256()).toBe(winner.sha256)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    }
})

function interruption(error: unknown): { outcome: string } {
    if (error instanceof LinkError) return { outcome: "refused" }
    throw error
}

type Said = [command: string, values: Parameters<InstallLink["call"]>[1]]

test("everything said twice makes one update", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    let installs = 0
    const repeated = overheard(unit, {
        called: (...[command, values]: Said) => unit.call(command, values),
        installed: () => installs++,
    })
    expect(await update(repeated, second)).toEqual({ outcome: "confirmed" })
    expect(installs).toBe(1)
})

test("a whole update said again, after it and after a restart, brings nothing", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    const said: Said[] = []
    const recorded = overheard(unit, { called: (...what: Said) => said.push(what) })
    expect(await update(recorded, second)).toEqual({ outcome: "confirmed" })
    expect(new Set(said.map(([command]) => command))).toEqual(
        new Set(["offer_update", "write_update", "answer_update", "grant_update", "attest", "read"]),
    )
    for (const restart of [false, true]) {
        if (restart) await unit.powerOn()
        const refusals = new Map<string, unknown>()
        for (const [command, values] of said) {
            const { refusal } = await unit.call(command, values)
            if (command !== "read") refusals.set(command, refusal)
            await unit.wait(500)
        }
        // The package may come again. It is judged, and refused: no old answer counts for it, no grant is made, and nothing is proved again.
        expect([...refusals]).toEqual([
            ["offer_update", 0],
            ["write_update", 0],
            ["answer_update", UpdateRefusal.NotFresh],
            ["grant_update", 101],
            ["attest", "ChallengeUsed"],
        ])
        expect(await unit.get("update")).toMatchObject({ state: "Refused", refusal: 83 })
        expect(await unit.programSha256()).toBe(two.sha256)
    }
})

test.each(["stock", "verified"] as const)(
    "a yes that was recorded lets the same update in no second time: %s",
    async profile => {
        const unit = await newUnit("gas-valve", profile)
        await unit.powerOn()
        await unit.wait(2000)
        const button = unit.board.parts.get("button")!
        const press = async () => {
            button.act("press")
            await unit.wait(200)
            button.act("release")
            await unit.wait(300)
        }
        // Gas flows, so nothing comes of it.
        await press()
        const said: Said[] = []
        const recorded = overheard(unit, { called: (...what: Said) => said.push(what) })
        expect(await update(recorded, second)).toEqual({ outcome: "refused", refusal: "notSafe" })
        await press()
        expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "shut" })

        const answer = said.find(([command]) => command === "answer_update")!
        for (const restart of [false, true]) {
            if (restart) await unit.powerOn()
            for (const [command, values] of said) {
                if (!/^(offer|write)_update$/.test(command)) continue
                expect((await unit.call(command, values)).refusal).toBe(0)
            }
            while (((await unit.get("update")) as { state: string }).state === "Verifying") await unit.wait(200)
            expect(await unit.get("update")).toMatchObject({ state: "AwaitingConsent", sequence_number: 2 })
            expect((await unit.call(...answer)).refusal).toBe(UpdateRefusal.NotFresh)
            await unit.wait(1000)
            expect(await unit.get("update")).toMatchObject({ state: "AwaitingConsent" })
            // A no is heard without a fresh challenge.
            expect((await unit.call(answer[0], { ...answer[1], answer: 0 })).refusal).toBe(0)
            expect(await unit.get("update")).toMatchObject({ state: "Refused" })
        }
    },
)
