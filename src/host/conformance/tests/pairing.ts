/** OW.3: whoever joins a device proves that they hold its label, or an invitation, and have a hand on it; and the owner sees who has tried. */
import { Event, Let } from "../../../core/eventlog/event"
import { readMessage } from "../../../core/session/coap-reader"
import { EdhocRefusal } from "../../../core/session/edhoc/refusal"
import { SessionRefusal } from "../../../core/session/refusal"
import { PAIRING_SECRET_BYTES } from "../../identity/pairing-secret"
import { WAITS } from "../../session/reasons"
import type { Declaration } from "../declaration"
import {
    type Between,
    guest,
    isSealed,
    labelOf,
    NOT_IMPLEMENTED,
    owner,
    pairedByHand,
    Somebody,
    said,
} from "../household"
import { restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { buttonModule } from "./frames"
import { perform, pressed, ready } from "./hands"
import { entriesOf } from "./log-entries"
import { disable, disabledOnBus, factoryReset } from "./people"
import { wiringTest } from "./wiring"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"
const NOTHING_WAITS: ReadonlySet<string> = new Set()

/** A press says for two minutes that somebody is there to pair. */
const GONE_MS = 121_000
/** Between two frames of a module: it is bound to a role in 2 s. */
const MODULE_MS = 500
/** Until it is written, or known to everybody. */
const KNOWN_MS = 2000
/** Until all is written that a device has to tell of its start, too. */
const LOGGED_MS = 15_000

/** Messages of a pairing, by who gets them, counted from the last one back: whoever asks for another suite first has said more. */
const ALTERED: readonly { what: string; to: keyof Between; fromEnd: number }[] = [
    { what: "the hub's first message", to: "toDevice", fromEnd: 2 },
    { what: "the device's first message", to: "toHub", fromEnd: 2 },
    { what: "the hub's proof", to: "toDevice", fromEnd: 1 },
    { what: "the device's proof", to: "toHub", fromEnd: 1 },
]

export const PAIRING_TESTS: readonly ConformanceTest[] = [
    {
        id: "OW.3-touch",
        title: "Nobody becomes the owner of a device without a hand on its button.",
        needs: ["hands", "label", "peer"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note } = scene
            const label = await labelOf(bench)
            const somebody = await Somebody.of(scene)
            const claim = () => somebody.pair(label, NOTHING_WAITS)
            await ready(scene)
            require("without a press", "NobodyThere", await claim())
            await perform(scene, declared.declares.capturedBy)
            require("with a press of whoever is outside", "NobodyThere", await claim())
            for (const frame of buttonModule()) {
                await bench.send(frame)
                await bench.link.wait(MODULE_MS)
            }
            note("a module on the bus says that it is a button, and pressed")
            require("with a press of a module on the bus", "NobodyThere", await claim())
            await pressed(scene)
            await bench.link.wait(GONE_MS)
            require("with a press of long ago", "NobodyThere", await claim())
            require("with a hand on the button", "None", await pairedByHand(scene, somebody, label))
            const seen = "NobodyThere, but with a touch"
            return { verdict: "enforced", expected: seen, seen }
        },
    },
    {
        id: "OW.3-label",
        title: "Nobody is paired by another label, nor by the right one once somebody is known, and nobody is known by having tried.",
        needs: ["hands", "label", "units"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, random } = scene
            await ready(scene)
            const label = await labelOf(bench)
            const other = await bench.unit(1)
            const wrong = {
                "a label that somebody has made up": { ...label, secret: Buffer.from(random(PAIRING_SECRET_BYTES)) },
                "the label of another unit": await labelOf(other).finally(() => other.close()),
            }
            for (const [what, wayIn] of Object.entries(wrong)) {
                const somebody = await Somebody.of(scene)
                require(`pairing by ${what}`, "NotAuthentic", await pairedByHand(scene, somebody, wayIn))
                require(`what is done then, by ${what}`, "KeysWanted", await disable(somebody, true))
            }
            await requireNobody(scene, "after others' labels")
            const by = await owner(scene)
            const another = await Somebody.of(scene)
            require("pairing by the right label, later", "UnknownCredential", await pairedByHand(scene, another, label))
            require("what the owner may", "None", await disable(by, true))
            const seen = "NotAuthentic, but by its own label and once"
            return { verdict: "enforced", expected: seen, seen }
        },
    },
    {
        id: "OW.3-invitation",
        title: "An invitation lets in one, as what it says, and nobody after that.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { random } = scene
            await ready(scene)
            const by = await owner(scene)
            const invitation = await by.invite("guest")
            if (typeof invitation === "string") throw new Broken("the owner invites a guest", invitation)
            const stranger = await Somebody.of(scene)
            const guessed = { ...invitation, secret: Buffer.from(random(PAIRING_SECRET_BYTES)) }
            require("pairing by a guess", "NotAuthentic", await pairedByHand(scene, stranger, guessed))
            const invited = await Somebody.of(scene)
            require("pairing by the invitation", "None", await pairedByHand(scene, invited, invitation))
            const known = await by.people()
            const roles = typeof known === "string" ? known : known.map(({ role }) => role).join()
            require("who is known then", "owner,guest", roles)
            require("what a guest disables", "NotAllowed", await disable(invited, true))
            const more = await invited.invite("owner")
            require("whom a guest invites", "NotAllowed", typeof more === "string" ? more : "somebody")
            require("pairing by the same invitation", "UnknownCredential", await pairedByHand(
                scene,
                await Somebody.of(scene),
                invitation,
            ))
            return { verdict: "enforced", expected: "a guest, once", seen: "a guest, once" }
        },
    },
    {
        id: "OW.3-in-between",
        title: "Whoever is between the two ends of a pairing and alters what they say is found out, and nobody is known by that.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const first = await Somebody.of(scene)
            require("pairing with nobody in between", "None", await pairedAtOnce(scene, first))
            const messages = messagesOf(first)
            note("messages of a pairing", { toDevice: messages.toDevice.length, toHub: messages.toHub.length })
            await bench.begin()
            await ready(scene)
            for (const { what, to, fromEnd } of ALTERED) {
                const somebody = await Somebody.of(scene)
                somebody.between = alteredAt(to, messages[to].length - fromEnd)
                const reason = await pairedAtOnce(scene, somebody)
                note("with a bit altered", { of: what, reason })
                // Without the other's key what is sealed is garbage, and refused as what that looks like; a proof is looked at as one.
                const isFoundOut = fromEnd === 1 ? reason === "NotAuthentic" : !OF_SOMETHING_ELSE.has(reason)
                if (!isFoundOut) throw new Broken(`pairing fails with ${what} altered`, reason)
                require(`what is done then, with ${what} altered`, "KeysWanted", await disable(somebody, true))
                await requireNobody(scene, `with ${what} altered`)
            }
            require("pairing with nobody in between, then", "None", await pairedAtOnce(scene, await Somebody.of(scene)))
            const seen = `not paired, with any of ${ALTERED.length} messages altered`
            return { verdict: "enforced", expected: seen, seen }
        },
    },
    {
        id: "OW.3-recorded",
        title: "A pairing that somebody has recorded and says again pairs nobody, nor does what was said in its session.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("what the owner may", "None", await disable(by, true))
            await factoryReset(scene)
            await requireNobody(scene, "after the reset")
            await bench.link.wait(KEY_MS)
            await pressed(scene)
            const told: string[] = []
            for (const { frame } of by.said) {
                told.push(await said(bench, frame))
                await bench.link.wait(KNOWN_MS)
            }
            note("said again", { frames: told.length, told: told.join(" ") })
            if (told.includes("sealed")) throw new Broken("no sealed answer to what was recorded", told.join(" "))
            await requireNobody(scene, "after a recorded pairing")
            return { verdict: "enforced", expected: "nobody is known", seen: "nobody is known" }
        },
    },
    {
        id: "OW.3-logged",
        title: "Each pairing, and each that failed, is in the log, where the owner sees it.",
        needs: ["hands", "label", "supply"],
        spares: declared => hasNoOwner(declared) ?? (declared.declares.log ? undefined : "the device declares no log"),
        async run(scene) {
            const { bench, note, random } = scene
            await ready(scene)
            const label = await labelOf(bench)
            const thief = await Somebody.of(scene)
            require("without a press", "NobodyThere", await thief.pair(label, NOTHING_WAITS))
            const guessed = { ...label, secret: Buffer.from(random(PAIRING_SECRET_BYTES)) }
            // In one start a log tells so many kinds of what can be brought about at will apart, and counts the rest.
            await bench.link.wait(LOGGED_MS)
            await restart(bench)
            await bench.link.wait(KEY_MS)
            require("by another label", "NotAuthentic", await pairedByHand(scene, thief, guessed))
            await bench.link.wait(LOGGED_MS)
            await restart(bench)
            const by = await owner(scene)
            await guest(scene, by, "guest")
            await bench.link.wait(KNOWN_MS)
            const entries = await entriesOf(by)
            const of = (event: Event, cause: number, detail?: number) =>
                entries
                    .filter(entry => entry.event === event && entry.cause === cause)
                    .filter(entry => detail === undefined || entry.detail === detail)
                    .reduce((sum, { count }) => sum + count, 0)
            const logged = {
                "without a press": of(Event.PairingFailed, 0, SessionRefusal.NobodyThere),
                "by another label": of(Event.PairingFailed, 0, EdhocRefusal.NotAuthentic),
                "first owner": of(Event.Pairing, Let.Known),
                "let in": of(Event.Credential, Let.In),
                invited: of(Event.Credential, Let.Invited),
                "guest heard of": of(Event.Credential, Let.Known),
            }
            note("entries", logged)
            const missing = Object.entries(logged).filter(([, count]) => count === 0)
            if (missing.length > 0)
                throw new Broken("each of them logged", `not logged: ${missing.map(([what]) => what).join(", ")}`)
            require("first owners in the log", 1, logged["first owner"])
            return { verdict: "enforced", expected: "each of them", seen: `${Object.keys(logged).length} kinds logged` }
        },
    },
    wiringTest({
        control: "OW.3",
        title: "The drawing has each line that speaks for a person moved by somebody inside, and by nobody outside.",
        promises: ["inside"],
        parts: (_, { description }) => [...description.persons],
        spares: hasNoOwner,
    }),
]

