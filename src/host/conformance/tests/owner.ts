/** OW.1 to OW.4: who may do what from where, how a device gets its owner, and what the owner can have it do. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import type { Declaration } from "../declaration"
import { OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { buttonModule } from "./frames"
import { activate, activates, limitOf, msUntilSafe, perform, ready, shows, stateOf, whileHolds } from "./hands"
import { entriesOf } from "./log-entries"
import {
    answer,
    CREDENTIAL_BYTES,
    claimed,
    disable,
    give,
    kept,
    pressed,
    ROLES,
    type Role,
    touch,
    type Use,
    usesOf,
} from "./people"
import { PERSON_FIRST_TESTS } from "./person-first"
import { wiringTest } from "./wiring"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"

/** A press tells for 30 s that somebody is there. */
const LEFT_MS = 31_000
const WATCH_MS = 8000
/** Until it is written, or known to everybody. */
const KNOWN_MS = 2000

type Place = "at the device" | "in the home"
const PLACES: readonly Place[] = ["at the device", "in the home"]
type Challenge = Record<string, FieldValue>

/** Somebody tries something. */
interface Attempt {
    scene: Scene
    owner: Uint8Array
    /** Whoever tries it. */
    by: Uint8Array
    /** Drawn before the button was pressed, if they are at the device. */
    challenge: Challenge
    uses: readonly Use[]
}

/** What can be tried over the bus, and who may do it from where, as docs/owner.md has it. Whatever is not listed, nobody may. */
interface Action {
    name: string
    may: Partial<Record<Role, readonly Place[]>>
    /** What whoever may is answered; `None` if left out. */
    answered?: string
    spares?(declared: Declaration): boolean
    prepare?(attempt: Omit<Attempt, "challenge" | "by">): Promise<void>
    /** @returns the refusal's name */
    attempt(attempt: Attempt): Promise<string>
    undo?(attempt: Omit<Attempt, "challenge" | "by">): Promise<void>
}

const BOTH = PLACES
const HERE: readonly Place[] = ["at the device"]
/** A credential that comes and goes. */
const PASSING = Buffer.alloc(CREDENTIAL_BYTES, 0x5a)

const usesNoData = ({ declares }: Declaration) => declares.uses === 0

const ACTIONS: readonly Action[] = [
    {
        name: "give a credential",
        may: { Owner: BOTH },
        attempt: ({ scene, by, challenge }) => give(scene, by, "Guest", PASSING, challenge),
        undo: async ({ scene, owner }) => void (await give(scene, owner, "Nobody", PASSING)),
    },
    {
        name: "disable",
        may: { Owner: BOTH },
        attempt: ({ scene, by, challenge }) => disable(scene, by, true, challenge),
        undo: ({ scene, owner }) => enabled(scene, owner),
    },
    {
        name: "enable",
        may: { Owner: HERE },
        prepare: async ({ scene, owner }) => void (await disable(scene, owner, true)),
        attempt: ({ scene, by, challenge }) => disable(scene, by, false, challenge),
        undo: ({ scene, owner }) => enabled(scene, owner),
    },
    {
        name: "agree to a use",
        may: { Owner: BOTH },
        spares: usesNoData,
        attempt: ({ scene, by, challenge, uses }) => answer(scene, by, uses[0], true, challenge),
        undo: async ({ scene, owner, uses }) => void (await answer(scene, owner, uses[0], false)),
    },
    {
        name: "withdraw an agreement",
        may: { Owner: BOTH, Family: BOTH },
        spares: usesNoData,
        attempt: ({ scene, by, challenge, uses }) => answer(scene, by, uses[0], false, challenge),
    },
    {
        name: "see what is kept",
        may: { Owner: BOTH, Family: BOTH },
        spares: usesNoData,
        attempt: async ({ scene, by, challenge, uses }) => (await kept(scene, by, uses[0].use, challenge)).refusal,
    },
    {
        name: "approve an update",
        may: { Owner: BOTH },
        // Who may is told that there is none.
        answered: "Unexpected",
        spares: ({ declares }) => !declares.updates,
        async attempt({ scene: { bench }, by, challenge }) {
            const digest = Buffer.concat([Buffer.alloc(32), by])
            const fresh = { ...(await freshUnless(challenge, bench.link)), answer: "Yes", digest }
            const { refusal } = await bench.ask("domovoi", "answer_update", fresh)
            return UPDATE_REFUSALS[Number(refusal)] ?? String(refusal)
        },
    },
]
/** As docs/update.md numbers them. */
const UPDATE_REFUSALS: Readonly<Record<number, string>> = { 101: "Unexpected", 112: "NotAllowed" }

