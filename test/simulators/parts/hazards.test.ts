import { describe, expect, test } from "vitest"
import { type PartDescription, partKinds } from "../../../simulators/parts/catalog"
import { HAZARDS, netsOfPart } from "../../../simulators/parts/hazards"
import { CAPTURE_SUPPLY } from "../../../src/core/rules/capture"
import { DOOR_STRIKE } from "../../../src/core/rules/door-release"
import { GAS_VALVE } from "../../../src/core/rules/gas-valve"

const ofClass = (wanted: string) => partKinds.filter(kind => HAZARDS[kind as PartDescription["kind"]].class === wanted)

describe("the kinds of parts", () => {
    test("are all classed, and which are harmless is written down here once more", () => {
        expect(Object.keys(HAZARDS).sort()).toEqual(partKinds.toSorted())
        expect(ofClass("harmless").sort()).toEqual([
            "atecc608",
            "button-module",
            "buzzer",
            "buzzer-module",
            "fram",
            "gas-sensor",
            "light-bulb-module",
            "switch-module",
            "temperature-sensor",
        ])
        expect(ofClass("capturing").sort()).toEqual(["camera", "microphone"])
        expect(ofClass("actuating").sort()).toEqual(["lock", "relay", "relay-module", "valve"])
    })

    test("have one beat less than what the rule of their output promises", () => {
        expect(HAZARDS.valve).toMatchObject({ limitMs: GAS_VALVE.withinMs - 50, keepsOut: false })
        expect(HAZARDS.lock).toMatchObject({ limitMs: DOOR_STRIKE.withinMs - 50, keepsOut: true })
        expect(HAZARDS.camera).toMatchObject({ limitMs: CAPTURE_SUPPLY.withinMs - 50 })
        expect(HAZARDS.relay).toMatchObject({ limitMs: 950, keepsOut: false })
    })

    test("are on by their supply, by what drives them, or by both", () => {
        expect(netsOfPart({ kind: "valve", power: "a", drive: "b" })).toEqual(["a", "b"])
        expect(netsOfPart({ kind: "buzzer", drive: "b" })).toEqual(["b"])
        expect(netsOfPart({ kind: "relay-module", power: "a" })).toEqual(["a"])
    })
})
