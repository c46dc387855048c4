import { Challenges } from "../../../src/core/owner/challenges"
import { Consent } from "../../../src/core/owner/consent"
import { beginReset, completeReset } from "../../../src/core/owner/factory-reset"
import { LongPress } from "../../../src/core/owner/long-press"
import { CREDENTIAL_BYTES, NOBODY, People } from "../../../src/core/owner/people"
import { itemsToPurge } from "../../../src/core/owner/retention"
import { Action, may } from "../../../src/core/owner/rights"
import type { Store } from "../../../src/core/ports"
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
const anybody = () => true

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

/** People come and go, agree and withdraw, press the button, send commands with challenges that were drawn before or not. */
export class OwnerRun {
    private readonly store = new Records()
    private readonly draws: Draws
    private readonly press = new LongPress()
    private readonly challenges: Challenges
    /** Of the last two that were drawn. */
    private words: number[] = [0, 0, 0, 0]
    private nowMs = 0

    constructor(draws: Draws) {
        this.draws = draws
        this.challenges = new Challenges({ draw: target => target.set(draws.bytes(target.length), 0) })
    }

    /** @returns what can be seen after a step in which everything was read anew */
    async step(): Promise<Buffer> {
        const { draws, store } = this
        const people = new People(noPause)
        const consent = new Consent(USES, noPause)
        await people.load(store)
        await consent.load(store)
        const credential = Buffer.alloc(CREDENTIAL_BYTES)
        credential[0] = draws.below(13)
        let answer = 0
        const choice = draws.below(6)
        if (choice < 2) answer = await people.assign(credential, draws.below(5), anybody)
        else if (choice === 2) answer = await people.assign(credential, NOBODY, anybody)
        else if (choice === 3) await consent.answer(draws.below(USES.length), draws.below(2) === 0)
        else if (choice === 4) answer = may(people.roleOf(credential), Action.Disable, 1 << draws.below(3)) ? 1 : 0
        this.nowMs += draws.below(4000)
        const down = draws.below(8) !== 0
        if (this.press.update(down, this.nowMs)) await beginReset(store)
        await completeReset(store, ["picture"], async () => {})
        const place = this.placeOf(down)
        return Buffer.from([answer, people.roleOf(credential) ?? 9, people.count(), this.bitsOf(consent), place])
    }

    /** @returns where somebody seems to be who sends a command, with one of the last challenges or none */
    private placeOf(down: boolean): number {
        const { draws, challenges, nowMs, words } = this
        if (draws.below(3) === 0) {
            const [low, high] = challenges.draw(nowMs)
            this.words = [low, high, words[0], words[1]]
        }
        challenges.watch(down, nowMs)
        const at = 2 * draws.below(2)
        return challenges.take(this.words[at], this.words[at + 1], nowMs) || 0
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
