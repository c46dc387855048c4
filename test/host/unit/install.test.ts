import { expect, test } from "vitest"
import { Panic } from "../../../simulators/world/faults"
import { buildFirmware } from "../../../src/host/build/firmware"
import { newUnit, release } from "../update/releases"

test("a program is installed whatever the runtime was about to do: every 8 s it starts a program that does not run", async () => {
    const [one, two] = [await buildFirmware("gas-valve"), await release("gas-valve", 2)]
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    for (let i = 0; i < 12; i++) {
        const next = i % 2 === 0 ? two : one
        await unit.wait(5000 + 250 * i)
        await unit.install(next.image, () => {})
        expect(unit.board.state).toBe("running")
        expect(await unit.programSha256()).toBe(next.sha256)
        await unit.find(5000)
        expect(await unit.get("sequence_number")).toBe(next === two ? 2 : 1)
    }
})

test("a program that has started anew meanwhile is asked as the one that it is", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    expect(await unit.get("sequence_number")).toBe(1)
    unit.board.panicProgram(Panic.UnhandledException)
    await unit.wait(12_000)
    expect(await unit.get("sequence_number")).toBe(1)
})
