import type { Declaration } from "../../src/host/conformance/declaration"

/** A device without anything. */
export const DECLARED: Declaration = {
    device: { model: "M", serial: "S", board: "valve_pico", class: 1, profile: "stock" },
    declares: {
        updates: false,
        log: false,
        owner: false,
        network: false,
        uses: 0,
        outputs: {},
        sensors: {},
        capture: [],
        capturedBy: [],
        killSwitch: null,
        indicator: null,
        element: null,
        caseSwitch: null,
        button: null,
        contact: null,
        updatesUntil: null,
    },
    bench: { memories: [], packages: {}, sbom: null },
}
