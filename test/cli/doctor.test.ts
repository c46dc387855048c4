import { readFileSync, writeFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { doctorCommand } from "../../src/cli/doctor-command"
import type { Finding } from "../../src/host/doctor/finding"
import { takeLock } from "../../src/host/lock-file"
import { inFolderOfValve, runHere } from "../host/kept-valve"

const path = inFolderOfValve()
const doctor = (...argv: string[]) => runHere(doctorCommand, "--unit", "unit.json", ...argv)

/** Without the sensor's module, which is no part of a unit's file. */
const troubles = (printed: string): Finding[] =>
    JSON.parse(printed).findings.filter(({ verdict }: Finding) => verdict !== "healthy")

describe("domovoi doctor", () => {
    test("finds a sound unit sound, part by part, and says which chip it is", async () => {
        const { status, printed } = await doctor("--ca", "ca.der", "--json")
        expect(troubles(printed)).toEqual([])
        expect(status).toBe(0)
        expect(JSON.parse(printed)).toMatchObject({
            healthy: true,
            chip: JSON.parse(readFileSync(path("unit.json"), "utf8")).deviceId,
        })
        expect((await doctor("--ca", "ca.der")).printed).toMatch(/ok {6}record memory \(FRAM\): answers at 0x50/)
    })

    test("without an authority says what it could not check", async () => {
        const { status, printed } = await doctor("--json")
        expect(troubles(printed).map(({ id }) => id)).toEqual(["proofUnchecked"])
        expect(status).toBe(1)
    })

    test("says what is broken and what to measure, and leaves the unit's file as it was", async () => {
        const before = readFileSync(path("unit.json"))
        const { status, printed } = await doctor("--ca", "ca.der", "--fault", "fram=unplug")
        expect(status).toBe(1)
        expect(printed).toMatch(/fault {3}record memory \(FRAM\): .*0x50/)
        expect(printed).toMatch(
            /next: measure 3\.3 V at its VCC \(3V3\); check the pull-ups on SDA \(GPIO 4\) and SCL \(GPIO 5\)/,
        )
        expect(readFileSync(path("unit.json")).equals(before)).toBe(true)
        const moved = await doctor("--fault", "fram=move=83", "--json")
        expect(troubles(moved.printed).map(({ id }) => id)).toContain("memoryElsewhere")
    })

    test("breaks a part in a way that has a name, too", async () => {
        const { status, printed } = await doctor("--ca", "ca.der", "--fault", "gas=fail=silence", "--json")
        expect(status).toBe(1)
        expect(troubles(printed)).toMatchObject([{ id: "cause", saw: expect.stringContaining("SensorAbsent") }])
        await expect(doctor("--fault", "gas=fail=loudly")).rejects.toThrow('expected one of "nonsense"|"silence"')
    })

    test("takes silence for a finding", async () => {
        const { status, printed } = await doctor("--fault", "fram=hold", "--json")
        expect(status).toBe(1)
        expect(troubles(printed).map(({ id }) => id)).toEqual(["fellSilent"])
    })

    test("wants to know which unit, also to break a part of it", async () => {
        for (const fault of [[], ["--fault", "fram=unplug"]])
            await expect(runHere(doctorCommand, ...fault)).rejects.toThrow(
                "which simulated unit? give --unit or --seri",
            )
    })

    test.each([
        [["--fault", "flux=unplug"], 'no part "flux"; it has'],
        [["--fault", "fram=explode"], "it knows"],
        [["--fault", "fram=move=1"], "move"],
        [["--fault", "fram"], "part=action"],
        [["--fault", "fram=unplug", "--target", "serial"], "--fault is for simulated units"],
        [["--target", "serial"], "needs --port"],
        [["--board", "nothing"], "no board nothing"],
        [["--ca", "nowhere"], "nowhere"],
    ])("refuses %j", async (argv, words) => {
        await expect(doctor(...argv)).rejects.toThrow(words)
    })

    test("does not meddle with a unit that a command is at work on", async () => {
        const release = takeLock(path("unit.json"))
        await expect(doctor()).rejects.toThrow("is at work on it")
        release()
    })

    test("says so of a file that is no unit", async () => {
        writeFileSync(path("unit.json"), "{}")
        await expect(doctor()).rejects.toThrow("no simulated unit")
    })
})
