import { describe, expect, test } from "vitest"
import { figuresOf, type Kind, parseFigures } from "./figures"

describe("figures of the emulated board", () => {
    test.each(["kernels", "stories", "functions"] as const)("%s say on which firmware they were measured", kind => {
        expect(figuresOf(kind).runtime).toContain("devicescript-pico v")
    })

    test.each([
        ["kernels without a day", "kernels", "recorded"],
        ["stories without their emulator", "stories", "emulator"],
        ["functions without their firmware", "functions", "runtime"],
    ] as [string, Kind, string][])("%s are refused", (_, kind, missing) => {
        const { [missing]: _left, ...rest } = figuresOf(kind) as unknown as Record<string, unknown>
        expect(() => parseFigures(kind, JSON.stringify(rest))).toThrow(missing)
    })

    test("no time is zero, or less", () => {
        const kernels = figuresOf("kernels")
        kernels.builds.gcc8.sections["ed25519.verify"].measuredMs = 0
        expect(() => parseFigures("kernels", JSON.stringify(kernels))).toThrow("measuredMs")
    })

    test("parts of a pass are not longer than the whole", () => {
        const { cycles } = figuresOf("functions")
        const tick = cycles["jd_services_tick, nothing due"]
        expect(cycles["jd_process_everything, nothing due"]).toBeGreaterThan(tick)
        expect(tick).toBeGreaterThan(cycles["jd_client_process, nothing due"])
        const parts = ["devs_fiber_poke, nothing due", "devs_fiber_get_max_sleep"]
        expect(parts.reduce((sum, name) => sum + cycles[name], 0)).toBeLessThan(
            cycles["jd_client_process, nothing due"],
        )
    })
})
