/** Several hosts at one valve in the real runtime, and hosts that say again what was said before. */
import { createHash } from "node:crypto"
import { beforeAll, expect, test } from "vitest"
import type { BoardProfile } from "../../simulators/board/verifier"
import { CoapCode } from "../../src/core/session/coap-message"
import { readMessage } from "../../src/core/session/coap-reader"
import { Standing } from "../../src/core/session/device/household"
import type { Firmware } from "../../src/host/build/firmware"
import { MemorySession } from "../../src/host/session/kept-session"
import { PairedUnit, type SessionWay } from "../../src/host/session/paired-unit"
import { SessionLink } from "../../src/host/session/session-link"
import { simulatedPairingSecret, simulatedSerial } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { type InstallLink, LinkError } from "../../src/host/unit/unit-link"
import { packageParts } from "../../src/host/update/package-parts"
import { newUnit, packageOf, release, UNIT_ID, update } from "../host/update/releases"

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

/** A unit with an owner, what of their session is heard on the bus, and their hand on the button. */
async function owned(profile?: BoardProfile) {
    const unit = await newUnit("gas-valve", profile)
    await unit.powerOn()
    const button = unit.board.parts.get("button")!
    const press = async () => {
        button.act("press")
        await unit.wait(500)
        button.act("release")
        await unit.wait(300)
    }
    const frames: Uint8Array[] = []
    const way: SessionWay = {
        call: (command, values) => {
            frames.push(values?.frame as Uint8Array)
            return unit.call(command, values)
        },
        wait: ms => unit.wait(ms),
    }
    const anna = await PairedUnit.of(way, new MemorySession())
    const secret = Buffer.from(simulatedPairingSecret(simulatedSerial(UNIT_ID)))
    // It makes its key for the pairing first.
    await unit.wait(60_000)
    await press()
    expect((await anna.pair({ standing: Standing.ByLabel, secret })).refusal).toBe(0)
    if (unit.board.parts.get("valve")!.observe().state === "open") await press()
    frames.length = 0
    return { unit, link: new SessionLink(unit, anna), frames, press }
}

/** What a message is answered, without a seal, whose number has come before, or whose keys are not in force. Whatever is done is answered under a seal. */
const REFUSED = [CoapCode.Unauthorized, CoapCode.BadRequest]

/** Says again what was heard. @returns the codes that were answered, but for those of refusals */
async function sayAgain(unit: SimulatedUnit, frames: readonly Uint8Array[]): Promise<Set<number | undefined>> {
    const codes = new Set<number | undefined>()
    for (const frame of frames) {
        const { answer } = await unit.call("exchange", { frame })
        const code = readMessage(Buffer.from(answer as Uint8Array)).message?.code
        if (code === undefined || !REFUSED.includes(code)) codes.add(code)
        await unit.wait(100)
    }
    return codes
}

test("a whole update said again, after it and after a restart, brings nothing", async () => {
    const { unit, link, frames } = await owned()
    expect(await update(link, second)).toEqual({ outcome: "confirmed" })
    // The package alone takes more.
    expect(frames.length).toBeGreaterThan(40)
    const recorded = frames.slice(0, -1)
    for (const restart of [false, true]) {
        if (restart) await unit.powerOn()
        const before = await unit.get("update")
        expect(await sayAgain(unit, recorded)).toEqual(new Set())
        expect(await unit.get("update")).toEqual(before)
        expect(await unit.programSha256()).toBe(two.sha256)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    }
})

test.each(["stock", "verified"] as const)(
    "a yes that was recorded lets the same update in no second time: %s",
    async profile => {
        const { unit, link, frames, press } = await owned(profile)
        // Gas flows, so nothing comes of it.
        await press()
        expect(await update(link, second)).toEqual({ outcome: "refused", refusal: "notSafe" })
        await press()
        expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "shut" })

        const recorded = [...frames]
        const { head } = await packageParts("package", second)
        for (const restart of [false, true]) {
            if (restart) await unit.powerOn()
            expect((await link.call("offer_update", { size: head.length })).refusal).toBe(0)
            for (let offset = 0; offset < head.length; offset += 160) {
                const data = new Uint8Array(head.subarray(offset, offset + 160))
                expect((await link.call("write_update", { offset, data })).refusal).toBe(0)
            }
            const look = async () => (await unit.get("update")) as { state: string; digest: string }
            while ((await look()).state === "Verifying") await unit.wait(200)
            expect(await look()).toMatchObject({ state: "AwaitingConsent", sequence_number: 2 })
            expect(await sayAgain(unit, recorded)).toEqual(new Set())
            await unit.wait(1000)
            expect(await look()).toMatchObject({ state: "AwaitingConsent" })
            // The owner is still heard.
            const digest = Buffer.from((await look()).digest, "hex")
            expect((await link.call("answer_update", { answer: "No", digest })).refusal).toBe(0)
            expect(await look()).toMatchObject({ state: "Refused" })
        }
    },
)
