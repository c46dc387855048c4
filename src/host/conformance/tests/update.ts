/** C1.4: signed updates, no way back, and what a device does with what is none. */
import { Consent } from "../../../core/update/update-agent"
import { UpdateState } from "../../../core/update/update-state"
import { encodeEnvelope } from "../../package/envelope"
import { readEnvelope } from "../../package/read-envelope"
import { type AttestedUpdate, attest } from "../../unit/attestation"
import { LinkError } from "../../unit/unit-link"
import { MemoryJournal } from "../../update/journal"
import { authorise } from "../../update/negotiation"
import { type PackageParts, packageParts } from "../../update/package-parts"
import { disproofOf } from "../../update/proof"
import { updateRefusalName } from "../../update/refusals"
import { look } from "../../update/status"
import type { UpdateOptions } from "../../update/update-options"
import { updateUnit } from "../../update/update-unit"
import type { Bench } from "../bench"
import type { Declaration } from "../declaration"
import { guest, NOT_IMPLEMENTED, owner, reported, said } from "../household"
import { leavingAt, type Moment, untilGone } from "../leaving-host"
import { requireSafeOutputs } from "../outputs"
import { PACKAGES, type PackageName } from "../packages"
import { answers, found, restart } from "../restart"
import { Broken, type ConformanceTest, type Outcome, require, type Scene, Unclear } from "../scene"

export const takesNone = ({ declares }: Declaration) => (declares.updates ? undefined : "the device takes no updates")

/** Packages that a device has to refuse, and for what reason. */
const REFUSED = {
    equal: "sequenceEqual",
    older: "sequenceOlder",
    stranger: "signature",
    otherVendor: "vendor",
    otherModel: "class",
    otherBoard: "board",
    unconfirmable: "unconfirmable",
} as const satisfies Partial<Record<PackageName, string>>

/** What is made of the next release without its vendor's key, and why a device has to refuse it. */
const SPOILT: Readonly<
    Record<string, { title: string; refusal: string; spoil: (head: Buffer, at: number) => Buffer }>
> = {
    "flipped-manifest": {
        title: "the next release with one bit of its manifest flipped",
        refusal: "manifestDigest",
        spoil(head, at) {
            const envelope = readEnvelope("next", head)
            const members = envelope.members.map(([key, value]): (typeof envelope.members)[number] => [
                key,
                flipped(value, at),
            ])
            return encodeEnvelope({ ...envelope, members })
        },
    },
    "flipped-signature": {
        title: "the next release with one bit of its signature flipped",
        refusal: "signature",
        // The signature is the last thing in its block; what comes before has less than half of the shortest one.
        spoil(head, at) {
            const envelope = readEnvelope("next", head)
            const half = (block: Buffer) => block.length >> 1
            const blocks = envelope.blocks.map(block =>
                Buffer.concat([block.subarray(0, half(block)), flipped(block.subarray(half(block)), at)]),
            )
            return encodeEnvelope({ ...envelope, blocks })
        },
    },
    "cut-short": {
        title: "the next release, of which the end is missing",
        refusal: "ended",
        spoil: (head, at) => head.subarray(0, head.length - 1 - (at % 64)),
    },
    garbage: {
        title: "random bytes",
        refusal: "notAnEnvelope",
        spoil: (head, at) => Buffer.from(head).fill(at & 0x7f, 0, 256),
    },
    "too-long": {
        title: "the next release with bytes behind it",
        refusal: "trailing",
        spoil: head => Buffer.concat([head, Buffer.alloc(100)]),
    },
}

/** Where an update is interrupted. `share` is drawn anew for each, from 0 to 1. */
const MOMENTS: readonly { when: string; at: (share: number) => (moment: Moment) => boolean }[] = [
    {
        when: "while the package is sent",
        at: () => moment => "answered" in moment && moment.answered === "write_update",
    },
    {
        when: "when the device has granted it",
        at: () => moment => "answered" in moment && moment.answered === "grant_update",
    },
    { when: "while the program is written", at: share => moment => "written" in moment && moment.written >= share },
    { when: "when the program was just written", at: () => moment => "onTrialMs" in moment },
    { when: "in its trial", at: share => moment => "onTrialMs" in moment && moment.onTrialMs >= share * TRIAL_MS },
]
/** What of a trial may be interrupted: it takes 5 s of work. */
const TRIAL_MS = 4_000
/** Between two interruptions of a trial, so that it is begun and not passed. */
const BEGUN_MS = 500
/** A new program has three starts; so many more are not needed to see that. */
const MOST_STARTS = 6
/** How long an answer is not given, to see that none is taken for granted. */
const UNANSWERED_MS = 5_000

