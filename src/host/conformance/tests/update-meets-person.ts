/** An update that comes while a person has an output at work. */
import { Consent } from "../../../core/update/update-agent"
import type { PackageParts } from "../../update/package-parts"
import { updateRefusalName } from "../../update/refusals"
import { look } from "../../update/status"
import { updateUnit } from "../../update/update-unit"
import { leavingAt, untilGone } from "../leaving-host"
import { type Scene, Unclear } from "../scene"
import { activate } from "./hands"
import { isAwaiting, optionsFor, outcomeOf } from "./update"

/** Brings a package to where it waits for the owner. @throws Unclear if it does not get there */
export async function offered(scene: Scene, parts: PackageParts): Promise<void> {
    const link = leavingAt(scene.bench.link, isAwaiting)
    const outcome = await untilGone(updateUnit({ ...optionsFor(scene), link, parts, consent: false }))
    if (outcome) throw new Unclear(`the owner is not asked about the next release: ${outcomeOf(outcome)}`)
}

/** The owner agrees to the package that was offered, while a person has an output at work. @throws Unclear if it is not agreed to */
export async function agreedWhileActive(scene: Scene, parts: PackageParts, output: string): Promise<void> {
    const { bench, note } = scene
    await offered(scene, parts)
    await activate(scene, output)
    const digest = new Uint8Array(parts.manifest!.digest)
    const values = { answer: Consent.Yes, digest }
    const refusal = updateRefusalName(Number((await bench.ask("domovoi", "answer_update", values)).refusal))
    note("the owner agrees to the update", { refusal })
    if (refusal !== "none") throw new Unclear(`the owner's yes is refused: ${refusal}`)
}

/** Waits until the device has authorised the update. @returns its state @throws LinkError */
export async function authorisedWithin({ bench }: Scene, withinMs: number): Promise<string> {
    const startMs = bench.nowMs()
    for (;;) {
        const { state } = await look(bench.link)
        if (state === "Authorised" || bench.nowMs() - startMs >= withinMs) return state
        await bench.link.wait(LOOK_MS)
    }
}
const LOOK_MS = 50
