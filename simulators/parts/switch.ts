import type { Json } from "../trace"
import { type Actions, action, check, perform } from "./actions"
import { MechanicalContact } from "./contact"
import type { Part, PartContext } from "./part"

/** What a switch is moved by, and how it looks. Every switch also knows the faults of `MechanicalContact`. */
export interface SwitchForm {
    /** Action → whether it closes the contact. */
    moves: Readonly<Record<string, boolean>>
    observe(closed: boolean): Record<string, Json>
}

export const switchForms = {
    /** Momentary push-button, normally open (as a 6 mm tactile switch). */
    button: { moves: { press: true, release: false }, observe: closed => ({ pressed: closed }) },
    /** Slide switch that keeps its position (as an SS12D00). */
    "slide-switch": { moves: { close: true, open: false }, observe: closed => ({ closed }) },
    /** Tamper switch: the lid of the case holds the contact closed. */
    "tamper-switch": { moves: { close: true, open: false }, observe: closed => ({ case: closed ? "closed" : "open" }) },
} satisfies Record<string, SwitchForm>

export type SwitchKind = keyof typeof switchForms
export const switchKinds = Object.keys(switchForms) as [SwitchKind, ...SwitchKind[]]

/** A switch in the circuit. It needs no power to be moved. */
export class Switch implements Part {
    readonly kind: SwitchKind
    readonly #context: PartContext
    readonly #contact: MechanicalContact
    readonly #actions: Actions

    /** @param setClosed closes or opens it in the circuit */
    constructor(context: PartContext, kind: SwitchKind, closed: boolean, setClosed: (closed: boolean) => void) {
        this.kind = kind
        this.#context = context
        this.#contact = new MechanicalContact(context, closed)
        this.#contact.watch(() => setClosed(this.#contact.read()))
        this.#actions = contactActions(this.#contact, switchForms[kind])
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, this.#actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, this.#actions, name, argument)
    }

    observe(): Record<string, Json> {
        return switchForms[this.kind].observe(this.#contact.read())
    }
}

/** Everything that can be done to a contact behind a knob of this form. */
export function contactActions(contact: MechanicalContact, { moves }: SwitchForm): Actions {
    const move = (closes: boolean) => action(() => contact.move(closes))
    return {
        ...Object.fromEntries(Object.entries(moves).map(([name, closes]) => [name, move(closes)])),
        ...contact.faults,
    }
}
