/** C1.3: what goes between people's hubs and a device is sealed, and a seal is good for one message, in its place. */
import { type CoapMessage, optionValue } from "../../../core/session/coap-message"
import { CoapOptionNumber } from "../../../core/session/coap-options"
import { readMessage } from "../../../core/session/coap-reader"
import { writeMessage } from "../../../core/session/coap-writer"
import { SERVICES } from "../../unit/service-specs"
import { LinkError } from "../../unit/unit-link"
import type { Declaration } from "../declaration"
import { guest, labelOf, owner, Somebody, said } from "../household"
import { OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { packetsHeard } from "./frames"
import { pressed, ready, stateOf } from "./hands"
import { answerAll, disable } from "./people"
import { toldRegisters } from "./told-registers"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"

/** Until it is written, or known to everybody. */
const KNOWN_MS = 2000
/** An entry of a log that is shorter may be among other bytes by chance. */
const SEARCHED_BYTES = 8

/** What is done to a message on its way, and what it is answered then. */
const ALTERED: readonly { what: string; told: string; alter(message: CoapMessage): CoapMessage }[] = [
    {
        what: "the first byte of what is sealed",
        told: "BadRequest",
        alter: message => ({ ...message, payload: flipped(message.payload, 0) }),
    },
    {
        what: "the last byte of the seal",
        told: "BadRequest",
        alter: message => ({ ...message, payload: flipped(message.payload, message.payload.length - 1) }),
    },
    {
        what: "the end of the seal, which is missing",
        told: "BadRequest",
        alter: message => ({ ...message, payload: message.payload.subarray(0, -1) }),
    },
    {
        what: "its number",
        told: "BadRequest",
        alter: message => withOscore(message, option => flipped(option, 1, 0x40)),
    },
    {
        what: "whose it is",
        told: "Unauthorized",
        alter: message => withOscore(message, option => flipped(option, option.length - 1, 4)),
    },
    { what: "that it is sealed", told: "Unauthorized", alter: message => ({ ...message, options: [] }) },
]

export const TRANSPORT_TESTS: readonly ConformanceTest[] = [
    {
        id: "C1.3-sealed",
        title: "Whoever listens while people are let in and use the device hears no secret, no command and nothing of what is answered.",
        needs: ["hands", "label", "listener"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note, random } = scene
            await ready(scene)
            const startMs = bench.nowMs()
            const { secret } = await labelOf(bench)
            const by = await owner(scene)
            const other = await guest(scene, by, "guest")
            const secrets: Record<string, Uint8Array> = {
                "the label's secret": secret,
                "the label": labelText(await bench.label()),
            }
            secrets["the owner's keys"] = await by.keys()
            secrets["the guest's keys"] = await other.keys()
            const invitation = await by.invite("family")
            if (typeof invitation === "string") throw new Unclear(`nobody can be invited: ${invitation}`)
            secrets["an invitation"] = invitation.secret
            if (declared.declares.uses > 0) await answerAll(scene, by, true)
            if (declared.declares.updates) {
                const digest = random(32)
                await by.ask("domovoi", "answer_update", { answer: "Yes", digest })
                secrets["which update is approved"] = digest
            }
            if (declared.declares.log) {
                await bench.link.wait(KNOWN_MS)
                const { entry } = await by.ask("domovoi", "read_log", { piece: 0 })
                if (!(entry instanceof Uint8Array) || entry.length < SEARCHED_BYTES)
                    throw new Unclear("no entry of the log is handed out")
                secrets["an entry of the log"] = entry
            }
            require("disabled by its owner", "None", await disable(by, true))
            for (const word of ["disable", "invite", "readLog"]) secrets[`the command ${word}`] = Buffer.from(word)
            const frames = bench.heard().filter(({ atMs }) => atMs >= startMs)
            const isHeard = (bytes: Uint8Array) =>
                frames.some(({ frame }) => Buffer.from(frame).includes(Buffer.from(bytes)))
            note("heard", { frames: frames.length, searched: Object.keys(secrets).join(", ") })
            if (!isHeard(Buffer.from("edhoc")))
                throw new Unclear("that a pairing begins is not heard, so a search says nothing")
            const found = Object.entries(secrets).find(([, bytes]) => isHeard(bytes))
            if (found) throw new Broken("nothing of it in the clear", found[0])
            const exchange = SERVICES.domovoi.commandCode("exchange")
            const plain = packetsHeard(bench, startMs, bench.nowMs()).filter(
                ({ isCommand, serviceIndex, command }) =>
                    isCommand &&
                    isOfService(serviceIndex) &&
                    command >= FIRST_COMMAND &&
                    command < REGISTERS &&
                    command !== exchange,
            )
            if (plain.length > 0)
                throw new Broken("no command in the clear", `command 0x${plain[0].command.toString(16)}`)
            const seen = `none of ${Object.keys(secrets).length} byte strings in ${frames.length} frames`
            return { verdict: "enforced", expected: "nothing of it in the clear", seen }
        },
    },
    {
        id: "C1.3-registers",
        title: "What the owner's hub is told of the device's registers is not told in the clear, but for what is the same on every unit of its model.",
        needs: ["hands", "label", "listener"],
        spares: hasNoOwner,
        async run(scene) {
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await rolesOf(by))
            const told = await toldRegisters(scene, async ({ service, name }) => {
                if (service === "domovoi") await by.link.get(name)
            })
            if (told.length > 0) throw new Broken("no register in the clear", `in the clear are ${told.join(", ")}`)
            return { verdict: "enforced", expected: "no register in the clear", seen: "no register in the clear" }
        },
    },
    {
        id: "C1.3-altered",
        title: "A message that was altered on its way is refused, and nothing is done; as it was sent, it is done.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await rolesOf(by))
            const frame = await heldBack(by, () => disable(by, true))
            const message = messageIn(frame)
            for (const { what, told, alter } of ALTERED) {
                const seen = await said(bench, writeMessage(alter(message)))
                note("altered", { in: what, told: seen })
                require(`answer with another bit in ${what}`, told, seen)
                await requireDone(scene, false, `with another bit in ${what}`)
            }
            require("answer as it was sent", "sealed", await said(bench, frame))
            await requireDone(scene, true, "as it was sent")
            return { verdict: "enforced", expected: "refused", seen: `${ALTERED.length} refused` }
        },
    },
    {
        id: "C1.3-replayed",
        title: "Nothing that was said in a session is taken once more: not later, not after a power cut, and not under later keys.",
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("disabled by its owner", "None", await disable(by, true))
            await enabled(scene, by)
            const recorded = by.said.map(({ frame }) => frame)
            const sayAll = async (when: string) => {
                for (const frame of recorded) {
                    const told = await said(bench, frame)
                    if (told === "sealed") throw new Broken(`no sealed answer ${when}`, "one")
                }
                await requireDone(scene, false, when)
                note("said again", { when, frames: recorded.length })
            }
            require("who is known", "owner", await rolesOf(by))
            await sayAll("later")
            await restart(bench, OFF_MS)
            await ready(scene)
            await sayAll("after a power cut")
            require("who is known then", "owner", await rolesOf(by))
            await sayAll("under later keys")
            return {
                verdict: "enforced",
                expected: "nothing sealed, nothing done",
                seen: `${recorded.length} messages, three times`,
            }
        },
    },
    {
        id: "C1.3-reordered",
        title: "A message that somebody has held back while its sender said something else is not taken any more.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await rolesOf(by))
            const frame = await heldBack(by, () => disable(by, true))
            require("what the owner says meanwhile", "owner", await rolesOf(by))
            const told = await said(bench, frame)
            note("held back", { told })
            await requireDone(scene, false, "when it comes late")
            require("answer when it comes late", "Unauthorized", told)
            return { verdict: "enforced", expected: "Unauthorized", seen: told }
        },
    },
    {
        id: "C1.3-reflected",
        title: "What the device has said is nothing to it, in its own form and in that of a request.",
        needs: ["hands", "label"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await rolesOf(by))
            require("disabled by its owner", "None", await disable(by, true))
            const { frame, answer } = by.said.at(-1)!
            const [request, response] = [messageIn(frame), messageIn(answer)]
            require("answer to its own response", "nothing", await said(bench, answer))
            const { type, code } = request
            const asRequest = { ...response, type, code }
            require("answer to its response as a request", "Unauthorized", await said(bench, writeMessage(asRequest)))
            const headed = { ...asRequest, options: request.options, messageId: request.messageId + 1 }
            const told = await said(bench, writeMessage(headed))
            note("reflected", { told })
            // Its number was heard.
            require("answer to its response in the owner's name", "Unauthorized", told)
            return { verdict: "enforced", expected: "refused", seen: "refused" }
        },
    },
    {
        id: "C1.3-old-keys",
        title: "Whoever has the keys of before the device's last start, and not those since, is nobody.",
        needs: ["hands", "label", "supply"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench } = scene
            await ready(scene)
            const by = await owner(scene)
            require("who is known", "owner", await rolesOf(by))
            const [copy, old] = [by.session.copy(), await by.keys()]
            await restart(bench, OFF_MS)
            await ready(scene)
            require("who is known then", "owner", await rolesOf(by))
            if (old.equals(await by.keys())) throw new Broken("other keys after a start", "the same")
            const thief = await Somebody.of(scene, copy)
            require("what is done by the keys of before", "Unauthorized", await disable(thief, true))
            await requireDone(scene, false, "by the keys of before")
            require("who is known at the end", "owner", await rolesOf(by))
            return { verdict: "enforced", expected: "Unauthorized", seen: "Unauthorized" }
        },
    },
]

