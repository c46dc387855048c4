import { expect, test } from "vitest"
import { Cause, DEVICE_CAUSES } from "../../../src/core/failsafe/cause"
import { FailSafe } from "../../../src/core/failsafe/fail-safe"
import {
    CAPTURE_SUPPLY,
    type CapturePhase,
    type CaptureSituation,
    nextCapturePhase,
} from "../../../src/core/rules/capture"

const usual: CaptureSituation = { wanted: false, allowed: true, indicated: false, elapsedMs: 0 }

test.each<[CapturePhase, Partial<CaptureSituation>, CapturePhase]>([
    ["off", {}, "off"],
    ["off", { wanted: true }, "asked"],
    ["off", { wanted: true, elapsedMs: 1e9 }, "asked"],
    ["off", { wanted: true, allowed: false }, "off"],
    ["off", { indicated: true }, "off"],
    ["asked", { elapsedMs: 199 }, "asked"],
    ["asked", { elapsedMs: 200 }, "off"],
    ["asked", { elapsedMs: 150, indicated: true }, "recording"],
    ["asked", { elapsedMs: 150, indicated: true, allowed: false }, "off"],
    ["recording", { elapsedMs: 9999, indicated: true }, "recording"],
    ["recording", { elapsedMs: 10_000, indicated: true }, "off"],
    ["recording", { elapsedMs: 5000, indicated: false }, "off"],
    ["recording", { elapsedMs: 100, indicated: false }, "off"],
    ["recording", { elapsedMs: 5000, indicated: true, allowed: false }, "off"],
    ["recording", { elapsedMs: 5000, indicated: true, wanted: true }, "recording"],
])("%s, %o: %s", (phase, situation, next) => {
    expect(nextCapturePhase(phase, { ...usual, ...situation })).toBe(next)
})

test("camera and microphone have no power while the device finds a fault in itself or its owner has disabled it, and no longer", () => {
    const failSafe = new FailSafe([CAPTURE_SUPPLY])
    failSafe.tell(-1, 0)
    expect(failSafe.levelOf(0, 1)).toBe(1)
    for (let cause = 1; cause <= 19; cause++) {
        failSafe.tell(-1, 1 << cause)
        expect(failSafe.levelOf(0, 1)).toBe((1 << cause) & (DEVICE_CAUSES | Cause.Owner) ? 0 : 1)
        failSafe.tell(-1, 0)
        expect(failSafe.levelOf(0, 1)).toBe(1)
    }
})
