/**
 * Everything that can happen to two ends of EDHOC-PSK and who is between them: messages are lost, late, out of order, said again, reflected, made up;
 * either end loses its power at any time, also before and after it stores the keys, is given up, and begins again.
 */
import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto"
import { expect, test } from "vitest"
import { byteString } from "../../../../src/core/cbor/byte-string"
import { type EphemeralKey, SoftwareKey } from "../../../../src/core/session/edhoc/ephemeral-key"
import { errorMessage } from "../../../../src/core/session/edhoc/error-message"
import { EdhocInitiator } from "../../../../src/core/session/edhoc/initiator"
import { message1 } from "../../../../src/core/session/edhoc/messages"
import { EdhocRefusal } from "../../../../src/core/session/edhoc/refusal"
import { EdhocResponder } from "../../../../src/core/session/edhoc/responder"
import { EdhocState } from "../../../../src/core/session/edhoc/states"
import { SUITE_4 } from "../../../../src/core/session/edhoc/suite-4"
import { CURVE_X25519 } from "../../../../src/core/session/edhoc/suites"
import type { SessionKeys } from "../../../../src/core/session/session-keys"
import { explore, said } from "../exploration"
import { C_I, C_R, CREDENTIAL, digest, pause, STEPS, seeded } from "./ends"

/** Bounds: sessions that each end begins, times that power goes away or somebody gives up, and things that happen one after the other. */
const HUB_SESSIONS = 2
const DEVICE_SESSIONS = 2
const INTERRUPTIONS = 2
const DEPTH = 9

const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex")
const SPKI = Buffer.from("302a300506032b656e032100", "hex")

/** X25519 by OpenSSL, since there are thousands of agreements. */
function opensslKey(seed: string): EphemeralKey {
    const secret = Buffer.alloc(32)
    seeded(seed).draw(secret)
    const publicKey = createPublicKey(privateKey(secret)).export({ type: "spki", format: "der" }).subarray(-32)
    return new SoftwareKey(CURVE_X25519, secret, Buffer.from(publicKey), async (secretKey, peersKey) =>
        diffieHellman({
            privateKey: privateKey(secretKey),
            publicKey: createPublicKey({ key: Buffer.concat([SPKI, peersKey]), format: "der", type: "spki" }),
        }),
    )
}
const privateKey = (secret: Buffer) =>
    createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: "der", type: "pkcs8" })

interface Message {
    /** The session that sent it; undefined of one that somebody else made up. */
    by: string | undefined
    bytes: Buffer
}
/** Master Secrets that an end has stored, in that order. */
type Kept = readonly string[]
interface Side<Session> {
    session: Session | undefined
    begun: number
    kept: Kept
}
interface Node {
    hub: Side<EdhocInitiator>
    device: Side<EdhocResponder>
    sent: readonly Message[]
    interruptions: number
}
type Who = "hub" | "device"
const BOTH: readonly Who[] = ["hub", "device"]
type Cut = "before" | "after" | undefined

/** Whose objects do not change. */
const SHARED = ["ports", "digest", "pause", "suite", "suites", "credential"]
/** An object with all that it holds, so that what happens to the one does not to the other. */
function copyOf<T>(value: T): T {
    if (Buffer.isBuffer(value)) return Buffer.from(value) as T
    if (Array.isArray(value)) return value.map(copyOf) as T
    if (typeof value !== "object" || value === null) return value
    const copy = Object.create(Object.getPrototypeOf(value))
    for (const [key, held] of Object.entries(value)) copy[key] = SHARED.includes(key) ? held : copyOf(held)
    return copy
}

class PowerCut extends Error {}
/** Where an end stores keys. Its power may go away before or after that: then it does not come back. */
function portsOf(kept: string[], cut: Cut) {
    return {
        digest,
        pause,
        keep: async ({ masterSecret }: SessionKeys) => {
            if (cut === "before") throw new PowerCut()
            kept.push(masterSecret.toString("hex"))
            if (cut === "after") throw new PowerCut()
        },
    }
}

const seenSteps = new Set<string>()
const refusals = new Set<number>()
const hasEnded = (session: EdhocInitiator | EdhocResponder | undefined) =>
    !session || session.state === EdhocState.Done || session.state === EdhocState.Aborted

