import { describe, expect, test } from "vitest"
import { Action, may, Place, Role } from "../../../src/core/owner/rights"

/** What each role may, by place, as docs/owner.md has it: T at the device, I in the home, O from outside. */
const EXPECTED: Record<keyof typeof Action, Record<keyof typeof Role, string>> = {
    Observe: { Owner: "TIO", Family: "TIO", Guest: "TI", Child: "TI", Service: "T" },
    Operate: { Owner: "TIO", Family: "TIO", Guest: "TI", Child: "TI", Service: "T" },
    MakeSafe: { Owner: "TIO", Family: "TIO", Guest: "TI", Child: "TI", Service: "TI" },
    Endanger: { Owner: "TI", Family: "TI", Guest: "T", Child: "", Service: "T" },
    Release: { Owner: "T", Family: "T", Guest: "", Child: "", Service: "" },
    Watch: { Owner: "TIO", Family: "TI", Guest: "", Child: "", Service: "" },
    GiveConsent: { Owner: "TI", Family: "", Guest: "", Child: "", Service: "" },
    WithdrawConsent: { Owner: "TIO", Family: "TIO", Guest: "", Child: "", Service: "" },
    ManagePeople: { Owner: "TI", Family: "", Guest: "", Child: "", Service: "" },
    ReadLog: { Owner: "TIO", Family: "", Guest: "", Child: "", Service: "T" },
    ApproveUpdate: { Owner: "TIO", Family: "", Guest: "", Child: "", Service: "" },
    Disable: { Owner: "TIO", Family: "", Guest: "", Child: "", Service: "" },
    Enable: { Owner: "T", Family: "", Guest: "", Child: "", Service: "" },
}

const namesOf = (table: object) => Object.keys(table).filter(key => Number.isNaN(Number(key)))

test("the expected table is complete", () => {
    expect(Object.keys(EXPECTED)).toEqual(namesOf(Action))
    for (const row of Object.values(EXPECTED)) expect(Object.keys(row)).toEqual(namesOf(Role))
})

describe.each(Object.entries(EXPECTED))("%s", (action, row) => {
    test.each(Object.entries(row))("%s from %j and nowhere else", (role, places) => {
        for (const place of namesOf(Place)) {
            const [initial] = place
            const allowed = may(
                Role[role as keyof typeof Role],
                Action[action as keyof typeof Action],
                Place[place as keyof typeof Place],
            )
            expect(allowed, place).toBe(places.includes(initial))
        }
    })
})

test("whatever is not listed, nobody may", () => {
    const places = [Place.Touch, Place.Inside, Place.Outside]
    for (const place of places) {
        for (let action = 0; action < 20; action++)
            for (const role of [undefined, -1, 5, 6, 255, Number.NaN, 0.5]) expect(may(role, action, place)).toBe(false)
        for (const action of [-1, 13, 14, 255, Number.NaN, 0.5])
            for (let role = 0; role < 5; role++) expect(may(role, action, place)).toBe(false)
    }
    for (const place of [0, 8, 9, 255]) expect(may(Role.Owner, Action.Observe, place)).toBe(false)
})

test("a place that is several is none unless all of them are allowed", () => {
    expect(may(Role.Owner, Action.Enable, Place.Touch | Place.Outside)).toBe(false)
})
