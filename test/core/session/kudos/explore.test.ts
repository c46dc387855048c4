/**
 * Everything that can happen to two ends of KUDOS: messages are lost, late, out of order, said again, reflected; either end loses its power before or
 * after any of its writes and starts again. Each end is made anew from its memory at every step, so a start between two steps is in every one of them.
 */
import { expect, test } from "vitest"
import { keysInForce } from "../../../../src/core/session/kudos/end"
import { KudosRefusal } from "../../../../src/core/session/kudos/refusal"
import { KudosState } from "../../../../src/core/session/kudos/states"
import { KUDOS_STEPS } from "../../../../src/core/session/kudos/steps"
import { explore, said } from "../exploration"
import {
    type Device,
    type End,
    FIRST,
    type Hub,
    KudosRole,
    MemoryStore,
    PowerCut,
    paired,
    received,
    type Sealed,
    seal,
    start,
    startDevice,
    startHub,
    verifier,
} from "./ends"

const ROLES = [KudosRole.Hub, KudosRole.Device] as const
/** Bounds: updates that are begun, offers altogether, messages of the application, power cuts, and things that happen one after the other. */
const UPDATES = 2
const OFFERS = 3
const ANSWERS = 4
const MESSAGES = 2
const CUTS = 2
const DEPTH = 10

interface Node {
    records: readonly Map<string, Buffer>[]
    drawn: readonly number[]
    /** Of each end, as RFC 8613 appendix B.1.1 keeps it: the epoch, and the next sequence number under its keys. */
    numbers: readonly { epoch: number; next: number }[]
    sent: readonly Sealed[]
    cuts: number
    /** Master Secret by epoch, of whichever end had it first. */
    secrets: readonly string[]
}

const ends = async (node: Node): Promise<[Hub, Device]> => [
    await startHub(new MemoryStore(new Map(node.records[0])), node.drawn[0]),
    await startDevice(new MemoryStore(new Map(node.records[1])), node.drawn[1]),
]

/** Of what is on record: keys in force, or those that are being replaced. */
function recordEpoch(end: End): number {
    return (end.kudos as unknown as { record: { epoch: number } }).record.epoch
}
function recordSecret(end: End): string {
    return (end.kudos as unknown as { record: { keys: { masterSecret: Buffer } } }).record.keys.masterSecret.toString(
        "hex",
    )
}

const seenSteps = new Set<string>()
const outcomes = new Set<number>()

type Act = (end: End) => Promise<{ refusal: number; offer?: Parameters<typeof seal>[1] | undefined }>
/** Another thing that can happen, of an end that is not made as ours is. */
type Flaw = (node: Node, role: KudosRole, act: Act) => Promise<Node | undefined>

/** What comes of something that one end does, with or without a power cut at one of its writes. */
async function happen(node: Node, role: KudosRole, act: Act, cut: MemoryStore["cut"]): Promise<Node | undefined> {
    const end = (await ends(node))[role]
    const before = { state: end.kudos.state(), epoch: recordEpoch(end) }
    end.store.operations = 0
    end.store.cut = cut
    let sent = node.sent
    try {
        const { refusal, offer } = await act(end)
        outcomes.add(refusal)
        if (offer) sent = [...sent, seal(role, offer)]
    } catch (error) {
        if (!(error instanceof PowerCut)) throw error
    }
    end.store.cut = undefined
    // What is known lives in the memory: the end that went on and one that starts now are the same.
    const again = await start(role, new MemoryStore(new Map(end.store.records)), end.drawn)
    if (!cut)
        expect([again.kudos.state(), keysInForce(again.kudos)]).toEqual([end.kudos.state(), keysInForce(end.kudos)])
    const after = { state: again.kudos.state(), epoch: recordEpoch(again) }
    expect(after.epoch, "no old key is taken back").toBeGreaterThanOrEqual(before.epoch)
    if (after.state !== before.state || after.epoch !== before.epoch) seenSteps.add(`${before.state} ${after.state}`)
    const secrets = [...node.secrets]
    secrets[after.epoch] ??= recordSecret(again)
    expect(recordSecret(again), `one secret in epoch ${after.epoch}`).toBe(secrets[after.epoch])
    const records = node.records.map((of, i) => (i === role ? again.store.records : of))
    const drawn = node.drawn.map((of, i) => (i === role ? again.drawn : of))
    return { ...node, records, drawn, sent, secrets, cuts: node.cuts + (cut ? 1 : 0) }
}