/** Of services, in a packet; what is above belongs to the bus. */
const isOfService = (serviceIndex: number) => serviceIndex > 0 && serviceIndex < 0x30
const FIRST_COMMAND = 0x80
/** Registers are read and written by what is from here on. */
const REGISTERS = 0x1000

const labelText = ({ code }: { code: string }) => Buffer.from(code.replaceAll("-", ""))

/** @returns what somebody says, which the device does not hear */
async function heldBack(by: Somebody, say: () => Promise<unknown>): Promise<Buffer> {
    let held: Buffer | undefined
    by.between = {
        toDevice(frame) {
            held = frame
            throw new LinkError("held back")
        },
    }
    try {
        await say()
    } catch (error) {
        if (!(error instanceof LinkError)) throw error
    } finally {
        by.between = {}
    }
    if (!held) throw new Unclear("nothing was said that could be held back")
    return held
}

/** @throws Broken if the owner's wish that it be disabled was done, or was not */
async function requireDone({ bench }: Scene, isDone: boolean, when: string): Promise<void> {
    await bench.link.wait(KNOWN_MS)
    const { state } = await stateOf(bench)
    require(`the owner's wish ${when}`, isDone ? "done" : "not done", state === "Lockdown" ? "done" : "not done")
}

async function enabled(scene: Scene, by: Somebody): Promise<void> {
    await pressed(scene)
    const refusal = await disable(by, false)
    if (refusal !== "None") throw new Unclear(`the owner at the device could not enable it again: ${refusal}`)
}

export async function rolesOf(by: Somebody): Promise<string> {
    const known = await by.people()
    return typeof known === "string" ? known : known.map(({ role }) => role).join()
}

function messageIn(frame: Uint8Array): CoapMessage {
    const { message } = readMessage(Buffer.from(frame))
    if (!message || !optionValue(message.options, CoapOptionNumber.Oscore))
        throw new Unclear("no sealed message was said")
    return message
}

function flipped(bytes: Buffer, at: number, bit = 1): Buffer {
    const copy = Buffer.from(bytes)
    copy[at] ^= bit
    return copy
}

function withOscore(message: CoapMessage, change: (value: Buffer) => Buffer): CoapMessage {
    const options = message.options.map(({ number, value }) => ({
        number,
        value: number === CoapOptionNumber.Oscore ? change(value) : value,
    }))
    return { ...message, options }
}
