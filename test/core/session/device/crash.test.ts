/**
 * The supply of one end goes away before or after anything that it puts on record, while somebody is paired, invited, heard of, given new keys and removed.
 * Then people do what the device tells them: update the keys, or pair again.
 */
import { expect, test } from "vitest"
import { MOST_PEOPLE } from "../../../../src/core/owner/owner-records"
import { Role } from "../../../../src/core/owner/rights"
import { SessionRefusal } from "../../../../src/core/session/refusal"
import { MemoryStore, PowerCut } from "../kudos/ends"
import { watched } from "../watched"
import { LABEL, SUITE, TestDevice, TestHub } from "./home"

/** Whose supply goes. */
const ENDS = ["device", "owner", "guest"] as const
type End = (typeof ENDS)[number]

interface Home {
    device: TestDevice
    owner: TestHub
    guest: TestHub
    nonces: Set<string>
    /** What the owner's invitation says, once there is one. */
    invitation?: Buffer
}

async function home(): Promise<Home> {
    const { suite, nonces } = watched(SUITE)
    const device = await new TestDevice("device", new MemoryStore(), suite).start()
    const owner = await new TestHub("owner", device).start()
    return { device, nonces, owner, guest: await new TestHub("guest", device).start() }
}

const storeOf = (at: Home, end: End) => at[end].store

/** What people want, one step after the other. Each may be tried again, and does nothing that is done already. @returns whether it is done */
const STEPS: ((at: Home) => Promise<boolean>)[] = [
    async ({ device, owner }) => await reaches(device, owner, LABEL, 1),
    async at => {
        if (at.guest.session.exists()) return true
        const answer = await at.owner.post("people/invite", Buffer.from([Role.Guest]))
        at.invitation = answer.response?.payload
        return at.invitation?.length === 17
    },
    async ({ device, guest, invitation }) => await reaches(device, guest, invitation!.subarray(1), 2 + invitation![0]),
    async ({ owner }) => (await owner.session.connect()).refusal === 0 && (await says(owner, "evening")),
    async ({ device, owner }) => {
        for (let place = 1; place < MOST_PEOPLE; place++)
            if (device.household.isTaken(place)) await owner.post("people/remove", Buffer.from([place]))
        return device.household.count() === 1
    },
]

/** Pairs if there are no keys, or none that the device knows; updates them otherwise. @returns whether the device has served something */
async function reaches(device: TestDevice, hub: TestHub, secret: Buffer, standing: number): Promise<boolean> {
    if (hub.session.exists()) {
        if (await says(hub, "again")) return true
        if ((await hub.session.connect()).refusal === 0) return await says(hub, "anew")
    }
    await device.pairing.prepare()
    device.nowMs += 120_000
    device.pairing.touched()
    return (await hub.pair(secret, standing)).refusal === 0 && (await says(hub, "first"))
}

async function says(hub: TestHub, what: string): Promise<boolean> {
    return (await hub.post("echo", what)).response?.payload.toString() === what
}

/** Plays all steps; where a supply goes, that end starts anew and the step is tried again. @returns at which step that was */
async function play(at: Home, cutEnd?: End): Promise<number> {
    let cutIn = -1
    for (const [i, step] of STEPS.entries()) {
        let tries = 0
        for (let done = false; !done; ) {
            if (++tries > 6) throw new Error(`step ${i} does not get done`)
            try {
                // Whoever was not answered updates the keys before the next try.
                if (tries > 1)
                    for (const hub of [at.owner, at.guest]) if (hub.session.exists()) await hub.session.connect()
                done = await step(at)
            } catch (error) {
                if (!(error instanceof PowerCut) || !cutEnd) throw error
                cutIn = i
                await at[cutEnd].start()
            }
        }
    }
    return cutIn
}

/** Whose keys are on record. */
function sessionsIn(device: TestDevice): string[] {
    const names = [...device.store.records.keys()].filter(name => name.startsWith("session"))
    return [...new Set(names.map(name => name.slice(0, -1)))]
}

test("undisturbed, all of it happens in one try, and nothing is left of who was removed", async () => {
    const at = await home()
    await play(at)
    expect(at.device.served.map(({ payload }) => payload)).toEqual(["first", "first", "evening"])
    expect(sessionsIn(at.device)).toEqual(["session0"])
})

test.each(ENDS)("whenever the supply of the %s goes, it comes to the same in the end", async end => {
    const whole = await home()
    await play(whole)
    const operations = storeOf(whole, end).operations
    expect(operations).toBeGreaterThan(end === "device" ? 20 : 2)
    const steps = new Set<number>()
    for (let cut = 0; cut < operations; cut++)
        for (const done of [false, true]) {
            const at = await home()
            storeOf(at, end).cut = { at: cut, done }
            const cutIn = await play(at, end)
            steps.add(cutIn)
            const where = `cut at ${cut}, ${done ? "after" : "before"} it was done`
            expect(at.device.household.roleOf(0), where).toBe(Role.Owner)
            expect(at.device.household.count(), where).toBe(1)
            await at.device.start()
            await at.owner.session.connect()
            expect(await says(at.owner, "end"), where).toBe(true)
            expect((await at.guest.session.connect()).refusal, where).toBe(SessionRefusal.NotProtected)
            expect(sessionsIn(at.device), where).toEqual(["session0"])
        }
    // Each step in which that end puts something on record was cut.
    expect([...steps].sort()).toEqual({ device: [0, 1, 2, 3, 4], owner: [0, 3], guest: [2] }[end])
})
