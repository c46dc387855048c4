/** What an onlooker sees of the outputs that a device declares. */
import { Broken, type Scene } from "./scene"

/** With fixture `meter`; without one nothing is said. @param when for the report @throws Broken if an output is not in its declared safe state */
export async function requireSafeOutputs({ bench, declared, note }: Scene, when: string): Promise<void> {
    if (!bench.can.has("meter")) return
    for (const [name, { part, safe }] of Object.entries(declared.declares.outputs)) {
        const seen = await bench.observe(part)
        const wrong = Object.entries(safe).filter(([what, value]) => seen[what] !== value)
        if (wrong.length > 0) throw new Broken(`${name} safe ${when}: ${JSON.stringify(safe)}`, JSON.stringify(seen))
        note(`${name} is safe`, { when })
    }
}