/** By then a device waits no more for whoever has begun a pairing, two minutes, and has made its key for the next, one. */
const KEY_MS = 200_000
/** Not of what was altered, but of when it was said, or that nothing was. */
const OF_SOMETHING_ELSE: ReadonlySet<string> = new Set([...WAITS, "None", "NoAnswer", "Full", "RecordsLost"])

/** Somebody proves the label when the device has its key, and waits for no failure any more: no message of a pairing is said in vain. */
async function pairedAtOnce(scene: Scene, somebody: Somebody): Promise<string> {
    await scene.bench.link.wait(KEY_MS)
    await pressed(scene)
    return await somebody.pair(await labelOf(scene.bench), NOTHING_WAITS)
}

/** Once somebody is known, a stranger's wish is not answered, whatever it is. @throws Broken */
async function requireNobody(scene: Scene, when: string): Promise<void> {
    const told = await disabledOnBus(scene, true)
    if (told === NOT_IMPLEMENTED) throw new Broken(`nobody is known ${when}`, "somebody is")
    if (told !== "NotAllowed") throw new Unclear(`${when}, a stranger's wish is answered ${told}`)
}

/** What was said in the clear until somebody was paired, each once, though it may have been said again. */
function messagesOf({ said: all }: Somebody): Record<keyof Between, string[]> {
    const plain = (messages: readonly Uint8Array[]) => {
        const clear = messages.filter(bytes => {
            const { message } = readMessage(Buffer.from(bytes))
            return message && !isSealed(message)
        })
        return [...new Set(clear.map(bytes => Buffer.from(bytes).toString("hex")))]
    }
    return { toDevice: plain(all.map(({ frame }) => frame)), toHub: plain(all.map(({ answer }) => answer)) }
}

/** Has the last bit of so many-th message to one end flipped, as often as it is sent. */
function alteredAt(end: keyof Between, at: number): Between {
    const seen: string[] = []
    return {
        [end](message: Buffer) {
            // What is still worked on is asked again, and answered nothing.
            if (message.length === 0) return message
            const told = message.toString("hex")
            if (!seen.includes(told)) seen.push(told)
            if (seen.indexOf(told) !== at) return message
            const altered = Buffer.from(message)
            altered[altered.length - 1] ^= 1
            return altered
        },
    }
}
