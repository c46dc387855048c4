/** A host installs nothing without a grant of this device, for this package, for this challenge. */
import { describe, expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import type { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import type { InstallLink } from "../../../src/host/unit/unit-link"
import { MemoryJournal } from "../../../src/host/update/journal"
import { seeded } from "../identity/factory"
import { newUnit, packageOf, release, update } from "./releases"

/** The unit, with somebody on the line who changes what comes back. It counts installations. */
function intercepted(unit: SimulatedUnit, change: (token: Uint8Array, offset: number) => Uint8Array) {
    const link = {
        installs: 0,
        get: (register: string) => unit.get(register),
        call: async (command: string, values?: Parameters<InstallLink["call"]>[1]) => {
            const report = await unit.call(command, values)
            if (command !== "read" || values?.document !== 1) return report
            return { ...report, data: change(report.data as Uint8Array, Number(values.offset)) }
        },
        programSha256: () => unit.programSha256(),
        wait: (ms: number) => unit.wait(ms),
        close: () => unit.close(),
        chip: () => unit.chip(),
        find: (timeoutMs: number) => unit.find(timeoutMs),
        install: async (image: Uint8Array, onProgress: (share: number) => void) => {
            link.installs++
            await unit.install(image, onProgress)
        },
    } satisfies InstallLink & { installs: number }
    return link
}

const second = async () => packageOf("gas-valve", 2, (await release("gas-valve", 2)).image)

describe("a grant that does not count", () => {
    test("was changed on the way", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const link = intercepted(unit, (data, offset) => data.map((byte, i) => (offset + i === 20 ? byte ^ 1 : byte)))
        expect(await update(link, await second())).toEqual({ outcome: "refused", refusal: "tokenSignature" })
        expect(link.installs).toBe(0)
    })

    test("was given for an earlier challenge", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const heard = new Map<number, Uint8Array>()
        const listening = intercepted(unit, (data, offset) => {
            heard.set(offset, data)
            return data
        })
        listening.install = async () => {
            throw new Error("interrupted")
        }
        await expect(update(listening, await second())).rejects.toThrow("interrupted")
        const replaying = intercepted(unit, (_, offset) => heard.get(offset)!)
        const outcome = await update(replaying, await second(), { random: seeded("another") })
        expect(outcome).toEqual({ outcome: "refused", refusal: "replayed" })
        expect(replaying.installs).toBe(0)
    })

    test("is for another program, kept from another run", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const journal = new MemoryJournal()
        const cut = intercepted(unit, data => data)
        cut.install = async image => {
            cut.installs++
            await unit.install(image, share => {
                if (share > 0.3) unit.board.powerOff()
            })
        }
        await expect(update(cut, await second(), { journal })).rejects.toThrow()
        await unit.connect()
        const third = await packageOf("gas-valve", 3, (await release("gas-valve", 3)).image)
        const outcome = await update(unit, third, { journal })
        expect(outcome).toMatchObject({ outcome: "refused", refusal: "otherProgram" })
        // The confirmed program may come back under the same grant.
        const { image } = await buildFirmware("gas-valve")
        expect(await update(unit, await packageOf("gas-valve", 1, image), { journal })).toEqual({
            outcome: "confirmed",
        })
        expect(await unit.get("sequence_number")).toBe(1)
    })
})
