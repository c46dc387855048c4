import { resolve } from "node:path"
import { expect, test } from "vitest"
import { canCompileVerifier } from "../../src/host/build/portable-verifier"
import { play } from "./play"

/** A board whose program knows of no identity: in the factory, so to speak. */
const board = (profile: string) =>
    `    valve: { board: valve_pico, firmware: ${resolve("test/programs/nothing.ts")}${profile} }`

const verdicts = async (profile: string) =>
    (await play("", { devices: board(profile) })).entries
        .filter(({ source, kind }) => source === "valve" && kind === "verifier")
        .map(({ moment, verdict }) => [moment, verdict])

test("a device of a world is on the stock profile, or on the one it names", async () => {
    expect(await verdicts("")).toEqual([])
    expect(await verdicts(", profile: verified")).toEqual([
        ["boot", "factory"],
        ["start", "factory"],
    ])
})

test.skipIf(!canCompileVerifier())("a verifier in C thinks the same of it", async () => {
    const inC = await verdicts(", profile: verified, verifier: c")
    expect(inC).toEqual(await verdicts(", profile: verified"))
})

test.each([
    [", verifier: c", /nothing verifies on the stock profile/],
    [", profile: verified, verifier: rust", /a verifier is model or c/],
])("refused by name and place:%s", async (device, message) => {
    const refusal = play("", { devices: board(device) })
    await expect(refusal).rejects.toThrow(/world\.yaml:4.*devices\.valve\.verifier/s)
    await expect(refusal).rejects.toThrow(message)
})

test("another profile is refused by name and place", async () => {
    await expect(play("", { devices: board(", profile: secure") })).rejects.toThrow(
        /world\.yaml:4.*devices\.valve\.profile.*a profile is stock or verified/s,
    )
})
