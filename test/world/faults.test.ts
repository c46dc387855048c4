import { describe, expect, test } from "vitest"
import { FAULTS } from "../../simulators/world/faults"
import { play, VALVE } from "./play"

const OPEN_VALVE = "{ at: 5s, do: press, part: valve.button, for: 200ms }"

/** The program ends, and starts again some five seconds later. */
const PROGRAM_DIES = {
    step: "device: valve",
    expect: [
        "{ from: 9s, until: 10s, part: valve.valve, is: { state: open } }",
        "{ after: 10s, within: 1s, part: valve.valve, is: { state: shut } }",
        "{ from: 11s, until: 30s, part: valve.valve, is: { state: shut } }",
        "{ at: 25s, device: valve, register: state, is: { state: Normal } }",
    ],
}

/** Fault → a step of it at 10 s while the valve is open, and what has to be seen of it. */
const CASES: Record<string, { devices?: string; step: string; expect: string[] }> = {
    "power-off": {
        step: "device: valve, for: 5s",
        expect: [
            "{ from: 10s, until: 30s, part: valve.valve, is: { state: shut } }",
            "{ from: 10.01s, until: 14.99s, device: valve, is: off }",
            "{ from: 15s, until: 30s, device: valve, is: running }",
        ],
    },
    "power-on": { step: "device: valve", expect: ["{ from: 10s, until: 30s, device: valve, is: running }"] },
    "power-cut": {
        step: "device: valve, memory: fram, for: 10s }\n    - { at: 12s, do: press, part: valve.button, for: 200ms }\n    - { at: 13s, do: press, part: valve.button, for: 200ms",
        expect: [
            "{ at: 12s, device: valve, is: running }",
            "{ from: 13.5s, until: 19.99s, device: valve, is: off }",
            "{ from: 20.01s, until: 30s, device: valve, is: running }",
        ],
    },
    "memory-swap": {
        devices: `${VALVE}\n    spare: { board: valve_pico, firmware: gas-valve, bus: workshop }`,
        // While they change, neither runs: what a program has begun to write goes to where it knows the place.
        step: `device: valve, with: spare, for: 8s }
    - { at: 9s, fault: power-off, device: spare, for: 20s }
    - { at: 9s, fault: power-off, device: valve, for: 2s }
    - { at: 17.5s, fault: power-off, device: valve, for: 1s`,
        expect: [
            "{ at: 17s, device: valve, register: state, is: { state: Safe } }",
            "{ at: 28s, device: valve, register: state, is: { state: Normal } }",
        ],
    },
    crash: PROGRAM_DIES,
    hang: PROGRAM_DIES,
    "heap-exhaustion": PROGRAM_DIES,
    "clock-jump": {
        step: "device: valve, by: 1h",
        expect: ["{ at: 20s, device: valve, register: uptime, is: { at-least: 3600 } }"],
    },
    deploy: {
        step: `device: valve, firmware: ${process.cwd()}/test/programs/hold-valve-open.ts`,
        expect: [
            "{ after: 10s, within: 1s, part: valve.valve, is: { state: shut } }",
            "{ from: 11s, until: 30s, part: valve.valve, is: { state: shut } }",
        ],
    },
    "packet-loss": {
        step: "bus: home, for: 10s",
        expect: [
            "{ after: 10s, within: 3s, part: valve.valve, is: { state: shut } }",
            "{ at: 15s, device: valve, is: running }",
        ],
    },
    "packet-duplication": harmless("bus: home"),
    "packet-delay": harmless("bus: home, up-to: 100ms"),
    "packet-reordering": harmless("bus: home, probability: 0.5, up-to: 100ms"),
}

function harmless(step: string) {
    return { step, expect: ["{ from: 6s, until: 30s, part: valve.valve, is: { state: open } }"] }
}

describe("every fault does what it says", () => {
    for (const [fault, { devices = VALVE, step, expect: expectations }] of Object.entries(CASES))
        test(fault, async () => {
            const { result } = await play(
                `scenario:
    - ${OPEN_VALVE}
    - { at: 10s, fault: ${fault}, ${step} }
expect:
${expectations.map(expectation => `    - ${expectation}`).join("\n")}`,
                { devices },
            )
            expect(result.expectations.filter(({ kept }) => !kept)).toEqual([])
        })

    test("and none is left out", () => expect(Object.keys(CASES).sort()).toEqual(Object.keys(FAULTS).sort()))
})