export const UPDATE_TESTS: readonly ConformanceTest[] = [
    ...Object.entries(REFUSED).map(
        ([name, refusal]): ConformanceTest => ({
            id: `C1.4-refuses-${kebab(name)}`,
            title: `Refused, with its own reason and without a change: ${PACKAGES[name as PackageName]}.`,
            needs: [],
            spares: takesNone,
            run: async scene => refused(scene, await given(scene, name as PackageName), refusal),
        }),
    ),
    ...Object.entries(SPOILT).map(
        ([name, { title, refusal, spoil }]): ConformanceTest => ({
            id: `C1.4-refuses-${name}`,
            title: `Refused, with its own reason and without a change: ${title}.`,
            needs: [],
            spares: takesNone,
            async run(scene) {
                const parts = await given(scene, "next")
                const at = Buffer.from(scene.random(4)).readUInt32LE()
                return refused(scene, { ...parts, head: spoil(parts.head, at) }, refusal)
            },
        }),
    ),
    {
        id: "C1.4-refuses-endless",
        title: "Refused before it is sent: a package that is longer than any can be.",
        needs: [],
        spares: takesNone,
        async run({ bench }) {
            const { refusal } = await bench.ask("domovoi", "offer_update", { size: 0x7fff_ffff })
            require("reason", "length", updateRefusalName(Number(refusal)))
            return { verdict: "enforced", expected: "length", seen: "length" }
        },
    },
    {
        id: "C1.4-asks-owner",
        title: "Nothing is granted before somebody has said yes, and to this very update; a no ends it.",
        needs: [],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const { link } = bench
            const program = await link.programSha256()
            const parts = await given(scene, "next")
            const host = leavingAt(link, isAwaiting)
            const decision = await untilGone(authorise({ ...optionsFor(scene), link: host, consent: false }, parts))
            if (decision)
                throw new Broken("the owner is asked", "state" in decision ? decision.state : decision.refusal)
            const digest = parts.manifest!.digest
            const isUnasked = async (what: string) => requireUnasked(scene, bench, what)
            const answer = async (about: Uint8Array, said = Consent.Yes) => {
                const values = { answer: said, digest: new Uint8Array(about) }
                return updateRefusalName(Number((await bench.ask("domovoi", "answer_update", values)).refusal))
            }
            await link.wait(UNANSWERED_MS)
            await isUnasked("without an answer")
            require("a yes to another update", "notFresh", await answer(Buffer.from(scene.random(32))))
            await isUnasked("after a yes to another update")
            require("a no", "none", await answer(digest, Consent.No))
            const after = await look(link)
            note("after the no", { state: after.state, refusal: updateRefusalName(after.refusal) })
            require("the update after a no", "consentDenied", updateRefusalName(after.refusal))
            require("the program", program, await link.programSha256())
            return { verdict: "enforced", expected: "no grant without a yes", seen: "no grant without a yes" }
        },
    },
    {
        id: "C1.4-asks-nobody-else",
        title: "Once the device has an owner, nobody else's yes counts: not a guest's, not a stranger's, and not one that was recorded.",
        needs: ["hands", "label"],
        spares: declared =>
            takesNone(declared) ??
            (declared.declares.owner && declared.declares.button !== null
                ? undefined
                : "the device declares no owner, or no button for one"),
        async run(scene) {
            const { bench } = scene
            const by = await owner(scene)
            const other = await guest(scene, by, "guest")
            const parts = await given(scene, "next")
            const values = { answer: Consent.Yes, digest: new Uint8Array(parts.manifest!.digest) }
            const answer = async (who: Pick<Bench, "ask">) => {
                const { refusal } = await reported(() => who.ask("domovoi", "answer_update", values))
                return typeof refusal === "number" ? updateRefusalName(refusal) : String(refusal)
            }
            require("a yes before there is an update", "unexpected", await answer(by))
            const recorded = by.said.at(-1)!
            const host = leavingAt(by.link, isAwaiting)
            const decision = await untilGone(authorise({ ...optionsFor(scene), link: host, consent: false }, parts))
            if (decision)
                throw new Broken("the owner is asked", "state" in decision ? decision.state : decision.refusal)
            require("a stranger's yes", NOT_IMPLEMENTED, await answer(bench))
            await requireUnasked(scene, by, "after a stranger's yes")
            require("a guest's yes", "notAllowed", await answer(other))
            await requireUnasked(scene, by, "after a guest's yes")
            require("the owner's yes of before", "Unauthorized", await said(bench, recorded.frame))
            await requireUnasked(scene, by, "after the owner's yes of before")
            require("the owner's yes", "none", await answer(by))
            return { verdict: "enforced", expected: "no grant without the owner's yes", seen: "no grant without it" }
        },
    },
    {
        id: "C1.4-takes-next",
        title: "The next release is installed, proves itself, and is what the device says that it runs.",
        needs: ["deployer"],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const parts = await given(scene, "next")
            const outcome = await updateUnit({ ...optionsFor(scene), parts })
            note("the outcome", { outcome: outcome.outcome, refusal: outcome.refusal ?? "" })
            require("outcome", "confirmed", outcomeOf(outcome))
            require("the program afterwards", parts.sha256, await bench.link.programSha256())
            return { verdict: "enforced", expected: "confirmed", seen: outcome.outcome }
        },
    },
    {
        id: "C1.4-no-way-back",
        title: "After an update what ran before is refused as older, and the update itself as equal, also after a restart.",
        needs: ["deployer", "supply"],
        spares: takesNone,
        async run(scene) {
            const [before, parts] = [await given(scene, "equal"), await given(scene, "next")]
            require("outcome of the update", "confirmed", outcomeOf(await updateUnit({ ...optionsFor(scene), parts })))
            await refused(scene, before, "sequenceOlder")
            await restart(scene.bench)
            await refused(scene, before, "sequenceOlder")
            return refused(scene, parts, "sequenceEqual")
        },
    },
    {
        id: "C1.4-old-program",
        title: "A confirmed program that was left behind does not work any more, though the runtime be given it.",
        needs: ["deployer"],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const [before, parts] = [await given(scene, "equal"), await given(scene, "next")]
            require("outcome of the update", "confirmed", outcomeOf(await updateUnit({ ...optionsFor(scene), parts })))
            await bench.link.install(before.program!, () => {})
            require("the program that was installed", before.sha256, await bench.link.programSha256())
            if (await answers(bench)) {
                const { state } = (await bench.link.get("state")) as { state: string }
                const { refusal } = await look(bench.link)
                note("it runs", { state, refusal: updateRefusalName(refusal) })
                require("reason of the old program", "belowFloor", updateRefusalName(refusal))
                require("its state", "Safe", state)
                await requireSafeOutputs(scene, "under the old program")
                return { verdict: "measured", expected: "it holds itself safe", seen: "Safe, belowFloor" }
            }
            await requireSafeOutputs(scene, "with the old program installed")
            await bench.link.install(parts.program!, () => {})
            if (!(await answers(bench))) throw new Broken("the newer program runs again", "no program answers")
            return { verdict: "enforced", expected: "it does not run", seen: "only the newer one runs" }
        },
    },
    {
        id: "C1.4-trial",
        title: "A program that has not proved itself yet is not confirmed, and the floor has not risen.",
        needs: ["deployer"],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const before = await attestedUpdate(scene)
            await onTrial(scene)
            await found(bench)
            const { state, digest, floor, sequenceNumber } = await attestedUpdate(scene)
            note("on trial", { state: UpdateState[state], sequenceNumber, floor, digest })
            require("state of the update", "Trial", UpdateState[state])
            require("the confirmed program", before.digest, digest)
            require("the floor", before.floor, floor)
            return { verdict: "enforced", expected: "Trial", seen: UpdateState[state] }
        },
    },
    {
        id: "C1.4-failed-trial",
        title: "A program that never comes to the end of its trial is given up, held safe, and the confirmed one works again.",
        needs: ["deployer", "supply"],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const before = await given(scene, "equal")
            const isConfirmed = before.sha256 === (await bench.link.programSha256())
            await onTrial(scene)
            await found(bench)
            let starts = 0
            let status = await look(bench.link)
            while (status.state !== "Reverting") {
                if (starts++ === MOST_STARTS)
                    throw new Broken("given up after three starts", `${status.state} after ${starts} starts`)
                await restart(bench)
                status = await look(bench.link)
                if (status.state === "Trial") await bench.link.wait(BEGUN_MS)
            }
            note("given up", { starts, refusal: updateRefusalName(status.refusal) })
            require("why it may not run", "trialFailed", updateRefusalName(status.refusal))
            require("its state", "Safe", ((await bench.link.get("state")) as { state: string }).state)
            await requireSafeOutputs(scene, "with a program that was given up")
            if (!isConfirmed)
                throw new Unclear('the package "equal" is not of the program that runs: nothing to go back to')
            await bench.link.install(before.program!, () => {})
            await found(bench)
            const disproof = await disproofOf({ ...scene, link: bench.link }, before)
            require("what the confirmed program lacks", "nothing", disproof?.refusal ?? "nothing")
            return { verdict: "enforced", expected: "trialFailed, then the confirmed program", seen: "so it is" }
        },
    },
    {
        id: "C1.4-survives-power-loss",
        title: "Cut off at any moment of an update, the device stays safe, and the same update ends it.",
        needs: ["deployer", "supply"],
        spares: takesNone,
        async run(scene) {
            const { bench, note, random } = scene
            const parts = await given(scene, "next")
            for (const { when, at } of MOMENTS) {
                await bench.begin()
                const options = { ...optionsFor(scene), parts }
                const host = leavingAt(bench.link, at(random(1)[0] / 256))
                if (await untilGone(updateUnit({ ...options, link: host })))
                    throw new Unclear(`${when}: that moment never came`)
                await bench.supply(false)
                await bench.supply(true)
                await requireSafeOutputs(scene, `after a cut ${when}`)
                const outcome = await afterCut(updateUnit({ ...options, link: bench.link }), when)
                note("cut", { when, outcome })
                require(`outcome after a cut ${when}`, "confirmed", outcome)
            }
            return { verdict: "enforced", expected: "confirmed", seen: `confirmed, after ${MOMENTS.length} cuts` }
        },
    },
]

