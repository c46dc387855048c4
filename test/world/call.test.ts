import { describe, expect, test } from "vitest"
import { DOOR, play } from "./play"

/** A doorbell has its key a second after its start. */
const pair = "{ at: 5s, pair: anna, device: door, label: true }"
const touch = "{ at: 6s, do: press, part: door.release, for: 200ms }"
const disable = "{ at: 15s, call: disable, of: owner, device: door, with: { disabled: true } }"
const inside = disable.replace("disable,", "disable, as: anna,")
const disabled = "expect: [{ at: 25s, device: door, register: state, is: { state: Lockdown, cause: Owner } }]"

/** @returns whether the doorbell was disabled, and what was answered */
async function played(...steps: string[]) {
    const { result, entries } = await play(`scenario: [${steps.join(", ")}]\n${disabled}`, { devices: DOOR })
    const answers = entries.filter(({ kind }) => kind === "answer" || kind === "session")
    return { kept: result.expectations[0].kept, answered: answers.map(({ answered }) => answered).at(-1) }
}

describe("a command", () => {
    test("inside the owner's session does what it does on a device", async () => {
        expect(await played(pair, touch, inside)).toEqual({ kept: true, answered: { refusal: "None" } })
    })

    test("of a stranger is not served by a device that knows somebody", async () => {
        expect(await played(pair, touch, disable)).toEqual({ kept: false, answered: "NotImplemented" })
    })

    test("of a stranger is refused by one that knows nobody", async () => {
        expect(await played(disable)).toEqual({ kept: false, answered: { refusal: "NotAllowed" } })
    })

    test("inside a session that there is not is not sent", async () => {
        expect(await played(pair.replace("true }", "true, for: 5s }"), inside)).toEqual({
            kept: false,
            answered: "NoSession",
        })
    })

    test.each([
        ["disable", "doorman", "door", "{}", 'no service "doorman"; known: '],
        ["open", "owner", "door", "{}", 'no command "open"; owner has disable'],
        ["disable", "owner", "house", "{}", 'no device "house"'],
        ["disable", "owner", "door", "{}", '"disabled" is missing or unknown; its fields are disabled'],
        ["disable", "owner", "door", "{ disabled: true, for: 1 }", '"for" is missing or unknown'],
        [
            "answer",
            "privacy",
            "door",
            "{ use: 0, version: 1, answer: Maybe }",
            'no Answer "Maybe"; there are None, Yes',
        ],
        ["exchange", "domovoi", "door", "{ frame: anna }", '"anna" are no bytes'],
    ])("%s of %s on %s with %s cannot be sent", async (call, of, device, fields, complaint) => {
        const step = `scenario: [{ at: 5s, call: ${call}, of: ${of}, device: ${device}, with: ${fields} }]`
        await expect(play(step, { devices: DOOR })).rejects.toThrow(complaint)
    })
})
