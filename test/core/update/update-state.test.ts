import { expect, test } from "vitest"
import { nextUpdateState, stateLimitMs, UpdateEvent, UpdateState } from "../../../src/core/update/update-state"

const states = Object.values(UpdateState).filter(value => typeof value === "number")
const events = Object.values(UpdateEvent).filter(value => typeof value === "number")

const UNDER_WAY = ["Receiving", "Verifying", "AwaitingConsent", "MakingSafe", "Authorised", "Installing"] as const

/** The life of an update, as people read it. */
const LIFE: [from: readonly (keyof typeof UpdateState)[], keyof typeof UpdateEvent, keyof typeof UpdateState][] = [
    [["Idle", "Confirmed", "Refused", "Reverting"], "Offer", "Receiving"],
    [["Receiving"], "Arrive", "Verifying"],
    [["Verifying"], "Accept", "AwaitingConsent"],
    [["AwaitingConsent"], "Allow", "MakingSafe"],
    [["AwaitingConsent"], "Replace", "Confirmed"],
    [["MakingSafe"], "Authorise", "Authorised"],
    [["Authorised", "Installing"], "Grant", "Installing"],
    [["Reverting"], "Grant", "Reverting"],
    [["Idle"], "Try", "Trial"],
    [["Trial"], "Pass", "Confirmed"],
    [UNDER_WAY, "Refuse", "Refused"],
    [["Idle", "Trial", ...UNDER_WAY], "Condemn", "Reverting"],
]

test("every event in every state", () => {
    for (const state of states)
        for (const event of events) {
            const row = LIFE.find(
                ([from, name]) => UpdateEvent[name] === event && from.some(one => UpdateState[one] === state),
            )
            const name = `${UpdateEvent[event]} in ${UpdateState[state]}`
            expect(nextUpdateState(state, event), name).toBe(row && UpdateState[row[2]])
        }
})

test("only states that wait for somebody have a limit", () => {
    const limits = states.flatMap(state => (stateLimitMs(state) > 0 ? [[UpdateState[state], stateLimitMs(state)]] : []))
    expect(Object.fromEntries(limits)).toEqual({
        Receiving: 30_000,
        AwaitingConsent: 86_400_000,
        MakingSafe: 60_000,
        Authorised: 120_000,
        Installing: 120_000,
        Trial: 60_000,
    })
})