/** An ordinary message: sent by who has keys in force, taken by who has the same in force or waits to see them. */
async function sendData(node: Node, role: KudosRole): Promise<Node | undefined> {
    const { kudos } = (await ends(node))[role]
    const force = keysInForce(kudos)
    if (!force) return undefined
    const { epoch, next } = node.numbers[role]
    const sequenceNumber = epoch === force.epoch ? next : force.sequenceNumber
    const numbers = node.numbers.map((of, i) => (i === role ? { epoch: force.epoch, next: sequenceNumber + 1 } : of))
    return { ...node, numbers, sent: [...node.sent, seal(role, { keys: force.keys, sequenceNumber })] }
}

async function takeData(end: End, message: Sealed): Promise<{ refusal: number }> {
    const force = keysInForce(end.kudos)
    if (force) return { refusal: (await verifier(message)(force.keys)) ? 0 : KudosRefusal.NotAuthentic }
    // A hub that waits for an answer has no keys to open it with.
    return end.role === KudosRole.Device
        ? await end.kudos.confirm(verifier(message))
        : { refusal: KudosRefusal.Unexpected }
}

const give = ({ kudos }: End, message: Sealed) => kudos.receive(received(message))

async function stepsOf(node: Node, flaw?: Flaw) {
    const steps: { name: string; take(): Promise<Node | undefined> }[] = []
    const withCuts = (name: string, role: KudosRole, act: Act) => {
        let writes = 0
        const counted: Act = async end => {
            const step = await act(end)
            writes = end.store.operations
            return step
        }
        steps.push({ name, take: () => happen(node, role, counted, undefined) })
        if (node.cuts < CUTS)
            for (const at of [0, 1, 2, 3])
                for (const done of [false, true])
                    steps.push({
                        name: `${name}, cut ${done ? "after" : "before"} write ${at}`,
                        take: async () => (at < writes ? await happen(node, role, act, { at, done }) : undefined),
                    })
        if (flaw) steps.push({ name: `${name}, flawed`, take: () => flaw(node, role, act) })
    }
    const offers = node.sent.filter(({ from, x }) => from === KudosRole.Hub && x !== undefined).length
    const answers = node.sent.filter(({ from, x }) => from === KudosRole.Device && x !== undefined).length
    if (offers < OFFERS && recordEpoch((await ends(node))[KudosRole.Hub]) < UPDATES)
        withCuts("hub begins", KudosRole.Hub, async end => (end as Hub).kudos.begin())
    for (const [n, message] of node.sent.entries())
        for (const role of ROLES) {
            if (message.x === undefined) withCuts(`${n} to ${role}`, role, end => takeData(end, message))
            else if (role === KudosRole.Hub || answers < ANSWERS)
                withCuts(`${n} to ${role}`, role, end => give(end, message))
        }
    if (node.sent.filter(({ x }) => x === undefined).length < MESSAGES)
        for (const role of ROLES) steps.push({ name: `${role} sends`, take: () => sendData(node, role) })
    return steps
}

function keyOf(node: Node): string {
    const sent = node.sent.map(
        ({ from, x, nonce, sequenceNumber, key }) => `${from}${x}${nonce.toString("hex")}${sequenceNumber}${key}`,
    )
    const records = node.records.map(map => [...map].sort().map(([name, value]) => name + value.toString("hex")))
    return JSON.stringify([records, node.drawn, node.numbers, node.cuts, sent.sort()])
}

