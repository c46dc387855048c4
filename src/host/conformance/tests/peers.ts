/** C2.2: both ends prove themselves before anything is said that counts: whoever proves nothing, or no more, gets nothing but a refusal. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { takesSession } from "../../session/session-link"
import { START_MS } from "../../unit/patience"
import { LinkError } from "../../unit/unit-link"
import type { Service } from "../bench"
import type { Declaration } from "../declaration"
import { NOT_IMPLEMENTED, owner, pairedByHand, removed, reported, Somebody, said } from "../household"
import { restart, resupply } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { ready } from "./hands"
import { disable } from "./people"
import { toldRegisters } from "./told-registers"
import { rolesOf } from "./transport"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"

const OFF_MS = 1000
/** An invitation is good for so many starts of the device. */
const STARTS = 8
/** In which a device that was switched on finds out whose it is. */
const FIRST_S = 3

/** Commands that a device with people serves inside sessions alone, with fields that it would take of whoever it knows. */
const COMMANDS: readonly (readonly [Service, string, Record<string, FieldValue>])[] = [
    ["domovoi", "read", { offset: 0, document: "Certificates" }],
    ["domovoi", "attest", { challenge: new Uint8Array(32).fill(0x5a) }],
    ["domovoi", "read_log", { piece: 0 }],
    ["domovoi", "sign_log", { challenge: new Uint8Array(32).fill(0x5a) }],
    ["domovoi", "offer_update", { size: 0x7fff_ffff }],
    ["domovoi", "write_update", { offset: 0, data: new Uint8Array(16) }],
    ["domovoi", "answer_update", { answer: "Yes", digest: new Uint8Array(32) }],
    ["domovoi", "grant_update", { challenge: new Uint8Array(32) }],
    ["owner", "disable", { disabled: true }],
    ["privacy", "describe", { use: 0 }],
    ["privacy", "answer", { use: 0, version: 1, answer: "Yes" }],
    ["privacy", "read_kept", { use: 0 }],
]

/** @param asks how somebody's hub asks who is known, which is to say that it is not answered by what the device has not sealed */
export function answersProvedTest(asks: (by: Somebody) => Promise<string> = rolesOf): ConformanceTest {
    return {
        id: "C2.2-answers-proved",
        title: "An answer that is not the device's, to this very question, is none to a person's hub.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await asks(by))
            const old = by.said.at(-1)!.answer
            const altered = (at: (answer: Buffer) => number) => (answer: Buffer) => {
                const copy = Buffer.from(answer)
                if (copy.length > 0) copy[at(answer)] ^= 1
                return copy
            }
            const lies: Record<string, (answer: Buffer) => Buffer> = {
                "with its last bit altered": altered(({ length }) => length - 1),
                "with a bit of what is sealed altered": altered(({ length }) => length - 12),
                // By the head of the answer to this question.
                "of before": answer => Buffer.concat([answer.subarray(0, 5), Buffer.from(old).subarray(5)]),
            }
            for (const [what, toHub] of Object.entries(lies)) {
                by.between = { toHub }
                const seen = await asks(by)
                scene.note("an answer that is none", { lie: what, seen })
                require(`what a hub makes of an answer ${what}`, "Authentication", seen)
            }
            by.between = {}
            require("who is known at the end", "owner", await asks(by))
            return { verdict: "enforced", expected: "Authentication", seen: "Authentication" }
        },
    }
}

