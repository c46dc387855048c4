import type { Store } from "../ports"

/** One use of one sensor's data, as the device declares it. Each needs a consent of its own. Numbers are 0 to 255. */
export interface DataUse {
    readonly sensor: number
    readonly purpose: number
    /** Rises whenever the use changes: what is taken, who gets it, how long it is kept. Then it has to be asked for again. */
    readonly version: number
    /** Which notices the device shows: a short one, and the one with all details. */
    readonly shortNotice: number
    readonly longNotice: number
    /** How long what was taken may be kept, in seconds. */
    readonly retentionS: number
}

/** Most uses that a device may declare: one record has to hold all answers. */
export const MAX_USES = 24
/** Record of the answers: sensor, purpose, version, answer. */
export const CONSENT = "consent"

const ENTRY_BYTES = 4

enum Answer {
    None = 0,
    Yes = 1,
    No = 2,
}

/** What the owner has agreed to. Nothing, to begin with; and nothing of what has changed since it was agreed to. */
export class Consent {
    private readonly store: Store
    private readonly uses: readonly DataUse[]
    private answers: Answer[]

    /** @param store that notices what others changed */
    constructor(store: Store, uses: readonly DataUse[]) {
        this.store = store
        this.uses = uses
        this.answers = uses.map(() => Answer.None)
    }

    /** @throws StoreError; then nothing is agreed to */
    async load(): Promise<void> {
        this.answers = this.uses.map(() => Answer.None)
        const record = await this.store.get(CONSENT)
        if (record)
            for (let at = 0; at < record.length; at += ENTRY_BYTES)
                for (let i = 0; i < this.uses.length; i++)
                    if (isAbout(record, at, this.uses[i])) this.answers[i] = record[at + 3]
    }

    /** @param use its place among the declared ones */
    granted(use: number): boolean {
        return this.answers[use] === Answer.Yes
    }

    /** @returns the first use that nobody has answered for, or -1 */
    toAsk(): number {
        return this.answers.indexOf(Answer.None)
    }

    /**
     * Takes the owner's answer, now or at any later time. A no counts at once, even if it cannot be stored; a yes when it is stored.
     * @throws StoreError
     */
    async answer(use: number, yes: boolean): Promise<void> {
        const answers = this.answers.map(answer => answer)
        answers[use] = yes ? Answer.Yes : Answer.No
        if (!yes) this.answers = answers
        await this.store.set(CONSENT, this.recordOf(answers))
        this.answers = answers
    }

    private recordOf(answers: Answer[]): Buffer {
        const bytes: number[] = []
        for (let i = 0; i < answers.length; i++) {
            const { sensor, purpose, version } = this.uses[i]
            if (answers[i] !== Answer.None) bytes.push(sensor, purpose, version, answers[i])
        }
        return Buffer.from(bytes)
    }
}

function isAbout(record: Buffer, at: number, use: DataUse): boolean {
    return record[at] === use.sensor && record[at + 1] === use.purpose && record[at + 2] === use.version
}