const freshUnless = async (challenge: Challenge, link: Scene["bench"]["link"]) =>
    Object.keys(challenge).length > 0 ? challenge : link.challenge()

async function enabled(scene: Scene, owner: Uint8Array): Promise<void> {
    const refusal = await disable(scene, owner, false, await touch(scene))
    if (refusal !== "None") throw new Unclear(`the owner at the device could not enable it again: ${refusal}`)
}

export const OWNER_TESTS: readonly ConformanceTest[] = [
    {
        id: "OW.1-matrix",
        title: "In every role, and in none, at the device and in the home, somebody may do what the table of rights lists, and nothing else.",
        needs: ["hands"],
        spares: hasNoOwner,
        async run(scene) {
            const { declared, note, random } = scene
            await ready(scene)
            const owner = await claimed(scene)
            const people: [who: Role | "Stranger", by: Uint8Array][] = [["Owner", owner]]
            for (const role of ROLES.slice(1)) {
                const credential = random(CREDENTIAL_BYTES)
                require(`a credential for ${role}`, "None", await give(scene, owner, role, credential))
                people.push([role, credential])
            }
            people.push(["Stranger", random(CREDENTIAL_BYTES)])
            await scene.bench.link.wait(LEFT_MS)
            const uses = await usesOf(scene)
            const wrong: string[] = []
            let cells = 0
            for (const action of ACTIONS.filter(({ spares }) => !spares?.(declared)))
                for (const [who, by] of people)
                    for (const place of PLACES) {
                        await action.prepare?.({ scene, owner, uses })
                        const challenge = place === "at the device" ? await touch(scene) : {}
                        const seen = await action.attempt({ scene, owner, by, challenge, uses })
                        const isAllowed = who !== "Stranger" && (action.may[who]?.includes(place) ?? false)
                        const expected = isAllowed ? (action.answered ?? "None") : "NotAllowed"
                        note("cell", { action: action.name, who, place, expected, seen })
                        if (seen !== expected) wrong.push(`${who} ${place}: ${action.name}: ${seen}, not ${expected}`)
                        if (seen === "None") await action.undo?.({ scene, owner, uses })
                        cells++
                    }
            if (wrong.length > 0) throw new Broken("what the table of rights says", wrong.slice(0, 3).join("; "))
            return { verdict: "enforced", expected: "what the table of rights says", seen: `${cells} cells as it says` }
        },
    },
    {
        id: "OW.1-not-twice",
        title: "A command that was heard before is refused, whoever sends it again.",
        needs: ["hands"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            const owner = await claimed(scene)
            const challenge = await scene.bench.link.challenge()
            require("the first time", "None", await give(scene, owner, "Guest", PASSING, challenge))
            require("taken away", "None", await give(scene, owner, "Nobody", PASSING))
            const again = await give(scene, owner, "Guest", PASSING, challenge)
            require("the same command once more", "NotFresh", again)
            return { verdict: "enforced", expected: "NotFresh", seen: again }
        },
    },
    ...PERSON_FIRST_TESTS,
    {
        id: "OW.3-touch",
        title: "Nobody becomes the owner of a device without a hand on its button.",
        needs: ["hands", "peer"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note, random } = scene
            const [nobody, somebody] = [random(CREDENTIAL_BYTES), random(CREDENTIAL_BYTES)]
            const claim = (challenge?: Challenge) => give(scene, nobody, "Owner", somebody, challenge)
            await ready(scene)
            require("without a press", "NotAllowed", await claim())
            await pressed(scene)
            require("with a challenge that was drawn after the press", "NotAllowed", await claim())
            await bench.link.wait(LEFT_MS)

            const outside = await bench.link.challenge()
            await perform(scene, declared.declares.capturedBy)
            require("with a press of whoever is outside", "NotAllowed", await claim(outside))

            const onBus = await bench.link.challenge()
            for (const frame of buttonModule()) {
                await bench.send(frame)
                await bench.link.wait(MODULE_MS)
            }
            note("a module on the bus says that it is a button, and pressed")
            require("with a press of a module on the bus", "NotAllowed", await claim(onBus))

            const late = await touch(scene)
            await bench.link.wait(LEFT_MS)
            require("with a press of long ago", "NotAllowed", await claim(late))

            const [mine, theirs] = [await bench.link.challenge(), await bench.link.challenge()]
            await pressed(scene)
            require("with a press that may be another's", "NotAllowed", await claim(mine))
            await claim(theirs)

            require("with a hand on the button", "None", await claim(await touch(scene)))
            require("by somebody else then", "NotAllowed", await claim(await touch(scene)))
            return {
                verdict: "enforced",
                expected: "NotAllowed, but with a touch",
                seen: "NotAllowed, but with a touch",
            }
        },
    },
    {
        id: "OW.3-logged",
        title: "Each pairing, and each that was refused, is in the log.",
        needs: ["hands"],
        spares: declared => hasNoOwner(declared) ?? (declared.declares.log ? undefined : "the device declares no log"),
        async run(scene) {
            const { bench, note, random } = scene
            await ready(scene)
            const credential = random(CREDENTIAL_BYTES)
            require("without a press", "NotAllowed", await give(scene, credential, "Owner", credential))
            await bench.link.wait(KNOWN_MS)
            await claimed(scene)
            await bench.link.wait(KNOWN_MS)
            const entries = await entriesOf(bench)
            const paired = entries.filter(({ event }) => event === PAIRING).length
            const refused = entries.filter(({ event, cause }) => event === REFUSAL && cause === REFUSED_OWNER).length
            note("entries", { paired, refused })
            const expected = "one entry of a pairing, and one of a refusal"
            const seen = `${paired} of pairings, ${refused} of refusals`
            if (paired !== 1 || refused < 1) throw new Broken(expected, seen)
            return { verdict: "enforced", expected, seen }
        },
    },
    wiringTest({
        control: "OW.3",
        title: "The drawing has each line that speaks for a person moved by somebody inside, and by nobody outside.",
        promises: ["inside"],
        parts: (_, { description }) => [...description.persons],
        spares: hasNoOwner,
    }),
    {
        id: "OW.4-safe",
        title: "A device that its owner disables is safe in time, and stays so over a restart, until the owner enables it at the device.",
        needs: ["hands", "meter", "supply"],
        spares: declared =>
            hasNoOwner(declared) ??
            (Object.keys(declared.declares.outputs).length > 0 ? undefined : "the device declares no output"),
        async run(scene) {
            const { bench, declared, note, random } = scene
            const times: string[] = []
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                if (at > 0) await bench.begin()
                const limitMs = limitOf(output, "owner")
                await ready(scene)
                const owner = await claimed(scene)
                await bench.link.wait(LEFT_MS)
                await toRest(scene, name)
                await activate(scene, name)
                const askedMs = bench.nowMs()
                require("the owner's wish", "None", await disable(scene, owner, true))
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
                require("enabled from elsewhere", "NotAllowed", await disable(scene, owner, false))
                const stranger = random(CREDENTIAL_BYTES)
                require("enabled by a stranger", "NotAllowed", await disable(
                    scene,
                    stranger,
                    false,
                    await touch(scene),
                ))
                require("enabled by the owner", "None", await disable(scene, owner, false, await touch(scene)))
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
        needs: ["hands"],
        spares: hasNoOwner,
        async run(scene) {
            const { random } = scene
            await ready(scene)
            const stranger = random(CREDENTIAL_BYTES)
            require("without an owner", "NotAllowed", await disable(scene, stranger, true, await touch(scene)))
            const owner = await claimed(scene)
            require("by a stranger at the device", "NotAllowed", await disable(
                scene,
                stranger,
                true,
                await touch(scene),
            ))
            require("by a stranger", "NotAllowed", await disable(scene, stranger, true))
            require("by the owner", "None", await disable(scene, owner, true))
            return { verdict: "enforced", expected: "NotAllowed", seen: "NotAllowed" }
        },
    },
]

const DISABLED = { state: "Lockdown", cause: "Owner" }
/** As docs/eventlog.md numbers them. */
const PAIRING = 6
const REFUSAL = 17
const REFUSED_OWNER = 3
/** Between two frames of a module: it is bound to a role in 2 s. */
const MODULE_MS = 500

/** The press that touched it may have brought it out of its safe state: nobody knows what the next one would do. */
async function toRest(scene: Scene, name: string): Promise<void> {
    const { bench, declared } = scene
    const { part, safe } = declared.declares.outputs[name]
    await ready(scene)
    if (await shows(bench, part, safe)) return
    await pressed(scene)
    if (!(await shows(bench, part, safe))) throw new Unclear(`${name} does not go back at a press`)
}
