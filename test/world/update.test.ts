import { expect, test } from "vitest"
import { play, VALVE } from "./play"

const PACKAGES = `packages:
    next: { of: gas-valve, sequence: 2 }
    foreign: { of: gas-valve, sequence: 2, signed-by: stranger }
    changed: { of: gas-valve, sequence: 2, tampered: program }`

/** @returns what the trace says of the updates */
async function outcomes(scenario: string, duration = "180s") {
    const { entries, result } = await play(`${PACKAGES}\n${scenario}`, { devices: VALVE, duration })
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
    - { at: 150s, device: valve, register: sequence_number, is: 2 }`)
    expect(updates).toEqual([
        ["changed", "refused", "payloadDigest"],
        ["foreign", "refused", "threshold"],
        ["next", "confirmed", undefined],
    ])
    expect(result.ok).toBe(true)
})

test("the hub asks in the session of whoever is paired with the device, and without one in that of nobody", async () => {
    const { entries } = await play(
        `${PACKAGES}
scenario:
    - { at: 30s, do: press, part: valve.button, for: 200ms }
    - { at: 32s, do: press, part: valve.button, for: 200ms }
    - { at: 10s, pair: anna, device: valve, label: true }
    - { at: 3m, pair: nosy, device: valve, label: wrong, for: 5s }
    - { at: 3m10s, update: next, device: valve, as: nosy }
    - { at: 3m20s, update: next, device: valve }`,
        { devices: VALVE, duration: "6m" },
    )
    const updates = entries.filter(({ kind }) => kind === "update").map(({ outcome, detail }) => [outcome, detail])
    expect(updates).toEqual([
        ["interrupted", "NoSession"],
        ["confirmed", undefined],
    ])
    expect(entries.filter(({ kind }) => kind === "session").map(({ session, paired }) => [session, paired])).toEqual([
        ["anna", true],
        ["nosy", false],
    ])
})

test("an update in which the power fails is finished by the same one again, at the latest, and is the same in every run", async () => {
    const scenario = `
scenario:
    - { at: 4s, update: next, device: valve }
    - { at: 45s, fault: power-off, device: valve, for: 500ms }
    - { at: 90s, update: next, device: valve }`
    const [first, second] = [await outcomes(scenario, "200s"), await outcomes(scenario, "200s")]
    expect(first.updates).toHaveLength(2)
    expect(first.updates[1]).toEqual(["next", "confirmed", undefined])
    expect(second.result.traceSha256).toBe(first.result.traceSha256)
})

test("a package that is not there is answered with those that are", async () => {
    const world = `${PACKAGES}\nscenario: [{ at: 3s, update: nxt, device: valve }]`
    await expect(play(world, { devices: VALVE })).rejects.toThrow(/no package "nxt"; known: next, foreign, changed/)
})
