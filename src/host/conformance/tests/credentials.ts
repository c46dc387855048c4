/** C1.5: nothing that a factory gives is given twice, and nothing that is drawn can be guessed. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { callWhenFree } from "../../unit/call-when-free"
import type { Declaration } from "../declaration"
import { owner, type Somebody } from "../household"
import { found, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { PAIRING_SECRET_TESTS } from "./pairing-secrets"
import { onesIn, requireRandom } from "./randomness"

/** What a factory gives a unit, and what it would be given by somebody else. */
const FACTORY_COMMANDS: Readonly<Record<string, Record<string, FieldValue>>> = {
    create_key: {},
    write_certificates: { offset: 0, data: new Uint8Array(16) },
    write_pairing_secret: { secret: new Uint8Array(16) },
    keep_identity: { size: 16, serial: "ANOTHER-1", digest: new Uint8Array(32) },
    lock_element: {},
    keep_program: { program: new Uint8Array(64) },
}
/** Only devices that take updates know it. */
const OF_UPDATES = "keep_program"
/** A long press, with room, and the reset after it. */
const RESET_MS = 11_000
const RESETTING_MS = 5_000

/** Invitations that are drawn of a unit, of 128 bits each. */
const DRAWN = 32

const drawsNone = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "it invites nobody: it has no owner, or no button for one"

export const CREDENTIAL_TESTS: readonly ConformanceTest[] = [
    {
        id: "C1.5-factory-closed",
        title: "A unit takes no key, certificate, secret or program of a factory any more.",
        needs: [],
        async run(scene) {
            await requireClosed(scene, "as it came")
            return { verdict: "enforced", expected: "AlreadyProvisioned", seen: "AlreadyProvisioned" }
        },
    },
    {
        id: "C1.5-closed-after-restart",
        title: "Nor does it after it was without supply.",
        needs: ["supply"],
        async run(scene) {
            await restart(scene.bench)
            await requireClosed(scene, "after a restart")
            return { verdict: "enforced", expected: "AlreadyProvisioned", seen: "AlreadyProvisioned" }
        },
    },
    {
        id: "C1.5-closed-after-reset",
        title: "Nor does it after a factory reset by a person at the device.",
        needs: ["hands"],
        spares: ({ declares }) =>
            declares.owner && declares.button ? undefined : "it has no owner, or no button to reset it by",
        async run(scene) {
            const { bench, declared, note } = scene
            const boots = Number(await bench.link.get("boot_count"))
            const button = declared.declares.button!
            await bench.act(button, "press")
            await bench.link.wait(RESET_MS)
            await bench.act(button, "release")
            await bench.link.wait(RESETTING_MS)
            await found(bench)
            const bootsAfter = Number(await bench.link.get("boot_count"))
            note("reset", { boots, bootsAfter })
            if (bootsAfter <= boots) throw new Broken("a reset after a long press", "no restart")
            await requireClosed(scene, "after a factory reset")
            return { verdict: "enforced", expected: "AlreadyProvisioned", seen: "AlreadyProvisioned" }
        },
    },
    {
        id: "C1.5-invitations",
        title: "What a unit draws to let people in by passes a check of randomness, and is drawn only once.",
        needs: ["hands", "label", "supply"],
        spares: drawsNone,
        async run(scene) {
            const { bench, note } = scene
            const by = await owner(scene)
            const drawn = await drawnBy(by, DRAWN / 2)
            await restart(bench)
            drawn.push(...(await drawnBy(by, DRAWN / 2)))
            requireRandom("invitations", drawn)
            note("drawn", { invitations: drawn.length, ones: onesIn(drawn) })
            return { verdict: "enforced", expected: "distinct and balanced", seen: `${DRAWN} that are` }
        },
    },
    {
        id: "C1.5-units-draw-apart",
        title: "What one unit draws does not tell what another one does.",
        needs: ["hands", "label", "units"],
        spares: drawsNone,
        async run(scene) {
            const drawn = await drawnBy(await owner(scene), DRAWN / 4)
            for (const number of [1, 2, 3]) {
                const bench = await scene.bench.unit(number)
                try {
                    await bench.begin()
                    drawn.push(...(await drawnBy(await owner({ ...scene, bench }), DRAWN / 4)))
                } finally {
                    await bench.close()
                }
            }
            requireRandom("invitations", drawn)
            scene.note("drawn", { units: 4, invitations: drawn.length, ones: onesIn(drawn) })
            return { verdict: "enforced", expected: "distinct and balanced", seen: `${DRAWN} of four units that are` }
        },
    },
    ...PAIRING_SECRET_TESTS,
]

/** @throws Broken if one is not refused because the unit has left the factory */
async function requireClosed({ bench, declared, note }: Scene, when: string): Promise<void> {
    for (const [command, values] of Object.entries(FACTORY_COMMANDS)) {
        if (command === OF_UPDATES && !declared.declares.updates) continue
        const { refusal } = await callWhenFree(bench.link, command, values)
        note(command, { when, refusal: String(refusal) })
        require(`${command} ${when}`, "AlreadyProvisioned", refusal)
    }
}

/** @returns the secrets of invitations, in hex */
async function drawnBy(by: Somebody, count: number): Promise<string[]> {
    const drawn: string[] = []
    while (drawn.length < count) {
        const invitation = await by.invite("guest")
        if (typeof invitation === "string") throw new Unclear(`the owner invites nobody: ${invitation}`)
        drawn.push(invitation.secret.toString("hex"))
    }
    return drawn
}