/** @throws Broken if the update goes on */
async function requireUnasked(scene: Scene, by: Pick<Bench, "ask">, what: string): Promise<void> {
    const { refusal } = await by.ask("domovoi", "grant_update", { challenge: scene.random(32) })
    require(`a grant ${what}`, "unexpected", updateRefusalName(Number(refusal)))
    require(`the update ${what}`, "AwaitingConsent", (await look(scene.bench.link)).state)
}

/** Lets the device decide about a package that it has to refuse. */
async function refused(scene: Scene, parts: PackageParts, refusal: string): Promise<Outcome> {
    const { bench, note } = scene
    const [program, before] = [await bench.link.programSha256(), await attestedUpdate(scene)]
    const decision = await authorise(optionsFor(scene), parts)
    const seen = "state" in decision ? decision.state : decision.refusal
    note("the device's decision", { seen })
    require("reason", refusal, seen)
    require("the program afterwards", program, await bench.link.programSha256())
    const after = await attestedUpdate(scene)
    require("the confirmed program afterwards", before.digest, after.digest)
    require("the floor afterwards", before.floor, after.floor)
    return { verdict: "enforced", expected: refusal, seen }
}

/** Brings the next release to its trial. */
async function onTrial(scene: Scene): Promise<void> {
    const parts = await given(scene, "next")
    const host = leavingAt(scene.bench.link, moment => "onTrialMs" in moment)
    const outcome = await untilGone(updateUnit({ ...optionsFor(scene), link: host, parts }))
    if (outcome) throw new Unclear(`the next release is not installed: ${outcomeOf(outcome)}`)
}

