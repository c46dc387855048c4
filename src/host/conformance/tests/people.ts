/** The people around a device: what they have it do, and who stands at it with a hand on its button. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { START_MS } from "../../unit/patience"
import { owner, reported, type Somebody } from "../household"
import { Broken, type Scene } from "../scene"
import { named, ready } from "./hands"

/** A button is held for so long to have the owner forgotten, with room. */
const RESET_HOLD_MS = 10_500
/** Until a reset is done: credentials of a network take longest. */
const RESET_MS = 30_000

/** Somebody holds the device's button until it forgets its owner, and waits until it has. */
export async function factoryReset(scene: Scene): Promise<void> {
    const { bench, declared, note } = scene
    const button = named(declared.declares.button, "button")
    await bench.act(button, "press")
    await bench.link.wait(RESET_HOLD_MS)
    await bench.act(button, "release")
    await bench.link.wait(RESET_MS)
    await bench.link.find(START_MS)
    await ready(scene)
    note("reset", { part: button, heldMs: RESET_HOLD_MS })
}

/** Has the device disabled, or enabled. @returns the refusal's name */
export async function disable(by: Somebody, disabled: boolean): Promise<string> {
    return String((await by.ask("owner", "disable", { disabled })).refusal)
}

/** A use of data, as the device describes it. */
export interface Use {
    use: number
    version: number
    answer: string
    retentionS: number
    notice: string
}

/** @param by whom it is asked; left out while nobody is known to the device, who may ask it then */
export async function usesOf({ bench, declared }: Scene, by?: Somebody): Promise<Use[]> {
    const describe = async (use: number) => {
        const report = await (by ?? bench).ask("privacy", "describe", { use })
        if ("refusal" in report) throw new Broken(`use ${use} described`, String(report.refusal))
        return report
    }
    const uses: Use[] = []
    for (let use = 0; use < declared.declares.uses; use++) {
        const { version, answer, retention, notice } = await describe(use)
        uses.push({
            use,
            version: Number(version),
            answer: String(answer),
            retentionS: Number(retention),
            notice: String(notice),
        })
    }
    return uses
}

/** @returns the refusal's name */
export async function answer(
    by: Somebody,
    { use, version }: Pick<Use, "use" | "version">,
    yes: boolean,
): Promise<string> {
    return refusalName((await by.ask("privacy", "answer", { use, version, answer: yes ? "Yes" : "No" })).refusal)
}

/** @throws Broken if one is refused */
export async function answerAll(scene: Scene, by: Somebody, yes: boolean): Promise<void> {
    for (const use of await usesOf(scene, by)) {
        const refusal = await answer(by, use, yes)
        scene.note("answered", { use: use.use, yes, refusal })
        if (refusal !== "None") throw new Broken(`the owner's ${yes ? "yes" : "no"} to use ${use.use}`, refusal)
    }
}

/** A new device gets its owner, who agrees to everything. @throws Broken if something of it is refused */
export async function agreed(scene: Scene): Promise<Somebody> {
    await ready(scene)
    const by = await owner(scene)
    await answerAll(scene, by, true)
    return by
}

/** What is kept for a use, for whoever may see it. */
export async function kept(by: Somebody, use: number) {
    const { refusal, data = new Uint8Array(0), age = 0 } = await by.ask("privacy", "read_kept", { use })
    return { refusal: refusalName(refusal), data: data as Uint8Array, ageS: Number(age) }
}

/** The numbers of services/owner.md, by which the service privacy refuses. */
const REFUSALS: Readonly<Record<number, string>> = { 0: "None", 5: "NotAllowed", 6: "NotReady", 7: "Storage", 8: "Use" }

export const refusalName = (refusal: FieldValue): string =>
    typeof refusal === "number" ? (REFUSALS[refusal] ?? String(refusal)) : String(refusal)

/** Whoever is on the bus wants it disabled, or enabled. @returns the refusal's name */
export async function disabledOnBus({ bench }: Scene, disabled: boolean): Promise<string> {
    return String((await reported(() => bench.ask("owner", "disable", { disabled }))).refusal)
}