function withMessage(node: Node, by: string, bytes: Buffer | undefined): Node {
    if (!bytes || node.sent.some(message => message.bytes.equals(bytes))) return node
    return { ...node, sent: [...node.sent, { by, bytes }] }
}

function begin(node: Node, who: Who): Node {
    const begun = node[who].begun + 1
    const by = `${who} ${begun}`
    if (who === "device") {
        const ports = { digest, pause, suite: SUITE_4 }
        const keys = { ...portsOf([], undefined), credentialOf: () => CREDENTIAL }
        const session = new EdhocResponder(ports, keys, opensslKey(by), ...C_R)
        return { ...node, device: { ...node.device, session, begun } }
    }
    const setup = {
        suites: [SUITE_4],
        selected: 0,
        ephemeral: opensslKey(by),
        connectionId: C_I,
        credential: CREDENTIAL,
    }
    const session = new EdhocInitiator(portsOf([], undefined), setup)
    const first = session.start()
    seenSteps.add(`${EdhocState.Start} ${session.state}`)
    return withMessage({ ...node, hub: { ...node.hub, session, begun } }, by, first)
}

/** A message comes to an end. @returns undefined if its power was to go away where it stores nothing */
async function deliver(node: Node, who: Who, bytes: Buffer, cut: Cut): Promise<Node | undefined> {
    const side = node[who]
    const session = copyOf(side.session!)
    const kept = [...side.kept]
    const before = session.state
    ;(session as unknown as { keeper: unknown }).keeper = portsOf(kept, cut)
    const reply = await session.receive(Buffer.from(bytes))
    seenSteps.add(`${before} ${session.state}`)
    refusals.add(session.refusal)
    if (!cut) return withMessage({ ...node, [who]: { ...side, session, kept } }, `${who} ${side.begun}`, reply)
    const stored = session.refusal === EdhocRefusal.NotKept || kept.length > side.kept.length
    const lost = { ...node, [who]: { ...side, session: undefined, kept }, interruptions: node.interruptions + 1 }
    return stored ? lost : undefined
}

async function stepsOf(node: Node) {
    const steps: { name: string; take(): Promise<Node | undefined> }[] = []
    for (const who of BOTH) {
        const { session, begun } = node[who]
        if (hasEnded(session)) {
            if (begun < (who === "hub" ? HUB_SESSIONS : DEVICE_SESSIONS))
                steps.push({ name: `${who} begins`, take: async () => begin(node, who) })
        } else if (node.interruptions < INTERRUPTIONS) {
            const interruptions = node.interruptions + 1
            const lost = { ...node, [who]: { ...node[who], session: undefined }, interruptions }
            steps.push({ name: `${who} loses its power`, take: async () => lost })
            const given = copyOf(session!)
            given.giveUp()
            seenSteps.add(`${session!.state} ${given.state}`)
            steps.push({
                name: `${who} gives up`,
                take: async () => ({ ...node, [who]: { ...node[who], session: given }, interruptions }),
            })
        }
        if (session && session.state !== EdhocState.Aborted)
            for (const [n, { bytes }] of node.sent.entries())
                for (const cut of node.interruptions < INTERRUPTIONS
                    ? ([undefined, "before", "after"] as const)
                    : [undefined])
                    steps.push({
                        name: `${n} to ${who}${cut ? `, cut ${cut} it stores` : ""}`,
                        take: () => deliver(node, who, bytes, cut),
                    })
    }
    return steps
}

function keyOf(node: Node): string {
    const sides = BOTH.map(who => {
        const { session, begun, kept } = node[who]
        return [session?.state, session?.refusal, session?.sent.toString("hex"), begun, kept]
    })
    return JSON.stringify([sides, node.interruptions, node.sent.map(({ bytes }) => bytes.toString("hex")).sort()])
}

