/** C1.6: debug interfaces. What pins and fuses are like the board's lock plan says, and whoever carries it out. */
import { jacdac } from "../../../../simulators/bus/jacdac"
import { packetsIn } from "../../../../simulators/bus/packets-in"
import { DocumentError } from "../../../../simulators/document-error"
import { type LockPlan, lockPlanOf, openWays } from "../../board/lock-plan"
import { attest } from "../../unit/attestation"
import { Broken, type ConformanceTest } from "../scene"

/** Two announcements of everybody, with room. */
const ANNOUNCED_MS = 1_500
/** Before the services of an announcement: flags and counters. */
const HEAD_BYTES = 4

/** @param boards folder in which each board has its own, with its plan; the SDK's if left out */
export function lockPlanTest(boards?: string): ConformanceTest {
    return {
        id: "C1.6-lock-plan",
        title: "The lock plan of the board closes every way into its chip.",
        needs: [],
        async run({ declared: { device }, note }) {
            const plan = planFor(device.board, boards)
            const open = openWays(plan)
            for (const { surface, what, open: why } of open) note(`${surface} stays open`, { what, why })
            if (open.length > 0) {
                const surfaces = [...new Set(open.map(({ surface }) => surface))].join(", ")
                throw new Broken(
                    "every way closed",
                    `${open.length} of ${plan.ways.length} ways stay open: ${surfaces}`,
                )
            }
            // That it was carried out shows only at the unit's pins.
            return {
                verdict: "documented",
                expected: "every way closed",
                seen: `${plan.ways.length} ways are, by the plan`,
            }
        },
    }
}

export const DEBUG_TESTS: readonly ConformanceTest[] = [
    lockPlanTest(),
    {
        id: "C1.6-attested",
        title: "The device says under its key that its debug interfaces are closed.",
        needs: [],
        async run({ bench, policy, random }) {
            const proof = await attest(bench.link, policy, random)
            if ("refusal" in proof) throw new Broken("an attestation", proof.refusal)
            if (proof.claims.debugEnabled)
                throw new Broken("debugging disabled (dbgstat of RFC 9711)", "enabled, as the device says itself")
            // Whether its word is good shows only at its pins.
            return { verdict: "documented", expected: "debugging disabled", seen: "disabled, as the device says" }
        },
    },
    {
        id: "C1.6-bus-debugger",
        title: "Nobody on the bus is offered the runtime's debugger.",
        needs: ["listener"],
        async run({ bench, note }) {
            await bench.link.wait(ANNOUNCED_MS)
            const chip = await bench.link.chip()
            const announced = bench
                .heard()
                .flatMap(({ frame }) => packetsIn(frame))
                .filter(({ isAnnounce, deviceIdentifier }) => isAnnounce && deviceIdentifier === chip)
            if (announced.length === 0) throw new Broken("announcements of the chip", "none")
            const services = new Set(announced.flatMap(({ data }) => servicesIn(data)))
            note("the chip offers", { services: [...services].map(service => `0x${service.toString(16)}`).join(" ") })
            if (services.has(jacdac.SRV_DEVS_DBG))
                throw new Broken(
                    "no debugger on the bus",
                    `the runtime's debugger (0x${jacdac.SRV_DEVS_DBG.toString(16)}), which reads its memory`,
                )
            return { verdict: "enforced", expected: "no debugger on the bus", seen: "none is announced" }
        },
    },
]

/** @throws Broken if the board has none */
function planFor(board: string, boards: string | undefined): LockPlan {
    try {
        return lockPlanOf(board, boards)
    } catch (error) {
        if (error instanceof DocumentError) throw new Broken("a lock plan of the board", error.message)
        throw error
    }
}

function servicesIn(announcement: Uint8Array): number[] {
    const words = Buffer.from(announcement)
    const services: number[] = []
    for (let at = HEAD_BYTES; at + 4 <= words.length; at += 4) services.push(words.readUInt32LE(at))
    return services
}
