import { describe, expect, test } from "vitest"
import { DOOR, play } from "./play"

const PRESSES = ["6s", "20s", "30s"].map(at => `{ at: ${at}, do: press, part: door.release, for: 200ms }`)
const ANNA = "{ at: 5s, pair: anna, device: door, label: true }"
const DISABLE = "{ at: 14s, call: disable, of: owner, device: door, with: { disabled: true }, as: anna }"
/** With the hand on the button that takes. */
const ENABLE = "{ at: 21s, call: disable, of: owner, device: door, with: { disabled: false }, as: anna }"
const BEN = "{ at: 30s, pair: ben, device: door, by: anna, role: guest }"

/** @returns what the trace says of sessions, by person, and whether each expectation was kept */
async function played(steps: string[], expectations: string[] = []) {
    const yaml = `scenario: [${steps.join(", ")}]\nexpect: [${expectations.join(", ")}]`
    const { result, entries } = await play(yaml, { devices: DOOR, duration: "60s" })
    const told = entries
        .filter(({ kind }) => kind === "session")
        .map(({ us, source, kind, device, session, ...what }) => [session, what])
    return { told, kept: result.expectations.map(({ kept }) => kept), sha256: result.traceSha256 }
}

describe("a person", () => {
    test("is paired by the label and a hand on the button, and asks until somebody is there", async () => {
        const { told } = await played([ANNA, PRESSES[0]])
        expect(told).toEqual([["anna", { paired: true, reason: "None" }]])
    })

    test("is not paired without a hand, however long they ask, nor with the label of another device", async () => {
        const wrong = "{ at: 20s, pair: nosy, device: door, label: wrong }"
        const { told } = await played([`${ANNA.slice(0, -1)}, for: 10s }`, wrong, PRESSES[1]])
        expect(told).toEqual([
            ["anna", { paired: false, reason: "NobodyThere" }],
            ["nosy", { paired: false, reason: "NotAuthentic" }],
        ])
    })

    test("comes by an invitation that the owner makes, and may what the role may", async () => {
        const guests = "{ at: 40s, call: disable, of: owner, device: door, with: { disabled: true }, as: ben }"
        const { told, kept } = await played(
            [ANNA, ...PRESSES, BEN, guests],
            [
                "{ at: 50s, device: door, session: ben, is: { paired: true, answered: { refusal: NotAllowed } } }",
                "{ at: 50s, device: door, session: anna, is: { paired: true, command: disable } }",
                "{ at: 50s, device: door, register: state, is: { state: Normal } }",
            ],
        )
        expect(told.map(([who]) => who)).toEqual(["anna", "ben", "ben"])
        expect(kept).toEqual([true, false, true])
    })

    test("whom nobody knows invites nobody", async () => {
        const { told } = await played([BEN, "{ at: 50s, pair: anna, device: door, label: wrong }", PRESSES[2]])
        expect(told[0]).toEqual(["ben", { paired: false, reason: "NoSession" }])
    })
})

describe("what a person has said", () => {
    test("brings nothing about when somebody says it again, and they go on", async () => {
        const again = "{ at: 45s, replay: anna, device: door }"
        const later = DISABLE.replace("14s", "50s")
        const { told, kept } = await played(
            [ANNA, ...PRESSES, DISABLE, ENABLE, again, later],
            [
                "{ after: 14s, within: 6s, device: door, register: state, is: { state: Lockdown } }",
                "{ from: 29s, until: 50s, device: door, register: state, is: { state: Normal } }",
                "{ at: 48s, device: door, session: anna, is: { replayed: { Unauthorized: { at-least: 3 } } } }",
                "{ at: 59s, device: door, register: state, is: { state: Lockdown, cause: Owner } }",
            ],
        )
        expect(kept).toEqual([true, true, true, true])
        expect(told.map(([, what]) => (what as Record<string, unknown>).answered)).toEqual([
            undefined,
            { refusal: "None" },
            { refusal: "None" },
            undefined,
            { refusal: "None" },
        ])
    })

    test("is the same in every run", async () => {
        const steps = [ANNA, ...PRESSES, DISABLE, BEN, "{ at: 50s, replay: anna, device: door }"]
        expect((await played(steps)).sha256).toBe((await played(steps)).sha256)
    })
})

describe("a step", () => {
    test.each([
        ["{ at: 5s, pair: anna, device: door }", "by what? give label: true or wrong, or by and role"],
        ["{ at: 5s, pair: anna, device: door, label: false }", "a label is true, the device's own, or wrong"],
        ["{ at: 5s, pair: anna, device: door, label: true, by: anna }", "by what?"],
        ["{ at: 5s, pair: anna, device: door, by: anna, role: boss }", "a role is one of owner, family"],
        ["{ at: 5s, pair: Anna, device: door, label: true }", "a name is 1 to 32 lowercase letters"],
        [DISABLE, 'no person "anna"; known: '],
        ["{ at: 5s, replay: anna, device: door }", 'no person "anna"; known: '],
        [`${ANNA}, { at: 5s, replay: ana, device: door }`, 'no person "ana"; known: anna'],
    ])("%s cannot happen", async (step, complaint) => {
        await expect(play(`scenario: [${step}]`, { devices: DOOR })).rejects.toThrow(complaint)
    })

    test("expects of a session what there is to see", async () => {
        const expectation = "expect: [{ at: 9s, device: door, session: anna, is: { pared: true } }]"
        await expect(play(`scenario: [${ANNA}]\n${expectation}`, { devices: DOOR })).rejects.toThrow(
            'a session shows no "pared"; it shows paired, reason, command, answered, replayed',
        )
    })
})
