import { describe, expect, test } from "vitest"
import type { Fact, Findings } from "./exam"
import { type Judged, judge } from "./verdict"

const HAZARD = 4
const STORAGE = 16

function findings(facts: Record<string, Fact>, causes = 0, ...tells: string[]): Findings {
    return { facts: new Map(Object.entries(facts)), causes, tells: new Set(tells) }
}

const held: Fact = { value: "Safe", gives: 0 }
const works: Fact = { value: "Normal", gives: 1 }
const may: Fact = { value: "None", gives: 1 }
const mayNot: Fact = { value: "NotAllowed", gives: 0 }

function verdict(found: Findings, sound: Findings[], of: Partial<Judged> = {}) {
    return judge({ kind: "value", target: "root", flips: true, found, sound, ...of })
}

const SOUND = findings({
    "state, in the end": works,
    "Ben disables": mayNot,
    "Anna disables": may,
    boot_count: { value: 7 },
})

describe("corrected is", () => {
    test("what answers as a sound unit does, in everything", () => {
        expect(verdict(SOUND, [SOUND])).toEqual({ outcome: "corrected", why: [] })
    })

    test("nothing that differs in what gives nothing to anybody", () => {
        const found = findings({ ...Object.fromEntries(SOUND.facts), boot_count: { value: 1 } })
        expect(verdict(found, [SOUND])).toEqual({ outcome: "noticed and safe", why: ["boot_count: 1"] })
    })

    test("nothing that tells another cause", () => {
        expect(verdict(findings(Object.fromEntries(SOUND.facts), STORAGE), [SOUND]).outcome).toBe("noticed and safe")
    })
})

describe("what gives less", () => {
    const less = { ...Object.fromEntries(SOUND.facts), "state, in the end": held, "Anna disables": mayNot }

    test.each([
        ["a cause", findings(less, STORAGE)],
        ["a word", findings(less, 0, "identity Damaged")],
    ])("is safe with %s that a sound unit does not tell", (_, found) => {
        expect(verdict(found, [SOUND]).outcome).toBe("noticed and safe")
    })

    test.each([
        ["without a word", findings(less), SOUND],
        ["with a cause that a sound unit tells as well", findings(less, HAZARD), { ...SOUND, causes: HAZARD }],
        ["with a word that a sound unit has as well", findings(less, 0, "log"), { ...SOUND, tells: new Set(["log"]) }],
    ])("is wrong %s", (_, found, sound) => {
        const why = ["withheld without a word: state, in the end, Anna disables"]
        expect(verdict(found, [sound])).toEqual({ outcome: "wrong", why })
    })

    test("is wrong where a mere counter stops the device, whatever it says", () => {
        const why = ["stopped by a mere counter"]
        expect(verdict(findings(less, STORAGE), [SOUND], { target: "boots" })).toEqual({ outcome: "wrong", why })
        expect(verdict(findings(less, STORAGE), [SOUND], { target: "boots", flips: false }).outcome).not.toBe("wrong")
    })

    test("is wrong where the way out that is promised does not work, whatever it says", () => {
        const sound = findings({ "Anna enables": may, "Ben enables": may })
        const found = findings({ "Anna enables": mayNot, "Ben enables": mayNot }, STORAGE)
        const why = ["no way out: Anna enables"]
        expect(verdict(found, [sound], { target: "disabled" })).toEqual({ outcome: "wrong", why })
        expect(verdict(found, [sound], { target: "disabled", flips: false }).outcome).toBe("noticed and safe")
        expect(verdict(found, [sound], { target: "root" }).outcome).toBe("noticed and safe")
    })

    test("is right where it is the record's documented safe value, and that only of this record", () => {
        const sound = findings({ "consent to use 1": { value: "Yes", gives: 1 } })
        const found = findings({ "consent to use 1": { value: "None", gives: 0 } })
        expect(verdict(found, [sound], { target: "consents" }).outcome).toBe("noticed and safe")
        expect(verdict(found, [sound], { target: "root" }).outcome).toBe("wrong")
    })
})

describe("what gives more", () => {
    const more = findings({ ...Object.fromEntries(SOUND.facts), "Ben disables": may }, STORAGE)

    test("is wrong, whatever it says", () => {
        expect(verdict(more, [SOUND])).toEqual({ outcome: "wrong", why: ["gives more: Ben disables: None"] })
    })

    test("is right where the unit has not said that it was taken back, and wrong where it has", () => {
        const before = findings({ "Carl disables": may })
        const after = findings({ "Carl disables": mayNot })
        expect(verdict(before, [before, after]).outcome).toBe("corrected")
        expect(verdict(before, [after, after]).outcome).toBe("wrong")
    })

    test("is a limit only of the kinds of fault that nothing can tell, and of what those may give", () => {
        const missing = findings({ identity: { value: "Missing", gives: 2 } })
        const sound = findings({ identity: { value: "Valid", gives: 1 } })
        expect(verdict(missing, [sound], { kind: "blank 00", target: "" }).outcome).toBe("known limit")
        expect(verdict(missing, [sound], { kind: "another unit's", target: "" }).outcome).toBe("wrong")
        expect(verdict(more, [SOUND], { kind: "blank 00", target: "" }).outcome).toBe("wrong")
        expect(verdict(more, [SOUND], { kind: "its own, earlier", target: "" }).outcome).toBe("known limit")
    })

    test("is right where a used challenge is answered again because the list of them is lost", () => {
        const again = findings({ "a challenge is answered again": may })
        const sound = findings({ "a challenge is answered again": mayNot })
        expect(verdict(again, [sound], { target: "challenges" }).outcome).toBe("noticed and safe")
        expect(verdict(again, [sound], { target: "root" }).outcome).toBe("wrong")
    })
})
