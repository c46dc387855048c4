/** OW.1 to OW.4: who may do what from where, how a device gets its owner, and what the owner can have it do. */
import { UpdateRefusal } from "../../../core/update/update-refusal"
import { ROLES, type RoleName } from "../../session/people"
import { whenFree } from "../../unit/call-when-free"
import { updateRefusalName } from "../../update/refusals"
import type { Declaration } from "../declaration"
import { guest, NOT_IMPLEMENTED, owner, removed, Somebody, said } from "../household"
import { OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { activate, activates, limitOf, msUntilSafe, perform, pressed, ready, shows, stateOf, whileHolds } from "./hands"
import { PAIRING_TESTS } from "./pairing"
import { answer, disable, disabledOnBus, kept, type Use, usesOf } from "./people"
import { PERSON_FIRST_TESTS } from "./person-first"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"

/** A press tells for 30 s that somebody is there. */
const LEFT_MS = 31_000
const WATCH_MS = 8000
/** Until it is written, or known to everybody. */
const KNOWN_MS = 2000

type Place = "in the home" | "at the device"
/** In this order: a press that nobody has used counts for a while. */
const PLACES: readonly Place[] = ["in the home", "at the device"]

/** Somebody tries something. */
interface Attempt {
    scene: Scene
    /** The owner. */
    by: Somebody
    /** Whoever tries it. */
    who: Somebody
    uses: readonly Use[]
}

/** What can be tried, and who may do it from where, as docs/owner.md has it. Whatever is not listed, nobody may. */
interface Action {
    name: string
    may: Partial<Record<RoleName, readonly Place[]>>
    /** What whoever may is answered; `None` if left out. */
    answered?: string
    spares?(declared: Declaration): boolean
    prepare?(attempt: Omit<Attempt, "who">): Promise<void>
    /** @returns the refusal's name */
    attempt(attempt: Attempt): Promise<string>
    /** After what was done. */
    undo?(attempt: Omit<Attempt, "who">): Promise<void>
}

const BOTH = PLACES
const HERE: readonly Place[] = ["at the device"]

const usesNoData = ({ declares }: Declaration) => declares.uses === 0
const takesNoUpdates = ({ declares }: Declaration) => !declares.updates
const keepsNoLog = ({ declares }: Declaration) => !declares.log

const ACTIONS: readonly Action[] = [
    {
        name: "see who is known",
        may: { owner: BOTH },
        attempt: async ({ who }) => done(await who.people()),
    },
    {
        name: "invite somebody",
        may: { owner: BOTH },
        attempt: async ({ who }) => done(await who.invite("guest")),
    },
    {
        name: "remove somebody",
        may: { owner: BOTH },
        // Who may is told that nobody is there.
        answered: "NotFound",
        attempt: ({ who }) => who.remove(LAST_PLACE),
    },
    {
        name: "disable",
        may: { owner: BOTH },
        attempt: ({ who }) => disable(who, true),
        undo: ({ scene, by }) => enabled(scene, by),
    },
    {
        name: "enable",
        may: { owner: HERE },
        prepare: async ({ by }) => void (await disable(by, true)),
        attempt: ({ who }) => disable(who, false),
    },
    {
        name: "read the log",
        may: { owner: BOTH, service: HERE },
        spares: keepsNoLog,
        attempt: async ({ who }) => String((await who.ask("domovoi", "read_log", { piece: 0 })).refusal),
    },
    {
        name: "agree to a use",
        may: { owner: BOTH },
        spares: usesNoData,
        attempt: ({ who, uses }) => answer(who, uses[0], true),
        undo: async ({ by, uses }) => void (await answer(by, uses[0], false)),
    },
    {
        name: "withdraw an agreement",
        may: { owner: BOTH, family: BOTH },
        spares: usesNoData,
        attempt: ({ who, uses }) => answer(who, uses[0], false),
    },
    {
        name: "see what is kept",
        may: { owner: BOTH, family: BOTH },
        spares: usesNoData,
        attempt: async ({ who, uses }) => (await kept(who, uses[0].use)).refusal,
    },
    {
        name: "bring an update",
        may: { owner: BOTH, family: BOTH, guest: BOTH, child: BOTH, service: HERE },
        // Who may is told that it is too long.
        answered: "length",
        spares: takesNoUpdates,
        attempt: async ({ who }) => updateRefusal(await who.ask("domovoi", "offer_update", { size: 0x7fff_ffff })),
    },
    {
        name: "approve an update",
        may: { owner: BOTH },
        // Who may is told that there is none.
        answered: "unexpected",
        spares: takesNoUpdates,
        attempt: async ({ who }) =>
            updateRefusal(await who.ask("domovoi", "answer_update", { answer: "Yes", digest: new Uint8Array(32) })),
    },
]
/** Where nobody is in a household of five. */
const LAST_PLACE = 7

/** An update's refusal has the same name as the others', whoever gives it. */
function updateRefusal({ refusal }: Awaited<ReturnType<Somebody["ask"]>>): string {
    if (typeof refusal !== "number") return String(refusal)
    return refusal === UpdateRefusal.NotAllowed ? "NotAllowed" : updateRefusalName(refusal)
}

/** A reason is a name; what was asked for is not. */
const done = (told: unknown): string => (typeof told === "string" ? told : "None")

async function enabled(scene: Scene, by: Somebody): Promise<void> {
    await pressed(scene)
    const refusal = await disable(by, false)
    if (refusal !== "None") throw new Unclear(`the owner at the device could not enable it again: ${refusal}`)
}

export const OWNER_TESTS: readonly ConformanceTest[] = [
    {
        id: "OW.1-matrix",
        title: "In every role, and in none, at the device and in the home, somebody may do what the table of rights lists, and nothing else.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note } = scene
            if (declared.declares.network) throw new Unclear("what somebody may from outside of the home is not tried")
            await ready(scene)
            const by = await owner(scene)
            const people: [who: RoleName | "removed", somebody: Somebody][] = [["owner", by]]
            for (const role of ROLES.slice(1)) people.push([role, await guest(scene, by, role)])
            // Whoever was family, and is nobody any more.
            people.push(["removed", await removed(scene, by)])
            const uses = await usesOf(scene, by)
            const wrong: string[] = []
            let cells = 0
            for (const place of PLACES) {
                await bench.link.wait(LEFT_MS)
                for (const action of ACTIONS.filter(({ spares }) => !spares?.(declared)))
                    for (const [role, who] of people) {
                        await action.prepare?.({ scene, by, uses })
                        // It may be busy with its log, say, while it writes there.
                        const isBusy = (seen: string) => seen === "Busy"
                        const seen = await whenFree(bench.link, action.name, isBusy, async () => {
                            if (place === "at the device") await pressed(scene)
                            return await action.attempt({ scene, by, who, uses })
                        })
                        const isAllowed = role !== "removed" && (action.may[role]?.includes(place) ?? false)
                        const refused = role === "removed" ? "Unauthorized" : "NotAllowed"
                        const expected = isAllowed ? (action.answered ?? "None") : refused
                        note("cell", { action: action.name, who: role, place, expected, seen })
                        if (seen !== expected) wrong.push(`${role} ${place}: ${action.name}: ${seen}, not ${expected}`)
                        if (seen === "None") await action.undo?.({ scene, by, uses })
                        cells++
                    }
            }
            if (wrong.length > 0) throw new Broken("what the table of rights says", wrong.slice(0, 3).join("; "))
            return { verdict: "enforced", expected: "what the table of rights says", seen: `${cells} cells as it says` }
        },
    },
    {
        id: "OW.1-not-twice",
        title: "A command that was heard before is not done again, whoever says it: neither at once, nor later, nor after a power cut.",
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("disabled by its owner", "None", await disable(by, true))
            const recorded = by.said.at(-1)!
            const isDone = async () => ((await stateOf(bench)).state === "Lockdown" ? "done" : "not done")
            await bench.link.wait(KNOWN_MS)
            require("what its owner wants", "done", await isDone())
            const again = async (when: string) => {
                const told = await said(bench, recorded.frame)
                note("said again", { when, told })
                await bench.link.wait(KNOWN_MS)
                require(`the same once more, ${when}`, "not done", await isDone())
                return told
            }
            await enabled(scene, by)
            require("answer to the same once more", "Unauthorized", await again("when it was enabled since"))
            await restart(bench, OFF_MS)
            await ready(scene)
            require("answer after a power cut", "Unauthorized", await again("after a power cut"))
            require("what its owner may then", "None", await disable(by, true))
            await enabled(scene, by)
            require("answer when it was heard of its owner", "Unauthorized", await again("under other keys"))
            return { verdict: "enforced", expected: "not done", seen: "not done: it is answered that the seal is void" }
        },
    },
    {
        id: "OW.1-one-press",
        title: "A press at the device is good for one command that takes a hand on it, and for half a minute.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench } = scene
            await ready(scene)
            const by = await owner(scene)
            await bench.link.wait(LEFT_MS)
            require("disabled by its owner", "None", await disable(by, true))
            require("enabled without a press", "NotAllowed", await disable(by, false))
            await enabled(scene, by)
            require("disabled once more", "None", await disable(by, true))
            require("enabled by the same press", "NotAllowed", await disable(by, false))
            await pressed(scene)
            await bench.link.wait(LEFT_MS)
            require("enabled by a press of long ago", "NotAllowed", await disable(by, false))
            await enabled(scene, by)
            return {
                verdict: "enforced",
                expected: "NotAllowed, but once a press",
                seen: "NotAllowed, but once a press",
            }
        },
    },
    ...PERSON_FIRST_TESTS,
    ...PAIRING_TESTS,
    {
        id: "OW.4-safe",
        title: "A device that its owner disables is safe in time, and stays so over a restart, until the owner enables it at the device.",
        needs: ["hands", "label", "meter", "supply"],
        spares: declared =>
            hasNoOwner(declared) ??
            (Object.keys(declared.declares.outputs).length > 0 ? undefined : "the device declares no output"),
        async run(scene) {
            const { bench, declared, note } = scene
            const times: string[] = []
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                if (at > 0) await bench.begin()
                const limitMs = limitOf(output, "owner")
                await ready(scene)
                const by = await owner(scene)
                // The first thing that a hub says after a start puts its keys in force, which takes a second.
                await by.people()
                await bench.link.wait(LEFT_MS)
                await toRest(scene, name)
                await activate(scene, name)
                const askedMs = bench.nowMs()
                require("the owner's wish", "None", await disable(by, true))
                const tookMs = bench.nowMs() - askedMs
                const restMs = await msUntilSafe(bench, output, WATCH_MS)
                const safeMs = restMs === undefined ? undefined : Math.round(tookMs + restMs)
                note("until safe for good", { output: name, tookMs: safeMs ?? null, limitMs })
                const expected = `${name} safe within ${limitMs} ms of the owner's wish`
                if (safeMs === undefined || safeMs > limitMs) throw new Broken(expected, `safe after ${safeMs} ms`)
                const staysDisabled = async (when: string) => {
                    require(`state ${when}`, DISABLED, await stateOf(bench))
                    await perform(scene, output.activate)
                    if ((await whileHolds(bench, () => shows(bench, output.part, output.safe), KNOWN_MS)) !== undefined)
                        throw new Broken(`${name} safe ${when}`, "a press brings it out of its safe state")
                }
                await staysDisabled("while it is disabled")
                await restart(bench, OFF_MS)
                await bench.link.wait(KNOWN_MS)
                await staysDisabled("after a restart")
                await bench.link.wait(LEFT_MS)
                require("enabled from elsewhere", "NotAllowed", await disable(by, false))
                await pressed(scene)
                require("enabled by whoever is on its bus", NOT_IMPLEMENTED, await disabledOnBus(scene, false))
                require("enabled by the owner", "None", await disable(by, false))
                await toRest(scene, name)
                if (!(await activates(scene, name)))
                    throw new Broken(`${name} works when the device was enabled`, "it does not")
                times.push(`${name} safe after ${safeMs} ms`)
            }
            const expected = "safe until the owner enables it at the device"
            return { verdict: "enforced", expected, seen: times.join(", ") }
        },
    },
    {
        id: "OW.4-owner-alone",
        title: "Nobody else can have a device disabled, nor anybody while it has no owner.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            await pressed(scene)
            require("without an owner", "NotAllowed", await disabledOnBus(scene, true))
            const by = await owner(scene)
            await pressed(scene)
            require("by whoever is on its bus", NOT_IMPLEMENTED, await disabledOnBus(scene, true))
            const stranger = await Somebody.of(scene)
            require("by somebody who was never paired", "KeysWanted", await disable(stranger, true))
            require("by the owner", "None", await disable(by, true))
            return { verdict: "enforced", expected: "refused", seen: "refused" }
        },
    },
]

const DISABLED = { state: "Lockdown", cause: "Owner" }
/** The press that touched it may have brought it out of its safe state: nobody knows what the next one would do. */
async function toRest(scene: Scene, name: string): Promise<void> {
    const { bench, declared } = scene
    const { part, safe } = declared.declares.outputs[name]
    await ready(scene)
    if (await shows(bench, part, safe)) return
    await pressed(scene)
    if (!(await shows(bench, part, safe))) throw new Unclear(`${name} does not go back at a press`)
}
