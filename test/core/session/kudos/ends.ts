/** Two ends of KUDOS in one place: memories that forget nothing but what is erased and can lose their power, and a seal in OSCORE's place. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { openDigest } from "../../../../src/core/crypto/digest"
import type { Store } from "../../../../src/core/ports"
import { KudosDevice } from "../../../../src/core/session/kudos/device"
import { type KudosMessage, type KudosOffer, keysInForce } from "../../../../src/core/session/kudos/end"
import { KudosHub } from "../../../../src/core/session/kudos/hub"
import type { SessionKeys } from "../../../../src/core/session/session-keys"
import { nodeDigest } from "../../../../src/host/node-digest"

export const pause = async () => {}
export const digest = await openDigest(nodeDigest, pause)
export const NAMES = ["keys0", "keys1"] as const

/** Power goes away: before or after something was written or erased. */
export class PowerCut extends Error {}

export class MemoryStore implements Store {
    /** Operations that change something, so far. */
    operations = 0
    /** The operation at which power goes away, and whether what it does has been done. */
    cut: { at: number; done: boolean } | undefined
    /** The power has gone, until a start. */
    isOff = false

    constructor(readonly records = new Map<string, Buffer>()) {}

    async get(name: string): Promise<Buffer | undefined> {
        const value = this.records.get(name)
        return value && Buffer.from(value)
    }

    async set(name: string, value: Buffer): Promise<void> {
        this.change(() => this.records.set(name, Buffer.from(value)))
    }

    async erase(name: string): Promise<void> {
        this.change(() => this.records.delete(name))
    }

    private change(what: () => void): void {
        const isCut = this.cut?.at === this.operations++
        if (!isCut || this.cut?.done) what()
        if (isCut) {
            this.isOff = true
            throw new PowerCut("power cut")
        }
    }
}

export enum KudosRole {
    Hub = 0,
    Device = 1,
}

/** The n-th nonce that an end draws. */
export function nonceOf(role: KudosRole, n: number): Buffer {
    return createHash("sha256").update(`${role}/${n}`).digest().subarray(0, 8)
}

interface Started<Role extends KudosRole, Kudos> {
    role: Role
    store: MemoryStore
    /** Nonces drawn so far. */
    drawn: number
    kudos: Kudos
}
export type Hub = Started<KudosRole.Hub, KudosHub>
export type Device = Started<KudosRole.Device, KudosDevice>
export type End = Hub | Device

function portsOf(end: Pick<End, "role" | "store" | "drawn">) {
    const random = { draw: (target: Buffer) => target.set(nonceOf(end.role, end.drawn++)) }
    return { store: end.store, names: NAMES, digest, random, pause }
}

/** @returns a hub as it is after a start */
export async function startHub(store: MemoryStore, drawn = 0): Promise<Hub> {
    const hub: Hub = { role: KudosRole.Hub, store, drawn, kudos: undefined as unknown as KudosHub }
    hub.kudos = new KudosHub(portsOf(hub))
    await hub.kudos.load()
    return hub
}

/** @returns a device as it is after a start */
export async function startDevice(store: MemoryStore, drawn = 0): Promise<Device> {
    const device: Device = { role: KudosRole.Device, store, drawn, kudos: undefined as unknown as KudosDevice }
    device.kudos = new KudosDevice(portsOf(device))
    await device.kudos.load()
    return device
}

export async function start(role: KudosRole, store: MemoryStore, drawn = 0): Promise<End> {
    return role === KudosRole.Hub ? await startHub(store, drawn) : await startDevice(store, drawn)
}

const [C_I, C_R] = [Buffer.from("0a", "hex"), Buffer.from("05", "hex")]
const SECRET = createHash("sha256").update("secret").digest()
const SALT = Buffer.from("0102030405060708", "hex")
/** What EDHOC yields, at each end. */
export const FIRST: Record<KudosRole, SessionKeys> = {
    [KudosRole.Hub]: { masterSecret: SECRET, masterSalt: SALT, senderId: C_R, recipientId: C_I },
    [KudosRole.Device]: { masterSecret: SECRET, masterSalt: SALT, senderId: C_I, recipientId: C_R },
}

/** A message on its way. `x` is undefined of one that is no KUDOS message. */
export interface Sealed {
    from: KudosRole
    x: number | undefined
    nonce: Buffer
    sequenceNumber: number
    /** The key under which it is sealed, and in which direction: with the sequence number, what is never used twice. */
    key: string
    tag: Buffer
}

/** Sealed as OSCORE would: under keys of this secret, salt and sender alone. */
function tagOf(
    { masterSecret, masterSalt }: SessionKeys,
    sender: Buffer,
    x: number | undefined,
    nonce: Buffer,
    n: number,
) {
    const hmac = createHmac("sha256", masterSecret).update(masterSalt).update("/").update(sender).update("/")
    return hmac.update(`${x}/${nonce.toString("hex")}/${n}`).digest()
}

const NO_NONCE = Buffer.alloc(0)
export function seal(
    from: KudosRole,
    offer: Pick<KudosOffer, "keys" | "sequenceNumber"> & Partial<KudosOffer>,
): Sealed {
    const { keys, sequenceNumber, x, nonce = NO_NONCE } = offer
    const key = `${keys.masterSecret.toString("hex")}/${keys.senderId.toString("hex")}`
    return { from, x, nonce, sequenceNumber, key, tag: tagOf(keys, keys.senderId, x, nonce, sequenceNumber) }
}

export const verifier = (message: Sealed) => async (keys: SessionKeys) =>
    timingSafeEqual(message.tag, tagOf(keys, keys.recipientId, message.x, message.nonce, message.sequenceNumber))

export function received(message: Sealed): KudosMessage {
    const { nonce, sequenceNumber } = message
    return { x: message.x!, nonce: Buffer.from(nonce), sequenceNumber, verifies: verifier(message) }
}

/** Both ends with keys of EDHOC. */
export async function paired(): Promise<[hub: Hub, device: Device]> {
    const ends: [Hub, Device] = [await startHub(new MemoryStore()), await startDevice(new MemoryStore())]
    for (const end of ends) await end.kudos.adopt(FIRST[end.role])
    return ends
}

/** All of an update without disturbance, up to the hub's first message under the new keys. */
export async function update(hub: Hub, device: Device): Promise<void> {
    const offer = await hub.kudos.begin()
    const answer = await device.kudos.receive(received(seal(hub.role, offer.offer!)))
    await hub.kudos.receive(received(seal(device.role, answer.offer!)))
    const { keys, sequenceNumber } = keysInForce(hub.kudos)!
    await device.kudos.confirm(verifier(seal(hub.role, { keys, sequenceNumber })))
}