async function check(node: Node, path: string): Promise<void> {
    const { hub, device, sent } = node
    // The hub has no keys that the device has not.
    for (const secret of hub.kept) expect(device.kept, path).toContain(secret)
    for (const { kept } of [hub, device]) expect(new Set(kept).size, `stored once:${path}`).toBe(kept.length)
    // Keys of a device follow from a seal of a hub's.
    const sealed = (by: string) =>
        sent.filter(message => message.by === by && message.bytes[0] >> 5 === 2).map(({ bytes }) => bytes.length)
    const ofHub = [1, 2].map(n => sealed(`hub ${n}`))
    expect(device.kept.length, path).toBeLessThanOrEqual(ofHub.flat().length)
    // A session seals each of its messages once, since it has one key and one nonce for each.
    for (const lengths of [...ofHub, ...[1, 2].map(n => sealed(`device ${n}`))])
        expect(new Set(lengths).size, `sealed once:${path}`).toBe(lengths.length)
    // Whatever has been: given up and begun again, undisturbed, both have the same keys.
    if (!UNDISTURBED.has(`${hub.kept} ${device.kept}`)) await agreeAgain(node, path)
}

const UNDISTURBED = new Set<string>()
async function agreeAgain(node: Node, path: string): Promise<void> {
    UNDISTURBED.add(`${node.hub.kept} ${node.device.kept}`)
    let fresh = begin(
        begin({ ...node, sent: [], hub: { ...node.hub, begun: 10 }, device: { ...node.device, begun: 10 } }, "hub"),
        "device",
    )
    for (const who of ["device", "hub", "device", "hub"] as const)
        fresh = (await deliver(fresh, who, fresh.sent.at(-1)!.bytes, undefined))!
    expect([fresh.hub.session?.state, fresh.device.session?.state], path).toEqual([EdhocState.Done, EdhocState.Done])
    expect(fresh.hub.kept.at(-1), path).toBe(fresh.device.kept.at(-1))
}

/** What somebody without the secret can say at any time. */
function madeUp(): Message[] {
    const key = opensslKey("stranger").publicKey
    return [
        message1([SUITE_4], key, Buffer.from("01", "hex")),
        byteString(Buffer.concat([key, Buffer.from("05", "hex")])),
        byteString(Buffer.alloc(17)),
        errorMessage(EdhocRefusal.NotAuthentic, SUITE_4),
    ].map(bytes => ({ by: undefined, bytes }))
}

const START: Node = {
    hub: { session: undefined, begun: 0, kept: [] },
    device: { session: undefined, begun: 0, kept: [] },
    sent: madeUp(),
    interruptions: 0,
}

test("EDHOC-PSK, explored", async () => {
    const explored = await explore<Node>({ start: START, steps: stepsOf, keyOf, check, depth: DEPTH })
    const bounds = `${HUB_SESSIONS} sessions of the hub, ${DEVICE_SESSIONS} of the device, ${INTERRUPTIONS} interruptions, 4 messages made up`
    console.log(`EDHOC-PSK: ${said(explored)}; at most ${bounds}`)
    expect(explored.nodes).toBeGreaterThan(1_000)
    const taken = [...seenSteps].filter(step => step[0] !== step.at(-1)).sort()
    // A hub that has not begun is in no node: its session begins at once.
    const table = STEPS.filter(([from, to]) => from !== EdhocState.Start || to !== EdhocState.Aborted)
    expect(taken).toEqual(table.map(([from, to]) => `${from} ${to}`).sort())
    for (const refusal of [EdhocRefusal.NotAuthentic, EdhocRefusal.PeerRefused, EdhocRefusal.NotKept])
        expect(refusals).toContain(refusal)
})

test("a device that says message_4 before it stores the keys is found", async () => {
    const hasty = async (node: Node) => {
        const steps = await stepsOf(node)
        const { session, kept } = node.device
        if (!session) return steps
        for (const { bytes } of node.sent)
            steps.push({
                name: "device answers, and its power goes away before it stores",
                take: async () => {
                    const after = (await deliver(node, "device", bytes, undefined))!
                    return { ...after, device: { ...after.device, session: undefined, kept } }
                },
            })
        return steps
    }
    await expect(explore<Node>({ start: START, steps: hasty, keyOf, check, depth: DEPTH })).rejects.toThrow(
        /to include '[0-9a-f]{30}/,
    )
})
