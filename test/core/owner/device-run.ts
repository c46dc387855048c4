import { Consent } from "../../../src/core/owner/consent"
import { beginReset, completeReset } from "../../../src/core/owner/factory-reset"
import { LongPress } from "../../../src/core/owner/long-press"
import { itemsToPurge } from "../../../src/core/owner/retention"
import { Action, may } from "../../../src/core/owner/rights"
import type { Store } from "../../../src/core/ports"
import { Household, Standing } from "../../../src/core/session/device/household"
import type { Draws } from "../crypto/random-run"

export const OWNER_SEED = 20_261_205
export const OWNER_STEPS = 300

const USES = [
    { sensor: 1, purpose: 1, version: 1, shortNotice: "short", longNotice: "long", retentionS: 100 },
    { sensor: 1, purpose: 2, version: 3, shortNotice: "short", longNotice: "long", retentionS: 200 },
    { sensor: 2, purpose: 1, version: 1, shortNotice: "short", longNotice: "long", retentionS: 300 },
]

/** Records in an object: fast enough, and the same everywhere. */
class Records implements Store {
    private names: string[] = []
    private values: Buffer[] = []

    async get(name: string): Promise<Buffer | undefined> {
        const at = this.names.indexOf(name)
        return at < 0 ? undefined : this.values[at]
    }

    async set(name: string, value: Buffer): Promise<void> {
        await this.erase(name)
        this.names.push(name)
        this.values.push(value)
    }

    async erase(name: string): Promise<void> {
        const at = this.names.indexOf(name)
        this.values = this.values.filter((_, i) => i !== at)
        this.names = this.names.filter((_, i) => i !== at)
    }
}

const noPause = async () => {}

/** Roles that there are, and some that there are not. */
export const ROLES_TRIED = [-1, 0, 1, 2, 3, 4, 5, 6]

/** @returns what a role may: two bytes for each action, a bit for each place, beyond those that there are */
export function rightsOf(role: number): Buffer {
    const bits: number[] = []
    for (let action = -1; action < 15; action++) {
        let places = 0
        for (let place = 0; place < 9; place++) if (may(role, action, place)) places |= 1 << place
        bits.push(places & 255, places >> 8)
    }
    return Buffer.from(bits)
}

/** People come by the label or an invitation, are heard of or not, and go; agree and withdraw, press the button. */
export class OwnerRun {
    private readonly store = new Records()
    private readonly draws: Draws
    private readonly press = new LongPress()
    private nowMs = 0

    constructor(draws: Draws) {
        this.draws = draws
    }

    /** @returns what can be seen after a step in which everything was read anew */
    async step(): Promise<Buffer> {
        const { draws, store } = this
        const household = new Household({ draw: target => target.set(draws.bytes(target.length), 0) }, noPause)
        const consent = new Consent(USES, noPause)
        await household.load(store)
        await consent.load(store)
        const place = draws.below(8)
        let answer = 0
        const choice = draws.below(7)
        if (choice < 2) answer = await this.comes(household)
        else if (choice === 2) answer = (await household.confirm(place)) ?? 9
        else if (choice === 3) answer = await household.invite(draws.below(5))
        else if (choice === 4) answer = draws.below(4) === 0 && (await household.remove(place)) ? 1 : 0
        else if (choice === 5) await consent.answer(draws.below(USES.length), draws.below(2) === 0)
        else if (may(household.roleOf(place), Action.Disable, 1 << draws.below(3))) answer = 1
        this.nowMs += draws.below(4000)
        if (this.press.update(draws.below(8) !== 0, this.nowMs)) await beginReset(store)
        await completeReset(store, ["picture"], async () => {})
        return Buffer.from([
            answer,
            household.roleOf(place) ?? 9,
            household.count(),
            this.bitsOf(consent),
            household.free() & 255,
        ])
    }

    /** @returns the role of whoever was let in; 9 if nobody was */
    private async comes(household: Household): Promise<number> {
        const standing = Standing.ByLabel + this.draws.below(3)
        const place = household.free()
        if (place < 0 || !household.admits(place, standing)) return 9
        await household.vacate(place)
        const role = await household.admit(place, standing)
        return this.draws.below(2) === 0 ? role : ((await household.confirm(place)) ?? 9)
    }

    private bitsOf(consent: Consent): number {
        const items = [
            { use: 0, ageS: this.draws.below(200) },
            { use: 1, ageS: undefined },
            { use: 2, ageS: this.draws.below(600) },
            { use: 3, ageS: 0 },
        ]
        let bits: number = consent.answerTo(0)
        for (const item of itemsToPurge(items, USES, consent)) bits |= 8 << item
        for (let i = 0; i < USES.length; i++) if (consent.granted(i)) bits ^= 1 << i
        return bits & 255
    }
}
