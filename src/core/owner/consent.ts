import type { Pause, Store } from "../ports"
import { soundRecord } from "../store/sound-record"
import { Turns } from "../store/turns"
import { CONSENTS } from "./owner-records"

/** One use of one sensor's data, as the device declares it. Each needs a consent of its own. Numbers are 0 to 255. */
export interface DataUse {
    readonly sensor: number
    readonly purpose: number
    /** Rises whenever the use changes: what is taken, who gets it, how long it is kept. Then it has to be asked for again. */
    readonly version: number
    /** What is taken and why, in a sentence: at most 120 ASCII characters. */
    readonly shortNotice: string
    /** The same with all details: ASCII. */
    readonly longNotice: string
    /** How long what was taken may be kept, in seconds. */
    readonly retentionS: number
}

/** Most uses that a device may declare: one sealed record has to hold all answers. */
export const MAX_USES = 20

/** Sensor, purpose, version, answer. */
const ENTRY_BYTES = 4

/** The numbers are those of services/privacy.md. */
export enum Answer {
    /** Nobody has been asked yet. */
    None = 0,
    Yes = 1,
    No = 2,
}

/** What the owner has agreed to. Nothing, to begin with; and nothing of what has changed since it was agreed to. */
export class Consent {
    private readonly uses: readonly DataUse[]
    private store!: Store
    /** By use, as far as anybody was asked. */
    private answers: Answer[] = []
    private readonly turns: Turns
    /** Answers so far. */
    private asked = 0
    /** Of each use, which answer was the last no, until that is stored; 0 or nothing if there is none. */
    private readonly withdrawn: number[] = []

    constructor(uses: readonly DataUse[], pause: Pause) {
        this.uses = uses
        this.turns = new Turns(pause)
    }

    /**
     * @param store that notices what others changed
     * @throws StoreError if the memory does not answer; then nothing is agreed to
     */
    async load(store: Store): Promise<void> {
        await this.turns.take()
        try {
            this.store = store
            let record: Buffer | undefined
            try {
                record = await soundRecord(store, CONSENTS)
            } finally {
                // Not before: what was agreed to stands while it is read again, and whoever looks meanwhile must not take it for withdrawn.
                for (let use = 0; use < this.uses.length; use++)
                    this.answers[use] = this.withdrawn[use] ? Answer.No : Answer.None
            }
            // To what a damaged record says nobody has agreed.
            if (record) for (let at = 0; at < record.length; at += ENTRY_BYTES) this.recall(record, at)
        } finally {
            this.turns.end()
        }
    }

    /** @param use its place among the declared ones */
    granted(use: number): boolean {
        return this.answers[use] === Answer.Yes
    }

    answerTo(use: number): Answer {
        return this.answers[use] || Answer.None
    }

    /**
     * Takes the owner's answer, now or at any later time. A no counts at once, even if it cannot be stored; a yes when it is stored, and not if
     * there was a no meanwhile.
     * @throws StoreError
     */
    async answer(use: number, yes: boolean): Promise<void> {
        const number = ++this.asked
        if (!yes) {
            this.withdrawn[use] = number
            this.answers[use] = Answer.No
        }
        await this.turns.take()
        try {
            const answers = this.answers.slice()
            if (yes && !(this.withdrawn[use] > number)) answers[use] = Answer.Yes
            await this.store.set(CONSENTS, this.recordOf(answers))
            if (this.withdrawn[use] > number) return
            this.withdrawn[use] = 0
            this.answers[use] = answers[use]
        } finally {
            this.turns.end()
        }
    }

    /** Takes up an answer from the record, unless a no to the same use could not be stored. */
    private recall(record: Buffer, at: number): void {
        for (let i = 0; i < this.uses.length; i++) {
            const { sensor, purpose, version } = this.uses[i]
            const isIt = record[at] === sensor && record[at + 1] === purpose && record[at + 2] === version
            if (isIt && !this.withdrawn[i]) this.answers[i] = record[at + 3]
        }
    }

    private recordOf(answers: Answer[]): Buffer {
        const bytes: number[] = []
        for (let i = 0; i < answers.length; i++) {
            const { sensor, purpose, version } = this.uses[i]
            if (answers[i]) bytes.push(sensor, purpose, version, answers[i])
        }
        return Buffer.from(bytes)
    }
}
