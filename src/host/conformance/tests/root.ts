/** C2.1: the hardware that a device's identity stands on. */
import type { Declaration } from "../declaration"
import { requireSafeOutputs } from "../outputs"
import { Broken, type ConformanceTest, require } from "../scene"

export const ofClass1 = ({ device }: Declaration) =>
    device.class === 1 ? "it declares class 1, whose key may lie in its memory" : undefined

/** A device looks twice a second whether the element is there, and ends its work within 2 s; then once a second whether it is back. */
const NOTICED_MS = 3_000

/** What is signed with the device's key. */
const SIGNED = ["attest", "sign_log"]

export const ROOT_TESTS: readonly ConformanceTest[] = [
    {
        id: "C2.1-element-unplugged",
        title: "Without its secure element the device signs nothing, says so, and is safe; with it, it works again.",
        needs: ["faults"],
        spares: ofClass1,
        async run(scene) {
            const { bench, declared, random, note } = scene
            const { element } = declared.declares
            if (element === null) throw new Broken("a secure element", "a declaration of class 2 that names none")
            await bench.act(element, "unplug")
            await bench.link.wait(NOTICED_MS)
            const { state, cause } = (await bench.link.get("state")) as { state: string; cause: string }
            const identity = String(await bench.link.get("identity"))
            note("without its element", { state, cause, identity })
            require("identity", "NoElement", identity)
            require("state", "Safe", state)
            await requireSafeOutputs(scene, "without the element")
            for (const command of SIGNED) {
                const { refusal } = await bench.ask("domovoi", command, { challenge: random(32) })
                require(command, "NotProvisioned", refusal)
            }
            await bench.act(element, "plug")
            await bench.link.wait(NOTICED_MS)
            require("identity with its element again", "Valid", await bench.link.get("identity"))
            const { refusal } = await bench.ask("domovoi", "attest", { challenge: random(32) })
            require("attest with its element again", "None", refusal)
            return { verdict: "enforced", expected: "NoElement, Safe", seen: `${identity}, ${state}` }
        },
    },
]
