/** C1.5: nothing that a factory gives is given twice, and nothing that is drawn can be guessed. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { callWhenFree } from "../../unit/call-when-free"
import type { Bench } from "../bench"
import { found, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene } from "../scene"

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
const BITS = DRAWN * 64
/** A fair coin stays within it, but for once in 150,000 runs. */
const MOST_SIGMAS = 4.5

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
            requireRandom(drawn)
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
            requireRandom(drawn)
            note("drawn", { units: 4, challenges: drawn.length, ones: onesIn(drawn) })
            return { verdict: "enforced", expected: "distinct and balanced", seen: `${DRAWN} of four units that are` }
        },
    },
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

/** @throws Broken for what nobody would draw by chance */
function requireRandom(drawn: readonly string[]): void {
    const again = drawn.find((challenge, at) => drawn.indexOf(challenge) < at)
    if (again !== undefined) throw new Broken("distinct challenges", `${again} twice`)
    const sigmas = (onesIn(drawn) - BITS / 2) / Math.sqrt(BITS / 4)
    if (Math.abs(sigmas) > MOST_SIGMAS)
        throw new Broken("as many ones as zeros", `${onesIn(drawn)} ones in ${BITS} bits`)
    // What counts up, or is a number with another added, differs from the one before as it did from the one before that.
    const steps = drawn
        .slice(1)
        .map((challenge, at) => BigInt.asUintN(64, BigInt(`0x${challenge}`) - BigInt(`0x${drawn[at]}`)))
    const known = steps.find((step, at) => steps.indexOf(step) < at)
    if (known !== undefined) throw new Broken("challenges that follow from none before", `a step of ${known} twice`)
}

function onesIn(drawn: readonly string[]): number {
    return drawn.reduce((sum, challenge) => sum + BigInt(`0x${challenge}`).toString(2).replaceAll("0", "").length, 0)
}
