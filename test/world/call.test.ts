import { describe, expect, test } from "vitest"
import { play } from "./play"

const OWNER = "616e6e61616e6e61"
/** Begins with drawing its challenge, and ends with sending it. */
const pair = `{ at: 3s, for: 2s, call: give, of: owner, device: door, with: { role: Owner, credentials: "0000000000000000${OWNER}" } }`
const disable = `{ at: 7s, call: disable, of: owner, device: door, with: { disabled: true, by: "${OWNER}" } }`
const touch = "{ at: 4s, do: press, part: door.release, for: 200ms }"
const disabled = "expect: [{ at: 9s, device: door, register: state, is: { state: Lockdown, cause: Owner } }]"

describe("a command over the bus", () => {
    test("does what it does on a device", async () => {
        const { result } = await play(`scenario: [${touch}, ${pair}, ${disable}]\n${disabled}`)
        expect(result.expectations).toMatchObject([{ kept: true }])
    })

    test("whose challenge was drawn after the press is not of whoever pressed", async () => {
        const late = pair.replace("at: 3s, for: 2s", "at: 5s")
        const { result } = await play(`scenario: [${touch}, ${late}, ${disable}]\n${disabled}`)
        expect(result.expectations).toMatchObject([{ kept: false }])
    })

    test("may carry a challenge of its own, which the device has never drawn", async () => {
        const stale = disable.replace("{ disabled", "{ challenge_low: 1, challenge_high: 2, disabled")
        const { result } = await play(`scenario: [${touch}, ${pair}, ${stale}]\n${disabled}`)
        expect(result.expectations).toMatchObject([{ kept: false }])
    })

    test("is refused by the device as anybody's would be", async () => {
        const { result } = await play(`scenario: [${pair}, ${disable}]\n${disabled}`)
        expect(result.expectations).toMatchObject([{ kept: false }])
    })

    test.each([
        ["disable", "doorman", "door", "{}", 'no service "doorman"; known: '],
        ["open", "owner", "door", "{}", 'no command "open"; owner has challenge, give, disable'],
        ["disable", "owner", "house", "{}", 'no device "house"'],
        [
            "disable",
            "owner",
            "door",
            "{ disabled: true }",
            '"by" is missing or unknown; its fields are challenge_low, challenge_high, disabled, by',
        ],
        ["disable", "owner", "door", "{ disabled: true, by: '', for: 1 }", '"for" is missing or unknown'],
        ["disable", "owner", "door", "{ disabled: true, by: anna }", '"anna" are no bytes'],
        ["give", "owner", "door", "{ role: Boss, credentials: '' }", 'no Role "Boss"; there are Owner, Family'],
    ])("%s of %s on %s with %s cannot be sent", async (call, of, device, fields, complaint) => {
        const step = `scenario: [{ at: 5s, call: ${call}, of: ${of}, device: ${device}, with: ${fields} }]`
        await expect(play(step)).rejects.toThrow(complaint)
    })
})
