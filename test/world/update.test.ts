import { expect, test } from "vitest"
import { play, VALVE } from "./play"

const PACKAGES = `packages:
    next: { of: gas-valve, sequence: 2 }
    foreign: { of: gas-valve, sequence: 2, signed-by: stranger }
    changed: { of: gas-valve, sequence: 2, tampered: program }`

/** @returns what the trace says of the updates */
async function outcomes(scenario: string) {
    const { entries, result } = await play(`${PACKAGES}\n${scenario}`, { devices: VALVE, duration: "120s" })
    const updates = entries
        .filter(({ kind }) => kind === "update")
        .map(({ package: name, outcome, refusal }) => [name, outcome, refusal])
    return { updates, result }
}

test("the hub brings packages, good and bad", async () => {
    const { updates, result } = await outcomes(`
scenario:
    - { at: 4s, update: changed, device: valve }
    - { at: 5s, update: foreign, device: valve }
    - { at: 9s, update: next, device: valve }
expect:
    - { at: 8s, device: valve, register: sequence_number, is: 1 }
    - { at: 75s, device: valve, register: sequence_number, is: 2 }`)
    expect(updates).toEqual([
        ["changed", "refused", "payloadDigest"],
        ["foreign", "refused", "threshold"],
        ["next", "confirmed", undefined],
    ])
    expect(result.ok).toBe(true)
})

test("an update in which the power fails is finished by the same one again, at the latest, and is the same in every run", async () => {
    const scenario = `
scenario:
    - { at: 4s, update: next, device: valve }
    - { at: 23500ms, fault: power-off, device: valve, for: 500ms }
    - { at: 60s, update: next, device: valve }`
    const [first, second] = [await outcomes(scenario), await outcomes(scenario)]
    expect(first.updates).toHaveLength(2)
    expect(first.updates[1]).toEqual(["next", "confirmed", undefined])
    expect(second.result.traceSha256).toBe(first.result.traceSha256)
})

test("a package that is not there is answered with those that are", async () => {
    const world = `${PACKAGES}\nscenario: [{ at: 3s, update: nxt, device: valve }]`
    await expect(play(world, { devices: VALVE })).rejects.toThrow(/no package "nxt"; known: next, foreign, changed/)
})
