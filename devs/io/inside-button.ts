import { type PersonsWord, Releaser } from "../../src/core/failsafe/fail-safe"
import { Contact } from "./contact"

const PERSON = Releaser.Person as PersonsWord

/**
 * A button on a line of the board that nobody reaches from outside: whoever presses it is a person on the spot. The circuit file says of its
 * switch that it is there, `side: inside`. To be sampled once a cycle, as any contact.
 */
export class InsideButton extends Contact {
    /** To be called every cycle. @param atOnce as `closes` has it @returns the word of whoever has just pressed it */
    pressed(atOnce?: boolean): PersonsWord | undefined {
        return this.closes(atOnce) ? PERSON : undefined
    }

    /** @returns the word of whoever holds it down now, whether it is sampled or not */
    held(): PersonsWord | undefined {
        return this.sample() ? PERSON : undefined
    }
}