export const PEER_TESTS: readonly ConformanceTest[] = [
    {
        id: "C2.2-strangers",
        title: "Once somebody is known, whoever is on the bus in no session has nothing done and is told nothing, also while the device starts.",
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const served: (typeof COMMANDS)[number][] = []
            for (const asked of COMMANDS) {
                const [service, command] = asked
                if (!takesSession(service, command)) throw new Unclear(`${command} is for strangers, too`)
                if ((await asStranger(scene, asked)) !== NOT_IMPLEMENTED) served.push(asked)
            }
            note("served while nobody is known", { commands: served.map(([, command]) => command).join(", ") })
            if (served.length < 2)
                throw new Unclear("nothing is served to anybody, so that nothing is refused says nothing")
            const by = await owner(scene)
            for (const asked of served)
                require(`${asked[1]} by a stranger`, NOT_IMPLEMENTED, await asStranger(scene, asked))
            const told = new Set<string>()
            for (const asked of served) {
                await resupply(bench, OFF_MS)
                await bench.link.find(START_MS)
                for (let lookS = 0; lookS < FIRST_S; lookS++) {
                    told.add(await asStranger(scene, asked))
                    await bench.link.wait(500)
                }
            }
            note("while it starts", { told: [...told].join(", ") })
            const answered = [...told].filter(one => one !== NOT_IMPLEMENTED && one !== "nothing")
            if (answered.length > 0)
                throw new Broken("nothing, or that it is not implemented, while it starts", answered.join(", "))
            await ready(scene)
            require("who is known at the end", "owner", await rolesOf(by))
            const seen = `${served.length} commands not implemented for strangers`
            return { verdict: "enforced", expected: seen, seen }
        },
    },
    {
        id: "C2.2-registers",
        title: "Nor is such a peer told what the registers hold, but for what is the same on every unit of its model.",
        needs: ["hands", "label", "listener", "peer"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            require("who is known", "owner", await rolesOf(await owner(scene)))
            const told = await toldRegisters(scene, ({ frame }) => scene.bench.send(frame))
            if (told.length > 0) throw new Broken("no register", `whoever is on the bus is told ${told.join(", ")}`)
            return { verdict: "enforced", expected: "no register", seen: "no register" }
        },
    },
    {
        id: "C2.2-other-unit",
        title: "Whoever another unit of the same model knows is nobody to this one.",
        needs: ["hands", "label", "units"],
        spares: hasNoOwner,
        async run(scene) {
            const other = await scene.bench.unit(1)
            let neighbour: Somebody
            try {
                await other.begin()
                neighbour = await owner({ ...scene, bench: other })
                require("what the neighbour's own unit does", "None", await disable(neighbour, true))
            } finally {
                await other.close()
            }
            await ready(scene)
            const by = await owner(scene)
            const here = await Somebody.of(scene, neighbour.session)
            require("what the neighbour has this one do", "Unauthorized", await disable(here, true))
            for (const { frame } of neighbour.said)
                if ((await said(scene.bench, frame)) === "sealed")
                    throw new Broken("no sealed answer to the neighbour", "one")
            require("who is known at the end", "owner", await rolesOf(by))
            return { verdict: "enforced", expected: "refused", seen: "refused" }
        },
    },
    {
        id: "C2.2-removed",
        title: "Whoever was removed is nobody from then on, in the session that they had, and after a restart.",
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            const by = await owner(scene)
            const other = await removed(scene, by)
            const requireNothing = async (when: string) => {
                for (const [service, command, values] of COMMANDS)
                    require(`${command} ${when}`, "Unauthorized", String(
                        (await other.ask(service, command, values)).refusal,
                    ))
                const invited = await other.invite("owner")
                require(`an invitation ${when}`, "Unauthorized", typeof invited === "string" ? invited : "one")
            }
            await requireNothing("by whoever was removed")
            await restart(scene.bench, OFF_MS)
            await ready(scene)
            await requireNothing("by whoever was removed, after a restart")
            require("who is known at the end", "owner", await rolesOf(by))
            return { verdict: "enforced", expected: "Unauthorized", seen: "Unauthorized" }
        },
    },
    {
        id: "C2.2-expired",
        title: `An invitation that nobody has used is void after ${STARTS} starts of the device.`,
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            const by = await owner(scene)
            const [early, late] = [await by.invite("guest"), await by.invite("guest")]
            if (typeof early === "string" || typeof late === "string") throw new Unclear("the owner invites nobody")
            await startedOften(scene, STARTS - 1)
            require("pairing before its time is over", "None", await pairedByHand(
                scene,
                await Somebody.of(scene),
                early,
            ))
            await startedOften(scene, 1)
            const seen = await pairedByHand(scene, await Somebody.of(scene), late)
            require("pairing by an invitation that is too old", "UnknownCredential", seen)
            require("who is known at the end", "owner,guest", await rolesOf(by))
            return { verdict: "enforced", expected: "UnknownCredential", seen }
        },
    },
    answersProvedTest(),
]

/** @returns the refusal's name, `nothing` if nobody answers, and what it is told, if it is told something without one */
async function asStranger({ bench }: Scene, [service, command, values]: (typeof COMMANDS)[number]): Promise<string> {
    try {
        const report = await reported(() => bench.ask(service, command, values))
        return String(report.refusal ?? "told")
    } catch (error) {
        if (error instanceof LinkError) return "nothing"
        throw error
    }
}

async function startedOften({ bench }: Scene, times: number): Promise<void> {
    for (let start = 0; start < times; start++) await restart(bench)
}
