/** The challenges that commands of people begin with: the peer asks for them like anybody, and hears those that others were given. */
import type { Peer } from "./peer"
import { serviceClassOf, type Word, wordsOf } from "./words"

const OWNER = serviceClassOf("owner")
const DRAW = wordsOf(OWNER).find(({ name }) => name === "owner challenge")!.command
export const CHALLENGE_BYTES = 8

/** Whether a command takes one. */
export function takesChallenge({ kind, fields }: Word): boolean {
    return kind === "command" && fields[0]?.name === "challenge_low"
}

export class OverheardChallenge {
    readonly #peer: Peer
    readonly #program: string
    #last: Buffer = Buffer.alloc(CHALLENGE_BYTES)

    constructor(peer: Peer, program: string) {
        this.#peer = peer
        this.#program = program
        peer.hear(({ deviceId, serviceIndex, command, payload, isCommand }) => {
            const isDrawn = !isCommand && deviceId === program && serviceIndex === this.#index && command === DRAW
            if (isDrawn && payload.length === CHALLENGE_BYTES) this.#last = Buffer.from(payload)
        })
    }

    /** @returns the fields of a command with the latest challenge in front; and asks for one to be used next time */
    before(fields: Buffer): Buffer {
        this.#peer.command(this.#program, this.#index, DRAW, Buffer.alloc(0))
        return Buffer.concat([this.#last, fields])
    }

    get #index(): number {
        return 1 + (this.#peer.devices.get(this.#program) ?? []).indexOf(OWNER)
    }
}