async function afterCut(work: Promise<{ outcome: string; refusal?: string }>, when: string): Promise<string> {
    try {
        return outcomeOf(await work)
    } catch (error) {
        if (error instanceof LinkError) throw new Broken(`an answer after a cut ${when}`, error.message)
        throw error
    }
}

/** What the device attests to of its updates. @throws Broken if that is not believed */
async function attestedUpdate({ bench, policy, random }: Scene): Promise<AttestedUpdate> {
    const verdict = await attest(bench.link, policy, random)
    if ("refusal" in verdict) throw new Broken("an attestation", verdict.refusal)
    if (!verdict.claims.update) throw new Broken("an attestation of its updates", "one that says nothing of them")
    return verdict.claims.update
}

export async function given({ packages }: Scene, name: PackageName): Promise<PackageParts> {
    const bytes = await packages.get(name)
    if (!bytes) throw new Unclear(`no package "${name}" was given: ${PACKAGES[name]}`)
    return packageParts(name, bytes)
}

/** As `domovoi update --yes` has them. */
export function optionsFor({ bench, policy, random }: Scene): Omit<UpdateOptions, "parts"> {
    return { link: bench.link, policy, journal: new MemoryJournal(), random, consent: true }
}

export function isAwaiting(moment: Moment): boolean {
    return (
        "read" in moment && moment.read === "update" && (moment.answer as { state: string }).state === "AwaitingConsent"
    )
}

export function outcomeOf({ outcome, refusal }: { outcome: string; refusal?: string }): string {
    return refusal === undefined ? outcome : `${outcome}: ${refusal}`
}

/** With one bit another. */
function flipped(bytes: Buffer, at: number): Buffer {
    const copy = Buffer.from(bytes)
    copy[Math.floor(at / 8) % copy.length] ^= 1 << (at & 7)
    return copy
}

function kebab(name: string): string {
    return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