async function check(node: Node, path: string): Promise<void> {
    const used = node.sent.map(({ key, sequenceNumber }) => `${key} ${sequenceNumber}`)
    expect(new Set(used).size, `no number twice under one key:${path}`).toBe(used.length)
    const [hub, device] = await ends(node)
    const [ahead, behind] = [recordEpoch(hub), recordEpoch(device)]
    // The hub goes first, and only where the device waits for it with the same keys.
    if (ahead === behind) expect(recordSecret(hub), path).toBe(recordSecret(device))
    else {
        expect([ahead, device.kudos.state()], path).toEqual([behind + 1, KudosState.Pending])
        expect(node.secrets[ahead], path).toBe(recordSecret(hub))
    }
    // Without disturbance, one more exchange leads to new keys at both ends.
    const offer = (await hub.kudos.begin()).offer
    const step = await device.kudos.receive(received(seal(KudosRole.Hub, offer!)))
    expect(step.refusal, path).toBe(0)
    expect((await hub.kudos.receive(received(seal(KudosRole.Device, step.offer!)))).refusal, path).toBe(0)
    const { keys, sequenceNumber } = keysInForce(hub.kudos)!
    await device.kudos.confirm(verifier(seal(KudosRole.Hub, { keys, sequenceNumber })))
    expect(keysInForce(device.kudos)?.keys.masterSecret, path).toEqual(keys.masterSecret)
    expect(keysInForce(device.kudos)!.epoch, path).toBe(ahead + 1)
}

async function exploreFrom(flaw?: Flaw) {
    const [hub, device] = await paired()
    return await explore<Node>({
        start: {
            records: [hub.store.records, device.store.records],
            drawn: [0, 0],
            numbers: [0, 0].map(() => ({ epoch: 0, next: 0 })),
            sent: [],
            cuts: 0,
            secrets: [FIRST[KudosRole.Hub].masterSecret.toString("hex")],
        },
        steps: node => stepsOf(node, flaw),
        keyOf,
        check,
        depth: DEPTH,
    })
}

test("KUDOS, explored", async () => {
    const explored = await exploreFrom()
    const bounds = `${UPDATES} updates, ${OFFERS} offers, ${ANSWERS} answers, ${MESSAGES} messages, ${CUTS} power cuts`
    console.log(`KUDOS: ${said(explored)}; at most ${bounds}`)
    expect(explored.nodes).toBeGreaterThan(10_000)
    // Every step of the table but those of a pairing was taken, and no other. A repeated offer changes neither state nor epoch.
    const table = KUDOS_STEPS.filter(([, , by]) => by !== "keys of EDHOC").map(([from, to]) => `${from} ${to}`)
    expect([...seenSteps].sort()).toEqual([...new Set(table)].filter(step => step !== "2 2").sort())
    for (const refusal of [
        KudosRefusal.NotAuthentic,
        KudosRefusal.Replayed,
        KudosRefusal.Unexpected,
        KudosRefusal.Role,
    ])
        expect(outcomes).toContain(refusal)
    expect(outcomes).not.toContain(KudosRefusal.OtherNonce)
})

/** Sends, and finds after the next start that what it had written first is not there. */
const forgets: Flaw = async (node, role, act) => {
    const after = await happen(node, role, act, undefined)
    return after && { ...after, records: node.records }
}
const stateOf = async (node: Node, role: KudosRole) => (await ends(node))[role].kudos.state()

test("a hub that forgets which number it has taken is found", async () => {
    const flaw: Flaw = async (node, role, act) =>
        role === KudosRole.Hub && (await stateOf(node, role)) === KudosState.Busy
            ? await forgets(node, role, act)
            : undefined
    await expect(exploreFrom(flaw)).rejects.toThrow(/no number twice under one key/)
})

test("a hub that forgets its nonce is found: the device could follow an old offer away from it", async () => {
    const flaw: Flaw = async (node, role, act) =>
        role === KudosRole.Hub && (await stateOf(node, role)) === KudosState.Idle
            ? await forgets(node, role, act)
            : undefined
    await expect(exploreFrom(flaw)).rejects.toThrow(new RegExp(`expected ${KudosRefusal.OtherNonce} to be \\+?0`))
})

test("a device that forgets that it has answered is found", async () => {
    const flaw: Flaw = async (node, role, act) =>
        role === KudosRole.Device ? await forgets(node, role, act) : undefined
    await expect(exploreFrom(flaw)).rejects.toThrow(/expected \[ \+?1, 1 \] to deeply equal \[ \+?1, 3 \]/)
})

test("a device that forgets the old keys when it starts, as the draft has it, is found: the hub may not have its answer", async () => {
    const flaw: Flaw = async (node, role) =>
        role === KudosRole.Device
            ? await happen(node, role, async end => await (end as Device).kudos.confirm(async () => true), undefined)
            : undefined
    await expect(exploreFrom(flaw)).rejects.toThrow(/expected \[ \+?0, 1 \] to deeply equal \[ 2, 3 \]/)
})
