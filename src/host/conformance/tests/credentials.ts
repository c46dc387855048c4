/** C1.5: nothing that a factory gives is given twice, and nothing that is drawn can be guessed. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { callWhenFree } from "../../unit/call-when-free"
import type { Bench } from "../bench"
import { found, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene } from "../scene"
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

/** Challenges that are drawn of a unit, of 64 bits each. */
const DRAWN = 64

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
        id: "C1.5-challenges",
        title: "What a unit draws to know fresh commands by passes a check of randomness, and is drawn only once.",
        needs: ["supply"],
        spares: ({ declares }) => (declares.owner ? undefined : "it draws no challenges: it has no owner"),
        async run({ bench, note }) {
            const drawn = await drawnBy(bench, DRAWN / 2)
            await restart(bench)
            drawn.push(...(await drawnBy(bench, DRAWN / 2)))
            requireRandom("challenges", drawn)
            note("drawn", { challenges: drawn.length, first: drawn[0], ones: onesIn(drawn) })
            return { verdict: "enforced", expected: "distinct and balanced", seen: `${DRAWN} that are` }
        },
    },
    {
        id: "C1.5-units-draw-apart",
        title: "What one unit draws does not tell what another one does.",
        needs: ["units"],
        spares: ({ declares }) => (declares.owner ? undefined : "it draws no challenges: it has no owner"),
        async run({ bench, note }) {
            const drawn = await drawnBy(bench, DRAWN / 4)
            for (const number of [1, 2, 3]) {
                const other = await bench.unit(number)
                try {
                    await other.begin()
                    drawn.push(...(await drawnBy(other, DRAWN / 4)))
                } finally {
                    await other.close()
                }
            }
            requireRandom("challenges", drawn)
            note("drawn", { units: 4, challenges: drawn.length, ones: onesIn(drawn) })
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

/** @returns challenges in hex */
async function drawnBy({ link }: Bench, count: number): Promise<string[]> {
    const drawn: string[] = []
    while (drawn.length < count) {
        const { challenge_high, challenge_low } = await link.challenge()
        drawn.push([challenge_high, challenge_low].map(word => Number(word).toString(16).padStart(8, "0")).join(""))
    }
    return drawn
}
