import { type Subject, simulatedSubject } from "../../src/host/conformance/conform"
import type { Declaration } from "../../src/host/conformance/declaration"
import { draftOf } from "../../src/host/conformance/draft"
import type { SimulatedSubject } from "../../src/host/conformance/simulated-device"

/** A device without anything. */
export const DECLARED: Declaration = {
    device: { model: "M", serial: "S", board: "valve_pico", class: 1, profile: "stock", program: "ab".repeat(32) },
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
    bench: { memories: [], packages: {}, sbom: null, crl: null },
}

/** A simulated device, and what is drafted of it. The bench has to be closed. */
export async function declaredSubject(
    simulated: SimulatedSubject,
    securityClass: 1 | 2,
): Promise<{ subject: Subject; declared: Declaration }> {
    const subject = await simulatedSubject(simulated, securityClass)
    await subject.bench.begin()
    return { subject, declared: await draftOf(subject.bench.link, simulated.definition, simulated.profile) }
}
